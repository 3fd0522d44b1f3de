import { cholesky, innerProduct, type Matrix, matrix, symmetricEigen } from "../_numeric/matrix.ts";
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
/** Length of the longest step in the parameters (logarithms of scales, transformed correlations). */
const LONGEST = 2;
/** Share of a wave's variance left when the other waves are known, at which the covariance counts as singular. */
const SINGULAR = 1e-9;
/** The same, where the search got stuck. */
const NEARLY_SINGULAR = 1e-5;
interface Climbed {
  readonly status: "converged" | "singular" | "not-converged";
  readonly steps: SearchStep[];
  readonly parameters: Float64Array;
  readonly at: LikelihoodAt;
}

/** Newton's method with the observed information; shorter steps where the likelihood does not rise. */
export function climb(problem: LikelihoodProblem, family: ResidualCovariance): Climbed {
  let parameters = family.near(momentsOf(problem));
  let at = likelihoodAt(problem, family.at(parameters))!;
  const steps: SearchStep[] = [];
  const ended = (status: Climbed["status"]): Climbed => ({ status, steps, parameters, at });
  let last = false;
  while (steps.length < MAX_ITERATIONS) {
    const covariance = family.at(parameters);
    if (isSingular(covariance, SINGULAR)) return ended("singular");
    const { gradient, information } = informationAt(problem, family, parameters, at);
    const { step, promised, rise } = newtonStep(information, gradient);
    steps.push({ logLikelihood: at.logLikelihood, promised });
    const stalled = promised < ROUNDING && promised > (steps.at(-2)?.promised ?? Number.POSITIVE_INFINITY) / 2;
    if (last || stalled || promised === 0) return ended("converged");
    last = promised <= PROMISE;
    let length = 1;
    for (;;) {
      const next = parameters.map((value, i) => value + length * step[i]!);
      const reached = likelihoodAt(problem, family.at(next));
      const risen = reached === null ? -1 : reached.logLikelihood - at.logLikelihood;
      if (reached !== null && (promised < JUDGED || risen > 0.1 * length * rise)) {
        parameters = next;
        at = reached;
        break;
      }
      length /= 2;
      if (length < 1e-10) return ended(isSingular(covariance, NEARLY_SINGULAR) ? "singular" : "not-converged");
    }
  }
  return ended(isSingular(family.at(parameters), NEARLY_SINGULAR) ? "singular" : "not-converged");
}

interface Information {
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

/**
 * Newton's step with the curvature's absolute value, which leads uphill away from saddles too, and so much added to every
 * curvature that the step is not too long. `promised` is half the squared decrement without that addition, `rise` with it.
 */
function newtonStep(
  information: Matrix,
  gradient: Float64Array,
): { step: Float64Array; promised: number; rise: number } {
  const size = information.rows;
  const { values, vectors } = symmetricEigen(information);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const curvatures = values.map((value) => Math.max(Math.abs(value), 1e-12 * largest));
  const scores = curvatures.map((_, k) => innerProduct(vectors.data, k * size, gradient, 0, size));
  const lengthWith = (added: number) => Math.hypot(...scores.map((score, k) => score / (curvatures[k]! + added)));
  let added = 0;
  if (lengthWith(0) > LONGEST) {
    let low = 0;
    let high = Math.hypot(...scores) / LONGEST;
    for (let halving = 0; halving < 60; halving++) {
      added = (low + high) / 2;
      if (lengthWith(added) > LONGEST) low = added;
      else high = added;
    }
    added = high;
  }
  const step = new Float64Array(size);
  let promised = 0;
  let rise = 0;
  scores.forEach((score, k) => {
    promised += score ** 2 / curvatures[k]! / 2;
    rise += score ** 2 / (curvatures[k]! + added) / 2;
    for (let i = 0; i < size; i++) step[i]! += (vectors.data[k * size + i]! * score) / (curvatures[k]! + added);
  });
  return { step, promised, rise };
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

function isSingular(covariance: Matrix, share: number): boolean {
  const root = cholesky(covariance);
  if (root === null) return true;
  const size = covariance.rows;
  for (let k = 0; k < size; k++) {
    if (root.data[k * size + k]! ** 2 < share * covariance.data[k * size + k]!) return true;
  }
  return false;
}
