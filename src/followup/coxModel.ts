import { type CoxFit, type CoxTies, fitCox } from "../_models/cox.ts";
import { coxBaseline } from "../_models/coxBaseline.ts";
import { exactWork, MOST_TIED } from "../_models/coxExact.ts";
import { sortHistory } from "../_models/coxHistory.ts";
import { jackknifeErrors, modelErrors } from "../_models/coxPredictionErrors.ts";
import { hazardSteps } from "../_models/coxResiduals.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { fromColumns, matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import type { Data } from "../table.ts";
import {
  type CoxConcordance,
  type CoxModelResiduals,
  coxConcordance,
  type ProportionalHazards,
  proportionalHazards,
  residualsOf,
} from "./coxDiagnostics.ts";
import { coxNotes } from "./coxNotes.ts";
import { type CoxPrediction, coxPredictions } from "./coxPrediction.ts";
import { type CoxModelSpec, readCox } from "./coxSpec.ts";
import { type CoxCoefficient, type CoxTests, coxCoefficients, coxTests, robustness } from "./coxTable.ts";
import { refuseExtremes } from "./extremes.ts";

/** The baseline of a stratum. */
export interface CoxBaseline {
  /** The value of `strata`; `null` without strata. */
  readonly stratum: string | null;
  readonly steps: readonly CoxBaselineStep[];
}

export interface CoxBaselineStep {
  readonly time: number;
  /** Rows at risk at the time, and those that have the event then; not weighted. */
  readonly atRisk: number;
  readonly events: number;
  /** Cumulative hazard with every column of the terms at 0; `null` where 0 is too far from the data for a number. */
  readonly atZero: number | null;
  /** Cumulative hazard with every column of the terms at its mean, indicators too. */
  readonly atMeans: number;
}

export interface CoxModel extends Result {
  readonly kind: "cox-model";
  readonly time: string;
  readonly start: string | null;
  readonly event: string;
  readonly events: number;
  readonly terms: readonly string[];
  readonly ties: CoxTies;
  readonly strata: string | null;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly weights: string | null;
  readonly coefficients: readonly CoxCoefficient[];
  readonly references: Readonly<Record<string, string>>;
  readonly covarianceType: "classical" | "robust";
  /** Covariance matrix of the coefficients, in their order; `null` where the likelihood has no finite maximum. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** Log partial likelihood without and with the terms. */
  readonly nullLogLikelihood: number;
  readonly logLikelihood: number;
  readonly aic: number;
  /** With the number of events as the number of observations (Volinsky & Raftery 2000). */
  readonly bic: number;
  /** `null` without terms. */
  readonly tests: CoxTests | null;
  /** One per stratum, at every time at which somebody's row ends; `null` where the likelihood has no finite maximum, and with exact ties. */
  readonly baseline: readonly CoxBaseline[] | null;
  /** `null` without terms, with exact ties and where the likelihood has no finite maximum. */
  readonly proportionalHazards: ProportionalHazards | null;
  readonly concordance: CoxConcordance | null;
  /** `null` unless asked for, and where the likelihood has no finite maximum. */
  readonly residuals: CoxModelResiduals | null;
  /** One per profile; `null` unless asked for, and where the likelihood has no finite maximum. */
  readonly predictions: readonly CoxPrediction[] | null;
  readonly level: number;
}

/**
 * Estimates how the hazard of an event, such as relapse, differs with its terms: Cox's proportional hazards model on the complete
 * rows. Each coefficient is the difference in the log hazard per unit of its column, the other columns held fixed; its hazard ratio
 * is the factor by which the hazard differs at every moment. A hazard ratio is not a ratio of risks, and it changes
 * when a covariate is added even in a randomised study: for a difference in risk use `followRelapse`.
 *
 * With `start` a row is at risk after its start up to its time (late entry, or several rows per person: give the person as `cluster`).
 * With `competing` the hazard is cause-specific. Where the likelihood rises for ever (no finite hazard ratio) the coefficients concerned are
 * `null` with the note "monotone-likelihood"; the score and likelihood-ratio tests stand.
 *
 * With `predict` it predicts for given people the probability of no event, with limits that hold the uncertainty of coefficients and
 * baseline both (by clusters where the covariance is robust). With a competing event this is the probability where nothing competes, not the share of people without the event.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms", "no-events",
 * "event-code", "unknown-level", "negative-time", "start-not-before-time", "constant-column", "collinear", "negative-weight",
 * "one-cluster", "log-of-zero", "not-converged", "missing-profile-value", "too-many-ties", "extreme-values".
 *
 * Sources: Cox (1972, 1975); Efron (1977); Breslow (1974); Lin & Wei (1989); Grambsch & Therneau (1994); Harrell and others (1996).
 * Checked against R 4.2.2, survival 3.5-3 (`coxph`, `basehaz`, `cox.zph`, `concordance`, `residuals`).
 *
 * @example
 * ```ts
 * import { coxModel } from "kithpath";
 * const model = coxModel(
 *   { days: [10, 40, 60, 60, 20, 35, 60, 60], relapsed: [1, 1, 0, 1, 1, 0, 0, 0], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   { time: "days", event: "relapsed", terms: ["mentored"] },
 * );
 * model.coefficients[0]?.hazardRatio?.estimate; // below 1: relapse was rarer, at any moment, among the mentored
 * ```
 */
export function coxModel(data: Data, spec: CoxModelSpec): CoxModel {
  const read = readCox(data, spec);
  const { table, level, ties, covarianceType, strata, weights, clusters } = read;
  const columns = read.terms.flatMap((term) => designColumns(table, term));
  refuseExtremes("coxModel", columns, weights === null ? null : { name: spec.weights!, values: weights });
  const design = columns.length === 0 ? matrix(table.rows, 0) : fromColumns(columns.map(({ values }) => values));
  const history = { design, start: read.start, stop: read.time, event: read.event, strata, weights };
  if (ties === "exact") refuseManyTies(history);
  const fit = fitCox(history, ties);
  const names = columns.map(({ name }) => name);
  refuseIndistinct(fit.aliased, names);
  if (!fit.converged) throw notConverged(fit);

  const robust = covarianceType === "robust" ? robustness(fit, weights, clusters) : null;
  const covariance = robust?.covariance ?? fit.covariance;
  const steps = hazardSteps(fit.history, fit.relative, ties);
  const hasHazard = fit.monotone === null && ties !== "exact";
  return {
    kind: "cox-model",
    n: table.rows,
    dropped: read.dropped,
    notes: [
      ...read.notes,
      ...coxNotes({
        fit,
        names,
        clusters: clusters?.count ?? null,
        robust: covarianceType === "robust",
        competingEvents: read.competingEvents,
      }),
    ],
    method: method(ties, strata !== null, covarianceType, clusters !== null),
    time: spec.time,
    start: spec.start ?? null,
    event: read.eventColumn,
    events: fit.history.events,
    terms: read.terms,
    ties,
    strata: spec.strata ?? null,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    weights: spec.weights ?? null,
    coefficients: coxCoefficients(columns, fit, covariance, level),
    references: references(
      read.terms.flatMap((term) => variablesOfTerm(table, term)).flatMap((name) => designColumns(table, name)),
    ),
    covarianceType,
    covariance: fit.monotone === null ? rowsOfMatrix(covariance) : null,
    nullLogLikelihood: fit.nullLogLikelihood,
    logLikelihood: fit.logLikelihood,
    aic: 2 * names.length - 2 * fit.logLikelihood,
    bic: Math.log(fit.history.events) * names.length - 2 * fit.logLikelihood,
    tests: coxTests(fit, covariance, robust?.robustScore ?? null),
    baseline: hasHazard ? baselines(fit, steps, strata?.levels ?? null) : null,
    proportionalHazards: hasHazard ? proportionalHazards(fit, columns, read.transform) : null,
    concordance: coxConcordance(fit, weights, clusters),
    residuals: spec.residuals && fit.monotone === null ? residualsOf(fit, steps, read.event, weights, read.rows) : null,
    predictions:
      spec.predict !== undefined
        ? coxPredictions("coxModel", spec.predict, {
            ...{ fit, steps, table, terms: read.terms, level },
            errors: robust === null ? modelErrors(fit, covariance) : jackknifeErrors(fit, robust.influence, clusters),
            strata: strata === null ? null : { name: spec.strata!, levels: strata.levels },
          })
        : null,
    level,
  };
}

function references(columns: readonly DesignColumn[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { variable, reference } of columns) if (reference !== null) found[variable] = reference;
  return found;
}

function baselines(
  fit: CoxFit,
  steps: ReturnType<typeof hazardSteps>,
  strata: readonly string[] | null,
): CoxBaseline[] {
  const found = coxBaseline(fit, steps);
  return (strata ?? [null]).map((stratum, code) => ({
    stratum,
    steps: found
      .filter((step) => step.stratum === code)
      .map(({ time, atRisk, events, atZero, atMeans }) => ({
        time,
        atRisk,
        events,
        atZero: Number.isFinite(atZero) ? atZero : null,
        atMeans,
      })),
  }));
}

/** Error: "too-many-ties". */
function refuseManyTies(data: Parameters<typeof sortHistory>[0]): void {
  const history = sortHistory(data);
  const most = history.groups.reduce((largest, { deaths }) => Math.max(largest, deaths), 0);
  if (most <= MOST_TIED && exactWork(history) <= MOST_WORK) return;
  throw new KithpathError("too-many-ties", "coxModel: the exact likelihood of so many tied events is out of reach", {
    expected: `at most ${MOST_TIED} events at one time, and fewer for many rows`,
    received: `up to ${most} events at one time among ${history.rows} rows`,
    where: { path: "ties" },
    remedy: 'Use ties: "efron", which is close to it.',
  });
}

const MOST_WORK = 3e9;

function method(ties: CoxTies, stratified: boolean, covariance: string, clustered: boolean): string {
  const tied = { efron: "Efron's", breslow: "Breslow's", exact: "the exact (discrete)" }[ties];
  const errors =
    covariance === "classical" ? "" : clustered ? ", cluster-robust standard errors" : ", robust standard errors";
  return `${stratified ? "Stratified " : ""}Cox proportional hazards model, ${tied} partial likelihood for ties${errors}`;
}

function refuseIndistinct(aliased: readonly number[], names: readonly string[]): void {
  if (aliased.length === 0) return;
  const listed = aliased.map((column) => `"${names[column]}"`).join(", ");
  throw new KithpathError(
    "collinear",
    `coxModel: at no event do the rows at risk tell ${listed} from the terms before`,
    {
      expected: "terms that differ, each in its own way, among the rows at risk together",
      received: `${names.length} columns of which ${names.length - aliased.length} are independent`,
      where: { column: names[aliased[0]!]! },
      remedy: `Leave out ${listed}, or one of the terms (or the strata) that determine it.`,
    },
  );
}

function notConverged(fit: CoxFit): KithpathError {
  return new KithpathError("not-converged", "coxModel: the partial likelihood was not brought to its maximum", {
    expected: "steps that shrink to nothing",
    received: `${fit.iterations} iterations`,
    remedy: "Look for a term with extreme values, or with hardly any event at one of its levels.",
  });
}
