import type { Matrix } from "../_numeric/matrix.ts";
import { type CovarianceOptions, type CovarianceType, linearCovariance } from "./covariance.ts";
import type { GeneralizedLinearFit } from "./glm.ts";
import { fitLinear, type LinearFit } from "./linear.ts";
import type { CoefficientCovariance } from "./sandwich.ts";
import { workingWeights } from "./scoring.ts";

/** The last scoring step as a weighted least-squares fit: residuals are scores by information, weights are informations. */
export interface WorkingFit {
  readonly fit: LinearFit;
  readonly weights: Float64Array;
}

export function workingFit(
  design: Matrix,
  { score, information }: Pick<GeneralizedLinearFit, "score" | "information">,
  caseWeights: Float64Array,
): WorkingFit {
  const weights = workingWeights(caseWeights, information);
  const residuals = score.map((value, i) => (weights[i]! > 0 ? value / information[i]! : 0));
  // At the maximum the regression of the residuals on the design is zero but for rounding: they stay as they are
  return { fit: { ...fitLinear(design, residuals, weights), residuals }, weights };
}

/**
 * Sandwich covariances of a generalised linear model (White 1982; Zeileis 2006, equation 6; clusters: Liang & Zeger 1986):
 * those of its working least-squares fit, with the leverages of that fit.
 */
export function sandwichOfWorkingFit(
  design: Matrix,
  { fit, weights }: WorkingFit,
  type: Exclude<CovarianceType, "classical" | "CR2">,
  clusters?: CovarianceOptions["clusters"],
): CoefficientCovariance {
  return linearCovariance(fit, design, type, { weights, ...(clusters === undefined ? {} : { clusters }) });
}
