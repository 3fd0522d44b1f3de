import { fitLinear, type LinearFit } from "../_models/linear.ts";
import {
  buildDesign,
  type NamedDesign,
  refuseCollinear,
  refuseTooFewRows,
  variablesOfTerm,
} from "../_models/namedDesign.ts";
import { refuseRepeatedPeople, type Selection, selectComplete } from "../arm.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { columnOf, type Data, numbersOf, type Table, toTable } from "../table.ts";
import { nameOfPath } from "./pathModelExpression.ts";
import { type CompletePathSpec, invalid } from "./pathModelSpec.ts";

/** One equation held against the data. */
export interface PathEquation {
  readonly outcome: string;
  readonly terms: readonly string[];
  /** The name given to each term's path, or `null`. */
  readonly labels: readonly (string | null)[];
  readonly values: Float64Array;
  readonly named: NamedDesign;
  /** Least squares of this equation alone. */
  readonly fit: LinearFit;
}

export interface PathProblem {
  readonly selection: Selection;
  /** In causal order: what predicts stands before what is predicted. */
  readonly equations: readonly PathEquation[];
  /** The predictors that are no outcomes, each once. */
  readonly exogenous: readonly DesignColumn[];
  /** Positions of the equations, the smaller first. */
  readonly pairs: readonly (readonly [number, number])[];
}

interface ReadEquation {
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly labels: readonly (string | null)[];
}

/**
 * Errors: "unknown-column", "not-numeric", "cycle", "repeated-term", "repeated-label", "no-complete-rows", "too-few-rows",
 * "constant-outcome", "constant-column", "collinear", "perfect-fit", "out-of-scale", "several-rows-per-person".
 */
export function readPathProblem(data: Data, spec: CompletePathSpec): PathProblem {
  const table = toTable(data);
  refuseRepeatedPeople("pathModel", table, null);
  for (const { outcome } of spec.equations) columnOf(table, outcome);
  const read = spec.equations.map(({ outcome, predictors }) => readEquation(table, outcome, predictors));
  refuseRepeatedLabels(read);
  const ordered = inCausalOrder(table, read);
  const used = read.flatMap(({ outcome, terms }) => [
    outcome,
    ...terms.flatMap((term) => variablesOfTerm(table, term)),
  ]);
  const selection = selectComplete(table, used);
  const equations = ordered.map((equation) => fitEquation(selection.table, equation));
  const outcomes = equations.map(({ outcome }) => outcome);
  const exogenous = new Map<string, DesignColumn>();
  for (const { named } of equations) {
    for (const column of named.columns.slice(1)) {
      if (!outcomes.includes(column.name)) exogenous.set(column.name, column);
    }
  }
  const pairs = spec.correlatedErrors.map(([a, b]): [number, number] => {
    const one = outcomes.indexOf(a);
    const two = outcomes.indexOf(b);
    return one < two ? [one, two] : [two, one];
  });
  return { selection, equations, exogenous: [...exogenous.values()], pairs };
}

function readEquation(table: Table, outcome: string, predictors: readonly string[]): ReadEquation {
  const read = predictors.map((text) => {
    if (table.columns.has(text)) return { term: text, label: null };
    const star = text.indexOf("*");
    if (star < 0) return { term: text, label: null };
    const label = text.slice(0, star).trim();
    if (!nameOfPath.test(label)) {
      throw invalid(`equations.${outcome}`, 'a name before the *, as in "a1*mentored"', text);
    }
    return { term: text.slice(star + 1).trim(), label };
  });
  const terms = read.map(({ term }) => term);
  for (const term of terms) for (const name of variablesOfTerm(table, term)) columnOf(table, name);
  const repeated = terms.find((term, index) => terms.indexOf(term) !== index);
  if (repeated !== undefined) {
    throw new KithpathError("repeated-term", `pathModel: "${repeated}" stands twice in the equation of "${outcome}"`, {
      expected: "every predictor once",
      where: { path: `equations.${outcome}` },
    });
  }
  return { outcome, terms, labels: read.map(({ label }) => label) };
}

function refuseRepeatedLabels(equations: readonly ReadEquation[]): void {
  const labels = equations.flatMap((equation) => equation.labels.filter((label) => label !== null));
  const repeated = labels.find((label, index) => labels.indexOf(label) !== index);
  if (repeated === undefined) return;
  throw new KithpathError("repeated-label", `pathModel: two paths are called "${repeated}"`, {
    expected: "a name of its own for every path",
    received: repeated,
    remedy: "Equality of two paths is not imposed; give each its own name and define their difference.",
  });
}

/** Every equation after those of its predictors, otherwise in the order given. Error: "cycle". */
function inCausalOrder(table: Table, equations: readonly ReadEquation[]): ReadEquation[] {
  const ordered: ReadEquation[] = [];
  const waiting = [...equations];
  const causes = ({ terms }: ReadEquation) => terms.flatMap((term) => variablesOfTerm(table, term));
  while (waiting.length > 0) {
    const next = waiting.findIndex(
      (equation) => !causes(equation).some((name) => waiting.some(({ outcome }) => outcome === name)),
    );
    if (next < 0) throw cycle(waiting, causes);
    ordered.push(...waiting.splice(next, 1));
  }
  return ordered;
}

function cycle(waiting: readonly ReadEquation[], causes: (equation: ReadEquation) => string[]): KithpathError {
  const walk: string[] = [];
  let at: ReadEquation = waiting[0]!;
  while (!walk.includes(at.outcome)) {
    walk.push(at.outcome);
    const from = causes(at);
    at = waiting.find(({ outcome }) => from.includes(outcome))!;
  }
  const circle = [at.outcome, ...walk.slice(walk.indexOf(at.outcome)).reverse()];
  return new KithpathError("cycle", "pathModel: the equations run in a circle", {
    expected: "outcomes that can be put in an order in which each is predicted by earlier ones alone",
    received: circle.join(" → "),
    remedy: "Leave out one of these paths. What came later in time cannot predict what came before.",
  });
}

function fitEquation(rows: Table, { outcome, terms, labels }: ReadEquation): PathEquation {
  const values = numbersOf(rows, outcome);
  const named = buildDesign(rows, terms);
  refuseTooFewRows("pathModel", rows.rows, named.names.length);
  if (values.every((value) => value === values[0])) {
    throw new KithpathError("constant-outcome", `pathModel: "${outcome}" has one value in every complete row`, {
      expected: "an outcome that varies",
      received: `${values[0]} in ${values.length} rows`,
      where: { column: outcome },
    });
  }
  refuseOutOfScale(outcome, values);
  for (const column of named.columns.slice(1)) refuseOutOfScale(column.name, column.values);
  const fit = fitLinear(named.design, values);
  refuseCollinear("pathModel", fit.aliased, named.names);
  refusePerfectFit(outcome, values, fit);
  return { outcome, terms, labels, values, named, fit };
}

/** Standard errors of variances hold fourth powers of the values. */
const largestValue = 1e70;

function refuseOutOfScale(name: string, values: Float64Array): void {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0 || (largest <= largestValue && largest >= 1 / largestValue)) return;
  throw new KithpathError("out-of-scale", `pathModel: powers of the values of "${name}" leave the range of numbers`, {
    expected: `a largest value between ${1 / largestValue} and ${largestValue}`,
    received: String(largest),
    where: { column: name },
    remedy: "Give the column in another unit.",
  });
}

function refusePerfectFit(outcome: string, values: Float64Array, fit: LinearFit): void {
  const squares = values.reduce((sum, value) => sum + value * value, 0);
  if (fit.residualSumOfSquares > 1e-26 * squares) return;
  throw new KithpathError("perfect-fit", `pathModel: the predictors tell "${outcome}" without error`, {
    expected: "residuals that vary",
    received: "a residual variance of 0",
    where: { column: outcome },
    remedy: "Check whether a predictor is the outcome in another form.",
  });
}
