/**
 * Whether a spread is no more than rounding: ten spacings of doubles at the size of the numbers it was computed from.
 * 0.3 − 0.2 and 0.2 − 0.1 differ in their last digit only; that is not variation.
 */
export function isRounding(spread: number, ...from: readonly ArrayLike<number>[]): boolean {
  let largest = 0;
  for (const values of from) for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(values[i]!));
  return spread <= 10 * Number.EPSILON * largest;
}
