import { logGamma } from "../_numeric/distributions/index.ts";

/** Hedges' exact factor J(df) = Γ(df/2) / (√(df/2) Γ((df − 1)/2)) (Hedges 1981, equation 6e); 0 at df 1. */
export function smallSampleFactor(df: number): number {
  return Math.exp(logGamma(df / 2) - logGamma((df - 1) / 2)) / Math.sqrt(df / 2);
}
