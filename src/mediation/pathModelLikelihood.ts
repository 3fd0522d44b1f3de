import { fitLinear } from "../_models/linear.ts";
import { interceptName, refuseCollinear, refuseTooFewRows } from "../_models/namedDesign.ts";
import { estimateRecursive, type RecursiveFailure, saturatedModel } from "../_models/recursiveEstimate.ts";
import type { RecursiveSystem } from "../_models/recursiveSystem.ts";
import { scaleColumns } from "../_models/scaledColumns.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { fitOfModel } from "./pathModelFit.ts";
import type { PathProblem } from "./pathModelProblem.ts";
import { errorElements, type PathSolution } from "./pathModelSolution.ts";
import type { PathStandardErrors } from "./pathModelSpec.ts";

/**
 * Normal maximum likelihood given the exogenous columns.
 * Errors: "product-of-outcome", "too-few-rows", "collinear", "not-identified", "not-converged".
 */
export function solveByLikelihood(problem: PathProblem, type: PathStandardErrors): PathSolution {
  refuseProductOfOutcome(problem);
  const { equations, exogenous } = problem;
  const names = equations.map(({ outcome }) => outcome);
  const rows = problem.selection.table.rows;
  refuseTooFewRows("pathModel", rows, exogenous.length + equations.length);
  const variables = [...exogenous.map(({ name }) => name), ...names];
  const system: RecursiveSystem = {
    exogenous: exogenous.length,
    outcomes: equations.length,
    predictors: equations.map(({ named }) => Int32Array.from(named.names.slice(1), (name) => variables.indexOf(name))),
    errors: errorElements(problem),
  };
  const scaled = scaleColumns([
    ...exogenous.map(({ values }) => values as Float64Array<ArrayBuffer>),
    ...equations.map(({ values }) => values as Float64Array<ArrayBuffer>),
  ]);
  const { leverage, residuals } = regressOnAll(problem, scaled.scales.subarray(exogenous.length));
  const saturated = saturatedModel(residuals);
  if (saturated === null) throw dependentOutcomes(names);
  const starts = equations.map(({ fit }) => ({ slopes: fit.coefficients.subarray(1), residuals: fit.residuals }));
  const estimate = estimateRecursive(system, scaled, starts, type);
  if ("failure" in estimate) throw refusal(estimate, system, names);
  const size = variables.length;
  const implied = (variable: number) => estimate.implied.data[variable * size + variable]!;
  const errorOf = (equation: number) =>
    estimate.parameters[estimate.parameters.length - system.errors.length + equation]!;
  return {
    estimates: estimate.estimates,
    covariance: estimate.covariance,
    errors: system.errors,
    df: equations.map(() => null),
    deviations: new Map(variables.map((name, k) => [name, scaled.scales[k]! * Math.sqrt(implied(k))])),
    rSquared: equations.map((_, j) => 1 - errorOf(j) / implied(exogenous.length + j)),
    fit: fitOfModel({ system, scaled, estimate, saturated, leverage }),
    iterations: estimate.iterations,
  };
}

/** The saturated model: every outcome on all exogenous columns, residuals over the scale of the outcome. */
function regressOnAll({ equations, exogenous }: PathProblem, scales: Float64Array) {
  const ones = new Float64Array(equations[0]!.values.length).fill(1);
  const design = fromColumns([ones, ...exogenous.map(({ values }) => values)]);
  const fits = equations.map(({ values }) => fitLinear(design, values));
  refuseCollinear("pathModel", fits[0]!.aliased, [interceptName, ...exogenous.map(({ name }) => name)]);
  return {
    leverage: fits[0]!.leverage,
    residuals: fits.map((fit, j) => fit.residuals.map((value) => value / scales[j]!)),
  };
}

function refuseProductOfOutcome({ equations, exogenous }: PathProblem): void {
  const outcomes = equations.map(({ outcome }) => outcome);
  const column = exogenous.find(({ variable, name }) => {
    return name.includes(" × ") && variable.split(":").some((part) => outcomes.includes(part));
  });
  if (column === undefined) return;
  throw new KithpathError("product-of-outcome", `pathModel: "${column.name}" is made of an outcome of the model`, {
    expected: "products of columns that have no equation",
    received: column.variable,
    remedy: 'Use estimator "least-squares": a moderated path of a mediator has no covariance structure of its own.',
  });
}

function dependentOutcomes(names: readonly string[]): KithpathError {
  return new KithpathError("collinear", "pathModel: an outcome can be computed from the others", {
    expected: "outcomes that each have an error of their own",
    received: names.join(", "),
    remedy: "Leave out the outcome that is a sum or copy of the others.",
  });
}

function refusal(found: RecursiveFailure, system: RecursiveSystem, names: readonly string[]): KithpathError {
  if (found.failure === "not-converged") {
    return new KithpathError("not-converged", "pathModel: the likelihood has no maximum that could be reached", {
      received: `no convergence in ${found.iterations} steps`,
      remedy: "Leave out error covariances, or look for columns that nearly determine each other.",
    });
  }
  const [a, b] = system.errors[found.element]!;
  const which = a === b ? `the variance of "${names[a]}"` : `the error covariance of "${names[a]}" and "${names[b]}"`;
  return new KithpathError("not-identified", `pathModel: the data cannot tell ${which} from the paths`, {
    expected: "fewer unknowns than the variances and covariances of the outcomes can tell",
    remedy: "Leave out this covariance, or the path between the two outcomes, or a path that both of them share.",
  });
}
