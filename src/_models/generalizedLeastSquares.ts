import { leastSquares } from "../_numeric/leastSquares.ts";
import { invertSymmetric, type Matrix, multiply, symmetricEigen, transpose } from "../_numeric/matrix.ts";
import { climb, informationAt, type SearchStep } from "./covarianceSearch.ts";
import type { CoefficientUncertainty } from "./repeatedInference.ts";
import {
  hasOwnVariances,
  linearBasis,
  type ResidualCovariance,
  type ResidualStructure,
  residualCovariance,
} from "./residualCovariance.ts";
import { type LikelihoodAt, type LikelihoodProblem, likelihoodSlopes } from "./restrictedLikelihood.ts";
import { correctedCovariance } from "./rogerCorrection.ts";
import { wavePatterns } from "./wavePatterns.ts";

interface RepeatedProblem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  /** The person of each row, 0, 1, 2 … */
  readonly people: Int32Array;
  /** The wave of each row, a place in `times`; a person is at a wave at most once. */
  readonly waves: Int32Array;
  readonly times: Float64Array;
  readonly structure: ResidualStructure;
  readonly restricted: boolean;
  /** Kenward and Roger's correction, for structures with a linear basis. */
  readonly adjusted: boolean;
}

export type RepeatedFit = RepeatedTop | RepeatedFailure;

export interface RepeatedTop {
  readonly status: "converged";
  readonly steps: readonly SearchStep[];
  readonly coefficients: Float64Array;
  readonly uncertainty: CoefficientUncertainty;
  readonly residualCovariance: Matrix;
  readonly correlation: number | null;
  /** Number of parameters of the residual covariance. */
  readonly covarianceParameters: number;
  readonly logLikelihood: number;
}

/**
 * "singular": the likelihood rises towards a covariance matrix that is not positive definite; "flat": it has no single top;
 * "perfect": least squares leaves no residual.
 */
export interface RepeatedFailure {
  readonly status: "singular" | "flat" | "not-converged" | "perfect" | "collinear";
  readonly aliased: readonly number[];
  readonly steps: readonly SearchStep[];
}

/** Information of a row about a combination of parameters, at which the likelihood counts as flat; of order 1 otherwise. */
const FLAT = 1e-9;

/**
 * Generalised least squares with the residual covariance of the waves estimated by (restricted) maximum likelihood. Rows are
 * divided by a rough standard deviation (of their wave, where waves have variances of their own), the design is made orthonormal
 * and the outcome replaced by its residual, so that no unit matters.
 */
export function fitRepeated(problem: RepeatedProblem): RepeatedFit {
  const { design, outcome, restricted, waves, structure } = problem;
  const rough = leastSquares(design, outcome);
  if (rough.aliased.length > 0) return { status: "collinear", aliased: rough.aliased, steps: [] };
  const spreads = spreadsOf(rough.residuals, problem);
  const size = outcome.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!spreads.some((value) => value > 1e-12 * size)) return { status: "perfect", aliased: [], steps: [] };
  const start = leastSquares(
    design,
    outcome,
    Float64Array.from(waves, (wave) => spreads[wave]! ** -2),
  );
  const unit = start.residuals.map((value, row) => value / spreads[waves[row]!]!);
  const likelihood: LikelihoodProblem = {
    patterns: wavePatterns(start.orthogonal, unit, problem.people, waves),
    waves: problem.times.length,
    columns: design.columns,
    rows: design.rows,
    restricted,
  };
  const family = residualCovariance(structure, problem.times);
  const { status, steps, parameters, at } = climb(likelihood, family);
  if (status !== "converged") return { status, aliased: [], steps };
  const root = start.rootInverse;
  const uncertainty = problem.adjusted
    ? adjustedUncertainty(likelihood, at, linearBasis(structure, problem.times.length)!, root)
    : plainUncertainty(likelihood, at, family, parameters, root);
  if (uncertainty === null) return { status: "flat", aliased: [], steps };
  let logLikelihood = at.logLikelihood;
  for (const wave of waves) logLikelihood -= Math.log(spreads[wave]!);
  if (restricted) {
    for (let k = 0; k < root.columns; k++) logLikelihood += Math.log(Math.abs(root.data[k * root.rows + k]!));
  }
  const moved = multiply(root, { rows: root.columns, columns: 1, data: at.coefficients });
  return {
    status,
    steps,
    coefficients: start.coefficients.map((value, k) => value + moved.data[k]!),
    uncertainty,
    residualCovariance: inUnits(family.at(parameters), spreads),
    correlation: family.correlation(parameters),
    covarianceParameters: family.parameters,
    logLikelihood,
  };
}

/** Standard deviations of the residuals, by wave where the structure has variances by wave. */
function spreadsOf(residuals: Float64Array, { waves, times, structure }: RepeatedProblem): Float64Array {
  const squares = new Float64Array(times.length);
  const counts = new Float64Array(times.length);
  residuals.forEach((value, row) => {
    squares[waves[row]!]! += value ** 2;
    counts[waves[row]!]!++;
  });
  const all = Math.sqrt(squares.reduce((total, value) => total + value, 0) / residuals.length);
  if (!hasOwnVariances(structure)) return squares.fill(all);
  return squares.map((value, wave) => Math.max(Math.sqrt(value / counts[wave]!), 1e-6 * all));
}

/** The variance of the coefficients, and how it moves with the parameters of V; A is the inverse observed information. */
function plainUncertainty(
  likelihood: LikelihoodProblem,
  at: LikelihoodAt,
  family: ResidualCovariance,
  parameters: Float64Array,
  turn: Matrix,
): CoefficientUncertainty | null {
  const { information, expected, crossSlopes } = informationAt(likelihood, family, parameters, at);
  const parameterCovariance = isFlat(expected, likelihood.rows) ? null : invertSymmetric(information);
  if (parameterCovariance === null) return null;
  const model = turned(at.crossInverse, turn);
  return { covariance: model, model, slopes: slopesOf(at, crossSlopes, turn), parameterCovariance };
}

/** The same with Kenward and Roger's correction, for a V that is a sum of parameters times fixed matrices. */
function adjustedUncertainty(
  likelihood: LikelihoodProblem,
  at: LikelihoodAt,
  basis: readonly Matrix[],
  turn: Matrix,
): CoefficientUncertainty | null {
  const { expected, crossSlopes } = likelihoodSlopes(likelihood, at, basis);
  const parameterCovariance = isFlat(expected, likelihood.rows) ? null : invertSymmetric(expected);
  if (parameterCovariance === null) return null;
  return {
    covariance: turned(correctedCovariance(likelihood, at, basis, crossSlopes, parameterCovariance), turn),
    model: turned(at.crossInverse, turn),
    slopes: slopesOf(at, crossSlopes, turn),
    parameterCovariance,
  };
}

/** There is a direction in which the data say nothing. */
function isFlat(expected: Matrix, rows: number): boolean {
  return !(symmetricEigen(expected).values.at(-1)! > FLAT * rows);
}

function slopesOf({ crossInverse }: LikelihoodAt, crossSlopes: readonly Matrix[], turn: Matrix): Matrix[] {
  return crossSlopes.map((slope) => turned(multiply(multiply(crossInverse, slope), crossInverse), turn));
}

/** From the orthonormal design to the one given. */
function turned(inner: Matrix, turn: Matrix): Matrix {
  return multiply(multiply(turn, inner), transpose(turn));
}

function inUnits(a: Matrix, spreads: Float64Array): Matrix {
  return { ...a, data: a.data.map((value, k) => value * spreads[k % a.rows]! * spreads[Math.floor(k / a.rows)]!) };
}
