import { mean, standardDeviation } from "../_numeric/describe.ts";
import { type Column, columnOf, isMissing, type Table } from "../table.ts";
import { differenceOfCategories, differenceOfMeans, differenceOfProportions } from "./standardizedDifference.ts";

/** One arm in one row of the baseline table. */
export interface BaselineGroup {
  readonly arm: string;
  /** People with a value; proportions are of these. */
  readonly n: number;
  readonly missing: number;
  /** For numbers; absent when nobody has a value. */
  readonly mean?: number;
  /** n − 1; absent with fewer than two values. */
  readonly sd?: number;
  /** For categories: people at the level. */
  readonly count?: number;
  readonly proportion?: number;
}

/** One row of the baseline table: a number, a number of 0 and 1 (the ones are counted), or a level of a category. */
export interface BaselineRow {
  readonly variable: string;
  readonly label: string;
  /** `null` for numbers and for 0/1 numbers. */
  readonly level: string | null;
  readonly type: "number" | "category";
  readonly groups: readonly BaselineGroup[];
  /**
   * Treated − reference in pooled standard deviations; of three or more levels one distance, never negative, in the row
   * of the first level and `null` in the others. `null` too for a single arm and where it does not exist.
   */
  readonly standardizedDifference: number | null;
}

/** People of one arm, as rows of the table. */
export interface ArmRows {
  readonly label: string;
  readonly rows: readonly number[];
}

/** The rows of the baseline table for one variable; `arms` are treated and reference, or everybody. */
export function baselineRows(table: Table, variable: string, label: string, arms: readonly ArmRows[]): BaselineRow[] {
  const column = columnOf(table, variable);
  const base = { variable, label };
  if (column.kind === "category") return categoryRows(column, base, arms);
  const values = arms.map(({ rows }) =>
    rows.filter((row) => !isMissing(column, row)).map((row) => column.values[row]!),
  );
  const isBinary = values.every((group) => group.every((value) => value === 0 || value === 1));
  const groups = arms.map(({ label: arm, rows }, index) => {
    const group = values[index]!;
    const known = { arm, n: group.length, missing: rows.length - group.length };
    if (isBinary) return { ...known, ...shareOf(group.filter((value) => value === 1).length, group.length) };
    return {
      ...known,
      ...(group.length === 0 ? {} : { mean: mean(group) }),
      ...(group.length < 2 ? {} : { sd: standardDeviation(group) }),
    };
  });
  const [treated, reference] = values;
  const standardizedDifference =
    reference === undefined || treated!.length === 0 || reference.length === 0
      ? null
      : isBinary
        ? differenceOfProportions(mean(treated!), mean(reference))
        : differenceOfMeans(treated!, reference);
  return [{ ...base, level: null, type: isBinary ? "category" : "number", groups, standardizedDifference }];
}

function categoryRows(
  column: Extract<Column, { kind: "category" }>,
  base: { variable: string; label: string },
  arms: readonly ArmRows[],
): BaselineRow[] {
  const counts = arms.map(({ rows }) => {
    const found = new Float64Array(column.levels.length);
    for (const row of rows) if (column.codes[row]! >= 0) found[column.codes[row]!]!++;
    return found;
  });
  const totals = counts.map((found) => found.reduce((sum, value) => sum + value, 0));
  const present = column.levels.map((_, code) => code).filter((code) => counts.some((found) => found[code]! > 0));
  const shares = counts.map((found, arm) => present.map((code) => found[code]! / totals[arm]!));
  const comparable = arms.length === 2 && totals.every((total) => total > 0);
  const distance = comparable && present.length > 2 ? differenceOfCategories(shares[0]!, shares[1]!) : null;
  return present.map((code, index) => ({
    ...base,
    level: column.levels[code]!,
    type: "category",
    groups: arms.map(({ label: arm, rows }, which) => ({
      arm,
      n: totals[which]!,
      missing: rows.length - totals[which]!,
      ...shareOf(counts[which]![code]!, totals[which]!),
    })),
    standardizedDifference: !comparable
      ? null
      : present.length <= 2
        ? differenceOfProportions(shares[0]![index]!, shares[1]![index]!)
        : index === 0
          ? distance
          : null,
  }));
}

function shareOf(count: number, total: number): { count: number; proportion?: number } {
  return total === 0 ? { count } : { count, proportion: count / total };
}
