import { normalLower } from "../../_numeric/distributions/index.ts";

/** A distribution on few points: `values` and their `probabilities`, the first `count` of each. */
export interface Support {
  readonly values: Float64Array;
  readonly probabilities: Float64Array;
  count: number;
}

/** The distribution of a discrete mediator as a function of its linear predictor. */
export interface DiscreteLaw {
  /** Writes every point but those of a probability below `leftOut` of the largest; false where they cannot be summed. */
  write(predictor: number, leftOut: number, into: Support): boolean;
  /** `null` where the points are few and all of them are summed. */
  readonly counts: CountMoments | null;
}

/** What is known of counts without summing. */
export interface CountMoments {
  mean(predictor: number): number;
  /** log E[exp(slope · count)]; Infinity where the mean does not exist. */
  logGenerating(predictor: number, slope: number): number;
}

/** The one count that has the mean of exp(slope · count) for its own. */
export function equivalentCount(counts: CountMoments, predictor: number, slope: number): number {
  return slope === 0 ? counts.mean(predictor) : counts.logGenerating(predictor, slope) / slope;
}

export const mostPoints = 20_000;

export function emptySupport(points: number): Support {
  return { values: new Float64Array(points), probabilities: new Float64Array(points), count: 0 };
}

export function binaryLaw(link: "logit" | "probit"): DiscreteLaw {
  function write(predictor: number, _leftOut: number, into: Support): boolean {
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
  }
  return { write, counts: null };
}

/** Levels 0, 1, … of the proportional-odds model P(level ≤ k) = 1/(1 + exp(predictor − θₖ)); `thresholds` is read at every call. */
export function ordinalLaw(thresholds: Float64Array): DiscreteLaw {
  function write(predictor: number, _leftOut: number, into: Support): boolean {
    const levels = thresholds.length + 1;
    // A draw of the parameters may put thresholds out of order.
    for (let k = 1; k < thresholds.length; k++) if (!(thresholds[k]! > thresholds[k - 1]!)) return false;
    into.count = levels;
    for (let level = 0; level < levels; level++) {
      into.values[level] = level;
      into.probabilities[level] = levelProbability(predictor, thresholds, level);
    }
    return true;
  }
  return { write, counts: null };
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

/**
 * Counts with mean exp(predictor): Poisson, or negative binomial with variance μ + μ²/θ, summed outward from the mode; the
 * probabilities are divided by their sum. `logTheta` is `null` for Poisson, else read at every call.
 */
export function countLaw(logTheta: Float64Array | null): DiscreteLaw {
  function write(predictor: number, leftOut: number, into: Support): boolean {
    const mean = Math.exp(predictor);
    if (!(mean < 1e7)) return false;
    const size = logTheta === null ? Number.POSITIVE_INFINITY : Math.exp(logTheta[0]!);
    const finite = Number.isFinite(size);
    const chance = finite ? mean / (mean + size) : 0;
    // p(k + 1) / p(k); probabilities are relative to the largest until they are divided by their sum
    const ratio = (k: number) => (finite ? ((k + size) * chance) / (k + 1) : mean / (k + 1));
    const mode = Math.max(0, Math.floor(finite ? (mean * (size - 1)) / size : mean));
    let first = mode;
    let probability = 1;
    while (first > 0 && mode - first < mostPoints / 2 && probability >= leftOut) probability /= ratio(--first);
    let count = 0;
    let total = 0;
    for (let k = first; count < mostPoints; k++) {
      into.values[count] = k;
      into.probabilities[count++] = probability;
      total += probability;
      if (k >= mode && probability < leftOut) break;
      probability *= ratio(k);
    }
    if (count === mostPoints || !(total > 0)) return false;
    for (let k = 0; k < count; k++) into.probabilities[k] = into.probabilities[k]! / total;
    into.count = count;
    return true;
  }
  return {
    write,
    counts: {
      mean: Math.exp,
      // exp(μ(eˢ − 1)) and (1 − (eˢ − 1)μ/θ)^−θ (Johnson, Kemp & Kotz 2005, sections 4.3 and 5.3)
      logGenerating(predictor, slope) {
        const mean = Math.exp(predictor);
        const rise = mean * Math.expm1(slope);
        if (logTheta === null) return rise;
        const size = Math.exp(logTheta[0]!);
        return rise < size ? -size * Math.log1p(-rise / size) : Number.POSITIVE_INFINITY;
      },
    },
  };
}
