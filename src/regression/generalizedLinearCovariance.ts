import type { Clusters } from "../_models/covariance.ts";
import { sandwichOfWorkingFit, type WorkingFit, workingFit } from "../_models/glmCovariance.ts";
import { workingClusterCovariance } from "../_models/workingBiasReduction.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { isClustered } from "./covarianceChoice.ts";
import { estimatesDispersion, type GeneralizedCovarianceType, type ModelFamily } from "./generalizedLinearChoices.ts";
import type { FittedModel } from "./generalizedLinearFit.ts";
import { clusterTooLarge } from "./generalizedLinearNotes.ts";

export interface CovarianceMatters {
  readonly family: ModelFamily;
  readonly type: GeneralizedCovarianceType;
  readonly weights: Float64Array;
  readonly clusters: Clusters | undefined;
}

interface GeneralizedCovariance {
  readonly covariance: Matrix;
  /** Of the tests, one per coefficient; `null` for the normal distribution. */
  readonly df: Float64Array | null;
  /** Coefficients that rest on a cluster fitted exactly. */
  readonly unseen: number[];
  readonly working: WorkingFit;
}

/**
 * The covariance of the coefficients of a design that spans the one that was fitted, such as the same with columns shifted.
 * Error: "cluster-too-large".
 */
export function generalizedCovariance(
  design: Matrix,
  fitted: FittedModel,
  { family, type, weights, clusters }: CovarianceMatters,
): GeneralizedCovariance {
  const { fit, model } = fitted;
  const working = workingFit(design, fit, weights);
  const freedom = isClustered(type) ? clusters!.count - 1 : fit.dfResidual;
  const df = estimatesDispersion(family) ? new Float64Array(design.columns).fill(freedom) : null;
  if (type === "classical" || type === "observed") {
    const factor = dispersionOf(fitted, family);
    const { crossInverse } = working.fit;
    const covariance = { ...crossInverse, data: crossInverse.data.map((value) => value * factor) };
    return { covariance, df, unseen: [], working };
  }
  if (type !== "CR2") return { ...sandwichOfWorkingFit(design, working, type, clusters), df, working };
  const variances = fit.fitted.map((mean, row) => model.variance(mean) / weights[row]!);
  const found = workingClusterCovariance(working, variances, clusters!);
  if (found === null) throw clusterTooLarge();
  return { ...found, working };
}

/** Pearson's chi-square by its df where the spread is estimated, otherwise 1. */
export function dispersionOf({ fit, pearson }: FittedModel, family: ModelFamily): number {
  return estimatesDispersion(family) ? pearson / fit.dfResidual : 1;
}
