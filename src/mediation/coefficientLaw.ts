import type { Clusters } from "../_models/covariance.ts";
import { normalDensity, normalLower, normalUpper } from "../_numeric/distributions/index.ts";
import { invertSymmetric, type Matrix, matrix, multiply } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { BinaryFit } from "./binaryFit.ts";
import { activeRows, type RowMajor, weightedCross } from "./crossProduct.ts";
import type { Parameters, Problem } from "./problem.ts";

/** All coefficients in a row (mediator models, then the outcome model) and their joint covariance. */
export interface CoefficientLaw {
  readonly mean: Float64Array;
  readonly covariance: Matrix;
}

/**
 * The normal approximation from which the Monte Carlo method draws. Without clusters: mediators' coefficients covary as
 * Σ ⊗ (X′X)⁻¹, those of the outcome model are independent of them. With clusters: the sandwich of all models' scores summed
 * by cluster, stacked, times G/(G − 1), so that coefficients of different models covary as their scores do.
 */
export function coefficientLaw(problem: Problem, parameters: Parameters, clusters: Clusters | null): CoefficientLaw {
  const { mediators: k, mediatorSize: q, outcomeSize: r, rows } = problem;
  const size = k * q + r;
  const mean = new Float64Array(size);
  mean.set(parameters.alpha);
  mean.set(parameters.beta, k * q);
  const ones = new Float64Array(rows).fill(1);
  const active = new Int32Array(rows);
  const count = activeRows(ones, active);
  const mediatorBread = inverse(leading(problem.mediatorDesign, ones, active, count, q));
  const outcome = outcomeScores(problem, parameters.beta);
  const outcomeBread =
    problem.link === "identity"
      ? inverse(leading(problem.outcomeDesign, ones, active, count, r))
      : inverse(informationAt(problem, parameters.beta, ones, active, count));
  const covariance = matrix(size, size);
  if (clusters === null) {
    for (let m = 0; m < k; m++)
      for (let l = 0; l < k; l++) place(covariance, mediatorBread, m * q, l * q, parameters.sigma[m * k + l]!);
    const scale = problem.link === "identity" ? sumOfSquares(outcome) / (rows - r) : 1;
    place(covariance, outcomeBread, k * q, k * q, scale);
    return { mean, covariance };
  }
  const bread = matrix(size, size);
  for (let m = 0; m < k; m++) place(bread, mediatorBread, m * q, m * q, 1);
  place(bread, outcomeBread, k * q, k * q, 1);
  const sums = new Float64Array(clusters.count * size);
  for (let m = 0; m < k; m++)
    addScores(sums, size, m * q, problem.mediatorDesign, q, mediatorResiduals(problem, parameters, m), clusters);
  addScores(sums, size, k * q, problem.outcomeDesign, r, outcome, clusters);
  const meat = matrix(size, size);
  const factor = clusters.count / (clusters.count - 1);
  for (let g = 0; g < clusters.count; g++)
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) meat.data[j * size + i]! += factor * sums[g * size + i]! * sums[g * size + j]!;
  return { mean, covariance: symmetric(multiply(multiply(bread, meat), bread)) };
}

/** Splits one draw of the coefficients back into parameters. */
export function splitLaw(problem: Problem, drawn: Float64Array, into: Parameters): void {
  const middle = problem.mediators * problem.mediatorSize;
  into.alpha.set(drawn.subarray(0, middle));
  into.beta.set(drawn.subarray(middle));
}

function leading(design: RowMajor, weights: Float64Array, active: Int32Array, count: number, size: number): Matrix {
  const cross = new Float64Array(design.stride ** 2);
  weightedCross(design, weights, active, count, cross);
  return lowerBlock(cross, design.stride, size);
}

function lowerBlock(cross: Float64Array, stride: number, size: number): Matrix {
  const block = matrix(size, size);
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) block.data[j * size + i] = cross[Math.max(i, j) * stride + Math.min(i, j)]!;
  return block;
}

function informationAt(
  problem: Problem,
  beta: Float64Array,
  ones: Float64Array,
  active: Int32Array,
  count: number,
): Matrix {
  if (problem.link === "identity") throw new RangeError("a linear outcome has no binomial information");
  const fit = new BinaryFit(problem.outcomeDesign, problem.outcomeSize, problem.outcome, problem.link);
  fit.fit(ones, active, count, Float64Array.from(beta));
  return lowerBlock(fit.information, problem.outcomeDesign.stride, problem.outcomeSize);
}

function inverse(a: Matrix): Matrix {
  const found = invertSymmetric(a);
  if (found !== null) return found;
  throw new KithpathError("collinear", "mediate: the columns of a model are too close to collinear", {
    expected: "terms that each add something",
    remedy: "Leave out a covariate that the others determine.",
  });
}

function place(into: Matrix, block: Matrix, row: number, column: number, factor: number): void {
  for (let j = 0; j < block.columns; j++)
    for (let i = 0; i < block.rows; i++)
      into.data[(column + j) * into.rows + row + i] = factor * block.data[j * block.rows + i]!;
}

function mediatorResiduals(problem: Problem, { alpha }: Parameters, m: number): Float64Array {
  const { mediatorDesign: design, mediatorSize: q } = problem;
  return Float64Array.from({ length: problem.rows }, (_, row) => {
    let value = design.values[row * design.stride + q + m]!;
    for (let j = 0; j < q; j++) value -= alpha[m * q + j]! * design.values[row * design.stride + j]!;
    return value;
  });
}

/** Residuals of a linear outcome; derivatives of the log likelihood by the predictor of a binary one. */
function outcomeScores(problem: Problem, beta: Float64Array): Float64Array {
  const { outcomeDesign: design, outcomeSize: r, link } = problem;
  return Float64Array.from({ length: problem.rows }, (_, row) => {
    let eta = 0;
    for (let j = 0; j < r; j++) eta += beta[j]! * design.values[row * design.stride + j]!;
    const y = problem.outcome[row]!;
    if (link === "identity") return y - eta;
    if (link === "logit") return y - 1 / (1 + Math.exp(-eta));
    return y === 1 ? normalDensity(eta) / normalLower(eta) : -normalDensity(eta) / normalUpper(eta);
  });
}

function addScores(
  sums: Float64Array,
  size: number,
  offset: number,
  design: RowMajor,
  columns: number,
  residuals: Float64Array,
  clusters: Clusters,
): void {
  for (let row = 0; row < design.rows; row++)
    for (let j = 0; j < columns; j++)
      sums[clusters.codes[row]! * size + offset + j]! += residuals[row]! * design.values[row * design.stride + j]!;
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function symmetric(a: Matrix): Matrix {
  const result = matrix(a.rows, a.columns);
  for (let i = 0; i < a.rows; i++)
    for (let j = 0; j < a.columns; j++)
      result.data[j * a.rows + i] = (a.data[j * a.rows + i]! + a.data[i * a.rows + j]!) / 2;
  return result;
}
