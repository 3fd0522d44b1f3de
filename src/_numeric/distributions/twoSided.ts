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
