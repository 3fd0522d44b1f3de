import { fromColumns, type Matrix } from "../_numeric/matrix.ts";
import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Table } from "../table.ts";
import type { LinearFit } from "./linear.ts";
import type { CoefficientCovariance } from "./sandwich.ts";

export const interceptName = "(Intercept)";

export interface NamedDesign {
  /** The names of the coefficients, the intercept first. */
  readonly names: string[];
  /** One per column of `design`, the intercept first. */
  readonly columns: DesignColumn[];
  readonly design: Matrix;
  /** The reference level of every category among the terms. */
  readonly references: Record<string, string>;
}

/**
 * The design matrix of a complete table: intercept (unless told otherwise), `extra` columns, then the terms in the order given.
 * Errors: "unknown-column", "constant-column".
 */
export function buildDesign(
  table: Table,
  terms: readonly string[],
  extra: readonly DesignColumn[] = [],
  withIntercept = true,
): NamedDesign {
  const intercept: DesignColumn = {
    name: interceptName,
    variable: interceptName,
    values: new Float64Array(table.rows).fill(1),
    reference: null,
  };
  const columns = [
    ...(withIntercept ? [intercept] : []),
    ...extra,
    ...terms.flatMap((term) => designColumns(table, term)),
  ];
  const parts = terms.flatMap((term) => variablesOfTerm(table, term)).flatMap((name) => designColumns(table, name));
  const references: Record<string, string> = {};
  for (const column of [...extra, ...parts]) {
    if (column.reference !== null) references[column.variable] = column.reference;
  }
  return {
    names: columns.map((column) => column.name),
    columns,
    design: fromColumns(columns.map((column) => column.values)),
    references,
  };
}

/** The columns of the table that a term is made of: `"a:b"` is made of a and b, unless a column has that very name. */
export function variablesOfTerm(table: Table, term: string): string[] {
  return table.columns.has(term) || !term.includes(":") ? [term] : term.split(":").map((part) => part.trim());
}

/** Refuses a design whose `aliased` columns depend on columns before them. Error: "collinear", naming them. */
export function refuseCollinear(caller: string, aliased: readonly number[], names: readonly string[]): void {
  if (aliased.length === 0) return;
  const listed = aliased.map((column) => `"${names[column]}"`).join(", ");
  throw new KithpathError("collinear", `${caller}: ${listed} can be computed from the terms before`, {
    expected: "terms that each add something",
    received: `${names.length} columns of which ${names.length - aliased.length} are independent`,
    where: { column: names[aliased[0]!]! },
    remedy: `Leave out ${listed}, or one of the terms that determine it (a constant counts as one).`,
  });
}

/** Refuses an analysis with no row left for the residual. Error: "too-few-rows". */
export function refuseTooFewRows(caller: string, rows: number, coefficients: number): void {
  if (rows > coefficients) return;
  throw new KithpathError("too-few-rows", `${caller}: too few complete rows for the terms asked for`, {
    expected: `more than ${coefficients} rows`,
    received: `${rows}`,
    remedy: "Use fewer terms, or look at the missing values.",
  });
}

/**
 * Refuses cluster-robust standard errors that hold nothing but rounding: a coefficient told apart only by clusters that the
 * model fits exactly, such as one treated site against one other. Error: "too-few-clusters", naming the coefficients.
 */
export function refuseTooFewClusters(
  caller: string,
  fit: LinearFit,
  { covariance, unseen }: Pick<CoefficientCovariance, "covariance" | "unseen">,
  names: readonly string[],
): void {
  const nothing = unseen.filter((k) => {
    const place = k * covariance.rows + k;
    return covariance.data[place]! <= 1e-16 * fit.residualVariance * fit.crossInverse.data[place]!;
  });
  if (nothing.length === 0) return;
  const listed = nothing.map((k) => `"${names[k]}"`).join(", ");
  throw new KithpathError("too-few-clusters", `${caller}: the clusters cannot tell how ${listed} varies`, {
    expected: "several clusters at every value of a term",
    received: "a term that differs only between clusters fitted exactly",
    remedy:
      "Leave the cluster out only if people can be taken as independent; otherwise this design has no standard error.",
  });
}
