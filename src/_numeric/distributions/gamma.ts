import { gammaTails } from "./incompleteGamma.ts";
import { logGammaOnePlus } from "./logGamma.ts";
import { normalQuantile } from "./normal.ts";
import { logPoissonTerm } from "./saddlePoint.ts";
import { fromLogLower, smallerTail, solveLogTail } from "./tails.ts";

/** Density of the gamma distribution with the given shape and rate (default 1); its natural log with `log`. */
export function gammaDensity(x: number, shape: number, rate = 1, log = false): number {
  const scaled = x * rate;
  let value = Number.NEGATIVE_INFINITY;
  if (scaled === 0) {
    value = shape < 1 ? Number.POSITIVE_INFINITY : shape === 1 ? Math.log(rate) : Number.NEGATIVE_INFINITY;
  } else if (scaled > 0 && scaled < Number.POSITIVE_INFINITY) {
    value = logPoissonTerm(shape, scaled) + Math.log(shape) - Math.log(x);
  }
  return log ? value : Math.exp(value);
}

/** P(X ≤ x) of the gamma distribution; its natural log with `log`. */
export function gammaLower(x: number, shape: number, rate = 1, log = false): number {
  const tails = gammaTails(shape, x * rate);
  return log ? tails.logLower : tails.lower;
}

/** P(X > x) of the gamma distribution; its natural log with `log`. */
export function gammaUpper(x: number, shape: number, rate = 1, log = false): number {
  const tails = gammaTails(shape, x * rate);
  return log ? tails.logUpper : tails.upper;
}

/** The start of Newton's steps for log x (Wilson & Hilferty 1931), or the bound where that has none. */
function startOfGamma(z: number, shape: number, bound: number): number {
  const cubeRoot = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return cubeRoot > 0 ? Math.log(shape) + 3 * Math.log(cubeRoot) : bound;
}

/** log x where the lower (or upper) tail of the unit gamma distribution is e^logProbability. */
function logPoint(logProbability: number, lower: boolean, shape: number): number {
  const z = normalQuantile(logProbability, true);
  if (lower) {
    // log P ≤ a u − log Γ(a + 1) bounds the root from the left
    const logFactor = logGammaOnePlus(shape);
    const bound = (logProbability + logFactor) / shape;
    return solveLogTail(
      (u) => {
        if (u < -700) return [fromLogLower(shape * u - logFactor).logLower - logProbability, shape];
        const x = Math.exp(u);
        const { logLower } = gammaTails(shape, x);
        return [logLower - logProbability, shape * Math.exp(logPoissonTerm(shape, x) - logLower)];
      },
      Math.max(startOfGamma(z, shape, bound), bound),
      bound,
    );
  }
  // a sub-gamma variable: P(X > a + √(2aL) + L) ≤ e^(−L) (Boucheron, Lugosi & Massart 2013, section 2.4)
  const bound = Math.log(shape + Math.sqrt(-2 * shape * logProbability) - logProbability);
  return solveLogTail(
    (u) => {
      const x = Math.exp(u);
      const { logUpper } = gammaTails(shape, x);
      return [logUpper - logProbability, -shape * Math.exp(logPoissonTerm(shape, x) - logUpper)];
    },
    Math.min(startOfGamma(-z, shape, bound), bound),
    bound,
  );
}

function gammaPoint(p: number, shape: number, rate: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  return Math.exp(logPoint(target.logProbability, target.lower, shape)) / rate;
}

/** The x with P(X ≤ x) = p; with `log`, p is a natural log. */
export function gammaQuantile(p: number, shape: number, rate = 1, log = false): number {
  return gammaPoint(p, shape, rate, true, log);
}

/** The x with P(X > x) = p; with `log`, p is a natural log. */
export function gammaQuantileUpper(p: number, shape: number, rate = 1, log = false): number {
  return gammaPoint(p, shape, rate, false, log);
}
