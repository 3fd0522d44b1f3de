import { normalDensity, normalLower } from "../../_numeric/distributions/index.ts";

/** E[e_M | M] and 1 − Var(e_M | M) of the latent error, given the predictor (Heckman 1979). */
export function truncatedError(predictor: number, present: boolean): { mean: number; lost: number } {
  const signed = present ? predictor : -predictor;
  const mills = Math.exp(normalDensity(signed, true) - normalLower(signed, true));
  const mean = present ? mills : -mills;
  return { mean, lost: mean * (mean + predictor) };
}
