import { KithpathError } from "../errors.ts";
import type { DroppedReason, Ledger, Note } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import { categoryColumn } from "../table.ts";
import { countUpTo, type Histories, orderTimes } from "./eventTable.ts";

/** A value that names a group or a stratum. Numbers are ordered as numbers, text in code-point order. */
export type GroupValue = string | number | boolean | null | undefined;

/** One person per position: how long followed, and what ended it. Missing (null or NaN) rows are left out and counted. */
export interface FollowUp {
  /** Time from the start to the event or the end of observation; at least 0, any unit. */
  readonly time: ArrayLike<number | null | undefined>;
  /** What ended the time: 0 (false) censored, 1 (true) the event. */
  readonly event: ArrayLike<number | boolean | null | undefined>;
  /** Who belongs together; one group when left out. */
  readonly group?: ArrayLike<GroupValue>;
}

/** A follow-up of people who may have come in late. */
export interface LateFollowUp extends FollowUp {
  /** When each person came under observation, on the clock of `time`: at risk only after it. From the start when left out. */
  readonly entry?: ArrayLike<number | null | undefined>;
}

/** What every description of a curve may be asked. */
export interface CurveOptions {
  /** Confidence level of the limits. Default 0.95. */
  readonly level?: number;
  /** Times at which to read the curves off. Default none. */
  readonly times?: readonly number[];
  /** The groups in the order wanted; by default numbers in order, text in code-point order. */
  readonly order?: readonly (string | number)[];
}

/** Everything that is read of a follow-up; which of it a function allows is its own business. */
type AnyFollowUp = LateFollowUp & { readonly strata?: ArrayLike<GroupValue> };

/** The complete rows of a follow-up. */
export interface ReadFollowUp extends Histories {
  readonly time: Float64Array;
  /** Entry times; null when none were given. */
  readonly entry: Float64Array | null;
  /** Names of the groups as text; a single null when no group was given. */
  readonly groups: readonly (string | null)[];
  /** Largest event code present. */
  readonly causes: number;
  readonly strata: { readonly codes: Int32Array; readonly count: number } | null;
  readonly n: number;
  readonly dropped: Ledger;
  readonly notes: readonly Note[];
}

/**
 * Reads, checks and ranks. `codes` is the largest event code allowed, null for any whole number.
 * Errors: "not-data", "length-mismatch", "not-numeric", "negative-time", "infinite-value", "event-code", "no-complete-rows", "unknown-level", "start-not-before-time".
 */
export function readFollowUp(
  caller: string,
  data: AnyFollowUp,
  codes: number | null,
  order?: readonly (string | number)[],
  inputs: readonly string[] = ["time", "event", "group"],
): ReadFollowUp {
  refuseShape(caller, data, inputs);
  const rows = data.time.length;
  const missing = { time: 0, event: 0, group: 0, strata: 0, entry: 0 };
  const kept = new Int32Array(rows);
  const time = new Float64Array(rows);
  const cause = new Int32Array(rows);
  const entry = data.entry === undefined ? null : new Float64Array(rows);
  let n = 0;
  for (let row = 0; row < rows; row++) {
    const culprit = firstMissing(data, row);
    if (culprit !== null) {
      missing[culprit]++;
      continue;
    }
    time[n] = checkedTime(data.time[row], row, "time");
    cause[n] = checkedEvent(data.event[row], row, codes, caller);
    if (entry !== null) entry[n] = checkedEntry(data.entry![row], time[n]!, row, caller);
    kept[n++] = row;
  }
  const reasons: DroppedReason[] = Object.entries(missing)
    .filter(([, count]) => count > 0)
    .map(([variable, count]) => ({ reason: "missing", variable, rows: count }));
  if (n === 0) {
    throw new KithpathError("no-complete-rows", `${caller}: nobody has a time and an event`, {
      expected: "at least one complete row",
      received: `${rows} rows, none complete`,
    });
  }
  let causes = 1;
  const codesKept = cause.slice(0, n);
  for (const code of codesKept) if (code > causes) causes = code;
  const timesKept = time.slice(0, n);
  const rowsKept = kept.slice(0, n);
  const grouped = data.group === undefined ? null : groupCodes("group", data.group, rowsKept, order);
  const strata = data.strata === undefined ? null : groupCodes("strata", data.strata, rowsKept);
  const ranked = orderTimes(timesKept);
  const entryKept = entry?.slice(0, n) ?? null;
  return {
    order: ranked,
    time: timesKept,
    entry: entryKept,
    entered: entryKept === null ? null : Int32Array.from(entryKept, (from) => countUpTo(ranked.times, from)),
    cause: codesKept,
    group: grouped?.codes ?? new Int32Array(n),
    groups: grouped?.levels ?? [null],
    causes,
    strata: strata === null ? null : { codes: strata.codes, count: strata.levels.length },
    n,
    dropped: { rowsIn: rows, rowsUsed: n, reasons },
    notes: zeroTimeNote(timesKept, codesKept),
  };
}

/** Events at the very start are kept and told: they are easily a sign of a wrong origin. */
export function zeroTimeNote(time: Float64Array, cause: Int32Array): Note[] {
  let count = 0;
  for (let row = 0; row < time.length; row++) if (time[row] === 0 && cause[row] !== 0) count++;
  if (count === 0) return [];
  return [{ code: "events-at-time-zero", text: `${count} events happened at time 0; they are counted as events.` }];
}

function refuseShape(caller: string, data: AnyFollowUp, inputs: readonly string[]): void {
  if (typeof data !== "object" || data === null) {
    throw new KithpathError("not-data", `${caller} needs an object of arrays`, {
      expected: "{ time: […], event: […] }",
      received: data === null ? "null" : typeof data,
    });
  }
  refuseUnknown(caller, data, inputs);
  for (const name of ["time", "event", "group", "strata", "entry"] as const) {
    const values = data[name];
    if (values === undefined && name !== "time" && name !== "event") continue;
    if (typeof values !== "object" || values === null || typeof values.length !== "number") {
      throw new KithpathError("not-data", `${caller}: "${name}" is not an array`, {
        expected: "an array with one value per person",
        received: values === null ? "null" : typeof values,
        where: { path: name },
      });
    }
    if (values.length !== data.time.length) {
      throw new KithpathError("length-mismatch", `${caller}: the arrays have different lengths`, {
        expected: `${data.time.length} values, one per time`,
        received: `${values.length}`,
        where: { path: name },
      });
    }
  }
}

function firstMissing(data: AnyFollowUp, row: number) {
  if (isAbsent(data.time[row])) return "time";
  if (isAbsent(data.event[row])) return "event";
  if (data.group !== undefined && isAbsent(data.group[row])) return "group";
  if (data.strata !== undefined && isAbsent(data.strata[row])) return "strata";
  if (data.entry !== undefined && isAbsent(data.entry[row])) return "entry";
  return null;
}

function isAbsent(value: GroupValue): boolean {
  return value === null || value === undefined || value === "" || (typeof value === "number" && Number.isNaN(value));
}

/** The time of a row (counted from 0). Errors: "not-numeric", "infinite-value", "negative-time". */
export function checkedTime(value: unknown, row: number, column: string): number {
  if (typeof value !== "number") {
    throw new KithpathError("not-numeric", "a time is not a number", {
      expected: "a number",
      received: String(value),
      where: { row: row + 1, column },
    });
  }
  if (!Number.isFinite(value)) {
    throw new KithpathError("infinite-value", "a time is infinite", {
      expected: "a finite number, or null where it is missing",
      received: String(value),
      where: { row: row + 1, column },
    });
  }
  if (value < 0) {
    throw new KithpathError("negative-time", "a time is negative", {
      expected: "a time of at least 0",
      received: String(value),
      where: { row: row + 1, column },
      remedy: "Count the time from the moment at which the person could first have had the event.",
    });
  }
  return value;
}

function checkedEntry(value: unknown, time: number, row: number, caller: string): number {
  const entry = checkedTime(value, row, "entry");
  if (entry < time) return entry;
  throw new KithpathError("start-not-before-time", `${caller}: somebody's time ends before it is observed`, {
    expected: "an entry before the time",
    received: `entry ${entry}, time ${time}`,
    where: { row: row + 1, column: "entry" },
    remedy: "Leave out people who had the event, or were lost, before they entered.",
  });
}

function checkedEvent(value: unknown, row: number, largest: number | null, caller: string): number {
  const code = typeof value === "boolean" ? Number(value) : value;
  if (typeof code === "number" && Number.isInteger(code) && code >= 0 && code <= (largest ?? 1000)) return code;
  throw new KithpathError("event-code", `${caller}: an event has a code that is not understood`, {
    expected: largest === null ? "0 (censored) or the whole number of a cause, from 1" : "0 (censored) or 1 (event)",
    received: String(value),
    where: { row: row + 1, column: "event" },
    remedy:
      largest === null
        ? "Recode the causes as 1, 2, …"
        : "For an event that competes with another, use cumulativeIncidence.",
  });
}

function groupCodes(
  name: string,
  values: ArrayLike<GroupValue>,
  rows: Int32Array,
  order?: readonly (string | number)[],
): { levels: readonly string[]; codes: Int32Array } {
  const texts = Array.from(rows, (row) => String(values[row]));
  if (order !== undefined) {
    const column = categoryColumn(name, texts, order.map(String));
    const present = column.levels.map((_, code) => code).filter((code) => column.codes.includes(code));
    const position = new Map(present.map((code, index) => [code, index]));
    return {
      levels: present.map((code) => column.levels[code]!),
      codes: column.codes.map((code) => position.get(code)!),
    };
  }
  const allNumbers = rows.every((row) => typeof values[row] === "number");
  const numeric = [...new Set(texts)].sort((a, b) => Number(a) - Number(b));
  return categoryColumn(name, texts, allNumbers ? numeric : undefined);
}
