import { betaLogOdds } from "./betaLogOdds.ts";
import { betaTails } from "./incompleteBeta.ts";
import { logBeta, logBetaTerm } from "./saddlePoint.ts";
import { smallerTail } from "./tails.ts";

/** Density of the beta distribution; its natural log with `log`. */
export function betaDensity(x: number, a: number, b: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (x === 0 || x === 1) {
    const shape = x === 0 ? a : b;
    if (shape <= 1) value = shape < 1 ? Number.POSITIVE_INFINITY : -logBeta(a, b);
  } else if (x > 0 && x < 1) {
    value = logBetaTerm(a, b, x, 1 - x) - Math.log(x) - Math.log1p(-x);
  }
  return log ? value : Math.exp(value);
}

/** P(X ≤ x) of the beta distribution, the regularised incomplete beta function; its natural log with `log`. */
export function betaLower(x: number, a: number, b: number, log = false): number {
  const tails = betaTails(a, b, x, 1 - x);
  return log ? tails.logLower : tails.lower;
}

/** P(X > x) of the beta distribution; its natural log with `log`. */
export function betaUpper(x: number, a: number, b: number, log = false): number {
  const tails = betaTails(a, b, x, 1 - x);
  return log ? tails.logUpper : tails.upper;
}

function betaPoint(p: number, a: number, b: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : 1;
  const u = betaLogOdds(target, a, b);
  return u < 0 ? Math.exp(u) / (1 + Math.exp(u)) : 1 / (1 + Math.exp(-u));
}

/** The x with P(X ≤ x) = p; with `log`, p is a natural log. */
export function betaQuantile(p: number, a: number, b: number, log = false): number {
  return betaPoint(p, a, b, true, log);
}

/** The x with P(X > x) = p; with `log`, p is a natural log. */
export function betaQuantileUpper(p: number, a: number, b: number, log = false): number {
  return betaPoint(p, a, b, false, log);
}
