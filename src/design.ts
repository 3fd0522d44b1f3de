import { KithpathError } from "./errors.ts";
import { columnOf, type Table } from "./table.ts";

/** One column of a design matrix: its name in results, its values, and the variable it stands for. */
export interface DesignColumn {
  /** A number column's own name; `name: level` for an indicator of a category; `a × b` for a product. */
  readonly name: string;
  readonly variable: string;
  readonly values: Float64Array;
  /** For an indicator: the reference level that it is compared with. */
  readonly reference: string | null;
}

/**
 * The design columns of one term of a complete table: a number column as it is, a category as indicators of every level
 * present but the first present one, `"a:b"` as the products of the columns of a and b.
 * Error: "unknown-column"; "constant-column" for a category with one level present.
 */
export function designColumns(table: Table, term: string): DesignColumn[] {
  if (!table.columns.has(term) && term.includes(":")) {
    return term
      .split(":")
      .map((part) => designColumns(table, part.trim()))
      .reduce((left, right) => left.flatMap((a) => right.map((b) => product(a, b))));
  }
  const column = columnOf(table, term);
  if (column.kind === "number") return [{ name: term, variable: term, values: column.values, reference: null }];
  const present = column.levels.map((_, code) => code).filter((code) => column.codes.includes(code));
  if (present.length < 2) {
    throw new KithpathError("constant-column", `column "${term}" has a single level in the rows analysed`, {
      expected: "at least two levels",
      received: present.map((code) => column.levels[code]).join(", ") || "none",
      where: { column: term },
      remedy: "Leave the column out, or analyse other rows.",
    });
  }
  const reference = column.levels[present[0]!]!;
  return present.slice(1).map((code) => ({
    name: `${term}: ${column.levels[code]}`,
    variable: term,
    values: Float64Array.from(column.codes, (found) => (found === code ? 1 : 0)),
    reference,
  }));
}

function product(a: DesignColumn, b: DesignColumn): DesignColumn {
  return {
    name: `${a.name} × ${b.name}`,
    variable: `${a.variable}:${b.variable}`,
    values: a.values.map((value, row) => value * b.values[row]!),
    reference: null,
  };
}
