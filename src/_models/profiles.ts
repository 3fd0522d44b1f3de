import { fromColumns, type Matrix, matrix } from "../_numeric/matrix.ts";
import { designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { refuseUnknown } from "../options.ts";
import { type Cell, type Column, columnOf, type Table } from "../table.ts";
import { variablesOfTerm } from "./namedDesign.ts";

/** A person to predict for: a value of every variable of the terms (and of the strata, where the model has them). */
export type Profile = Readonly<Record<string, Cell>>;

/**
 * The design rows of profiles, coded as the complete table of the model codes its own: numbers as they are, categories against the
 * reference of the table. `more` are variables a profile must name besides those of the terms.
 * Errors: "invalid-option", "unknown-option", "missing-profile-value", "not-numeric", "unknown-level".
 */
export function profileDesign(
  caller: string,
  table: Table,
  terms: readonly string[],
  profiles: readonly Profile[],
  more: readonly string[] = [],
): Matrix {
  refuseNoProfiles(caller, profiles);
  const variables = [...new Set([...terms.flatMap((term) => variablesOfTerm(table, term)), ...more])];
  for (const [index, profile] of profiles.entries()) refuseIncomplete(caller, profile, index, variables);
  const columns = new Map<string, Column>();
  for (const name of variables) columns.set(name, extended(caller, columnOf(table, name), profiles));
  const both: Table = { rows: table.rows + profiles.length, columns };
  const parts = terms.flatMap((term) => designColumns(both, term)).map(({ values }) => values.subarray(table.rows));
  return parts.length === 0 ? matrix(profiles.length, 0) : fromColumns(parts);
}

function extended(caller: string, column: Column, profiles: readonly Profile[]): Column {
  if (column.kind === "number") {
    const values = new Float64Array(column.values.length + profiles.length);
    values.set(column.values);
    profiles.forEach((profile, index) => {
      values[column.values.length + index] = numberIn(caller, profile[column.name], column.name, index);
    });
    return { ...column, values };
  }
  const codes = new Int32Array(column.codes.length + profiles.length);
  codes.set(column.codes);
  profiles.forEach((profile, index) => {
    codes[column.codes.length + index] = levelIn(caller, column, profile, index);
  });
  return { ...column, codes };
}

/** The code of a profile's value among the levels that the table holds. Error: "unknown-level". */
function levelIn(
  caller: string,
  column: Extract<Column, { kind: "category" }>,
  profile: Profile,
  index: number,
): number {
  const code = column.levels.indexOf(String(profile[column.name]));
  if (code >= 0 && column.codes.includes(code)) return code;
  const present = column.levels.filter((_, level) => column.codes.includes(level));
  throw new KithpathError("unknown-level", `${caller}: profile ${index + 1} has a level that no analysed row has`, {
    expected: `one of ${present.slice(0, 10).join(", ")}`,
    received: String(profile[column.name]),
    where: { column: column.name, path: `predict.profiles[${index}]` },
  });
}

function numberIn(caller: string, value: Cell, name: string, index: number): number {
  const number = typeof value === "boolean" ? Number(value) : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw new KithpathError("not-numeric", `${caller}: profile ${index + 1} has no number for "${name}"`, {
    expected: "a finite number",
    received: String(value),
    where: { column: name, path: `predict.profiles[${index}]` },
  });
}

function refuseNoProfiles(caller: string, profiles: readonly Profile[]): void {
  if (Array.isArray(profiles) && profiles.length > 0 && profiles.every((one) => typeof one === "object" && one)) return;
  throw new KithpathError("invalid-option", `${caller}: predict.profiles is not a list of people to predict for`, {
    expected: "an array of objects such as [{ mentored: 1, age: 40 }]",
    received: JSON.stringify(profiles) ?? "nothing",
    where: { path: "predict.profiles" },
  });
}

function refuseIncomplete(caller: string, profile: Profile, index: number, variables: readonly string[]): void {
  refuseUnknown(`${caller} profile ${index + 1}`, profile, variables);
  const missing = variables.find((name) => {
    const value = profile[name];
    return value === undefined || value === null || value === "" || Number.isNaN(value);
  });
  if (missing === undefined) return;
  throw new KithpathError("missing-profile-value", `${caller}: profile ${index + 1} says nothing of "${missing}"`, {
    expected: `a value of each of ${variables.join(", ")}`,
    where: { column: missing, path: `predict.profiles[${index}]` },
    remedy: "A prediction is for a person of whom everything the model asks for is known.",
  });
}
