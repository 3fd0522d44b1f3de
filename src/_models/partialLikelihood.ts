import { cholesky, choleskySolve, inverseForm, invertSymmetric, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { CoxHistory } from "./coxHistory.ts";
import type { CoxState } from "./coxLikelihood.ts";
import { type RelativeHazards, relativeHazards } from "./coxRiskSets.ts";

/** The maximum of a partial likelihood. */
export interface PartialFit {
  /** Log hazard ratios per unit of each column. Not to be used where `aliased` or `monotone` names columns. */
  readonly coefficients: Float64Array;
  /** Inverse of the observed information. */
  readonly covariance: Matrix;
  readonly logLikelihood: number;
  readonly nullLogLikelihood: number;
  /** Rao's statistic at coefficients of 0; NaN where the information there is singular. */
  readonly scoreStatistic: number;
  readonly iterations: number;
  readonly converged: boolean;
  /** Columns that the risk sets cannot tell from columns before them. */
  readonly aliased: readonly number[];
  /** Columns whose coefficients have no finite maximum; `null` where all have. */
  readonly monotone: readonly number[] | null;
  /** Other columns about which nothing is left to learn where those of `monotone` have gone. */
  readonly undetermined: readonly number[];
  readonly history: CoxHistory;
  readonly relative: RelativeHazards;
}

const MAX_ITERATIONS = 60;
const MAX_HALVINGS = 30;
const STEP_TOLERANCE = 1e-8;
/** A pivot of the information this small beside its diagonal element: the column follows from the columns before. */
const DEPENDENT = 1e-10;
/** Variance of a coefficient per standard deviation of its column, beyond which only rounding speaks. */
const UNDETERMINED = 1e5;
/** Newton's steps of an ordinary likelihood have shrunk to nothing by then. */
const SUSPICIOUS = 8;

/**
 * Newton's method with step-halving from coefficients of 0. `monotoneAlong` says which columns grow without end along a direction,
 * if the likelihood rises along it for ever. Both see the centred and scaled covariates.
 */
export function maximisePartial(
  history: CoxHistory,
  evaluate: (coefficients: Float64Array) => CoxState,
  monotoneAlong: (direction: Float64Array) => number[] | null,
): PartialFit {
  const { columns, scale } = history;
  const unit = history.weights.reduce((sum, weight) => sum + weight, 0) / history.rows;
  let coefficients: Float64Array = new Float64Array(columns);
  let state = evaluate(coefficients);
  const nullState = state;
  const aliased = dependentColumns(nullState.information, unit);
  let converged = columns === 0;
  let monotone: number[] | null = null;
  let iterations = 0;
  while (!converged && aliased.length === 0 && iterations < MAX_ITERATIONS) {
    iterations++;
    const step = newtonStep(state);
    if (step === null) {
      monotone ??= monotoneAlong(coefficients);
      break;
    }
    if (iterations > SUSPICIOUS) monotone = monotoneAlong(step) ?? monotone;
    const next = climb(evaluate, coefficients, state, step, unit);
    if (next === null) break;
    const gain = next.state.logLikelihood - state.logLikelihood;
    ({ coefficients, state } = next);
    if (monotone !== null) {
      converged = gain < 1e-10 * unit;
    } else {
      converged = step.every((value, j) => Math.abs(value) <= STEP_TOLERANCE * (1 + Math.abs(coefficients[j]!)));
    }
  }
  const covariance = invertSymmetric(state.information);
  const undetermined =
    monotone === null
      ? []
      : Array.from(coefficients.keys()).filter(
          (j) =>
            !monotone.includes(j) && !(covariance !== null && covariance.data[j * columns + j]! * unit < UNDETERMINED),
        );
  return {
    coefficients: coefficients.map((value, j) => value / scale[j]!),
    covariance: unscaledCovariance(covariance, scale),
    logLikelihood: state.logLikelihood,
    nullLogLikelihood: nullState.logLikelihood,
    scoreStatistic: inverseForm(nullState.information, nullState.score) ?? Number.NaN,
    iterations,
    converged: monotone !== null || (converged && covariance !== null),
    aliased,
    monotone,
    undetermined,
    history,
    relative: relativeHazards(history, coefficients),
  };
}

/** A covariance in the scaled covariates in units of the data. */
function unscaledCovariance(covariance: Matrix | null, scale: Float64Array): Matrix {
  const columns = scale.length;
  const original = matrix(columns, columns);
  if (covariance === null) return original;
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < columns; k++) {
      original.data[j * columns + k] = covariance.data[j * columns + k]! / scale[j]! / scale[k]!;
    }
  }
  return original;
}

function newtonStep({ information, score }: CoxState): Float64Array | null {
  const lower = cholesky(information);
  if (lower === null) return null;
  const step = choleskySolve(lower, score);
  return step.every(Number.isFinite) ? step : null;
}

function climb(
  evaluate: (coefficients: Float64Array) => CoxState,
  from: Float64Array,
  before: CoxState,
  step: Float64Array,
  unit: number,
): { coefficients: Float64Array; state: CoxState } | null {
  const allowance = 1e-12 * (unit + Math.abs(before.logLikelihood));
  for (let halving = 0, size = 1; halving < MAX_HALVINGS; halving++, size /= 2) {
    const coefficients = from.map((value, j) => value + size * step[j]!);
    const state = evaluate(coefficients);
    if (state.logLikelihood >= before.logLikelihood - allowance) return { coefficients, state };
  }
  return null;
}

/** Columns whose pivot vanishes when the information is factored in their order. */
function dependentColumns(information: Matrix, unit: number): number[] {
  const size = information.rows;
  const lower = matrix(size, size).data;
  const dependent: number[] = [];
  for (let j = 0; j < size; j++) {
    const diagonal = information.data[j * size + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= lower[k * size + j]! ** 2;
    if (!(diagonal > 1e-12 * unit) || !(pivot > DEPENDENT * diagonal)) {
      dependent.push(j);
      continue;
    }
    const root = Math.sqrt(pivot);
    for (let i = j; i < size; i++) {
      let value = information.data[j * size + i]!;
      for (let k = 0; k < j; k++) value -= lower[k * size + i]! * lower[k * size + j]!;
      lower[j * size + i] = value / root;
    }
  }
  return dependent;
}
