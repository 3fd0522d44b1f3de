import { bootstrap } from "../_inference/bootstrap.ts";
import { clusterEstimator } from "../_inference/cluster.ts";
import { resampleNote } from "../_inference/draws.ts";
import { askedTerms } from "../_models/askedTerms.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { type Link, type ResponseModel, responseModel } from "../_models/families.ts";
import { fitGeneralizedLinear } from "../_models/glm.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { type ArmSpec, readClusters, refuseRepeatedPeople, selectArms } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Note, Resampled, ResamplingOptions, Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, type Table, toTable } from "../table.ts";
import { refuseConstantOutcome, refuseNotBinary, refuseNotCount } from "./outcomeScale.ts";
import { type ScoreCovarianceType, scoreCovariance } from "./scoreCovariance.ts";
import { averageWithGradient, contrast, placesOf, standardizeEstimator } from "./standardizeEstimator.ts";
import { deltaEstimates, drawnEstimates, type StandardizedEstimates } from "./standardizeResult.ts";

/** The families of the outcome models that can be standardised. */
export type StandardizeFamily = "gaussian" | "binomial" | "poisson";

export interface StandardizeSpec extends ResamplingOptions {
  /** A numeric column; 0 and 1 for the binomial family, counts for the Poisson family. */
  readonly outcome: string;
  /** The terms of the outcome model, the exposure's column among them; `"mentored:age"` for a product. */
  readonly terms: readonly string[];
  readonly exposure: ArmSpec;
  readonly family: StandardizeFamily;
  /** Default: identity (gaussian), logit (binomial), log (poisson). Also probit and log for the binomial family. */
  readonly link?: Link;
  /** Default "classical", or "CR1" where `cluster` is given. Not with bootstrap limits. */
  readonly covariance?: ScoreCovarianceType;
  /** A column that says which rows belong together. */
  readonly cluster?: string;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
  /** "delta" (the default): covariates as they are. "bootstrap": percentile limits, people (or clusters) drawn anew. */
  readonly interval?: "delta" | "bootstrap";
}

export interface Standardization extends Result, StandardizedEstimates {
  readonly kind: "standardization";
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly exposure: { readonly column: string; readonly treated: string; readonly reference: string };
  readonly family: StandardizeFamily;
  readonly link: Link;
  /** The outcome model; the exposure is 1 for treated, 0 for reference. */
  readonly coefficients: readonly Coefficient[];
  readonly references: Readonly<Record<string, string>>;
  /** Of the coefficients, and with delta limits of everything. */
  readonly covarianceType: ScoreCovarianceType;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly intervalType: "delta" | "bootstrap";
  readonly resampled: Resampled | null;
  readonly level: number;
}

const options = [
  ...["outcome", "terms", "exposure", "family", "link", "covariance", "cluster", "level", "interval"],
  ...["draws", "seed", "signal", "onProgress"],
];
const usualLink = { gaussian: "identity", binomial: "logit", poisson: "log" } as const;

/**
 * Marginal standardisation (parametric g-computation): the mean outcome, or risk, if everyone in the data were treated and
 * if everyone were at the reference, from one outcome model, with their difference, ratio and (logit, probit) odds ratio.
 * These are marginal contrasts; the odds ratio differs from the conditional one of the model. Ratios are estimated on
 * the log scale. The delta method holds the covariates fixed; the bootstrap draws them too. With bootstrap limits
 * `statistic` is the estimate in bootstrap standard errors and `pValue` comes from the draws.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-link", "unknown-column", "unknown-level", "not-two-arms", "one-arm",
 * "no-complete-rows", "not-numeric", "not-binary", "not-counts", "constant-outcome", "outcome-among-terms",
 * "exposure-not-among-terms", "constant-column", "collinear", "too-few-rows", "separation", "not-converged", "one-cluster",
 * "cluster-needed", "several-rows-per-person", "aborted", "too-many-failed-draws".
 *
 * Source: Robins (1986); Hernán & Robins (2020), chapter 13; delta method as in Localio, Margolis & Berlin (2007).
 * Checked against R 4.2.2 `glm` (and sandwich 3.0.2 for HC0) with the gradient written out.
 *
 * @example
 * ```ts
 * import { standardize } from "kithpath";
 * const people = Array.from({ length: 40 }, (_, i) => ({
 *   mentored: i % 2,
 *   age: 20 + ((7 * i) % 31),
 *   relapse: Number((i * i) % 7 > 2 + (i % 2)),
 * }));
 * const result = await standardize(people, {
 *   outcome: "relapse", terms: ["mentored", "age"], exposure: "mentored", family: "binomial",
 * });
 * result.difference.estimate; // risk if all were mentored less risk if none were
 * ```
 */
export async function standardize(data: Data, spec: StandardizeSpec): Promise<Standardization> {
  refuseUnknown("standardize", spec, options);
  const level = completeLevel("standardize", spec.level);
  const families: StandardizeFamily[] = ["gaussian", "binomial", "poisson"];
  const family = completeChoice("standardize", "family", spec.family, families, "gaussian");
  if (spec.family === undefined) throw missingFamily();
  const model = askedModel(family, spec.link ?? usualLink[family]);
  const intervalType = completeChoice("standardize", "interval", spec.interval, ["delta", "bootstrap"], "delta");
  const covarianceType = askedCovariance(spec);
  const table = toTable(data);
  refuseRepeatedPeople("standardize", table, spec.cluster);
  const terms = askedTerms("standardize", spec.terms, spec.outcome);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const names = [spec.outcome, ...variables, spec.cluster].filter((name) => name !== undefined);
  const { table: rows, arm, dropped } = selectArms(table, spec.exposure, names);
  refuseWithoutExposure(variables, arm.column);
  const outcome = numbersOf(rows, spec.outcome);
  const check = { gaussian: refuseConstantOutcome, binomial: refuseNotBinary, poisson: refuseNotCount }[family];
  check("standardize", outcome, spec.outcome);

  const clusters = spec.cluster === undefined ? null : readClusters(rows, spec.cluster);
  const built = buildDesign(withExposure(rows, arm.column, arm.indicator), terms);
  refuseTooFewRows("standardize", rows.rows, built.names.length);
  const fit = fitGeneralizedLinear(built.design, outcome, { family, link: model.link });
  refuseCollinear("standardize", fit.aliased, built.names);
  if (fit.separation !== null) throw separated(fit.separation.columns.map((column) => built.names[column]!));
  if (!fit.converged) throw notConverged();

  const everyone = (value: number) =>
    buildDesign(withExposure(rows, arm.column, new Float64Array(rows.rows).fill(value)), terms).design;
  const designs = { observed: built.design, treated: everyone(1), reference: everyone(0) };
  const treated = averageWithGradient(designs.treated, fit.coefficients, model);
  const reference = averageWithGradient(designs.reference, fit.coefficients, model);
  const values = new Float64Array(placesOf(model.link));
  contrast(reference.mean, treated.mean, values);
  const covariance = scoreCovariance(fit, built.design, covarianceType, clusters);

  const notes: Note[] = [];
  let estimates: StandardizedEstimates;
  let resampled: Resampled | null = null;
  if (intervalType === "delta") {
    const gradients = { reference: reference.gradient, treated: treated.gradient };
    estimates = deltaEstimates(values, gradients, covariance, model.link, level);
    if (clusters !== null && clusters.count < 30) notes.push(fewClusters(clusters.count));
  } else {
    const people = standardizeEstimator(designs, outcome, model, fit.coefficients);
    const draws = await bootstrap(clusters === null ? people : clusterEstimator(people, clusters), spec);
    const failed = resampleNote(draws);
    if (failed !== null) notes.push(failed);
    estimates = drawnEstimates(values, draws, level);
    resampled = { seed: draws.seed, draws: { requested: draws.requested, used: draws.used, failed: draws.failed } };
  }
  return {
    kind: "standardization",
    n: rows.rows,
    dropped,
    notes,
    method: `Marginal standardisation over a ${family} regression with ${model.link} link, ${inWords(intervalType, covarianceType)}`,
    outcome: spec.outcome,
    terms,
    exposure: { column: arm.column, treated: arm.treated, reference: arm.reference },
    family,
    link: model.link,
    ...estimates,
    coefficients: coefficientTable(built.columns, fit.coefficients, covariance, null, level),
    references: built.references,
    covarianceType,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    intervalType,
    resampled,
    level,
  };
}

/** `rows` with the exposure's column as 0 and 1. */
function withExposure(rows: Table, name: string, values: Float64Array): Table {
  return { rows: rows.rows, columns: new Map(rows.columns).set(name, { kind: "number", name, values }) };
}

function askedModel(family: StandardizeFamily, link: Link): ResponseModel {
  const model = responseModel(family, link);
  if (model !== null) return model;
  throw new KithpathError("unknown-link", `standardize: the ${family} family is not offered with the ${link} link`, {
    expected: "gaussian identity, binomial logit, probit or log, poisson log",
    received: `${family} ${link}`,
  });
}

function askedCovariance(spec: StandardizeSpec): ScoreCovarianceType {
  const clustered = spec.cluster !== undefined;
  if (!clustered && (spec.covariance === "CR0" || spec.covariance === "CR1")) {
    throw new KithpathError("cluster-needed", `standardize: covariance "${spec.covariance}" needs a cluster`, {
      expected: "cluster: the name of a column",
    });
  }
  const allowed: ScoreCovarianceType[] = clustered ? ["CR1", "CR0"] : ["classical", "HC0"];
  return completeChoice("standardize", "covariance", spec.covariance, allowed, allowed[0]!);
}

function inWords(interval: "delta" | "bootstrap", covariance: ScoreCovarianceType): string {
  return interval === "delta" ? `delta-method limits from the ${covariance} covariance` : "percentile bootstrap limits";
}

function fewClusters(count: number): Note {
  return {
    code: "few-clusters",
    text: `With ${count} clusters cluster-robust standard errors tend to be too small, and limits too narrow.`,
  };
}

function refuseWithoutExposure(variables: readonly string[], column: string): void {
  if (variables.includes(column)) return;
  throw new KithpathError("exposure-not-among-terms", `standardize: the terms do not hold the exposure "${column}"`, {
    expected: `"${column}" among the terms, alone or in a product`,
    received: variables.join(", "),
    remedy: "Add the exposure to the terms: without it everyone's outcome is the same in both arms.",
  });
}

function missingFamily(): KithpathError {
  return new KithpathError("invalid-option", "standardize: family is missing", {
    expected: "gaussian, binomial or poisson",
  });
}

function separated(names: readonly string[]): KithpathError {
  return new KithpathError("separation", `standardize: ${names.join(", ")} have no finite estimate`, {
    expected: "outcomes that vary wherever the terms vary",
    received: "a term, or several together, that tell the outcome without error",
    remedy: "Use fewer terms or merge rare categories; firthModel estimates such a model with a penalty.",
  });
}

function notConverged(): KithpathError {
  return new KithpathError("not-converged", "standardize: the likelihood has no maximum inside this model", {
    expected: "a model whose iterations settle",
    remedy: "Use the logit link, or fewer terms.",
  });
}
