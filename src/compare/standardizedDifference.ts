import type { Estimate, Result } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { noncentralityLimits } from "./noncentralLimits.ts";
import { completeSamples, type Values } from "./samples.ts";
import { smallSampleFactor } from "./smallSampleFactor.ts";
import type { StandardizedOptions } from "./standardizedChange.ts";
import { noVariation } from "./studentTest.ts";
import { isRounding } from "./variation.ts";
import { type GroupSummary, summaryOf } from "./welchT.ts";

export interface StandardizedDifference extends Result {
  readonly kind: "standardized-difference";
  readonly level: number;
  readonly treated: GroupSummary;
  readonly reference: GroupSummary;
  readonly pooledStandardDeviation: number;
  /** Difference / pooled SD; large-sample standard error, limits by the noncentral t. */
  readonly cohensD: Estimate;
  /** cohensD × J(n₁ + n₀ − 2), and its limits too. */
  readonly hedgesG: Estimate;
  /** Difference / SD of the reference group; limits by the noncentral t; `null` where that group is constant. */
  readonly glassDelta: Estimate | null;
}

/**
 * The difference of two means, treated − reference, in standard deviations: Cohen's d (pooled SD), Hedges' g (d times the
 * exact small-sample factor J) and Glass's Δ (SD of the reference group).
 *
 * `treated` and `reference` hold one number per person; missing values as in `welchT`. Level 0.95 by default. Limits by
 * inverting the noncentral t (Steiger & Fouladi 1997), for Glass's Δ with df of the reference group and unequal variances
 * allowed for. The standard error of d is the large-sample one (Hedges & Olkin 1985, p. 86).
 *
 * Errors: "too-few-rows" (fewer than 2 in a group), "no-variation" (both groups constant), "not-numeric",
 * "infinite-value", "unknown-option", "invalid-option".
 *
 * Sources: Cohen (1988), Hedges (1981), Glass (1976). Checked against explicit formulae in R 4.2.2 to 7 digits.
 *
 * @example
 * ```ts
 * import { standardizedDifference } from "kithpath";
 * const { hedgesG } = standardizedDifference({ treated: [48, 51, 47, 55], reference: [44, 45, 43, 50, 41] });
 * hedgesG.interval?.level; // 0.95
 * ```
 */
export function standardizedDifference(
  data: { readonly treated: Values; readonly reference: Values },
  o: StandardizedOptions = {},
): StandardizedDifference {
  refuseUnknown("standardizedDifference", o, ["level"]);
  const level = completeLevel("standardizedDifference", o.level);
  const samples = completeSamples("standardizedDifference", data);
  const treated = summaryOf(samples.treated);
  const reference = summaryOf(samples.reference);
  const df = treated.n + reference.n - 2;
  const pooled = pooledStandardDeviation([treated, reference]);
  if (isRounding(pooled, samples.treated, samples.reference)) throw noVariation("The standardized difference");

  const difference = treated.mean - reference.mean;
  const d = difference / pooled;
  const root = Math.sqrt(1 / treated.n + 1 / reference.n);
  const [lower, upper] = scaledLimits(d, root, df, level);
  const factor = smallSampleFactor(df);
  const interval = { level, lower, upper, method: "noncentral t" };
  return {
    kind: "standardized-difference",
    level,
    treated,
    reference,
    pooledStandardDeviation: pooled,
    cohensD: { estimate: d, standardError: Math.sqrt(root ** 2 + d ** 2 / (2 * (df + 2))), interval },
    hedgesG: {
      estimate: d * factor,
      standardError: null,
      interval: { ...interval, lower: lower * factor, upper: upper * factor },
    },
    glassDelta: isRounding(reference.standardDeviation, samples.reference)
      ? null
      : glass(difference, treated, reference, level),
    n: treated.n + reference.n,
    dropped: samples.dropped,
    notes: [],
    method: "difference of means (treated − reference) in standard deviations, the denominator in the name",
  };
}

function glass(difference: number, treated: GroupSummary, reference: GroupSummary, level: number): Estimate {
  const delta = difference / reference.standardDeviation;
  const ratio = treated.standardDeviation / reference.standardDeviation;
  const root = Math.sqrt(1 / reference.n + ratio ** 2 / treated.n);
  const [lower, upper] = scaledLimits(delta, root, reference.n - 1, level);
  return { estimate: delta, standardError: null, interval: { level, lower, upper, method: "noncentral t" } };
}

function scaledLimits(size: number, root: number, df: number, level: number): [number, number] {
  const { lower, upper } = noncentralityLimits(size / root, df, level);
  return [lower * root, upper * root];
}

/** The root of the variances within groups, pooled by their degrees of freedom. */
export function pooledStandardDeviation(groups: readonly GroupSummary[]): number {
  const df = groups.reduce((total, { n }) => total + n - 1, 0);
  return Math.sqrt(groups.reduce((total, g) => total + (g.n - 1) * g.standardDeviation ** 2, 0) / df);
}
