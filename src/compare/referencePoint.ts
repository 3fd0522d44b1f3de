import { mean } from "../_numeric/describe.ts";
import { designColumns } from "../design.ts";
import { columnOf, type Table } from "../table.ts";

/** How an adjusted mean weighs the levels of a category: all alike, or as they occur in the rows analysed. */
export type CategoryWeights = "equal" | "observed";

/**
 * The value of every design column of a term at the point where adjusted means are read: numbers at their mean, the levels
 * of a category weighted as asked, products as products of these. In the order of `designColumns`.
 */
export function referencePoint(table: Table, term: string, weights: CategoryWeights): number[] {
  if (!table.columns.has(term) && term.includes(":")) {
    return term
      .split(":")
      .map((part) => referencePoint(table, part.trim(), weights))
      .reduce((left, right) => left.flatMap((a) => right.map((b) => a * b)));
  }
  const columns = designColumns(table, term);
  const isNumber = columnOf(table, term).kind === "number";
  return columns.map(({ values }) => (isNumber || weights === "observed" ? mean(values) : 1 / (columns.length + 1)));
}
