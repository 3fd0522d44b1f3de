import { leastSquares } from "../_numeric/leastSquares.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { emptyRow, type Family, type Link, type ResponseModel, responseModel } from "./families.ts";
import { findSeparation, type Separation } from "./separation.ts";

export interface GeneralizedLinearOptions {
  readonly family: Family;
  readonly link: Link;
  /** Case weights ≥ 0: weight 2 is the row twice. */
  readonly weights?: Float64Array;
  /** Added to the linear predictor with coefficient 1. */
  readonly offset?: Float64Array;
  readonly start?: Float64Array;
}

export interface GeneralizedLinearFit {
  readonly coefficients: Float64Array;
  /** Inverse expected information; for the gaussian family times the residual variance (n − p). */
  readonly covariance: Matrix;
  readonly fitted: Float64Array;
  readonly linearPredictor: Float64Array;
  /** Derivative of each row's log-likelihood by its linear predictor, without the case weight. */
  readonly score: Float64Array;
  /** Expected information of each row about its linear predictor, without the case weight. */
  readonly information: Float64Array;
  readonly iterations: number;
  /** False also when there is separation: finite estimates do not exist then, whatever `coefficients` holds. */
  readonly converged: boolean;
  readonly deviance: number;
  readonly logLikelihood: number;
  /** Residual variance of the gaussian family, 1 for the others. */
  readonly dispersion: number;
  /** Rows with a positive weight. */
  readonly observations: number;
  readonly dfResidual: number;
  /** Columns that depend on columns before them; if any, the coefficients are not to be used. */
  readonly aliased: readonly number[];
  readonly separation: Separation | null;
}

interface State {
  readonly coefficients: Float64Array;
  readonly linearPredictor: Float64Array;
  readonly fitted: Float64Array;
  readonly score: Float64Array;
  readonly information: Float64Array;
  readonly logLikelihood: number;
}

interface Problem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly model: ResponseModel;
}

const GRADIENT_TOLERANCE = 1e-10;
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;

/**
 * Maximum likelihood of a generalised linear model by Fisher scoring (Nelder & Wedderburn 1972), each step a weighted least
 * squares by QR, halved until the likelihood does not fall, until every element of the gradient is 10⁻¹⁰ of the sum of
 * its terms' absolute values. Binomial and Poisson fits with rows predicted almost perfectly are checked for separation.
 */
export function fitGeneralizedLinear(
  design: Matrix,
  outcome: Float64Array,
  options: GeneralizedLinearOptions,
): GeneralizedLinearFit {
  const model = responseModel(options.family, options.link);
  if (model === null) {
    throw new KithpathError(
      "unknown-link",
      `The ${options.family} family is not offered with the ${options.link} link`,
      {
        expected: "gaussian identity, binomial logit, probit or log, poisson log",
        received: `${options.family} ${options.link}`,
      },
    );
  }
  const weights = options.weights ?? new Float64Array(design.rows).fill(1);
  const offset = options.offset ?? new Float64Array(design.rows);
  const problem: Problem = { design, outcome, weights, offset, model };

  const constant = new Float64Array(design.rows).fill(overallLink(problem));
  const first = leastSquares(design, constant, weights);
  let state = stateAt(problem, options.start ?? first.coefficients);
  if (!Number.isFinite(state.logLikelihood)) state = stateAt(problem, first.coefficients);
  let iterations = 0;
  let converged = false;
  let aliased: readonly number[] = first.aliased;
  if (aliased.length === 0) ({ state, iterations, converged } = climb(problem, state));

  const suspicious = model.family !== "gaussian" && (!converged || hasNearCertainRow(problem, state));
  const separation =
    aliased.length === 0 && suspicious
      ? findSeparation(design, outcome, weights, model.link === "log" ? "counted" : "bounded")
      : null;
  const atEnd = leastSquares(design, outcome, product(weights, state.information));
  if (aliased.length === 0 && separation === null && atEnd.aliased.length > 0) converged = false;
  aliased = [...aliased];
  return describe(problem, state, atEnd.crossInverse, {
    iterations,
    converged: converged && separation === null,
    aliased,
    separation,
  });
}

function climb(problem: Problem, from: State): { state: State; iterations: number; converged: boolean } {
  let state = from;
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const converged = gradientVanishes(problem, state);
    const next = improved(problem, state);
    // one step beyond the criterion costs little and gains the digits that Newton's method has to give
    if (converged) return { state: next ?? state, iterations, converged: true };
    if (next === null) return { state, iterations, converged: false };
    state = next;
  }
  return { state, iterations: MAX_ITERATIONS, converged: false };
}

function stateAt(problem: Problem, coefficients: Float64Array): State {
  const { design, outcome, weights, offset, model } = problem;
  const { rows, columns, data } = design;
  const linearPredictor = Float64Array.from(offset);
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++) linearPredictor[i]! += data[j * rows + i]! * coefficients[j]!;
  }
  const fitted = new Float64Array(rows);
  const score = new Float64Array(rows);
  const information = new Float64Array(rows);
  const row = emptyRow();
  let logLikelihood = 0;
  for (let i = 0; i < rows; i++) {
    model.row(outcome[i]!, linearPredictor[i]!, row);
    fitted[i] = row.mean;
    score[i] = row.score;
    information[i] = row.information;
    if (weights[i]! > 0) logLikelihood += weights[i]! * row.logLikelihood;
  }
  return { coefficients, linearPredictor, fitted, score, information, logLikelihood };
}

function gradientVanishes(problem: Problem, state: State): boolean {
  const { design, weights } = problem;
  for (let j = 0; j < design.columns; j++) {
    let gradient = 0;
    let size = 0;
    for (let i = 0; i < design.rows; i++) {
      if (weights[i] === 0) continue;
      const term = weights[i]! * state.score[i]! * design.data[j * design.rows + i]!;
      gradient += term;
      size += Math.abs(term);
    }
    if (!(Math.abs(gradient) <= GRADIENT_TOLERANCE * size)) return false;
  }
  return true;
}

/** One scoring step, halved while the likelihood falls or does not exist; `null` when no step can be made. */
function improved(problem: Problem, state: State): State | null {
  const { design, weights } = problem;
  const working = state.score.map((score, i) => (state.information[i]! > 0 ? score / state.information[i]! : 0));
  const step = leastSquares(design, working, product(weights, state.information));
  if (step.aliased.length > 0 || !step.coefficients.every(Number.isFinite)) return null;
  const allowance = 1e-12 * (Math.abs(state.logLikelihood) + 1e-8);
  for (let halving = 0, size = 1; halving < MAX_HALVINGS; halving++, size /= 2) {
    const next = stateAt(
      problem,
      state.coefficients.map((value, j) => value + size * step.coefficients[j]!),
    );
    if (next.logLikelihood >= state.logLikelihood - allowance) return next;
  }
  return null;
}

function product(weights: Float64Array, information: Float64Array): Float64Array {
  return weights.map((weight, i) => (weight > 0 && information[i]! > 0 ? weight * information[i]! : 0));
}

/** The linear predictor of a model with a constant only, moved off the ends where it is infinite. */
function overallLink({ outcome, weights, offset, model }: Problem): number {
  let total = 0;
  let exposure = 0;
  for (let i = 0; i < outcome.length; i++) {
    total += weights[i]! * outcome[i]!;
    exposure += weights[i]! * (model.family === "poisson" ? Math.exp(offset[i]!) : 1);
  }
  if (model.family === "gaussian") return total / exposure;
  const mean = total > 0 ? total / exposure : 0.5 / exposure;
  return model.linkOf(model.family === "binomial" ? Math.min(mean, 1 - 0.5 / (exposure + 1)) : mean);
}

/** Separation drives rows to certainty: where no row is nearly certain there is none. */
function hasNearCertainRow({ weights, outcome }: Problem, state: State): boolean {
  return state.fitted.some(
    (mean, i) => weights[i]! > 0 && Math.abs(outcome[i]! - mean) < 1e-4 && (mean < 1e-4 || mean > 1 - 1e-4),
  );
}

function describe(
  problem: Problem,
  state: State,
  crossInverse: Matrix,
  outcome: Pick<GeneralizedLinearFit, "iterations" | "converged" | "aliased" | "separation">,
): GeneralizedLinearFit {
  const { design, weights, model } = problem;
  let observations = 0;
  let deviance = 0;
  let logWeights = 0;
  for (let i = 0; i < design.rows; i++) {
    if (!(weights[i]! > 0)) continue;
    observations++;
    deviance += weights[i]! * model.deviance(problem.outcome[i]!, state.fitted[i]!);
    logWeights += Math.log(weights[i]!);
  }
  const dfResidual = observations - (design.columns - outcome.aliased.length);
  const gaussian = model.family === "gaussian";
  const dispersion = gaussian ? deviance / Math.max(dfResidual, 1) : 1;
  const covariance = gaussian
    ? { ...crossInverse, data: crossInverse.data.map((value) => value * dispersion) }
    : crossInverse;
  const logLikelihood = gaussian
    ? -0.5 * observations * (Math.log((2 * Math.PI * deviance) / observations) + 1) + 0.5 * logWeights
    : state.logLikelihood;
  const { coefficients, fitted, linearPredictor, score, information } = state;
  return {
    coefficients,
    covariance,
    fitted,
    linearPredictor,
    score,
    information,
    deviance,
    logLikelihood,
    dispersion,
    observations,
    dfResidual,
    ...outcome,
  };
}
