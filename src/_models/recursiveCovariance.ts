import { invertSymmetric, type Matrix, matrix, multiply, traceOf, transpose } from "../_numeric/matrix.ts";
import { scoreAndInformation, slopePlaces } from "./recursiveInformation.ts";
import { scoreProducts } from "./recursiveScores.ts";
import { errorCovariance, impliedMoments, type RecursiveSystem, residualMap, slopeCount } from "./recursiveSystem.ts";
import type { ScaledColumns } from "./scaledColumns.ts";

export type InformationType = "expected" | "observed" | "robust";

/** The covariance of [intercepts, slopes, errors] of the scaled columns; for "robust" with tr(A⁻¹B) of its sandwich. */
interface RecursiveCovariance {
  readonly covariance: Matrix;
  readonly trace: number | null;
}

/** From the inverse information, or Huber–White around the observed one. `null` where the information is singular. */
export function recursiveCovariance(
  system: RecursiveSystem,
  scaled: ScaledColumns,
  parameters: Float64Array,
  type: InformationType,
): RecursiveCovariance | null {
  const rows = scaled.columns[0]!.length;
  const map = residualMap(system, parameters);
  const errors = errorCovariance(system, parameters);
  const moments = type === "expected" ? impliedMoments(system, map, errors, scaled.moments) : scaled.moments;
  const curvature = scoreAndInformation(system, map, errors, moments);
  const inverse = curvature === null ? null : invertSymmetric(curvature.information);
  if (inverse === null) return null;
  const bread = withIntercepts(errors, inverse, rows);
  if (type !== "robust") return { covariance: bread, trace: null };
  const meat = scoreProducts(system, scaled.columns, map, errors);
  const half = multiply(bread, meat);
  return { covariance: multiply(half, bread), trace: traceOf(half) };
}

/** Columns are centred, so intercepts are apart from the rest and have covariance Ψ/n. */
function withIntercepts(errors: Matrix, inverse: Matrix, rows: number): Matrix {
  const size = errors.rows;
  const count = size + inverse.rows;
  const whole = matrix(count, count);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) whole.data[j * count + i] = errors.data[j * size + i]! / rows;
  }
  for (let j = 0; j < inverse.rows; j++) {
    for (let i = 0; i < inverse.rows; i++) {
      whole.data[(size + j) * count + size + i] = inverse.data[j * inverse.rows + i]! / rows;
    }
  }
  return whole;
}

/**
 * Scaled parameters in the units of the data, where every equation has its intercept and then its slopes, and the errors
 * follow: estimates, and the covariance carried over by the Jacobian.
 */
export function inUnitsOfData(
  system: RecursiveSystem,
  scaled: ScaledColumns,
  parameters: Float64Array,
  covariance: Matrix,
): { estimates: Float64Array; covariance: Matrix } {
  const { exogenous, outcomes } = system;
  const { means, scales } = scaled;
  const count = covariance.rows;
  const jacobian = matrix(count, count);
  const estimates = new Float64Array(count);
  const places = slopePlaces(system);
  const slopes = slopeCount(system);
  let row = 0;
  let slope = 0;
  for (let equation = 0; equation < outcomes; equation++) {
    const intercept = row++;
    const unit = scales[exogenous + equation]!;
    estimates[intercept] = means[exogenous + equation]!;
    jacobian.data[equation * count + intercept] = unit;
    for (; slope < slopes && places[slope]!.equation === equation; slope++) {
      const { variable } = places[slope]!;
      const factor = unit / scales[variable]!;
      estimates[row] = parameters[slope]! * factor;
      estimates[intercept]! -= parameters[slope]! * factor * means[variable]!;
      jacobian.data[(outcomes + slope) * count + row] = factor;
      jacobian.data[(outcomes + slope) * count + intercept] = -factor * means[variable]!;
      row++;
    }
  }
  system.errors.forEach(([a, b], element) => {
    const factor = scales[exogenous + a]! * scales[exogenous + b]!;
    estimates[row] = parameters[slopes + element]! * factor;
    jacobian.data[(outcomes + slopes + element) * count + row] = factor;
    row++;
  });
  return { estimates, covariance: multiply(multiply(jacobian, covariance), transpose(jacobian)) };
}
