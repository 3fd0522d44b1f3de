import { smallestReaching } from "./discreteQuantile.ts";
import { betaTails } from "./incompleteBeta.ts";
import { normalQuantile } from "./normal.ts";
import { logBetaTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails } from "./tails.ts";

/** P(X = k) of n trials with probability p; its natural log with `log`. */
export function binomialMass(k: number, n: number, p: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (Number.isInteger(k) && k >= 0 && k <= n) {
    if (k === 0) value = n === 0 ? 0 : n * Math.log1p(-p);
    else if (k === n) value = n * Math.log(p);
    else if (p > 0 && p < 1) value = logBetaTerm(k, n - k, p, 1 - p) + Math.log(n / k) - Math.log(n - k);
  }
  return log ? value : Math.exp(value);
}

function binomialTails(k: number, n: number, p: number): Tails {
  const whole = Math.floor(k);
  if (whole < 0) return NOTHING_BELOW;
  if (whole >= n) return NOTHING_ABOVE;
  // P(X > k) = I_p(k + 1, n − k)
  return swapped(betaTails(whole + 1, n - whole, p, 1 - p));
}

/** P(X ≤ k); its natural log with `log`. */
export function binomialLower(k: number, n: number, p: number, log = false): number {
  const tails = binomialTails(k, n, p);
  return log ? tails.logLower : tails.lower;
}

/** P(X > k), k itself excluded; its natural log with `log`. */
export function binomialUpper(k: number, n: number, p: number, log = false): number {
  const tails = binomialTails(k, n, p);
  return log ? tails.logUpper : tails.upper;
}

function binomialPoint(probability: number, n: number, p: number, lower: boolean, log: boolean): number {
  if (p === 0 || n === 0) return 0;
  if (p === 1) return n;
  const target = smallerTail(probability, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : n;
  const z = normalQuantile(target.logProbability, true);
  const guess = n * p + (target.lower ? z : -z) * Math.sqrt(n * p * (1 - p));
  return smallestReaching(target, (k) => binomialTails(k, n, p), guess, 0, n);
}

/** The smallest k with P(X ≤ k) ≥ probability; with `log`, the probability is a natural log. */
export function binomialQuantile(probability: number, n: number, p: number, log = false): number {
  return binomialPoint(probability, n, p, true, log);
}

/** The smallest k with P(X > k) ≤ probability; with `log`, the probability is a natural log. */
export function binomialQuantileUpper(probability: number, n: number, p: number, log = false): number {
  return binomialPoint(probability, n, p, false, log);
}
