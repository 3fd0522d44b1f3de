import { clusteredScores, robustCovariance } from "../_models/coxResiduals.ts";
import type { CensoringTies } from "../_models/fates.ts";
import { refuseCollinear } from "../_models/namedDesign.ts";
import { fitSubdistribution, type SubdistributionFit } from "../_models/subdistribution.ts";
import { subdistributionScores } from "../_models/subdistributionScores.ts";
import { fromColumns, rowsOfMatrix } from "../_numeric/matrix.ts";
import { designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Note, Result } from "../estimate.ts";
import type { Data } from "../table.ts";
import { type CoxCoefficient, type CoxTest, coxCoefficients, waldTest } from "./coxTable.ts";
import { refuseExtremes } from "./extremes.ts";
import { type IncidencePrediction, incidencePredictions } from "./fineGrayPrediction.ts";
import { type FineGraySpec, readFineGray } from "./fineGraySpec.ts";

export interface FineGray extends Result {
  readonly kind: "fine-gray";
  readonly time: string;
  readonly event: string;
  readonly events: number;
  readonly competingEvents: number;
  readonly terms: readonly string[];
  /** Log subdistribution hazard ratios; `hazardRatio` is of the subdistribution hazard. */
  readonly coefficients: readonly CoxCoefficient[];
  readonly covarianceType: "fine-gray" | "known-weights" | "classical";
  readonly censoringTies: CensoringTies;
  /** In the order of the coefficients; `null` where the likelihood has no finite maximum. */
  readonly covariance: readonly (readonly number[])[] | null;
  /** Log pseudo-likelihood without and with the terms: not for AIC, nor (but for a classical covariance) for tests. */
  readonly nullLogLikelihood: number;
  readonly logLikelihood: number;
  /** All terms together, with the covariance of the result; `null` where the likelihood has no finite maximum. */
  readonly wald: CoxTest | null;
  readonly cluster: string | null;
  readonly clusters: number | null;
  /** One per profile; `null` unless asked for and where the likelihood has no finite maximum. */
  readonly predictions: readonly IncidencePrediction[] | null;
  readonly level: number;
}

/**
 * Estimates how the risk of an event differs with its terms where another event makes it impossible (a person who died cannot relapse):
 * Fine and Gray's proportional hazards model of the subdistribution. A ratio above 1 means a higher cumulative incidence at
 * every time; it is not a ratio of risks, nor of the rates among those still free of both events. For these see
 * `followRelapse` (differences in risk) and `coxModel` with `competing` (cause-specific hazards).
 *
 * `predict` gives the cumulative incidence of given people, with limits that hold the uncertainty of coefficients, baseline and (but for
 * "known-weights") the censoring curve; none with a classical covariance.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms", "no-events",
 * "competing-needed", "event-code", "unknown-level", "negative-time", "constant-column", "collinear", "one-cluster",
 * "too-few-clusters", "not-converged", "missing-profile-value", "extreme-values".
 *
 * Source: Fine and Gray (1999), J. Am. Stat. Assoc. 94:496. Checked against cmprsk 2.2-11 (`crr`, with `censoringTies: "together"`) and
 * survival 3.5-3 (`finegray`, with `covariance: "known-weights"`).
 *
 * @example
 * ```ts
 * import { fineGray } from "kithpath";
 * const model = fineGray(
 *   { days: [5, 9, 14, 20, 26, 31, 40, 52], status: [1, 2, 1, 0, 1, 2, 0, 1], mentored: [0, 1, 0, 0, 1, 0, 1, 1] },
 *   {
 *     time: "days",
 *     event: { column: "status", event: 1, competing: 2 },
 *     terms: ["mentored"],
 *     predict: { profiles: [{ mentored: 0 }, { mentored: 1 }], times: [30] },
 *   },
 * );
 * model.coefficients[0]?.hazardRatio?.estimate;
 * model.predictions?.map(({ incidence }) => incidence[0]?.incidence); // risk of relapse by day 30
 * ```
 */
export function fineGray(data: Data, spec: FineGraySpec): FineGray {
  const caller = "fineGray";
  const read = readFineGray(data, spec);
  const { table, terms, clusters, covarianceType, censoringTies, level } = read;
  const columns = terms.flatMap((term) => designColumns(table, term));
  const names = columns.map(({ name }) => name);
  refuseExtremes(caller, columns);
  const design = fromColumns(columns.map(({ values }) => values));
  if (clusters !== null) refuseFewClusters(caller, clusters.count, names.length);
  const fit = fitSubdistribution({ design, time: read.time, cause: read.cause, censoringTies });
  refuseCollinear(caller, fit.aliased, names);
  if (!fit.converged) throw notConverged(caller, fit.iterations);
  const covariance =
    covarianceType === "classical"
      ? fit.covariance
      : robustCovariance(
          clusteredScores(subdistributionScores(fit, covarianceType === "fine-gray"), null, clusters),
          fit.covariance,
        );
  return {
    kind: "fine-gray",
    n: table.rows,
    dropped: read.dropped,
    notes: [
      ...read.notes.filter(({ code }) => code !== "no-competing-events"),
      ...notesOf(fit, names, read.events, read.competingEvents, clusters?.count ?? null),
    ],
    method: `Fine–Gray model of the subdistribution hazard, ${inWords[covarianceType]}${clusters === null ? "" : ", by cluster"}`,
    time: spec.time,
    event: read.eventColumn,
    events: read.events,
    competingEvents: read.competingEvents,
    terms,
    coefficients: coxCoefficients(columns, fit, covariance, level),
    covarianceType,
    censoringTies,
    covariance: fit.monotone === null ? rowsOfMatrix(covariance) : null,
    nullLogLikelihood: fit.nullLogLikelihood,
    logLikelihood: fit.logLikelihood,
    wald: waldTest(fit, covariance),
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    predictions:
      spec.predict === undefined
        ? null
        : incidencePredictions(caller, spec.predict, { fit, covarianceType, clusters, table, terms, level }),
    level,
  };
}

const inWords = {
  "fine-gray": "robust standard errors that count the uncertainty of the censoring curve",
  "known-weights": "robust standard errors with the censoring weights taken as known",
  classical: "standard errors from the observed information",
};

function notesOf(
  { monotone }: SubdistributionFit,
  names: readonly string[],
  events: number,
  competing: number,
  clusters: number | null,
): Note[] {
  const notes: Note[] = [];
  if (monotone !== null) {
    notes.push({
      code: "monotone-likelihood",
      text: `The likelihood rises for ever as ${monotone.map((j) => names[j]).join(", ")} ${monotone.length === 1 ? "grows" : "grow"}: at every event those who had it were the most exposed at risk. There is no finite ratio.`,
    });
  }
  if (events < 10 * names.length) {
    notes.push({
      code: "few-events",
      text: `${events} events for ${names.length} coefficient${names.length === 1 ? "" : "s"}: below 10 events per coefficient estimates are easily too large and limits too narrow.`,
    });
  }
  if (clusters !== null && clusters < 30) {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters robust standard errors tend to be too small.`,
    });
  }
  if (competing === 0) {
    notes.push({
      code: "no-competing-events",
      text: "Nobody had the competing event: the model is the Cox model with Breslow's ties.",
    });
  }
  return notes;
}

function refuseFewClusters(caller: string, clusters: number, coefficients: number): void {
  if (clusters > coefficients) return;
  throw new KithpathError("too-few-clusters", `${caller}: too few clusters for robust standard errors`, {
    expected: `more than ${coefficients} clusters`,
    received: String(clusters),
    remedy: "Use fewer terms, or leave the cluster out only if people can be taken as independent.",
  });
}

function notConverged(caller: string, iterations: number): KithpathError {
  return new KithpathError("not-converged", `${caller}: the pseudo-likelihood was not brought to its maximum`, {
    expected: "steps that shrink to nothing",
    received: `${iterations} iterations`,
    remedy: "Look for a term with extreme values, or with hardly any event at one of its levels.",
  });
}
