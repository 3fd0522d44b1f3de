import {
  cholesky,
  innerProduct,
  inverseForm,
  invertSymmetric,
  type Matrix,
  matrix,
  quadraticForm,
  solveLower,
  traceOf,
} from "../_numeric/matrix.ts";
import { covarianceAlong, directionsOf, everyPlace, type MixedInference, type MixedParts } from "./mixedInference.ts";
import { type RogerSums, rogerSums } from "./mixedRogerSums.ts";
import { dot, type RandomShape } from "./mixedSearch.ts";
import { scaledF } from "./scaledF.ts";

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
    const moved = sums.moved.map((p) => quadraticForm(p, row) / dot(row, row));
    return 2 / quadraticForm(weights, moved);
  };
  return {
    covariance: covarianceAlong(rows, parts.residualVariance, corrected),
    freedoms: Float64Array.from(rows, single),
    jointTest(places) {
      const chosen = directionsOf(parts, places);
      const estimates = places.map((place) => parts.coefficients[place]!);
      const wald = inverseForm(covarianceAlong(chosen, parts.residualVariance, corrected), estimates)! / places.length;
      const unit = orthonormal(chosen);
      const shares = sums.moved.map((p) => covarianceAlong(unit, 1, p));
      const scaled = scaledF(shares, weights);
      return scaled && { statistic: scaled.scale * wald, freedom: scaled.freedom };
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
      const product = innerProduct(moved[i]!.data, 0, moved[j]!.data, 0, q.data.length);
      information.data[j * size + i] = traces[i]![j]! / 2 - traceOf(q) + product / 2;
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
