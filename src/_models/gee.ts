import { leastSquares } from "../_numeric/leastSquares.ts";
import { columnOfMatrix, innerProduct, type Matrix, matrix, symmetricEigen } from "../_numeric/matrix.ts";
import type { Clusters } from "./clusterCovariance.ts";
import { emptyRow, type ResponseModel } from "./families.ts";
import { sandwich } from "./sandwich.ts";
import { correlationOf, type WorkingCorrelation, whiten } from "./workingCorrelation.ts";

interface EstimatingProblem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  readonly model: ResponseModel;
  readonly clusters: Clusters;
  readonly correlation: WorkingCorrelation;
  /** Where to begin, usually the fit of independent rows. */
  readonly start: Float64Array;
}

export interface EstimatingFit {
  readonly coefficients: Float64Array;
  /** Liang and Zeger's sandwich, without a small-sample factor. */
  readonly robust: Matrix;
  /** As if the working correlation were true. */
  readonly naive: Matrix;
  /** Mean squared Pearson residual. */
  readonly dispersion: number;
  /** Working correlation; `null` for independence. */
  readonly alpha: number | null;
  readonly iterations: number;
  readonly converged: boolean;
  /** The last working correlation matrix was positive definite for every cluster. */
  readonly admissible: boolean;
  /** Coefficients that rest on a cluster fitted exactly, whose variation cannot be seen: robust errors are too small. */
  readonly unseen: readonly number[];
}

const MAX_ITERATIONS = 500;
/** Squared length of a step in naive standard errors at which iteration ends. */
const STEP_TOLERANCE = 1e-22;

/**
 * Generalised estimating equations (Liang & Zeger 1986): alternately a scoring step for the coefficients, a least squares of
 * rows decorrelated within their cluster, and moment estimates of the dispersion and the working correlation. Rows of a
 * cluster are neighbours in the order in which they stand.
 */
export function fitEstimatingEquations(problem: EstimatingProblem): EstimatingFit {
  const { design, clusters, correlation, model } = problem;
  const members = membersOf(clusters);
  let coefficients = problem.start;
  let iterations = 0;
  let converged = false;
  for (;;) {
    const rows = standardizedRows(problem, coefficients);
    const dispersion = rows.residuals.reduce((total, value) => total + value ** 2, 0) / design.rows;
    const { alpha, admissible } = correlationOf(correlation, rows.residuals, members, dispersion);
    const usable = admissible && rows.finite && dispersion > 0;
    if (!usable || converged || iterations === MAX_ITERATIONS) {
      const white = usable ? whiten(rows, correlation, alpha, members) : rows;
      const { crossInverse, rootInverse, orthogonal, aliased } = leastSquares(white.design, white.residuals);
      const scores = clusterScores(orthogonal, white.residuals, clusters);
      return {
        coefficients,
        robust: sandwich(rootInverse, scores),
        naive: { ...crossInverse, data: crossInverse.data.map((value) => value * dispersion) },
        dispersion,
        alpha: correlation === "independence" ? null : alpha,
        iterations,
        converged: converged && usable && aliased.length === 0,
        admissible,
        unseen: restingOnExactClusters(orthogonal, rootInverse, members),
      };
    }
    iterations++;
    const white = whiten(rows, correlation, alpha, members);
    const step = leastSquares(white.design, white.residuals);
    coefficients = coefficients.map((value, j) => value + step.coefficients[j]!);
    const size = step.fitted.reduce((total, value) => total + value ** 2, 0) / dispersion;
    converged = size <= STEP_TOLERANCE || (model.family === "gaussian" && correlation === "independence");
  }
}

/** Pearson residuals, and the derivatives of the means in standard deviations. */
interface StandardizedRows {
  readonly design: Matrix;
  readonly residuals: Float64Array;
}

function standardizedRows(
  { design, outcome, model }: EstimatingProblem,
  coefficients: Float64Array,
): StandardizedRows & { finite: boolean } {
  const scaled = matrix(design.rows, design.columns);
  const residuals = new Float64Array(design.rows);
  const row = emptyRow();
  for (let i = 0; i < design.rows; i++) {
    let predictor = 0;
    for (let j = 0; j < design.columns; j++) predictor += design.data[j * design.rows + i]! * coefficients[j]!;
    model.row(outcome[i]!, predictor, row);
    const root = Math.sqrt(row.information);
    residuals[i] = row.score / root;
    for (let j = 0; j < design.columns; j++)
      scaled.data[j * design.rows + i] = root * design.data[j * design.rows + i]!;
  }
  return { design: scaled, residuals, finite: residuals.every(Number.isFinite) && scaled.data.every(Number.isFinite) };
}

/** The rows of each cluster, in the order in which they stand. */
function membersOf({ codes, count }: Clusters): number[][] {
  const members: number[][] = Array.from({ length: count }, () => []);
  codes.forEach((code, row) => {
    members[code]!.push(row);
  });
  return members;
}

function clusterScores(orthogonal: Matrix, residuals: Float64Array, { codes, count }: Clusters): Matrix {
  const scores = matrix(count, orthogonal.columns);
  for (let k = 0; k < orthogonal.columns; k++) {
    const column = columnOfMatrix(orthogonal, k);
    codes.forEach((code, row) => {
      scores.data[k * count + code]! += column[row]! * residuals[row]!;
    });
  }
  return scores;
}

/** A cluster is fitted exactly in a direction that no other cluster has a part in: its share Q′Q has the eigenvalue 1. */
function restingOnExactClusters(
  orthogonal: Matrix,
  rootInverse: Matrix,
  members: readonly (readonly number[])[],
): number[] {
  const size = orthogonal.columns;
  const found = new Set<number>();
  for (const rows of members) {
    const share = matrix(size, size);
    for (let j = 0; j < size; j++) {
      for (let k = 0; k < size; k++) {
        for (const row of rows) {
          share.data[k * size + j]! +=
            orthogonal.data[j * orthogonal.rows + row]! * orthogonal.data[k * orthogonal.rows + row]!;
        }
      }
    }
    const { values, vectors } = symmetricEigen(share);
    values.forEach((value, v) => {
      if (value < 1 - 1e-10) return;
      for (let c = 0; c < rootInverse.rows; c++) {
        const row = Float64Array.from({ length: size }, (_, k) => rootInverse.data[k * rootInverse.rows + c]!);
        if (Math.abs(innerProduct(vectors.data, v * size, row, 0, size)) > 1e-8 * Math.hypot(...row)) found.add(c);
      }
    });
  }
  return [...found].sort((a, b) => a - b);
}
