import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { exactLikelihood } from "./coxExact.ts";
import type { CoxHistory, TimeGroup } from "./coxHistory.ts";
import { type CoxTies, denominators, type RelativeHazards, type RiskSums, sweepRiskSets } from "./coxRiskSets.ts";

export interface CoxState {
  readonly logLikelihood: number;
  readonly score: Float64Array;
  readonly information: Matrix;
}

/** Partial likelihood, its gradient and the observed information, in the centred and scaled covariates. */
export function coxLikelihood(history: CoxHistory, relative: RelativeHazards, ties: CoxTies): CoxState {
  if (ties === "exact") return exactLikelihood(history, relative);
  const score = new Float64Array(history.columns);
  const information = matrix(history.columns, history.columns);
  let logLikelihood = 0;
  sweepRiskSets(history, relative, 2, (group, sums) => {
    logLikelihood += addTime(group, sums, relative.shift[group.stratum]!, ties, score, information.data);
  });
  return { logLikelihood, score, information: mirrored(information) };
}

/** Adds what one time says to `score` and to the lower rows of `information`; returns its part of the log likelihood. */
export function addTime(
  group: TimeGroup,
  { risk, deaths, deathWeight, deathCovariates, deathPredictor }: RiskSums,
  shift: number,
  ties: CoxTies,
  score: Float64Array,
  information: Float64Array,
): number {
  const columns = score.length;
  const { count, weight } = denominators(ties, group.deaths, deathWeight);
  const mean = new Float64Array(columns);
  let logLikelihood = deathPredictor - deathWeight * shift;
  for (let j = 0; j < columns; j++) score[j]! += deathCovariates[j]!;
  for (let l = 0; l < count; l++) {
    const share = l / count;
    const zero = risk.zero - share * deaths.zero;
    logLikelihood -= weight * Math.log(zero);
    for (let j = 0; j < columns; j++) {
      mean[j] = (risk.first[j]! - share * deaths.first[j]!) / zero;
      score[j]! -= weight * mean[j]!;
      for (let k = 0; k <= j; k++) {
        const at = j * columns + k;
        information[at]! += weight * ((risk.second[at]! - share * deaths.second[at]!) / zero - mean[j]! * mean[k]!);
      }
    }
  }
  return logLikelihood;
}

/** The triangle k ≤ j at `j * columns + k` copied to the other side. */
export function mirrored(a: Matrix): Matrix {
  for (let j = 0; j < a.rows; j++) for (let k = 0; k < j; k++) a.data[k * a.rows + j] = a.data[j * a.rows + k]!;
  return a;
}
