import { type AcceleratedFailureFit, type FailureTimes, fitAcceleratedFailure } from "../_models/acceleratedFailure.ts";
import { dropZeroWeights } from "../_models/caseWeights.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { columnOfMatrix, fromColumns, rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, selectComplete } from "../arm.ts";
import type { Interval, Note, Result, TestedEstimate } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, toTable } from "../table.ts";
import { refuseExtremes } from "./extremes.ts";
import { type FailurePrediction, type FailurePredictionSpec, failurePredictions } from "./failurePrediction.ts";
import {
  completeTerms,
  refuseFewClusters,
  refuseNoEvents,
  refuseNotPositive,
  refuseUnbounded,
} from "./failureRefusals.ts";
import { eventColumns, eventSource, type RelapseEvent, readRelapse } from "./relapseEvents.ts";

/** What every accelerated failure time model is asked. */
export interface FailureTimesSpec {
  /** A column of times > 0 from the start to the event or the end of observation, in any unit. */
  readonly time: string;
  /** A column coded 0 and 1, or a status column with the value of the event. Competing events count as censored. */
  readonly event: RelapseEvent;
  /** Columns that act on the time: numbers as they are, categories as indicators, `"a:b"` as products; may be empty. */
  readonly terms: readonly string[];
  /** A column that says which rows belong together; standard errors are then cluster-robust. */
  readonly cluster?: string;
  /** A column of case weights ≥ 0: weight 2 is the row twice. Rows with weight 0 are left out and counted. */
  readonly weights?: string;
  /** People for whom to predict the median time and the probability of no event by given times. */
  readonly predict?: FailurePredictionSpec;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

/** What every accelerated failure time model answers, but for its coefficients. */
export interface FailureTimesResult extends Result {
  readonly time: string;
  readonly event: string;
  readonly events: number;
  readonly terms: readonly string[];
  readonly references: Readonly<Record<string, string>>;
  /** σ; its inverse is the shape of the Weibull and of the log-logistic distribution. 1 for the exponential. */
  readonly scale: number;
  /** log σ; `null` for the exponential. In a Weibull model its test is of the exponential distribution. */
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
  /** One per profile; `null` unless asked for. */
  readonly predictions: readonly FailurePrediction[] | null;
  readonly level: number;
}

/** A ratio with its interval, made on the logarithm. */
export interface LoggedRatio {
  readonly estimate: number;
  readonly interval: Interval;
}

export type FailureDistribution = "weibull" | "exponential" | "lognormal" | "loglogistic";

const options = ["time", "event", "terms", "distribution", "cluster", "weights", "predict", "level"];

/** Reads, fits and describes; the caller dresses `rows` of log time and `ratios` (−coefficient / scale) as its coefficients. */
export function fitFailureTimes(
  caller: string,
  data: Data,
  spec: FailureTimesSpec,
  distribution: FailureDistribution,
): { common: Omit<FailureTimesResult, "kind">; rows: readonly Coefficient[]; ratios: readonly Coefficient[] } {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const source = eventSource(caller, spec.event, undefined);
  const table = toTable(data);
  const terms = completeTerms(caller, table, spec.terms, [spec.time, ...eventColumns(source)]);

  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.time, ...eventColumns(source), ...variables, spec.cluster, spec.weights].filter(
    (name) => name !== undefined,
  );
  const selection = dropZeroWeights(selectComplete(table, used), spec.weights);
  const rows = selection.table;
  const { time, cause, notes } = readRelapse(rows, spec.time, source, selection.rows);
  refuseNotPositive(caller, time, selection.rows, spec.time);
  const event = cause.map((code) => (code === 1 ? 1 : 0));
  const events = event.reduce((total, happened) => total + happened, 0);
  refuseNoEvents(caller, events, rows.rows, source.event.column);
  const weights = spec.weights === undefined ? undefined : numbersOf(rows, spec.weights);
  const clusters = spec.cluster === undefined ? undefined : readClusters(rows, spec.cluster);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, names.length);
  refuseExtremes(caller, columns, weights === undefined ? null : { name: spec.weights!, values: weights });

  const estimateScale = distribution !== "exponential";
  const times: FailureTimes = distribution === "exponential" ? "weibull" : distribution;
  const problem = { time, event, estimateScale, times, ...(weights === undefined ? {} : { weights }) };
  const fit = fitAcceleratedFailure({ ...problem, design, ...(clusters === undefined ? {} : { clusters }) });
  refuseCollinear(caller, fit.aliased, names);
  refuseUnbounded(caller, fit, names);
  const parameters = names.length + (estimateScale ? 1 : 0);
  if (clusters !== undefined) refuseFewClusters(caller, clusters.count, parameters);
  const constant = fitAcceleratedFailure({ ...problem, design: fromColumns([columnOfMatrix(design, 0)]) });

  const { logLikelihood } = fit;
  const common = {
    n: rows.rows,
    dropped: selection.dropped,
    notes: [...notes, ...modelNotes(cause, clusters?.count ?? null)],
    method: methodInWords(distribution, clusters !== undefined),
    time: spec.time,
    event: source.event.column,
    events,
    terms,
    references,
    scale: fit.scale,
    logScale: estimateScale ? logScaleOf(fit, level) : null,
    covarianceType: clusters === undefined ? ("model" as const) : ("cluster-robust" as const),
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
    predictions:
      spec.predict === undefined ? null : failurePredictions(caller, rows, terms, spec.predict, fit, times, level),
    level,
  };
  const perScale = fit.coefficients.map((value) => -value / fit.scale);
  return {
    common,
    rows: coefficientTable(columns, fit.coefficients, fit.covariance, null, level),
    ratios: coefficientTable(columns, perScale, fit.hazardCovariance, null, level),
  };
}

/** exp of a coefficient and its limits; `null` where it is too large for a number. */
export function ratioOf({ estimate, interval }: Coefficient): LoggedRatio | null {
  const { level, lower, upper } = interval!;
  const ratio = Math.exp(estimate);
  const above = Math.exp(upper!);
  if (!Number.isFinite(ratio)) return null;
  return {
    estimate: ratio,
    interval: {
      level,
      lower: Math.exp(lower!),
      upper: Number.isFinite(above) ? above : null,
      method: "normal on the logarithm",
    },
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
  return { statistic, df, pValue: pValueOfChiSquare(statistic, df) };
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

const inWords: Readonly<Record<FailureDistribution, string>> = {
  weibull: "Weibull",
  exponential: "Exponential",
  lognormal: "Lognormal",
  loglogistic: "Log-logistic",
};

function methodInWords(distribution: FailureDistribution, clustered: boolean): string {
  const errors = clustered ? "cluster-robust standard errors" : "standard errors from the observed information";
  return `${inWords[distribution]} accelerated failure time model by maximum likelihood with ${errors}`;
}
