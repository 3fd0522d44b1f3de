import { leastSquares } from "../_numeric/leastSquares.ts";
import {
  columnOfMatrix,
  fromColumns,
  innerProduct,
  type Matrix,
  matrix,
  multiply,
  transposeTimes,
} from "../_numeric/matrix.ts";

/** Sums of squares of contrasts of the cells of each person, explained by groups of columns of a design between people. */
interface ContrastAnalysis {
  /** One per group of columns: the sum of squares lost without it (type III). */
  readonly explained: readonly number[];
  /** Sums of squares and products of what is left. */
  readonly error: Matrix;
  readonly dfError: number;
}

/** `outcomes` has a row per person and a column per cell; `groups` lists the columns of the design that each effect takes up. */
export function analyseContrasts(
  outcomes: Matrix,
  contrasts: Matrix,
  design: Matrix,
  groups: readonly (readonly number[])[],
): ContrastAnalysis {
  const scores = multiply(outcomes, contrasts);
  const columns = Array.from({ length: scores.columns }, (_, k) => columnOfMatrix(scores, k));
  const residuals = fromColumns(columns.map((column) => leastSquares(design, column).residuals));
  const explained = groups.map((group) => {
    const others = Array.from({ length: design.columns }, (_, j) => j).filter((j) => !group.includes(j));
    const last = fromColumns([...others, ...group].map((j) => columnOfMatrix(design, j)));
    const { orthogonal } = leastSquares(last, columns[0]!);
    let total = 0;
    for (let q = others.length; q < design.columns; q++) {
      for (const column of columns)
        total += innerProduct(orthogonal.data, q * design.rows, column, 0, design.rows) ** 2;
    }
    return total;
  });
  return { explained, error: transposeTimes(residuals, residuals), dfError: design.rows - design.columns };
}

/**
 * Orthonormal contrasts of the cells of crossed factors, the last factor running fastest: differences between the levels of
 * the factors asked for, means over the levels of the others.
 */
export function cellContrasts(levels: readonly number[], asked: readonly boolean[]): Matrix {
  return levels.reduce<Matrix>(
    (whole, count, factor) => kronecker(whole, asked[factor] ? helmert(count) : evenly(count)),
    { rows: 1, columns: 1, data: Float64Array.of(1) },
  );
}

function evenly(count: number): Matrix {
  return { rows: count, columns: 1, data: new Float64Array(count).fill(1 / Math.sqrt(count)) };
}

/** Each level against the mean of those before it, at length 1. */
function helmert(count: number): Matrix {
  const result = matrix(count, count - 1);
  for (let k = 1; k < count; k++) {
    const length = Math.sqrt(k * (k + 1));
    for (let i = 0; i < k; i++) result.data[(k - 1) * count + i] = -1 / length;
    result.data[(k - 1) * count + k] = k / length;
  }
  return result;
}

function kronecker(a: Matrix, b: Matrix): Matrix {
  const result = matrix(a.rows * b.rows, a.columns * b.columns);
  for (let ja = 0; ja < a.columns; ja++) {
    for (let jb = 0; jb < b.columns; jb++) {
      for (let ia = 0; ia < a.rows; ia++) {
        for (let ib = 0; ib < b.rows; ib++) {
          result.data[(ja * b.columns + jb) * result.rows + ia * b.rows + ib] =
            a.data[ja * a.rows + ia]! * b.data[jb * b.rows + ib]!;
        }
      }
    }
  }
  return result;
}

/** Columns of crossed factors between people in sum coding, and those of each effect; the intercept is the first effect. */
export function sumCoded(
  codes: readonly Int32Array[],
  levels: readonly number[],
  effects: readonly (readonly number[])[],
  people: number,
): { design: Matrix; groups: number[][] } {
  const columns: Float64Array[] = [];
  const groups = effects.map((factors) => {
    const own = factors.reduce<Float64Array[]>(
      (products, factor) => products.flatMap((product) => coded(product, codes[factor]!, levels[factor]!)),
      [new Float64Array(people).fill(1)],
    );
    columns.push(...own);
    return own.map((_, k) => columns.length - own.length + k);
  });
  return { design: fromColumns(columns), groups };
}

/** 1 at a level, −1 at the last one, times the column. */
function coded(column: Float64Array, codes: Int32Array, levels: number): Float64Array[] {
  return Array.from({ length: levels - 1 }, (_, level) =>
    column.map((value, i) => (codes[i] === level ? value : codes[i] === levels - 1 ? -value : 0)),
  );
}
