import type { Clusters } from "../../_models/covariance.ts";
import { type Matrix, matrix, transposeTimes } from "../../_numeric/matrix.ts";

/**
 * Covariance from the influence of each row on each parameter (rows × parameters): Σ of their products, or with clusters
 * of the sums over clusters, times G/(G − 1).
 */
export function influenceCovariance(influence: Matrix, clusters: Clusters | null): Matrix {
  if (clusters === null) return transposeTimes(influence, influence);
  const sums = matrix(clusters.count, influence.columns);
  for (let j = 0; j < influence.columns; j++)
    for (let i = 0; i < influence.rows; i++)
      sums.data[j * clusters.count + clusters.codes[i]!]! += influence.data[j * influence.rows + i]!;
  const covariance = transposeTimes(sums, sums);
  const factor = clusters.count / (clusters.count - 1);
  for (let at = 0; at < covariance.data.length; at++) covariance.data[at]! *= factor;
  return covariance;
}

/** Square blocks along the diagonal of one matrix. */
export function blockDiagonal(blocks: readonly Matrix[]): Matrix {
  const size = blocks.reduce((sum, block) => sum + block.rows, 0);
  const whole = matrix(size, size);
  let first = 0;
  for (const block of blocks) {
    for (let j = 0; j < block.rows; j++)
      for (let i = 0; i < block.rows; i++) whole.data[(first + j) * size + first + i] = block.data[j * block.rows + i]!;
    first += block.rows;
  }
  return whole;
}

export function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value) => value * factor) };
}

export function squareOf(value: number): Matrix {
  return { rows: 1, columns: 1, data: Float64Array.of(value) };
}

/** Derivatives of functions of the parameters, one array per parameter, by central differences of a thousandth of a standard error. */
export function numericGradients(
  f: (parameters: Float64Array) => Float64Array,
  parameters: Float64Array,
  covariance: Matrix,
): Float64Array[] {
  const size = parameters.length;
  const moved = Float64Array.from(parameters);
  return Array.from(parameters, (value, j) => {
    const step = 1e-3 * Math.sqrt(covariance.data[j * size + j]!);
    if (!(step > 0)) return f(parameters).fill(0);
    moved[j] = value + step;
    const above = f(moved);
    moved[j] = value - step;
    const below = f(moved);
    moved[j] = value;
    return above.map((found, k) => (found - below[k]!) / (2 * step));
  });
}

/** Standard errors by the delta method. */
export function deltaStandardErrors(gradients: readonly Float64Array[], covariance: Matrix): Float64Array {
  const size = gradients.length;
  return gradients[0]!.map((_, k) => {
    let variance = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) variance += gradients[i]![k]! * covariance.data[j * size + i]! * gradients[j]![k]!;
    return Math.sqrt(Math.max(0, variance));
  });
}
