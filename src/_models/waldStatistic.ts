import { inverseForm, type Matrix, partOfMatrix } from "../_numeric/matrix.ts";

/** β′V⁻¹β of the coefficients at these places; `null` where V is singular. */
export function waldStatistic(
  coefficients: ArrayLike<number>,
  covariance: Matrix,
  places: readonly number[],
): number | null {
  const own = places.map((place) => coefficients[place]!);
  return inverseForm(partOfMatrix(covariance, places), own);
}
