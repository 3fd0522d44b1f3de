import { type Link, type ResponseModel, responseModel } from "../_models/families.ts";
import { fitResponse, type GeneralizedLinearFit, type ResponseOptions } from "../_models/glm.ts";
import { refuseCollinear } from "../_models/namedDesign.ts";
import { fitNegativeBinomial, type NegativeBinomialFit } from "../_models/negativeBinomial.ts";
import { negativeBinomialResponse } from "../_models/negativeBinomialResponse.ts";
import { sum } from "../_numeric/describe.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import type { ModelFamily } from "./generalizedLinearChoices.ts";

const caller = "generalizedLinearModel";

export interface FittedModel {
  readonly fit: GeneralizedLinearFit;
  readonly negativeBinomial: NegativeBinomialFit | null;
  readonly model: ResponseModel;
  readonly nullDeviance: number;
  readonly pearson: number;
}

/**
 * The fit of a family and link, which exists and was reached.
 * Errors: "collinear", "separation", "no-overdispersion", "not-converged".
 */
export function fitModel(
  design: Matrix,
  names: readonly string[],
  outcome: Float64Array,
  { family, link, ...rest }: { family: ModelFamily; link: Link; weights: Float64Array; offset?: Float64Array },
): FittedModel {
  const options: ResponseOptions = rest;
  const negativeBinomial = family === "negative-binomial" ? fitNegativeBinomial(design, outcome, options) : null;
  const fit = negativeBinomial ?? fitResponse(design, outcome, likelihoodOf(family, link), options);
  refuseCollinear(caller, fit.aliased, names);
  if (fit.separation !== null) throw separated(fit.separation, names);
  if (negativeBinomial?.theta === Number.POSITIVE_INFINITY) throw notOverdispersed();
  if (!fit.converged) throw notConverged(fit, family, link);
  const model =
    negativeBinomial === null ? likelihoodOf(family, link) : negativeBinomialResponse(negativeBinomial.theta);
  const constant = { rows: design.rows, columns: 1, data: new Float64Array(design.rows).fill(1) };
  const pearson = sum(
    outcome.map((y, i) => (rest.weights[i]! * (y - fit.fitted[i]!) ** 2) / model.variance(fit.fitted[i]!)),
  );
  return {
    fit,
    negativeBinomial,
    model,
    nullDeviance: fitResponse(constant, outcome, model, options).deviance,
    pearson,
  };
}

/** Quasi-Poisson estimates are the Poisson ones. */
function likelihoodOf(family: ModelFamily, link: Link): ResponseModel {
  const model =
    family === "negative-binomial" ? null : responseModel(family === "quasi-poisson" ? "poisson" : family, link);
  if (model === null) throw new RangeError(`no ${family} family with ${link} link`);
  return model;
}

function separated(
  { columns, complete }: { readonly columns: readonly number[]; readonly complete: boolean },
  names: readonly string[],
): KithpathError {
  const listed = columns.map((column) => `"${names[column]}"`).join(", ");
  return new KithpathError(
    "separation",
    `${caller}: ${complete ? "the terms predict the outcome of every row" : "the terms predict the outcome of some rows"} perfectly, and ${listed} ${columns.length === 1 ? "has" : "have"} no finite estimate`,
    {
      expected: "outcomes that overlap between the values of the terms",
      received: complete ? "complete separation" : "quasi-complete separation",
      where: { column: names[columns.at(-1)!]! },
      remedy: "Use fewer terms, join categories without or with only events, or use firthModel (penalised likelihood).",
    },
  );
}

function notOverdispersed(): KithpathError {
  return new KithpathError("no-overdispersion", `${caller}: the counts vary no more than a Poisson model allows`, {
    expected: "counts with a variance above their mean, given the terms",
    received: "no finite θ: the negative binomial ends in the Poisson model",
    remedy: 'Use family "poisson", or "quasi-poisson" for counts that vary less.',
  });
}

function notConverged(fit: GeneralizedLinearFit, family: ModelFamily, link: Link): KithpathError {
  const path = fit.record.slice(-6).map((value) => value.toPrecision(10));
  return new KithpathError("not-converged", `${caller}: the ${family} fit (${link} link) did not reach its maximum`, {
    expected: "a gradient of zero",
    received: `${fit.iterations} iterations; log-likelihood ${fit.record.length > 6 ? "… " : ""}${path.join(", ")}`,
    remedy:
      family === "binomial" && link === "log"
        ? 'Risks near 1 stop this model. Use family "poisson" with covariance "HC1" for risk ratios.'
        : "Look for extreme values among the terms, or use fewer terms.",
  });
}
