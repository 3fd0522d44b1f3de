import { innerProduct, type Matrix, matrix, solveLower, symmetricEigen } from "../_numeric/matrix.ts";
import type { MixedGroups } from "./mixedGroups.ts";
import type { MixedMinimum } from "./mixedSearch.ts";

/** A fitted mixed model as the tests see it. */
export interface MixedParts {
  readonly groups: MixedGroups;
  readonly minimum: MixedMinimum;
  /** T of the orthonormal columns XT. */
  readonly turn: Matrix;
  readonly coefficients: Float64Array;
  readonly residualVariance: number;
}

interface JointTest {
  /** F */
  readonly statistic: number;
  /** Denominator degrees of freedom; `null` for infinite. */
  readonly freedom: number | null;
}

/** How coefficients are tested. */
export interface MixedInference {
  readonly covariance: Matrix;
  /** Degrees of freedom of each coefficient; `null` for normal tests. */
  readonly freedoms: Float64Array | null;
  /** The coefficients at these places against 0; `null` where F has no approximation. */
  jointTest(places: readonly number[]): JointTest | null;
}

/** Rows of TL⁻ᵀ at these places: in these directions (X′V⁻¹X)⁻¹ is the identity. */
export function directionsOf({ turn, minimum }: MixedParts, places: readonly number[]): Float64Array[] {
  return places.map((place) => {
    const row = Float64Array.from({ length: turn.columns }, (_, j) => turn.data[j * turn.rows + place]!);
    solveLower(minimum.state.lower, row);
    return row;
  });
}

/** σ²DD′ for rows D of directions, times `weight` in between where given. */
export function covarianceAlong(rows: readonly Float64Array[], scale: number, weight?: Matrix): Matrix {
  const size = rows.length;
  const weighted = weight === undefined ? rows : rows.map((row) => timesSymmetric(weight, row));
  const covariance = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i <= j; i++) {
      const value = scale * innerProduct(rows[i]!, 0, weighted[j]!, 0, rows[j]!.length);
      covariance.data[j * size + i] = value;
      covariance.data[i * size + j] = value;
    }
  }
  return covariance;
}

function timesSymmetric(a: Matrix, x: Float64Array): Float64Array {
  return Float64Array.from({ length: a.rows }, (_, k) => innerProduct(a.data, k * a.rows, x, 0, a.rows));
}

export function everyPlace({ turn }: MixedParts): number[] {
  return Array.from({ length: turn.rows }, (_, k) => k);
}

/** Independent combinations of the coefficients: their squared t statistics, and what they are in the directions of L. */
export function independentParts(
  parts: MixedParts,
  places: readonly number[],
): { squared: number; direction: Float64Array }[] {
  const rows = directionsOf(parts, places);
  const { values, vectors } = symmetricEigen(covarianceAlong(rows, 1));
  const size = places.length;
  return [...values].map((value, m) => {
    let estimate = 0;
    const direction = new Float64Array(parts.turn.columns);
    rows.forEach((row, k) => {
      const share = vectors.data[m * size + k]!;
      estimate += share * parts.coefficients[places[k]!]!;
      for (let i = 0; i < row.length; i++) direction[i]! += share * row[i]!;
    });
    return { squared: estimate ** 2 / (value * parts.residualVariance), direction };
  });
}

/** Tests by the normal distribution, as if the variances were known. */
export function normalInference(parts: MixedParts): MixedInference {
  return {
    covariance: covarianceAlong(directionsOf(parts, everyPlace(parts)), parts.residualVariance),
    freedoms: null,
    jointTest: (places) => ({
      statistic: independentParts(parts, places).reduce((total, { squared }) => total + squared, 0) / places.length,
      freedom: null,
    }),
  };
}
