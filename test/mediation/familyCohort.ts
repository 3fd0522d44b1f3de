import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { plainColumns } from "../support/witness.ts";

/** The shipped simulated cohort, its complete rows, with the columns that fixtures/mediation/families.R makes. */
export function familyCohort(): Record<string, number[]> {
  const file = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
  const needed = ["connection_6", "recovery_support_6", "wellbeing_12", "abstinent_12"];
  const rows = [...file["id"]!.keys()].filter((row) => needed.every((name) => file[name]![row] !== null));
  const column = (name: string) => rows.map((row) => Number(file[name]![row]));
  const above = (x: number, limits: number[]) => limits.filter((limit) => x >= limit).length;
  const connection = column("connection_6");
  const support = column("recovery_support_6");
  const sites = [...new Set(file["site"])];
  return {
    mentored: column("mentored"),
    wellbeing_0: column("wellbeing_0"),
    severity: column("severity"),
    age: column("age"),
    sessions: column("sessions"),
    site: rows.map((row) => sites.indexOf(file["site"]![row]!)),
    connection_6: connection,
    recovery_support_6: support,
    wellbeing_12: column("wellbeing_12"),
    abstinent_12: column("abstinent_12"),
    readmissions: column("readmissions"),
    supported: support.map((x) => (x > 48 ? 1 : 0)),
    groups: connection.map((x) => Math.max(0, Math.floor((x - 26) / 8))),
    contacts: support.map((x) => Math.floor(Math.exp((x - 30) / 14))),
    closeness: connection.map((x) => above(x, [45, 55, 65]) + 1),
    readmitted: column("readmissions").map((x) => (x > 0 ? 1 : 0)),
    mood: column("wellbeing_12").map((x) => above(x, [44, 54]) + 1),
  };
}
