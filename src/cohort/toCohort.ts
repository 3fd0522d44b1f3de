import { KithpathError } from "../errors.ts";
import { type Cell, type Column, cellsOfRows, type Data, isTable, toTable } from "../table.ts";
import { assembleCohort } from "./assemble.ts";
import type { Cohort, CohortOptions, RawColumn } from "./cohort.ts";
import { checkCohortOptions } from "./completeOptions.ts";
import { ProblemList } from "./problems.ts";

/**
 * Rows, columns or a table as a cohort, with the checks of `parseCohort`: ids, missing codes, declared types, levels.
 * Numbers are numbers and texts are texts: a column of texts is a category even if they look like numbers, unless it is
 * declared as a number.
 *
 * Errors: "no-rows", "not-data", "unequal-columns", "text-in-number-column", "infinite-value", "unknown-level",
 * "unknown-column", "missing-id", "duplicate-id", "unknown-option", "invalid-option"; "file-problems" for several kinds.
 *
 * Checked by equality with `parseCohort` on the same cells.
 *
 * @example
 * ```ts
 * import { toCohort } from "kithpath";
 * const rows = [{ id: "001", mentored: 1, stage: "action" }, { id: "002", mentored: 0, stage: "planning" }];
 * const cohort = toCohort(rows, { id: "id", columns: { stage: { levels: ["planning", "action"] } } });
 * cohort.rows; // 2
 * ```
 */
export function toCohort(data: Data, options: CohortOptions = {}): Cohort {
  checkCohortOptions("toCohort", options);
  const { raws, rows } = rawColumns(data);
  if (rows === 0) {
    throw new KithpathError("no-rows", "the data have no rows", { expected: "a row per person" });
  }
  return assembleCohort(
    raws,
    rows,
    options,
    { bytes: null, encoding: null, delimiter: null, decimal: null },
    {
      decimal: ".",
      textMayBeNumber: false,
      problems: new ProblemList(),
      issues: [],
      placeOf: (row, column) => ({ row: row + 1, column }),
    },
  );
}

function rawColumns(data: Data): { raws: RawColumn[]; rows: number } {
  if (typeof data === "object" && data !== null && !isTable(data)) {
    if (Array.isArray(data))
      return { raws: cellsOfRows(data).map(([name, cells]) => ({ name, cells })), rows: data.length };
    if (Object.values(data).every((cells) => typeof cells === "object" && cells !== null && "length" in cells))
      return rawFromColumns(data as Readonly<Record<string, ArrayLike<Cell>>>);
  }
  const table = toTable(data);
  return { raws: [...table.columns.values()].map(rawFromColumn), rows: table.rows };
}

function rawFromColumns(data: Readonly<Record<string, ArrayLike<Cell>>>): { raws: RawColumn[]; rows: number } {
  const raws = Object.entries(data).map(([name, cells]) => ({ name, cells: Array.from(cells) }));
  const rows = raws[0]?.cells.length ?? 0;
  for (const { name, cells } of raws) {
    if (cells.length === rows) continue;
    throw new KithpathError("unequal-columns", "the columns have different lengths", {
      expected: `${rows} values`,
      received: `${cells.length} values`,
      where: { column: name },
      remedy: "Give every column one value per person, null where it is missing.",
    });
  }
  return { raws, rows };
}

function rawFromColumn(column: Column): RawColumn {
  if (column.kind === "number") return { name: column.name, cells: Array.from(column.values) };
  const cells = Array.from(column.codes, (code) => (code < 0 ? null : column.levels[code]!));
  return { name: column.name, cells, levels: column.levels };
}
