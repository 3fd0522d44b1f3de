import { askedTerms } from "../_models/askedTerms.ts";
import { dropZeroWeights } from "../_models/caseWeights.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import type { Link } from "../_models/families.ts";
import { buildDesign, refuseTooFewClusters, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { type ProfiledFit, profileLimits } from "../_models/profileLikelihood.ts";
import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { type Matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, refuseRepeatedPeople, selectComplete } from "../arm.ts";
import type { Estimate, Result } from "../estimate.ts";
import { completeLevel, given, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, toTable } from "../table.ts";
import {
  chooseCovariance,
  chooseFamily,
  chooseLimits,
  chooseLink,
  type GeneralizedCovarianceType,
  type LimitKind,
  type ModelFamily,
  methodInWords,
  type RatioKind,
  ratioOf,
} from "./generalizedLinearChoices.ts";
import { dispersionOf, generalizedCovariance } from "./generalizedLinearCovariance.ts";
import { type FittedModel, fitModel } from "./generalizedLinearFit.ts";
import { fewDegreesOfFreedom, generalizedLinearNotes } from "./generalizedLinearNotes.ts";
import { refuseOutcome } from "./generalizedLinearOutcome.ts";
import { refuseOutOfScale } from "./outcomeScale.ts";
import { type GeneralizedLinearPrediction, generalizedPredictions, type PredictionSpec } from "./predictions.ts";

export interface GeneralizedLinearModelSpec {
  /** A numeric column: 0 and 1 for the binomial family, counts for Poisson and negative binomial. */
  readonly outcome: string;
  /** As in `linearModel`. */
  readonly terms: readonly string[];
  readonly family: ModelFamily;
  /** Default "logit" (binomial), "log" (counts), "identity" (gaussian). */
  readonly link?: Link;
  /** Default "classical", or "CR1" where `cluster` is given. */
  readonly covariance?: GeneralizedCovarianceType;
  /** A column that says which rows belong together. Needs one of the CR covariances. */
  readonly cluster?: string;
  /** A column of weights ≥ 0 that multiply each row's likelihood. Rows with weight 0 are left out and counted. */
  readonly weights?: string;
  /** A column added to the linear predictor, such as the log of the follow-up time. */
  readonly offset?: string;
  /**
   * Default "wald", from the standard error. "profile": where the likelihood, the other coefficients at their best, has
   * fallen by half the chi-square quantile (binomial and Poisson); a limit that is not reached is `null`.
   */
  readonly limits?: LimitKind;
  /** People whose mean outcome is wanted. */
  readonly predict?: PredictionSpec;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface GeneralizedLinearCoefficient extends Coefficient {
  /** exp(coefficient) with the exponentials of the limits; `null` where `ratio` of the model is. */
  readonly ratio: Estimate | null;
}

export interface GeneralizedLinearModel extends Result {
  readonly kind: "generalized-linear-model";
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly family: ModelFamily;
  readonly link: Link;
  /** What the ratios of the coefficients are. */
  readonly ratio: RatioKind | null;
  /** The intercept first, then in the order of the terms. */
  readonly coefficients: readonly GeneralizedLinearCoefficient[];
  readonly references: Readonly<Record<string, string>>;
  readonly covarianceType: GeneralizedCovarianceType;
  /** Covariance matrix of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  readonly deviance: number;
  /** Deviance of the model with a constant (and the offset) only; for the negative binomial at the same θ. */
  readonly nullDeviance: number;
  /** n less the number of coefficients. */
  readonly dfResidual: number;
  readonly pearsonChiSquare: number;
  /** Pearson chi-square by its df where the spread is estimated (gaussian, quasi-Poisson), otherwise 1. */
  readonly dispersion: number;
  /** `null` for quasi-Poisson, which has no likelihood; so are `aic` and `bic`. */
  readonly logLikelihood: number | null;
  /** With the variance (gaussian) or θ (negative binomial) counted as a parameter. */
  readonly aic: number | null;
  readonly bic: number | null;
  /** Size of the negative binomial: the variance is mean + mean² / θ. `null` for other families. */
  readonly theta: Estimate | null;
  readonly iterations: number;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly weights: string | null;
  readonly offset: string | null;
  /** `null` where `predict` was not asked for. */
  readonly predictions: readonly GeneralizedLinearPrediction[] | null;
  readonly level: number;
}

const caller = "generalizedLinearModel";
const options = [
  "outcome",
  "terms",
  "family",
  "link",
  "covariance",
  "cluster",
  "weights",
  "offset",
  "limits",
  "predict",
  "level",
] as const;

/**
 * Estimates how a function of the mean outcome differs with the terms, by maximum likelihood on the complete rows: log odds
 * (binomial, logit), probits, log risks (binomial, log), log cumulative hazards (binomial, complementary log-log), log rates
 * (Poisson, quasi-Poisson, negative binomial with its θ estimated jointly), or means (gaussian).
 *
 * Tests and limits are normal; t for gaussian and quasi-Poisson, with n − p degrees of freedom, or clusters − 1 where a
 * cluster is given. HC0 to HC4 are sandwich estimators per person, CR0, CR1 (default with a cluster) and CR1S per cluster,
 * CR2 per cluster with bias reduction and t on Satterthwaite degrees of freedom.
 * "classical" is the expected information (for the negative binomial at the estimated θ), "observed" (negative binomial
 * only) the observed information of coefficients and θ together.
 *
 * With `predict` it estimates the mean outcome of given people.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms",
 * "not-binary", "not-counts", "constant-outcome", "constant-column", "collinear", "too-few-rows", "negative-weight",
 * "one-cluster", "cluster-needed", "too-few-clusters", "cluster-too-large", "several-rows-per-person", "separation" (naming the columns), "no-overdispersion" (negative
 * binomial), "not-converged" (with the path of the log-likelihood), "perfect-fit", "out-of-scale",
 * "missing-profile-value", "unknown-level" (`predict`).
 *
 * Source: Nelder & Wedderburn (1972); Lawless (1987) for the negative binomial; Liang & Zeger (1986) and Pustejovsky & Tipton (2018) for
 * clusters. Checked
 * against R 4.2.2 `glm`, MASS 7.3 `glm.nb`, sandwich 3.0.2 and clubSandwich 0.5.8.
 *
 * @example
 * ```ts
 * import { generalizedLinearModel } from "kithpath";
 * const model = generalizedLinearModel(
 *   { relapse: [1, 0, 1, 1, 0, 1, 0, 0], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   { outcome: "relapse", terms: ["mentored"], family: "binomial" },
 * );
 * model.coefficients[1]?.ratio?.estimate; // odds ratio: (1/3) / (3/1) = 1/9
 * ```
 */
export function generalizedLinearModel(data: Data, spec: GeneralizedLinearModelSpec): GeneralizedLinearModel {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const family = chooseFamily(spec.family);
  const link = chooseLink(family, spec.link);
  const covarianceType = chooseCovariance(spec.covariance, spec.cluster, family);
  const limits = chooseLimits(spec.limits, family, covarianceType);
  const table = toTable(data);
  refuseRepeatedPeople(caller, table, spec.cluster);
  const terms = askedTerms(caller, spec.terms, spec.outcome);

  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.outcome, ...variables, spec.cluster, spec.weights, spec.offset];
  const complete = selectComplete(
    table,
    used.filter((name) => name !== undefined),
  );
  const selection = dropZeroWeights(complete, spec.weights);
  const rows = selection.table;
  const outcome = numbersOf(rows, spec.outcome);
  refuseOutcome(outcome, spec.outcome, family, spec.offset !== undefined);
  const weights = spec.weights === undefined ? new Float64Array(rows.rows).fill(1) : numbersOf(rows, spec.weights);
  const clusters = spec.cluster === undefined ? undefined : readClusters(rows, spec.cluster);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, names.length);

  const offset = spec.offset === undefined ? new Float64Array(rows.rows) : numbersOf(rows, spec.offset);
  const fitted = fitModel(design, names, outcome, { family, link, weights, offset });
  const { fit } = fitted;
  if (family === "gaussian") refuseOutOfScale(caller, fitted.nullDeviance, spec.outcome);
  const matters = { family, type: covarianceType, weights, clusters };
  const found = generalizedCovariance(design, fitted, matters);
  refuseTooFewClusters(caller, found.working.fit, found, names);
  const observed = observedCovariance(fitted, covarianceType);
  const covariance = observed ?? found.covariance;
  const { df, unseen } = found;
  const ratio = ratioOf(link, family);
  const counted = names.length + (family === "gaussian" || family === "negative-binomial" ? 1 : 0);
  const logLikelihood = family === "quasi-poisson" ? null : fit.logLikelihood;
  return {
    kind: "generalized-linear-model",
    n: rows.rows,
    dropped: selection.dropped,
    notes: generalizedLinearNotes({
      unseen: unseen.map((k) => names[k]!),
      clusters: clusters?.count ?? null,
      type: covarianceType,
      perfect: family === "gaussian" && fit.deviance <= 1e-24 * fitted.nullDeviance,
      weak: covarianceType === "CR2" ? names.filter((_, k) => df![k]! < fewDegreesOfFreedom - 1e-6) : [],
    }),
    method: `${methodInWords(family, link, covarianceType)}${limits === "profile" ? "; limits by profile likelihood" : ""}`,
    outcome: spec.outcome,
    terms,
    family,
    link,
    ratio,
    coefficients: coefficientTable(columns, fit.coefficients, covariance, df, level)
      .map((row, k) =>
        limits === "wald" ? row : withProfileLimits(row, k, { design, outcome, weights, offset, ...fitted }),
      )
      .map((row) => ({ ...row, ratio: ratio === null ? null : exponentialOf(row) })),
    references,
    covarianceType,
    covariance: rowsOfMatrix(covariance),
    deviance: fit.deviance,
    nullDeviance: fitted.nullDeviance,
    dfResidual: fit.dfResidual,
    pearsonChiSquare: fitted.pearson,
    dispersion: dispersionOf(fitted, family),
    logLikelihood,
    aic: logLikelihood === null ? null : 2 * counted - 2 * logLikelihood,
    bic: logLikelihood === null ? null : Math.log(rows.rows) * counted - 2 * logLikelihood,
    theta: thetaOf(fitted, covarianceType, level),
    iterations: fit.iterations,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    weights: spec.weights ?? null,
    offset: spec.offset ?? null,
    predictions:
      spec.predict === undefined
        ? null
        : generalizedPredictions(
            {
              caller,
              predict: spec.predict,
              table: rows,
              terms,
              design,
              intercept: true,
              level,
              ...given({ offset: spec.offset }),
            },
            fitted,
            matters,
            observed,
          ),
    level,
  };
}

/** The inverse observed information of the negative binomial, where it is asked for. */
function observedCovariance({ negativeBinomial }: FittedModel, type: GeneralizedCovarianceType): Matrix | null {
  return type === "observed" ? (negativeBinomial?.observed?.covariance ?? null) : null;
}

function withProfileLimits(row: Coefficient, place: number, profiled: ProfiledFit): Coefficient {
  const { level } = row.interval!;
  const found = profileLimits(profiled, place, normalQuantileUpper((1 - level) / 2));
  return { ...row, interval: { level, ...found, method: "profile likelihood" } };
}

function exponentialOf({ estimate, standardError, interval }: Coefficient): Estimate {
  const ratio = Math.exp(estimate);
  return {
    estimate: ratio,
    standardError: ratio * standardError!,
    interval: {
      ...interval!,
      lower: interval!.lower === null ? 0 : Math.exp(interval!.lower),
      upper: interval!.upper === null ? null : Math.exp(interval!.upper),
      method: `exponential of ${interval!.method} limits`,
    },
  };
}

/** With limits on the log scale. */
function thetaOf({ negativeBinomial }: FittedModel, type: GeneralizedCovarianceType, level: number): Estimate | null {
  if (negativeBinomial === null) return null;
  const { theta, thetaStandardError, observed } = negativeBinomial;
  const standardError = type === "observed" ? theta * observed!.logThetaStandardError : thetaStandardError;
  const factor = Math.exp((normalQuantileUpper((1 - level) / 2) * standardError) / theta);
  return {
    estimate: theta,
    standardError,
    interval: { level, lower: theta / factor, upper: theta * factor, method: "normal on the log scale" },
  };
}
