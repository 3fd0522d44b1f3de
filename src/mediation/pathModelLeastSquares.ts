import { isClosedForm } from "../_models/recursiveFit.ts";
import { standardDeviation, variance } from "../_numeric/describe.ts";
import { matrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import type { PathEquation, PathProblem } from "./pathModelProblem.ts";
import { errorElements, firstPlaces, type PathSolution } from "./pathModelSolution.ts";

/**
 * Least squares equation by equation, residual variances with divisor n − p. Coefficients of different equations are
 * uncorrelated unless their errors are; those need the same predictors. Error: "needs-likelihood".
 */
export function solveByLeastSquares(problem: PathProblem): PathSolution {
  const { equations } = problem;
  refuseUnlikePredictors(problem);
  const places = firstPlaces(problem);
  const errors = errorElements(problem);
  const covariance = matrix(places.at(-1)! + errors.length, places.at(-1)! + errors.length);
  const size = covariance.rows;
  const estimates = new Float64Array(size);
  equations.forEach(({ fit }, j) => {
    estimates.set(fit.coefficients, places[j]!);
  });
  errors.forEach(([a, b], element) => {
    const error = errorProduct(equations[a]!, equations[b]!);
    estimates[places.at(-1)! + element] = error;
    const order = positions(equations[a]!, equations[b]!);
    const inverse = equations[a]!.fit.crossInverse;
    for (let i = 0; i < inverse.rows; i++) {
      for (let j = 0; j < inverse.rows; j++) {
        const row = places[a]! + i;
        const column = places[b]! + order[j]!;
        covariance.data[column * size + row] = error * inverse.data[j * inverse.rows + i]!;
        covariance.data[row * size + column] = error * inverse.data[j * inverse.rows + i]!;
      }
    }
  });
  errors.forEach(([a, b], element) => {
    const place = places.at(-1)! + element;
    const product = estimates[places.at(-1)! + a]! * estimates[places.at(-1)! + b]!;
    covariance.data[place * size + place] = (product + estimates[place]! ** 2) / equations[a]!.fit.dfResidual;
  });
  const columns = equations.flatMap(({ named }) => named.columns.slice(1));
  return {
    estimates,
    covariance,
    errors,
    df: equations.map(({ fit }) => fit.dfResidual),
    deviations: new Map([
      ...columns.map(({ name, values }): [string, number] => [name, standardDeviation(values)]),
      ...equations.map(({ outcome, values }): [string, number] => [outcome, standardDeviation(values)]),
    ]),
    rSquared: equations.map(({ fit, values }) => {
      return 1 - fit.residualSumOfSquares / (variance(values) * (values.length - 1));
    }),
    fit: null,
    iterations: 0,
  };
}

function errorProduct(one: PathEquation, two: PathEquation): number {
  if (one === two) return one.fit.residualVariance;
  let total = 0;
  for (let row = 0; row < one.values.length; row++) total += one.fit.residuals[row]! * two.fit.residuals[row]!;
  return total / one.fit.dfResidual;
}

/** Where each coefficient of one equation stands in the other. */
function positions(one: PathEquation, two: PathEquation): number[] {
  return one.named.names.map((name) => two.named.names.indexOf(name));
}

function refuseUnlikePredictors({ equations, pairs }: PathProblem): void {
  const names = [...new Set(equations.flatMap(({ named }) => named.names))];
  const predictors = equations.map(({ named }) => Int32Array.from(named.names, (name) => names.indexOf(name)));
  if (isClosedForm(predictors, pairs)) return;
  throw new KithpathError("needs-likelihood", "pathModel: these correlated errors cannot be fitted by least squares", {
    expected: "correlated errors between all of a group of outcomes that have the same predictors",
    received: pairs.map(([a, b]) => `${equations[a]!.outcome} with ${equations[b]!.outcome}`).join(", "),
    remedy: 'Use estimator "maximum-likelihood".',
  });
}
