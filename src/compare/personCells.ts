import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Ledger } from "../estimate.ts";
import { type CategoryColumn, categoriesOf, categoryColumn, numbersOf, type Table } from "../table.ts";

export interface Factor {
  readonly name: string;
  readonly levels: readonly string[];
}

/** One outcome of every person in every cell of the within factors. */
export interface PersonCells {
  /** A row per person, a column per cell, the last within factor running fastest. */
  readonly outcomes: Matrix;
  readonly within: readonly Factor[];
  readonly between: readonly (Factor & { readonly codes: Int32Array })[];
  readonly dropped: Ledger;
  /** People left out because they lack a cell. */
  readonly incomplete: number;
}

export interface CellColumns {
  readonly outcome: string;
  readonly person: string;
  readonly within: readonly string[];
  readonly between: readonly string[];
}

/**
 * The people seen in every cell. Errors: "no-complete-rows", "not-numeric", "constant-column", "varies-within-person",
 * "repeated-wave".
 */
export function readPersonCells(caller: string, table: Table, columns: CellColumns): PersonCells {
  const { outcome, person, within, between } = columns;
  numbersOf(table, outcome);
  const { table: rows, rows: places, dropped } = selectComplete(table, [outcome, ...within, ...between, person]);
  const values = numbersOf(rows, outcome);
  const inner = within.map((name) => presentLevels(caller, categoriesOf(rows, name)));
  const outer = between.map((name) => categoriesOf(rows, name));
  const cells = inner.reduce((product, { levels }) => product * levels.length, 1);
  const who = categoriesOf(rows, person);
  const order = new Map<number, number>();
  const cellOf = (row: number) => inner.reduce((cell, { levels, codes }) => cell * levels.length + codes[row]!, 0);
  const rowOf = new Map<number, Int32Array>();
  who.codes.forEach((code, row) => {
    if (!order.has(code)) {
      order.set(code, row);
      rowOf.set(code, new Int32Array(cells).fill(-1));
    }
    for (const column of outer) {
      if (column.codes[row] === column.codes[order.get(code)!]!) continue;
      throw new KithpathError("varies-within-person", `${caller}: "${column.name}" differs within a person`, {
        expected: "one value per person for a factor between people",
        received: `${column.levels[column.codes[order.get(code)!]!]} and ${column.levels[column.codes[row]!]}`,
        where: { row: places[row]! + 1, column: column.name },
        remedy: "Name it among the factors within people, or correct the rows.",
      });
    }
    const own = rowOf.get(code)!;
    const cell = cellOf(row);
    if (own[cell]! >= 0) {
      throw new KithpathError("repeated-wave", `${caller}: a person has two rows at one wave`, {
        expected: `one row per person and ${within.join(" and ")}`,
        received: `${inner.map(({ levels, codes }) => levels[codes[row]!]).join(", ")} again`,
        where: { row: places[row]! + 1, column: within.at(-1)! },
        remedy: "Remove the double rows, average them first, or name the factor that tells them apart.",
      });
    }
    own[cell] = row;
  });
  const whole = [...rowOf.values()].filter((own) => own.every((row) => row >= 0));
  const used = whole.length * cells;
  const reasons = [...dropped.reasons];
  if (used < rows.rows) reasons.push({ reason: "incomplete-person", variable: person, rows: rows.rows - used });
  if (whole.length === 0) {
    throw new KithpathError("no-complete-rows", `${caller}: nobody was seen in every one of the ${cells} cells`, {
      expected: "people with a row in every cell",
      received: `${rowOf.size} people, none complete`,
      remedy: "Leave a wave out, or use repeatedMeasures, which takes people with the waves they have.",
    });
  }
  const outcomes = matrix(whole.length, cells);
  whole.forEach((own, i) => {
    own.forEach((row, cell) => {
      outcomes.data[cell * whole.length + i] = values[row]!;
    });
  });
  return {
    outcomes,
    within: inner.map(({ name, levels }) => ({ name, levels })),
    between: outer.map((column) => {
      const kept = { ...column, codes: Int32Array.from(whole, (own) => column.codes[own[0]!]!) };
      return presentLevels(caller, kept);
    }),
    dropped: { ...dropped, rowsUsed: used, reasons },
    incomplete: rowOf.size - whole.length,
  };
}

/** The column with the levels that it holds. Error: "constant-column". */
function presentLevels(caller: string, { name, levels, codes }: CategoryColumn): CategoryColumn {
  const present = levels.filter((_, code) => codes.includes(code));
  if (present.length < 2) {
    throw new KithpathError("constant-column", `${caller}: "${name}" has a single level in the rows analysed`, {
      expected: "at least two levels",
      received: present.join(", ") || "none",
      where: { column: name },
      remedy: "Leave the factor out, or look at the missing values.",
    });
  }
  return categoryColumn(
    name,
    Array.from(codes, (code) => levels[code]!),
    present,
  );
}
