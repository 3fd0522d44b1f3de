import { smallestReaching } from "./discreteQuantile.ts";
import { betaTails } from "./incompleteBeta.ts";
import { normalQuantile } from "./normal.ts";
import { poissonLower, poissonMass, poissonQuantile, poissonQuantileUpper, poissonUpper } from "./poisson.ts";
import { logBetaTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, type Tails } from "./tails.ts";

/** P(X = k) of the negative binomial with this mean and variance mean + mean²/size; its natural log with `log`. */
export function negativeBinomialMass(k: number, size: number, mean: number, log = false): number {
  if (size === Number.POSITIVE_INFINITY) return poissonMass(k, mean, log);
  let value = Number.NEGATIVE_INFINITY;
  if (k === 0) value = -size * Math.log1p(mean / size);
  else if (Number.isInteger(k) && k > 0 && mean > 0) {
    const total = size + mean;
    value = logBetaTerm(size, k, size / total, mean / total) - Math.log(k);
  } else if (Number.isNaN(k)) value = k;
  return log ? value : Math.exp(value);
}

function negativeBinomialTails(k: number, size: number, mean: number): Tails {
  const whole = Math.floor(k);
  if (whole < 0) return NOTHING_BELOW;
  if (whole === Number.POSITIVE_INFINITY || mean === 0) return NOTHING_ABOVE;
  const total = size + mean;
  // P(X ≤ k) = I_p(size, k + 1) with p = size/(size + mean)
  return betaTails(size, whole + 1, size / total, mean / total);
}

/** P(X ≤ k); its natural log with `log`. Infinite size means the Poisson. */
export function negativeBinomialLower(k: number, size: number, mean: number, log = false): number {
  if (size === Number.POSITIVE_INFINITY) return poissonLower(k, mean, log);
  const tails = negativeBinomialTails(k, size, mean);
  return log ? tails.logLower : tails.lower;
}

/** P(X > k), k itself excluded; its natural log with `log`. Infinite size means the Poisson. */
export function negativeBinomialUpper(k: number, size: number, mean: number, log = false): number {
  if (size === Number.POSITIVE_INFINITY) return poissonUpper(k, mean, log);
  const tails = negativeBinomialTails(k, size, mean);
  return log ? tails.logUpper : tails.upper;
}

function negativeBinomialPoint(probability: number, size: number, mean: number, lower: boolean, log: boolean): number {
  if (mean === 0) return 0;
  const target = smallerTail(probability, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const z = normalQuantile(target.logProbability, true);
  const guess = mean + (target.lower ? z : -z) * Math.sqrt(mean + (mean / size) * mean);
  const tails = (k: number) => negativeBinomialTails(k, size, mean);
  return smallestReaching(target, tails, guess, 0, Number.MAX_SAFE_INTEGER);
}

/** The smallest k with P(X ≤ k) ≥ probability; with `log`, the probability is a natural log. */
export function negativeBinomialQuantile(probability: number, size: number, mean: number, log = false): number {
  if (size === Number.POSITIVE_INFINITY) return poissonQuantile(probability, mean, log);
  return negativeBinomialPoint(probability, size, mean, true, log);
}

/** The smallest k with P(X > k) ≤ probability; with `log`, the probability is a natural log. */
export function negativeBinomialQuantileUpper(probability: number, size: number, mean: number, log = false): number {
  if (size === Number.POSITIVE_INFINITY) return poissonQuantileUpper(probability, mean, log);
  return negativeBinomialPoint(probability, size, mean, false, log);
}
