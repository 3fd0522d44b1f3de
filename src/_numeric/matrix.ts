/** A dense matrix, column-major: the element in row i, column j stands at `data[j * rows + i]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** A matrix of zeros. */
export function matrix(rows: number, columns: number): Matrix {
  return { rows, columns, data: new Float64Array(rows * columns) };
}

/** Columns of one length side by side; at least one column. */
export function fromColumns(columns: readonly ArrayLike<number>[]): Matrix {
  const result = matrix(columns[0]?.length ?? 0, columns.length);
  columns.forEach((column, index) => {
    result.data.set(column, index * result.rows);
  });
  return result;
}

/** Column j as a view: writing to it writes to the matrix. */
export function columnOfMatrix(a: Matrix, column: number): Float64Array {
  return a.data.subarray(column * a.rows, (column + 1) * a.rows);
}

/** Σ aᵢ bᵢ over `length` elements from the two places, in four partial sums. */
export function innerProduct(a: Float64Array, fromA: number, b: Float64Array, fromB: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += a[fromA + i]! * b[fromB + i]!;
    s1 += a[fromA + i + 1]! * b[fromB + i + 1]!;
    s2 += a[fromA + i + 2]! * b[fromB + i + 2]!;
    s3 += a[fromA + i + 3]! * b[fromB + i + 3]!;
  }
  for (; i < length; i++) s0 += a[fromA + i]! * b[fromB + i]!;
  return s0 + s1 + (s2 + s3);
}

/** a′b. */
export function transposeTimes(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.columns, b.columns);
  for (let j = 0; j < b.columns; j++) {
    for (let i = 0; i < a.columns; i++) {
      result.data[j * a.columns + i] = innerProduct(a.data, i * a.rows, b.data, j * b.rows, a.rows);
    }
  }
  return result;
}

/** ab. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows, b.columns);
  for (let j = 0; j < b.columns; j++) {
    const target = columnOfMatrix(result, j);
    for (let k = 0; k < a.columns; k++) {
      const factor = b.data[j * b.rows + k]!;
      if (factor === 0) continue;
      for (let i = 0; i < a.rows; i++) target[i]! += factor * a.data[k * a.rows + i]!;
    }
  }
  return result;
}

/** aa′. */
export function timesOwnTranspose(a: Matrix): Matrix {
  const result = matrix(a.rows, a.rows);
  for (let k = 0; k < a.columns; k++) {
    const column = columnOfMatrix(a, k);
    for (let j = 0; j < a.rows; j++) {
      for (let i = 0; i < a.rows; i++) result.data[j * a.rows + i]! += column[i]! * column[j]!;
    }
  }
  return result;
}

/** ax. */
export function timesVector(a: Matrix, x: ArrayLike<number>): Float64Array {
  const result = new Float64Array(a.rows);
  for (let k = 0; k < a.columns; k++) for (let i = 0; i < a.rows; i++) result[i]! += a.data[k * a.rows + i]! * x[k]!;
  return result;
}

/** x′ax. */
export function quadraticForm(a: Matrix, x: ArrayLike<number>): number {
  let total = 0;
  for (let j = 0; j < a.columns; j++) {
    let inner = 0;
    for (let i = 0; i < a.rows; i++) inner += a.data[j * a.rows + i]! * x[i]!;
    total += inner * x[j]!;
  }
  return total;
}

export function traceOf(a: Matrix): number {
  let total = 0;
  for (let k = 0; k < a.rows; k++) total += a.data[k * a.rows + k]!;
  return total;
}

/** tr(ab). */
export function traceOfProduct(a: Matrix, b: Matrix): number {
  let total = 0;
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < a.rows; i++) total += a.data[j * a.rows + i]! * b.data[i * b.rows + j]!;
  }
  return total;
}

/** The rows and columns of a square matrix at these places. */
export function partOfMatrix(a: Matrix, places: ArrayLike<number>): Matrix {
  const size = places.length;
  const part = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) part.data[j * size + i] = a.data[places[j]! * a.rows + places[i]!]!;
  }
  return part;
}

/** a with rows and columns exchanged. */
export function transpose(a: Matrix): Matrix {
  const result = matrix(a.columns, a.rows);
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < a.rows; i++) result.data[i * a.columns + j] = a.data[j * a.rows + i]!;
  }
  return result;
}

/** The rows of a matrix as nested arrays, the shape of results. */
export function rowsOfMatrix(a: Matrix): number[][] {
  return Array.from({ length: a.rows }, (_, i) => Array.from({ length: a.columns }, (_, j) => a.data[j * a.rows + i]!));
}

export { cholesky, choleskySolve, inverseForm, invertSymmetric, solveLower } from "./cholesky.ts";
export { symmetricEigen, symmetricPower } from "./symmetricEigen.ts";
