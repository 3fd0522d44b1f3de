import { logGammaOnePlus } from "./logGamma.ts";
import { logPoissonTerm } from "./saddlePoint.ts";
import { fromLogLower, fromLower, NOTHING_ABOVE, NOTHING_BELOW, swapped, type Tails, UNDEFINED } from "./tails.ts";

const TERMS = 5_000_000;
const TINY = 1e-300;

/** Σ xⁿ / ((a + 1)…(a + n)), the series of the lower function (DLMF 8.7.1, Kummer-transformed). */
function lowerSeries(a: number, x: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < TERMS; n++) {
    term *= x / (a + n);
    sum += term;
    if (term <= sum * 1e-17) break;
  }
  return sum;
}

/** Γ(a, x) e^x x^(1 − a) / x by the continued fraction of Legendre (DLMF 8.9.2, contracted), Lentz's evaluation. */
function upperFraction(a: number, x: number): number {
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let fraction = d;
  for (let n = 1; n < TERMS; n++) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / (numerator * d + b || TINY);
    c = b + numerator / c || TINY;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return fraction;
}

/** 1 − P(a, x) for a < 1 and small x, where P is near one: the two parts of the series that sum to the complement (DLMF 8.7.1). */
function upperOfSmallShape(a: number, x: number): number {
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 100; n++) {
    term *= -x / n;
    const part = (a * term) / (a + n);
    sum += part;
    if (Math.abs(part) <= Math.abs(sum) * 1e-17) break;
  }
  const logPower = a * Math.log(x) - logGammaOnePlus(a);
  return -Math.expm1(logPower) - Math.exp(logPower) * sum;
}

/** Both tails of the gamma distribution with shape a and unit scale: the regularised incomplete gamma functions P and Q. */
export function gammaTails(a: number, x: number): Tails {
  if (Number.isNaN(a + x)) return UNDEFINED;
  if (x <= 0) return NOTHING_BELOW;
  if (x === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  const logTerm = logPoissonTerm(a, x);
  if (a < 1 && x < 1.5) {
    const lower = fromLogLower(logTerm + Math.log(lowerSeries(a, x)));
    if (lower.lower < 0.5) return lower;
    return swapped(fromLower(upperOfSmallShape(a, x)));
  }
  if (x <= a) {
    return fromLogLower(logTerm + Math.log(lowerSeries(a, x)));
  }
  return swapped(fromLogLower(logTerm + Math.log(a * upperFraction(a, x))));
}
