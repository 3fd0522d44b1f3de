import type { Clusters } from "../_models/covariance.ts";
import type { RawColumns } from "./problem.ts";
import type { CompleteSpec } from "./spec.ts";

const intervalWords = {
  percentile: "percentile",
  bca: "bias-corrected and accelerated",
  "bias-corrected": "bias-corrected",
  basic: "basic",
} as const;

/** The method in words, for the methods paragraph. */
export function methodText(asked: CompleteSpec, raw: RawColumns, clusters: Clusters | null): string {
  const outcome = { identity: "linear", logit: "logistic", probit: "probit" }[asked.link];
  const several =
    raw.mediators.length > 1 ? "linear models for the parallel mediators" : "a linear model for the mediator";
  const interaction = asked.interaction ? "with" : "without";
  const limits =
    asked.method === "bootstrap"
      ? `${intervalWords[asked.interval]} bootstrap limits from ${asked.draws} resamples of ${clusters === null ? "people" : "whole clusters"}`
      : `Monte Carlo limits from ${asked.draws} draws of the coefficients${clusters === null ? "" : " with cluster-robust covariance"}`;
  return `Natural direct and indirect effects standardised over the sample, from ${several} and a ${outcome} model for the outcome ${interaction} exposure × mediator interaction; ${limits} (seed ${asked.seed}).`;
}
