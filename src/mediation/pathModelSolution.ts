import type { Matrix } from "../_numeric/matrix.ts";
import type { PathModelFit } from "./pathModelFit.ts";
import type { PathProblem } from "./pathModelProblem.ts";

/** The estimated parameters of a path model, whatever the estimator. */
export interface PathSolution {
  /** Intercept and slopes of every equation in causal order, then the error elements. */
  readonly estimates: Float64Array;
  readonly covariance: Matrix;
  /** Variances first, in causal order, then the correlated pairs: positions of equations. */
  readonly errors: readonly (readonly [number, number])[];
  /** Degrees of freedom of the tests of each equation; `null` for normal tests. */
  readonly df: readonly (number | null)[];
  /** Standard deviations by column name: of outcomes under the model, of predictors in the sample. */
  readonly deviations: ReadonlyMap<string, number>;
  readonly rSquared: readonly number[];
  readonly fit: PathModelFit | null;
  readonly iterations: number;
}

/** Where the coefficients of each equation begin, and at last the error elements. */
export function firstPlaces({ equations }: PathProblem): number[] {
  const places = [0];
  for (const { named } of equations) places.push(places.at(-1)! + named.names.length);
  return places;
}

export function errorElements({ equations, pairs }: PathProblem): (readonly [number, number])[] {
  return [...equations.map((_, j): [number, number] => [j, j]), ...pairs];
}
