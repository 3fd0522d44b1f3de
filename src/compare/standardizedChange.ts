import { covariance, mean, variance } from "../_numeric/describe.ts";
import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import type { Estimate, Result } from "../estimate.ts";
import { completeLevel, refuseUnknown } from "../options.ts";
import { noncentralityLimits } from "./noncentralLimits.ts";
import { changesOf } from "./pairedT.ts";
import { completePairs, type Pairs, type Values } from "./samples.ts";
import { smallSampleFactor } from "./smallSampleFactor.ts";

export interface StandardizedOptions {
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface StandardizedChange extends Result {
  readonly kind: "standardized-change";
  readonly level: number;
  readonly meanChange: number;
  readonly standardDeviations: { readonly before: number; readonly after: number; readonly change: number };
  /** Correlation of before and after; `null` where one of them is constant. */
  readonly correlation: number | null;
  /** Mean change / SD of the changes; limits by the noncentral t. */
  readonly dz: Estimate;
  /** dz × J(n − 1), and its limits too. */
  readonly gz: Estimate;
  /** Mean change / √((s² before + s² after) / 2); standard error and limits of Bonett (2008). */
  readonly dav: Estimate;
  /** Mean change / the mean of the two SDs (Lakens 2013); without limits. */
  readonly davMeanSd: Estimate;
  /** dz × √(2(1 − r)) (Morris & DeShon 2002); without limits; `null` where the correlation is. */
  readonly drm: Estimate | null;
  /** drm × J(2(n − 1)). */
  readonly grm: Estimate | null;
  /** Mean change / SD before; without limits; `null` where everyone had the same value before. */
  readonly dBefore: Estimate | null;
}

/**
 * The mean change, after − before, in standard deviations. Which standard deviation is in the name: `dz` the SD of the
 * changes, `dav` the root mean square of the SDs before and after (`davMeanSd`: their plain mean), `drm` the SD of the
 * changes put on the scale of one measurement by the correlation, `dBefore` the SD before. `gz` and `grm` are corrected
 * for small samples by Hedges' exact factor J.
 *
 * `before` and `after` hold one number per person in the same order; missing values as in `pairedT`. Level 0.95 by default.
 * Limits: `dz` by inverting the noncentral t (Steiger & Fouladi 1997), `dav` normal with the variance of Bonett (2008);
 * the others come without limits.
 *
 * Errors: "length-mismatch", "too-few-rows" (fewer than 2 pairs), "no-variation" (all changes equal), "not-numeric",
 * "infinite-value", "unknown-option", "invalid-option".
 *
 * Sources: Cumming (2012), Lakens (2013), Morris & DeShon (2002), Bonett (2008), Hedges (1981). Checked against explicit
 * formulae in R 4.2.2 to 7 digits.
 *
 * @example
 * ```ts
 * import { standardizedChange } from "kithpath";
 * const { dz, dav } = standardizedChange({ before: [40, 44, 38, 41], after: [45, 46, 44, 42] });
 * dz.interval?.method; // "noncentral t"
 * dav.estimate;
 * ```
 */
export function standardizedChange(
  data: { readonly before: Values; readonly after: Values },
  o: StandardizedOptions = {},
): StandardizedChange {
  refuseUnknown("standardizedChange", o, ["level"]);
  const level = completeLevel("standardizedChange", o.level);
  const pairs = completePairs("standardizedChange", data);
  const sizes = changeInDeviations(pairs, level);
  return {
    kind: "standardized-change",
    level,
    ...sizes,
    n: pairs.before.length,
    dropped: pairs.dropped,
    notes: [],
    method: "mean change (after − before) in standard deviations, the denominator in the name",
  };
}

/** The sizes of complete pairs whose changes vary. */
export function changeInDeviations(
  { before, after }: Pick<Pairs, "before" | "after">,
  level: number,
): Omit<StandardizedChange, keyof Result | "level"> {
  const n = before.length;
  const df = n - 1;
  const { change, standardDeviationOfChange } = changesOf({ before, after });
  const meanChange = mean(change);
  const varianceBefore = variance(before);
  const varianceAfter = variance(after);
  const shared = covariance(before, after);
  const product = Math.sqrt(varianceBefore) * Math.sqrt(varianceAfter);
  const correlation = product > 0 ? Math.max(-1, Math.min(1, shared / product)) : null;

  const dz = meanChange / standardDeviationOfChange;
  const limits = noncentralityLimits(dz * Math.sqrt(n), df, level);
  const [lower, upper] = [limits.lower / Math.sqrt(n), limits.upper / Math.sqrt(n)];
  const factor = smallSampleFactor(df);

  const meanVariance = (varianceBefore + varianceAfter) / 2;
  const dav = meanChange / Math.sqrt(meanVariance);
  const standardErrorOfDav = Math.sqrt(
    (dav ** 2 * (varianceBefore ** 2 + varianceAfter ** 2 + 2 * shared ** 2)) / (8 * df * meanVariance ** 2) +
      (varianceBefore + varianceAfter - 2 * shared) / (df * meanVariance),
  );
  const half = normalQuantileUpper((1 - level) / 2) * standardErrorOfDav;
  const drm = correlation === null ? null : dz * Math.sqrt(2 * (1 - correlation));

  return {
    meanChange,
    standardDeviations: {
      before: Math.sqrt(varianceBefore),
      after: Math.sqrt(varianceAfter),
      change: standardDeviationOfChange,
    },
    correlation,
    dz: { estimate: dz, standardError: null, interval: { level, lower, upper, method: "noncentral t" } },
    gz: {
      estimate: dz * factor,
      standardError: null,
      interval: { level, lower: lower * factor, upper: upper * factor, method: "noncentral t" },
    },
    dav: {
      estimate: dav,
      standardError: standardErrorOfDav,
      interval: { level, lower: dav - half, upper: dav + half, method: "normal (Bonett 2008)" },
    },
    davMeanSd: withoutLimits((2 * meanChange) / (Math.sqrt(varianceBefore) + Math.sqrt(varianceAfter))),
    drm: drm === null ? null : withoutLimits(drm),
    grm: drm === null ? null : withoutLimits(drm * smallSampleFactor(2 * df)),
    dBefore: varianceBefore > 0 ? withoutLimits(meanChange / Math.sqrt(varianceBefore)) : null,
  };
}

export function withoutLimits(estimate: number): Estimate {
  return { estimate, standardError: null, interval: null };
}
