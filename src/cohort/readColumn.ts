import type { Place, Problem } from "../errors.ts";
import { type Cell, type Column, categoryColumn } from "../table.ts";
import type { ColumnDeclaration, RawColumn } from "./cohort.ts";
import type { MissingCodes } from "./missingCodes.ts";
import { hasLeadingZero, looksLikeNumber, plainNumber } from "./numberText.ts";
import type { ProblemList } from "./problems.ts";

export interface ReadingContext {
  readonly decimal: "." | ",";
  /** Whether texts may be numbers: yes in a file; among values a text column is text. */
  readonly textMayBeNumber: boolean;
  readonly problems: ProblemList;
  readonly issues: Problem[];
  /** Where the cell of a row stands: its line in the file too, where there is one. */
  readonly placeOf: (row: number, column: string) => Place;
}

/** A share of plain numbers above which a text in an undeclared column is taken for a slip, not for a category. */
const mostlyNumbers = 0.9;

/** One pass over the cells: texts without the missing ones, and the numbers among them. */
interface Scan {
  /** `null` where missing. */
  readonly texts: (string | null)[];
  /** NaN where missing or not a number. */
  readonly values: Float64Array;
  readonly present: number;
  readonly numbers: number;
  readonly likeNumbers: number;
  readonly leadingZeros: number;
}

/** The column as numbers or categories; what does not fit goes to the problems, what is worth knowing to the issues. */
export function readColumn(
  raw: RawColumn,
  declared: ColumnDeclaration,
  codes: MissingCodes,
  context: ReadingContext,
): Column {
  const asText = declared.type === "identifier" || declared.type === "category" || declared.levels !== undefined;
  const scan = scanCells(raw, codes, context, asText);
  if (declared.type === "number") return numberColumn(raw, scan, context);
  if (asText) return declaredCategory(raw, scan, declared, context);
  if (!context.textMayBeNumber && raw.cells.every((cell) => typeof cell === "string" || missingCell(cell)))
    return scan.present === 0 && raw.levels === undefined ? numberColumn(raw, scan, context) : textColumn(raw, scan);
  return undeclaredColumn(raw, scan, context);
}

function undeclaredColumn(raw: RawColumn, scan: Scan, context: ReadingContext): Column {
  const { name } = raw;
  if (scan.numbers === scan.present) {
    if (scan.leadingZeros === 0) return numberColumn(raw, scan, context);
    context.issues.push({
      code: "leading-zeros",
      message: `${scan.leadingZeros} values begin with a zero, so the column is read as text`,
      where: { column: name },
      remedy: `Declare its type to be sure: "identifier", "category" or "number".`,
    });
    return textColumn(raw, scan);
  }
  const meant = scan.numbers + scan.likeNumbers;
  if (meant >= mostlyNumbers * scan.present) return numberColumn(raw, scan, context);
  if (meant > 0) {
    context.issues.push({
      code: "mixed-column",
      message: `the column holds ${scan.numbers} numbers and ${scan.present - scan.numbers} texts and is read as categories`,
      where: { column: name },
      remedy: "Declare its type, or declare the codes that mean missing.",
    });
  }
  return textColumn(raw, scan);
}

function scanCells(raw: RawColumn, codes: MissingCodes, context: ReadingContext, asText: boolean): Scan {
  const { cells, name } = raw;
  const texts: (string | null)[] = new Array(cells.length);
  const values = new Float64Array(cells.length).fill(Number.NaN);
  let present = 0;
  let numbers = 0;
  let likeNumbers = 0;
  let leadingZeros = 0;
  for (let row = 0; row < cells.length; row++) {
    const cell = cells[row];
    const text = missingCell(cell) ? "" : textOf(cell!);
    if (codes.hasText(text)) {
      texts[row] = null;
      continue;
    }
    const value = typeof cell === "number" ? cell : asText ? Number.NaN : plainNumber(text, textDecimal(cell, context));
    if (codes.hasNumber(value)) {
      texts[row] = null;
      continue;
    }
    texts[row] = text;
    present++;
    if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) {
      if (!asText) context.problems.add(infinite(context.placeOf(row, name), text));
      values[row] = value;
      numbers++;
    } else if (!Number.isNaN(value)) {
      values[row] = value;
      numbers++;
      if (hasLeadingZero(text)) leadingZeros++;
    } else if (!asText && looksLikeNumber(text)) likeNumbers++;
  }
  return { texts, values, present, numbers, likeNumbers, leadingZeros };
}

/** A boolean counts as 1 or 0; its text was already made by `textOf`. */
function textDecimal(cell: Cell, context: ReadingContext): "." | "," {
  return typeof cell === "string" ? context.decimal : ".";
}

function missingCell(cell: Cell): boolean {
  return cell === null || cell === undefined || (typeof cell === "number" && Number.isNaN(cell));
}

function textOf(cell: NonNullable<Cell>): string {
  if (typeof cell === "string") return isTrim(cell) ? cell : cell.trim();
  return typeof cell === "boolean" ? (cell ? "1" : "0") : String(cell);
}

/** Whether both ends are letters beyond the blank and below the exotic blanks; most cells are, and need no copy. */
function isTrim(text: string): boolean {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  return first > 32 && first < 128 && last > 32 && last < 128;
}

function numberColumn(raw: RawColumn, scan: Scan, context: ReadingContext): Column {
  if (scan.numbers < scan.present) {
    scan.texts.forEach((text, row) => {
      if (text === null || !Number.isNaN(scan.values[row]!)) return;
      context.problems.add({
        code: "text-in-number-column",
        message: "a text stands in a column of numbers",
        expected: "a number",
        received: JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text),
        where: context.placeOf(row, raw.name),
        remedy: `Correct it, declare it as a missing code, or declare the column's type as "category".`,
      });
    });
  }
  const column: Column = { kind: "number", name: raw.name, values: scan.values };
  noteSuspiciousCodes(column.values, raw.name, context);
  return column;
}

function textColumn(raw: RawColumn, scan: Scan): Column {
  const known = raw.levels !== undefined && scan.texts.every((text) => text === null || raw.levels!.includes(text));
  return known ? categoryColumn(raw.name, scan.texts, raw.levels) : categoryColumn(raw.name, scan.texts);
}

function declaredCategory(raw: RawColumn, scan: Scan, declared: ColumnDeclaration, context: ReadingContext): Column {
  const levels = declared.levels?.map((level) => String(level).trim());
  if (levels === undefined) {
    const found = [...new Set(scan.texts)].filter((text) => text !== null);
    const inNumericOrder = declared.type === "category" && found.every((text) => !Number.isNaN(plainNumber(text, ".")));
    if (!inNumericOrder) return textColumn(raw, scan);
    return categoryColumn(
      raw.name,
      scan.texts,
      found.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)),
    );
  }
  const allowed = new Set(levels);
  const texts = scan.texts.map((text, row) => {
    if (text === null || allowed.has(text)) return text;
    context.problems.add({
      code: "unknown-level",
      message: "a value is not among the declared levels",
      expected: levels.join(", "),
      received: JSON.stringify(text),
      where: context.placeOf(row, raw.name),
      remedy: "Correct it, add the level, or declare it as a missing code.",
    });
    return null;
  });
  return categoryColumn(raw.name, texts, levels);
}

function infinite(where: Place, text: string): Problem {
  return {
    code: "infinite-value",
    message: "a value is infinite, or too large for a number",
    expected: "a finite number, or a blank where it is missing",
    received: text,
    where,
  };
}

const usualSentinels = new Set([-8, -9, -77, -88, -98, -99, -888, -999, -9999]);

/** −9 or −99 as the only negative values of a column are most often codes for "missing" that nobody declared. */
function noteSuspiciousCodes(values: Float64Array, name: string, context: ReadingContext): void {
  const found = new Map<number, number>();
  for (const value of values) {
    if (!(value < 0)) continue;
    if (!usualSentinels.has(value)) return;
    found.set(value, (found.get(value) ?? 0) + 1);
  }
  if (found.size === 0 || found.size > 3) return;
  context.issues.push({
    code: "possible-missing-code",
    message: "the only negative values look like codes for missing, and are read as numbers",
    received: [...found].map(([value, count]) => `${value} (${count} times)`).join(", "),
    where: { column: name },
    remedy: "Declare them as missing codes if that is what they are.",
  });
}
