import { askedTerms } from "../_models/askedTerms.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { waldStatistic } from "../_models/waldStatistic.ts";
import { pValueOfChiSquare, pValueOfF } from "../_numeric/distributions/index.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import { refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { given, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { type FittedTerms, fitTerms, likelihoodRatio, type ModelWithoutTerms } from "./nestedFits.ts";

export interface CompareModelsSpec extends ModelWithoutTerms {
  /** The terms of the smaller model, all of them among those of the larger one. */
  readonly smaller: readonly string[];
  readonly larger: readonly string[];
}

/** What a model weighs in a comparison. */
export interface ComparedModel {
  readonly terms: readonly string[];
  /** n less the number of coefficients. */
  readonly dfResidual: number;
  /** The residual sum of squares, or the deviance. */
  readonly deviance: number;
  readonly logLikelihood: number | null;
  readonly aic: number | null;
  readonly bic: number | null;
}

export interface ModelComparison extends Result {
  readonly kind: "model-comparison";
  readonly outcome: string;
  readonly smaller: ComparedModel;
  readonly larger: ComparedModel;
  /** The coefficients that the larger model has beside those of the smaller one; the test is of all of them being 0. */
  readonly added: readonly string[];
  readonly test: {
    readonly method: "F" | "Wald F" | "likelihood ratio" | "Wald chi-square";
    readonly statistic: number;
    readonly df1: number;
    /** `null` for chi-square tests. */
    readonly df2: number | null;
    readonly pValue: number;
  };
  readonly covarianceType: string;
  readonly cluster: string | null;
  readonly clusters: number | null;
}

const caller = "compareModels";
const options = [
  "outcome",
  "smaller",
  "larger",
  "family",
  "link",
  "covariance",
  "cluster",
  "weights",
  "offset",
] as const;

/**
 * Tests whether several terms together add to a model: two nested models on the same complete rows, those of the larger one.
 * A linear model without `family`, otherwise a generalised linear one. Default: F for linear, gaussian and quasi-Poisson
 * models, the likelihood ratio for the others. With a robust `covariance`, or a `cluster` (then "CR1"): the Wald test of the
 * added coefficients in the larger model, F on n − p or clusters − 1 degrees of freedom, or chi-square for the families
 * without an estimated spread.
 *
 * Errors: "not-nested", "too-few-clusters", and those of `linearModel` and `generalizedLinearModel`.
 *
 * Source: Seber & Lee (2003), chapter 4; Wald (1943). Checked against R 4.2.2 `anova` and lmtest 0.9 `waldtest`.
 *
 * @example
 * ```ts
 * import { compareModels } from "kithpath";
 * const people = {
 *   wellbeing: [41, 44, 50, 52, 47, 55, 49, 58],
 *   mentored: [0, 0, 0, 0, 1, 1, 1, 1],
 *   age: [30, 42, 51, 28, 33, 46, 39, 60],
 * };
 * const { test } = compareModels(people, {
 *   outcome: "wellbeing",
 *   smaller: ["mentored", "age"],
 *   larger: ["mentored", "age", "mentored:age"],
 * });
 * test.pValue; // do the slopes over age differ between the arms?
 * ```
 */
export function compareModels(data: Data, spec: CompareModelsSpec): ModelComparison {
  refuseUnknown(caller, spec, options);
  const table = toTable(data);
  refuseRepeatedPeople(caller, table, spec.cluster);
  const smallerTerms = askedTerms(caller, spec.smaller, spec.outcome);
  const largerTerms = askedTerms(caller, spec.larger, spec.outcome);
  if ((spec.covariance as string) === "CR2") throw noCr2();
  const { outcome, family, link, cluster, weights, offset } = spec;
  const covariance = spec.covariance ?? (cluster === undefined ? undefined : "CR1");
  const plain: ModelWithoutTerms = { outcome, ...given({ family, link, weights, offset }) };
  const variables = largerTerms.flatMap((term) => variablesOfTerm(table, term));
  const used = [outcome, ...variables, cluster, weights, offset];
  const rows = selectComplete(
    table,
    used.filter((name) => name !== undefined),
  ).table;
  const larger = fitTerms(caller, table, largerTerms, { ...plain, ...given({ cluster, covariance }) });
  const smaller = fitTerms(caller, rows, smallerTerms, plain);
  const names = larger.model.coefficients.map(({ name }) => name);
  const kept = smaller.model.coefficients.map(({ name }) => name);
  const places = names.flatMap((name, place) => (kept.includes(name) ? [] : [place]));
  if (places.length === 0 || kept.some((name) => !names.includes(name))) throw notNested(kept, names);
  const test = testOf(smaller, larger, places);
  return {
    kind: "model-comparison",
    n: larger.model.n,
    dropped: larger.model.dropped,
    notes: larger.model.notes,
    method: `${inWords[test.method]} of ${places.length} coefficient${places.length === 1 ? "" : "s"}. ${larger.model.method}`,
    outcome,
    smaller: comparedModel(smaller),
    larger: comparedModel(larger),
    added: places.map((place) => names[place]!),
    test,
    covarianceType: larger.model.covarianceType,
    cluster: cluster ?? null,
    clusters: larger.model.clusters,
  };
}

const inWords = {
  F: "F test",
  "Wald F": "Wald F test",
  "likelihood ratio": "Likelihood-ratio test",
  "Wald chi-square": "Wald chi-square test",
} as const;

function comparedModel({ model, deviance }: FittedTerms): ComparedModel {
  const { terms, dfResidual, logLikelihood, aic, bic } = model;
  return { terms, dfResidual, deviance, logLikelihood, aic, bic };
}

function testOf(smaller: FittedTerms, larger: FittedTerms, places: readonly number[]): ModelComparison["test"] {
  const { model, estimatesDispersion } = larger;
  const df1 = places.length;
  const robust = model.covarianceType !== "classical";
  if (!robust && !estimatesDispersion) {
    const statistic = likelihoodRatio(smaller, larger);
    return {
      method: "likelihood ratio",
      statistic,
      df1,
      df2: null,
      pValue: pValueOfChiSquare(statistic, df1),
    };
  }
  // for deviances with a scale, as quasi-Poisson ones, F is their difference; for sums of squares it is the Wald statistic
  const byDeviance = !robust && model.kind !== "linear-model";
  const quadratic = byDeviance ? (smaller.deviance - larger.deviance) / larger.dispersion : waldOf(larger, places);
  const df2 = model.clusters === null ? model.dfResidual : model.clusters - 1;
  if (!estimatesDispersion) {
    const pValue = pValueOfChiSquare(quadratic, df1);
    return { method: "Wald chi-square", statistic: quadratic, df1, df2: null, pValue };
  }
  const statistic = quadratic / df1;
  const pValue = pValueOfF(statistic, df1, df2);
  return { method: robust ? "Wald F" : "F", statistic, df1, df2, pValue };
}

function waldOf({ model }: FittedTerms, places: readonly number[]): number {
  const estimates = model.coefficients.map(({ estimate }) => estimate);
  const found = waldStatistic(estimates, fromColumns(model.covariance), places);
  const enough = model.clusters === null || places.length < model.clusters;
  if (found !== null && enough) return found;
  throw new KithpathError(
    "too-few-clusters",
    `${caller}: the clusters cannot tell ${places.length} coefficients apart`,
    {
      expected: `more than ${places.length} clusters`,
      received: String(model.clusters),
      remedy: "Test fewer terms at once.",
    },
  );
}

function notNested(kept: readonly string[], names: readonly string[]): KithpathError {
  const strange = kept.filter((name) => !names.includes(name));
  return new KithpathError("not-nested", `${caller}: the smaller model is not part of the larger one`, {
    expected: "smaller: some of the terms of larger, not all",
    received: strange.length > 0 ? `${strange.join(", ")} only in the smaller model` : "the same coefficients in both",
  });
}

function noCr2(): KithpathError {
  return new KithpathError("invalid-option", `${caller}: CR2 has degrees of freedom for single coefficients only`, {
    expected: "CR0, CR1 or CR1S with a cluster",
    received: "CR2",
    remedy: "Leave covariance out to get CR1; with few clusters test the coefficients one by one in the model.",
  });
}
