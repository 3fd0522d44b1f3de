import { KithpathError } from "../errors.ts";
import { type Expression, nameOfPath, parseExpression } from "./pathModelExpression.ts";
import type { PathProblem } from "./pathModelProblem.ts";
import type { DerivedEstimate, PathDefinition } from "./pathModelResult.ts";
import { firstPlaces } from "./pathModelSolution.ts";
import { invalid } from "./pathModelSpec.ts";

/**
 * The defined quantities; a definition may use those before it.
 * Errors: "invalid-expression", "unknown-path", "repeated-label", "label-of-several", "invalid-option".
 */
export function definitionRows(
  problem: PathProblem,
  define: readonly (readonly [string, string])[],
  derive: (path: string, expression: Expression) => DerivedEstimate,
): PathDefinition[] {
  const meanings = namedPaths(problem);
  return define.map(([name, text]) => {
    const path = `define.${name}`;
    if (!nameOfPath.test(name)) throw invalid(path, "a name of letters, digits, _ and .", name);
    if (meanings.has(name)) {
      throw new KithpathError("repeated-label", `pathModel: "${name}" is the name of a path already`, {
        expected: "a name of its own",
        received: name,
        where: { path },
      });
    }
    const expression = parseExpression(
      path,
      text,
      (asked) => meanings.get(asked),
      () => [...meanings.keys()],
    );
    meanings.set(name, expression);
    return { name, expression: text, ...derive(path, expression) };
  });
}

function namedPaths(problem: PathProblem): Map<string, Expression> {
  const places = firstPlaces(problem);
  const meanings = new Map<string, Expression>();
  problem.equations.forEach(({ outcome, named, terms, labels }, equation) => {
    labels.forEach((label, k) => {
      if (label === null) return;
      const columns = named.columns.flatMap(({ variable }, index) => (sameTerm(variable, terms[k]!) ? [index] : []));
      if (columns.length !== 1) {
        throw new KithpathError("label-of-several", `pathModel: "${label}" names several paths at once`, {
          expected: "a term of one column",
          received: columns.map((index) => named.names[index]).join(", "),
          where: { path: `equations.${outcome}` },
          remedy: "Use effects for a category of several levels, or indicators of your own.",
        });
      }
      meanings.set(label, { kind: "parameter", index: places[equation]! + columns[0]! });
    });
  });
  return meanings;
}

/** Whether a design column's variable is this term, whatever the blanks around a colon. */
export function sameTerm(variable: string, term: string): boolean {
  const plain = (text: string) =>
    text
      .split(":")
      .map((part) => part.trim())
      .join(":");
  return variable === term || plain(variable) === plain(term);
}
