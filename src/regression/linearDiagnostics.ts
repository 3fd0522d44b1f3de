import { varianceInflation } from "../_models/inflation.ts";
import { fitLinear, type LinearFit } from "../_models/linear.ts";
import { mean, sum } from "../_numeric/describe.ts";
import { pValueOfChiSquare, pValueOfF } from "../_numeric/distributions/index.ts";
import { columnOfMatrix, fromColumns, type Matrix } from "../_numeric/matrix.ts";
import { refuseRepeatedPeople } from "../arm.ts";
import { designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { fitNamed } from "./fitNamed.ts";

export interface LinearDiagnosticsSpec {
  /** A numeric column. */
  readonly outcome: string;
  /** As in `linearModel`; at least one. */
  readonly terms: readonly string[];
}

export interface DiagnosticTest {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

export interface TermInflation {
  readonly term: string;
  /** The number of its coefficients. */
  readonly df: number;
  /** By how much the joint confidence region of its coefficients is larger than with unrelated columns; `null` if nearly collinear. */
  readonly factor: number | null;
  /** factor^(1 / (2 df)): of the standard error of one coefficient. */
  readonly perCoefficient: number | null;
}

export interface LinearDiagnostics extends Result {
  readonly kind: "linear-diagnostics";
  readonly outcome: string;
  readonly terms: readonly string[];
  /** Whether the variance of the residuals differs with the terms. */
  readonly heteroskedasticity: {
    /** Valid for residuals that are not normal. */
    readonly koenker: DiagnosticTest;
    /** For normal residuals. */
    readonly breuschPagan: DiagnosticTest;
  };
  /** RESET: whether squares and cubes of the fitted values add to the model; `null` where they hold nothing new. */
  readonly specification: {
    readonly statistic: number;
    readonly df1: number;
    readonly df2: number;
    readonly pValue: number;
  } | null;
  readonly inflation: readonly TermInflation[];
}

const caller = "linearDiagnostics";

/**
 * Looks at what a linear model assumes: one variance of the residuals (Breusch–Pagan test, in Koenker's studentised form and
 * the original one), a mean that is linear in the terms (RESET with squares and cubes of the fitted values), and how much the
 * terms' overlap widens their intervals (generalised variance inflation factors). A small p value says that an assumption is
 * doubtful, a large one not that it holds.
 *
 * Errors: "invalid-option" (no terms), "perfect-fit", "several-rows-per-person", and those of `linearModel` about data and terms.
 *
 * Source: Breusch & Pagan (1979); Koenker (1981); Ramsey (1969); Fox & Monette (1992). Checked against R's lmtest 0.9
 * `bptest` and `resettest` and car 3.1 `vif`.
 *
 * @example
 * ```ts
 * import { linearDiagnostics } from "kithpath";
 * const people = {
 *   wellbeing: [41, 44, 50, 52, 47, 55, 49, 58],
 *   support: [1, 3, 4, 2, 5, 6, 4, 8],
 *   age: [30, 42, 51, 28, 33, 46, 39, 60],
 * };
 * const { heteroskedasticity } = linearDiagnostics(people, { outcome: "wellbeing", terms: ["support", "age"] });
 * heteroskedasticity.koenker.pValue; // if small: ask for HC3 standard errors
 * ```
 */
export function linearDiagnostics(data: Data, spec: LinearDiagnosticsSpec): LinearDiagnostics {
  refuseUnknown(caller, spec, ["outcome", "terms"]);
  const table = toTable(data);
  refuseRepeatedPeople(caller, table, undefined);
  const { selection, terms, outcome, named, fit } = fitNamed(caller, table, spec);
  if (terms.length === 0) throw noTerms();
  refusePerfect(fit, outcome);
  let next = 1;
  const inflation = terms.map((term) => {
    const df = designColumns(selection.table, term).length;
    const group = Array.from({ length: df }, (_, k) => next + k);
    next += df;
    const factor = varianceInflation(fit.crossInverse, group);
    return { term, df, factor, perCoefficient: factor === null ? null : factor ** (1 / (2 * df)) };
  });
  return {
    kind: "linear-diagnostics",
    n: selection.table.rows,
    dropped: selection.dropped,
    notes: [],
    method: "Breusch–Pagan tests, RESET with squares and cubes, generalised variance inflation factors",
    outcome: spec.outcome,
    terms,
    heteroskedasticity: varianceTests(named.design, fit),
    specification: reset(named.design, outcome, fit),
    inflation,
  };
}

/** The squares of the residuals over their mean, regressed on the design: n·R² (Koenker), half the explained squares (Breusch & Pagan). */
function varianceTests(design: Matrix, fit: LinearFit): LinearDiagnostics["heteroskedasticity"] {
  const scale = Math.sqrt(fit.residualSumOfSquares / design.rows);
  const squares = fit.residuals.map((value) => (value / scale) ** 2);
  const { residualSumOfSquares } = fitLinear(design, squares);
  const centre = mean(squares);
  const total = sum(squares.map((value) => (value - centre) ** 2));
  const explained = total - residualSumOfSquares;
  const df = design.columns - 1;
  const test = (statistic: number): DiagnosticTest => {
    const positive = Math.max(0, statistic);
    return { statistic: positive, df, pValue: pValueOfChiSquare(positive, df) };
  };
  return { koenker: test(total > 0 ? (design.rows * explained) / total : 0), breuschPagan: test(explained / 2) };
}

function reset(design: Matrix, outcome: Float64Array, fit: LinearFit): LinearDiagnostics["specification"] {
  const centre = mean(fit.fitted);
  const spread = Math.sqrt(mean(fit.fitted.map((value) => (value - centre) ** 2)));
  if (!(spread > 0)) return null;
  // powers of the standardised fitted values span the same space beside the design
  const powers = [2, 3].map((power) => fit.fitted.map((value) => ((value - centre) / spread) ** power));
  const columns = Array.from({ length: design.columns }, (_, k) => columnOfMatrix(design, k));
  const wider = fitLinear(fromColumns([...columns, ...powers]), outcome);
  const df1 = wider.rank - fit.rank;
  const df2 = wider.dfResidual;
  if (df1 === 0 || df2 === 0 || wider.residualVariance === 0) return null;
  const gain = Math.max(0, fit.residualSumOfSquares - wider.residualSumOfSquares);
  const statistic = gain / df1 / wider.residualVariance;
  return { statistic, df1, df2, pValue: pValueOfF(statistic, df1, df2) };
}

function noTerms(): KithpathError {
  return new KithpathError("invalid-option", `${caller}: there are no terms to look at`, {
    expected: "at least one term",
    received: "an empty list",
  });
}

function refusePerfect(fit: LinearFit, outcome: Float64Array): void {
  const centre = mean(outcome);
  const total = sum(outcome.map((value) => (value - centre) ** 2));
  if (fit.residualSumOfSquares > 1e-24 * total) return;
  throw new KithpathError("perfect-fit", `${caller}: the terms reproduce the outcome exactly`, {
    expected: "residuals that vary",
    remedy: "Check whether a term is the outcome in another form.",
  });
}
