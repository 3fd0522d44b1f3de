import { type Matrix, multiply, transpose } from "../_numeric/matrix.ts";
import { type CovarianceOptions, type CovarianceType, linearCovariance } from "./covariance.ts";
import type { LinearFit } from "./linear.ts";
import type { CoefficientCovariance } from "./sandwich.ts";

export interface LinearContrasts extends CoefficientCovariance {
  readonly estimates: Float64Array;
}

/**
 * Sums of coefficients, one per row of `combinations` (contrasts × coefficients), as if the design had been written so that they are
 * coefficients themselves: their covariance, and for CR2 the Satterthwaite degrees of freedom of each.
 */
export function linearContrasts(
  fit: LinearFit,
  design: Matrix,
  type: CovarianceType,
  combinations: Matrix,
  options: CovarianceOptions = {},
): LinearContrasts {
  const rootInverse = multiply(combinations, fit.rootInverse);
  const rewritten: LinearFit = { ...fit, rootInverse, crossInverse: multiply(rootInverse, transpose(rootInverse)) };
  const { covariance, df, unseen } = linearCovariance(rewritten, design, type, options);
  const coefficients: Matrix = { rows: fit.coefficients.length, columns: 1, data: fit.coefficients };
  return {
    estimates: multiply(combinations, coefficients).data,
    covariance,
    df: type.startsWith("CR") ? df : new Float64Array(combinations.rows).fill(fit.dfResidual),
    unseen,
  };
}
