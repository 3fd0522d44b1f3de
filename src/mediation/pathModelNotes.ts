import type { Note } from "../estimate.ts";
import type { PathProblem } from "./pathModelProblem.ts";
import type { PathSolution } from "./pathModelSolution.ts";
import type { CompletePathSpec } from "./pathModelSpec.ts";

/** What is valid but worth knowing about a path model. */
export function pathModelNotes(problem: PathProblem, solution: PathSolution, spec: CompletePathSpec): Note[] {
  const notes: Note[] = [];
  const { fit } = solution;
  const twoValued = problem.equations.filter(({ values }) => new Set(values).size === 2);
  if (twoValued.length > 0) {
    notes.push({
      code: "two-valued-outcome",
      text: `${twoValued.map(({ outcome }) => `"${outcome}"`).join(", ")} has two values alone: its equation is a linear model of probabilities.${
        spec.estimator === "maximum-likelihood" && spec.standardErrors !== "robust"
          ? ' Its errors cannot be normal; standardErrors "robust" allow for that.'
          : ""
      }`,
    });
  }
  if (fit !== null && fit.chiSquare.df === 0) {
    notes.push({
      code: "saturated",
      text: "The equations restrict nothing, so their fit cannot be tested: a perfect fit is no evidence for them.",
    });
  }
  if (fit !== null && spec.standardErrors === "robust" && fit.scaled === null) {
    notes.push({
      code: "scaling-undefined",
      text: "The scaling factor of the robust test came out at 0 or less, so no scaled test is given.",
    });
  }
  const ignored = spec.estimator === "least-squares" ? joinedMediators(problem) : [];
  if (ignored.length > 0) {
    notes.push({
      code: "errors-taken-as-uncorrelated",
      text: `${ignored.map(([a, b]) => `"${a}" and "${b}"`).join("; ")} share predictors but neither predicts the other: name them in correlatedErrors if sums and contrasts of their paths are wanted.`,
    });
  }
  return notes;
}

/** Pairs of outcomes with the same predictors, whose errors are not free to covary. */
function joinedMediators({ equations, pairs }: PathProblem): [string, string][] {
  const key = (names: readonly string[]) => JSON.stringify([...names].sort());
  return equations.flatMap((one, a) =>
    equations.flatMap((two, b): [string, string][] => {
      const alike = a < b && key(one.named.names) === key(two.named.names);
      return alike && !pairs.some(([c, d]) => c === a && d === b) ? [[one.outcome, two.outcome]] : [];
    }),
  );
}
