import { mean as compensatedMean, sum as compensatedSum } from "simple-statistics";

// simple-statistics sums with compensation (Kahan 1965, Neumaier 1974) and reads any array-like of numbers.
const asArray = (values: ArrayLike<number>) => values as number[];

export function sum(values: ArrayLike<number>): number {
  return compensatedSum(asArray(values));
}

/** The arithmetic mean of at least one value. */
export function mean(values: ArrayLike<number>): number {
  return compensatedMean(asArray(values));
}

/** Σwx / Σw; weights ≥ 0, at least one positive. */
export function weightedMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  const products = new Float64Array(values.length);
  for (let row = 0; row < products.length; row++) products[row] = values[row]! * weights[row]!;
  return sum(products) / sum(weights);
}

/** The variance with n − 1; at least two values. */
export function variance(values: ArrayLike<number>): number {
  const { parts, unit } = deviations(values);
  return (dispersion(parts) / (values.length - 1)) * unit * unit;
}

/** The root of the variance with n − 1; at least two values. */
export function standardDeviation(values: ArrayLike<number>): number {
  const { parts, unit } = deviations(values);
  return Math.sqrt(dispersion(parts) / (values.length - 1)) * unit;
}

/** The covariance with n − 1; at least two pairs. */
export function covariance(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const left = deviations(x);
  const right = deviations(y);
  return (coDispersion(left.parts, right.parts) / (x.length - 1)) * left.unit * right.unit;
}

/** Pearson's correlation, within [−1, 1]; NaN where a variable is constant, which callers refuse beforehand. */
export function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const left = deviations(x).parts;
  const right = deviations(y).parts;
  const ratio = coDispersion(left, right) / (Math.sqrt(dispersion(left)) * Math.sqrt(dispersion(right)));
  return Math.max(-1, Math.min(1, ratio));
}

/** Quantile of type 7 (Hyndman & Fan 1996): linear between order statistics at (n − 1)p. */
export function quantile(values: ArrayLike<number>, p: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = (sorted.length - 1) * p;
  const below = Math.floor(place);
  const low = sorted[below]!;
  return place === below ? low : low + (place - below) * (sorted[below + 1]! - low);
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5);
}

/** Deviations from the mean in units of a power of two near the largest, so that squares neither overflow nor vanish. */
function deviations(values: ArrayLike<number>): { parts: Float64Array; unit: number } {
  const centre = mean(values);
  const parts = new Float64Array(values.length);
  let largest = 0;
  for (let row = 0; row < parts.length; row++) {
    parts[row] = values[row]! - centre;
    largest = Math.max(largest, Math.abs(parts[row]!));
  }
  if (largest === 0) return { parts, unit: 1 };
  const unit = 2 ** Math.max(-1020, Math.min(1020, Math.floor(Math.log2(largest))));
  for (let row = 0; row < parts.length; row++) parts[row]! /= unit;
  return { parts, unit };
}

/** Σd² less the trace of the rounded mean (Chan, Golub & LeVeque 1983, corrected two-pass). */
function dispersion(parts: Float64Array): number {
  return Math.max(0, coDispersion(parts, parts));
}

function coDispersion(left: Float64Array, right: Float64Array): number {
  const products = new Float64Array(left.length);
  for (let row = 0; row < products.length; row++) products[row] = left[row]! * right[row]!;
  return sum(products) - (sum(left) * sum(right)) / left.length;
}
