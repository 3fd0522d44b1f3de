import { invertSymmetric, type Matrix } from "../_numeric/matrix.ts";
import { type CoxData, type CoxHistory, sortHistory } from "./coxHistory.ts";
import { coxLikelihood } from "./coxLikelihood.ts";
import { monotoneColumns } from "./coxMonotone.ts";
import { type CoxTies, type RelativeHazards, relativeHazards } from "./coxRiskSets.ts";
import { maximisePartial, unscaledCovariance } from "./partialLikelihood.ts";

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

/** Maximum partial likelihood (Cox 1972, 1975) by Newton's method with step-halving, from coefficients of 0. */
export function fitCox(data: CoxData, ties: CoxTies): CoxFit {
  const history = sortHistory(data);
  const { state, nullState, coefficients, covariance, ...end } = maximisePartial(
    history.columns,
    (coefficients) => coxLikelihood(history, relativeHazards(history, coefficients), ties),
    (direction) => monotoneColumns(history, direction, ties),
    history.weights.reduce((sum, weight) => sum + weight, 0) / history.rows,
  );
  return {
    ...end,
    coefficients: coefficients.map((value, j) => value / history.scale[j]!),
    covariance: unscaledCovariance(covariance, history.scale),
    logLikelihood: state.logLikelihood,
    nullLogLikelihood: nullState.logLikelihood,
    scoreStatistic: quadraticForm(nullState.information, nullState.score) ?? Number.NaN,
    history,
    relative: relativeHazards(history, coefficients),
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
