import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import { refuseTooFewClusters } from "../_models/namedDesign.ts";
import { sum, weightedMean } from "../_numeric/describe.ts";
import { rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, refuseRepeatedPeople } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { completeLevel, given, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { chooseCovariance, covarianceInWords } from "./covarianceChoice.ts";
import { fitNamed } from "./fitNamed.ts";
import { linearNotes } from "./linearNotes.ts";
import { refuseOutOfScale } from "./outcomeScale.ts";
import { type OverallTest, overallTest } from "./overallTest.ts";
import { type LinearPrediction, linearPredictions, type PredictionSpec } from "./predictions.ts";

export interface LinearModelSpec {
  /** A numeric column. */
  readonly outcome: string;
  /**
   * Columns that predict it: numbers as they are, categories as indicators against their first level, `"a:b"` as
   * products. An empty list estimates the mean.
   */
  readonly terms: readonly string[];
  /**
   * `false` for a mean that is 0 where all terms are 0: numbers only, and R² and the overall test then count from 0 and not
   * from the mean. Default true.
   */
  readonly intercept?: boolean;
  /** Default "classical", or "CR2" where `cluster` is given. */
  readonly covariance?: CovarianceType;
  /** A column that says which rows belong together. Needs one of the CR covariances. */
  readonly cluster?: string;
  /** A column of precision weights ≥ 0. Rows with weight 0 are left out and counted. */
  readonly weights?: string;
  /** People whose mean outcome is wanted. */
  readonly predict?: PredictionSpec;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface LinearModel extends Result {
  readonly kind: "linear-model";
  readonly outcome: string;
  readonly terms: readonly string[];
  /** The intercept first, where there is one, then in the order of the terms. */
  readonly coefficients: readonly Coefficient[];
  readonly intercept: boolean;
  readonly references: Readonly<Record<string, string>>;
  readonly covarianceType: CovarianceType;
  /** Covariance matrix of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  /** n less the number of coefficients. */
  readonly dfResidual: number;
  readonly residualStandardDeviation: number;
  readonly residualSumOfSquares: number;
  readonly rSquared: number;
  readonly adjustedRSquared: number;
  /** All terms together against the mean; `null` without terms and where it is not defined (CR2). */
  readonly overallTest: OverallTest | null;
  readonly logLikelihood: number;
  /** With the residual variance counted as a parameter. */
  readonly aic: number;
  readonly bic: number;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly weights: string | null;
  /** `null` where `predict` was not asked for. */
  readonly predictions: readonly LinearPrediction[] | null;
  readonly level: number;
}

const options = ["outcome", "terms", "intercept", "covariance", "cluster", "weights", "predict", "level"] as const;

/**
 * Estimates how a numeric outcome differs with its terms, by ordinary or weighted least squares on the complete rows.
 * Each coefficient is the difference in the mean outcome per unit of its column, the other columns held fixed, with a
 * t interval and test. With `predict` it estimates the mean outcome of given people, with limits for one new person.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms",
 * "constant-outcome", "constant-column", "collinear", "too-few-rows", "negative-weight", "one-cluster", "cluster-needed",
 * "too-few-clusters", "intercept-needed", "several-rows-per-person", "perfect-fit",
 * "out-of-scale", "missing-profile-value", "unknown-level" (`predict`).
 *
 * Source: Householder least squares (Golub & Van Loan 2013, section 5.2); covariances as in docs/methods/robust-covariance.md.
 * Checked against R 4.2.2 `lm`, sandwich 3.0.2 and clubSandwich 0.5.8, and the certified values of NIST StRD.
 *
 * @example
 * ```ts
 * import { linearModel } from "kithpath";
 * const model = linearModel(
 *   { wellbeing: [41, 44, 50, 52, 47, 55], mentored: [0, 0, 0, 1, 1, 1], age: [30, 42, 51, 28, 33, 46] },
 *   { outcome: "wellbeing", terms: ["mentored", "age"] },
 * );
 * model.coefficients[1]?.estimate; // difference in wellbeing between people of one age
 * ```
 */
export function linearModel(data: Data, spec: LinearModelSpec): LinearModel {
  refuseUnknown("linearModel", spec, options);
  const level = completeLevel("linearModel", spec.level);
  const intercept = wantsIntercept(spec.intercept);
  const covarianceType = chooseCovariance(spec.covariance, spec.cluster);
  const table = toTable(data);
  refuseRepeatedPeople("linearModel", table, spec.cluster);
  const { selection, terms, outcome, weights, named, fit } = fitNamed("linearModel", table, { ...spec, intercept });
  const { names, columns, design, references } = named;
  const rows = selection.table;
  const clusters = spec.cluster === undefined ? undefined : readClusters(rows, spec.cluster);
  const rowMatters = given({ weights, clusters });
  const robust = linearCovariance(fit, design, covarianceType, rowMatters);
  refuseTooFewClusters("linearModel", fit, robust, names);
  const { covariance, df, unseen } = robust;
  const centre = intercept ? weightedMean(outcome, weights ?? new Float64Array(outcome.length).fill(1)) : 0;
  const total = sumOfSquares(outcome, centre, weights);
  refuseOutOfScale("linearModel", total, spec.outcome);
  const logLikelihood = gaussianLogLikelihood(fit.residualSumOfSquares, rows.rows, weights);
  const parameters = names.length + 1;
  return {
    kind: "linear-model",
    n: rows.rows,
    dropped: selection.dropped,
    notes: linearNotes({
      fit,
      design,
      weights,
      total,
      covarianceType,
      df,
      unseen,
      names,
      clusters: clusters?.count ?? null,
    }),
    method: `${weights === undefined ? "Ordinary" : "Weighted"} least squares${intercept ? "" : " through the origin"} with ${covarianceInWords(covarianceType)}`,
    outcome: spec.outcome,
    terms,
    coefficients: coefficientTable(columns, fit.coefficients, covariance, df, level),
    intercept,
    references,
    covarianceType,
    covariance: rowsOfMatrix(covariance),
    dfResidual: fit.dfResidual,
    residualStandardDeviation: Math.sqrt(fit.residualVariance),
    residualSumOfSquares: fit.residualSumOfSquares,
    rSquared: 1 - fit.residualSumOfSquares / total,
    adjustedRSquared: 1 - fit.residualVariance / (total / (rows.rows - (intercept ? 1 : 0))),
    overallTest: overallTest(
      fit,
      sumOfSquares(fit.fitted, centre, weights),
      covarianceType,
      covariance,
      clusters?.count ?? null,
      intercept,
    ),
    logLikelihood,
    aic: 2 * parameters - 2 * logLikelihood,
    bic: Math.log(rows.rows) * parameters - 2 * logLikelihood,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    weights: spec.weights ?? null,
    predictions:
      spec.predict === undefined
        ? null
        : linearPredictions(
            { caller: "linearModel", predict: spec.predict, table: rows, terms, design, intercept, level },
            outcome,
            fit,
            covarianceType,
            rowMatters,
          ),
    level,
  };
}

function wantsIntercept(asked: boolean | undefined): boolean {
  if (asked === undefined || typeof asked === "boolean") return asked ?? true;
  throw new KithpathError("invalid-option", "linearModel: intercept is neither true nor false", {
    expected: "true or false",
    received: String(asked),
  });
}

/** Σw(x − centre)². */
function sumOfSquares(values: Float64Array, centre: number, weights: Float64Array | undefined): number {
  return sum(values.map((value, row) => (weights?.[row] ?? 1) * (value - centre) ** 2));
}

/** At the maximum-likelihood variance RSS / n, with weights as inverse variances. */
function gaussianLogLikelihood(residual: number, rows: number, weights: Float64Array | undefined): number {
  const logWeights = weights === undefined ? 0 : sum(weights.map(Math.log));
  return (logWeights - rows * (Math.log(2 * Math.PI) + 1 - Math.log(rows) + Math.log(residual))) / 2;
}
