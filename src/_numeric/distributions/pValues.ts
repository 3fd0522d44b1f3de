import { chiSquareUpper } from "./chiSquare.ts";
import { fUpper } from "./fisherF.ts";
import { normalUpper } from "./normal.ts";
import { outerTails } from "./studentT.ts";

/** The two-sided p-value P(|T| ≥ |t|) of Student's t, never 0; infinite df mean the normal. */
export function twoSidedT(t: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return twoSidedNormal(t);
  if (t === 0) return 1;
  return Math.max(Number.MIN_VALUE, outerTails(t, df).lower);
}

/** The two-sided p-value P(|Z| ≥ |z|) of the standard normal, never 0. */
export function twoSidedNormal(z: number): number {
  return Math.min(1, Math.max(Number.MIN_VALUE, 2 * normalUpper(Math.abs(z))));
}

/** The p-value P(X ≥ statistic) of chi-square, never 0. */
export function pValueOfChiSquare(statistic: number, df: number): number {
  return Math.max(Number.MIN_VALUE, chiSquareUpper(statistic, df));
}

/** The p-value P(X ≥ statistic) of F, never 0. */
export function pValueOfF(statistic: number, df1: number, df2: number): number {
  return Math.max(Number.MIN_VALUE, fUpper(statistic, df1, df2));
}
