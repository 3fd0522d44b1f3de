import { invertSymmetric, type Matrix, matrix, multiply } from "../_numeric/matrix.ts";
import { errorMoments, type RecursiveSystem, slopeCount } from "./recursiveSystem.ts";

/** The log-likelihood of a recursive system per row: its gradient and the negative of its Hessian, without intercepts. */
interface ScoreAndInformation {
  readonly gradient: Float64Array;
  readonly information: Matrix;
}

/**
 * Gradient and information per row in the parameters of the system. With the sample's second moments it is the observed
 * information, with those implied by the model the expected one. `null` where the error covariance is singular.
 *
 * Since the system is recursive the errors have the density of the outcomes (Jacobian 1), so that with errors e = Cw,
 * precision P and E the unit of an error element: ∂l/∂slope = (Pe)ⱼwᵥ, ∂l/∂E = −½tr(PE) + ½e′PEPe.
 */
export function scoreAndInformation(
  system: RecursiveSystem,
  map: Matrix,
  errors: Matrix,
  moments: Matrix,
): ScoreAndInformation | null {
  const precision = invertSymmetric(errors);
  if (precision === null) return null;
  const size = system.outcomes;
  const variables = system.exogenous + size;
  const slopes = slopeCount(system);
  const count = slopes + system.errors.length;
  const gradient = new Float64Array(count);
  const information = matrix(count, count);
  const crossed = multiply(map, moments);
  const residual = multiply(precision, errorMoments(map, moments));
  const weighted = multiply(precision, crossed);
  const places = slopePlaces(system);
  for (let s = 0; s < slopes; s++) {
    const { equation, variable } = places[s]!;
    gradient[s] = weighted.data[variable * size + equation]!;
    for (let t = 0; t <= s; t++) {
      const other = places[t]!;
      const value =
        precision.data[other.equation * size + equation]! * moments.data[other.variable * variables + variable]!;
      put(information, s, t, value);
    }
  }
  system.errors.forEach((element, index) => {
    const kernel = between(precision, element);
    const place = slopes + index;
    const reach = multiply(kernel, crossed);
    for (let s = 0; s < slopes; s++) {
      const { equation, variable } = places[s]!;
      put(information, place, s, reach.data[variable * size + equation]!);
    }
    const curved = multiply(residual, kernel);
    gradient[place] = (elementOf(multiply(residual, precision), element) - elementOf(precision, element)) / 2;
    for (let other = 0; other <= index; other++) {
      const pair = system.errors[other]!;
      put(information, place, slopes + other, elementOf(curved, pair) - elementOf(kernel, pair) / 2);
    }
  });
  return { gradient, information };
}

/** Which equation and which predicting variable each slope belongs to. */
export function slopePlaces(system: RecursiveSystem): { equation: number; variable: number }[] {
  return system.predictors.flatMap((predictors, equation) =>
    Array.from(predictors, (variable) => ({ equation, variable })),
  );
}

/** PEP for the symmetric unit E of an error element. */
function between(precision: Matrix, [a, b]: readonly [number, number]): Matrix {
  const size = precision.rows;
  const result = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const one = precision.data[a * size + i]! * precision.data[b * size + j]!;
      const two = precision.data[b * size + i]! * precision.data[a * size + j]!;
      result.data[j * size + i] = a === b ? one : one + two;
    }
  }
  return result;
}

/** tr(AE) for the symmetric unit E of an error element. */
function elementOf(a: Matrix, [row, column]: readonly [number, number]): number {
  const one = a.data[column * a.rows + row]!;
  return row === column ? one : one + a.data[row * a.rows + column]!;
}

function put(target: Matrix, i: number, j: number, value: number): void {
  target.data[j * target.rows + i] = value;
  target.data[i * target.rows + j] = value;
}
