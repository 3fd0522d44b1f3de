import { cholesky, choleskySolve, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { ResidualCovariance } from "./residualCovariance.ts";
import { type LikelihoodAt, type LikelihoodProblem, likelihoodAt, likelihoodSlopes } from "./restrictedLikelihood.ts";

/** One step of the search: where it started, and how far from the top that is by the local parabola. */
export interface SearchStep {
  readonly logLikelihood: number;
  /** Half the squared Newton decrement: the rise in log-likelihood that the parabola promises. */
  readonly promised: number;
}

const MAX_ITERATIONS = 200;
/** Promised rise of the log-likelihood at which the search ends; one more Newton step leaves its square. */
const PROMISE = 1e-18;
/** A promise below this that no longer shrinks is rounding in sums over many rows. */
const ROUNDING = 1e-11;
/** Below this promise the log-likelihood is flat to rounding and cannot judge a step. */
const JUDGED = 1e-9;
/** Longest step of a parameter (logarithms of scales, transformed correlations). */
const LONGEST = 2;
/** Share of a wave's variance left when the other waves are known, at which the covariance counts as singular. */
const SINGULAR = 1e-9;
export interface Climbed {
  readonly status: "converged" | "singular" | "not-converged";
  readonly steps: SearchStep[];
  readonly parameters: Float64Array;
  readonly at: LikelihoodAt;
}

/**
 * Newton's method with the observed information, or the expected one where that is not positive definite, with shorter steps
 * where the likelihood does not rise.
 */
export function climb(problem: LikelihoodProblem, family: ResidualCovariance): Climbed {
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
    const stalled = promised < ROUNDING && promised > (steps.at(-2)?.promised ?? Number.POSITIVE_INFINITY) / 2;
    if (last || stalled || promised === 0) return { status: "converged", steps, parameters, at };
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

export interface Information {
  readonly gradient: Float64Array;
  readonly information: Matrix;
  readonly expected: Matrix;
  readonly crossSlopes: readonly Matrix[];
}

export function informationAt(
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
