import { cholesky, type Matrix, matrix } from "../_numeric/matrix.ts";

/**
 * Generalised variance inflation of a group of coefficients (Fox & Monette 1992, equation 10): det R₁₁ · det R₂₂ / det R, R
 * being the correlations of the estimates but the intercept's, R₁₁ those of the group; `null` where R is singular.
 */
export function varianceInflation(covariance: Matrix, group: readonly number[]): number | null {
  const all = Array.from({ length: covariance.rows - 1 }, (_, k) => k + 1);
  const logs = [group, all.filter((k) => !group.includes(k)), all].map((places) => logDeterminant(covariance, places));
  const [own, rest, whole] = logs;
  return own == null || rest == null || whole == null ? null : Math.max(1, Math.exp(own + rest - whole));
}

/** log of the determinant of the correlations at these places. */
function logDeterminant(covariance: Matrix, places: readonly number[]): number | null {
  const at = (i: number, j: number) => covariance.data[places[j]! * covariance.rows + places[i]!]!;
  const size = places.length;
  const correlations = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      correlations.data[j * size + i] = at(i, j) / Math.sqrt(at(i, i)) / Math.sqrt(at(j, j));
    }
  }
  const lower = cholesky(correlations);
  if (lower === null) return null;
  return places.reduce((total, _, k) => total + 2 * Math.log(lower.data[k * size + k]!), 0);
}
