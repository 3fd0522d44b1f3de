import { type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import type { LinearFit } from "../_models/linear.ts";
import { waldStatistic } from "../_models/waldStatistic.ts";
import { pValueOfF } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { isClustered } from "./covarianceChoice.ts";
import type { OverallTest } from "./overallTest.ts";

/** Products added to a model that has everything else. */
export interface AddedInteraction {
  /** The terms tested together, such as `["mentored:age"]`. */
  readonly terms: readonly string[];
  /** How much of the outcome's variance they explain beside the rest of the model. */
  readonly rSquaredChange: number;
  /** `null` where CR2 is asked for several coefficients at once, or the clusters cannot tell them apart. */
  readonly test: OverallTest | null;
}

interface TestedFit {
  readonly fit: LinearFit;
  readonly design: Matrix;
  readonly totalSumOfSquares: number;
  readonly type: CovarianceType;
  readonly covariance: Matrix;
  readonly df: Float64Array;
  readonly clusters: number | null;
}

/**
 * The test of the coefficients at `places`, F or with a robust covariance Wald's F, and the change in R² that they stand for: with
 * the classical covariance β′V⁻¹β·σ² is the residual sum of squares that leaving them out would add.
 */
export function interactionTest(terms: readonly string[], places: readonly number[], of: TestedFit): AddedInteraction {
  const { fit, design, totalSumOfSquares, type, covariance, df, clusters } = of;
  const classical = linearCovariance(fit, design, "classical").covariance;
  const added = (waldStatistic(fit.coefficients, classical, places) ?? 0) * fit.residualVariance;
  const df1 = places.length;
  const df2 = type === "CR2" ? df[places[0]!]! : isClustered(type) ? clusters! - 1 : fit.dfResidual;
  const quadratic =
    (type === "CR2" && df1 > 1) || (isClustered(type) && df1 > clusters! - 1)
      ? null
      : waldStatistic(fit.coefficients, covariance, places);
  return {
    terms,
    rSquaredChange: added / totalSumOfSquares,
    test:
      quadratic === null || !Number.isFinite(quadratic)
        ? null
        : {
            method: type === "classical" ? "F" : "Wald F",
            statistic: quadratic / df1,
            df1,
            df2,
            pValue: pValueOfF(quadratic / df1, df1, df2),
          },
  };
}
