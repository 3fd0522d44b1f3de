import type { CovarianceType } from "../_models/covariance.ts";
import type { LinearFit } from "../_models/linear.ts";
import { waldStatistic } from "../_models/waldStatistic.ts";
import { pValueOfF } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { isClustered } from "./covarianceChoice.ts";

/** All coefficients, but for the intercept, against 0. */
export interface OverallTest {
  /** "F" of explained and residual variance; "Wald F" where the covariance is robust. */
  readonly method: "F" | "Wald F";
  readonly statistic: number;
  readonly df1: number;
  readonly df2: number;
  readonly pValue: number;
}

/**
 * F of explained against residual variance, or with a robust covariance β′V⁻¹β / q on q and n − p (clusters − 1) degrees
 * of freedom. `null` without terms, for CR2 (whose degrees of freedom belong to single coefficients) and where the terms
 * outnumber what the clusters can tell.
 */
export function overallTest(
  fit: LinearFit,
  explained: number,
  type: CovarianceType,
  covariance: Matrix,
  clusters: number | null,
  intercept = true,
): OverallTest | null {
  const first = intercept ? 1 : 0;
  const df1 = fit.rank - first;
  if (df1 === 0 || type === "CR2") return null;
  if (type === "classical") {
    return finished("F", explained / df1 / fit.residualVariance, df1, fit.dfResidual);
  }
  const df2 = isClustered(type) ? clusters! - 1 : fit.dfResidual;
  const quadratic =
    df1 < df2 + 1
      ? waldStatistic(
          fit.coefficients,
          covariance,
          Array.from({ length: df1 }, (_, k) => first + k),
        )
      : null;
  return quadratic === null ? null : finished("Wald F", quadratic / df1, df1, df2);
}

function finished(method: "F" | "Wald F", statistic: number, df1: number, df2: number): OverallTest | null {
  if (!Number.isFinite(statistic)) return null;
  return { method, statistic, df1, df2, pValue: pValueOfF(statistic, df1, df2) };
}
