import { leastSquares } from "../_numeric/leastSquares.ts";
import { innerProduct, type Matrix } from "../_numeric/matrix.ts";
import { emptyRow, responseModel } from "./families.ts";

export interface FirthFit {
  readonly coefficients: Float64Array;
  /** Inverse expected information at the estimate, of all coefficients; not of the penalised likelihood. */
  readonly covariance: Matrix;
  readonly fitted: Float64Array;
  readonly logLikelihood: number;
  /** Log-likelihood + ½ log |information|. */
  readonly penalizedLogLikelihood: number;
  readonly iterations: number;
  readonly converged: boolean;
}

interface FirthState {
  readonly coefficients: Float64Array;
  readonly fitted: Float64Array;
  readonly logLikelihood: number;
  readonly penalized: number;
  readonly covariance: Matrix;
  readonly information: Float64Array;
  /** Of the penalised likelihood, one per row, by its linear predictor: y − p + h(½ − p). */
  readonly score: Float64Array;
}

const MAX_ITERATIONS = 5000;
const MAX_HALVINGS = 40;
/** A scoring step, in standard errors. Scoring closes in by a constant factor per step, so what is left is of this order. */
const STEP_TOLERANCE = 1e-12;
const logistic = responseModel("binomial", "logit")!;

/**
 * Logistic regression with Firth's penalty (Firth 1993; Heinze & Schemper 2002): maximises ℓ(b) + ½ log |I(b)| by scoring on
 * Σ x(y − p + h(½ − p)), h being the leverage, each step halved while the penalised likelihood falls. Coefficients of
 * `held` columns stay as in `start`; the penalty is of the whole design all the same, as profile limits need it.
 * `null` where the information is singular at the start: a collinear design, or a start too far out.
 */
export function fitFirth(
  design: Matrix,
  outcome: Float64Array,
  start: Float64Array = new Float64Array(design.columns),
  held: readonly number[] = [],
): FirthFit | null {
  const free = Array.from({ length: design.columns }, (_, j) => j).filter((j) => !held.includes(j));
  const freeDesign = columnsOf(design, free);
  let state = stateAt(design, outcome, start);
  if (state === null) return null;
  let iterations = 0;
  let converged = free.length === 0;
  while (!converged && iterations < MAX_ITERATIONS) {
    iterations++;
    const step = scoringStep(freeDesign, free, state);
    if (step === null) break;
    converged = step.size < STEP_TOLERANCE;
    const next = moved(design, outcome, state, free, step.direction);
    if (next === null) {
      // rounding of the penalised likelihood hides what little there is still to gain
      converged = converged || step.size < 1e-7;
      break;
    }
    state = next;
  }
  const { coefficients, covariance, fitted, logLikelihood, penalized } = state;
  return {
    coefficients,
    covariance,
    fitted,
    logLikelihood,
    penalizedLogLikelihood: penalized,
    iterations,
    converged,
  };
}

function stateAt(design: Matrix, outcome: Float64Array, coefficients: Float64Array): FirthState | null {
  const { rows, columns, data } = design;
  const fitted = new Float64Array(rows);
  const information = new Float64Array(rows);
  const score = new Float64Array(rows);
  const row = emptyRow();
  let logLikelihood = 0;
  for (let i = 0; i < rows; i++) {
    let eta = 0;
    for (let j = 0; j < columns; j++) eta += data[j * rows + i]! * coefficients[j]!;
    logistic.row(outcome[i]!, eta, row);
    fitted[i] = row.mean;
    information[i] = row.information;
    score[i] = row.score;
    logLikelihood += row.logLikelihood;
  }
  if (!Number.isFinite(logLikelihood)) return null;
  const { rank, leverage, rootInverse, crossInverse } = leastSquares(design, new Float64Array(rows), information);
  if (rank < columns) return null;
  // R⁻¹ is triangular: |I| is the square of the product of R's diagonal
  let halfLogDeterminant = 0;
  for (let j = 0; j < columns; j++) halfLogDeterminant -= Math.log(Math.abs(rootInverse.data[j * columns + j]!));
  for (let i = 0; i < rows; i++) score[i]! += leverage[i]! * (0.5 - fitted[i]!);
  const penalized = logLikelihood + halfLogDeterminant;
  if (!Number.isFinite(penalized)) return null;
  return { coefficients, fitted, logLikelihood, penalized, covariance: crossInverse, information, score };
}

/** (X′WX)⁻¹X′s for the free columns, and the largest of its elements in standard errors. */
function scoringStep(
  freeDesign: Matrix,
  free: readonly number[],
  { score, information }: FirthState,
): { direction: Float64Array; size: number } | null {
  const working = score.map((value, i) => (information[i]! > 0 ? value / information[i]! : 0));
  const { coefficients, crossInverse, rank } = leastSquares(freeDesign, working, information);
  if (rank < free.length || !coefficients.every(Number.isFinite)) return null;
  let size = 0;
  coefficients.forEach((value, j) => {
    size = Math.max(size, Math.abs(value) / Math.sqrt(crossInverse.data[j * free.length + j]!));
  });
  return { direction: coefficients, size };
}

function moved(
  design: Matrix,
  outcome: Float64Array,
  from: FirthState,
  free: readonly number[],
  direction: Float64Array,
): FirthState | null {
  const allowance = 1e-13 * (Math.abs(from.logLikelihood) + Math.abs(from.penalized) + 1e-8);
  for (let halving = 0, size = 1; halving < MAX_HALVINGS; halving++, size /= 2) {
    const coefficients = Float64Array.from(from.coefficients);
    free.forEach((column, k) => {
      coefficients[column]! += size * direction[k]!;
    });
    const next = stateAt(design, outcome, coefficients);
    if (next !== null && next.penalized >= from.penalized - allowance) return next;
  }
  return null;
}

function columnsOf(design: Matrix, columns: readonly number[]): Matrix {
  const data = new Float64Array(design.rows * columns.length);
  columns.forEach((column, at) => {
    data.set(design.data.subarray(column * design.rows, (column + 1) * design.rows), at * design.rows);
  });
  return { rows: design.rows, columns: columns.length, data };
}

/** The derivative of the penalised log-likelihood by every coefficient, for tests and checks. */
export function firthGradient(design: Matrix, outcome: Float64Array, coefficients: Float64Array): Float64Array | null {
  const state = stateAt(design, outcome, coefficients);
  if (state === null) return null;
  return Float64Array.from({ length: design.columns }, (_, j) =>
    innerProduct(design.data, j * design.rows, state.score, 0, design.rows),
  );
}
