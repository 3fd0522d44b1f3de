import { askedTerms } from "../_models/askedTerms.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { fitOrdinal } from "../_models/ordinal.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { leastSquares } from "../_numeric/leastSquares.ts";
import { rowsOfMatrix } from "../_numeric/matrix.ts";
import { refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Estimate, Interval, Result } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { ordinalOutcome } from "./ordinalOutcome.ts";

export interface OrdinalModelSpec {
  /** A column of ordered levels: numbers, or text together with `levels`. */
  readonly outcome: string;
  /** Columns that predict it: numbers as they are, categories as indicators, `"a:b"` as products. */
  readonly terms: readonly string[];
  /** The levels of the outcome, lowest first. Needed for text; numbers are in their own order. */
  readonly levels?: readonly string[];
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

/** A log cumulative odds ratio: positive is towards higher levels. */
export interface OrdinalCoefficient extends Coefficient {
  readonly oddsRatio: { readonly estimate: number; readonly interval: Interval };
}

export interface OrdinalModel extends Result {
  readonly kind: "ordinal-model";
  readonly outcome: string;
  /** The levels that occur, lowest first, and how many people are at each. */
  readonly levels: readonly { readonly level: string; readonly n: number }[];
  readonly terms: readonly string[];
  readonly coefficients: readonly OrdinalCoefficient[];
  /** The log odds of being at `below` or lower, where every term is 0. */
  readonly thresholds: readonly (Estimate & { readonly below: string; readonly above: string })[];
  readonly references: Readonly<Record<string, string>>;
  /** Of the coefficients, then the thresholds: inverse observed information. */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  /** All terms together against none, by the likelihood ratio; `null` without terms. */
  readonly overallTest: { readonly statistic: number; readonly df: number; readonly pValue: number } | null;
  readonly level: number;
}

/**
 * Proportional-odds (cumulative logit) regression of an ordered outcome: one odds ratio per term, of being at a higher level
 * rather than at a lower one, the same wherever the line between higher and lower is drawn. With two levels it is logistic
 * regression. Normal limits and tests.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "no-complete-rows", "outcome-among-terms", "order-needed",
 * "unknown-level", "constant-outcome", "constant-column", "collinear", "too-few-rows", "separation", "not-converged",
 * "several-rows-per-person".
 *
 * Source: McCullagh (1980). Checked against MASS 7.3 `polr` of R 4.2.2 with its optimiser tightened and polished by Newton steps.
 *
 * @example
 * ```ts
 * import { ordinalModel } from "kithpath";
 * const mood = ["low", "fair", "low", "good", "fair", "good", "low", "good", "fair", "fair"];
 * const mentored = [0, 0, 0, 0, 1, 1, 1, 1, 0, 1];
 * const model = ordinalModel(
 *   { mood, mentored },
 *   { outcome: "mood", terms: ["mentored"], levels: ["low", "fair", "good"] },
 * );
 * model.coefficients[0]?.oddsRatio.estimate; // odds of a better mood, mentored against not
 * ```
 */
export function ordinalModel(data: Data, spec: OrdinalModelSpec): OrdinalModel {
  refuseUnknown("ordinalModel", spec, ["outcome", "terms", "levels", "level"]);
  const level = completeLevel("ordinalModel", spec.level);
  const table = toTable(data);
  refuseRepeatedPeople("ordinalModel", table, undefined);
  const terms = askedTerms("ordinalModel", spec.terms, spec.outcome);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const { table: rows, dropped } = selectComplete(table, [spec.outcome, ...variables]);
  const { levels, codes, counts, notes } = ordinalOutcome(rows, spec.outcome, spec.levels);
  const { names, columns, design, references } = buildDesign(rows, terms);
  const size = names.length - 1;
  const lines = levels.slice(1).map((above, k) => ({ below: levels[k]!, above }));
  refuseTooFewRows("ordinalModel", rows.rows, size + lines.length);
  refuseCollinear("ordinalModel", leastSquares(design, new Float64Array(rows.rows)).aliased, names);

  const without = { rows: rows.rows, columns: size, data: design.data.subarray(rows.rows) };
  const fit = fitOrdinal(without, codes, levels.length);
  if (fit.separation !== null) {
    throw separated([
      ...fit.separation.columns.filter((column) => column < size).map((column) => names[column + 1]!),
      ...fit.separation.columns
        .filter((column) => column >= size)
        .map((column) => `the threshold ${lines[column - size]!.below} | ${lines[column - size]!.above}`),
    ]);
  }
  if (!fit.converged) throw notConverged();
  const places = [
    ...columns.slice(1),
    ...lines.map(({ below, above }) => ({ ...columns[0]!, name: `${below} | ${above}`, variable: spec.outcome })),
  ];
  const values = Float64Array.of(...fit.coefficients, ...fit.thresholds);
  const tested = coefficientTable(places, values, fit.covariance, null, level);
  const parameters = values.length;
  return {
    kind: "ordinal-model",
    n: rows.rows,
    dropped,
    notes,
    method:
      "Proportional-odds (cumulative logit) regression by maximum likelihood, observed information, normal limits",
    outcome: spec.outcome,
    levels: levels.map((text, k) => ({ level: text, n: counts[k]! })),
    terms,
    coefficients: tested.slice(0, size).map(withOddsRatio),
    thresholds: tested.slice(size).map(({ estimate, standardError, interval }, k) => ({
      ...lines[k]!,
      estimate,
      standardError,
      interval,
    })),
    references,
    covariance: rowsOfMatrix(fit.covariance),
    logLikelihood: fit.logLikelihood,
    aic: 2 * parameters - 2 * fit.logLikelihood,
    bic: Math.log(rows.rows) * parameters - 2 * fit.logLikelihood,
    overallTest: overallTest(fit.logLikelihood, counts, rows.rows, size),
    level,
  };
}

function withOddsRatio(row: Coefficient): OrdinalCoefficient {
  const { level, lower, upper, method } = row.interval!;
  return {
    ...row,
    oddsRatio: {
      estimate: Math.exp(row.estimate),
      interval: { level, lower: Math.exp(lower!), upper: Math.exp(upper!), method },
    },
  };
}

/** Without terms the likelihood is that of the shares of the levels. */
function overallTest(
  logLikelihood: number,
  counts: readonly number[],
  people: number,
  df: number,
): OrdinalModel["overallTest"] {
  if (df === 0) return null;
  const none = counts.reduce((total, count) => total + count * Math.log(count / people), 0);
  const statistic = Math.max(0, 2 * (logLikelihood - none));
  return { statistic, df, pValue: pValueOfChiSquare(statistic, df) };
}

function separated(names: readonly string[]): KithpathError {
  return new KithpathError("separation", `ordinalModel: there is no finite estimate of ${names.join(", ")}`, {
    expected: "levels that vary wherever the terms vary",
    received: "a term, or several together, that put people above or below a level without error",
    remedy: "Use fewer terms, or merge rare levels or categories.",
  });
}

function notConverged(): KithpathError {
  return new KithpathError("not-converged", "ordinalModel: the likelihood was not maximised", {
    expected: "a model whose iterations settle",
    remedy: "Use fewer terms, or merge rare levels.",
  });
}
