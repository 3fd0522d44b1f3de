import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { numbersOf, type Table } from "../table.ts";
import { readExposure } from "./exposure.ts";
import type { RawColumns } from "./problem.ts";
import { type CompleteSpec, invalid } from "./spec.ts";

/** The columns of the analysis from its complete rows. Errors: "not-numeric", "constant-mediator", "one-level-outcome", "not-binary", "constant-outcome", and those of the exposure. */
export function readColumns(table: Table, spec: CompleteSpec): RawColumns {
  const exposure = readExposure(table, spec.exposure);
  const mediators = spec.mediators.map((name) => {
    const column = numberColumn(table, name);
    if (distinct(column.values, 1)) {
      throw new KithpathError("constant-mediator", `the mediator "${name}" is the same for everybody`, {
        expected: "a mediator that differs between people",
        received: String(column.values[0]),
        where: { column: name },
      });
    }
    return column;
  });
  const outcome = numberColumn(table, spec.outcome);
  if (spec.family === "binomial") refuseNotBinary(outcome);
  else if (distinct(outcome.values, 1)) throw sameOutcome("constant-outcome", outcome);
  const terms = (names: readonly string[]) => names.flatMap((name) => designColumns(table, name));
  return {
    exposure,
    mediators,
    outcome,
    mediatorCovariates: terms(spec.mediatorCovariates),
    outcomeCovariates: terms(spec.outcomeCovariates),
  };
}

/** The mediator values of the controlled direct effect: those asked for, else the means. Error: "invalid-option". */
export function completeControlledAt(spec: CompleteSpec, mediators: readonly DesignColumn[]): Float64Array {
  const asked = spec.controlledAt;
  if (asked === null) return Float64Array.from(mediators, (column) => meanOf(column.values));
  if (typeof asked === "number") {
    if (mediators.length !== 1)
      throw invalid("controlledAt", "a value for every mediator, { name: value, … }, with several mediators", asked);
    if (!Number.isFinite(asked)) throw invalid("controlledAt", "a finite number", asked);
    return Float64Array.of(asked);
  }
  for (const name of Object.keys(asked)) {
    if (!spec.mediators.includes(name)) throw invalid("controlledAt", `names among ${spec.mediators.join(", ")}`, name);
  }
  return Float64Array.from(spec.mediators, (name) => {
    const value = asked[name];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw invalid("controlledAt", `a finite number for "${name}"`, value);
    return value;
  });
}

function numberColumn(table: Table, name: string): DesignColumn {
  return { name, variable: name, values: numbersOf(table, name), reference: null };
}

function refuseNotBinary(outcome: DesignColumn): void {
  const odd = outcome.values.find((value) => value !== 0 && value !== 1);
  if (odd !== undefined) {
    throw new KithpathError("not-binary", `the outcome "${outcome.name}" is not coded 0 and 1`, {
      expected: "0 or 1 in every row",
      received: String(odd),
      where: { column: outcome.name },
      remedy: "Recode the outcome, or leave the family gaussian.",
    });
  }
  if (distinct(outcome.values, 1)) throw sameOutcome("one-level-outcome", outcome);
}

function sameOutcome(code: string, outcome: DesignColumn): KithpathError {
  return new KithpathError(code, `the outcome "${outcome.name}" is the same for everybody`, {
    expected: "an outcome that differs between people",
    received: String(outcome.values[0]),
    where: { column: outcome.name },
  });
}

/** Whether a column holds at most `limit` different values. */
export function distinct(values: Float64Array, limit: number): boolean {
  const found = new Set<number>();
  for (const value of values) {
    found.add(value);
    if (found.size > limit) return false;
  }
  return true;
}

function meanOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  const mean = total / values.length;
  let rest = 0;
  for (const value of values) rest += value - mean;
  return mean + rest / values.length;
}
