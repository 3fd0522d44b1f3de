import { cholesky, choleskySolve, innerProduct, type Matrix, matrix, symmetricEigen } from "../_numeric/matrix.ts";
import { jointFreedom } from "./mixedFreedom.ts";

/** What is known of estimated coefficients: their covariance, and how it depends on estimated parameters. */
export interface CoefficientUncertainty {
  /** For standard errors; with Kenward and Roger's correction where asked for. */
  readonly covariance: Matrix;
  /** Φ, as if the parameters were known. */
  readonly model: Matrix;
  /** ∂Φ/∂θ. */
  readonly slopes: readonly Matrix[];
  readonly parameterCovariance: Matrix;
}

export interface JointTest {
  readonly statistic: number;
  readonly freedom: number;
}

/**
 * Degrees of freedom of the combination c′β: 2v² / (g′Ag), v = c′Φc and g its slopes (Giesbrecht & Burns 1985). Kenward and Roger's
 * for one combination are the same with their A.
 */
export function combinationFreedom(
  { model, slopes, parameterCovariance }: CoefficientUncertainty,
  weights: Float64Array,
): number {
  const gradient = slopes.map((slope) => quadratic(slope, weights));
  return (2 * quadratic(model, weights) ** 2) / quadratic(parameterCovariance, Float64Array.from(gradient));
}

/** c′Ac. */
export function quadratic(a: Matrix, c: Float64Array): number {
  let total = 0;
  for (let j = 0; j < a.columns; j++) {
    if (c[j] !== 0) total += c[j]! * innerProduct(a.data, j * a.rows, c, 0, a.rows);
  }
  return total;
}

/** F of the coefficients at these places with Satterthwaite degrees of freedom: independent combinations, their t² taken together (Fai & Cornelius 1996). */
export function satterthwaiteTest(
  uncertainty: CoefficientUncertainty,
  coefficients: Float64Array,
  places: readonly number[],
): JointTest {
  const { values, vectors } = symmetricEigen(chosen(uncertainty.covariance, places));
  let statistic = 0;
  const freedoms = Array.from(values, (value, m) => {
    const weights = new Float64Array(coefficients.length);
    places.forEach((place, k) => {
      weights[place] = vectors.data[m * places.length + k]!;
    });
    statistic += innerProduct(weights, 0, coefficients, 0, weights.length) ** 2 / value / places.length;
    return combinationFreedom(uncertainty, weights);
  });
  return { statistic, freedom: jointFreedom(freedoms) };
}

/** Wald F, β′V⁻¹β / q. */
export function waldF(covariance: Matrix, coefficients: Float64Array, places: readonly number[]): number | null {
  const root = cholesky(chosen(covariance, places));
  if (root === null) return null;
  const own = Float64Array.from(places, (place) => coefficients[place]!);
  return innerProduct(own, 0, choleskySolve(root, own), 0, own.length) / places.length;
}

/** Scaled F of Kenward & Roger (1997, section 3); `null` where it has no approximation. */
export function kenwardRogerTest(
  uncertainty: CoefficientUncertainty,
  coefficients: Float64Array,
  places: readonly number[],
): JointTest | null {
  const { model, slopes, parameterCovariance, covariance } = uncertainty;
  const q = places.length;
  const wald = waldF(covariance, coefficients, places);
  const root = cholesky(chosen(model, places));
  if (wald === null || root === null) return null;
  // V⁻¹(L′ΦᵢL): traces of it and of products of two stand in A₁ and A₂
  const inside = slopes.map((slope) => {
    const block = chosen(slope, places);
    const result = matrix(q, q);
    for (let k = 0; k < q; k++) {
      result.data.set(choleskySolve(root, block.data.subarray(k * q, (k + 1) * q)), k * q);
    }
    return result;
  });
  const traces = Float64Array.from(inside, (part) => {
    let trace = 0;
    for (let k = 0; k < q; k++) trace += part.data[k * q + k]!;
    return trace;
  });
  const a1 = quadratic(parameterCovariance, traces);
  let a2 = 0;
  inside.forEach((left, i) => {
    inside.forEach((right, j) => {
      let trace = 0;
      for (let k = 0; k < q; k++) for (let l = 0; l < q; l++) trace += left.data[l * q + k]! * right.data[k * q + l]!;
      a2 += parameterCovariance.data[j * slopes.length + i]! * trace;
    });
  });
  if (q === 1) return { statistic: wald, freedom: 2 / a2 };
  const b = (a1 + 6 * a2) / (2 * q);
  const g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const d = 3 * q + 2 * (1 - g);
  const mean = 1 / (1 - a2 / q);
  const variance = ((2 / q) * (1 + (g / d) * b)) / ((1 - ((q - g) / d) * b) ** 2 * (1 - ((q + 2 - g) / d) * b));
  const freedom = 4 + (q + 2) / ((q * variance) / (2 * mean ** 2) - 1);
  const scale = freedom / (mean * (freedom - 2));
  return freedom > 2 && scale > 0 ? { statistic: scale * wald, freedom } : null;
}

function chosen(a: Matrix, places: readonly number[]): Matrix {
  const result = matrix(places.length, places.length);
  places.forEach((column, j) => {
    places.forEach((row, i) => {
      result.data[j * places.length + i] = a.data[column * a.rows + row]!;
    });
  });
  return result;
}
