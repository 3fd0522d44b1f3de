import { KithpathError } from "../errors.ts";
import { countUpTo, type EventTable, eventsAt, lastFollowUp } from "./eventTable.ts";
import { LARGEST_VALUE, SMALLEST_VALUE } from "./extremes.ts";

/** A positive, finite horizon. Errors: "missing-horizon", "invalid-option". */
export function completeHorizon(caller: string, horizon: number | undefined, tables: readonly EventTable[]): number {
  if (horizon === undefined || horizon === null) {
    throw new KithpathError("missing-horizon", `${caller} needs a horizon`, {
      expected: `a time up to which to compare, at most ${largestHorizon(tables)} in these data`,
      remedy: "Choose it from the study's question, for example 365 days, not from the results.",
    });
  }
  if (typeof horizon === "number" && horizon >= SMALLEST_VALUE && horizon <= LARGEST_VALUE) return horizon;
  throw new KithpathError("invalid-option", `${caller}: horizon is not a time`, {
    expected: `a number above 0, in the unit of the times; at least ${SMALLEST_VALUE} and at most ${LARGEST_VALUE}`,
    received: String(horizon),
  });
}

/**
 * Refuses a horizon that a group was not followed to. A group in which the last people all had the event is known
 * to any horizon. Error: "horizon-beyond-followup".
 */
export function refuseUnreached(
  caller: string,
  tables: readonly EventTable[],
  names: readonly (string | null)[],
  horizon: number,
): void {
  const short = tables.findIndex((table) => !isReached(table, horizon));
  if (short < 0) return;
  const name = names[short];
  throw new KithpathError(
    "horizon-beyond-followup",
    `${caller}: ${name == null ? "nobody" : `nobody in "${name}"`} was followed to the horizon`,
    {
      expected: `a horizon of at most ${largestHorizon(tables)}`,
      received: String(horizon),
      remedy: "What happens after the last follow-up is not in the data: choose an earlier horizon.",
    },
  );
}

/** Whether the curves of a table are known at the horizon: somebody was followed to it, or the last at risk had the event before. */
export function isReached(table: EventTable, horizon: number): boolean {
  const last = lastFollowUp(table);
  return last !== null && (last >= horizon || endsInEvents(table));
}

/** The largest horizon that every table reaches; Infinity when all end in events. */
function largestHorizon(tables: readonly EventTable[]): number {
  return Math.min(
    ...tables.map((table) => (endsInEvents(table) ? Number.POSITIVE_INFINITY : (lastFollowUp(table) ?? 0))),
  );
}

/** Whether those at risk at the last time all had the event (the first cause: after a death the net risk is not known). */
function endsInEvents(table: EventTable): boolean {
  let j = table.times.length - 1;
  while (j >= 0 && !(table.atRisk[j]! > 0)) j--;
  return j >= 0 && table.events[0]![j]! >= table.atRisk[j]!;
}

/** People of an unweighted table known to have had an event by the horizon, or to have had none: everybody not censored before it. */
export function knownAtHorizon(table: EventTable, horizon: number): number {
  const steps = countUpTo(table.times, horizon);
  let known = steps < table.times.length ? table.atRisk[steps]! : 0;
  for (let j = 0; j < steps; j++) {
    known += eventsAt(table, j);
    if (table.times[j] === horizon) known += table.censored[j]!;
  }
  return known;
}
