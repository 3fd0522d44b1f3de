import { logGamma, normalLower } from "../../_numeric/distributions/index.ts";

/** A distribution on few points: `values` and their `probabilities`, the first `count` of each. */
export interface Support {
  readonly values: Float64Array;
  readonly probabilities: Float64Array;
  count: number;
}

/** The distribution of a discrete mediator at a linear predictor; false where it cannot be summed. */
export type DiscreteLaw = (predictor: number, into: Support) => boolean;

export const mostPoints = 20_000;

export function emptySupport(points: number): Support {
  return { values: new Float64Array(points), probabilities: new Float64Array(points), count: 0 };
}

export function binaryLaw(link: "logit" | "probit"): DiscreteLaw {
  return (predictor, into) => {
    into.count = 2;
    into.values[0] = 0;
    into.values[1] = 1;
    if (link === "logit") {
      into.probabilities[0] = 1 / (1 + Math.exp(predictor));
      into.probabilities[1] = 1 / (1 + Math.exp(-predictor));
    } else {
      into.probabilities[0] = normalLower(-predictor);
      into.probabilities[1] = normalLower(predictor);
    }
    return true;
  };
}

/** Levels 0, 1, … of the proportional-odds model P(level ≤ k) = 1/(1 + exp(predictor − θₖ)); `thresholds` is read at every call. */
export function ordinalLaw(thresholds: Float64Array): DiscreteLaw {
  return (predictor, into) => {
    const levels = thresholds.length + 1;
    into.count = levels;
    for (let level = 0; level < levels; level++) {
      into.values[level] = level;
      into.probabilities[level] = levelProbability(predictor, thresholds, level);
    }
    return true;
  };
}

/** P(θₖ₋₁ < latent ≤ θₖ) without cancellation in either tail. */
function levelProbability(predictor: number, thresholds: Float64Array, level: number): number {
  const upper = level < thresholds.length ? predictor - thresholds[level]! : Number.NEGATIVE_INFINITY;
  const lower = level > 0 ? predictor - thresholds[level - 1]! : Number.POSITIVE_INFINITY;
  if (upper === Number.NEGATIVE_INFINITY) return 1 / (1 + Math.exp(-lower));
  if (lower === Number.POSITIVE_INFINITY) return 1 / (1 + Math.exp(upper));
  const width = lower - upper;
  return (1 - Math.exp(-width)) / ((1 + Math.exp(upper)) * (1 + Math.exp(-lower)));
}

const leftOut = 1e-15;

/**
 * Counts with mean exp(predictor): Poisson, or negative binomial with variance μ + μ²/θ, summed outward from the mode until
 * a term is below 1e-15 of the largest; the probabilities are divided by their sum. `logTheta` is `null` for Poisson, else read at every call.
 */
export function countLaw(logTheta: Float64Array | null): DiscreteLaw {
  return (predictor, into) => {
    const mean = Math.exp(predictor);
    if (!(mean < 1e7)) return false;
    const size = logTheta === null ? Number.POSITIVE_INFINITY : Math.exp(logTheta[0]!);
    const finite = Number.isFinite(size);
    const chance = finite ? mean / (mean + size) : 0;
    // p(k + 1) / p(k)
    const ratio = (k: number) => (finite ? ((k + size) * chance) / (k + 1) : mean / (k + 1));
    const mode = Math.max(0, Math.floor(finite ? (mean * (size - 1)) / size : mean));
    const peak = Math.exp(
      finite
        ? logGamma(mode + size) -
            logGamma(size) -
            logGamma(mode + 1) +
            (mode === 0 ? 0 : mode * Math.log(chance)) +
            size * Math.log1p(-chance)
        : (mode === 0 ? 0 : mode * predictor) - mean - logGamma(mode + 1),
    );
    let first = mode;
    for (let term = 1; first > 0 && mode - first < mostPoints / 2; first--) {
      term /= ratio(first - 1);
      if (term < leftOut) break;
    }
    let probability = peak;
    for (let k = mode; k > first; k--) probability /= ratio(k - 1);
    let count = 0;
    let total = 0;
    for (let k = first; count < mostPoints; k++) {
      into.values[count] = k;
      into.probabilities[count++] = probability;
      total += probability;
      if (k >= mode && probability < leftOut * peak) break;
      probability *= ratio(k);
    }
    if (count === mostPoints || !(total > 0)) return false;
    for (let k = 0; k < count; k++) into.probabilities[k] = into.probabilities[k]! / total;
    into.count = count;
    return true;
  };
}
