import type { Selection } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { numbersOf, takeRows } from "../table.ts";

/** Leaves out the rows with weight 0 and counts them. Errors: "negative-weight", "no-complete-rows". */
export function dropZeroWeights(selection: Selection, name: string | undefined): Selection {
  if (name === undefined) return selection;
  const weights = numbersOf(selection.table, name);
  const negative = weights.findIndex((weight) => weight < 0);
  if (negative >= 0) {
    throw new KithpathError("negative-weight", "a weight is negative", {
      expected: "weights of 0 or more",
      received: String(weights[negative]),
      where: { row: selection.rows[negative]! + 1, column: name },
    });
  }
  const kept = Array.from(weights.keys()).filter((row) => weights[row]! > 0);
  if (kept.length === weights.length) return selection;
  if (kept.length === 0) {
    throw new KithpathError("no-complete-rows", "every complete row has weight 0", {
      expected: "at least one positive weight",
      where: { column: name },
    });
  }
  const { dropped } = selection;
  const zero = { reason: "zero-weight", variable: name, rows: weights.length - kept.length };
  return {
    table: takeRows(selection.table, kept),
    rows: Int32Array.from(kept, (row) => selection.rows[row]!),
    dropped: { rowsIn: dropped.rowsIn, rowsUsed: kept.length, reasons: [...dropped.reasons, zero] },
  };
}
