import {
  cholesky,
  choleskySolve,
  columnOfMatrix,
  innerProduct,
  type Matrix,
  partOfMatrix,
  quadraticForm,
  symmetricEigen,
} from "../_numeric/matrix.ts";
import { jointFreedom } from "./mixedFreedom.ts";
import { scaledF } from "./scaledF.ts";
import { waldStatistic } from "./waldStatistic.ts";

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

interface JointTest {
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
  const gradient = slopes.map((slope) => quadraticForm(slope, weights));
  return (2 * quadraticForm(model, weights) ** 2) / quadraticForm(parameterCovariance, gradient);
}

/** F of the coefficients at these places with Satterthwaite degrees of freedom: independent combinations, their t² taken together (Fai & Cornelius 1996). */
export function satterthwaiteTest(
  uncertainty: CoefficientUncertainty,
  coefficients: Float64Array,
  places: readonly number[],
): JointTest {
  const { values, vectors } = symmetricEigen(partOfMatrix(uncertainty.covariance, places));
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
  const statistic = waldStatistic(coefficients, covariance, places);
  return statistic === null ? null : statistic / places.length;
}

/** Scaled F of Kenward & Roger (1997); `null` where it has no approximation. */
export function kenwardRogerTest(
  uncertainty: CoefficientUncertainty,
  coefficients: Float64Array,
  places: readonly number[],
): JointTest | null {
  const { model, slopes, parameterCovariance, covariance } = uncertainty;
  const wald = waldF(covariance, coefficients, places);
  const root = cholesky(partOfMatrix(model, places));
  if (wald === null || root === null) return null;
  const shares = slopes.map((slope) => {
    const share = partOfMatrix(slope, places);
    for (let k = 0; k < places.length; k++) {
      const column = columnOfMatrix(share, k);
      column.set(choleskySolve(root, column));
    }
    return share;
  });
  const scaled = scaledF(shares, parameterCovariance);
  return scaled && { statistic: scaled.scale * wald, freedom: scaled.freedom };
}
