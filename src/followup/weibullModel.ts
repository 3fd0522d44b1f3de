import { type AcceleratedFailureFit, fitAcceleratedFailure } from "../_models/acceleratedFailure.ts";
import { dropZeroWeights } from "../_models/caseWeights.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { chiSquareUpper } from "../_numeric/distributions/index.ts";
import { columnOfMatrix, fromColumns, rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, selectComplete } from "../arm.ts";
import type { Estimate, Interval, Note, Result, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, toTable } from "../table.ts";
import { eventColumns, eventSource, type RelapseEvent, readRelapse } from "./relapseEvents.ts";
import {
  completeTerms,
  refuseFewClusters,
  refuseNoEvents,
  refuseNotPositive,
  refuseUnbounded,
} from "./weibullRefusals.ts";

export interface WeibullModelSpec {
  /** A column of times > 0 from the start to the event or the end of observation, in any unit. */
  readonly time: string;
  /** A column coded 0 and 1, or a status column with the value of the event. Competing events count as censored. */
  readonly event: RelapseEvent;
  /** Columns that act on the time: numbers as they are, categories as indicators, `"a:b"` as products; may be empty. */
  readonly terms: readonly string[];
  /** Default "weibull"; "exponential" fixes the scale at 1. */
  readonly distribution?: "weibull" | "exponential";
  /** A column that says which rows belong together; standard errors are then cluster-robust. */
  readonly cluster?: string;
  /** A column of case weights ≥ 0: weight 2 is the row twice. Rows with weight 0 are left out and counted. */
  readonly weights?: string;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

/** A ratio with its interval, made on the logarithm. */
export interface LoggedRatio {
  readonly estimate: number;
  readonly interval: Interval;
}

/** A coefficient of log time. */
export interface WeibullCoefficient extends Coefficient {
  /** By what the time is multiplied per unit of the column; `null` for the intercept. */
  readonly timeRatio: LoggedRatio | null;
  /** −coefficient / scale; `null` for the intercept. */
  readonly logHazardRatio: Estimate | null;
  readonly hazardRatio: LoggedRatio | null;
}

export interface WeibullModel extends Result {
  readonly kind: "weibull-model";
  readonly distribution: "weibull" | "exponential";
  readonly time: string;
  readonly event: string;
  readonly events: number;
  readonly terms: readonly string[];
  /** Of log time; the intercept first, then in the order of the terms. */
  readonly coefficients: readonly WeibullCoefficient[];
  readonly references: Readonly<Record<string, string>>;
  /** σ; its inverse is the shape of the Weibull distribution. 1 for the exponential. */
  readonly scale: number;
  /** log σ; `null` for the exponential. Its test is of the exponential distribution. */
  readonly logScale: TestedEstimate | null;
  readonly covarianceType: "model" | "cluster-robust";
  /** Of the coefficients and, where it is estimated, log σ last. */
  readonly covariance: readonly (readonly number[])[];
  readonly logLikelihood: number;
  /** Without the terms. */
  readonly logLikelihoodNull: number;
  /** All terms together; `null` without terms and with clusters or weights, where it is not a test. */
  readonly likelihoodRatioTest: { readonly statistic: number; readonly df: number; readonly pValue: number } | null;
  readonly aic: number;
  /** By the number of rows. */
  readonly bic: number;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly weights: string | null;
  readonly level: number;
}

const options = ["time", "event", "terms", "distribution", "cluster", "weights", "level"] as const;

/**
 * Estimates by what the terms multiply the time to an event, by maximum likelihood of the Weibull or exponential accelerated
 * failure time model log T = xβ + σW with right censoring. exp(coefficient) is a time ratio: 1.5 means that every
 * quantile of the time, the median included, is half as long again. Weibull times have proportional hazards too, and
 * −coefficient/σ is the log hazard ratio. Tests and limits are by the normal distribution, those of ratios on the logarithm.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "negative-time",
 * "time-not-positive", "event-code", "unknown-level", "no-events", "outcome-among-terms", "constant-column", "collinear",
 * "too-few-rows", "negative-weight", "one-cluster", "too-few-clusters", "no-finite-estimate", "perfect-fit".
 *
 * Source: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, sections 2.2, 2.3 and 3.6;
 * cluster-robust covariance as Lin & Wei (1989), without a small-sample factor.
 * Checked against R 4.2.2 `survreg` of survival 3.5-3, model-based and robust.
 *
 * @example
 * ```ts
 * import { weibullModel } from "kithpath";
 * const model = weibullModel(
 *   { days: [20, 35, 60, 90, 45, 80, 120, 150], relapsed: [1, 1, 1, 0, 1, 1, 0, 1], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   { time: "days", event: "relapsed", terms: ["mentored"] },
 * );
 * model.coefficients[1]?.timeRatio?.estimate; // how many times as long until relapse
 * ```
 */
export function weibullModel(data: Data, spec: WeibullModelSpec): WeibullModel {
  const caller = "weibullModel";
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const distribution = completeChoice(caller, "distribution", spec.distribution, ["weibull", "exponential"], "weibull");
  const source = eventSource(caller, spec.event, undefined);
  const table = toTable(data);
  const terms = completeTerms(table, spec.terms, [spec.time, ...eventColumns(source)]);

  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.time, ...eventColumns(source), ...variables, spec.cluster, spec.weights].filter(
    (name) => name !== undefined,
  );
  const selection = dropZeroWeights(selectComplete(table, used), spec.weights);
  const rows = selection.table;
  const { time, cause, notes } = readRelapse(rows, spec.time, source, selection.rows);
  refuseNotPositive(time, selection.rows, spec.time);
  const event = cause.map((code) => (code === 1 ? 1 : 0));
  const events = event.reduce((total, happened) => total + happened, 0);
  refuseNoEvents(events, rows.rows, source.event.column);
  const weights = spec.weights === undefined ? undefined : numbersOf(rows, spec.weights);
  const clusters = spec.cluster === undefined ? undefined : readClusters(rows, spec.cluster);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, names.length);

  const estimateScale = distribution === "weibull";
  const common = { time, event, estimateScale, ...(weights === undefined ? {} : { weights }) };
  const fit = fitAcceleratedFailure({ ...common, design, ...(clusters === undefined ? {} : { clusters }) });
  refuseCollinear(caller, fit.aliased, names);
  refuseUnbounded(fit, names);
  const parameters = names.length + (estimateScale ? 1 : 0);
  if (clusters !== undefined) refuseFewClusters(clusters.count, parameters);
  const constant = fitAcceleratedFailure({ ...common, design: fromColumns([columnOfMatrix(design, 0)]) });

  const { logLikelihood } = fit;
  const rowsOfTable = coefficientTable(columns, fit.coefficients, fit.covariance, null, level);
  return {
    kind: "weibull-model",
    n: rows.rows,
    dropped: selection.dropped,
    notes: [...notes, ...modelNotes(cause, clusters?.count ?? null)],
    method: methodInWords(distribution, clusters !== undefined),
    distribution,
    time: spec.time,
    event: source.event.column,
    events,
    terms,
    coefficients: withRatios(rowsOfTable, fit, level),
    references,
    scale: fit.scale,
    logScale: estimateScale ? logScaleOf(fit, level) : null,
    covarianceType: clusters === undefined ? "model" : "cluster-robust",
    covariance: rowsOfMatrix(fit.covariance),
    logLikelihood,
    logLikelihoodNull: constant.logLikelihood,
    likelihoodRatioTest:
      names.length > 1 && clusters === undefined && weights === undefined
        ? ratioTest(2 * (logLikelihood - constant.logLikelihood), names.length - 1)
        : null,
    aic: 2 * parameters - 2 * logLikelihood,
    bic: Math.log(rows.rows) * parameters - 2 * logLikelihood,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    weights: spec.weights ?? null,
    level,
  };
}

/** Time and hazard ratios beside the coefficients. */
function withRatios(rows: readonly Coefficient[], fit: AcceleratedFailureFit, level: number): WeibullCoefficient[] {
  const columns = rows.map(({ name, variable, reference }) => ({
    name,
    variable,
    reference,
    values: new Float64Array(),
  }));
  const logHazards = fit.coefficients.map((value) => -value / fit.scale);
  const hazards = coefficientTable(columns, logHazards, fit.hazardCovariance, null, level);
  return rows.map((row, k) => {
    if (k === 0) return { ...row, timeRatio: null, logHazardRatio: null, hazardRatio: null };
    const { estimate, standardError, interval } = hazards[k]!;
    return {
      ...row,
      timeRatio: ratioOf(row),
      logHazardRatio: { estimate, standardError, interval },
      hazardRatio: ratioOf(hazards[k]!),
    };
  });
}

function ratioOf({ estimate, interval }: Coefficient): LoggedRatio {
  const { level, lower, upper } = interval!;
  return {
    estimate: Math.exp(estimate),
    interval: { level, lower: Math.exp(lower!), upper: Math.exp(upper!), method: "normal on the logarithm" },
  };
}

function logScaleOf(fit: AcceleratedFailureFit, level: number): TestedEstimate {
  const last = fit.covariance.rows - 1;
  const name = "log(scale)";
  const column = { name, variable: name, reference: null, values: new Float64Array() };
  const variance = columnOfMatrix(fit.covariance, last).slice(last);
  const rows = coefficientTable(
    [column],
    Float64Array.of(Math.log(fit.scale)),
    { rows: 1, columns: 1, data: variance },
    null,
    level,
  );
  const { estimate, standardError, interval, statistic, df, pValue } = rows[0]!;
  return { estimate, standardError, interval, statistic, df, pValue };
}

function ratioTest(difference: number, df: number) {
  const statistic = Math.max(0, difference);
  return { statistic, df, pValue: Math.max(chiSquareUpper(statistic, df), Number.MIN_VALUE) };
}

const fewClusters = 30;

function modelNotes(cause: Int32Array, clusters: number | null): Note[] {
  const notes: Note[] = [];
  const competing = cause.reduce((total, code) => total + (code === 2 ? 1 : 0), 0);
  if (competing > 0) {
    notes.push({
      code: "competing-censored",
      text: `${competing} people had the competing event and count as censored then: the model is of the time to the event where nothing competes.`,
    });
  }
  if (clusters !== null && clusters < fewClusters) {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters robust standard errors tend to be too small.`,
    });
  }
  return notes;
}

function methodInWords(distribution: "weibull" | "exponential", clustered: boolean): string {
  const model = distribution === "weibull" ? "Weibull" : "Exponential";
  const errors = clustered ? "cluster-robust standard errors" : "standard errors from the observed information";
  return `${model} accelerated failure time model by maximum likelihood with ${errors}`;
}
