import {
  cholesky,
  choleskySolve,
  columnOfMatrix,
  innerProduct,
  type Matrix,
  symmetricEigen,
} from "../_numeric/matrix.ts";
import { scoreAndInformation } from "./recursiveInformation.ts";
import {
  errorCovariance,
  errorMoments,
  meanLogLikelihood,
  type RecursiveSystem,
  residualMap,
} from "./recursiveSystem.ts";

interface RecursiveFit {
  readonly parameters: Float64Array;
  readonly iterations: number;
  readonly converged: boolean;
}

const mostIterations = 1000;
/** Of a step in parameters of columns scaled to variance 1; a step this near that no longer shrinks is rounding. */
const smallest = 1e-12;
const near = 1e-6;

/**
 * Maximum likelihood of a recursive system from the second moments of its scaled columns: Newton's method, curvature that
 * points up turned down, each step halved until the likelihood rises. `null` where the errors become dependent.
 */
export function maximiseRecursive(system: RecursiveSystem, moments: Matrix, start: Float64Array): RecursiveFit | null {
  let parameters = start;
  let height = heightOf(system, moments, parameters);
  let before = Number.POSITIVE_INFINITY;
  for (let iterations = 1; iterations <= mostIterations; iterations++) {
    const step = newtonStep(system, moments, parameters);
    if (step === null) return null;
    const next = climb(system, moments, parameters, step, height);
    const moved = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    if (next === null) return { parameters, iterations, converged: moved < near };
    parameters = next.parameters;
    height = next.height;
    if (moved < smallest || (moved < near && moved > before / 2)) return { parameters, iterations, converged: true };
    before = moved;
  }
  return { parameters, iterations: mostIterations, converged: false };
}

function heightOf(system: RecursiveSystem, moments: Matrix, parameters: Float64Array): number {
  return meanLogLikelihood(errorCovariance(system, parameters), errorMoments(residualMap(system, parameters), moments));
}

function newtonStep(system: RecursiveSystem, moments: Matrix, parameters: Float64Array): Float64Array | null {
  const map = residualMap(system, parameters);
  const errors = errorCovariance(system, parameters);
  const observed = scoreAndInformation(system, map, errors, moments);
  if (observed === null) return null;
  const lower = cholesky(observed.information);
  return lower === null ? turnedStep(observed.information, observed.gradient) : choleskySolve(lower, observed.gradient);
}

/** Newton's step with the curvature turned downwards where it points up (Nocedal & Wright 2006, section 3.4). */
function turnedStep(information: Matrix, gradient: Float64Array): Float64Array {
  const { values, vectors } = symmetricEigen(information);
  const step = new Float64Array(gradient.length);
  const floor = 1e-8 * Math.abs(values[0]!);
  values.forEach((value, k) => {
    const direction = columnOfMatrix(vectors, k);
    const along = innerProduct(direction, 0, gradient, 0, gradient.length) / Math.max(Math.abs(value), floor);
    for (let i = 0; i < step.length; i++) step[i]! += along * direction[i]!;
  });
  return step;
}

function climb(
  system: RecursiveSystem,
  moments: Matrix,
  from: Float64Array,
  step: Float64Array,
  height: number,
): { parameters: Float64Array; height: number } | null {
  for (let factor = 1; factor > 1e-10; factor /= 2) {
    const parameters = from.map((value, k) => value + factor * step[k]!);
    const reached = heightOf(system, moments, parameters);
    if (reached >= height - 1e-14 * (1 + Math.abs(height))) return { parameters, height: reached };
  }
  return null;
}

/**
 * Whether least squares equation by equation is the maximum of the likelihood: equations with correlated errors fall
 * into groups in which every pair is free and all have the same predictors (Zellner 1962, section 5).
 */
export function isClosedForm(predictors: readonly Int32Array[], errors: RecursiveSystem["errors"]): boolean {
  const partners = predictors.map((_, equation) => new Set([equation]));
  for (const [a, b] of errors) {
    partners[a]!.add(b);
    partners[b]!.add(a);
  }
  const sameSet = (a: Iterable<number>, b: Iterable<number>) => {
    const one = new Set(a);
    const two = new Set(b);
    return one.size === two.size && [...one].every((element) => two.has(element));
  };
  return errors.every(([a, b]) => sameSet(partners[a]!, partners[b]!) && sameSet(predictors[a]!, predictors[b]!));
}
