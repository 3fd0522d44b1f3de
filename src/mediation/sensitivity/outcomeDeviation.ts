import type { Mediation } from "../result.ts";

/**
 * The standard deviation of the outcome (divisor n − 1) among the people analysed, from the model of the outcome on exposure
 * and covariates: its residual deviation and R². `null` where that model is not linear.
 */
export function outcomeDeviationOf(mediation: Mediation): number | null {
  const total = mediation.models.find((model) => model.model === "total");
  if (total === undefined || total.residualStandardDeviation === null || total.rSquared === null) return null;
  const left = total.residualStandardDeviation ** 2 * total.dfResidual;
  const about = left / (1 - total.rSquared);
  const deviation = Math.sqrt(about / (total.n - 1));
  return Number.isFinite(deviation) && deviation > 0 ? deviation : null;
}
