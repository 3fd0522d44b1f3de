import { innerProduct, type Matrix, matrix } from "./matrix.ts";

/** A pivot this small beside its diagonal element is rounding: the matrix is singular. */
const negligible = 1e-14;

/** The lower triangle L with LL′ = a; `null` unless a is positive definite to working precision. Only the lower triangle is read. */
export function cholesky(a: Matrix): Matrix | null {
  const size = a.rows;
  const lower = matrix(size, size);
  const l = lower.data;
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let value = a.data[j * size + i]!;
      for (let k = 0; k < j; k++) value -= l[k * size + i]! * l[k * size + j]!;
      if (i > j) {
        l[j * size + i] = value / l[j * size + j]!;
      } else if (value > negligible * a.data[j * size + j]!) {
        l[j * size + j] = Math.sqrt(value);
      } else return null;
    }
  }
  return lower;
}

/** Replaces b by L⁻¹b. */
export function solveLower(lower: Matrix, b: Float64Array): void {
  const size = lower.rows;
  for (let j = 0; j < size; j++) {
    b[j]! /= lower.data[j * size + j]!;
    for (let i = j + 1; i < size; i++) b[i]! -= lower.data[j * size + i]! * b[j]!;
  }
}

/** x with LL′x = b. */
export function choleskySolve(lower: Matrix, b: ArrayLike<number>): Float64Array {
  const size = lower.rows;
  const l = lower.data;
  const x = Float64Array.from(b);
  solveLower(lower, x);
  for (let j = size - 1; j >= 0; j--) {
    x[j] = (x[j]! - innerProduct(l, j * size + j + 1, x, j + 1, size - j - 1)) / l[j * size + j]!;
  }
  return x;
}

/** The inverse of a positive definite matrix; `null` if singular. */
export function invertSymmetric(a: Matrix): Matrix | null {
  const factor = unitFactor(a);
  if (factor === null) return null;
  const { lower, scale } = factor;
  const size = a.rows;
  const inverse = matrix(size, size);
  for (let j = 0; j < size; j++) {
    const unit = new Float64Array(size);
    unit[j] = 1;
    const column = choleskySolve(lower, unit);
    for (let i = 0; i < size; i++) inverse.data[j * size + i] = column[i]! * scale[i]! * scale[j]!;
  }
  return symmetrize(inverse);
}

/** v′a⁻¹v; `null` if a is singular. */
export function inverseForm(a: Matrix, v: ArrayLike<number>): number | null {
  const factor = unitFactor(a);
  if (factor === null) return null;
  const solved = factor.scale.map((scale, i) => v[i]! * scale);
  solveLower(factor.lower, solved);
  return innerProduct(solved, 0, solved, 0, solved.length);
}

/** The triangle of a matrix scaled to a unit diagonal, so that units do not matter, and the scale of its rows. */
function unitFactor(a: Matrix): { lower: Matrix; scale: Float64Array } | null {
  const size = a.rows;
  const scale = new Float64Array(size);
  for (let j = 0; j < size; j++) {
    const diagonal = a.data[j * size + j]!;
    if (!(diagonal > 0)) return null;
    scale[j] = 1 / Math.sqrt(diagonal);
  }
  const scaled = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) scaled.data[j * size + i] = a.data[j * size + i]! * scale[i]! * scale[j]!;
  }
  const lower = cholesky(scaled);
  return lower && { lower, scale };
}

function symmetrize(a: Matrix): Matrix {
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < j; i++) {
      const middle = (a.data[j * a.rows + i]! + a.data[i * a.rows + j]!) / 2;
      a.data[j * a.rows + i] = middle;
      a.data[i * a.rows + j] = middle;
    }
  }
  return a;
}
