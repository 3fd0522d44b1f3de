import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import { categoriesOf, numbersOf, type Table } from "../table.ts";
import { checkedTime, zeroTimeNote } from "./readFollowUp.ts";

type Value = string | number;

/**
 * What ended a person's time. A column coded 0 (no event) and 1 (event); or a status column with the value of the event,
 * of the competing event, and of censoring (which may be left out when a single other value remains).
 */
export type RelapseEvent =
  | string
  | { readonly column: string; readonly event: Value; readonly competing?: Value; readonly censored?: Value };

/** What made the event impossible, usually death: a column coded 0 and 1, or a column and the value that says so. */
export type CompetingEvent = string | { readonly column: string; readonly value?: Value };

/** The event as a status column, or as one or two columns. */
export interface EventSource {
  readonly event: Exclude<RelapseEvent, string> | { readonly column: string };
  readonly competing: { readonly column: string; readonly value?: Value } | null;
}

/** Both ways of saying it in one form. Errors: "invalid-option", "unknown-option". */
export function eventSource(caller: string, event: RelapseEvent, competing: CompetingEvent | undefined): EventSource {
  const second = typeof competing === "string" ? { column: competing } : (competing ?? null);
  if (second !== null) refuseUnknown(`${caller} competing`, second, ["column", "value"]);
  if (typeof event === "string") {
    if (second?.column !== event) return { event: { column: event }, competing: second };
    if (second.value === undefined) throw twice(event);
    return { event: { column: event, event: 1, competing: second.value }, competing: null };
  }
  if (typeof event !== "object" || event === null || event.event === undefined) {
    throw new KithpathError("invalid-option", `${caller}: event is not a column`, {
      expected: 'a column coded 0 and 1, or { column: "status", event: 1, competing: 2 }',
      received: JSON.stringify(event) ?? "nothing",
    });
  }
  refuseUnknown(`${caller} event`, event, ["column", "event", "competing", "censored"]);
  const values = [event.event, event.competing, event.censored].filter((value) => value !== undefined).map(String);
  if (new Set(values).size < values.length || (event.competing !== undefined && second !== null))
    throw twice(event.column);
  return { event, competing: second };
}

function twice(column: string): KithpathError {
  return new KithpathError("invalid-option", "the event and the competing event cannot be told apart", {
    expected: "one value or column for the event and another for the competing event",
    where: { column },
    remedy: `Say which values they are: event: { column: "${column}", event: 1, competing: 2 }.`,
  });
}

/** The columns that must be known for a person to be followed. */
export function eventColumns(source: EventSource): string[] {
  return source.competing === null ? [source.event.column] : [source.event.column, source.competing.column];
}

/**
 * Times and causes (0 censored, 1 event, 2 competing) of the complete rows; `rows` are their places in the user's data.
 * Errors: "event-code", "unknown-level", "not-numeric", "negative-time", each with its row.
 */
export function readRelapse(table: Table, timeName: string, source: EventSource, rows: Int32Array) {
  const time = numbersOf(table, timeName).map((value, row) => checkedTime(value, rows[row]!, timeName));
  const notes: Note[] = [];
  const cause =
    "event" in source.event
      ? statusCauses(table, source.event, rows, notes)
      : indicatorOf(table, source.event.column, undefined, rows);
  if (source.competing !== null) {
    const died = indicatorOf(table, source.competing.column, source.competing.value, rows);
    let both = 0;
    died.forEach((value, row) => {
      if (value === 1 && cause[row] === 1) both++;
      else if (value === 1) cause[row] = 2;
    });
    if (both > 0) {
      notes.push({
        code: "event-and-competing",
        text: `${both} people have both the event and the competing event; the event is taken to have come first.`,
      });
    }
  }
  notes.push(...zeroTimeNote(time, cause));
  return { time, cause, notes };
}

function indicatorOf(table: Table, name: string, value: Value | undefined, rows: Int32Array): Int32Array {
  const { codes, levels } = categoriesOf(table, name);
  if (value !== undefined) return codes.map((code) => (levels[code] === String(value) ? 1 : 0));
  return codes.map((code, row) => {
    if (levels[code] === "0") return 0;
    if (levels[code] === "1") return 1;
    throw new KithpathError("event-code", `"${name}" is not coded 0 and 1`, {
      expected: "0 (did not happen) or 1 (happened)",
      received: levels[code]!,
      where: { row: rows[row]! + 1, column: name },
      remedy: `Say which values are which: { column: "${name}", event: …, competing: …, censored: … }.`,
    });
  });
}

function statusCauses(table: Table, spec: Exclude<RelapseEvent, string>, rows: Int32Array, notes: Note[]): Int32Array {
  const { codes, levels } = categoriesOf(table, spec.column);
  const present = levels.filter((_, code) => codes.includes(code));
  if (!present.includes(String(spec.event))) {
    throw new KithpathError("unknown-level", `no complete row has the event in "${spec.column}"`, {
      expected: `one of ${present.slice(0, 10).join(", ")}`,
      received: String(spec.event),
      where: { column: spec.column },
    });
  }
  const named = [String(spec.event), ...(spec.competing === undefined ? [] : [String(spec.competing)])];
  const rest = present.filter((level) => !named.includes(level));
  const censored = spec.censored === undefined ? rest[0] : String(spec.censored);
  if (spec.competing !== undefined && !present.includes(String(spec.competing))) {
    notes.push({ code: "no-competing-events", text: `Nobody had the competing event "${spec.competing}".` });
  }
  return codes.map((code, row) => {
    const level = levels[code]!;
    if (level === String(spec.event)) return 1;
    if (level === String(spec.competing)) return 2;
    if (level === censored && (spec.censored !== undefined || rest.length === 1)) return 0;
    throw new KithpathError("event-code", `"${spec.column}" has values whose meaning was not said`, {
      expected: `${named.join(", ")} and one value for censoring`,
      received: level,
      where: { row: rows[row]! + 1, column: spec.column },
      remedy: "Name the values of the event, of the competing event and of censoring; recode what should be missing.",
    });
  });
}
