import { smallestReaching } from "./discreteQuantile.ts";
import { gammaTails } from "./incompleteGamma.ts";
import { normalQuantile } from "./normal.ts";
import { logPoissonTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails } from "./tails.ts";

/** P(X = k) of the Poisson distribution; its natural log with `log`. */
export function poissonMass(k: number, mean: number, log = false): number {
  const value = Number.isInteger(k) && k >= 0 ? logPoissonTerm(k, mean) : Number.NEGATIVE_INFINITY;
  return log ? value : Math.exp(value);
}

function poissonTails(k: number, mean: number): Tails {
  const whole = Math.floor(k);
  if (whole < 0) return NOTHING_BELOW;
  if (whole === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  return swapped(gammaTails(whole + 1, mean));
}

/** P(X ≤ k); its natural log with `log`. */
export function poissonLower(k: number, mean: number, log = false): number {
  const tails = poissonTails(k, mean);
  return log ? tails.logLower : tails.lower;
}

/** P(X > k), k itself excluded; its natural log with `log`. */
export function poissonUpper(k: number, mean: number, log = false): number {
  const tails = poissonTails(k, mean);
  return log ? tails.logUpper : tails.upper;
}

function poissonPoint(probability: number, mean: number, lower: boolean, log: boolean): number {
  if (mean === 0) return 0;
  const target = smallerTail(probability, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const z = normalQuantile(target.logProbability, true);
  const guess = mean + (target.lower ? z : -z) * Math.sqrt(mean) + (z * z) / 6;
  return smallestReaching(target, (k) => poissonTails(k, mean), guess, 0, Number.MAX_SAFE_INTEGER);
}

/** The smallest k with P(X ≤ k) ≥ probability; with `log`, the probability is a natural log. */
export function poissonQuantile(probability: number, mean: number, log = false): number {
  return poissonPoint(probability, mean, true, log);
}

/** The smallest k with P(X > k) ≤ probability; with `log`, the probability is a natural log. */
export function poissonQuantileUpper(probability: number, mean: number, log = false): number {
  return poissonPoint(probability, mean, false, log);
}
