import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { newtonStep } from "./newtonStep.ts";

/** What one row says about its linear predictor and about parameters shared by all rows. Written over by every call. */
export interface JointRow {
  logLikelihood: number;
  /** Derivative by the linear predictor. */
  score: number;
  /** Minus the second derivative by the linear predictor. */
  information: number;
  /** Derivatives by the shared parameters. */
  readonly sharedScore: Float64Array;
  /** Minus the derivatives by the predictor and each shared parameter. */
  readonly cross: Float64Array;
  /** Minus the second derivatives by the shared parameters, row by row. */
  readonly sharedInformation: Float64Array;
}

/** A likelihood of rows with a linear predictor and `shared` further parameters (thresholds, a log dispersion, a log scale). */
export interface JointModel {
  readonly shared: number;
  /** Called before the rows whenever the shared parameters have moved; false where they have no meaning. */
  prepare(shared: Float64Array): boolean;
  row(index: number, linearPredictor: number, shared: Float64Array, out: JointRow): void;
}

/** Coefficients first, then the shared parameters. */
export interface JointRefit {
  readonly size: number;
  /** Maximum likelihood with these case weights, from `start` into `out`; false where there is none or it was not reached. */
  fit(weights: Float64Array, start: Float64Array, out: Float64Array): boolean;
  /** Observed information at `parameters` with these weights. */
  information(weights: Float64Array, parameters: Float64Array): Matrix;
  /** Derivatives of every row's log-likelihood by the parameters, row after row. */
  scores(parameters: Float64Array): Float64Array;
}

const mostIterations = 60;
const mostHalvings = 30;
/** Squared length of a Newton step in standard errors after which the next would be lost in rounding. */
const settled = 1e-15;
/** A predictor that still moves by more than this, though the likelihood hardly gains, is on its way to infinity. */
const stillMoving = 1e-4;

/** Newton's method with the observed information and step-halving, without allocation, to be repeated with other weights. */
export function createJointRefit(design: Matrix, model: JointModel): JointRefit {
  const { rows, columns } = design;
  const { shared } = model;
  const size = columns + shared;
  const byRow = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++) for (let i = 0; i < rows; i++) byRow[i * columns + j] = design.data[j * rows + i]!;
  const at = new Float64Array(size);
  const trial = new Float64Array(size);
  const step = new Float64Array(size);
  const gradient = new Float64Array(size);
  const cross = new Float64Array(size * size);
  const row: JointRow = {
    logLikelihood: 0,
    score: 0,
    information: 0,
    sharedScore: new Float64Array(shared),
    cross: new Float64Array(shared),
    sharedInformation: new Float64Array(shared * shared),
  };

  /** Log-likelihood, gradient and information (lower triangle) at `parameters`; NaN where they do not exist. */
  function accumulate(weights: Float64Array, parameters: Float64Array): number {
    gradient.fill(0);
    cross.fill(0);
    const others = parameters.subarray(columns);
    if (!model.prepare(others)) return Number.NaN;
    let total = 0;
    for (let i = 0; i < rows; i++) {
      const weight = weights[i]!;
      if (weight === 0) continue;
      const from = i * columns;
      let eta = 0;
      for (let j = 0; j < columns; j++) eta += byRow[from + j]! * parameters[j]!;
      model.row(i, eta, others, row);
      total += weight * row.logLikelihood;
      const score = weight * row.score;
      const information = weight * row.information;
      for (let j = 0; j < columns; j++) {
        const x = byRow[from + j]!;
        gradient[j] = gradient[j]! + score * x;
        const scaled = information * x;
        for (let k = 0; k <= j; k++) cross[j * size + k] = cross[j * size + k]! + scaled * byRow[from + k]!;
      }
      for (let k = 0; k < shared; k++) {
        const place = columns + k;
        gradient[place] = gradient[place]! + weight * row.sharedScore[k]!;
        const mixed = weight * row.cross[k]!;
        if (mixed !== 0)
          for (let j = 0; j < columns; j++)
            cross[place * size + j] = cross[place * size + j]! + mixed * byRow[from + j]!;
        for (let l = 0; l <= k; l++)
          cross[place * size + columns + l] =
            cross[place * size + columns + l]! + weight * row.sharedInformation[k * shared + l]!;
      }
    }
    return total;
  }

  /** Whether the last step moved somebody's predictor or a shared parameter though it gained nothing: separation. */
  function runsAway(weights: Float64Array): boolean {
    for (let k = columns; k < size; k++) if (Math.abs(step[k]!) > stillMoving) return true;
    for (let i = 0; i < rows; i++) {
      if (weights[i] === 0) continue;
      let change = 0;
      for (let j = 0; j < columns; j++) change += byRow[i * columns + j]! * step[j]!;
      if (Math.abs(change) > stillMoving) return true;
    }
    return false;
  }

  return {
    size,
    fit(weights, start, out) {
      at.set(start);
      let logLikelihood = accumulate(weights, at);
      if (!Number.isFinite(logLikelihood)) return false;
      for (let iteration = 0; iteration < mostIterations; iteration++) {
        const length = newtonStep(cross, gradient, step, size);
        if (!Number.isFinite(length)) return false;
        for (let share = 1, halvings = 0; ; share /= 2, halvings++) {
          for (let j = 0; j < size; j++) trial[j] = at[j]! + share * step[j]!;
          if (length < settled) {
            if (runsAway(weights)) return false;
            out.set(trial);
            return true;
          }
          const next = accumulate(weights, trial);
          if (next >= logLikelihood - 1e-12 * (Math.abs(logLikelihood) + 1e-8)) {
            logLikelihood = next;
            break;
          }
          if (halvings === mostHalvings) return false;
        }
        at.set(trial);
      }
      return false;
    },
    information(weights, parameters) {
      accumulate(weights, parameters);
      const found = matrix(size, size);
      for (let i = 0; i < size; i++)
        for (let j = 0; j < size; j++) found.data[j * size + i] = cross[Math.max(i, j) * size + Math.min(i, j)]!;
      return found;
    },
    scores(parameters) {
      const found = new Float64Array(rows * size);
      const others = parameters.subarray(columns);
      model.prepare(others);
      for (let i = 0; i < rows; i++) {
        let eta = 0;
        for (let j = 0; j < columns; j++) eta += byRow[i * columns + j]! * parameters[j]!;
        model.row(i, eta, others, row);
        for (let j = 0; j < columns; j++) found[i * size + j] = row.score * byRow[i * columns + j]!;
        for (let k = 0; k < shared; k++) found[i * size + columns + k] = row.sharedScore[k]!;
      }
      return found;
    },
  };
}
