import { leastSquares } from "../_numeric/leastSquares.ts";
import {
  cholesky,
  choleskySolve,
  invertSymmetric,
  type Matrix,
  matrix,
  multiply,
  symmetricEigen,
  transpose,
} from "../_numeric/matrix.ts";
import { type ResidualCovariance, type ResidualStructure, residualCovariance } from "./residualCovariance.ts";
import { type LikelihoodAt, type LikelihoodProblem, likelihoodAt, likelihoodSlopes } from "./restrictedLikelihood.ts";
import { wavePatterns } from "./wavePatterns.ts";

export interface RepeatedProblem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  /** The person of each row, 0, 1, 2 … */
  readonly people: Int32Array;
  /** The wave of each row, a place in `times`; a person is at a wave at most once. */
  readonly waves: Int32Array;
  readonly times: Float64Array;
  readonly structure: ResidualStructure;
  readonly restricted: boolean;
}

/** One step of the search: where it started, and how far from the top that is by the local parabola. */
export interface SearchStep {
  readonly logLikelihood: number;
  /** Half the squared Newton decrement: the rise in log-likelihood that the parabola promises. */
  readonly promised: number;
}

export interface RepeatedFit {
  /**
   * "singular": the likelihood rises towards a covariance matrix that is not positive definite; "flat": it has no single top;
   * "perfect": least squares leaves no residual.
   */
  readonly status: "converged" | "singular" | "flat" | "not-converged" | "perfect" | "collinear";
  readonly aliased: readonly number[];
  readonly steps: readonly SearchStep[];
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  /** Satterthwaite's, one per coefficient. */
  readonly df: Float64Array;
  readonly residualCovariance: Matrix;
  readonly correlation: number | null;
  /** Number of parameters of the residual covariance. */
  readonly covarianceParameters: number;
  readonly logLikelihood: number;
}

const MAX_ITERATIONS = 200;
/** Promised rise of the log-likelihood at which the search ends; one more Newton step leaves its square. */
const PROMISE = 1e-18;
/** Below this promise the log-likelihood is flat to rounding and cannot judge a step. */
const JUDGED = 1e-9;
/** Longest step of a parameter (logarithms of scales, transformed correlations). */
const LONGEST = 2;
/** Share of a wave's variance left when the other waves are known, at which the covariance counts as singular. */
const SINGULAR = 1e-9;
/** Information of a row about a combination of parameters, at which the likelihood counts as flat; of order 1 otherwise. */
const FLAT = 1e-9;

/**
 * Generalised least squares with the residual covariance of the waves estimated by (restricted) maximum likelihood. The
 * design is made orthonormal and the outcome replaced by its least squares residual at length 1, so that no unit matters;
 * Newton's method with the observed information, or the expected one where that is not positive definite.
 */
export function fitRepeated(problem: RepeatedProblem): RepeatedFit {
  const { design, outcome, restricted } = problem;
  const start = leastSquares(design, outcome);
  const spread = Math.sqrt(
    start.residuals.reduce((total, value) => total + value ** 2, 0) / (design.rows - start.rank),
  );
  const family = residualCovariance(problem.structure, problem.times);
  if (start.aliased.length > 0) return failed("collinear", start.aliased, family);
  const size = outcome.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(spread > 1e-12 * size)) return failed("perfect", [], family);
  const likelihood: LikelihoodProblem = {
    patterns: wavePatterns(
      start.orthogonal,
      start.residuals.map((value) => value / spread),
      problem.people,
      problem.waves,
    ),
    waves: problem.times.length,
    columns: design.columns,
    rows: design.rows,
    restricted,
  };
  const { status, steps, parameters, at } = climb(likelihood, family);
  if (status !== "converged") return { ...failed(status, [], family), steps };
  const covarianceAt = family.at(parameters);
  const { information, crossSlopes } = informationAt(likelihood, family, parameters, at);
  const parameterCovariance = invertSymmetric(information);
  const least = symmetricEigen(information).values.at(-1)!;
  if (parameterCovariance === null || !(least > FLAT * design.rows)) return { ...failed("flat", [], family), steps };
  const root = start.rootInverse;
  const outward = (inner: Matrix) => multiply(multiply(root, inner), transpose(root));
  const covariance = outward(at.crossInverse);
  const slopes = crossSlopes.map((slope) => outward(multiply(multiply(at.crossInverse, slope), at.crossInverse)));
  const logDeterminant = Float64Array.from({ length: root.columns }, (_, k) =>
    Math.log(Math.abs(root.data[k * root.rows + k]!)),
  ).reduce((total, value) => total + value, 0);
  const free = restricted ? design.rows - design.columns : design.rows;
  const moved = multiply(root, { rows: root.columns, columns: 1, data: at.coefficients });
  return {
    status,
    aliased: [],
    steps,
    coefficients: start.coefficients.map((value, k) => value + spread * moved.data[k]!),
    covariance: scaled(covariance, spread ** 2),
    df: satterthwaiteOf(covariance, slopes, parameterCovariance),
    residualCovariance: scaled(covarianceAt, spread ** 2),
    correlation: family.correlation(parameters),
    covarianceParameters: family.parameters,
    logLikelihood: at.logLikelihood - free * Math.log(spread) + (restricted ? logDeterminant : 0),
  };
}

interface Climbed {
  readonly status: "converged" | "singular" | "not-converged";
  readonly steps: SearchStep[];
  readonly parameters: Float64Array;
  readonly at: LikelihoodAt;
}

function climb(problem: LikelihoodProblem, family: ResidualCovariance): Climbed {
  let parameters = family.near(momentsOf(problem));
  let at = likelihoodAt(problem, family.at(parameters))!;
  const steps: SearchStep[] = [];
  let last = false;
  while (steps.length < MAX_ITERATIONS) {
    if (isSingular(family.at(parameters))) return { status: "singular", steps, parameters, at };
    const { gradient, information, expected } = informationAt(problem, family, parameters, at);
    const step = newtonStep(information, expected, gradient);
    const promised = step.reduce((total, value, i) => total + value * gradient[i]!, 0) / 2;
    steps.push({ logLikelihood: at.logLikelihood, promised });
    if (last || promised === 0) return { status: "converged", steps, parameters, at };
    last = promised <= PROMISE;
    const longest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let length = Math.min(1, LONGEST / longest);
    for (;;) {
      const next = parameters.map((value, i) => value + length * step[i]!);
      const reached = likelihoodAt(problem, family.at(next));
      const rise = reached === null ? -1 : reached.logLikelihood - at.logLikelihood;
      if (reached !== null && (promised < JUDGED || rise > 0.1 * length * promised)) {
        parameters = next;
        at = reached;
        break;
      }
      length /= 2;
      if (length < 1e-10) return { status: "not-converged", steps, parameters, at };
    }
  }
  return { status: "not-converged", steps, parameters, at };
}

interface Information {
  readonly gradient: Float64Array;
  readonly information: Matrix;
  readonly expected: Matrix;
  readonly crossSlopes: readonly Matrix[];
}

function informationAt(
  problem: LikelihoodProblem,
  family: ResidualCovariance,
  parameters: Float64Array,
  at: LikelihoodAt,
): Information {
  const slopes = family.slopes(parameters);
  const found = likelihoodSlopes(problem, at, slopes);
  const bend = family.curvature(parameters, found.gradient);
  return {
    gradient: Float64Array.from(slopes, (slope) =>
      slope.data.reduce((total, value, k) => total + value * found.gradient.data[k]!, 0),
    ),
    information: { ...found.observed, data: found.observed.data.map((value, k) => value - bend.data[k]!) },
    expected: found.expected,
    crossSlopes: found.crossSlopes,
  };
}

/** Newton's step, or the scoring step, or at last the scoring step of a ridge: uphill in any case. */
function newtonStep(information: Matrix, expected: Matrix, gradient: Float64Array): Float64Array {
  for (const candidate of [information, expected]) {
    const root = cholesky(candidate);
    if (root !== null) return choleskySolve(root, gradient);
  }
  const size = expected.rows;
  const largest = Float64Array.from({ length: size }, (_, i) => expected.data[i * size + i]!).reduce(
    (most, value) => Math.max(most, value),
    0,
  );
  const ridged = { ...expected, data: expected.data.slice() };
  for (let i = 0; i < size; i++) ridged.data[i * size + i]! += 1e-6 * largest;
  const root = cholesky(ridged);
  return root === null ? gradient.map((value) => value / largest) : choleskySolve(root, gradient);
}

/** Variances of the waves and covariances of pairs of waves, drawn towards 0 until positive definite. */
function momentsOf({ patterns, waves }: LikelihoodProblem): Matrix {
  const sums = matrix(waves, waves);
  const counts = matrix(waves, waves);
  for (const pattern of patterns) {
    const m = pattern.waves.length;
    for (let person = 0; person < pattern.people; person++) {
      for (let b = 0; b < m; b++) {
        for (let a = 0; a < m; a++) {
          const place = pattern.waves[b]! * waves + pattern.waves[a]!;
          sums.data[place]! += pattern.outcome[person * m + a]! * pattern.outcome[person * m + b]!;
          counts.data[place]!++;
        }
      }
    }
  }
  const result = matrix(waves, waves);
  for (let share = 0.9; share > 0.01; share /= 2) {
    for (let b = 0; b < waves; b++) {
      for (let a = 0; a < waves; a++) {
        const place = b * waves + a;
        const mean = counts.data[place]! === 0 ? 0 : sums.data[place]! / counts.data[place]!;
        result.data[place] = a === b ? Math.max(mean, 1e-3) : share * mean;
      }
    }
    if (cholesky(result) !== null) return result;
  }
  for (let b = 0; b < waves; b++)
    for (let a = 0; a < b; a++) result.data[b * waves + a] = result.data[a * waves + b] = 0;
  return result;
}

function isSingular(covariance: Matrix): boolean {
  const root = cholesky(covariance);
  if (root === null) return true;
  const size = covariance.rows;
  for (let k = 0; k < size; k++) {
    if (root.data[k * size + k]! ** 2 < SINGULAR * covariance.data[k * size + k]!) return true;
  }
  return false;
}

/** 2 v² / var(v) for each variance v of a coefficient, its own variance by the delta method (Satterthwaite 1946; Giesbrecht & Burns 1985). */
function satterthwaiteOf(covariance: Matrix, slopes: readonly Matrix[], parameterCovariance: Matrix): Float64Array {
  const count = slopes.length;
  return Float64Array.from({ length: covariance.rows }, (_, k) => {
    const place = k * covariance.rows + k;
    let variance = 0;
    for (let j = 0; j < count; j++) {
      for (let i = 0; i < count; i++) {
        variance += slopes[i]!.data[place]! * parameterCovariance.data[j * count + i]! * slopes[j]!.data[place]!;
      }
    }
    return (2 * covariance.data[place]! ** 2) / variance;
  });
}

function scaled(a: Matrix, factor: number): Matrix {
  return { ...a, data: a.data.map((value) => value * factor) };
}

function failed(status: RepeatedFit["status"], aliased: readonly number[], family: ResidualCovariance): RepeatedFit {
  const empty = matrix(0, 0);
  return {
    status,
    aliased,
    steps: [],
    coefficients: new Float64Array(0),
    covariance: empty,
    df: new Float64Array(0),
    residualCovariance: empty,
    correlation: null,
    covarianceParameters: family.parameters,
    logLikelihood: 0,
  };
}
