import { readClusters, type Selection } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { type CategoryColumn, categoriesOf, categoryColumn, numbersOf, type Table, takeRows } from "../table.ts";

/** Rows of people at waves. */
export interface PersonWaves {
  readonly selection: Selection;
  readonly people: { readonly codes: Int32Array; readonly count: number };
  /** The wave of every row, with the waves present as levels, in order. */
  readonly wave: CategoryColumn;
  /** People seen at each wave. */
  readonly seen: Int32Array;
}

/**
 * Who was seen when. Waves are in numeric order, texts in that of their levels, or as `order` has them, rows at other
 * waves being left out and counted. Errors: "invalid-option", "unknown-level", "no-complete-rows", "one-wave", "one-cluster",
 * "repeated-wave", "no-pairs".
 */
export function readPersonWaves(
  caller: string,
  complete: Selection,
  person: string,
  wave: string,
  order: readonly (string | number)[] | undefined,
): PersonWaves {
  const { selection, levels } =
    order === undefined ? { selection: complete, levels: undefined } : ordered(caller, complete, wave, order);
  const whole = categoriesOf(selection.table, wave);
  const present = levels ?? whole.levels.filter((_, code) => whole.codes.includes(code));
  if (present.length < 2) {
    throw new KithpathError("one-wave", `${caller}: the complete rows are of one wave`, {
      expected: "at least two waves",
      received: present.join(", "),
      where: { column: wave },
      remedy: "Look at the missing values, or compare people once with another analysis.",
    });
  }
  const column = categoryColumn(
    wave,
    Array.from(whole.codes, (code) => whole.levels[code]!),
    present,
  );
  const people = readClusters(selection.table, person);
  refuseRepeatedWave(caller, people.codes, column, selection.rows, people.count);
  if (people.count === selection.table.rows) {
    throw new KithpathError("no-pairs", `${caller}: every person has a single row`, {
      expected: "people seen at two waves or more",
      received: `${people.count} people of ${selection.table.rows} rows`,
      where: { column: person },
      remedy: "Look at the column of the person: it should be the same at each of a person's waves.",
    });
  }
  const seen = new Int32Array(present.length);
  for (const code of column.codes) seen[code]!++;
  return { selection, people, wave: column, seen };
}

/** Two rows of one person at one wave. Error: "repeated-wave". */
function refuseRepeatedWave(
  caller: string,
  people: Int32Array,
  { name, levels, codes }: CategoryColumn,
  rows: Int32Array,
  count: number,
): void {
  const found = new Uint8Array(count * levels.length);
  codes.forEach((code, row) => {
    const place = people[row]! * levels.length + code;
    if (found[place] === 1) {
      throw new KithpathError("repeated-wave", `${caller}: a person has two rows at one wave`, {
        expected: "one row per person and wave",
        received: `wave ${levels[code]} again`,
        where: { row: rows[row]! + 1, column: name },
        remedy: "Remove the double rows, or look at the column of the person.",
      });
    }
    found[place] = 1;
  });
}

function ordered(
  caller: string,
  complete: Selection,
  wave: string,
  order: readonly (string | number)[],
): { selection: Selection; levels: string[] } {
  const asked = Array.isArray(order) ? order.map(String) : [];
  if (asked.length < 2 || new Set(asked).size < asked.length) {
    throw new KithpathError("invalid-option", `${caller}: waves is not a list of different waves`, {
      expected: "an array of at least two values of the wave, in order",
      received: String(order),
    });
  }
  const whole = categoriesOf(complete.table, wave);
  const present = new Set(Array.from(whole.codes, (code) => whole.levels[code]!));
  const absent = asked.find((name) => !present.has(name));
  if (absent !== undefined) {
    throw new KithpathError("unknown-level", `${caller}: no complete row is of wave "${absent}"`, {
      expected: `waves among ${[...present].join(", ")}`,
      received: absent,
      where: { column: wave },
    });
  }
  const kept = complete.rows.map((_, row) => row).filter((row) => asked.includes(whole.levels[whole.codes[row]!]!));
  const others = complete.rows.length - kept.length;
  const reasons = [...complete.dropped.reasons];
  if (others > 0) reasons.push({ reason: "other-wave", variable: wave, rows: others });
  return {
    levels: asked,
    selection: {
      table: takeRows(complete.table, kept),
      rows: kept.map((row) => complete.rows[row]!),
      dropped: { ...complete.dropped, rowsUsed: kept.length, reasons },
    },
  };
}

/** The table with its wave as a category. */
export function withWaves(table: Table, wave: CategoryColumn): Table {
  return { ...table, columns: new Map(table.columns).set(wave.name, wave) };
}

/** The times of the waves as numbers. Error: "not-numeric". */
export function timesOf(table: Table, wave: CategoryColumn): Float64Array {
  const times = new Float64Array(wave.levels.length);
  numbersOf(table, wave.name).forEach((time, row) => {
    times[wave.codes[row]!] = time;
  });
  return times;
}
