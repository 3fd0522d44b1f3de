import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { plainColumns } from "../support/witness.ts";

/** The shipped simulated cohort: everybody seen at the mediator's wave, from which the time to relapse runs. */
export function survivalCohort(): Record<string, number[]> {
  const file = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
  const rows = [...file["id"]!.keys()].filter((row) =>
    ["connection_6", "recovery_support_6"].every((name) => file[name]![row] !== null),
  );
  const column = (name: string) => rows.map((row) => Number(file[name]![row]));
  const status = column("relapse_status");
  const sites = [...new Set(file["site"])];
  return {
    mentored: column("mentored"),
    severity: column("severity"),
    wellbeing_0: column("wellbeing_0"),
    alcohol_primary: column("alcohol_primary"),
    connection_6: column("connection_6"),
    recovery_support_6: column("recovery_support_6"),
    supported: column("recovery_support_6").map((support) => (support > 48 ? 1 : 0)),
    relapse_days: column("relapse_days"),
    relapse_status: status,
    relapsed: status.map((code) => (code === 1 ? 1 : 0)),
    died: status.map((code) => (code === 2 ? 1 : 0)),
    site: rows.map((row) => sites.indexOf(file["site"]![row]!)),
  };
}
