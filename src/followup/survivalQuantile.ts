/** Values closer than this count as equal, so that rounding in a product does not move a quantile. */
const equal = 1e-9;

/**
 * The time by which a proportion `p` has had the event: the first time at which the curve is at most 1 − p. Where the
 * curve stands at exactly 1 − p for a while, the middle of that while (to the last time, if it never falls further).
 * Null where it is not reached. A null height is a limit that does not exist: the curve ends there.
 */
export function quantileOfCurve(times: ArrayLike<number>, heights: ArrayLike<number | null>, p: number): number | null {
  const target = 1 - p;
  let reached: number | null = null;
  for (let j = 0; j < times.length; j++) {
    const height = heights[j];
    if (height === null || height === undefined) break;
    if (reached === null && height <= target + equal) {
      if (height < target - equal) return times[j]!;
      reached = times[j]!;
    } else if (reached !== null && height < target - equal) {
      return (reached + times[j]!) / 2;
    }
  }
  return reached === null ? null : (reached + times[times.length - 1]!) / 2;
}
