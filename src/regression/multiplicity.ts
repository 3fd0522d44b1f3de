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
  const count = tests.length;
  if (adjustment === "tukey") {
    return tests.map(({ statistic, df }) =>
      clamped(studentizedRangeUpper(Math.abs(statistic) * Math.SQRT2, means, df ?? Number.POSITIVE_INFINITY)),
    );
  }
  if (adjustment === "bonferroni") return tests.map(({ pValue }) => clamped(count * pValue));
  const adjusted = tests.map(({ pValue }) => pValue);
  if (adjustment === "none") return adjusted;
  const order = adjusted.map((_, place) => place).sort((a, b) => adjusted[a]! - adjusted[b]!);
  let largest = 0;
  order.forEach((place, rank) => {
    largest = Math.max(largest, clamped((count - rank) * tests[place]!.pValue));
    adjusted[place] = largest;
  });
  return adjusted;
}

const clamped = (p: number) => Math.min(1, Math.max(Number.MIN_VALUE, p));
