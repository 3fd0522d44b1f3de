import type { Clusters } from "../_models/covariance.ts";
import type { GeneralizedLinearFit } from "../_models/glm.ts";
import { sandwichOfWorkingFit, workingFit } from "../_models/glmCovariance.ts";
import type { Matrix } from "../_numeric/matrix.ts";

export type ScoreCovarianceType = "classical" | "HC0" | "CR0" | "CR1";

/** Covariance of the coefficients of an unweighted generalised linear model: inverse expected information, or its sandwich. */
export function scoreCovariance(
  fit: GeneralizedLinearFit,
  design: Matrix,
  type: ScoreCovarianceType,
  clusters: Clusters | null,
): Matrix {
  if (type === "classical") return fit.covariance;
  const working = workingFit(design, fit, new Float64Array(design.rows).fill(1));
  return sandwichOfWorkingFit(design, working, type, clusters ?? undefined).covariance;
}
