import { columnOfMatrix, invertSymmetric, type Matrix, matrix } from "../_numeric/matrix.ts";
import { slopePlaces } from "./recursiveInformation.ts";
import type { RecursiveSystem } from "./recursiveSystem.ts";

/**
 * Σ sᵢsᵢ′ over rows of the derivatives of their log-likelihood by the intercepts, the slopes and the error elements: the
 * middle of the Huber–White sandwich. `columns` are the centred variables.
 */
export function scoreProducts(
  system: RecursiveSystem,
  columns: readonly Float64Array[],
  map: Matrix,
  errors: Matrix,
): Matrix {
  const size = system.outcomes;
  const precision = invertSymmetric(errors)!;
  const places = slopePlaces(system);
  const count = size + places.length + system.errors.length;
  const products = matrix(count, count);
  const score = new Float64Array(count);
  const error = new Float64Array(size);
  const weighted = score.subarray(0, size);
  const rows = columns[0]!.length;
  for (let row = 0; row < rows; row++) {
    error.fill(0);
    for (let variable = 0; variable < columns.length; variable++) {
      const value = columns[variable]![row]!;
      for (let equation = 0; equation < size; equation++) {
        error[equation]! += map.data[variable * size + equation]! * value;
      }
    }
    for (let a = 0; a < size; a++) {
      let value = 0;
      for (let b = 0; b < size; b++) value += precision.data[b * size + a]! * error[b]!;
      weighted[a] = value;
    }
    let place = size;
    for (const { equation, variable } of places) score[place++] = weighted[equation]! * columns[variable]![row]!;
    for (const [a, b] of system.errors) {
      const excess = weighted[a]! * weighted[b]! - precision.data[b * size + a]!;
      score[place++] = a === b ? excess / 2 : excess;
    }
    for (let j = 0; j < count; j++) {
      const factor = score[j]!;
      const target = columnOfMatrix(products, j);
      for (let i = j; i < count; i++) target[i]! += factor * score[i]!;
    }
  }
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < j; i++) products.data[j * count + i] = products.data[i * count + j]!;
  }
  return products;
}

/**
 * tr(A⁻¹B) of the saturated model, in which every outcome is regressed on every exogenous variable with free error
 * covariances: A⁻¹ is known, so that with the squared Mahalanobis distance d of the residuals and the leverage h it is
 * Σ h d + (d² − 2d + q) / 2n over rows.
 */
export function saturatedTrace(distances: Float64Array, leverage: Float64Array, outcomes: number): number {
  const rows = distances.length;
  let trace = 0;
  for (let row = 0; row < rows; row++) {
    const d = distances[row]!;
    trace += leverage[row]! * d + (d * d - 2 * d + outcomes) / (2 * rows);
  }
  return trace;
}
