import { betaLogOdds } from "./betaLogOdds.ts";
import { betaTails, betaTailsAtLogOdds } from "./incompleteBeta.ts";
import { normalDensity, normalLower, normalQuantile, normalQuantileUpper } from "./normal.ts";
import { logBeta, logBetaTerm } from "./saddlePoint.ts";
import { smallerTail, type Tails } from "./tails.ts";

/** Tails of |T| at |x|, the outer one as `lower`: T² relates to the beta distribution by df/(df + T²). */
export function outerTails(x: number, df: number): Tails {
  const t = Math.abs(x);
  if (t > 1e140 || t < 1e-140) {
    return betaTailsAtLogOdds(df / 2, 0.5, Math.log(df) - 2 * Math.log(t));
  }
  const square = t * t;
  return betaTails(df / 2, 0.5, df / (df + square), square / (df + square));
}

/** Density of Student's t; its natural log with `log`. Infinite df mean the normal. */
export function tDensity(x: number, df: number, log = false): number {
  if (df === Number.POSITIVE_INFINITY) return normalDensity(x, log);
  const square = x * x;
  let value: number;
  if (square === Number.POSITIVE_INFINITY) {
    value = Math.log(df / 2) + outerTails(x, df).logLower - Math.log(Math.abs(x));
  } else if (square < 1e-290) {
    value = -logBeta(df / 2, 0.5) - 0.5 * Math.log(df);
  } else {
    // |T|'s density is 2 x^a y^½ / (B(a, ½) t), half of it on each side
    value = logBetaTerm(df / 2, 0.5, df / (df + square), square / (df + square)) - 0.5 * Math.log(square);
  }
  return log ? value : Math.exp(value);
}

/** P(T > x) of Student's t; its natural log with `log`. Infinite df mean the normal. */
export function tUpper(x: number, df: number, log = false): number {
  if (df === Number.POSITIVE_INFINITY) return normalLower(-x, log);
  if (x === 0) return log ? -Math.LN2 : 0.5;
  const { lower, logLower } = outerTails(x, df);
  if (x > 0) return log ? logLower - Math.LN2 : lower / 2;
  return log ? Math.log1p(-lower / 2) : 1 - lower / 2;
}

/** P(T ≤ x) of Student's t; its natural log with `log`. Infinite df mean the normal. */
export function tLower(x: number, df: number, log = false): number {
  return tUpper(-x, df, log);
}

function tPoint(p: number, df: number, lower: boolean, log: boolean): number {
  if (df === Number.POSITIVE_INFINITY) return lower ? normalQuantile(p, log) : normalQuantileUpper(p, log);
  const target = smallerTail(p, lower, log);
  const sign = target.lower ? -1 : 1;
  if (target.logProbability === Number.NEGATIVE_INFINITY) return sign * Number.POSITIVE_INFINITY;
  const tail = log ? Math.exp(target.logProbability) : p <= 0.5 ? p : 1 - p;
  if (tail === 0.5) return 0;
  const outer =
    tail < 0.25
      ? { logProbability: target.logProbability + Math.LN2, lower: true }
      : { logProbability: Math.log(1 - 2 * tail), lower: false };
  const u = betaLogOdds(outer, df / 2, 0.5);
  return sign * Math.sqrt(df) * Math.exp(-u / 2);
}

/** The x with P(T ≤ x) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function tQuantile(p: number, df: number, log = false): number {
  return tPoint(p, df, true, log);
}

/** The x with P(T > x) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function tQuantileUpper(p: number, df: number, log = false): number {
  return tPoint(p, df, false, log);
}
