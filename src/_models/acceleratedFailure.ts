import { leastSquares } from "../_numeric/leastSquares.ts";
import { type Matrix, matrix, multiply, transpose, transposeTimes } from "../_numeric/matrix.ts";
import type { Clusters } from "./clusterCovariance.ts";
import { errorDeviation, errorKernels, type FailureTimes, type RowLikelihood } from "./failureErrors.ts";
import { findSeparation } from "./separation.ts";

export {
  errorQuantile,
  type FailureSurvival,
  type FailureTimes,
  failureSurvival,
} from "./failureErrors.ts";

interface AcceleratedFailureProblem {
  /** The first column is the constant. */
  readonly design: Matrix;
  /** Positive times. */
  readonly time: Float64Array;
  /** 1 where the time ends with the event, 0 where it is censored; at least one event. */
  readonly event: ArrayLike<number>;
  /** Case weights > 0: weight 2 is the row twice. */
  readonly weights?: Float64Array;
  /** The scale is estimated, or fixed at 1 (with Weibull times: exponential ones). */
  readonly estimateScale: boolean;
  /** Default "weibull". */
  readonly times?: FailureTimes;
  /** Rows that belong together, for a sandwich covariance. */
  readonly clusters?: Clusters;
}

export interface AcceleratedFailureFit {
  /** Of log time. */
  readonly coefficients: Float64Array;
  readonly scale: number;
  /** Of the coefficients and, where it is estimated, log(scale) last. */
  readonly covariance: Matrix;
  /** Of coefficients / scale and, where it is estimated, 1 / scale last: log hazard ratios (Weibull) or log odds ratios (log-logistic) with the sign turned. */
  readonly hazardCovariance: Matrix;
  /** Of the times, not of their logarithms. */
  readonly logLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Columns that depend on columns before them; if any, nothing else is to be used. */
  readonly aliased: readonly number[];
  /** Columns whose coefficients have no finite estimate, since no event bounds them. */
  readonly infinite: readonly number[];
}

const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;
/** Squared length of a Newton step in standard errors (at weights of 1) at which one more step is the last. */
const STEP_TOLERANCE = 1e-14;
/** Below this curvature a censored row may be running away. */
const RUNAWAY = 1e-8;

/**
 * Maximum likelihood of log T = xβ + σW with right censoring: Weibull times (exponential ones with σ = 1), lognormal or
 * log-logistic ones (Kalbfleisch & Prentice 2002, section 3.6). Newton's method runs on (β/σ, 1/σ), in which the
 * log-likelihood is concave, each step a weighted least squares by QR; at the maximum the observed information of
 * (β, log σ) follows from it exactly by the derivatives of one by the other.
 */
export function fitAcceleratedFailure(problem: AcceleratedFailureProblem): AcceleratedFailureFit {
  const { design, estimateScale } = problem;
  const weights = problem.weights ?? new Float64Array(design.rows).fill(1);
  const logTime = problem.time.map(Math.log);
  const unit = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const setup: Setup = { problem, weights, unit, logTime, augmented: augmentedDesign(design, logTime, estimateScale) };
  const first = leastSquares(design, logTime, weights);
  let state = stateAt(setup, startingAt(setup, first.coefficients));
  let iterations = 0;
  let converged = false;
  while (first.aliased.length === 0 && iterations < MAX_ITERATIONS) {
    iterations++;
    const { next, size } = newtonStep(setup, state);
    if (next !== null) state = next;
    converged = size <= STEP_TOLERANCE * setup.unit;
    if (converged || next === null) break;
  }
  const runaway = state.curvature.some((curvature, i) => problem.event[i] === 0 && curvature < RUNAWAY);
  const infinite =
    first.aliased.length === 0 && (runaway || !converged)
      ? (findSeparation(design, problem.event, weights, "counted")?.columns ?? [])
      : [];
  return {
    ...covariances(setup, state),
    iterations,
    converged: converged && infinite.length === 0,
    aliased: first.aliased,
    infinite,
  };
}

interface Setup {
  readonly problem: AcceleratedFailureProblem;
  readonly weights: Float64Array;
  /** Mean weight. */
  readonly unit: number;
  readonly logTime: Float64Array;
  /** Derivatives of w = (log t − xβ)/σ by β/σ and 1/σ, and one row for the logarithm of 1/σ in the density. */
  readonly augmented: Matrix;
}

interface State {
  /** β/σ and, where it is estimated, 1/σ. */
  readonly parameters: Float64Array;
  /** First derivative of each row's log-likelihood by w, and the second with its sign turned. */
  readonly slope: Float64Array;
  readonly curvature: Float64Array;
  readonly logLikelihood: number;
}

function augmentedDesign(design: Matrix, logTime: Float64Array, estimateScale: boolean): Matrix {
  const rows = design.rows + (estimateScale ? 1 : 0);
  const columns = design.columns + (estimateScale ? 1 : 0);
  const result = matrix(rows, columns);
  for (let j = 0; j < design.columns; j++) {
    for (let i = 0; i < design.rows; i++) result.data[j * rows + i] = -design.data[j * design.rows + i]!;
  }
  if (estimateScale) {
    result.data.set(logTime, design.columns * rows);
    result.data[rows * columns - 1] = 1;
  }
  return result;
}

/** From least squares of log time, whose residuals have σ times the standard deviation of W; Weibull times with the constant that expects as many events as there are. */
function startingAt(setup: Setup, coefficients: Float64Array): Float64Array {
  const { problem, logTime, weights } = setup;
  const { design, event, estimateScale, times = "weibull" } = problem;
  const residuals = logTime.slice();
  for (let j = 0; j < design.columns; j++) {
    for (let i = 0; i < design.rows; i++) residuals[i]! -= design.data[j * design.rows + i]! * coefficients[j]!;
  }
  let squares = 0;
  let total = 0;
  for (let i = 0; i < design.rows; i++) {
    squares += weights[i]! * residuals[i]! ** 2;
    total += weights[i]! * (event[i] === 1 ? 1 : 0.5);
  }
  const scale = Math.sqrt(squares / total) / errorDeviation[times];
  const shape = estimateScale && scale > 1e-3 ? 1 / scale : 1;
  const start = coefficients.map((value) => value * shape);
  if (times !== "weibull") return estimateScale ? Float64Array.from([...start, shape]) : start;
  const largest = shape * residuals.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const expected = residuals.reduce((sum, value, i) => sum + weights[i]! * Math.exp(shape * value - largest), 0);
  start[0]! += largest + Math.log(expected / eventWeight(setup));
  return estimateScale ? Float64Array.from([...start, shape]) : start;
}

function shapeOf({ problem }: Setup, parameters: Float64Array): number {
  return problem.estimateScale ? parameters[problem.design.columns]! : 1;
}

function stateAt(setup: Setup, parameters: Float64Array): State {
  const { problem, weights, logTime } = setup;
  const { design, event, times = "weibull" } = problem;
  const shape = shapeOf(setup, parameters);
  const standard = logTime.map((value) => value * shape);
  for (let j = 0; j < design.columns; j++) {
    for (let i = 0; i < design.rows; i++) standard[i]! -= design.data[j * design.rows + i]! * parameters[j]!;
  }
  const kernel = errorKernels[times];
  const slope = new Float64Array(design.rows);
  const curvature = new Float64Array(design.rows);
  const row: RowLikelihood = { value: 0, slope: 0, curvature: 0 };
  const logShape = Math.log(shape);
  let logLikelihood = shape > 0 ? 0 : Number.NaN;
  for (let i = 0; i < design.rows; i++) {
    const happened = event[i] === 1;
    kernel(standard[i]!, happened, row);
    slope[i] = row.slope;
    curvature[i] = row.curvature;
    logLikelihood += weights[i]! * (row.value + (happened ? logShape - logTime[i]! : 0));
  }
  return { parameters, slope, curvature, logLikelihood };
}

/** The sum of the weights of the events. */
function eventWeight({ problem, weights }: Setup): number {
  return weights.reduce((total, weight, i) => total + (problem.event[i] === 1 ? weight : 0), 0);
}

/** Weights whose weighted least squares on the augmented design has the observed information as its cross product. */
function informationWeights(setup: Setup, state: State): Float64Array {
  const { augmented, weights } = setup;
  const result = new Float64Array(augmented.rows);
  state.curvature.forEach((curvature, i) => {
    result[i] = weights[i]! * curvature;
  });
  if (setup.problem.estimateScale)
    result[augmented.rows - 1] = eventWeight(setup) / shapeOf(setup, state.parameters) ** 2;
  return result;
}

/** A Newton step, halved until the likelihood does not fall, and its squared length in standard errors. */
function newtonStep(setup: Setup, state: State): { next: State | null; size: number } {
  const { augmented } = setup;
  const { rootInverse, aliased } = leastSquares(
    augmented,
    new Float64Array(augmented.rows),
    informationWeights(setup, state),
  );
  // by the gradient, not by working residuals: those of early events are so large that they cost digits
  const rotated = transposeTimes(rootInverse, gradientAt(setup, state));
  const step = multiply(rootInverse, rotated).data;
  const size = rotated.data.reduce((total, value) => total + value ** 2, 0);
  if (aliased.length > 0 || !Number.isFinite(size)) return { next: null, size: Number.POSITIVE_INFINITY };
  const allowance = 1e-12 * (Math.abs(state.logLikelihood) + 1e-8 * setup.unit);
  for (let halving = 0, share = 1; halving < MAX_HALVINGS; halving++, share /= 2) {
    const next = stateAt(
      setup,
      state.parameters.map((value, j) => value + share * step[j]!),
    );
    if (next.logLikelihood >= state.logLikelihood - allowance) return { next, size };
  }
  return { next: null, size };
}

function covariances(setup: Setup, state: State) {
  const { problem, augmented } = setup;
  const p = problem.design.columns;
  const shape = shapeOf(setup, state.parameters);
  const atEnd = leastSquares(augmented, new Float64Array(augmented.rows), informationWeights(setup, state));
  const hazardCovariance =
    problem.clusters === undefined
      ? atEnd.crossInverse
      : crossedBy(multiply(clusterScores(setup, state, problem.clusters), atEnd.crossInverse));
  const coefficients = state.parameters.slice(0, p).map((value) => value / shape);
  // derivatives of (β, log σ) by (β/σ, 1/σ)
  const derivatives = matrix(augmented.columns, augmented.columns);
  for (let j = 0; j < p; j++) derivatives.data[j * augmented.columns + j] = 1 / shape;
  if (problem.estimateScale) {
    for (let j = 0; j < p; j++) derivatives.data[p * augmented.columns + j] = -coefficients[j]! / shape;
    derivatives.data[p * augmented.columns + p] = -1 / shape;
  }
  return {
    coefficients,
    scale: 1 / shape,
    covariance: multiply(multiply(derivatives, hazardCovariance), transpose(derivatives)),
    hazardCovariance,
    logLikelihood: state.logLikelihood,
  };
}

/** Derivatives of the log-likelihood by the parameters, as a column. */
function gradientAt(setup: Setup, state: State): Matrix {
  const one = { codes: new Int32Array(setup.logTime.length), count: 1 };
  return transpose(clusterScores(setup, state, one));
}

/** The derivatives of each cluster's log-likelihood by (β/σ, 1/σ), one row per cluster. */
function clusterScores(setup: Setup, state: State, { codes, count }: Clusters): Matrix {
  const { problem, augmented, weights } = setup;
  const scores = matrix(count, augmented.columns);
  const shape = shapeOf(setup, state.parameters);
  for (let i = 0; i < codes.length; i++) {
    const score = weights[i]! * state.slope[i]!;
    for (let j = 0; j < augmented.columns; j++) {
      scores.data[j * count + codes[i]!]! += score * augmented.data[j * augmented.rows + i]!;
    }
    if (problem.estimateScale && problem.event[i] === 1) {
      scores.data[problem.design.columns * count + codes[i]!]! += weights[i]! / shape;
    }
  }
  return scores;
}

function crossedBy(a: Matrix): Matrix {
  return transposeTimes(a, a);
}
