import { type Matrix, matrix, transposeTimes } from "../_numeric/matrix.ts";

/**
 * A mixed model with every group turned onto the directions of its own intercept and slope: there the random effects act, outside
 * of them rows are independent. Kept are two rows per group and one sum of cross-products for all that lies outside, so that
 * no likelihood needs a difference of large numbers.
 */
export interface MixedGroups {
  readonly rows: number;
  /** Fixed-effect columns; the outcome is the column after them. */
  readonly fixed: number;
  readonly count: number;
  readonly sizes: Int32Array;
  /** √n, mean of the slope's column and square root of its sum of squares about the mean, per group. */
  readonly root: Float64Array;
  readonly centre: Float64Array;
  readonly spread: Float64Array;
  /** Per group two rows of fixed + 1 numbers: columns and outcome along 1/√n and along (x − mean)/spread. */
  readonly along: Float64Array;
  /** Cross-products of columns and outcome outside these directions. */
  readonly within: Matrix;
  /** Directions of random effects: fewer than the effects where a slope's column is constant in a group. */
  readonly directions: number;
}

/** `slope` null for a random intercept alone. */
export function turnGroups(
  basis: Matrix,
  outcome: Float64Array,
  codes: Int32Array,
  count: number,
  slope: Float64Array | null,
): MixedGroups {
  const { rows, columns: fixed } = basis;
  const width = fixed + 1;
  const sizes = new Int32Array(count);
  for (const code of codes) sizes[code]!++;
  const root = Float64Array.from(sizes, Math.sqrt);
  const along = new Float64Array(count * 2 * width);
  const centre = new Float64Array(count);
  const spread = new Float64Array(count);
  const position = new Float64Array(rows);
  if (slope !== null) {
    position.set(slope);
    centre.set(takeMeans(position, codes, sizes));
    for (let row = 0; row < rows; row++) spread[codes[row]!]! += position[row]! * position[row]!;
    for (let group = 0; group < count; group++) spread[group] = Math.sqrt(spread[group]!);
    for (let row = 0; row < rows; row++) position[row]! /= spread[codes[row]!]! || 1;
  }

  const outside = matrix(rows, width);
  outside.data.set(basis.data);
  outside.data.set(outcome, fixed * rows);
  for (let j = 0; j < width; j++) {
    const column = outside.data.subarray(j * rows, (j + 1) * rows);
    const means = takeMeans(column, codes, sizes);
    for (let group = 0; group < count; group++) along[group * 2 * width + j] = means[group]! * root[group]!;
    if (slope === null) continue;
    for (let row = 0; row < rows; row++) along[(codes[row]! * 2 + 1) * width + j]! += position[row]! * column[row]!;
    for (let row = 0; row < rows; row++) column[row]! -= position[row]! * along[(codes[row]! * 2 + 1) * width + j]!;
  }
  const directions = count + spread.reduce((total, value) => total + (value > 0 ? 1 : 0), 0);
  const within = transposeTimes(outside, outside);
  return { rows, fixed, count, sizes, root, centre, spread, along, within, directions };
}

/** Subtracts the mean of each group and returns it. Counted from the group's first row, so that constants leave exact zeros. */
function takeMeans(column: Float64Array, codes: Int32Array, sizes: Int32Array): Float64Array {
  const first = new Float64Array(sizes.length).fill(Number.NaN);
  const means = new Float64Array(sizes.length);
  for (let row = 0; row < column.length; row++) {
    const group = codes[row]!;
    if (Number.isNaN(first[group]!)) first[group] = column[row]!;
    column[row]! -= first[group]!;
    means[group]! += column[row]! / sizes[group]!;
  }
  for (let row = 0; row < column.length; row++) column[row]! -= means[codes[row]!]!;
  return means.map((mean, group) => mean + first[group]!);
}
