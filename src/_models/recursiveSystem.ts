import {
  cholesky,
  columnOfMatrix,
  type Matrix,
  matrix,
  multiply,
  solveLower,
  traceOf,
  transpose,
} from "../_numeric/matrix.ts";

/**
 * Linear equations in causal order: outcome j is a sum of variables before it and an error. Variables are the exogenous
 * columns, then the outcomes; all are centred, so that intercepts stand apart.
 */
export interface RecursiveSystem {
  readonly exogenous: number;
  readonly outcomes: number;
  /** Per equation, which variables predict it. */
  readonly predictors: readonly Int32Array[];
  /** Errors that may vary and covary: every outcome with itself, then the correlated pairs. Other covariances are 0. */
  readonly errors: readonly (readonly [number, number])[];
}

/** The parameters are the slopes, equation by equation, then the error (co)variances in the order of `errors`. */
export function slopeCount(system: RecursiveSystem): number {
  return system.predictors.reduce((count, predictors) => count + predictors.length, 0);
}

/** C with errors = C × variables: 1 at the outcome itself, minus the slopes at its predictors. */
export function residualMap(system: RecursiveSystem, parameters: Float64Array): Matrix {
  const map = matrix(system.outcomes, system.exogenous + system.outcomes);
  let place = 0;
  system.predictors.forEach((predictors, equation) => {
    map.data[(system.exogenous + equation) * map.rows + equation] = 1;
    for (const variable of predictors) map.data[variable * map.rows + equation] = -parameters[place++]!;
  });
  return map;
}

export function errorCovariance(system: RecursiveSystem, parameters: Float64Array): Matrix {
  const size = system.outcomes;
  const covariance = matrix(size, size);
  const first = slopeCount(system);
  system.errors.forEach(([a, b], element) => {
    covariance.data[b * size + a] = parameters[first + element]!;
    covariance.data[a * size + b] = parameters[first + element]!;
  });
  return covariance;
}

/** C S C′: the second moments of the errors, when those of the variables are S. */
export function errorMoments(map: Matrix, moments: Matrix): Matrix {
  return multiply(multiply(map, moments), transpose(map));
}

/**
 * The covariance of all variables under the model: the exogenous ones as in `moments`, the outcomes by following the
 * equations in their order.
 */
export function impliedMoments(system: RecursiveSystem, map: Matrix, errors: Matrix, moments: Matrix): Matrix {
  const { exogenous, outcomes } = system;
  const size = exogenous + outcomes;
  const sources = matrix(size, size);
  for (let i = 0; i < exogenous; i++) {
    for (let j = 0; j < exogenous; j++) sources.data[j * size + i] = moments.data[j * size + i]!;
  }
  for (let i = 0; i < outcomes; i++) {
    for (let j = 0; j < outcomes; j++) {
      sources.data[(exogenous + j) * size + exogenous + i] = errors.data[j * outcomes + i]!;
    }
  }
  const effects = totalEffects(system, map);
  return multiply(multiply(effects, sources), transpose(effects));
}

/** What a unit of each exogenous variable and of each error does to each variable. */
function totalEffects({ exogenous, outcomes, predictors }: RecursiveSystem, map: Matrix): Matrix {
  const size = exogenous + outcomes;
  const effects = matrix(size, size);
  for (let i = 0; i < size; i++) effects.data[i * size + i] = 1;
  for (let equation = 0; equation < outcomes; equation++) {
    const row = exogenous + equation;
    for (const variable of predictors[equation]!) {
      const slope = -map.data[variable * outcomes + equation]!;
      for (let source = 0; source <= variable; source++) {
        effects.data[source * size + row]! += slope * effects.data[source * size + variable]!;
      }
    }
  }
  return effects;
}

/** Normal log-likelihood per row of errors with covariance `errors` and second moments `residual`; −∞ unless it is one. */
export function meanLogLikelihood(errors: Matrix, residual: Matrix): number {
  const size = errors.rows;
  const lower = cholesky(errors);
  if (lower === null) return Number.NEGATIVE_INFINITY;
  let logDeterminant = 0;
  for (let j = 0; j < size; j++) logDeterminant += 2 * Math.log(lower.data[j * size + j]!);
  return -(size * Math.log(2 * Math.PI) + logDeterminant + traceOfSolution(lower, residual)) / 2;
}

/** tr((LL′)⁻¹R) as the trace of L⁻¹RL⁻′. */
function traceOfSolution(lower: Matrix, residual: Matrix): number {
  return traceOf(forward(lower, transpose(forward(lower, residual))));
}

function forward(lower: Matrix, right: Matrix): Matrix {
  const solution = { ...right, data: right.data.slice() };
  for (let column = 0; column < right.columns; column++) solveLower(lower, columnOfMatrix(solution, column));
  return solution;
}
