import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { KithpathError } from "../errors.ts";
import type { Note, Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type EventTable, eventsAt, eventTables, firstAtLeast, lastFollowUp } from "./eventTable.ts";
import { type SurvivalLimits, survivalLimitChoices, survivalLimits } from "./limits.ts";
import { productLimit, survivalError } from "./productLimit.ts";
import { type CurveOptions, type LateFollowUp, type ReadFollowUp, readFollowUp } from "./readFollowUp.ts";
import { quantileOfCurve } from "./survivalQuantile.ts";

export interface KaplanMeierOptions extends CurveOptions {
  /** The scale of the limits. Default "log-log". */
  readonly limits?: SurvivalLimits;
  /** Proportions whose times are wanted: 0.25 is the time by which a quarter had the event. Default 0.25, 0.5, 0.75. */
  readonly probabilities?: readonly number[];
}

/** The curve at one time. After the survival has reached 0 it has no standard error and no limits. */
export interface SurvivalAt {
  readonly time: number;
  /** Followed until at least this time, and observed already just before it. */
  readonly atRisk: number;
  /** The probability of no event up to and including this time; null beyond the last follow-up. */
  readonly survival: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface KaplanMeierStep extends SurvivalAt {
  readonly survival: number;
  readonly events: number;
  readonly censored: number;
}

/** The time by which a proportion had the event, with limits by inverting the pointwise limits; null where not reached. */
export interface TimeQuantile {
  readonly probability: number;
  readonly time: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
}

export interface KaplanMeierGroup {
  readonly group: string | null;
  readonly n: number;
  readonly events: number;
  readonly censored: number;
  /** One row per distinct time at which somebody of the group had the event or was censored. */
  readonly curve: readonly KaplanMeierStep[];
  readonly median: TimeQuantile;
  readonly quantiles: readonly TimeQuantile[];
  /** The curve at the times asked for. */
  readonly at: readonly SurvivalAt[];
}

export interface KaplanMeier extends Result {
  readonly kind: "kaplan-meier";
  readonly level: number;
  readonly limits: SurvivalLimits;
  readonly groups: readonly KaplanMeierGroup[];
}

/**
 * The proportion without the event as time goes on, when some were followed for less time than others: the
 * product-limit estimate of Kaplan and Meier (1958), S(t) = Π (1 − d/n), with Greenwood's (1926) standard error.
 *
 * `time` and `event` are arrays of the same length, one entry per person: time from the start in any unit (at least 0),
 * and 1 if the event ended it, 0 if observation did. Who is censored at a time is still at risk for the events of that
 * time. Times tie when they are equal. `group` gives one curve per group. With `entry` (late entry, left truncation) a
 * person is at risk after the entry only; the curve is then of those who have come so far without the event.
 *
 * A quantile is the first time at which the curve is at most 1 − p; where it stands at exactly 1 − p, the middle of that
 * stretch (the convention of R's survival).
 *
 * Errors: "not-data", "length-mismatch", "not-numeric", "negative-time", "infinite-value", "event-code",
 * "no-complete-rows", "unknown-level", "unknown-option", "invalid-option", "start-not-before-time".
 *
 * Source: Kaplan and Meier (1958), J. Am. Stat. Assoc. 53:457; log-log limits: Kalbfleisch and Prentice (1980).
 * Checked against R 4.2.2, survival 3.5-3 (`survfit`, all three limits, quantiles) to 1e-9.
 *
 * @example
 * ```ts
 * import { kaplanMeier } from "kithpath";
 * const { groups } = kaplanMeier({ time: [3, 5, 5, 8], event: [1, 1, 0, 0] });
 * groups[0]?.curve.map((row) => row.survival); // [0.75, 0.5, 0.5]
 * ```
 */
export function kaplanMeier(data: LateFollowUp, options: KaplanMeierOptions = {}): KaplanMeier {
  const caller = "kaplanMeier";
  refuseUnknown(caller, options, ["level", "limits", "probabilities", "times", "order"]);
  const level = completeLevel(caller, options.level);
  const limits = completeChoice(caller, "limits", options.limits, survivalLimitChoices, "log-log");
  const probabilities = completeNumbers(caller, "probabilities", options.probabilities ?? [0.25, 0.5, 0.75], 1);
  const times = completeNumbers(caller, "times", options.times ?? [], Number.POSITIVE_INFINITY);
  const read = readFollowUp(caller, data, 1, options.order, ["time", "event", "group", "entry"]);
  const z = normalQuantileUpper((1 - level) / 2);
  const tables = eventTables(read, read.groups.length, 1);
  return {
    kind: "kaplan-meier",
    n: read.n,
    dropped: read.dropped,
    notes: [...read.notes, ...emptiedNotes(tables, read)],
    method: `Kaplan–Meier with Greenwood standard errors and ${limits} limits`,
    level,
    limits,
    groups: tables.map((table, g) =>
      describeGroup(read.groups[g]!, table, z, limits, probabilities, times, (time) => atRiskAt(time, table, read, g)),
    ),
  };
}

function describeGroup(
  group: string | null,
  table: EventTable,
  z: number,
  limits: SurvivalLimits,
  probabilities: readonly number[],
  times: readonly number[],
  atRisk: (time: number) => number,
): KaplanMeierGroup {
  const { survival, greenwood } = productLimit(table);
  const curve: KaplanMeierStep[] = [];
  let events = 0;
  for (let j = 0; j < table.times.length; j++) {
    const here = eventsAt(table, j);
    const censored = table.censored[j]!;
    if (here + censored === 0) continue;
    events += here;
    const standardError = survivalError(survival[j]!, greenwood[j]!);
    curve.push({
      time: table.times[j]!,
      atRisk: table.atRisk[j]!,
      events: here,
      censored,
      survival: survival[j]!,
      standardError,
      ...survivalLimits(survival[j]!, standardError, z, limits),
    });
  }
  const stepTimes = curve.map((row) => row.time);
  const timeOf = (probability: number, of: "survival" | "lower" | "upper") => {
    const heights = curve.map((row) => row[of]);
    return quantileOfCurve(stepTimes, heights, probability);
  };
  const quantile = (probability: number): TimeQuantile => ({
    probability,
    time: timeOf(probability, "survival"),
    lower: timeOf(probability, "lower"),
    upper: timeOf(probability, "upper"),
  });
  const censored = table.censored.reduce((total, count) => total + count, 0);
  return {
    group,
    n: events + censored,
    events,
    censored,
    curve,
    median: quantile(0.5),
    quantiles: probabilities.map(quantile),
    at: times.map((time) => readOff(time, table, curve, atRisk(time))),
  };
}

/** How many of group `g` are under observation at a time. */
export function atRiskAt(time: number, table: EventTable, read: ReadFollowUp, g: number): number {
  if (read.entry === null) {
    const position = firstAtLeast(table.times, time);
    return position < table.times.length ? table.atRisk[position]! : 0;
  }
  let count = 0;
  for (let row = 0; row < read.time.length; row++) {
    if (read.group[row] === g && read.time[row]! >= time && read.entry[row]! < time) count++;
  }
  return count;
}

/** Under late entry everybody at risk may have the event while others are still to come: the curve stays at 0. */
function emptiedNotes(tables: readonly EventTable[], read: ReadFollowUp): Note[] {
  if (read.entry === null) return [];
  const notes: Note[] = [];
  tables.forEach((table, g) => {
    const at = table.times.findIndex((_, j) => table.events[0]![j]! > 0 && table.events[0]![j]! >= table.atRisk[j]!);
    if (at < 0 || !table.atRisk.some((count, j) => j > at && count > 0)) return;
    const name = read.groups[g] === null ? "" : ` of "${read.groups[g]}"`;
    notes.push({
      code: "risk-set-emptied",
      text: `At ${table.times[at]} everybody${name} under observation had the event, and others entered later: the curve is 0 from there on. Start it later, where more people are under observation.`,
    });
  });
  return notes;
}

function readOff(time: number, table: EventTable, curve: readonly KaplanMeierStep[], atRisk: number): SurvivalAt {
  const step = curve.findLast((row) => row.time <= time);
  if (step === undefined) return { time, atRisk, survival: 1, standardError: 0, lower: 1, upper: 1 };
  const { survival, standardError, lower, upper } = step;
  const known = time <= lastFollowUp(table)! || survival === 0;
  if (!known) return { time, atRisk, survival: null, standardError: null, lower: null, upper: null };
  return { time, atRisk, survival, standardError, lower, upper };
}

/** A list of numbers from 0 to `top`. Error: "invalid-option". */
export function completeNumbers(
  caller: string,
  name: string,
  values: readonly number[],
  top: number,
): readonly number[] {
  if (Array.isArray(values) && values.every((value) => Number.isFinite(value) && value >= 0 && value <= top)) {
    return values;
  }
  throw new KithpathError("invalid-option", `${caller}: ${name} is not a list of numbers it can use`, {
    expected: top === 1 ? "numbers between 0 and 1" : "finite numbers of at least 0",
    received: String(values),
  });
}
