import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";

/** Squares and their sums stay in the range of numbers for values between these. */
export const SMALLEST_VALUE = 1e-150;
export const LARGEST_VALUE = 1e150;
/** Weights are multiplied with each other for pairs of rows. */
const SMALLEST_WEIGHT = 1e-100;
const LARGEST_WEIGHT = 1e100;

/** Refuses columns and weights whose squares leave the range of numbers. Error: "extreme-values". */
export function refuseExtremes(
  caller: string,
  columns: readonly DesignColumn[],
  weights?: { readonly name: string; readonly values: Float64Array } | null,
): void {
  for (const { name, values } of columns) refuseOutside(caller, name, values, SMALLEST_VALUE, LARGEST_VALUE);
  if (weights == null) return;
  refuseOutside(caller, weights.name, weights.values, SMALLEST_WEIGHT, LARGEST_WEIGHT);
}

function refuseOutside(caller: string, name: string, values: Float64Array, low: number, high: number): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || (largest >= low && largest <= high)) return;
  throw new KithpathError("extreme-values", `${caller}: the values of "${name}" cannot be squared as numbers`, {
    expected: `a largest value between ${low} and ${high}`,
    received: String(largest),
    where: { column: name },
    remedy: "Give the column in another unit.",
  });
}
