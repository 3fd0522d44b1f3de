import type { ResponseModel } from "../../_models/families.ts";
import { createRefit } from "../../_models/glmRefit.ts";
import { createJointRefit, type JointModel } from "../../_models/jointRefit.ts";
import { invertSymmetric, type Matrix, matrix } from "../../_numeric/matrix.ts";
import { carriedCoefficients, choleskyInPlace, rowMajor, subBlock, weightedCross } from "../crossProduct.ts";

/** The sampling law of an equation's parameters at its last fit. */
export interface EquationLaw {
  /** From the model: inverse information. `null` where the equation has none on offer. */
  readonly covariance: Matrix;
  /** Every row's influence on the parameters (inverse information × score), row after row. */
  readonly influence: Float64Array;
  /** Diagonal of the hat matrix of a linear equation, else `null`. */
  readonly leverage: Float64Array | null;
}

/** One model of the system as a function of case weights. */
export interface Equation {
  /** Coefficients of the terms first, then the other parameters of the distribution; those of the last fit. */
  readonly parameters: Float64Array;
  /** Refits in place; false where these weights have no estimate. `active` lists the `count` rows of weight > 0. */
  fit(weights: Float64Array, active: Int32Array, count: number): boolean;
  /** `null` for an equation whose law is not offered (a partial likelihood). */
  law(weights: Float64Array): EquationLaw | null;
  /** For a linear equation: writes the residuals of all rows. */
  readonly residuals?: (out: Float64Array) => void;
}

/** Least squares from the cross-product of the design and the response. */
export function linearEquation(design: Matrix, response: Float64Array): Equation {
  const { rows, columns: p } = design;
  const columns = Array.from({ length: p }, (_, j) => design.data.subarray(j * rows, (j + 1) * rows));
  const all = rowMajor([...columns, response], rows);
  const cross = new Float64Array(all.stride ** 2);
  const index = Int32Array.from({ length: p + 1 }, (_, j) => j);
  const block = new Float64Array((p + 1) ** 2);
  const parameters = new Float64Array(p);
  return {
    parameters,
    fit(weights, active, count) {
      weightedCross(all, weights, active, count, cross);
      subBlock(cross, all.stride, index, block);
      if (!choleskyInPlace(block, p + 1, p)) return false;
      carriedCoefficients(block, p + 1, p, p, parameters, 0);
      return true;
    },
    residuals: (out) => out.set(residualsOf(design, response, parameters)),
    law(weights) {
      const residuals = residualsOf(design, response, parameters);
      let squares = 0;
      let total = 0;
      for (let i = 0; i < rows; i++) {
        squares += weights[i]! * residuals[i]! ** 2;
        total += weights[i]!;
      }
      const bread = inverseOrSingular(weightedInformation(design, weights));
      const variance = squares / (total - p);
      return {
        covariance: { ...bread, data: bread.data.map((value) => value * variance) },
        influence: influenceOf(bread, scoresOf(design, residuals), rows),
        leverage: leverageOf(bread, design, weights),
      };
    },
  };
}

/** A generalised linear model by scoring, started from `start`, its coefficients with every weight 1. */
export function generalizedEquation(
  design: Matrix,
  response: Float64Array,
  model: ResponseModel,
  start: Float64Array,
): Equation {
  const refit = createRefit(design, response, model);
  const parameters = Float64Array.from(start);
  return {
    parameters,
    fit: (weights) => refit(weights, start, parameters),
    law(weights) {
      const { rows, columns: p } = design;
      const row = { mean: 0, score: 0, information: 0, logLikelihood: 0 };
      const scores = new Float64Array(rows);
      const information = new Float64Array(rows);
      for (let i = 0; i < rows; i++) {
        let eta = 0;
        for (let j = 0; j < p; j++) eta += design.data[j * rows + i]! * parameters[j]!;
        model.row(response[i]!, eta, row);
        scores[i] = row.score;
        information[i] = weights[i]! * row.information;
      }
      const bread = inverseOrSingular(weightedInformation(design, information));
      return { covariance: bread, influence: influenceOf(bread, scoresOf(design, scores), rows), leverage: null };
    },
  };
}

/** A model with shared parameters beside its coefficients, started from `start`. */
export function jointEquation(design: Matrix, model: JointModel, start: Float64Array): Equation {
  const refit = createJointRefit(design, model);
  const parameters = Float64Array.from(start);
  return {
    parameters,
    fit: (weights) => refit.fit(weights, start, parameters),
    law(weights) {
      const bread = inverseOrSingular(refit.information(weights, parameters));
      const influence = influenceOf(bread, refit.scores(parameters), design.rows);
      return { covariance: bread, influence, leverage: null };
    },
  };
}

export function residualsOf(design: Matrix, response: Float64Array, coefficients: Float64Array): Float64Array {
  const { rows, columns, data } = design;
  const residuals = Float64Array.from(response);
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++) residuals[i] = residuals[i]! - data[j * rows + i]! * coefficients[j]!;
  return residuals;
}

function weightedInformation({ rows, columns, data }: Matrix, weights: Float64Array): Matrix {
  const found = matrix(columns, columns);
  for (let j = 0; j < columns; j++)
    for (let k = 0; k <= j; k++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += weights[i]! * data[j * rows + i]! * data[k * rows + i]!;
      found.data[k * columns + j] = sum;
      found.data[j * columns + k] = sum;
    }
  return found;
}

function scoresOf({ rows, columns, data }: Matrix, slopes: Float64Array): Float64Array {
  const scores = new Float64Array(rows * columns);
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++) scores[i * columns + j] = slopes[i]! * data[j * rows + i]!;
  return scores;
}

function influenceOf(bread: Matrix, scores: Float64Array, rows: number): Float64Array {
  const p = bread.rows;
  const influence = new Float64Array(rows * p);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < p; j++) {
      let sum = 0;
      for (let k = 0; k < p; k++) sum += bread.data[k * p + j]! * scores[i * p + k]!;
      influence[i * p + j] = sum;
    }
  return influence;
}

function leverageOf(bread: Matrix, { rows, columns: p, data }: Matrix, weights: Float64Array): Float64Array {
  const leverage = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = 0; j < p; j++)
      for (let k = 0; k < p; k++) sum += data[j * rows + i]! * bread.data[k * p + j]! * data[k * rows + i]!;
    leverage[i] = weights[i]! * sum;
  }
  return leverage;
}

/** Singular information leaves no law: NaN throughout, which the caller refuses. */
function inverseOrSingular(information: Matrix): Matrix {
  return (
    invertSymmetric(information) ?? { ...information, data: new Float64Array(information.data.length).fill(Number.NaN) }
  );
}
