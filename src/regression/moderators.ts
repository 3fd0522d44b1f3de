import { mean, standardDeviation } from "../_numeric/describe.ts";
import { designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { columnOf, type Table } from "../table.ts";

/** A value of a moderator at which an effect is told. */
export interface ModeratorValue {
  readonly value: number | string;
  /** What the moderator's columns of the design hold there. */
  readonly columns: readonly number[];
}

/** A variable that an effect depends on, in the rows analysed. */
export interface Moderator {
  readonly name: string;
  /** "binary": a number with two values. */
  readonly kind: "number" | "binary" | "category";
  /** Of numbers, the observed ones; `null` for a category. */
  readonly observed: Float64Array | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** The names of its columns in the design: its own, or `name: level`. */
  readonly columnNames: readonly string[];
  readonly values: readonly ModeratorValue[];
}

/**
 * Reads a moderator. Without `asked`: the mean and one standard deviation to either side of a number, both values of a number
 * that has two, every level present of a category. Errors: "invalid-option", "unknown-level", "constant-column".
 */
export function readModerator(
  caller: string,
  rows: Table,
  name: string,
  asked: readonly (number | string)[] | undefined,
): Moderator {
  if (asked !== undefined && (!Array.isArray(asked) || asked.length === 0)) throw wrongValue(caller, name, asked);
  const column = columnOf(rows, name);
  if (column.kind === "category") {
    const indicators = designColumns(rows, name);
    const levels = column.levels.filter((_, code) => column.codes.includes(code));
    const values = (asked ?? levels).map((value) => {
      const place = levels.indexOf(String(value));
      if (place < 0) throw unknownLevel(caller, name, value, levels);
      return { value: levels[place]!, columns: indicators.map((_, k) => (k === place - 1 ? 1 : 0)) };
    });
    const columnNames = indicators.map((indicator) => indicator.name);
    return { name, kind: "category", observed: null, mean: null, standardDeviation: null, columnNames, values };
  }
  const observed = column.values;
  const distinct = [...new Set(observed)].sort((a, b) => a - b);
  if (distinct.length < 2) throw constant(caller, name, distinct[0]);
  const centre = mean(observed);
  const spread = standardDeviation(observed);
  const binary = distinct.length === 2;
  const chosen = asked ?? (binary ? distinct : [centre - spread, centre, centre + spread]);
  const values = chosen.map((value) => {
    if (typeof value !== "number" || !Number.isFinite(value)) throw wrongValue(caller, name, value);
    return { value, columns: [value] };
  });
  return {
    name,
    kind: binary ? "binary" : "number",
    observed,
    mean: centre,
    standardDeviation: spread,
    columnNames: [name],
    values,
  };
}

function wrongValue(caller: string, name: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `${caller}: "${name}" cannot be looked at there`, {
    expected: "a list of numbers (of levels for a category)",
    received: String(received),
    where: { path: `at.${name}` },
  });
}

function unknownLevel(caller: string, name: string, value: unknown, levels: readonly string[]): KithpathError {
  return new KithpathError("unknown-level", `${caller}: "${name}" has no level "${value}" in the rows analysed`, {
    expected: `one of ${levels.join(", ")}`,
    received: String(value),
    where: { path: `at.${name}` },
  });
}

function constant(caller: string, name: string, value: number | undefined): KithpathError {
  return new KithpathError("constant-column", `${caller}: moderator "${name}" does not vary in the rows analysed`, {
    expected: "at least two values",
    received: String(value),
    where: { column: name },
  });
}
