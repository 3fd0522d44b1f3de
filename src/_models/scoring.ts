import { leastSquares } from "../_numeric/leastSquares.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { emptyRow, type ResponseModel } from "./families.ts";

/** A generalised linear model and its complete data. */
export interface ScoringProblem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly model: ResponseModel;
}

/** Everything the rows say at some coefficients. */
export interface ScoringState {
  readonly coefficients: Float64Array;
  readonly linearPredictor: Float64Array;
  readonly fitted: Float64Array;
  readonly score: Float64Array;
  readonly information: Float64Array;
  readonly logLikelihood: number;
}

const GRADIENT_TOLERANCE = 1e-10;
const MAX_ITERATIONS = 100;
const MAX_HALVINGS = 40;

/** Fisher scoring from a state, to the criterion and one step beyond it. */
export function climb(
  problem: ScoringProblem,
  from: ScoringState,
): { state: ScoringState; iterations: number; record: readonly number[]; converged: boolean } {
  let state = from;
  const record = [from.logLikelihood];
  for (let iterations = 1; iterations <= MAX_ITERATIONS; iterations++) {
    const converged = gradientVanishes(problem, state);
    const next = improved(problem, state);
    // one step beyond the criterion costs little and gains the digits that Newton's method has to give
    if (converged) return { state: next ?? state, iterations, record, converged: true };
    if (next === null) return { state, iterations, record, converged: false };
    state = next;
    record.push(state.logLikelihood);
  }
  return { state, iterations: MAX_ITERATIONS, record, converged: false };
}

export function stateAt(problem: ScoringProblem, coefficients: Float64Array): ScoringState {
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

/**
 * Whether every element of the gradient is small beside the sum of the sizes of its terms. A term counts with its own size and with its
 * standard deviation, the root of the information, so that a fit without any residual converges too.
 */
function gradientVanishes({ design, weights }: ScoringProblem, { score, information }: ScoringState): boolean {
  for (let j = 0; j < design.columns; j++) {
    let gradient = 0;
    let size = 0;
    for (let i = 0; i < design.rows; i++) {
      if (weights[i] === 0) continue;
      const weighted = weights[i]! * design.data[j * design.rows + i]!;
      gradient += weighted * score[i]!;
      size += Math.abs(weighted) * (Math.abs(score[i]!) + Math.sqrt(information[i]!));
    }
    if (!(Math.abs(gradient) <= GRADIENT_TOLERANCE * size)) return false;
  }
  return true;
}

/** One scoring step, halved while the likelihood falls or does not exist; `null` when no step can be made. */
function improved(problem: ScoringProblem, state: ScoringState): ScoringState | null {
  const { design, weights } = problem;
  const working = state.score.map((score, i) => (state.information[i]! > 0 ? score / state.information[i]! : 0));
  const step = leastSquares(design, working, workingWeights(weights, state.information));
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

/** Working weights: 0 where the information underflows. */
export function workingWeights(weights: Float64Array, information: Float64Array): Float64Array {
  return weights.map((weight, i) => (weight > 0 && information[i]! > 0 ? weight * information[i]! : 0));
}
