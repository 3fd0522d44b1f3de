import { cholesky, type Matrix, matrix } from "../_numeric/matrix.ts";
import { type InformationType, inUnitsOfData, recursiveCovariance } from "./recursiveCovariance.ts";
import { isClosedForm, maximiseRecursive } from "./recursiveFit.ts";
import { unidentifiedError, weakestError } from "./recursiveIdentification.ts";
import { scoreAndInformation } from "./recursiveInformation.ts";
import {
  errorCovariance,
  errorMoments,
  impliedMoments,
  meanLogLikelihood,
  type RecursiveSystem,
  residualMap,
  slopeCount,
} from "./recursiveSystem.ts";
import type { ScaledColumns } from "./scaledColumns.ts";

/** Least squares of every equation: slopes in its order, and residuals, in the units of the data. */
interface EquationStart {
  readonly slopes: Float64Array;
  readonly residuals: Float64Array;
}

export interface RecursiveEstimate {
  /** Of the scaled columns. */
  readonly parameters: Float64Array;
  /** Intercept and slopes of every equation, then the error elements, in the units of the data. */
  readonly estimates: Float64Array;
  readonly covariance: Matrix;
  /** Covariance of the scaled variables under the model. */
  readonly implied: Matrix;
  /** Per row, of the scaled columns. */
  readonly meanLogLikelihood: number;
  /** tr(A⁻¹B) of the sandwich; `null` unless robust. */
  readonly trace: number | null;
  readonly closedForm: boolean;
  readonly iterations: number;
}

export type RecursiveFailure =
  | { readonly failure: "not-identified"; readonly element: number }
  | { readonly failure: "not-converged"; readonly iterations: number };

/** Normal maximum likelihood of a recursive system given its exogenous variables. */
export function estimateRecursive(
  system: RecursiveSystem,
  scaled: ScaledColumns,
  starts: readonly EquationStart[],
  type: InformationType,
): RecursiveEstimate | RecursiveFailure {
  const closedForm = isClosedForm(system.predictors, system.errors);
  let parameters = startingPoint(system, scaled, starts);
  let iterations = 0;
  if (!closedForm) {
    const element = unidentifiedError(system, scaled.moments);
    if (element !== null) return { failure: "not-identified", element };
    const fit = maximiseRecursive(system, scaled.moments, positiveStart(system, parameters));
    if (fit === null || !fit.converged) return { failure: "not-converged", iterations: fit?.iterations ?? 0 };
    ({ parameters, iterations } = fit);
  }
  const map = residualMap(system, parameters);
  const errors = errorCovariance(system, parameters);
  const implied = impliedMoments(system, map, errors, scaled.moments);
  const found = recursiveCovariance(system, scaled, parameters, type);
  if (!closedForm || found === null) {
    const curvature = scoreAndInformation(system, map, errors, implied);
    const element = curvature === null ? 0 : weakestError(system, curvature.information);
    if (element !== null) return { failure: "not-identified", element };
    if (found === null) return { failure: "not-converged", iterations };
  }
  return {
    parameters,
    ...inUnitsOfData(system, scaled, parameters, found!.covariance),
    implied,
    meanLogLikelihood: meanLogLikelihood(errors, errorMoments(map, scaled.moments)),
    trace: found!.trace,
    closedForm,
    iterations,
  };
}

/** Least squares equation by equation, with the residual (co)variances of divisor n. */
function startingPoint(
  system: RecursiveSystem,
  { scales }: ScaledColumns,
  starts: readonly EquationStart[],
): Float64Array {
  const { exogenous, predictors } = system;
  const slopes = starts.flatMap((start, equation) =>
    Array.from(predictors[equation]!, (variable, k) => {
      return (start.slopes[k]! * scales[variable]!) / scales[exogenous + equation]!;
    }),
  );
  const errors = system.errors.map(([a, b]) => {
    const one = starts[a]!.residuals;
    const two = starts[b]!.residuals;
    let total = 0;
    for (let row = 0; row < one.length; row++) total += one[row]! * two[row]!;
    return total / one.length / (scales[exogenous + a]! * scales[exogenous + b]!);
  });
  return Float64Array.from([...slopes, ...errors]);
}

/** The start with error covariances drawn towards 0 until they make a covariance matrix. */
function positiveStart(system: RecursiveSystem, start: Float64Array): Float64Array {
  const parameters = Float64Array.from(start);
  const first = slopeCount(system);
  while (cholesky(errorCovariance(system, parameters)) === null) {
    system.errors.forEach(([a, b], element) => {
      if (a !== b) parameters[first + element]! *= 0.8;
    });
  }
  return parameters;
}

/** Residuals of the regression of every outcome on all exogenous variables, as their covariance and row by row. */
export interface SaturatedModel {
  readonly meanLogLikelihood: number;
  /** Squared Mahalanobis distances of the residuals. */
  readonly distances: Float64Array;
}

/** From residuals in the scales of the outcomes; `null` where they depend on each other. */
export function saturatedModel(residuals: readonly Float64Array[]): SaturatedModel | null {
  const size = residuals.length;
  const rows = residuals[0]!.length;
  const covariance = matrix(size, size);
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < size; b++) {
      let total = 0;
      for (let row = 0; row < rows; row++) total += residuals[a]![row]! * residuals[b]![row]!;
      covariance.data[b * size + a] = total / rows;
    }
  }
  const lower = cholesky(covariance);
  if (lower === null) return null;
  const distances = new Float64Array(rows);
  const half = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    for (let a = 0; a < size; a++) {
      let value = residuals[a]![row]!;
      for (let b = 0; b < a; b++) value -= lower.data[b * size + a]! * half[b]!;
      half[a] = value / lower.data[a * size + a]!;
      distances[row]! += half[a]! * half[a]!;
    }
  }
  return { meanLogLikelihood: meanLogLikelihood(covariance, covariance), distances };
}
