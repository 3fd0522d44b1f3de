import { parse } from "#csv";
import type { ProblemList } from "./problems.ts";

export interface CsvRecords {
  /** Every record, the header first; blank lines are left out. */
  readonly records: readonly (readonly string[])[];
  /** The line on which each record ends. */
  readonly lines: readonly number[];
  readonly blankLines: number;
}

interface RecordContext {
  readonly lines: number;
  readonly empty_lines: number;
}

/** Delimited text as records. What breaks the quoting becomes a problem: "unclosed-quote" or "misplaced-quote". */
export function readRecords(text: string, delimiter: string, problems: ProblemList): CsvRecords {
  const records: string[][] = [];
  const lines: number[] = [];
  let blankLines = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: text.includes("\r") ? ["\r\n", "\n", "\r"] : "\n",
      cast: false,
      columns: false,
      relax_quotes: false,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], context: RecordContext) => {
        records.push(record);
        lines.push(context.lines);
        blankLines = context.empty_lines;
        return null;
      },
    });
  } catch (error) {
    const { code, lines: line } = error as { code?: string; lines?: number };
    if (code === "CSV_QUOTE_NOT_CLOSED") {
      problems.add({
        code: "unclosed-quote",
        message: "a quotation mark is opened and never closed",
        where: { line: (lines.at(-1) ?? 0) + 1 },
        remedy: 'Close the quotation mark on this line; inside quotes write it twice ("").',
      });
    } else if (code === "CSV_INVALID_CLOSING_QUOTE" || code === "INVALID_OPENING_QUOTE") {
      problems.add({
        code: "misplaced-quote",
        message: "a quotation mark stands in the middle of a cell",
        expected: "quotes around the whole cell",
        where: { line: line ?? (lines.at(-1) ?? 0) + 1 },
        remedy: 'Quote the whole cell and double the mark inside: "5 foot 10"".".',
      });
    } else throw error;
  }
  return { records, lines, blankLines };
}
