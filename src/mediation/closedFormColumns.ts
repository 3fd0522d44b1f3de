import { variablesOfTerm } from "../_models/namedDesign.ts";
import { mean } from "../_numeric/describe.ts";
import { selectComplete } from "../arm.ts";
import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Ledger } from "../estimate.ts";
import { categoriesOf, columnOf, numbersOf, type Table } from "../table.ts";
import { type CompleteClosedForm, caller, invalid } from "./closedFormSpec.ts";
import { type Exposure, readExposure } from "./exposure.ts";

/** The complete rows by their parts. */
export interface ClosedFormColumns {
  readonly rows: number;
  readonly dropped: Ledger;
  readonly exposure: Exposure;
  readonly mediator: DesignColumn;
  /** The outcome, or the times. */
  readonly outcome: Float64Array;
  /** 1 where the time ends with the event; `null` for an outcome that is no time. */
  readonly event: Float64Array | null;
  /** Different values of a status column that count as censored. */
  readonly censoringValues: number;
  readonly covariates: readonly DesignColumn[];
  /** Where the effects are told: by variable, and by column of `covariates`. */
  readonly at: Readonly<Record<string, number | string>>;
  readonly atValues: Float64Array;
  /** Variables whose value in `at` lies outside the data. */
  readonly atOutside: readonly string[];
}

/**
 * Errors: "unknown-column", "no-complete-rows", "not-numeric", "constant-mediator", "constant-outcome", "not-binary", "not-counts",
 * "negative-time", "time-not-positive", "event-code", "no-events", "constant-column", "unknown-level", "invalid-option" and
 * those of the exposure.
 */
export function readClosedForm(whole: Table, spec: CompleteClosedForm): ClosedFormColumns {
  const variables = [...new Set(spec.covariates.flatMap((term) => variablesOfTerm(whole, term)))];
  refuseOutcomeAmong(variables, spec);
  const events = spec.event === null ? [] : [spec.event.column];
  const needed = [spec.exposureColumn, spec.mediator, spec.outcome, ...events, ...variables];
  const { table, rows, dropped } = selectComplete(whole, needed);
  const mediator = numbersOf(table, spec.mediator);
  if (spec.mediatorFamily === "binomial") refuseOther("mediator", spec.mediator, mediator, rows, binary);
  refuseConstant("mediator", spec.mediator, mediator);
  const outcome = numbersOf(table, spec.outcome);
  if (spec.event === null) refuseOutcome(outcome, rows, spec);
  else refuseTimes(outcome, rows, spec);
  const at = profileOf(table, variables, spec.at);
  return {
    rows: table.rows,
    dropped,
    exposure: readExposure(table, spec.exposure),
    mediator: { name: spec.mediator, variable: spec.mediator, values: mediator, reference: null },
    outcome,
    ...readEvents(table, rows, spec),
    covariates: spec.covariates.flatMap((term) => designColumns(table, term)),
    at,
    atValues: Float64Array.from(spec.covariates.flatMap((term) => valuesOfTerm(table, term, at))),
    atOutside: variables.filter((name) => outside(table, name, at[name]!)),
  };
}

function readEvents(table: Table, rows: Int32Array, { event }: CompleteClosedForm) {
  if (event === null) return { event: null, censoringValues: 0 };
  const { column, value } = event;
  let coded: Float64Array;
  let censoringValues = 1;
  if (value === null) {
    coded = numbersOf(table, column);
    refuseOther("event", column, coded, rows, eventCodes);
  } else {
    const { codes, levels } = categoriesOf(table, column);
    const wanted = levels.indexOf(String(value));
    coded = Float64Array.from(codes, (code) => (code === wanted ? 1 : 0));
    censoringValues = new Set(codes.filter((code) => code !== wanted)).size;
  }
  if (coded.includes(1)) return { event: coded, censoringValues };
  throw new KithpathError("no-events", `${caller}: nobody had the event`, {
    expected: `at least one row with the event${value === null ? "" : ` "${value}"`}`,
    received: `${table.rows} rows without`,
    where: { column },
    remedy: "Check which value of the column is the event.",
  });
}

/** The value of every covariate at which the effects are told. */
function profileOf(
  table: Table,
  variables: readonly string[],
  asked: Readonly<Record<string, number | string>>,
): Record<string, number | string> {
  for (const name of Object.keys(asked)) {
    if (!variables.includes(name)) throw invalid("at", `covariates among ${variables.join(", ") || "none"}`, name);
  }
  const profile: Record<string, number | string> = {};
  for (const name of variables) {
    const column = columnOf(table, name);
    const value = asked[name];
    if (column.kind === "number") {
      if (value !== undefined && !Number.isFinite(value)) throw invalid(`at.${name}`, "a finite number", value);
      profile[name] = (value as number | undefined) ?? mean(column.values);
      continue;
    }
    const [first] = designColumns(table, name);
    profile[name] = value ?? first!.reference!;
    const code = column.levels.indexOf(String(profile[name]));
    if (code >= 0 && column.codes.includes(code)) continue;
    throw new KithpathError("unknown-level", `${caller}: nobody with complete rows has "${name}" equal to "${value}"`, {
      expected: `one of ${column.levels.join(", ")}`,
      received: String(value),
      where: { column: name, path: `at.${name}` },
    });
  }
  return profile;
}

/** What the design columns of a term are for somebody with this profile. */
function valuesOfTerm(table: Table, term: string, profile: Readonly<Record<string, number | string>>): number[] {
  return variablesOfTerm(table, term)
    .map((name) =>
      designColumns(table, name).map(({ name: column }) =>
        typeof profile[name] === "number" && columnOf(table, name).kind === "number"
          ? profile[name]
          : Number(column === `${name}: ${profile[name]}`),
      ),
    )
    .reduce((left, right) => left.flatMap((a) => right.map((b) => a * b)));
}

function outside(table: Table, name: string, value: number | string): boolean {
  const column = columnOf(table, name);
  return column.kind === "number" && typeof value === "number" && beyond(column.values, value);
}

/** Whether `value` is below or above all values. */
export function beyond(values: Float64Array, value: number): boolean {
  return values.every((seen) => seen < value) || values.every((seen) => seen > value);
}

interface Coding {
  readonly code: string;
  readonly expected: string;
  readonly remedy: string;
  fits(value: number): boolean;
}

const binary: Coding = {
  code: "not-binary",
  expected: "0 or 1 in every row",
  remedy: "Recode the column, or leave the family gaussian.",
  fits: (value) => value === 0 || value === 1,
};
const counts: Coding = {
  code: "not-counts",
  expected: "whole numbers of 0 or more",
  remedy: "Leave the family gaussian, or look for mistyped values.",
  fits: (value) => value >= 0 && Number.isInteger(value),
};
const eventCodes: Coding = {
  code: "event-code",
  expected: "0 (censored) or 1 (event)",
  remedy: "Name the value that is the event: { column, event: value }.",
  fits: (value) => value === 0 || value === 1,
};
const notNegative: Coding = {
  code: "negative-time",
  expected: "times of 0 or more",
  remedy: "Count the time from the moment at which the person could first have had the event.",
  fits: (value) => value >= 0,
};
const positive: Coding = {
  code: "time-not-positive",
  expected: "times greater than 0",
  remedy: "Record an event on the first day as half a day or one day, for everybody alike.",
  fits: (value) => value > 0,
};

function refuseOutcome(outcome: Float64Array, rows: Int32Array, spec: CompleteClosedForm): void {
  const { outcomeModel } = spec;
  if (outcomeModel === "logistic" || outcomeModel === "log-linear")
    refuseOther("outcome", spec.outcome, outcome, rows, binary);
  if (outcomeModel === "poisson" || outcomeModel === "negative-binomial")
    refuseOther("outcome", spec.outcome, outcome, rows, counts);
  refuseConstant("outcome", spec.outcome, outcome);
}

function refuseTimes(time: Float64Array, rows: Int32Array, spec: CompleteClosedForm): void {
  refuseOther("time", spec.outcome, time, rows, notNegative);
  if (spec.outcomeModel !== "cox") refuseOther("time", spec.outcome, time, rows, positive);
}

function refuseOther(what: string, column: string, values: Float64Array, rows: Int32Array, coding: Coding): void {
  const odd = values.findIndex((value) => !coding.fits(value));
  if (odd < 0) return;
  throw new KithpathError(coding.code, `${caller}: the ${what} "${column}" has a value that its model cannot take`, {
    expected: coding.expected,
    received: String(values[odd]),
    where: { row: rows[odd]! + 1, column },
    remedy: coding.remedy,
  });
}

function refuseConstant(what: "mediator" | "outcome", column: string, values: Float64Array): void {
  if (values.some((value) => value !== values[0])) return;
  throw new KithpathError(`constant-${what}`, `${caller}: the ${what} "${column}" is the same for everybody`, {
    expected: `${what === "mediator" ? "a mediator" : "an outcome"} that differs between people`,
    received: String(values[0]),
    where: { column },
  });
}

function refuseOutcomeAmong(variables: readonly string[], spec: CompleteClosedForm): void {
  const taken = [spec.exposureColumn, spec.mediator, spec.outcome, spec.event?.column];
  const both = variables.find((name) => taken.includes(name));
  if (both === undefined) return;
  throw new KithpathError("same-variable", `"${both}" is part of a covariate and has another role`, {
    expected: "covariates made of columns of their own",
    received: both,
    where: { column: both, path: "covariates" },
  });
}
