import { coefficientTable, testedEstimate } from "../_models/coefficientTable.ts";
import { type Matrix, matrix, quadraticForm } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { sameTerm } from "./pathModelDefinitions.ts";
import { type Expression, evaluate } from "./pathModelExpression.ts";
import type { PathProblem } from "./pathModelProblem.ts";
import type { DerivedEstimate, ErrorCovariance, ErrorVariance, PathCoefficient } from "./pathModelResult.ts";
import { firstPlaces, type PathSolution } from "./pathModelSolution.ts";

/** All parameters in standard deviations, in the order of the estimates: of everything, and of outcomes alone. */
interface StandardizedParameters {
  readonly all: Float64Array;
  readonly exogenousRaw: Float64Array;
}

export function standardizedParameters(problem: PathProblem, solution: PathSolution): StandardizedParameters {
  const all = Float64Array.from(solution.estimates);
  const exogenousRaw = Float64Array.from(solution.estimates);
  const outcomes = problem.equations.map(({ outcome }) => outcome);
  const places = firstPlaces(problem);
  problem.equations.forEach(({ outcome, named }, equation) => {
    const unit = solution.deviations.get(outcome)!;
    named.names.forEach((name, k) => {
      const place = places[equation]! + k;
      const own = k === 0 ? 1 : solution.deviations.get(name)!;
      all[place] = (solution.estimates[place]! * own) / unit;
      exogenousRaw[place] = (solution.estimates[place]! * (outcomes.includes(name) ? own : 1)) / unit;
    });
  });
  return { all, exogenousRaw };
}

export function coefficientRows(
  problem: PathProblem,
  solution: PathSolution,
  standardized: StandardizedParameters,
  level: number,
): PathCoefficient[] {
  const places = firstPlaces(problem);
  return problem.equations.flatMap(({ outcome, named, terms, labels }, equation) => {
    const from = places[equation]!;
    const count = named.names.length;
    const df = solution.df[equation]!;
    const estimates = solution.estimates.subarray(from, from + count);
    const covariance = block(solution.covariance, from, count);
    const degrees = df === null ? null : new Float64Array(count).fill(df);
    return coefficientTable(named.columns, estimates, covariance, degrees, level).map((row, k) => ({
      ...row,
      outcome,
      label: labels[terms.findIndex((term) => sameTerm(row.variable, term))] ?? null,
      standardized: { all: standardized.all[from + k]!, exogenousRaw: standardized.exogenousRaw[from + k]! },
    }));
  });
}

export function block(whole: Matrix, from: number, count: number): Matrix {
  const part = matrix(count, count);
  for (let j = 0; j < count; j++) {
    for (let i = 0; i < count; i++) part.data[j * count + i] = whole.data[(from + j) * whole.rows + from + i]!;
  }
  return part;
}

export function errorRows(
  problem: PathProblem,
  solution: PathSolution,
  level: number,
): { errorVariances: ErrorVariance[]; errorCovariances: ErrorCovariance[] } {
  const names = problem.equations.map(({ outcome }) => outcome);
  const first = firstPlaces(problem).at(-1)!;
  const rows = solution.errors.map(([a, b], element) => {
    const place = first + element;
    const variance = solution.covariance.data[place * solution.covariance.rows + place]!;
    return { a, b, row: testedEstimate(solution.estimates[place]!, Math.sqrt(variance), null, level) };
  });
  const varianceOf = (equation: number) => solution.estimates[first + equation]!;
  return {
    errorVariances: rows
      .filter(({ a, b }) => a === b)
      .map(({ a, row }) => ({ outcome: names[a]!, ...row, proportion: 1 - solution.rSquared[a]! })),
    errorCovariances: rows
      .filter(({ a, b }) => a !== b)
      .map(({ a, b, row }) => ({
        outcomes: [names[a]!, names[b]!],
        ...row,
        correlation: row.estimate / Math.sqrt(varianceOf(a) * varianceOf(b)),
      })),
  };
}

/** An expression of parameters by the delta method. Error: "undefined-value" where it divides by 0. */
export function derivedRow(
  path: string,
  expression: Expression,
  solution: PathSolution,
  standardized: StandardizedParameters,
  level: number,
): DerivedEstimate {
  const { value, gradient } = evaluate(expression, solution.estimates);
  const variance = Math.max(0, quadraticForm(solution.covariance, gradient));
  if (!Number.isFinite(value) || !Number.isFinite(variance)) {
    throw new KithpathError("undefined-value", "pathModel: a definition has no value", {
      expected: "an expression that does not divide by 0",
      where: { path },
    });
  }
  const finite = (number: number) => (Number.isFinite(number) ? number : null);
  const scales = {
    all: finite(evaluate(expression, standardized.all).value),
    exogenousRaw: finite(evaluate(expression, standardized.exogenousRaw).value),
  };
  const standardError = Math.sqrt(variance);
  const { df, ...tested } = testedEstimate(value, standardError, null, level);
  const untested = variance > 0 ? {} : { statistic: null, pValue: null };
  return { ...tested, standardError, ...untested, standardized: scales };
}
