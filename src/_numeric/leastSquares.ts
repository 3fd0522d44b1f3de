import { columnOfMatrix, innerProduct, type Matrix, matrix, timesOwnTranspose } from "./matrix.ts";

export interface LeastSquares {
  /** One per column; 0 for an aliased column. */
  readonly coefficients: Float64Array;
  readonly fitted: Float64Array;
  readonly residuals: Float64Array;
  readonly rank: number;
  /** Columns that depend on columns before them, to working precision. */
  readonly aliased: number[];
  /** (X′WX)⁻¹; zero in the rows and columns of aliased columns. */
  readonly crossInverse: Matrix;
  /** Diagonal of the hat matrix; 0 for a row without weight. */
  readonly leverage: Float64Array;
  /** Q of √W·X = QR, without aliased columns. */
  readonly orthogonal: Matrix;
  /** R⁻¹ in the units of the design (columns × rank), so that (X′WX)⁻¹ = R⁻¹(R⁻¹)′; zero rows for aliased columns. */
  readonly rootInverse: Matrix;
}

/**
 * A column whose part outside the columns before it is this small beside the column itself is called dependent.
 * Rounding leaves about 1e-15, more where a column was computed by subtraction; the hardest full-rank problem of the
 * NIST collection (Filip) leaves 5e-8.
 */
const dependent = 1e-10;

/**
 * Least squares by Householder QR of the design with columns scaled to length near 1 (Golub & Van Loan 2013, section 5.2).
 * Columns are taken in order and dependent ones are set aside, so it is the later column of a dependent set that is
 * aliased. Weights ≥ 0 enter as their square roots.
 */
export function leastSquares(
  design: Matrix,
  outcome: ArrayLike<number>,
  weights?: ArrayLike<number> | undefined,
): LeastSquares {
  const { rows, columns } = design;
  const root = weights === undefined ? undefined : Float64Array.from(weights, Math.sqrt);
  const { scaled, scale } = scaledColumns(design, root);
  const { kept, aliased, diagonal, factors } = triangularize(scaled);
  const rank = kept.length;

  const target = Float64Array.from(outcome);
  if (root !== undefined) for (let i = 0; i < rows; i++) target[i]! *= root[i]!;
  kept.forEach((column, step) => {
    reflect(scaled.data, column * rows, step, factors[step]!, target, 0, rows);
  });

  const coefficients = new Float64Array(columns);
  const solution = solveUpper(scaled, kept, diagonal, target.subarray(0, rank));
  kept.forEach((column, step) => {
    coefficients[column] = solution[step]! * scale[column]!;
  });

  const residuals = target;
  residuals.fill(0, 0, rank);
  for (let step = rank - 1; step >= 0; step--) {
    reflect(scaled.data, kept[step]! * rows, step, factors[step]!, residuals, 0, rows);
  }
  if (root !== undefined) unweight(residuals, root, design, outcome, coefficients);
  const fitted = Float64Array.from(outcome, (value, i) => value - residuals[i]!);

  const orthogonal = thinOrthogonal(scaled, kept, factors);
  const leverage = new Float64Array(rows);
  for (let k = 0; k < rank; k++) for (let i = 0; i < rows; i++) leverage[i]! += orthogonal.data[k * rows + i]! ** 2;
  for (let i = 0; i < rows; i++) leverage[i] = Math.min(1, leverage[i]!);

  const rootInverse = matrix(columns, rank);
  for (let k = 0; k < rank; k++) {
    const unit = new Float64Array(rank);
    unit[k] = 1;
    const column = solveUpper(scaled, kept, diagonal, unit);
    kept.forEach((original, step) => {
      rootInverse.data[k * columns + original] = column[step]! * scale[original]!;
    });
  }
  const crossInverse = timesOwnTranspose(rootInverse);
  return { coefficients, fitted, residuals, rank, aliased, crossInverse, leverage, orthogonal, rootInverse };
}

/** √W·X with columns of length near 1, and the powers of two that made them so: scaling rounds nothing, and squares do not overflow. */
function scaledColumns(design: Matrix, root: Float64Array | undefined): { scaled: Matrix; scale: Float64Array } {
  const scaled = { ...design, data: Float64Array.from(design.data) };
  const scale = new Float64Array(design.columns);
  for (let j = 0; j < design.columns; j++) {
    const column = columnOfMatrix(scaled, j);
    if (root !== undefined) for (let i = 0; i < column.length; i++) column[i]! *= root[i]!;
    const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (largest === 0) continue;
    scale[j] = scaleBy(column, largest) * scaleBy(column, Math.sqrt(innerProduct(column, 0, column, 0, column.length)));
  }
  return { scaled, scale };
}

/** Multiplies by the power of two nearest 1 / size, and returns it. */
function scaleBy(column: Float64Array, size: number): number {
  const factor = 2 ** -Math.max(-1022, Math.min(1022, Math.round(Math.log2(size))));
  for (let i = 0; i < column.length; i++) column[i]! *= factor;
  return factor;
}

/**
 * Replaces each independent column by R above the step and the reflector (first element 1 at the step) below it.
 * The diagonal of R and the factors τ of the reflectors are returned apart.
 */
function triangularize(work: Matrix): { kept: number[]; aliased: number[]; diagonal: number[]; factors: number[] } {
  const { rows, columns, data } = work;
  const kept: number[] = [];
  const aliased: number[] = [];
  const diagonal: number[] = [];
  const factors: number[] = [];
  for (let j = 0; j < columns; j++) {
    const from = j * rows;
    const whole = Math.sqrt(innerProduct(data, from, data, from, rows));
    kept.forEach((column, step) => {
      reflect(data, column * rows, step, factors[step]!, data, from, rows);
    });
    const step = kept.length;
    const tail = Math.sqrt(innerProduct(data, from + step, data, from + step, rows - step));
    if (!(tail > dependent * whole)) {
      aliased.push(j);
      continue;
    }
    const head = data[from + step]!;
    const value = head > 0 ? -tail : tail;
    data[from + step] = 1;
    for (let i = step + 1; i < rows; i++) data[from + i]! /= head - value;
    diagonal.push(value);
    factors.push((value - head) / value);
    kept.push(j);
  }
  return { kept, aliased, diagonal, factors };
}

/** Applies the reflector I − τvv′, v standing in `data` from `step` on, to a vector of `rows` elements. */
function reflect(
  data: Float64Array,
  from: number,
  step: number,
  tau: number,
  vector: Float64Array,
  start: number,
  rows: number,
): void {
  const factor = tau * innerProduct(data, from + step, vector, start + step, rows - step);
  for (let i = step; i < rows; i++) vector[start + i]! -= factor * data[from + i]!;
}

function solveUpper(
  work: Matrix,
  kept: readonly number[],
  diagonal: readonly number[],
  right: Float64Array,
): Float64Array {
  const x = Float64Array.from(right);
  for (let k = kept.length - 1; k >= 0; k--) {
    x[k]! /= diagonal[k]!;
    for (let i = 0; i < k; i++) x[i]! -= work.data[kept[k]! * work.rows + i]! * x[k]!;
  }
  return x;
}

function thinOrthogonal(work: Matrix, kept: readonly number[], factors: readonly number[]): Matrix {
  const orthogonal = matrix(work.rows, kept.length);
  for (let k = 0; k < kept.length; k++) {
    orthogonal.data[k * work.rows + k] = 1;
    for (let step = k; step >= 0; step--) {
      reflect(work.data, kept[step]! * work.rows, step, factors[step]!, orthogonal.data, k * work.rows, work.rows);
    }
  }
  return orthogonal;
}

/** Residuals in the outcome's units; a row without weight has its residual from the coefficients. */
function unweight(
  residuals: Float64Array,
  root: Float64Array,
  design: Matrix,
  outcome: ArrayLike<number>,
  coefficients: Float64Array,
): void {
  for (let i = 0; i < residuals.length; i++) {
    if (root[i]! > 0) {
      residuals[i]! /= root[i]!;
      continue;
    }
    residuals[i] = outcome[i]!;
    for (let j = 0; j < design.columns; j++) residuals[i]! -= design.data[j * design.rows + i]! * coefficients[j]!;
  }
}
