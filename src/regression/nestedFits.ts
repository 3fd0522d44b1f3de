import { KithpathError } from "../errors.ts";
import { given } from "../options.ts";
import type { Data } from "../table.ts";
import type { GeneralizedCovarianceType, ModelFamily } from "./generalizedLinearChoices.ts";
import { type GeneralizedLinearModel, generalizedLinearModel } from "./generalizedLinearModel.ts";
import { type LinearModel, linearModel } from "./linearModel.ts";

/** A model but for its terms: a linear one without a family, otherwise a generalised linear one. */
export interface ModelWithoutTerms {
  readonly outcome: string;
  readonly family?: ModelFamily;
  readonly link?: GeneralizedLinearModel["link"];
  readonly covariance?: Exclude<GeneralizedCovarianceType, "CR2">;
  readonly cluster?: string;
  readonly weights?: string;
  readonly offset?: string;
}

/** What comparisons of nested models need to know of a fit. */
export interface FittedTerms {
  readonly model: LinearModel | GeneralizedLinearModel;
  /** The residual sum of squares, or the deviance. */
  readonly deviance: number;
  readonly dispersion: number;
  /** Whether the spread is estimated, so that tests refer to F. */
  readonly estimatesDispersion: boolean;
}

/** The model with these terms. Errors: those of `linearModel` and `generalizedLinearModel`. */
export function fitTerms(caller: string, data: Data, terms: readonly string[], spec: ModelWithoutTerms): FittedTerms {
  const { outcome, family, link, covariance, cluster, weights, offset } = spec;
  const shared = { outcome, terms, ...given({ covariance, cluster, weights }) };
  if (family === undefined) {
    if (link !== undefined || offset !== undefined) throw familyNeeded(caller);
    const model = linearModel(data, shared as Parameters<typeof linearModel>[1]);
    const deviance = model.residualSumOfSquares;
    return { model, deviance, dispersion: deviance / model.dfResidual, estimatesDispersion: true };
  }
  const model = generalizedLinearModel(data, { ...shared, family, ...given({ link, offset }) });
  const estimatesDispersion = family === "gaussian" || family === "quasi-poisson";
  return { model, deviance: model.deviance, dispersion: model.dispersion, estimatesDispersion };
}

function familyNeeded(caller: string): KithpathError {
  return new KithpathError("invalid-option", `${caller}: link and offset need a family`, {
    expected: "a family of generalizedLinearModel beside them",
    remedy: "Give the family, or leave link and offset out for a linear model.",
  });
}

/** Twice the gain of log-likelihood of `larger` over `smaller`. */
export function likelihoodRatio(smaller: FittedTerms, larger: FittedTerms): number {
  const before = smaller.model.logLikelihood;
  const after = larger.model.logLikelihood;
  // the deviance keeps digits that the likelihood's constants hide; negative binomial models have each their own θ
  const sameConstants = !("theta" in larger.model && larger.model.theta !== null);
  const gain = sameConstants ? smaller.deviance - larger.deviance : 2 * (after! - before!);
  return Math.max(0, gain);
}
