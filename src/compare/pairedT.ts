import { mean, standardDeviation } from "../_numeric/describe.ts";
import type { Alternative, Result, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { completePairs, type Pairs, type Values } from "./samples.ts";
import { noVariation, studentTest } from "./studentTest.ts";
import { isRounding } from "./variation.ts";

export interface TestOptions {
  /** What the data are tested for: a change or difference either way (default), below 0 ("less") or above 0 ("greater"). */
  readonly alternative?: Alternative;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export const alternatives = ["two-sided", "less", "greater"] as const;

export interface PairedT extends Result, TestedEstimate {
  readonly kind: "paired-t";
  readonly alternative: Alternative;
  readonly level: number;
  readonly before: { readonly mean: number; readonly standardDeviation: number };
  readonly after: { readonly mean: number; readonly standardDeviation: number };
  /** Standard deviation of after − before. */
  readonly standardDeviationOfChange: number;
}

/**
 * Student's t test of the mean change, after − before, within people (Student 1908).
 *
 * `before` and `after` hold one number per person in the same order, in the unit of the scale; `null`, `undefined` and
 * NaN are missing, and a person missing either is left out and counted in `dropped`. The estimate is the mean change;
 * its standard error is the SD of the changes (n − 1) over √n; df = n − 1. With a one-sided alternative one limit is `null`.
 * Defaults: two-sided, level 0.95.
 *
 * Errors: "length-mismatch", "too-few-rows" (fewer than 2 pairs), "no-variation" (all changes equal), "not-numeric",
 * "infinite-value", "unknown-option", "invalid-option".
 *
 * Checked against R 4.2.2 `t.test(paired = TRUE)` to 9 digits, one- and two-sided.
 *
 * @example
 * ```ts
 * import { pairedT } from "kithpath";
 * const change = pairedT({ before: [40, 44, 38, 41, null], after: [45, 46, 44, 42, 50] });
 * change.estimate; // 3.5
 * change.dropped.reasons; // [{ reason: "missing", variable: "before", rows: 1 }]
 * ```
 */
export function pairedT(data: { readonly before: Values; readonly after: Values }, o: TestOptions = {}): PairedT {
  refuseUnknown("pairedT", o, ["alternative", "level"]);
  const level = completeLevel("pairedT", o.level);
  const alternative = completeChoice("pairedT", "alternative", o.alternative, alternatives, "two-sided");
  const { before, after, dropped } = completePairs("pairedT", data);
  const { change, standardDeviationOfChange } = changesOf({ before, after });
  const n = change.length;
  return {
    kind: "paired-t",
    ...studentTest(mean(change), standardDeviationOfChange / Math.sqrt(n), n - 1, {
      level,
      alternative,
      what: "The mean change",
    }),
    alternative,
    level,
    before: { mean: mean(before), standardDeviation: standardDeviation(before) },
    after: { mean: mean(after), standardDeviation: standardDeviation(after) },
    standardDeviationOfChange,
    n,
    dropped,
    notes: [],
    method: "paired t test of the mean change (after − before)",
  };
}

/** The changes and their standard deviation. Error: "no-variation" where they are all equal. */
export function changesOf({ before, after }: Pick<Pairs, "before" | "after">): {
  change: Float64Array;
  standardDeviationOfChange: number;
} {
  const change = after.map((value, row) => value - before[row]!);
  const standardDeviationOfChange = standardDeviation(change);
  if (isRounding(standardDeviationOfChange, before, after)) throw noVariation("The mean change");
  return { change, standardDeviationOfChange };
}
