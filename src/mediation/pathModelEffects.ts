import { KithpathError } from "../errors.ts";
import { difference, type Expression, product, total } from "./pathModelExpression.ts";
import type { PathProblem } from "./pathModelProblem.ts";
import type { DerivedEstimate, PathEffect } from "./pathModelResult.ts";
import { firstPlaces } from "./pathModelSolution.ts";
import type { PathEffectSpec } from "./pathModelSpec.ts";

/** One way from a variable to an outcome: the outcomes between them, and the product of its coefficients. */
interface Way {
  readonly through: readonly string[];
  readonly expression: Expression;
}

type Derive = (path: string, expression: Expression) => DerivedEstimate;

/** The effects asked for, each path on its own. Errors: "unknown-path", "effect-not-constant", "no-path". */
export function effectRows(problem: PathProblem, asked: readonly PathEffectSpec[], derive: Derive): PathEffect[] {
  return asked.flatMap(({ from, to }, index) => {
    const path = `effects[${index}]`;
    return sourcesOf(problem, from, path).map((source) => {
      const ways = waysBetween(problem, source, to);
      if (ways.length === 0) throw noPath(source, to, path);
      return effectOf(source, to, ways, (expression) => derive(path, expression));
    });
  });
}

function effectOf(
  from: string,
  to: string,
  ways: readonly Way[],
  derive: (expression: Expression) => DerivedEstimate,
): PathEffect {
  const direct = ways.find(({ through }) => through.length === 0);
  const indirect = ways.filter(({ through }) => through.length > 0);
  return {
    from,
    to,
    total: derive(total(ways.map(({ expression }) => expression))),
    direct: direct === undefined ? null : derive(direct.expression),
    totalIndirect: indirect.length === 0 ? null : derive(total(indirect.map(({ expression }) => expression))),
    indirect: indirect.map(({ through, expression }) => ({ through, ...derive(expression) })),
    contrasts: indirect.flatMap((first, k) =>
      indirect.slice(k + 1).map((second) => ({
        first: first.through,
        second: second.through,
        ...derive(difference(first.expression, second.expression)),
      })),
    ),
  };
}

/** The columns of the designs that a name stands for. */
function sourcesOf({ equations }: PathProblem, from: string, path: string): string[] {
  const columns = equations.flatMap(({ named }) => named.columns.slice(1));
  const outcomes = equations.map(({ outcome }) => outcome);
  const sources = [
    ...new Set(columns.filter(({ name, variable }) => name === from || variable === from).map(({ name }) => name)),
  ];
  if (sources.length === 0) {
    throw new KithpathError("unknown-path", `pathModel: "${from}" predicts nothing`, {
      expected: "a predictor of one of the equations",
      received: from,
      where: { path },
    });
  }
  const product = columns.find(({ name, variable }) => {
    return name.includes(" × ") && variable.split(":").some((part) => part === from || outcomes.includes(part));
  });
  if (product !== undefined && !sources.includes(product.name)) {
    throw new KithpathError("effect-not-constant", `pathModel: the effect of "${from}" is not the same for everybody`, {
      expected: "no product of the variable or of an outcome among the predictors",
      received: product.name,
      where: { path },
      remedy: 'Define the effect at a value of the other variable, as "(a1 + a3*2) * b1".',
    });
  }
  return sources;
}

/** Every directed way, fewer steps first and then in causal order. */
function waysBetween(problem: PathProblem, from: string, to: string): Way[] {
  const places = firstPlaces(problem);
  const found: { through: string[]; factors: Expression[] }[] = [];
  const walk = (at: string, through: string[], factors: Expression[]) => {
    problem.equations.forEach(({ outcome, named }, equation) => {
      const k = named.names.indexOf(at, 1);
      if (k < 0) return;
      const steps: Expression[] = [...factors, { kind: "parameter", index: places[equation]! + k }];
      if (outcome === to) found.push({ through, factors: steps });
      else walk(outcome, [...through, outcome], steps);
    });
  };
  walk(from, [], []);
  return found
    .sort((a, b) => a.through.length - b.through.length)
    .map(({ through, factors }) => ({ through, expression: product(factors) }));
}

function noPath(from: string, to: string, path: string): KithpathError {
  return new KithpathError("no-path", `pathModel: no path leads from "${from}" to "${to}"`, {
    expected: "equations that connect them",
    where: { path },
  });
}
