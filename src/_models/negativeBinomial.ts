import { invertSymmetric } from "../_numeric/cholesky.ts";
import { leastSquares } from "../_numeric/leastSquares.ts";
import { type Matrix, matrix, multiply, transpose, transposeTimes } from "../_numeric/matrix.ts";
import { responseModel } from "./families.ts";
import { fitResponse, type GeneralizedLinearFit, type ResponseOptions } from "./glm.ts";
import { harmonicSums, negativeBinomialResponse, thetaDerivatives } from "./negativeBinomialResponse.ts";
import { climb, type ScoringProblem, type ScoringState, stateAt, workingWeights } from "./scoring.ts";

export interface NegativeBinomialFit extends GeneralizedLinearFit {
  /** Size of the negative binomial, variance μ + μ²/θ; Infinity where the counts vary no more than Poisson counts. */
  readonly theta: number;
  /** Standard error of θ with the means held fixed. */
  readonly thetaStandardError: number;
  /** From the observed information of coefficients and log θ together: covariance of the coefficients, and SE of log θ. */
  readonly observed: { readonly covariance: Matrix; readonly logThetaStandardError: number } | null;
}

const MAX_ROUNDS = 200;
const LARGEST_THETA = 1e9;

/**
 * Joint maximum likelihood of coefficients and θ: scoring for the coefficients and Newton for log θ in turn, then Newton's
 * method on both together until the step is lost in rounding (Lawless 1987). `aliased` and `separation` are those of
 * the Poisson fit it starts from.
 */
export function fitNegativeBinomial(
  design: Matrix,
  outcome: Float64Array,
  options: ResponseOptions,
): NegativeBinomialFit {
  const weights = options.weights ?? new Float64Array(design.rows).fill(1);
  const offset = options.offset ?? new Float64Array(design.rows);
  const poisson = fitResponse(design, outcome, responseModel("poisson", "log")!, options);
  const unfinished = (theta: number): NegativeBinomialFit => ({
    ...poisson,
    converged: false,
    theta,
    thetaStandardError: Number.POSITIVE_INFINITY,
    observed: null,
  });
  if (!poisson.converged) return unfinished(Number.NaN);
  let theta = momentTheta(outcome, poisson.fitted, weights);
  if (theta === Number.POSITIVE_INFINITY) return unfinished(theta);

  const problemAt = (size: number): ScoringProblem => ({
    design,
    outcome,
    weights,
    offset,
    model: negativeBinomialResponse(size),
  });
  let state = stateAt(problemAt(theta), poisson.coefficients);
  const record = [state.logLikelihood];
  let iterations = 0;
  for (let settled = false; !settled; iterations++) {
    if (iterations === MAX_ROUNDS || theta > LARGEST_THETA) return { ...unfinished(theta), iterations, record };
    const climbed = climb(problemAt(theta), state);
    if (!climbed.converged) return { ...unfinished(theta), iterations, record };
    const next = thetaStep(outcome, climbed.state.fitted, weights, theta);
    settled = Math.abs(next / theta - 1) < 1e-6;
    theta = next;
    state = stateAt(problemAt(theta), climbed.state.coefficients);
    record.push(state.logLikelihood);
  }

  let converged = false;
  for (let last = Number.POSITIVE_INFINITY; iterations < MAX_ROUNDS + 50; iterations++) {
    const local = jointInformation(problemAt(theta), state, theta);
    if (local === null) return { ...unfinished(theta), iterations, record };
    const size = Math.hypot(...local.step);
    converged = size < 1e-7;
    if (converged && size > last / 4) break;
    last = size;
    const p = design.columns;
    theta *= Math.exp(local.step[p]!);
    const coefficients = state.coefficients.map((value, j) => value + local.change[j]!);
    state = stateAt(problemAt(theta), coefficients);
    record.push(state.logLikelihood);
    if (size === 0) break;
  }
  const end = jointInformation(problemAt(theta), state, theta);
  if (!converged || end === null) return { ...unfinished(theta), iterations, record };
  const atTheta = fitResponse(design, outcome, negativeBinomialResponse(theta), {
    weights,
    offset,
    start: state.coefficients,
  });
  return {
    ...atTheta,
    iterations,
    record,
    theta,
    thetaStandardError: 1 / Math.sqrt(-thetaSums(outcome, atTheta.fitted, weights, theta).second),
    observed: { covariance: end.covariance, logThetaStandardError: end.logThetaStandardError },
  };
}

/** Σwμ² / Σw((y − μ)² − y); Infinity where the likelihood does not rise from the Poisson model on. */
function momentTheta(outcome: Float64Array, fitted: Float64Array, weights: Float64Array): number {
  let excess = 0;
  let squares = 0;
  outcome.forEach((y, i) => {
    excess += weights[i]! * ((y - fitted[i]!) ** 2 - y);
    squares += weights[i]! * fitted[i]! ** 2;
  });
  return excess > 0 ? squares / excess : Number.POSITIVE_INFINITY;
}

function thetaSums(outcome: Float64Array, fitted: Float64Array, weights: Float64Array, theta: number) {
  const sums = harmonicSums(outcome, theta);
  let first = 0;
  let second = 0;
  outcome.forEach((y, i) => {
    const row = thetaDerivatives(y, fitted[i]!, theta, { first: sums.first[i]!, second: sums.second[i]! });
    first += weights[i]! * row.first;
    second += weights[i]! * row.second;
  });
  return { first, second };
}

/** One Newton step of log θ, at most by a factor of e; uphill by that factor where the likelihood is not concave. */
function thetaStep(outcome: Float64Array, fitted: Float64Array, weights: Float64Array, theta: number): number {
  const { first, second } = thetaSums(outcome, fitted, weights, theta);
  const gradient = theta * first;
  const curvature = -(theta * first + theta * theta * second);
  const step = curvature > 0 ? gradient / curvature : Math.sign(gradient);
  return theta * Math.exp(Math.max(-1, Math.min(1, step)));
}

/**
 * Newton's step and the inverse observed information in coordinates where the expected information of the coefficients is
 * the identity, so that the scales and dependence of the columns cost no digits.
 */
function jointInformation({ design, outcome, weights }: ScoringProblem, state: ScoringState, theta: number) {
  const { fitted, score, information } = state;
  const working = workingWeights(weights, information);
  const { orthogonal, rootInverse, aliased } = leastSquares(design, new Float64Array(design.rows), working);
  if (aliased.length > 0) return null;
  const { rows, columns: p } = design;
  const scaled = { ...orthogonal, data: Float64Array.from(orthogonal.data) };
  const joint = matrix(p + 1, p + 1);
  const gradient = new Float64Array(p + 1);
  for (let k = 0; k < p; k++) {
    let cross = 0;
    for (let i = 0; i < rows; i++) {
      const place = k * rows + i;
      const root = Math.sqrt(working[i]!);
      if (root === 0) continue;
      const q = orthogonal.data[place]!;
      scaled.data[place]! *= (outcome[i]! + theta) / (fitted[i]! + theta);
      gradient[k]! += (q * weights[i]! * score[i]!) / root;
      cross += (q * root * (outcome[i]! - fitted[i]!)) / (fitted[i]! + theta);
    }
    joint.data[p * (p + 1) + k] = -cross;
    joint.data[k * (p + 1) + p] = -cross;
  }
  const block = transposeTimes(orthogonal, scaled);
  for (let k = 0; k < p; k++) for (let j = 0; j < p; j++) joint.data[k * (p + 1) + j] = block.data[k * p + j]!;
  const { first, second } = thetaSums(outcome, fitted, weights, theta);
  gradient[p] = theta * first;
  joint.data[p * (p + 1) + p] = -(theta * first + theta * theta * second);
  const inverse = invertSymmetric(joint);
  if (inverse === null) return null;
  const step = multiply(inverse, { rows: p + 1, columns: 1, data: gradient }).data;
  const corner = matrix(p, p);
  for (let k = 0; k < p; k++) for (let j = 0; j < p; j++) corner.data[k * p + j] = inverse.data[k * (p + 1) + j]!;
  return {
    step,
    change: multiply(rootInverse, { rows: p, columns: 1, data: step.slice(0, p) }).data,
    covariance: multiply(multiply(rootInverse, corner), transpose(rootInverse)),
    logThetaStandardError: Math.sqrt(inverse.data[p * (p + 1) + p]!),
  };
}
