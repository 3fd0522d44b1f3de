import type { Problem } from "../errors.ts";
import { type CategoryColumn, type Column, categoriesOf, isMissing } from "../table.ts";
import type { Cohort } from "./cohort.ts";
import { didYouMean } from "./nearest.ts";
import { checkPeople } from "./people.ts";
import { ProblemList } from "./problems.ts";
import { columnIn, type Study, type StudyExposure, type StudyRelapse } from "./study.ts";

/** What of a study these data cannot answer: columns that are not there, or do not hold what they should. */
export function checkData(study: Study, cohort: Cohort): Problem[] {
  const look = new Inspection(cohort);
  look.people(study.id);
  if (study.arm !== undefined) {
    const { column, treated, reference } = study.arm;
    look.levels(column, "arm.column", [
      [treated, "arm.treated"],
      [reference, "arm.reference"],
    ]);
  }
  if (study.cluster !== undefined) look.varies(study.cluster, "cluster", "one-cluster");
  study.covariates.forEach((name, index) => {
    look.varies(name, `covariates[${index}]`, "constant-column");
  });
  (study.waves ?? []).forEach((wave, index) => {
    wave.variables.forEach((name, place) => {
      look.column(name, `waves[${index}].variables[${place}]`);
    });
    if (wave.status !== undefined) look.column(wave.status, `waves[${index}].status`);
  });
  study.compare.forEach(({ before, after, covariates = [] }, index) => {
    look.numbers(before, `compare[${index}].before`, "constant-column");
    look.numbers(after, `compare[${index}].after`, "constant-outcome");
    look.covariates(covariates, `compare[${index}]`);
  });
  if (study.relapse !== undefined) checkRelapse(look, study.relapse);
  study.mediation.forEach((mediation, index) => {
    const path = `mediation[${index}]`;
    checkExposure(look, mediation.exposure, `${path}.exposure`);
    mediation.mediators.forEach((name, place) => {
      look.numbers(name, `${path}.mediators[${place}]`, "constant-mediator");
    });
    const { outcome } = mediation;
    if (typeof outcome !== "string" && outcome.family === "binomial")
      look.zeroOrOne(outcome.column, `${path}.outcome.column`);
    else
      look.numbers(
        columnIn(outcome),
        typeof outcome === "string" ? `${path}.outcome` : `${path}.outcome.column`,
        "constant-outcome",
      );
    look.covariates(mediation.covariates ?? [], path);
  });
  for (const name of Object.keys(study.labels ?? {})) look.column(name, `labels.${name}`);
  return look.problems;
}

function checkRelapse(look: Inspection, { time, event, competing, covariates = [] }: StudyRelapse): void {
  const times = look.numbers(time, "relapse.time", null);
  if (times?.kind === "number") {
    const row = times.values.findIndex((value) => value < 0);
    if (row >= 0)
      look.add("negative-time", "relapse.time", `"${time}" holds a negative time in row ${row + 1}`, {
        expected: "days since the start, 0 or more",
        received: String(times.values[row]),
      });
  }
  if (typeof event === "string") {
    const column = look.numbers(event, "relapse.event", null);
    const other =
      column?.kind === "number"
        ? column.values.find((value) => value !== 0 && value !== 1 && !Number.isNaN(value))
        : undefined;
    if (other !== undefined)
      look.add("event-not-binary", "relapse.event", `"${event}" holds other values than 0 and 1`, {
        expected: "1 for relapse, 0 for none seen",
        received: String(other),
        remedy: `Name the values: { "column": "${event}", "event": 1, "competing": 2 }.`,
      });
  } else {
    look.levels(event.column, "relapse.event.column", [
      [event.event, "relapse.event.event"],
      ...(event.competing === undefined ? [] : [[event.competing, "relapse.event.competing"] as const]),
    ]);
  }
  if (competing !== undefined)
    look.levels(competing.column, "relapse.competing.column", [[competing.value, "relapse.competing.value"]]);
  look.covariates(covariates, "relapse");
}

function checkExposure(look: Inspection, exposure: StudyExposure, path: string): void {
  if (typeof exposure === "string") look.twoLevels(exposure, path);
  else if ("treated" in exposure)
    look.levels(exposure.column, `${path}.column`, [
      [exposure.treated, `${path}.treated`],
      [exposure.reference, `${path}.reference`],
    ]);
  else {
    const column = look.column(exposure.column, `${path}.column`);
    if (column?.kind === "category")
      look.levels(exposure.column, `${path}.column`, [
        [exposure.from, `${path}.from`],
        [exposure.to, `${path}.to`],
      ]);
    else if (column !== null) look.numbers(exposure.column, `${path}.column`, "constant-column");
  }
}

/** Looks at columns and collects what is wrong; each question answers `null` when the column is not there or not fit. */
class Inspection {
  readonly problems: Problem[] = [];

  constructor(private readonly cohort: Cohort) {}

  add(
    code: string,
    path: string,
    message: string,
    detail: Pick<Problem, "expected" | "received" | "remedy"> = {},
  ): void {
    this.problems.push({ code, message, ...detail, where: { path } });
  }

  people(id: string): void {
    if (this.column(id, "id") === null) return;
    const found = new ProblemList();
    const { columns, rows, roles } = this.cohort;
    checkPeople(columns, { id, wave: roles.wave }, rows, {
      problems: found,
      placeOf: (row, column) => ({ row: row + 1, column, path: "id" }),
    });
    this.problems.push(...found.all());
  }

  column(name: string, path: string): Column | null {
    const column = this.cohort.columns.get(name);
    if (column !== undefined) return column;
    this.add("unknown-column", path, `there is no column "${name}"`, didYouMean(name, this.cohort.columns.keys()));
    return null;
  }

  covariates(names: readonly string[], path: string): void {
    names.forEach((name, index) => {
      this.varies(name, `${path}.covariates[${index}]`, "constant-column");
    });
  }

  /** The levels present; a column with none, or with one where that will not do, is a problem. */
  private present(column: Column, path: string, constantCode: string | null): string[] | null {
    const levels = presentLevels(column, this.cohort);
    if (levels.length === 0) this.add("empty-column", path, `"${column.name}" has no values`);
    else if (levels.length === 1 && constantCode !== null)
      this.add(constantCode, path, `"${column.name}" is the same for everybody`, { received: levels[0]! });
    else return levels;
    return null;
  }

  varies(name: string, path: string, constantCode: string): Column | null {
    const column = this.column(name, path);
    return column === null || this.present(column, path, constantCode) === null ? null : column;
  }

  numbers(name: string, path: string, constantCode: string | null): Column | null {
    const column = this.column(name, path);
    if (column === null || this.present(column, path, constantCode) === null) return null;
    if (column.kind === "number") return column;
    this.add("not-numeric", path, `"${name}" holds text where numbers are needed`, {
      expected: "numbers",
      received: `categories ${column.levels.slice(0, 5).join(", ")}`,
      remedy: "Recode the column, or declare its missing codes under data.",
    });
    return null;
  }

  /** Holds 0 and 1 and nothing else. */
  zeroOrOne(name: string, path: string): void {
    const column = this.numbers(name, path, "constant-outcome");
    const other =
      column?.kind === "number"
        ? column.values.find((value) => value !== 0 && value !== 1 && !Number.isNaN(value))
        : undefined;
    if (other === undefined) return;
    this.add("outcome-not-binary", path, `"${name}" holds other values than 0 and 1`, {
      expected: "1 where the outcome is there, 0 where not",
      received: String(other),
      remedy: "Recode the column.",
    });
  }

  twoLevels(name: string, path: string): void {
    const column = this.column(name, path);
    const levels = column === null ? null : this.present(column, path, "one-arm");
    if (levels === null || levels.length === 2) return;
    this.add("not-two-arms", path, `"${name}" does not hold two values`, {
      expected: "two different values",
      received: `${levels.length}: ${levels.slice(0, 6).join(", ")}${levels.length > 6 ? ", …" : ""}`,
      remedy: `Name the two to compare: { "column": "${name}", "treated": …, "reference": … }.`,
    });
  }

  /** Each named value stands somewhere in the column. */
  levels(name: string, path: string, named: readonly (readonly [string | number, string])[]): void {
    const column = this.column(name, path);
    if (column === null) return;
    const levels = this.present(column, path, null);
    if (levels === null) return;
    for (const [value, where] of named) {
      if (levels.includes(String(value))) continue;
      this.add("unknown-level", where, `nobody has "${value}" in "${name}"`, {
        expected: `one of ${levels.slice(0, 10).join(", ")}${levels.length > 10 ? ", …" : ""}`,
        received: String(value),
        ...didYouMean(String(value), levels),
      });
    }
  }
}

function presentLevels(column: Column, cohort: Cohort): string[] {
  const category: CategoryColumn = column.kind === "category" ? column : categoriesOf(cohort, column.name);
  const seen = new Set<number>();
  for (let row = 0; row < cohort.rows; row++) if (!isMissing(category, row)) seen.add(category.codes[row]!);
  return category.levels.filter((_, code) => seen.has(code));
}
