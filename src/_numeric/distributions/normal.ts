import { smallerTail } from "./tails.ts";

const SQRT_TWO_PI = 2.5066282746310007;
const HALF_LOG_TWO_PI = 0.9189385332046728;
const STEP = 0.5;
const NODES = Array.from({ length: 13 }, (_, index) => ((index + 1) * STEP) ** 2);
const NODE_WEIGHTS = NODES.map((square) => Math.exp(-square));

/** e^(−z²/2) with the square split in two, so that its rounding does not reach the exponent. */
function exponentialOfHalfSquare(z: number): number {
  const high = Math.fround(z);
  return Math.exp(-0.5 * high * high) * Math.exp(-0.5 * (z - high) * (z + high));
}

/** Standard normal density; its natural log with `log`. */
export function normalDensity(z: number, log = false): number {
  if (log) return -0.5 * z * z - HALF_LOG_TWO_PI;
  return Math.abs(z) > 40 ? 0 : exponentialOfHalfSquare(z) / SQRT_TWO_PI;
}

/**
 * e^(x²) erfc(x) for x ≥ ½: the trapezoidal rule for the integral of e^(−t²)/(t² + x²) with its pole's residue
 * (Chiarella & Reichel 1968; Matta & Reichel 1971), exact to rounding at step ½.
 */
function scaledErfcByTrapezium(x: number): number {
  if (x > 1e8) return 1 / (x * Math.sqrt(Math.PI));
  const square = x * x;
  let sum = 1 / (2 * square);
  for (let index = 0; index < NODES.length; index++) sum += NODE_WEIGHTS[index]! / (NODES[index]! + square);
  const rule = ((2 * STEP * x) / Math.PI) * sum;
  return x < Math.PI / STEP ? rule - (2 * Math.exp(square)) / Math.expm1((2 * Math.PI * x) / STEP) : rule;
}

/** Φ(z) − ½ by its series of positive terms (Abramowitz & Stegun 1964, 26.2.11), for |z| of about one. */
function normalCentral(z: number): number {
  const square = z * z;
  let term = z;
  let sum = z;
  for (let odd = 3; ; odd += 2) {
    term *= square / odd;
    sum += term;
    if (!(Math.abs(term) > Math.abs(sum) * 1e-17)) break;
  }
  return normalDensity(z) * sum;
}

/** Mills' ratio (1 − Φ(z))/φ(z) for z ≥ 0.7. */
function millsRatio(z: number): number {
  return (SQRT_TWO_PI / 2) * scaledErfcByTrapezium(z * Math.SQRT1_2);
}

/** P(Z > z) of the standard normal; its natural log with `log`. */
export function normalUpper(z: number, log = false): number {
  if (z > 1) {
    if (log) return z === Number.POSITIVE_INFINITY ? -z : normalDensity(z, true) + Math.log(millsRatio(z));
    return normalDensity(z) * millsRatio(z);
  }
  if (!(z < -1)) return log ? Math.log1p(-0.5 - normalCentral(z)) : 0.5 - normalCentral(z);
  const below = normalUpper(-z);
  return log ? Math.log1p(-below) : 1 - below;
}

/** P(Z ≤ z) of the standard normal; its natural log with `log`. */
export function normalLower(z: number, log = false): number {
  return normalUpper(-z, log);
}

/** The complementary error function, 2 P(Z > x√2). */
export function erfc(x: number): number {
  if (x < 0.7) return 1 - erf(x);
  return scaledErfc(x) * exponentialOfHalfSquare(x) * exponentialOfHalfSquare(x);
}

/** The error function. */
export function erf(x: number): number {
  if (Math.abs(x) < 0.7) return 2 * normalCentral(x * Math.SQRT2);
  return x > 0 ? 1 - erfc(x) : erfc(-x) - 1;
}

/** The scaled complementary error function e^(x²) erfc(x), for x > −26 finite. */
export function scaledErfc(x: number): number {
  return x >= 0.7 ? scaledErfcByTrapezium(x) : Math.exp(x * x) * erfc(x);
}

/** The z above which the standard normal leaves probability e^logP, for e^logP ≤ ½. */
function upperPoint(p: number, logP: number): number {
  const offCentre = 0.5 - p;
  if (offCentre < 0.3) {
    let z = offCentre * SQRT_TWO_PI;
    for (let iteration = 0; iteration < 8; iteration++) {
      const error = (normalCentral(z) - offCentre) / normalDensity(z);
      const step = error / (1 + (z * error) / 2);
      z -= step;
      if (Math.abs(step) <= 1e-9 * Math.abs(z)) break;
    }
    return z;
  }
  // Halley on log P(Z > z), from the leading asymptotic term
  const twice = -2 * logP;
  let z = Math.sqrt(twice - Math.log(2 * Math.PI) - Math.log(Math.max(1, twice - Math.log(2 * Math.PI * twice))));
  if (!(z > 0.8)) z = 0.8;
  for (let iteration = 0; iteration < 20; iteration++) {
    const mills = millsRatio(z);
    const excess = normalDensity(z, true) + Math.log(mills) - logP;
    const newton = excess * mills;
    // second derivative of log P(Z > z) is z h − h², with the hazard h = 1/mills
    const step = -newton / (1 - (newton * (z - 1 / mills)) / 2);
    z -= step;
    if (Math.abs(step) <= 1e-6 * z) break;
  }
  return z;
}

function normalPoint(p: number, lower: boolean, log: boolean): number {
  const zero = log ? Number.NEGATIVE_INFINITY : 0;
  const one = log ? 0 : 1;
  const sign = lower ? -1 : 1;
  if (p === zero) return sign * Number.POSITIVE_INFINITY;
  if (p === one) return -sign * Number.POSITIVE_INFINITY;
  const target = smallerTail(p, lower, log);
  const tail = log ? Math.exp(target.logProbability) : p <= 0.5 ? p : 1 - p;
  const z = upperPoint(tail, target.logProbability);
  if (z === 0) return 0;
  return target.lower ? -z : z;
}

/** The z with P(Z ≤ z) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function normalQuantile(p: number, log = false): number {
  return normalPoint(p, true, log);
}

/** The z with P(Z > z) = p; with `log`, p is a natural log. ±Infinity at p = 0 and 1. */
export function normalQuantileUpper(p: number, log = false): number {
  return normalPoint(p, false, log);
}
