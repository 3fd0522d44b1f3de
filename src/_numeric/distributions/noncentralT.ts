import { logChiMixture } from "./chiMixture.ts";
import { logChiMixtureFar } from "./chiMixtureFar.ts";
import { logMeanOverChiScale, scaleAgainst } from "./chiScale.ts";
import { normalDensity, normalLower, normalQuantile, normalQuantileUpper, normalUpper } from "./normal.ts";
import { rootOfTail } from "./rootOfTail.ts";
import { tDensity, tLower, tQuantile, tQuantileUpper, tUpper } from "./studentT.ts";
import { fromLogLower, NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails, UNDEFINED } from "./tails.ts";

function logUpperOf(x: number, df: number, ncp: number): number {
  return logChiMixtureFar(x, ncp, df) ?? logChiMixture(x, ncp, df);
}

function noncentralTTails(x: number, df: number, ncp: number): Tails {
  if (Number.isNaN(x + df + ncp)) return UNDEFINED;
  if (x === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  if (x === Number.NEGATIVE_INFINITY) return NOTHING_BELOW;
  const upperFirst = x > ncp;
  const sign = upperFirst ? 1 : -1;
  const first = logUpperOf(sign * x, df, sign * ncp);
  let tails = fromLogLower(first);
  // near one the other tail carries the digits
  if (first > -Math.LN2) {
    const second = logUpperOf(-sign * x, df, -sign * ncp);
    if (second < first) tails = swapped(fromLogLower(second));
  }
  return upperFirst ? swapped(tails) : tails;
}

/**
 * Density of the noncentral t, the mean of S φ(xS − ncp) over S = √(V/df); its natural log with `log`. Infinite df mean the
 * normal with mean ncp.
 */
export function noncentralTDensity(x: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tDensity(x, df, log);
  if (df === Number.POSITIVE_INFINITY) return normalDensity(x - ncp, log);
  let value = Number.NEGATIVE_INFINITY;
  if (Number.isNaN(x + df + ncp)) value = Number.NaN;
  else if (x === 0) value = tDensity(0, df, true) - 0.5 * ncp * ncp;
  else if (Number.isFinite(x)) {
    const logDensity = (s: number) => Math.log(s) + normalDensity(x * s - ncp, true);
    value = logMeanOverChiScale(logDensity, df, scaleAgainst(x, df));
  }
  return log ? value : Math.exp(value);
}

/**
 * P(T > x) of the noncentral t, T = (Z + ncp)/√(V/df), as a mixture of normal upper tails over V (Johnson & Welch 1940);
 * its natural log with `log`. Infinite df mean the normal with mean ncp.
 */
export function noncentralTUpper(x: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tUpper(x, df, log);
  if (df === Number.POSITIVE_INFINITY || x === 0) return normalUpper(x - ncp, log);
  const tails = noncentralTTails(x, df, ncp);
  return log ? tails.logUpper : tails.upper;
}

/** P(T ≤ x) of the noncentral t; its natural log with `log`. */
export function noncentralTLower(x: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tLower(x, df, log);
  if (df === Number.POSITIVE_INFINITY || x === 0) return normalLower(x - ncp, log);
  const tails = noncentralTTails(x, df, ncp);
  return log ? tails.logLower : tails.lower;
}

function noncentralTPoint(p: number, df: number, ncp: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  const sign = target.lower ? -1 : 1;
  if (target.logProbability === Number.NEGATIVE_INFINITY) return sign * Number.POSITIVE_INFINITY;
  const tails = (x: number): Tails => {
    if (x !== 0) return noncentralTTails(x, df, ncp);
    return {
      lower: normalLower(-ncp),
      upper: normalUpper(-ncp),
      logLower: normalLower(-ncp, true),
      logUpper: normalUpper(-ncp, true),
    };
  };
  return rootOfTail(target, tails, ncp, Math.sqrt(1 + (ncp * ncp) / (2 * df)));
}

/** The x with P(T ≤ x) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function noncentralTQuantile(p: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tQuantile(p, df, log);
  if (df === Number.POSITIVE_INFINITY) return ncp + normalQuantile(p, log);
  return noncentralTPoint(p, df, ncp, true, log);
}

/** The x with P(T > x) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function noncentralTQuantileUpper(p: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return tQuantileUpper(p, df, log);
  if (df === Number.POSITIVE_INFINITY) return ncp + normalQuantileUpper(p, log);
  return noncentralTPoint(p, df, ncp, false, log);
}
