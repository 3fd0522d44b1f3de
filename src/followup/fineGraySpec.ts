import type { CensoringTies } from "../_models/fates.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { readClusters, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { completeTerms, refuseNoEvents } from "./failureRefusals.ts";
import type { IncidencePredictionSpec } from "./fineGrayPrediction.ts";
import {
  type CompetingEvent,
  type EventSource,
  eventColumns,
  eventSource,
  type RelapseEvent,
  readRelapse,
} from "./relapseEvents.ts";

export interface FineGraySpec {
  /** A column of times from the start to what ended them; at least 0. */
  readonly time: string;
  /** A column coded 0 and 1, or a status column with the values of the event and of the competing event. */
  readonly event: RelapseEvent;
  /** What made the event impossible, usually death, where `event` does not say it. */
  readonly competing?: CompetingEvent;
  /** Columns that predict the risk: numbers as they are, categories as indicators against their first level, `"a:b"` as products. */
  readonly terms: readonly string[];
  /** A column that says which rows belong together. */
  readonly cluster?: string;
  /** "fine-gray" (default) counts that the censoring curve is estimated; "known-weights" does not; "classical" is not robust. */
  readonly covariance?: "fine-gray" | "known-weights" | "classical";
  /** Whether, at a time, censoring comes after events (default "events-first") or with them ("together"), in the curve of censoring. */
  readonly censoringTies?: CensoringTies;
  /** People and times for which to predict the cumulative incidence. */
  readonly predict?: IncidencePredictionSpec;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

const caller = "fineGray";
const options = [
  ...["time", "event", "competing", "terms", "cluster", "covariance", "censoringTies", "predict", "level"],
];

/** The options made whole and the complete rows they speak of. */
export function readFineGray(data: Data, spec: FineGraySpec) {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const covarianceType = completeChoice(
    caller,
    "covariance",
    spec.covariance,
    spec.cluster === undefined ? ["fine-gray", "known-weights", "classical"] : ["fine-gray", "known-weights"],
    "fine-gray",
  );
  const censoringTies = completeChoice(
    caller,
    "censoringTies",
    spec.censoringTies,
    ["events-first", "together"],
    "events-first",
  );
  const source = competingSource(caller, spec.event, spec.competing, "coxModel");
  const whole = toTable(data);
  const terms = completeTerms(caller, whole, spec.terms, [spec.time, ...eventColumns(source)]);
  if (terms.length === 0) {
    throw new KithpathError("invalid-option", `${caller}: there are no terms`, {
      expected: "at least one column that predicts the risk",
      remedy: "For the cumulative incidence itself use cumulativeIncidence.",
    });
  }
  const variables = terms.flatMap((term) => variablesOfTerm(whole, term));
  const used = [spec.time, ...eventColumns(source), ...variables, spec.cluster].filter((name) => name !== undefined);
  const { table, rows, dropped } = selectComplete(whole, used);
  const { time, cause, notes } = readRelapse(table, spec.time, source, rows);
  const count = (code: number) => cause.reduce((sum, value) => sum + (value === code ? 1 : 0), 0);
  refuseNoEvents(caller, count(1), table.rows, source.event.column);
  return {
    ...{ level, covarianceType, censoringTies, terms, table, dropped, time, cause, notes },
    events: count(1),
    competingEvents: count(2),
    eventColumn: source.event.column,
    clusters: spec.cluster === undefined ? null : readClusters(table, spec.cluster),
  };
}

/** The event and the one that competes with it, which must be named. Error: "competing-needed". */
export function competingSource(
  caller: string,
  event: RelapseEvent,
  competing: CompetingEvent | undefined,
  instead: string,
): EventSource {
  const source = eventSource(caller, event, competing);
  const named = source.competing !== null || ("competing" in source.event && source.event.competing !== undefined);
  if (named) return source;
  throw new KithpathError("competing-needed", `${caller}: no competing event is named`, {
    expected: 'what makes the event impossible, such as event: { column: "status", event: 1, competing: 2 }',
    remedy: `Where nothing competes use ${instead}.`,
  });
}
