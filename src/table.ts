import { KithpathError } from "./errors.ts";
import type { DroppedReason, Ledger } from "./estimate.ts";

/** A column of numbers; a missing value is NaN inside the table and never leaves it. */
interface NumberColumn {
  readonly kind: "number";
  readonly name: string;
  readonly values: Float64Array;
}

/** A column of categories; `codes` index `levels`, −1 is missing. The first level is the reference. */
export interface CategoryColumn {
  readonly kind: "category";
  readonly name: string;
  readonly levels: readonly string[];
  readonly codes: Int32Array;
}

export type Column = NumberColumn | CategoryColumn;

/** Rows by typed, named columns: what every analysis reads. Column order is the input's. */
export interface Table {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, Column>;
}

export type Cell = string | number | boolean | null | undefined;

/**
 * What every analysis accepts: a table, an array of row objects, or an object of columns. What cannot be read as such is refused by
 * each with the codes of `toTable`.
 */
export type Data = Table | readonly Readonly<Record<string, Cell>>[] | Readonly<Record<string, ArrayLike<Cell>>>;

/**
 * `data` as a table. Missing are `null`, `undefined`, NaN and the empty string. A column whose values are all numbers
 * or booleans is numeric (true is 1); any text makes it a category column with levels in code-point order.
 * Text that looks like a number stays text: `parseCohort` reads text files.
 *
 * Errors: "not-data", "unequal-columns", "infinite-value".
 */
export function toTable(data: Data): Table {
  if (isTable(data)) return data;
  if (Array.isArray(data)) return tableFromRows(data);
  if (typeof data === "object" && data !== null)
    return tableFromColumns(data as Readonly<Record<string, ArrayLike<Cell>>>);
  throw new KithpathError("not-data", "the data are neither a table, nor rows, nor columns", {
    expected: "a Cohort, an array of row objects, or an object of columns",
    received: data === null ? "null" : typeof data,
  });
}

export function isTable(data: Data): data is Table {
  return typeof data === "object" && data !== null && (data as Table).columns instanceof Map;
}

function tableFromRows(rows: readonly Readonly<Record<string, Cell>>[]): Table {
  const columns = new Map<string, Column>();
  for (const [name, cells] of cellsOfRows(rows)) columns.set(name, columnFromCells(name, cells));
  return { rows: rows.length, columns };
}

/** The cells of each name that a row has, `null` in rows without it. Error: "not-data". */
export function cellsOfRows(rows: readonly Readonly<Record<string, Cell>>[]): [name: string, cells: Cell[]][] {
  const names = new Set<string>();
  rows.forEach((row, index) => {
    if (typeof row !== "object" || row === null) {
      throw new KithpathError("not-data", "a row is not an object of named values", {
        expected: "an object such as { id: 1, mentored: 0 }",
        received: String(row),
        where: { row: index + 1 },
      });
    }
    for (const name of Object.keys(row)) names.add(name);
  });
  return [...names].map((name) => [name, rows.map((row) => (Object.hasOwn(row, name) ? row[name] : null))]);
}

function tableFromColumns(data: Readonly<Record<string, ArrayLike<Cell>>>): Table {
  const columns = new Map<string, Column>();
  let rows: number | undefined;
  for (const name of Object.keys(data)) {
    const cells = data[name]!;
    if (typeof cells !== "object" || cells === null || typeof cells.length !== "number") {
      throw new KithpathError("not-data", `column "${name}" is not an array`, {
        expected: "an array of values",
        where: { column: name },
      });
    }
    if (rows !== undefined && cells.length !== rows) {
      throw new KithpathError("unequal-columns", "the columns have different lengths", {
        expected: `${rows} values`,
        received: `${cells.length} values`,
        where: { column: name },
        remedy: "Give every column one value per person, null where it is missing.",
      });
    }
    rows = cells.length;
    columns.set(name, columnFromCells(name, Array.from(cells)));
  }
  return { rows: rows ?? 0, columns };
}

function columnFromCells(name: string, cells: readonly Cell[]): Column {
  const hasText = cells.some((cell) => typeof cell === "string" && cell !== "");
  return hasText ? categoryColumn(name, cells.map(categoryText)) : numberColumn(name, cells);
}

function categoryText(cell: Cell): string | null {
  return cell === null || cell === undefined || cell === "" || Number.isNaN(cell) ? null : String(cell);
}

function numberColumn(name: string, cells: readonly Cell[]): NumberColumn {
  const values = new Float64Array(cells.length);
  cells.forEach((cell, row) => {
    const value = cell === null || cell === undefined || cell === "" ? Number.NaN : Number(cell);
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      throw new KithpathError("infinite-value", "a value is infinite", {
        expected: "a finite number, or null where it is missing",
        received: String(cell),
        where: { row: row + 1, column: name },
      });
    }
    values[row] = value;
  });
  return { kind: "number", name, values };
}

/**
 * A category column from texts (`null` is missing). `levels` fixes the order, the first being the reference;
 * without it levels are in code-point order, so the order of rows never matters. Error: "unknown-level".
 */
export function categoryColumn(
  name: string,
  texts: readonly (string | null)[],
  levels?: readonly string[],
): CategoryColumn {
  const order = levels ?? [...new Set(texts.filter((text) => text !== null))].sort(byCodePoint);
  const codeOf = new Map(order.map((level, code) => [level, code]));
  const codes = new Int32Array(texts.length);
  texts.forEach((text, row) => {
    const code = text === null ? -1 : codeOf.get(text);
    if (code === undefined) {
      throw new KithpathError("unknown-level", "a value is not among the declared levels", {
        expected: order.join(", "),
        received: String(text),
        where: { row: row + 1, column: name },
      });
    }
    codes[row] = code;
  });
  return { kind: "category", name, levels: order, codes };
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The column called `name`. Error: "unknown-column", naming the nearest existing name. */
export function columnOf(table: Table, name: string): Column {
  const column = table.columns.get(name);
  if (column !== undefined) return column;
  const names = [...table.columns.keys()];
  const near = names.find((candidate) => candidate.toLowerCase() === String(name).toLowerCase());
  const listed = names.length > 20 ? [...names.slice(0, 20), `… (${names.length} columns)`] : names;
  throw new KithpathError("unknown-column", `there is no column "${name}"`, {
    expected: `one of ${listed.join(", ")}`,
    received: String(name),
    ...(near === undefined ? {} : { remedy: `Did you mean "${near}"?` }),
  });
}

/** Whether the value of `column` in `row` is missing. */
export function isMissing(column: Column, row: number): boolean {
  return column.kind === "number" ? Number.isNaN(column.values[row]!) : column.codes[row]! < 0;
}

/** The rows in which all `names` are present, and the ledger: each left-out row is counted once, under its first missing variable. */
export function completeRows(table: Table, names: readonly string[]): { rows: Int32Array; dropped: Ledger } {
  const columns = names.map((name) => columnOf(table, name));
  const missing = new Map<string, number>();
  const kept: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    const culprit = columns.find((column) => isMissing(column, row));
    if (culprit === undefined) kept.push(row);
    else missing.set(culprit.name, (missing.get(culprit.name) ?? 0) + 1);
  }
  const reasons: DroppedReason[] = [...missing].map(([variable, rows]) => ({ reason: "missing", variable, rows }));
  return { rows: Int32Array.from(kept), dropped: { rowsIn: table.rows, rowsUsed: kept.length, reasons } };
}

/** `table` with only the given rows, in the order given. */
export function takeRows(table: Table, rows: ArrayLike<number>): Table {
  const columns = new Map<string, Column>();
  const index = Array.from(rows);
  for (const [name, column] of table.columns) {
    columns.set(
      name,
      column.kind === "number"
        ? { ...column, values: Float64Array.from(index, (row) => column.values[row]!) }
        : { ...column, codes: Int32Array.from(index, (row) => column.codes[row]!) },
    );
  }
  return { rows: index.length, columns };
}

/** The numbers of column `name`. Error: "not-numeric" for a category column. */
export function numbersOf(table: Table, name: string): Float64Array {
  const column = columnOf(table, name);
  if (column.kind === "number") return column.values;
  throw new KithpathError("not-numeric", `column "${name}" holds text where numbers are needed`, {
    expected: "numbers",
    received: `categories ${column.levels.slice(0, 5).join(", ")}`,
    where: { column: name },
    remedy: "Recode the column, or declare its missing codes when reading the file.",
  });
}

/** The column as a category: numbers become the levels named by their text, in numeric order. */
export function categoriesOf(table: Table, name: string): CategoryColumn {
  const column = columnOf(table, name);
  if (column.kind === "category") return column;
  const levels = [...new Set(column.values)]
    .filter((value) => !Number.isNaN(value))
    .sort((a, b) => a - b)
    .map(String);
  return categoryColumn(
    name,
    Array.from(column.values, (value) => (Number.isNaN(value) ? null : String(value))),
    levels,
  );
}
