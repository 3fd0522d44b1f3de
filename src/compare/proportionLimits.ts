import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import type { Interval } from "../estimate.ts";

/** Limits of a proportion by the score method (Wilson 1927). */
export function wilsonLimits(count: number, n: number, level: number): Interval & { lower: number; upper: number } {
  const z = normalQuantileUpper((1 - level) / 2);
  const proportion = count / n;
  const centre = proportion + z ** 2 / (2 * n);
  const half = z * Math.sqrt((proportion * (1 - proportion)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return {
    level,
    lower: Math.max(0, (centre - half) / scale),
    upper: Math.min(1, (centre + half) / scale),
    method: "Wilson score",
  };
}

/** Limits of a difference of two independent proportions from their score limits (Newcombe 1998, method 10). */
export function newcombeLimits(
  treated: { readonly count: number; readonly n: number },
  reference: { readonly count: number; readonly n: number },
  level: number,
): Interval & { lower: number; upper: number } {
  const p1 = treated.count / treated.n;
  const p0 = reference.count / reference.n;
  const first = wilsonLimits(treated.count, treated.n, level);
  const second = wilsonLimits(reference.count, reference.n, level);
  return {
    level,
    lower: p1 - p0 - Math.hypot(p1 - first.lower, second.upper - p0),
    upper: p1 - p0 + Math.hypot(first.upper - p1, p0 - second.lower),
    method: "Newcombe hybrid score",
  };
}
