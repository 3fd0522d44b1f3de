import { testedEstimate } from "../_models/coefficientTable.ts";
import { normalQuantileUpper, twoSidedNormal } from "../_numeric/distributions/index.ts";
import type { Estimate, Interval, TestedEstimate } from "../estimate.ts";

/** A ratio with limits that are symmetric for its logarithm. `standardError` is of the ratio itself. */
export interface RatioEstimate extends Estimate {
  readonly logStandardError: number | null;
}

/** `estimate` ± z·`standardError`, cut to [low, high]. */
export function normalInterval(
  estimate: number,
  standardError: number,
  level: number,
  low: number,
  high: number,
): ArmEstimate["interval"] {
  const reach = normalQuantileUpper((1 - level) / 2) * standardError;
  return {
    level,
    lower: Math.max(low, estimate - reach),
    upper: Math.min(high, estimate + reach),
    method: "normal",
  };
}

/** The estimate of one arm: it always has limits, and a standard error unless everybody had the same outcome. */
export interface ArmEstimate extends Estimate {
  readonly interval: Interval & { readonly lower: number; readonly upper: number };
}

/**
 * Where all `known` independent units share one outcome, so that the estimate (between 0 and `top`) has no spread: the
 * share of others is at most 1 − (α/2)^(1/known) (Clopper and Pearson 1934; the rule of three), whatever they would have.
 */
export function unanimousEstimate(estimate: number, top: number, known: number, level: number): ArmEstimate {
  const share = ((1 - level) / 2) ** (1 / known);
  return {
    estimate,
    standardError: null,
    interval: {
      level,
      lower: estimate * share,
      upper: estimate * share + top * (1 - share),
      method: "exact binomial bound",
    },
  };
}

/**
 * `treated` − `reference` of two independent arms. With both standard errors: normal. Where an arm has none, the limits of
 * the two arms are combined (MOVER: Zou and Donner 2008), and the test inverts the combined limits.
 */
export function independentDifference(treated: ArmEstimate, reference: ArmEstimate, level: number): TestedEstimate {
  const estimate = treated.estimate - reference.estimate;
  if (treated.standardError !== null && reference.standardError !== null) {
    return testedEstimate(estimate, Math.hypot(treated.standardError, reference.standardError), null, level);
  }
  const below = Math.hypot(treated.estimate - treated.interval.lower, reference.interval.upper - reference.estimate);
  const above = Math.hypot(treated.interval.upper - treated.estimate, reference.estimate - reference.interval.lower);
  const towardsZero = (estimate > 0 ? below : above) / normalQuantileUpper((1 - level) / 2);
  const statistic = estimate === 0 ? 0 : estimate / towardsZero;
  return {
    estimate,
    standardError: null,
    interval: {
      level,
      lower: estimate - below,
      upper: estimate + above,
      method: "limits of the arms combined (MOVER)",
    },
    statistic,
    df: null,
    pValue: twoSidedNormal(statistic),
  };
}

/** `treated` / `reference`, with limits on the log scale; null where either is 0, limits null where an arm has no standard error. */
export function independentRatio(treated: Estimate, reference: Estimate, level: number): RatioEstimate | null {
  if (!(treated.estimate > 0 && reference.estimate > 0)) return null;
  const estimate = treated.estimate / reference.estimate;
  if (treated.standardError === null || reference.standardError === null) {
    return { estimate, standardError: null, logStandardError: null, interval: null };
  }
  const logStandardError = Math.hypot(
    treated.standardError / treated.estimate,
    reference.standardError / reference.estimate,
  );
  const factor = Math.exp(normalQuantileUpper((1 - level) / 2) * logStandardError);
  return {
    estimate,
    standardError: estimate * logStandardError,
    logStandardError,
    interval: { level, lower: estimate / factor, upper: estimate * factor, method: "normal on the log scale" },
  };
}
