import type { Estimator } from "./estimator.ts";

/**
 * The estimates with each unit left out in turn, unit-major: name k without unit i stands at `[i * names.length + k]`.
 * A unit without which nothing can be estimated has NaN in its places; the summaries below leave it out.
 */
export function jackknife(estimator: Estimator): Float64Array {
  const width = estimator.names.length;
  const left = new Float64Array(estimator.units * width);
  const weights = new Float64Array(estimator.units).fill(1);
  const out = new Float64Array(width);
  for (let unit = 0; unit < estimator.units; unit++) {
    weights[unit] = 0;
    estimator.estimate(weights, out);
    left.set(out, unit * width);
    weights[unit] = 1;
  }
  return left;
}

/** Jackknife influence of each unit on name `k` of `width` names: (n − 1)(mean − estimate without the unit). */
export function influence(left: Float64Array, k: number, width: number): Float64Array {
  const units = left.length / width;
  let total = 0;
  let usable = 0;
  for (let unit = 0; unit < units; unit++) {
    const value = left[unit * width + k]!;
    if (Number.isFinite(value)) {
      total += value;
      usable++;
    }
  }
  const values = new Float64Array(usable);
  let at = 0;
  for (let unit = 0; unit < units; unit++) {
    const value = left[unit * width + k]!;
    if (Number.isFinite(value)) values[at++] = (usable - 1) * (total / usable - value);
  }
  return values;
}

/** The acceleration of BCa limits, Σ U³ / (6 (Σ U²)^1.5) over the influences U (Efron 1987, eq. 7.3); 0 when all are 0. */
export function acceleration(left: Float64Array, k: number, width: number): number {
  let squares = 0;
  let cubes = 0;
  for (const u of influence(left, k, width)) {
    squares += u * u;
    cubes += u * u * u;
  }
  return squares > 0 ? cubes / (6 * squares * Math.sqrt(squares)) : 0;
}

/** The jackknife standard error, √((n − 1)/n · Σ (estimate without unit − their mean)²) (Tukey 1958). */
export function jackknifeStandardError(left: Float64Array, k: number, width: number): number {
  const influences = influence(left, k, width);
  let squares = 0;
  for (const u of influences) squares += u * u;
  return Math.sqrt(squares / (influences.length * (influences.length - 1)));
}
