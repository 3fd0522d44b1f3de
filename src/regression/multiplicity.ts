import { holm } from "../_inference/holm.ts";
import { studentizedRangeUpper } from "../_numeric/distributions/index.ts";

export type Adjustment = "holm" | "bonferroni" | "tukey" | "none";

/**
 * p values of several comparisons, adjusted for their number: Holm (1979), Bonferroni, or Tukey's studentized range of
 * `means` means at √2·|t| (Tukey 1953; Kramer 1956 for unequal groups).
 */
export function adjustedPValues(
  tests: readonly { readonly statistic: number; readonly df: number | null; readonly pValue: number }[],
  means: number,
  adjustment: Adjustment,
): number[] {
  if (adjustment === "tukey") {
    return tests.map(({ statistic, df }) =>
      clamped(studentizedRangeUpper(Math.abs(statistic) * Math.SQRT2, means, df ?? Number.POSITIVE_INFINITY)),
    );
  }
  if (adjustment === "bonferroni") return tests.map(({ pValue }) => clamped(tests.length * pValue));
  const pValues = tests.map(({ pValue }) => pValue);
  return adjustment === "holm" ? holm(pValues) : pValues;
}

const clamped = (p: number) => Math.min(1, Math.max(Number.MIN_VALUE, p));
