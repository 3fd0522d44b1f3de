import { columnOfMatrix, innerProduct, type Matrix, matrix } from "../_numeric/matrix.ts";

/** A covariance matrix of coefficients and, per coefficient, the degrees of freedom of its t statistic. */
export interface CoefficientCovariance {
  readonly covariance: Matrix;
  readonly df: Float64Array;
  /**
   * Coefficients that rest on a cluster fitted exactly, such as the only treated site: the variation of that cluster
   * cannot be seen, and the standard error is too small. Empty for other covariances.
   */
  readonly unseen: number[];
}

/** AS′SA′ with A = R⁻¹ and one row of scores per person or cluster. */
export function sandwich(rootInverse: Matrix, scores: Matrix): Matrix {
  const size = rootInverse.rows;
  const result = matrix(size, size);
  const rotated = matrix(scores.rows, size);
  for (let j = 0; j < size; j++) {
    const target = columnOfMatrix(rotated, j);
    for (let k = 0; k < rootInverse.columns; k++) {
      const factor = rootInverse.data[k * size + j]!;
      for (let i = 0; i < scores.rows; i++) target[i]! += factor * scores.data[k * scores.rows + i]!;
    }
    for (let i = 0; i <= j; i++) {
      const total = innerProduct(rotated.data, i * scores.rows, rotated.data, j * scores.rows, scores.rows);
      result.data[j * size + i] = total;
      result.data[i * size + j] = total;
    }
  }
  return result;
}
