import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { categoriesOf, columnOf, type Table } from "../table.ts";
import { distinct, meanOf } from "./columnValues.ts";
import { invalid } from "./refusals.ts";
import type { ModeratorSpec } from "./specTypes.ts";

export interface RawModerator {
  readonly column: string;
  readonly kind: "number" | "category";
  readonly columns: readonly DesignColumn[];
  /** Where effects are told: its value, and what it is in each of the columns. */
  readonly at: readonly { readonly value: number | string; readonly columns: Float64Array }[];
}

/** The moderator of a complete table. Errors: "constant-column", "invalid-option". */
export function readModerator(table: Table, spec: ModeratorSpec, weights: Float64Array | null): RawModerator {
  const column = columnOf(table, spec.column);
  const columns = designColumns(table, spec.column);
  if (column.kind === "category") {
    const category = categoriesOf(table, spec.column);
    const present = category.levels.filter((_, code) => category.codes.includes(code));
    const asked = spec.at ?? present;
    return {
      column: spec.column,
      kind: "category",
      columns,
      at: asked.map((value) => {
        if (!present.includes(String(value))) throw invalid("moderator.at", present.join(", "), value);
        return {
          value: String(value),
          columns: Float64Array.from(columns, ({ name }) => (name === `${spec.column}: ${value}` ? 1 : 0)),
        };
      }),
    };
  }
  const { values } = columns[0]!;
  if (distinct(values, 1)) {
    throw new KithpathError("constant-column", `the moderator "${spec.column}" is the same for everybody`, {
      expected: "a moderator that differs between people",
      received: String(values[0]),
      where: { column: spec.column },
    });
  }
  const asked = spec.at ?? usualValues(values, weights);
  return {
    column: spec.column,
    kind: "number",
    columns,
    at: asked.map((value) => {
      if (typeof value !== "number" || !Number.isFinite(value)) throw invalid("moderator.at", "finite numbers", value);
      return { value, columns: Float64Array.of(value) };
    }),
  };
}

/** Both values of a two-valued moderator, else its (weighted) mean and a standard deviation to each side. */
function usualValues(values: Float64Array, weights: Float64Array | null): number[] {
  const found = [...new Set(values)].sort((a, b) => a - b);
  if (found.length === 2) return found;
  const weightOf = (row: number) => weights?.[row] ?? 1;
  const plain = meanOf(values);
  let total = 0;
  let rest = 0;
  values.forEach((value, row) => {
    total += weightOf(row);
    rest += weightOf(row) * (value - plain);
  });
  const mean = weights === null ? plain : plain + rest / total;
  let squares = 0;
  values.forEach((value, row) => {
    squares += weightOf(row) * (value - mean) ** 2;
  });
  const deviation = Math.sqrt(squares / (total - 1));
  return [mean - deviation, mean, mean + deviation];
}
