import { cholesky, choleskySolve, innerProduct, invertSymmetric, type Matrix, matrix } from "../_numeric/matrix.ts";
import { solveLower } from "./mixedDerivatives.ts";
import {
  covarianceAlong,
  directionsOf,
  everyPlace,
  type MixedInference,
  type MixedParts,
  timesSymmetric,
} from "./mixedInference.ts";
import { type RogerSums, rogerSums } from "./mixedRogerSums.ts";
import { dot, type RandomShape } from "./mixedSearch.ts";

/**
 * Tests of Kenward & Roger (1997): a covariance of the coefficients corrected for the uncertainty of the variances, and F with a scale and
 * degrees of freedom that match its first two moments. In the directions of L, where Φ is σ²I. For REML. `null` where the
 * variances are not all told apart.
 */
export function kenwardRogerInference(parts: MixedParts, shape: RandomShape): MixedInference | null {
  const sums = rogerSums(parts.groups, parts.minimum, shape);
  const weights = covarianceOfVariances(sums);
  if (weights === null) return null;
  const corrected = correction(sums, weights);
  const rows = directionsOf(parts, everyPlace(parts));
  const single = (row: Float64Array) => {
    const moved = sums.moved.map((p) => dot(row, timesSymmetric(p, row)) / dot(row, row));
    return 2 / quadratic(weights, moved, moved);
  };
  return {
    covariance: covarianceAlong(rows, parts.residualVariance, corrected),
    freedoms: Float64Array.from(rows, single),
    jointTest(places) {
      const chosen = directionsOf(parts, places);
      const lower = cholesky(covarianceAlong(chosen, parts.residualVariance, corrected))!;
      const estimates = Float64Array.from(places, (place) => parts.coefficients[place]!);
      const wald = dot(estimates, choleskySolve(lower, estimates)) / places.length;
      if (places.length === 1) return { statistic: wald, freedom: single(chosen[0]!) };
      const { scale, freedom } = scaledF(sums, weights, chosen);
      return freedom > 2 && scale > 0 ? { statistic: scale * wald, freedom } : null;
    },
  };
}

/** W, the inverse of the expected information: ½ tr(V⁻¹VᵢV⁻¹Vⱼ) − tr(Qᵢⱼ) + ½ tr(PᵢPⱼ) for each pair of parameters. */
function covarianceOfVariances({ traces, twice, moved }: RogerSums): Matrix | null {
  const size = moved.length;
  const information = matrix(size, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const q = twice[i]![j]!;
      let trace = 0;
      for (let k = 0; k < q.rows; k++) trace += q.data[k * q.rows + k]!;
      const product = innerProduct(moved[i]!.data, 0, moved[j]!.data, 0, q.data.length);
      information.data[j * size + i] = traces[i]![j]! / 2 - trace + product / 2;
    }
  }
  return invertSymmetric(information);
}

/** I + 2 Σ Wᵢⱼ (Qᵢⱼ − PᵢPⱼ). */
function correction({ twice, moved }: RogerSums, weights: Matrix): Matrix {
  const size = moved[0]!.rows;
  const result = matrix(size, size);
  for (let k = 0; k < size; k++) result.data[k * size + k] = 1;
  for (let i = 0; i < moved.length; i++) {
    for (let j = 0; j < moved.length; j++) {
      const weight = 2 * weights.data[j * moved.length + i]!;
      for (let column = 0; column < size; column++) {
        for (let row = 0; row < size; row++) {
          // both matrices are symmetric: their columns are their rows
          const product = innerProduct(moved[i]!.data, row * size, moved[j]!.data, column * size, size);
          result.data[column * size + row]! += weight * (twice[i]![j]!.data[column * size + row]! - product);
        }
      }
    }
  }
  return result;
}

/** λ and m of Kenward & Roger (1997): λF has the mean and variance of F on q and m degrees of freedom. For q = 1 λ is 1, m is 2/A. */
function scaledF(
  { moved }: RogerSums,
  weights: Matrix,
  rows: readonly Float64Array[],
): { scale: number; freedom: number } {
  const q = rows.length;
  const unit = orthonormal(rows);
  const inside = moved.map((p) => covarianceAlong(unit, 1, p));
  const traces = inside.map((b) => {
    let trace = 0;
    for (let k = 0; k < q; k++) trace += b.data[k * q + k]!;
    return trace;
  });
  const a1 = quadratic(weights, traces, traces);
  let a2 = 0;
  for (let i = 0; i < inside.length; i++) {
    for (let j = 0; j < inside.length; j++) {
      a2 += weights.data[j * inside.length + i]! * dot(inside[i]!.data, inside[j]!.data);
    }
  }
  const b = (a1 + 6 * a2) / (2 * q);
  const g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const d = 3 * q + 2 * (1 - g);
  const mean = 1 / (1 - a2 / q);
  const variance = ((2 / q) * (1 + (g / d) * b)) / ((1 - ((q - g) / d) * b) ** 2 * (1 - ((q + 2 - g) / d) * b));
  const ratio = variance / (2 * mean * mean);
  const freedom = 4 + (q + 2) / (q * ratio - 1);
  return { scale: freedom / (mean * (freedom - 2)), freedom };
}

function orthonormal(rows: readonly Float64Array[]): Float64Array[] {
  const lower = cholesky(covarianceAlong(rows, 1))!;
  const unit = rows.map((row) => Float64Array.from(row));
  const column = new Float64Array(rows.length);
  for (let i = 0; i < rows[0]!.length; i++) {
    rows.forEach((row, k) => {
      column[k] = row[i]!;
    });
    solveLower(lower, column);
    unit.forEach((row, k) => {
      row[i] = column[k]!;
    });
  }
  return unit;
}

function quadratic(weights: Matrix, one: readonly number[], other: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < one.length; i++) {
    for (let j = 0; j < other.length; j++) total += weights.data[j * one.length + i]! * one[i]! * other[j]!;
  }
  return total;
}
