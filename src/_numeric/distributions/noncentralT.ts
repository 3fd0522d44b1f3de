import { logChiMixture } from "./chiMixture.ts";
import { normalUpper } from "./normal.ts";
import { tUpper } from "./studentT.ts";
import { logComplement } from "./tails.ts";

/**
 * P(T > x) of the noncentral t, T = (Z + ncp)/√(V/df), as a mixture of normal upper tails over V (Johnson & Welch 1940);
 * its natural log with `log`. Infinite df mean the normal with mean ncp.
 */
export function noncentralTUpper(x: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tUpper(x, df, log);
  if (df === Number.POSITIVE_INFINITY || x === 0) return normalUpper(x - ncp, log);
  if (Number.isNaN(x + df + ncp)) return Number.NaN;
  if (!Number.isFinite(x)) return log ? (x > 0 ? Number.NEGATIVE_INFINITY : 0) : x > 0 ? 0 : 1;
  const upper = logChiMixture(x, ncp, df);
  if (upper < -Math.LN2) return log ? upper : Math.exp(upper);
  // near one the other tail carries the digits
  const lower = logChiMixture(-x, -ncp, df);
  return log ? logComplement(lower) : -Math.expm1(lower);
}

/** P(T ≤ x) of the noncentral t; its natural log with `log`. */
export function noncentralTLower(x: number, df: number, ncp: number, log = false): number {
  return noncentralTUpper(-x, df, -ncp, log);
}
