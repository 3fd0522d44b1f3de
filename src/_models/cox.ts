import { type CoxData, sortHistory } from "./coxHistory.ts";
import { coxLikelihood } from "./coxLikelihood.ts";
import { monotoneColumns } from "./coxMonotone.ts";
import { type CoxTies, relativeHazards } from "./coxRiskSets.ts";
import { maximisePartial, type PartialFit } from "./partialLikelihood.ts";

export type { CoxData, CoxHistory } from "./coxHistory.ts";
export type { CoxTies } from "./coxRiskSets.ts";

export interface CoxFit extends PartialFit {
  readonly ties: CoxTies;
}

/** Maximum partial likelihood (Cox 1972, 1975) by Newton's method with step-halving, from coefficients of 0. */
export function fitCox(data: CoxData, ties: CoxTies): CoxFit {
  const history = sortHistory(data);
  const fit = maximisePartial(
    history,
    (coefficients) => coxLikelihood(history, relativeHazards(history, coefficients), ties),
    (direction) => monotoneColumns(history, direction, ties),
  );
  return { ...fit, ties };
}
