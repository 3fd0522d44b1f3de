import { binomialMass } from "./binomial.ts";
import { smallestReaching } from "./discreteQuantile.ts";
import { normalQuantile } from "./normal.ts";
import { fromLogLower, NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails, UNDEFINED } from "./tails.ts";

/** P(X = x) successes in draws without replacement; its natural log with `log`. Three binomial masses (Loader 2000, section 5). */
export function hypergeometricMass(x: number, successes: number, failures: number, draws: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (Number.isInteger(x) && x >= Math.max(0, draws - failures) && x <= Math.min(draws, successes)) {
    const total = successes + failures;
    const share = total === 0 ? 0 : draws / total;
    value =
      binomialMass(x, successes, share, true) +
      binomialMass(draws - x, failures, share, true) -
      binomialMass(draws, total, share, true);
  } else if (Number.isNaN(x)) value = x;
  return log ? value : Math.exp(value);
}

/** Σ of the masses from x downward over the mass at x. */
function sumDownward(x: number, successes: number, failures: number, draws: number): number {
  let sum = 1;
  let term = 1;
  for (let j = x; j > 0 && term > sum * 1e-17; j--) {
    term *= (j / (successes - j + 1)) * ((failures - draws + j) / (draws - j + 1));
    sum += term;
  }
  return sum;
}

function hypergeometricTails(x: number, successes: number, failures: number, draws: number): Tails {
  if (Number.isNaN(x + successes + failures + draws)) return UNDEFINED;
  const whole = Math.floor(x);
  if (whole < Math.max(0, draws - failures)) return NOTHING_BELOW;
  if (whole >= Math.min(draws, successes)) return NOTHING_ABOVE;
  if (whole < (draws * successes) / (successes + failures)) {
    const mass = hypergeometricMass(whole, successes, failures, draws, true);
    return fromLogLower(mass + Math.log(sumDownward(whole, successes, failures, draws)));
  }
  // the upper tail is the lower tail of the failures drawn
  const drawn = draws - whole - 1;
  const mass = hypergeometricMass(drawn, failures, successes, draws, true);
  return swapped(fromLogLower(mass + Math.log(sumDownward(drawn, failures, successes, draws))));
}

/** P(X ≤ x); its natural log with `log`. */
export function hypergeometricLower(
  x: number,
  successes: number,
  failures: number,
  draws: number,
  log = false,
): number {
  const tails = hypergeometricTails(x, successes, failures, draws);
  return log ? tails.logLower : tails.lower;
}

/** P(X > x), x itself excluded; its natural log with `log`. */
export function hypergeometricUpper(
  x: number,
  successes: number,
  failures: number,
  draws: number,
  log = false,
): number {
  const tails = hypergeometricTails(x, successes, failures, draws);
  return log ? tails.logUpper : tails.upper;
}

function hypergeometricPoint(
  p: number,
  successes: number,
  failures: number,
  draws: number,
  lower: boolean,
  log: boolean,
): number {
  const low = Math.max(0, draws - failures);
  const high = Math.min(draws, successes);
  if (low === high) return low;
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? low : high;
  const total = successes + failures;
  const mean = (draws * successes) / total;
  const spread = Math.sqrt(((mean * failures) / total) * ((total - draws) / Math.max(1, total - 1)));
  const z = normalQuantile(target.logProbability, true);
  const tails = (x: number) => hypergeometricTails(x, successes, failures, draws);
  return smallestReaching(target, tails, mean + (target.lower ? z : -z) * spread, low, high);
}

/** The smallest x with P(X ≤ x) ≥ p; with `log`, p is a natural log. */
export function hypergeometricQuantile(
  p: number,
  successes: number,
  failures: number,
  draws: number,
  log = false,
): number {
  return hypergeometricPoint(p, successes, failures, draws, true, log);
}

/** The smallest x with P(X > x) ≤ p; with `log`, p is a natural log. */
export function hypergeometricQuantileUpper(
  p: number,
  successes: number,
  failures: number,
  draws: number,
  log = false,
): number {
  return hypergeometricPoint(p, successes, failures, draws, false, log);
}
