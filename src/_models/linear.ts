import { sum } from "../_numeric/describe.ts";
import { type LeastSquares, leastSquares } from "../_numeric/leastSquares.ts";
import type { Matrix } from "../_numeric/matrix.ts";

export interface LinearFit extends LeastSquares {
  /** Σwe² / (n − rank); 0 where n = rank. */
  readonly residualVariance: number;
  readonly residualSumOfSquares: number;
  readonly dfResidual: number;
  /** Rows with a positive weight. */
  readonly observations: number;
}

/** Ordinary or weighted (precision weights ≥ 0) least squares. Where `aliased` is not empty the coefficients are not to be used. */
export function fitLinear(design: Matrix, outcome: Float64Array, weights?: Float64Array): LinearFit {
  const fit = leastSquares(design, outcome, weights);
  let observations = 0;
  const squares = new Float64Array(outcome.length);
  for (let i = 0; i < squares.length; i++) {
    const weight = weights === undefined ? 1 : weights[i]!;
    if (weight > 0) observations++;
    squares[i] = weight * fit.residuals[i]! * fit.residuals[i]!;
  }
  const residualSumOfSquares = sum(squares);
  const dfResidual = observations - fit.rank;
  const residualVariance = dfResidual > 0 ? residualSumOfSquares / dfResidual : 0;
  return { ...fit, residualVariance, residualSumOfSquares, dfResidual, observations };
}
