import { plainColumns, sharedIsPresent, sharedText, type Tolerance } from "../support/witness.ts";

export interface ReferenceCase {
  readonly id: string;
  readonly data: string;
  readonly spec: Readonly<Record<string, string | number>>;
  // The figures of a case have the shape its own call gave them.
  readonly expected: Readonly<Record<string, never>>;
  readonly tolerance: Tolerance;
}

/** The cases whose name begins with one of the prefixes; without the reference folder one nameless case, to be skipped. */
export function referenceCases(file: string, ...prefixes: string[]): ReferenceCase[] {
  if (!sharedIsPresent)
    return [{ id: prefixes.join(", "), data: "", spec: {}, expected: {}, tolerance: { rel: 0, abs: 0 } }];
  const { cases } = JSON.parse(sharedText(`reference/models/${file}`)) as { cases: ReferenceCase[] };
  return cases.filter(({ id }) => prefixes.some((prefix) => id.startsWith(prefix)));
}

export function referenceData(file: string): Record<string, (number | string | null)[]> {
  return plainColumns(sharedText(`reference/models/data/${file}`));
}

export function numbersIn(file: string, column: string): (number | null)[] {
  return referenceData(file)[column] as (number | null)[];
}

/** The outcome of the people at `level` of `group`. */
export function samplesIn(file: string, outcome: string, group: string, level: string): (number | null)[] {
  const columns = referenceData(file);
  return columns[outcome]!.filter((_, row) => columns[group]![row] === level) as (number | null)[];
}

/** A limit as R prints it: an infinite one has no counterpart here. */
export function limit(value: number | string): number | null {
  return typeof value === "string" ? null : value;
}
