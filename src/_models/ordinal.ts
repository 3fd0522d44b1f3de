import {
  cholesky,
  choleskySolve,
  invertSymmetric,
  type Matrix,
  matrix,
  multiply,
  transpose,
} from "../_numeric/matrix.ts";
import { centredColumns } from "./ordinalScale.ts";
import { findSeparation, type Separation } from "./separation.ts";

interface OrdinalFit {
  /** Log cumulative odds ratios: positive is towards higher levels. */
  readonly coefficients: Float64Array;
  /** One between each pair of neighbouring levels, rising. */
  readonly thresholds: Float64Array;
  /** Inverse observed information: the coefficients first, then the thresholds. */
  readonly covariance: Matrix;
  readonly logLikelihood: number;
  readonly iterations: number;
  /** False also when there is separation. */
  readonly converged: boolean;
  /** Columns of the design, then thresholds, that have no finite estimate. */
  readonly separation: Separation | null;
}

interface OrdinalState {
  /** Coefficients, then thresholds. */
  readonly parameters: Float64Array;
  readonly logLikelihood: number;
  readonly gradient: Float64Array;
  /** Minus the second derivatives. */
  readonly information: Matrix;
  /** The largest distance of a person from a threshold of the own level. */
  readonly farthest: number;
}

const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;
/** Of the Newton decrement, the squared length of a step in standard errors: the step that follows squares what is left. */
const DECREMENT_TOLERANCE = 1e-14;
/** Separation drives someone ever farther from a threshold; nearer than this (odds 1 : 3000) nobody was driven. */
const SUSPICIOUS_DISTANCE = 8;

/**
 * Maximum likelihood of the proportional-odds model P(level ≤ k) = 1/(1 + exp(xb − θₖ)) (McCullagh 1980) by Newton's method
 * with the observed information; the log-likelihood is concave (Pratt 1981), steps are halved while it falls. `design` has
 * full rank together with a constant and holds none; every level from 0 to `levels` − 1 occurs in `codes`.
 */
export function fitOrdinal(design: Matrix, codes: Int32Array, levels: number): OrdinalFit {
  const { centred, centres, scales } = centredColumns(design);
  let state = stateAt(centred, codes, levels, startAt(design.columns, codes, levels))!;
  let iterations = 0;
  let converged = false;
  while (!converged && iterations < MAX_ITERATIONS) {
    iterations++;
    const lower = cholesky(state.information);
    if (lower === null) break;
    const step = choleskySolve(lower, state.gradient);
    const decrement = step.reduce((total, value, k) => total + value * state.gradient[k]!, 0);
    const next = moved(centred, codes, levels, state, step);
    converged = decrement < DECREMENT_TOLERANCE;
    if (next === null) break;
    state = next;
  }
  const suspicious = !converged || state.farthest > SUSPICIOUS_DISTANCE;
  const separation = suspicious ? ordinalSeparation(centred, codes, levels) : null;
  const inverse = invertSymmetric(state.information);
  const back = toOriginalUnits(centres, scales, levels - 1);
  const parameters = multiply(back, { rows: back.columns, columns: 1, data: state.parameters }).data;
  return {
    coefficients: parameters.slice(0, design.columns),
    thresholds: parameters.slice(design.columns),
    covariance: multiply(multiply(back, inverse ?? matrix(back.rows, back.rows)), transpose(back)),
    logLikelihood: state.logLikelihood,
    iterations,
    converged: converged && separation === null && inverse !== null,
    separation,
  };
}

/** No effects; thresholds at the log odds of the cumulative shares. */
function startAt(columns: number, codes: Int32Array, levels: number): Float64Array {
  const counts = new Float64Array(levels);
  for (const code of codes) counts[code]!++;
  const start = new Float64Array(columns + levels - 1);
  let below = 0;
  for (let k = 0; k < levels - 1; k++) {
    below += counts[k]!;
    start[columns + k] = Math.log(below / (codes.length - below));
  }
  return start;
}

/** Likelihood, gradient and information; `null` where thresholds do not rise or the likelihood is not finite. */
function stateAt(design: Matrix, codes: Int32Array, levels: number, parameters: Float64Array): OrdinalState | null {
  const { rows, columns, data } = design;
  const size = parameters.length;
  for (let k = columns + 1; k < size; k++) if (!(parameters[k]! > parameters[k - 1]!)) return null;
  const gradient = new Float64Array(size);
  const information = matrix(size, size);
  let logLikelihood = 0;
  let farthest = 0;
  for (let i = 0; i < rows; i++) {
    let eta = 0;
    for (let j = 0; j < columns; j++) eta += data[j * rows + i]! * parameters[j]!;
    const upper = codes[i]! < levels - 1 ? columns + codes[i]! : -1;
    const lower = codes[i]! > 0 ? columns + codes[i]! - 1 : -1;
    // P = F(a)(1 − F(b))(1 − exp(b − a)), with a, b the distances to the thresholds above and below
    const a = upper < 0 ? Number.POSITIVE_INFINITY : parameters[upper]! - eta;
    const b = lower < 0 ? Number.NEGATIVE_INFINITY : parameters[lower]! - eta;
    const gap = a - b;
    const narrow = 1 / Math.expm1(gap);
    const curvature = Number.isFinite(gap) ? 0.25 / Math.sinh(gap / 2) ** 2 : 0;
    const above = upperShare(a);
    const below = upperShare(-b);
    logLikelihood += Math.log1p(-above) + Math.log1p(-below) + (Number.isFinite(gap) ? Math.log(-Math.expm1(-gap)) : 0);
    const scoreAbove = upper < 0 ? 0 : above + narrow;
    const scoreBelow = lower < 0 ? 0 : -below - narrow;
    const weightAbove = above * (1 - above);
    const weightBelow = below * (1 - below);
    if (upper >= 0) {
      gradient[upper]! += scoreAbove;
      information.data[upper * size + upper]! += weightAbove + curvature;
      farthest = Math.max(farthest, Math.abs(a));
    }
    if (lower >= 0) {
      gradient[lower]! += scoreBelow;
      information.data[lower * size + lower]! += weightBelow + curvature;
      farthest = Math.max(farthest, Math.abs(b));
    }
    if (upper >= 0 && lower >= 0) information.data[lower * size + upper]! -= curvature;
    for (let j = 0; j < columns; j++) {
      const x = data[j * rows + i]!;
      gradient[j]! -= (scoreAbove + scoreBelow) * x;
      for (let k = 0; k <= j; k++) {
        information.data[k * size + j]! += (weightAbove + weightBelow) * x * data[k * rows + i]!;
      }
      if (upper >= 0) information.data[j * size + upper]! -= weightAbove * x;
      if (lower >= 0) information.data[j * size + lower]! -= weightBelow * x;
    }
  }
  for (let j = 0; j < size; j++) {
    for (let i = j + 1; i < size; i++) information.data[i * size + j] = information.data[j * size + i]!;
  }
  if (!Number.isFinite(logLikelihood)) return null;
  return { parameters, logLikelihood, gradient, information, farthest };
}

/** 1 − F(z) of the logistic distribution. */
function upperShare(z: number): number {
  return z > 0 ? Math.exp(-z) / (1 + Math.exp(-z)) : 1 / (1 + Math.exp(z));
}

function moved(
  design: Matrix,
  codes: Int32Array,
  levels: number,
  from: OrdinalState,
  step: Float64Array,
): OrdinalState | null {
  const allowance = 1e-13 * (Math.abs(from.logLikelihood) + 1e-8);
  for (let halving = 0, size = 1; halving < MAX_HALVINGS; halving++, size /= 2) {
    const parameters = from.parameters.map((value, k) => value + size * step[k]!);
    const next = stateAt(design, codes, levels, parameters);
    if (next !== null && next.logLikelihood >= from.logLikelihood - allowance) return next;
  }
  return null;
}

/** From coefficients of centred columns of unit length to those of the columns as they came, and the thresholds with them. */
function toOriginalUnits(centres: Float64Array, scales: Float64Array, thresholds: number): Matrix {
  const size = centres.length + thresholds;
  const back = matrix(size, size);
  for (let j = 0; j < centres.length; j++) {
    back.data[j * size + j] = 1 / scales[j]!;
    for (let k = centres.length; k < size; k++) back.data[j * size + k] = centres[j]! / scales[j]!;
  }
  for (let k = centres.length; k < size; k++) back.data[k * size + k] = 1;
  return back;
}

/** A person loses no likelihood where the threshold above rises and the one below falls: two yes/no questions per person. */
function ordinalSeparation(design: Matrix, codes: Int32Array, levels: number): Separation | null {
  const asked: { row: number; threshold: number; yes: number }[] = [];
  codes.forEach((code, row) => {
    if (code < levels - 1) asked.push({ row, threshold: code, yes: 1 });
    if (code > 0) asked.push({ row, threshold: code - 1, yes: 0 });
  });
  const stacked = matrix(asked.length, design.columns + levels - 1);
  asked.forEach(({ row, threshold }, at) => {
    for (let j = 0; j < design.columns; j++) {
      stacked.data[j * asked.length + at] = -design.data[j * design.rows + row]!;
    }
    stacked.data[(design.columns + threshold) * asked.length + at] = 1;
  });
  return findSeparation(
    stacked,
    asked.map(({ yes }) => yes),
    undefined,
    "bounded",
  );
}
