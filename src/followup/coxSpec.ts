import { dropZeroWeights } from "../_models/caseWeights.ts";
import type { CoxTies } from "../_models/cox.ts";
import type { TimeTransform } from "../_models/coxProportional.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { readClusters, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type CategoryColumn, categoriesOf, type Data, numbersOf, type Table, toTable } from "../table.ts";
import type { CoxPredictionSpec } from "./coxPrediction.ts";
import { completeTerms } from "./failureRefusals.ts";
import { type CompetingEvent, eventColumns, eventSource, type RelapseEvent, readRelapse } from "./relapseEvents.ts";

export interface CoxModelSpec {
  /** A column: when the row ends, with the event or without. At least 0. */
  readonly time: string;
  /** A column: after when the row is at risk (late entry, or several rows per person). From the beginning when left out. */
  readonly start?: string;
  /** A column coded 0 and 1, or a status column with its values. */
  readonly event: RelapseEvent;
  /** What made the event impossible: such rows end there without the event, so the hazard is the cause-specific one. */
  readonly competing?: CompetingEvent;
  /**
   * Columns that predict the hazard: numbers as they are, categories as indicators against their first level, `"a:b"` as
   * products. An empty list estimates the hazard alone.
   */
  readonly terms: readonly string[];
  /**
   * What is done with events at one time. Default "efron". "exact" is the likelihood of discrete time: the coefficients are log odds
   * ratios, and there is no baseline hazard; without weights and clusters.
   */
  readonly ties?: CoxTies;
  /** A column of groups with a baseline hazard of their own. */
  readonly strata?: string;
  /** A column that says which rows belong together (sites, or the several rows of a person). */
  readonly cluster?: string;
  /** Default "robust" with `cluster`, else "classical". */
  readonly covariance?: "classical" | "robust";
  /** A column of case weights ≥ 0. Rows with weight 0 are left out and counted. */
  readonly weights?: string;
  /** The function of time in the test of proportional hazards. Default "km". */
  readonly timeTransform?: TimeTransform;
  /** Whether the residuals of every row are returned. Default false. */
  readonly residuals?: boolean;
  /** People for whom to predict the probability of no event. */
  readonly predict?: CoxPredictionSpec;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

const caller = "coxModel";
const options = [
  ...["time", "start", "event", "competing", "terms", "ties", "strata", "cluster", "covariance", "weights"],
  ...["timeTransform", "residuals", "predict", "level"],
];

/** The options made whole and the complete rows they speak of. */
export function readCox(data: Data, spec: CoxModelSpec) {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const ties = completeChoice(caller, "ties", spec.ties, ["efron", "breslow", "exact"], "efron");
  const transform = completeChoice(
    caller,
    "timeTransform",
    spec.timeTransform,
    ["km", "identity", "log", "rank"],
    "km",
  );
  const covarianceType = completeChoice(
    caller,
    "covariance",
    spec.covariance,
    spec.cluster === undefined ? ["classical", "robust"] : ["robust"],
    spec.cluster === undefined ? "classical" : "robust",
  );
  if (ties === "exact") refuseWithExactTies(spec);
  const whole = toTable(data);
  const source = eventSource(caller, spec.event, spec.competing);
  const terms = readTerms(whole, spec, eventColumns(source));
  const needed = [
    spec.time,
    spec.start,
    ...eventColumns(source),
    ...terms.flatMap((term) => variablesOfTerm(whole, term)),
    ...[spec.strata, spec.cluster, spec.weights],
  ];
  const complete = selectComplete(
    whole,
    needed.filter((name) => name !== undefined),
  );
  const { table, rows, dropped } = dropZeroWeights(complete, spec.weights);
  const { time, cause, notes } = readRelapse(table, spec.time, source, rows);
  const start = spec.start === undefined ? null : startTimes(table, spec.start, time, rows);
  const event = cause.map((code) => (code === 1 ? 1 : 0));
  if (!event.includes(1)) {
    throw new KithpathError("no-events", `${caller}: nobody had the event`, {
      expected: "at least one row with the event",
      received: `${table.rows} rows without`,
      where: { column: source.event.column },
    });
  }
  return {
    level,
    ties,
    transform,
    covarianceType,
    terms,
    table,
    rows,
    dropped,
    time,
    start,
    event,
    competingEvents: cause.filter((code) => code === 2).length,
    eventColumn: source.event.column,
    strata: spec.strata === undefined ? null : presentLevels(categoriesOf(table, spec.strata)),
    clusters: spec.cluster === undefined ? null : readClusters(table, spec.cluster),
    weights: spec.weights === undefined ? null : numbersOf(table, spec.weights),
    notes,
  };
}

function refuseWithExactTies(spec: CoxModelSpec): void {
  const { weights, cluster, covariance, residuals, predict } = spec;
  const robust = covariance === "robust" ? covariance : undefined;
  const asked = Object.entries({ weights, cluster, covariance: robust, residuals: residuals || undefined, predict });
  const wrong = asked.find(([, value]) => value !== undefined);
  if (wrong === undefined) return;
  throw new KithpathError("invalid-option", `${caller}: ${wrong[0]} does not go with exact ties`, {
    expected: 'ties "efron" or "breslow"',
    received: 'ties "exact"',
    where: { path: wrong[0] },
    remedy: "The exact likelihood counts sets of rows: it knows no weights, no clusters and no hazard.",
  });
}

function readTerms(table: Table, spec: CoxModelSpec, events: readonly string[]): readonly string[] {
  if (typeof spec.time !== "string") {
    throw new KithpathError("invalid-option", `${caller}: time is not a column name`, {
      expected: "the name of a column of times",
      received: String(spec.time),
    });
  }
  return completeTerms(caller, table, spec.terms, [spec.time, ...events]);
}

function startTimes(table: Table, name: string, time: Float64Array, rows: Int32Array): Float64Array {
  const start = numbersOf(table, name);
  const wrong = start.findIndex((value, row) => !(value < time[row]!));
  if (wrong < 0) return start;
  throw new KithpathError("start-not-before-time", `${caller}: a row ends before it is at risk`, {
    expected: "a start before the time",
    received: `start ${start[wrong]}, time ${time[wrong]}`,
    where: { row: rows[wrong]! + 1, column: name },
    remedy: "Leave out people who had the event, or were lost, before they entered.",
  });
}

function presentLevels({ codes, levels }: CategoryColumn): { codes: Int32Array; levels: string[]; count: number } {
  const present = [...new Set(codes)].sort((a, b) => a - b);
  const place = new Map(present.map((code, index) => [code, index]));
  return {
    codes: codes.map((code) => place.get(code)!),
    levels: present.map((code) => levels[code]!),
    count: present.length,
  };
}
