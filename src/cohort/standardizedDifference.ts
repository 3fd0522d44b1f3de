import { cholesky, choleskySolve } from "../_numeric/cholesky.ts";
import { mean, standardDeviation } from "../_numeric/describe.ts";
import { matrix } from "../_numeric/matrix.ts";

/**
 * (mean₁ − mean₀) / √((s₁² + s₀²) / 2) (Austin 2009); `null` with fewer than two values in an arm, or where nothing
 * varies and the means differ.
 */
export function differenceOfMeans(treated: ArrayLike<number>, reference: ArrayLike<number>): number | null {
  if (treated.length < 2 || reference.length < 2) return null;
  const spread = Math.hypot(standardDeviation(treated), standardDeviation(reference)) / Math.SQRT2;
  return ratio(mean(treated) - mean(reference), spread);
}

/** (p₁ − p₀) / √((p₁(1 − p₁) + p₀(1 − p₀)) / 2) (Austin 2009). */
export function differenceOfProportions(treated: number, reference: number): number | null {
  const spread = Math.sqrt((treated * (1 - treated) + reference * (1 - reference)) / 2);
  return ratio(treated - reference, spread);
}

/**
 * Mahalanobis distance between the proportions of the categories, the first left out, never negative
 * (Yang & Dalton 2012): √((T − C)′ S⁻¹ (T − C)), S the average of the two multinomial covariance matrices.
 * `null` where S is singular. Categories that nobody is in are left out.
 */
export function differenceOfCategories(treated: ArrayLike<number>, reference: ArrayLike<number>): number | null {
  const used = Array.from(treated, (_, level) => level).filter((level) => treated[level]! + reference[level]! > 0);
  const rest = used.slice(1);
  if (rest.length === 0) return 0;
  const gap = rest.map((level) => treated[level]! - reference[level]!);
  const average = matrix(rest.length, rest.length);
  rest.forEach((a, row) => {
    rest.forEach((b, column) => {
      average.data[column * rest.length + row] =
        a === b
          ? (treated[a]! * (1 - treated[a]!) + reference[a]! * (1 - reference[a]!)) / 2
          : -(treated[a]! * treated[b]! + reference[a]! * reference[b]!) / 2;
    });
  });
  if (gap.every((difference) => difference === 0)) return 0;
  const lower = cholesky(average);
  if (lower === null) return null;
  const solved = choleskySolve(lower, gap);
  return Math.sqrt(gap.reduce((sum, difference, row) => sum + difference * solved[row]!, 0));
}

function ratio(difference: number, spread: number): number | null {
  if (spread > 0) return difference / spread;
  return difference === 0 ? 0 : null;
}
