import { fromLogLower, logComplement, NOTHING_BELOW, smallerTail, swapped, type Tails, UNDEFINED } from "./tails.ts";

/** Density of the Weibull distribution, survival e^−(x/scale)^shape; its natural log with `log`. */
export function weibullDensity(x: number, shape: number, scale: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (x === 0) {
    if (shape <= 1) value = shape < 1 ? Number.POSITIVE_INFINITY : -Math.log(scale);
  } else if (x > 0 && x < Number.POSITIVE_INFINITY) {
    const logRatio = Math.log(x / scale);
    value = Math.log(shape / scale) + (shape - 1) * logRatio - Math.exp(shape * logRatio);
  } else if (Number.isNaN(x)) value = x;
  return log ? value : Math.exp(value);
}

function weibullTails(x: number, shape: number, scale: number): Tails {
  if (Number.isNaN(x + shape + scale)) return UNDEFINED;
  if (x <= 0) return NOTHING_BELOW;
  return swapped(fromLogLower(-((x / scale) ** shape)));
}

/** P(X ≤ x) of the Weibull distribution; its natural log with `log`. */
export function weibullLower(x: number, shape: number, scale: number, log = false): number {
  const tails = weibullTails(x, shape, scale);
  return log ? tails.logLower : tails.lower;
}

/** P(X > x) of the Weibull distribution; its natural log with `log`. */
export function weibullUpper(x: number, shape: number, scale: number, log = false): number {
  const tails = weibullTails(x, shape, scale);
  return log ? tails.logUpper : tails.upper;
}

function weibullPoint(p: number, shape: number, scale: number, lower: boolean, log: boolean): number {
  const { logProbability, lower: small } = smallerTail(p, lower, log);
  const logSurvival = small ? logComplement(logProbability) : logProbability;
  return scale * (-logSurvival) ** (1 / shape);
}

/** The x with P(X ≤ x) = p; with `log`, p is a natural log. */
export function weibullQuantile(p: number, shape: number, scale: number, log = false): number {
  return weibullPoint(p, shape, scale, true, log);
}

/** The x with P(X > x) = p; with `log`, p is a natural log. */
export function weibullQuantileUpper(p: number, shape: number, scale: number, log = false): number {
  return weibullPoint(p, shape, scale, false, log);
}
