import type { AcceleratedFailureFit } from "../_models/acceleratedFailure.ts";
import { refuseNoList } from "../_models/askedTerms.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { KithpathError } from "../errors.ts";
import type { Table } from "../table.ts";

/** The terms, none of which is what they explain. Errors: "invalid-option", "outcome-among-terms". */
export function completeTerms(
  caller: string,
  table: Table,
  terms: readonly string[],
  explained: readonly string[],
): readonly string[] {
  refuseNoList(caller, terms);
  const both = terms.flatMap((term) => variablesOfTerm(table, term)).find((name) => explained.includes(name));
  if (both === undefined) return [...terms];
  throw new KithpathError("outcome-among-terms", `${caller}: "${both}" is both explained and term`, {
    expected: "terms other than the time and the event",
    where: { column: both },
  });
}

/** Error: "time-not-positive". */
export function refuseNotPositive(caller: string, time: Float64Array, rows: Int32Array, column: string): void {
  const at = time.findIndex((value) => !(value > 0));
  if (at < 0) return;
  const count = time.filter((value) => !(value > 0)).length;
  throw new KithpathError("time-not-positive", `${caller}: a time is 0, which has no logarithm`, {
    expected: "times greater than 0",
    received: `${time[at]}, ${count} time${count === 1 ? "" : "s"} in all`,
    where: { row: rows[at]! + 1, column },
    remedy:
      "Record an event on the first day as half a day or one day, for everybody alike, or leave out who was not followed at all.",
  });
}

/** Error: "no-events". */
export function refuseNoEvents(caller: string, events: number, rows: number, column: string): void {
  if (events > 0) return;
  throw new KithpathError("no-events", `${caller}: nobody had the event`, {
    expected: "at least one event",
    received: `${rows} censored times`,
    where: { column },
    remedy: "Check the coding of the event: 1 is the event, 0 is censored.",
  });
}

/** Error: "no-finite-estimate", naming the coefficients that no event bounds, or the scale. */
export function refuseUnbounded(caller: string, fit: AcceleratedFailureFit, names: readonly string[]): void {
  if (fit.infinite.length > 0) {
    const listed = fit.infinite.map((column) => `"${names[column]}"`).join(", ");
    throw new KithpathError("no-finite-estimate", `${caller}: the likelihood rises without end in ${listed}`, {
      expected: "events at every level of a term",
      received: "people among whom nobody had the event",
      where: { column: names[fit.infinite[0]!]! },
      remedy: "Join levels, leave the term out, or compare the curves by Kaplan–Meier.",
    });
  }
  if (fit.converged) return;
  throw new KithpathError("no-finite-estimate", `${caller}: the likelihood has no maximum within reach`, {
    expected: "event times that vary beyond the terms",
    received: `a scale of ${fit.scale} after ${fit.iterations} steps`,
    remedy: 'Use fewer terms, or the distribution "exponential".',
  });
}

/** Error: "too-few-clusters". */
export function refuseFewClusters(caller: string, clusters: number, parameters: number): void {
  if (clusters > parameters) return;
  throw new KithpathError("too-few-clusters", `${caller}: too few clusters for robust standard errors`, {
    expected: `more than ${parameters} clusters`,
    received: String(clusters),
    remedy: "Use fewer terms, or leave the cluster out only if people can be taken as independent.",
  });
}
