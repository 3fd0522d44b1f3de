import type { Clusters } from "../_models/covariance.ts";
import type { RawColumns, RawVariable } from "./columns.ts";
import { hasCompeting } from "./eventCodes.ts";
import type { CompleteSpec, CompleteSurvival } from "./specTypes.ts";

const intervalWords = {
  percentile: "percentile",
  bca: "bias-corrected and accelerated",
  "bias-corrected": "bias-corrected",
  basic: "basic",
} as const;

/** The method in words, for the methods paragraph. */
export function methodText(asked: CompleteSpec, raw: RawColumns, clusters: Clusters | null, draws: number): string {
  const several = raw.mediators.length > 1;
  const kinds = [...new Set(raw.mediators.map(modelWord))];
  const mediators = several
    ? `${kinds.join(" and ")} models for the ${asked.structure === "parallel" ? "parallel" : "serial"} mediators`
    : `a ${kinds[0]} model for the mediator`;
  const outcome = asked.survival === null ? modelWord(raw.outcome) : survivalWord(asked.survival);
  const interaction = asked.interaction ? "with" : "without";
  const over = Object.keys(asked.population).length === 0 ? "the sample" : "the sample with covariates set as asked";
  const moderator = asked.moderator === null ? "" : `, moderated by "${asked.moderator.column}"`;
  const weights = asked.weights === null ? "" : `, people weighted by "${asked.weights}"`;
  return `Natural direct and indirect effects standardised over ${over}, from ${mediators} and a ${outcome} model for the outcome ${interaction} exposure × mediator interaction${moderator}${weights}; ${limitsText(asked, clusters, draws)}.`;
}

function limitsText(asked: CompleteSpec, clusters: Clusters | null, draws: number): string {
  const units = clusters === null ? "people" : "whole clusters";
  const robust =
    clusters !== null
      ? " with cluster-robust covariance"
      : asked.covariance === "robust"
        ? " with robust covariance"
        : asked.covariance === "HC3"
          ? " with HC3 covariance of each model"
          : "";
  const seed = `(seed ${asked.seed})`;
  switch (asked.method) {
    case "bootstrap":
      return `${intervalWords[asked.interval]} bootstrap limits from ${draws} resamples of ${units} ${seed}`;
    case "bayesian-bootstrap":
      return `Bayesian bootstrap limits from ${draws} random weightings of ${units} ${seed}`;
    case "monte-carlo":
      return `Monte Carlo limits from ${draws} draws of the coefficients${robust} ${seed}`;
    case "delta":
      return `first-order delta-method limits${robust}`;
  }
}

function modelWord({ family, link }: RawVariable): string {
  switch (family) {
    case "binomial":
      return { logit: "logistic", probit: "probit", log: "log-binomial", identity: "linear" }[link];
    case "poisson":
      return "Poisson";
    case "negative-binomial":
      return "negative binomial";
    case "ordinal":
      return "proportional-odds";
    default:
      return "linear";
  }
}

function survivalWord(survival: CompleteSurvival): string {
  const word = { cox: "Cox", weibull: "Weibull", exponential: "exponential" }[survival.model];
  return !hasCompeting(survival) ? word : `cause-specific ${word}`;
}
