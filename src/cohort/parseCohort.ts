import { KithpathError, type Problem } from "../errors.ts";
import { assembleCohort } from "./assemble.ts";
import type { Cohort, ParseOptions, RawColumn } from "./cohort.ts";
import { completeTextSettings, type TextSettings } from "./completeOptions.ts";
import { type CsvRecords, readRecords } from "./csvRecords.ts";
import { decodeText, findDelimiter } from "./csvText.ts";
import { readHeader } from "./header.ts";
import { decimalMarks } from "./numberText.ts";
import { ProblemList } from "./problems.ts";

/**
 * Delimited text (CSV) as a cohort: one row per person, or per person and wave. Cells are trimmed. A column is numeric
 * when every cell that is present is a plain number; otherwise it is a category. The column named by `id` is never read
 * as a number. Nothing is dropped and nothing is guessed in silence: what cannot be read is thrown, all of it at once
 * with row (from 1, after the header), line and column; what can be read but deserves a look is in `issues`.
 *
 * In a column that is mostly numbers (nine in ten) and not declared, a text is a problem, not a category.
 *
 * Errors: "empty-file", "no-rows", "too-large", "too-many-columns", "not-text", "wrong-encoding", "unclosed-quote",
 * "misplaced-quote", "empty-header", "duplicate-header", "ragged-row", "mixed-decimal-marks", "text-in-number-column",
 * "infinite-value", "unknown-level", "unknown-column", "missing-id", "duplicate-id", "unknown-option", "invalid-option";
 * "file-problems" when there are several kinds: see `problems`.
 *
 * Delimited text follows RFC 4180 (Shafranovich, 2005), as csv-parse reads it. Checked by equality with `toCohort` on
 * the same rows, and against R's `read.csv` on the simulated cohort.
 *
 * @example
 * ```ts
 * import { parseCohort } from "kithpath";
 * const cohort = parseCohort("id;mentored;wellbeing_0\n001;1;42,5\n002;0;-99\n", { id: "id", missing: ["-99"] });
 * cohort.rows; // 2
 * cohort.missingCodes; // [{ column: "wellbeing_0", code: "-99", count: 1 }]
 * ```
 */
export function parseCohort(csv: string | Uint8Array, options: ParseOptions = {}): Cohort {
  const settings = completeTextSettings(options);
  if (typeof csv !== "string" && !(csv instanceof Uint8Array)) {
    throw new KithpathError("not-text", "the data are neither text nor bytes", {
      expected: "a string or a Uint8Array",
      received: typeof csv,
      remedy: "For rows or columns use toCohort.",
    });
  }
  const { text, bytes, encoding, issues: decodingIssues } = decodeText(csv, settings.encoding, settings.maxBytes);
  if (text.trim() === "") {
    throw new KithpathError("empty-file", "the file is empty", { expected: "a header line and a line per person" });
  }
  const delimiter = settings.delimiter === "auto" ? findDelimiter(text) : settings.delimiter;
  const problems = new ProblemList();
  const found = readRecords(text, delimiter, problems);
  problems.throwIfAny("the file");
  const { records, lines } = found;
  refuseTooWide(records[0]!.length, settings.maxColumns);
  const names = readHeader(records[0]!, lines[0]!, problems);
  if (records.length === 1) {
    problems.add({
      code: "no-rows",
      message: "the file has a header and no rows",
      expected: "a line per person",
      where: { line: lines[0]! },
    });
  }
  refuseRagged(found, names.length, problems);
  problems.throwIfAny("the file");
  const decimal = findDecimal(settings, delimiter, records, problems);
  problems.throwIfAny("the file");
  const rows = records.length - 1;
  const raws: RawColumn[] = names.map((name, index) => ({ name, cells: cellsOf(records, index) }));
  return assembleCohort(
    raws,
    rows,
    options,
    { bytes, encoding, delimiter, decimal },
    {
      decimal,
      textMayBeNumber: true,
      problems,
      issues: [...decodingIssues, ...blankLineIssue(found)],
      placeOf: (row, column) => ({ line: lines[row + 1]!, row: row + 1, column }),
    },
  );
}

function cellsOf(records: readonly (readonly string[])[], index: number): string[] {
  const cells: string[] = new Array(records.length - 1);
  for (let row = 1; row < records.length; row++) cells[row - 1] = records[row]![index]!;
  return cells;
}

function refuseTooWide(columns: number, maxColumns: number): void {
  if (columns <= maxColumns) return;
  throw new KithpathError("too-many-columns", "the file is wider than maxColumns", {
    expected: `at most ${maxColumns} columns`,
    received: `${columns} columns`,
    remedy: "Raise maxColumns if the file is what you think it is.",
  });
}

function refuseRagged({ records, lines }: CsvRecords, width: number, problems: ProblemList): void {
  for (let row = 1; row < records.length; row++) {
    const cells = records[row]!.length;
    if (cells === width) continue;
    problems.add({
      code: "ragged-row",
      message: "a row has another number of cells than the header",
      expected: `${width} cells`,
      received: `${cells} ${cells === 1 ? "cell" : "cells"}`,
      where: { line: lines[row]!, row },
      remedy: "Look for a missing or stray delimiter; quote a cell that contains one.",
    });
  }
}

function findDecimal(
  { decimal }: TextSettings,
  delimiter: string,
  records: CsvRecords["records"],
  problems: ProblemList,
): "." | "," {
  if (decimal !== "auto") return decimal;
  if (delimiter !== ";" && delimiter !== "\t") return ".";
  const { comma, point } = decimalMarks(records);
  if (comma !== null && point !== null) {
    problems.add({
      code: "mixed-decimal-marks",
      message: "some numbers are written with a comma and some with a point",
      received: `${comma} and ${point}`,
      remedy: 'Say which is the decimal mark: decimal: "," or decimal: ".".',
    });
  }
  return comma === null ? "." : ",";
}

function blankLineIssue({ blankLines }: CsvRecords): Problem[] {
  if (blankLines === 0) return [];
  return [
    { code: "blank-lines", message: `${blankLines} blank ${blankLines === 1 ? "line is" : "lines are"} passed over` },
  ];
}
