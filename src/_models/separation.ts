import { leastSquares } from "../_numeric/leastSquares.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { type Points, unreachedByCone } from "./nonNegative.ts";

export interface Separation {
  /** Columns of the design whose coefficients have no finite maximum-likelihood estimate. */
  readonly columns: readonly number[];
  /** Every row is on its own side of a boundary; otherwise (quasi-complete) some rows lie on the boundary. */
  readonly complete: boolean;
}

/**
 * Whether a row with `y` lets its linear predictor fall, rise, or do neither without losing likelihood in the limit:
 * "bounded" is for outcomes of a probability between 0 and 1 (logit, probit), "counted" for a log link, where only rows
 * with outcome 0 may fall without end.
 */
type SeparationKind = "bounded" | "counted";

const TOLERANCE = 1e-7;

/**
 * Complete and quasi-complete separation (Albert & Anderson 1984): is there a direction of the coefficients along which
 * no row loses and some row gains likelihood for ever? By Stiemke's theorem there is none exactly when some strictly positive
 * combination of the rows' directions is zero, which non-negative least squares decides; its residual is the direction.
 * For complete separation the columns are a smallest set, by dropping columns from the last, that separates alone.
 */
export function findSeparation(
  design: Matrix,
  outcome: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  kind: SeparationKind,
): Separation | null {
  const found = separatingDirections(design, outcome, weights, kind);
  if (found === null || !found.complete) return found;
  let columns = Array.from({ length: design.columns }, (_, j) => j);
  for (let j = design.columns - 1; j >= 0 && columns.length > 1; j--) {
    const fewer = columns.filter((column) => column !== j);
    const without = separatingDirections(columnsOf(design, fewer), outcome, weights, kind);
    if (without?.complete) columns = fewer;
  }
  return { columns, complete: true };
}

function separatingDirections(
  design: Matrix,
  outcome: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
  kind: SeparationKind,
): Separation | null {
  const rows = usedRows(design.rows, weights);
  if (rows.length === 0) return null;
  const used = rowsOf(design, rows);
  const { orthogonal, rootInverse, rank } = leastSquares(used, new Float64Array(rows.length));
  let points = gainDirections(orthogonal, rank, rows, outcome, kind);
  const infinite = new Set<number>();
  while (points.count > 0) {
    const direction = separate(points);
    if (direction === null) break;
    markColumns(infinite, used, rootInverse, direction);
    points = withoutGains(points, direction);
  }
  if (infinite.size === 0) return null;
  return { columns: [...infinite].sort((a, b) => a - b), complete: points.count === 0 };
}

/** For every row the directions, in the coordinates of an orthonormal basis, in which it gains likelihood. */
function gainDirections(
  orthogonal: Matrix,
  rank: number,
  rows: readonly number[],
  outcome: ArrayLike<number>,
  kind: SeparationKind,
): Points {
  const signs: number[] = [];
  const owners: number[] = [];
  rows.forEach((row, i) => {
    const y = outcome[row]!;
    if (y > 0) {
      owners.push(i);
      signs.push(1);
    }
    if (kind === "counted" || y < 1) {
      owners.push(i);
      signs.push(-1);
    }
  });
  const data = new Float64Array(owners.length * rank);
  const stretch = Math.sqrt(rows.length);
  owners.forEach((i, at) => {
    for (let k = 0; k < rank; k++) data[at * rank + k] = signs[at]! * stretch * orthogonal.data[k * rows.length + i]!;
  });
  return { count: owners.length, dimension: rank, data };
}

/** A direction in which no point loses and some gains, or `null`. */
function separate(points: Points): Float64Array | null {
  const { count, dimension, data } = points;
  const target = new Float64Array(dimension);
  for (let i = 0; i < count; i++) for (let k = 0; k < dimension; k++) target[k]! -= data[i * dimension + k]! / count;
  const direction = unreachedByCone(points, target).map((value) => -value);
  const size = Math.hypot(...direction);
  if (!(size > 1e-12 * Math.hypot(...target))) return null;
  for (let k = 0; k < dimension; k++) direction[k]! /= size;
  const gains = gainsAlong(points, direction);
  let least = 0;
  let most = 0;
  for (const gain of gains) {
    least = Math.min(least, gain);
    most = Math.max(most, gain);
  }
  return most > TOLERANCE && least >= -TOLERANCE * most ? direction : null;
}

function gainsAlong(points: Points, direction: Float64Array): Float64Array {
  const gains = new Float64Array(points.count);
  for (let i = 0; i < points.count; i++) {
    for (let k = 0; k < points.dimension; k++) gains[i]! += points.data[i * points.dimension + k]! * direction[k]!;
  }
  return gains;
}

function withoutGains(points: Points, direction: Float64Array): Points {
  const gains = gainsAlong(points, direction);
  const most = gains.reduce((largest, gain) => Math.max(largest, gain), 0);
  const left: number[] = [];
  gains.forEach((gain, i) => {
    if (gain > TOLERANCE * most) return;
    for (let k = 0; k < points.dimension; k++) left.push(points.data[i * points.dimension + k]!);
  });
  return { count: left.length / points.dimension, dimension: points.dimension, data: Float64Array.from(left) };
}

/** Adds the columns that take part in the direction, each judged by the most it adds to any row. */
function markColumns(infinite: Set<number>, design: Matrix, rootInverse: Matrix, direction: Float64Array): void {
  const reach = new Float64Array(design.columns);
  for (let j = 0; j < design.columns; j++) {
    let coefficient = 0;
    for (let k = 0; k < direction.length; k++) coefficient += rootInverse.data[k * design.columns + j]! * direction[k]!;
    let largest = 0;
    for (let i = 0; i < design.rows; i++) largest = Math.max(largest, Math.abs(design.data[j * design.rows + i]!));
    reach[j] = Math.abs(coefficient) * largest;
  }
  const most = reach.reduce((largest, value) => Math.max(largest, value), 0);
  reach.forEach((value, j) => {
    if (value > 1e-6 * most) infinite.add(j);
  });
}

function usedRows(count: number, weights: ArrayLike<number> | undefined): number[] {
  const rows: number[] = [];
  for (let i = 0; i < count; i++) if (weights === undefined || weights[i]! > 0) rows.push(i);
  return rows;
}

function rowsOf(design: Matrix, rows: readonly number[]): Matrix {
  const data = new Float64Array(rows.length * design.columns);
  for (let j = 0; j < design.columns; j++) {
    rows.forEach((row, i) => {
      data[j * rows.length + i] = design.data[j * design.rows + row]!;
    });
  }
  return { rows: rows.length, columns: design.columns, data };
}

function columnsOf(design: Matrix, columns: readonly number[]): Matrix {
  const data = new Float64Array(columns.length * design.rows);
  columns.forEach((column, at) => {
    data.set(design.data.subarray(column * design.rows, (column + 1) * design.rows), at * design.rows);
  });
  return { rows: design.rows, columns: columns.length, data };
}
