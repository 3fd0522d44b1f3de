import { readFileSync } from "node:fs";
import { plainColumns } from "../support/witness.ts";

/** The simulated cohort with the columns that closed-form.R makes. */
export function simulatedStudy(): Record<string, (number | string | null)[]> {
  const path = new URL("../../fixtures/cohorts/cohort.csv", import.meta.url);
  const columns = plainColumns(readFileSync(path, "utf8"));
  const derived = (name: string, value: (found: number) => number | string) =>
    columns[name]!.map((found) => (found === null ? null : value(Number(found))));
  return {
    ...columns,
    connected: derived("connection_6", (value) => (value > 55 ? 1 : 0)),
    relapsed: derived("relapse_status", (value) => (value === 1 ? 1 : 0)),
    dose: derived("sessions", (value) => (value === 0 ? "none" : value <= 6 ? "few" : "many")),
    stage: derived("action_stage", (value) => (value === 1 ? "action" : "before")),
  };
}
