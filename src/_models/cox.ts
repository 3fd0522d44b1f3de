import { cholesky, choleskySolve, invertSymmetric, type Matrix, matrix } from "../_numeric/matrix.ts";
import { type CoxData, type CoxHistory, sortHistory } from "./coxHistory.ts";
import { type CoxState, coxLikelihood } from "./coxLikelihood.ts";
import { monotoneColumns } from "./coxMonotone.ts";
import { type CoxTies, type RelativeHazards, relativeHazards } from "./coxRiskSets.ts";

export type { CoxData, CoxHistory } from "./coxHistory.ts";
export type { CoxTies } from "./coxRiskSets.ts";

export interface CoxFit {
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
  readonly ties: CoxTies;
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

/** Maximum partial likelihood (Cox 1972, 1975) by Newton's method with step-halving, from coefficients of 0. */
export function fitCox(data: CoxData, ties: CoxTies): CoxFit {
  const history = sortHistory(data);
  const columns = history.columns;
  let coefficients: Float64Array = new Float64Array(columns);
  let relative = relativeHazards(history, coefficients);
  let state = coxLikelihood(history, relative, ties);
  const nullState = state;
  const aliased = dependentColumns(nullState.information);
  let converged = columns === 0;
  let monotone: number[] | null = null;
  let iterations = 0;
  while (!converged && aliased.length === 0 && iterations < MAX_ITERATIONS) {
    iterations++;
    const step = newtonStep(state);
    if (step === null) {
      monotone ??= monotoneColumns(history, coefficients, ties);
      break;
    }
    if (iterations > SUSPICIOUS) monotone = monotoneColumns(history, step, ties) ?? monotone;
    const next = climb(history, ties, coefficients, state, step);
    if (next === null) break;
    const gain = next.state.logLikelihood - state.logLikelihood;
    ({ coefficients, relative, state } = next);
    if (monotone !== null) {
      converged = gain < 1e-10;
    } else {
      converged = step.every((value, j) => Math.abs(value) <= STEP_TOLERANCE * (1 + Math.abs(coefficients[j]!)));
    }
  }
  const covariance = invertSymmetric(state.information);
  const undetermined =
    monotone === null
      ? []
      : Array.from(coefficients.keys()).filter(
          (j) => !monotone.includes(j) && !(covariance !== null && covariance.data[j * columns + j]! < UNDETERMINED),
        );
  const { scale } = history;
  const original = matrix(columns, columns);
  if (covariance !== null) {
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < columns; k++) {
        original.data[j * columns + k] = covariance.data[j * columns + k]! / (scale[j]! * scale[k]!);
      }
    }
  }
  return {
    coefficients: coefficients.map((value, j) => value / scale[j]!),
    covariance: original,
    logLikelihood: state.logLikelihood,
    nullLogLikelihood: nullState.logLikelihood,
    scoreStatistic: quadraticForm(nullState.information, nullState.score) ?? Number.NaN,
    iterations,
    converged: monotone !== null || (converged && covariance !== null),
    aliased,
    monotone,
    undetermined,
    history,
    relative,
    ties,
  };
}

/** v′A⁻¹v; `null` where A is singular. */
export function quadraticForm(a: Matrix, v: Float64Array): number | null {
  const inverse = invertSymmetric(a);
  if (inverse === null) return null;
  let total = 0;
  for (let j = 0; j < v.length; j++) {
    for (let k = 0; k < v.length; k++) total += v[j]! * inverse.data[j * v.length + k]! * v[k]!;
  }
  return Math.max(total, 0);
}

function newtonStep({ information, score }: CoxState): Float64Array | null {
  const lower = cholesky(information);
  if (lower === null) return null;
  const step = choleskySolve(lower, score);
  return step.every(Number.isFinite) ? step : null;
}

function climb(
  history: CoxHistory,
  ties: CoxTies,
  from: Float64Array,
  before: CoxState,
  step: Float64Array,
): { coefficients: Float64Array; relative: RelativeHazards; state: CoxState } | null {
  const allowance = 1e-12 * (1 + Math.abs(before.logLikelihood));
  for (let halving = 0, size = 1; halving < MAX_HALVINGS; halving++, size /= 2) {
    const coefficients = from.map((value, j) => value + size * step[j]!);
    const relative = relativeHazards(history, coefficients);
    const state = coxLikelihood(history, relative, ties);
    if (state.logLikelihood >= before.logLikelihood - allowance) return { coefficients, relative, state };
  }
  return null;
}

/** Columns whose pivot vanishes when the information is factored in their order. */
function dependentColumns(information: Matrix): number[] {
  const size = information.rows;
  const lower = matrix(size, size).data;
  const dependent: number[] = [];
  for (let j = 0; j < size; j++) {
    const diagonal = information.data[j * size + j]!;
    let pivot = diagonal;
    for (let k = 0; k < j; k++) pivot -= lower[k * size + j]! ** 2;
    if (!(diagonal > 1e-12) || !(pivot > DEPENDENT * diagonal)) {
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
