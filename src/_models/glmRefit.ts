import type { Matrix } from "../_numeric/matrix.ts";
import { emptyRow, type ResponseModel } from "./families.ts";
import { findSeparation } from "./separation.ts";

/**
 * Fits with these case weights from `start` and writes the coefficients into `out`; false when there is no finite
 * maximum-likelihood estimate with these weights (a singular design, separation) or it was not reached.
 */
type Refit = (weights: Float64Array, start: Float64Array, out: Float64Array) => boolean;

const MAX_ITERATIONS = 60;
const MAX_HALVINGS = 30;
/** Products of pairs of columns are kept for every row up to this many numbers (32 MB). */
const KEPT_PRODUCTS = 4_000_000;
/** More steps than ordinary data need from a start nearby; separation moves the fit about one logit per step. */
const ORDINARY_ITERATIONS = 8;

/**
 * A fit made to be repeated with other weights: scoring by Cholesky on columns of length 1, without allocation. The
 * coefficients agree with `fitGeneralizedLinear` to about 1e-9 and are meant for designs without near dependence.
 */
export function createRefit(
  design: Matrix,
  outcome: Float64Array,
  model: ResponseModel,
  offset: Float64Array = new Float64Array(design.rows),
): Refit {
  const { rows, columns } = design;
  const { byRow, scale } = scaledRows(design);
  const coefficients = new Float64Array(columns);
  const trial = new Float64Array(columns);
  const gradient = new Float64Array(columns);
  const gradientSize = new Float64Array(columns);
  const step = new Float64Array(columns);
  const cross = new Float64Array((columns * (columns + 1)) / 2);
  const pairs = (columns * (columns + 1)) / 2;
  const products = rows * pairs <= KEPT_PRODUCTS ? rowProducts(byRow, rows, columns) : null;
  const row = emptyRow();
  const logistic = model.link === "logit";
  const kind = model.link === "log" ? "counted" : "bounded";
  // Newton's method squares the error, so one step from here reaches rounding; scoring does not
  const closeEnough = model.canonical ? 1e-8 : 1e-10;
  let certain = false;

  /** `row` at this linear predictor; the logistic model without its likelihood, which costs more than all the rest. */
  function evaluate(y: number, eta: number): void {
    if (!logistic) {
      model.row(y, eta, row);
      return;
    }
    const small = Math.exp(-Math.abs(eta));
    const larger = 1 / (1 + small);
    const p = eta < 0 ? 1 - larger : larger;
    row.score = y - p;
    row.information = small * larger * larger;
  }

  /** Gradient, its size and the information (lower triangle by rows) at `at`; the log-likelihood where it is needed. */
  function accumulate(weights: Float64Array, at: Float64Array): number {
    gradient.fill(0);
    gradientSize.fill(0);
    cross.fill(0);
    certain = false;
    let logLikelihood = 0;
    for (let i = 0; i < rows; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const from = i * columns;
      let eta = offset[i]!;
      for (let j = 0; j < columns; j++) eta += byRow[from + j]! * at[j]!;
      evaluate(outcome[i]!, eta);
      logLikelihood += weight * row.logLikelihood;
      if (row.information < 1e-4) certain = true;
      const score = weight * row.score;
      const information = weight * row.information;
      const size = Math.abs(score) + weight * Math.sqrt(row.information);
      for (let j = 0; j < columns; j++) {
        const x = byRow[from + j]!;
        gradient[j]! += score * x;
        gradientSize[j]! += size * Math.abs(x);
      }
      if (products !== null) {
        for (let pair = 0, place = i * pairs; pair < pairs; pair++)
          cross[pair]! += information * products[place + pair]!;
        continue;
      }
      for (let j = 0, pair = 0; j < columns; j++) {
        const scaled = information * byRow[from + j]!;
        for (let k = 0; k <= j; k++, pair++) cross[pair]! += scaled * byRow[from + k]!;
      }
    }
    return logLikelihood;
  }

  /**
   * Whether a step went uphill enough. The likelihood of a canonical link is concave, so there the slope along the step
   * tells without the likelihood: it must have lost some of its size.
   */
  function accepts(slopeBefore: number, before: number, after: number): boolean {
    if (!model.canonical) return after >= before - 1e-12 * (Math.abs(before) + 1e-8);
    return Math.abs(slopeAlong(step)) <= 0.9 * slopeBefore;
  }

  function slopeAlong(direction: Float64Array): number {
    let slope = 0;
    for (let j = 0; j < columns; j++) slope += gradient[j]! * direction[j]!;
    return slope;
  }

  function isClose(): boolean {
    for (let j = 0; j < columns; j++) {
      if (!(Math.abs(gradient[j]!) <= closeEnough * gradientSize[j]!)) return false;
    }
    return true;
  }

  return (weights, start, out) => {
    for (let j = 0; j < columns; j++) coefficients[j] = start[j]! / scale[j]!;
    let logLikelihood = accumulate(weights, coefficients);
    for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration++) {
      const close = isClose();
      if (!solveInPlace(cross, gradient, step, columns)) return false;
      if (close) {
        if (iteration > ORDINARY_ITERATIONS && certain && findSeparation(design, outcome, weights, kind) !== null)
          return false;
        for (let j = 0; j < columns; j++) out[j] = (coefficients[j]! + step[j]!) * scale[j]!;
        return true;
      }
      const before = logLikelihood;
      const slopeBefore = slopeAlong(step);
      let size = 1;
      for (let halving = 0; ; halving++, size /= 2) {
        for (let j = 0; j < columns; j++) trial[j] = coefficients[j]! + size * step[j]!;
        logLikelihood = accumulate(weights, trial);
        if (accepts(slopeBefore, before, logLikelihood)) break;
        if (halving === MAX_HALVINGS) return false;
      }
      coefficients.set(trial);
    }
    return false;
  };
}

/** The rows one after another, each column divided by its length; coefficients of the design are scaled ones times `scale`. */
function scaledRows(design: Matrix): { byRow: Float64Array; scale: Float64Array } {
  const { rows, columns, data } = design;
  const byRow = new Float64Array(rows * columns);
  const scale = new Float64Array(columns);
  for (let j = 0; j < columns; j++) {
    let squares = 0;
    for (let i = 0; i < rows; i++) squares += data[j * rows + i]! ** 2;
    const length = Math.sqrt(squares / rows) || 1;
    scale[j] = 1 / length;
    for (let i = 0; i < rows; i++) byRow[i * columns + j] = data[j * rows + i]! / length;
  }
  return { byRow, scale };
}

/** For each row the products of its elements j ≥ k, in the order of a lower triangle by rows. */
function rowProducts(byRow: Float64Array, rows: number, columns: number): Float64Array {
  const products = new Float64Array((rows * columns * (columns + 1)) / 2);
  let place = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k <= j; k++) products[place++] = byRow[i * columns + j]! * byRow[i * columns + k]!;
    }
  }
  return products;
}

/** Solves a·x = b by Cholesky in place; `a` is a lower triangle by rows, packed. False when a is singular to rounding. */
function solveInPlace(a: Float64Array, b: Float64Array, x: Float64Array, size: number): boolean {
  for (let i = 0, row = 0; i < size; row += ++i) {
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let value = a[row + j]!;
      for (let k = 0; k < j; k++) value -= a[row + k]! * a[other + k]!;
      if (i > j) a[row + j] = value / a[other + j]!;
      else if (value > 1e-13 * a[row + i]!) a[row + i] = Math.sqrt(value);
      else return false;
    }
  }
  for (let i = 0, row = 0; i < size; row += ++i) {
    let value = b[i]!;
    for (let k = 0; k < i; k++) value -= a[row + k]! * x[k]!;
    x[i] = value / a[row + i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = x[i]!;
    for (let k = i + 1; k < size; k++) value -= a[(k * (k + 1)) / 2 + i]! * x[k]!;
    x[i] = value / a[(i * (i + 1)) / 2 + i]!;
  }
  return true;
}
