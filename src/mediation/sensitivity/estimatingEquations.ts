import type { Clusters } from "../../_models/covariance.ts";
import { leastSquares } from "../../_numeric/leastSquares.ts";
import { columnOfMatrix, fromColumns, type Matrix, matrix, multiply, transpose } from "../../_numeric/matrix.ts";
import { influenceCovariance } from "./influence.ts";
import { covariatePart } from "./jointAnalysis.ts";

/**
 * Sandwich covariance of parameters that solve Σ ψ(row, θ) = 0 for stacked equations (Stefanski & Boos 2002): the derivative of
 * the sums by central differences, inverted by least squares.
 */
export function estimatingCovariance(
  parameters: Float64Array,
  /** Rough standard errors, the unit of the differences. */
  units: Float64Array,
  rows: number,
  clusters: Clusters | null,
  equations: (parameters: Float64Array, out: Matrix) => void,
): Matrix {
  const size = parameters.length;
  const psi = matrix(rows, size);
  const sums = (theta: Float64Array) => {
    equations(theta, psi);
    return Float64Array.from({ length: size }, (_, k) => columnOfMatrix(psi, k).reduce((sum, value) => sum + value, 0));
  };
  const moved = Float64Array.from(parameters);
  const columns = Array.from(parameters, (value, j) => {
    const step = 1e-3 * units[j]!;
    moved[j] = value + step;
    const above = sums(moved);
    moved[j] = value - step;
    const below = sums(moved);
    moved[j] = value;
    return above.map((sum, k) => (sum - below[k]!) / (2 * step));
  });
  const slope = fromColumns(columns);
  const inverse = fromColumns(
    Array.from({ length: size }, (_, k) => {
      const unit = new Float64Array(size);
      unit[k] = 1;
      return leastSquares(slope, unit).coefficients;
    }),
  );
  equations(parameters, psi);
  return influenceCovariance(multiply(psi, transpose(inverse)), clusters);
}

/** Square roots of the diagonal of a covariance times a factor. */
export function standardErrors(covariance: Matrix, factor: number): Float64Array {
  return Float64Array.from({ length: covariance.rows }, (_, j) =>
    Math.sqrt(factor * covariance.data[j * covariance.rows + j]!),
  );
}

/** The predictors of a design's rows, from coefficients that start at `first`. */
export function predictorInto(design: Matrix, theta: Float64Array, first: number, into: Float64Array): void {
  covariatePart(design, theta, first, 1, into);
}
