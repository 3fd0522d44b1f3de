import { askedTerms } from "../_models/askedTerms.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { type FirthFit, fitFirth } from "../_models/firth.ts";
import { FirthProfile } from "../_models/firthProfile.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { findSeparation } from "../_models/separation.ts";
import { chiSquareQuantileUpper, pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { leastSquares } from "../_numeric/leastSquares.ts";
import { type Matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Interval, Note, Result } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, toTable } from "../table.ts";
import { refuseNotBinary } from "./outcomeScale.ts";

export interface FirthModelSpec {
  /** A numeric column of 0 and 1. */
  readonly outcome: string;
  /** Columns that predict it: numbers as they are, categories as indicators, `"a:b"` as products. */
  readonly terms: readonly string[];
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

/**
 * A log odds ratio. `interval`, `statistic` (χ² on 1 df) and `pValue` are of the profile of the penalised likelihood; a
 * limit that is not reached is `null`.
 */
export interface FirthCoefficient extends Coefficient {
  readonly oddsRatio: { readonly estimate: number; readonly interval: Interval };
  /** Estimate over standard error, which is poor where the likelihood is lopsided: near separation use the profile. */
  readonly wald: { readonly statistic: number; readonly pValue: number; readonly interval: Interval };
}

export interface FirthModel extends Result {
  readonly kind: "firth-model";
  readonly outcome: string;
  readonly terms: readonly string[];
  /** Rows with outcome 1. */
  readonly events: number;
  readonly coefficients: readonly FirthCoefficient[];
  readonly references: Readonly<Record<string, string>>;
  /** Inverse expected information of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: number;
  readonly penalizedLogLikelihood: number;
  /** All terms together against none, by the penalised likelihood ratio; `null` without terms. */
  readonly overallTest: { readonly statistic: number; readonly df: number; readonly pValue: number } | null;
  readonly level: number;
}

/**
 * Logistic regression with Firth's penalty: log odds ratios that stay finite when a term, or several together, tell the
 * outcome without error (separation), and that are less biased than maximum likelihood where events are few. Limits and tests
 * are of the profile penalised likelihood.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "not-binary", "constant-outcome",
 * "no-complete-rows", "outcome-among-terms", "constant-column", "collinear", "too-few-rows", "not-converged",
 * "several-rows-per-person".
 *
 * Source: Firth (1993); Heinze & Schemper (2002). Checked against R 4.2.2: brglm2 (coefficients), and the penalised
 * likelihood maximised by `optim` under the definitions of logistf (limits and tests).
 *
 * @example
 * ```ts
 * import { firthModel } from "kithpath";
 * const model = firthModel(
 *   { relapse: [1, 0, 1, 1, 0, 0, 0, 0], mentored: [0, 0, 0, 0, 1, 1, 1, 1] }, // nobody mentored relapsed
 *   { outcome: "relapse", terms: ["mentored"] },
 * );
 * model.coefficients[1]?.oddsRatio.estimate; // finite: (0.5 × 1.5) / (4.5 × 3.5)
 * ```
 */
export function firthModel(data: Data, spec: FirthModelSpec): FirthModel {
  refuseUnknown("firthModel", spec, ["outcome", "terms", "level"]);
  const level = completeLevel("firthModel", spec.level);
  const table = toTable(data);
  refuseRepeatedPeople("firthModel", table, undefined);
  const terms = askedTerms("firthModel", spec.terms, spec.outcome);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const { table: rows, dropped } = selectComplete(table, [spec.outcome, ...variables]);
  const outcome = numbersOf(rows, spec.outcome);
  refuseNotBinary("firthModel", outcome, spec.outcome);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows("firthModel", rows.rows, names.length);
  refuseCollinear("firthModel", leastSquares(design, outcome).aliased, names);

  const fit = fitFirth(design, outcome);
  if (fit === null || !fit.converged) throw notConverged();
  const wald = coefficientTable(columns, fit.coefficients, fit.covariance, null, level);
  const coefficients = wald.map((row, k) => profiled(row, new FirthProfile(design, outcome, fit, k), level));
  return {
    kind: "firth-model",
    n: rows.rows,
    dropped,
    notes: firthNotes(design, outcome, names, coefficients),
    method: "Logistic regression with Firth's penalty, profile penalised-likelihood limits and tests",
    outcome: spec.outcome,
    terms,
    events: outcome.reduce((total, value) => total + value, 0),
    coefficients,
    references,
    covariance: rowsOfMatrix(fit.covariance),
    logLikelihood: fit.logLikelihood,
    penalizedLogLikelihood: fit.penalizedLogLikelihood,
    overallTest: overallTest(design, outcome, fit),
    level,
  };
}

function profiled(row: Coefficient, profile: FirthProfile, level: number): FirthCoefficient {
  const quantile = chiSquareQuantileUpper(1 - level, 1);
  const method = "profile penalised likelihood";
  const interval = { level, lower: profile.limit(-1, quantile), upper: profile.limit(1, quantile), method };
  const atNull = profile.loss(0);
  if (atNull === null) throw notConverged();
  const statistic = Math.max(0, atNull.loss);
  const exponential = (limit: number | null) => (limit === null ? null : Math.exp(limit));
  return {
    ...row,
    interval,
    statistic,
    df: 1,
    pValue: pValueOfChiSquare(statistic, 1),
    oddsRatio: {
      estimate: Math.exp(row.estimate),
      interval: { level, lower: exponential(interval.lower), upper: exponential(interval.upper), method },
    },
    wald: { statistic: row.statistic, pValue: row.pValue, interval: row.interval! },
  };
}

function overallTest(design: Matrix, outcome: Float64Array, fit: FirthFit): FirthModel["overallTest"] {
  const df = design.columns - 1;
  if (df === 0) return null;
  const held = Array.from({ length: df }, (_, j) => j + 1);
  const without = fitFirth(design, outcome, new Float64Array(design.columns), held);
  if (without === null || !without.converged) throw notConverged();
  const statistic = Math.max(0, 2 * (fit.penalizedLogLikelihood - without.penalizedLogLikelihood));
  return { statistic, df, pValue: pValueOfChiSquare(statistic, df) };
}

function firthNotes(
  design: Matrix,
  outcome: Float64Array,
  names: readonly string[],
  coefficients: readonly FirthCoefficient[],
): Note[] {
  const notes: Note[] = [];
  const separation = findSeparation(design, outcome, undefined, "bounded");
  if (separation !== null) {
    const listed = separation.columns.map((column) => names[column]).join(", ");
    notes.push({
      code: "separation",
      text: `Maximum likelihood has no finite estimate of ${listed}: the estimate here rests on the penalty; read its limits.`,
    });
  }
  const open = coefficients.filter(({ interval }) => interval!.lower === null || interval!.upper === null);
  if (open.length > 0) {
    notes.push({
      code: "limit-not-reached",
      text: `A profile limit of ${open.map(({ name }) => name).join(", ")} is not reached and left open.`,
    });
  }
  return notes;
}

function notConverged(): KithpathError {
  return new KithpathError("not-converged", "firthModel: the penalised likelihood was not maximised", {
    expected: "a model whose iterations settle",
    remedy: "Use fewer terms, or measure a term with very large numbers in larger units.",
  });
}
