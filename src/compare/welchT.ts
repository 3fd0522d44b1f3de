import { mean, standardDeviation } from "../_numeric/describe.ts";
import type { Alternative, Result, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { alternatives, type TestOptions } from "./pairedT.ts";
import { completeSamples, type Values } from "./samples.ts";
import { noVariation, studentTest } from "./studentTest.ts";
import { isRounding } from "./variation.ts";

export interface GroupSummary {
  readonly n: number;
  readonly mean: number;
  readonly standardDeviation: number;
}

export interface WelchT extends Result, TestedEstimate {
  readonly kind: "welch-t";
  readonly alternative: Alternative;
  readonly level: number;
  readonly treated: GroupSummary;
  readonly reference: GroupSummary;
}

/**
 * Welch's t test of the difference of two means, treated − reference, without assuming equal variances.
 *
 * `treated` and `reference` hold one number per person; `null`, `undefined` and NaN are missing, left out and counted in
 * `dropped`. Standard error √(s₁²/n₁ + s₀²/n₀); degrees of freedom of Satterthwaite (1946) as Welch (1938, 1947) uses
 * them. With a one-sided alternative one limit is `null`. Defaults: two-sided, level 0.95.
 *
 * Errors: "too-few-rows" (fewer than 2 in a group), "no-variation" (both groups constant), "not-numeric",
 * "infinite-value", "unknown-option", "invalid-option".
 *
 * Checked against R 4.2.2 `t.test` to 9 digits, one- and two-sided.
 *
 * @example
 * ```ts
 * import { welchT } from "kithpath";
 * const difference = welchT({ treated: [48, 51, 47, 55], reference: [44, 45, 43, 50, 41] });
 * difference.estimate; // 5.65
 * ```
 */
export function welchT(data: { readonly treated: Values; readonly reference: Values }, o: TestOptions = {}): WelchT {
  refuseUnknown("welchT", o, ["alternative", "level"]);
  const level = completeLevel("welchT", o.level);
  const alternative = completeChoice("welchT", "alternative", o.alternative, alternatives, "two-sided");
  const samples = completeSamples("welchT", data);
  const treated = summaryOf(samples.treated);
  const reference = summaryOf(samples.reference);
  const ofTreated = treated.standardDeviation / Math.sqrt(treated.n);
  const ofReference = reference.standardDeviation / Math.sqrt(reference.n);
  const standardError = Math.hypot(ofTreated, ofReference);
  if (isRounding(standardError, samples.treated, samples.reference)) throw noVariation("The difference of the means");
  const shareTreated = (ofTreated / standardError) ** 2;
  const shareReference = (ofReference / standardError) ** 2;
  const df = 1 / (shareTreated ** 2 / (treated.n - 1) + shareReference ** 2 / (reference.n - 1));
  const what = "The difference of the means";
  return {
    kind: "welch-t",
    ...studentTest(treated.mean - reference.mean, standardError, df, { level, alternative, what }),
    alternative,
    level,
    treated,
    reference,
    n: treated.n + reference.n,
    dropped: samples.dropped,
    notes: [],
    method: "Welch t test of the difference of means (treated − reference), unequal variances",
  };
}

export function summaryOf(values: Float64Array): GroupSummary {
  return { n: values.length, mean: mean(values), standardDeviation: standardDeviation(values) };
}
