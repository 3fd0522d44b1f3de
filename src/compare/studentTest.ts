import { tLower, tQuantileUpper, tUpper, twoSidedT } from "../_numeric/distributions/index.ts";
import { KithpathError } from "../errors.ts";
import type { Alternative, Interval, TestedEstimate } from "../estimate.ts";

/**
 * An estimate with its t test of 0 and its limits. `alternative` speaks of the estimate: "greater" tests it against
 * values above 0 and has a lower limit only. `what` names it where it cannot be tested. Error: "no-variation".
 */
export function studentTest(
  estimate: number,
  standardError: number,
  df: number,
  o: { readonly level: number; readonly alternative?: Alternative; readonly what: string },
): TestedEstimate {
  if (!(standardError > 0)) throw noVariation(o.what);
  const { alternative = "two-sided", level } = o;
  const statistic = estimate / standardError;
  return {
    estimate,
    standardError,
    interval: studentInterval(estimate, standardError, df, level, alternative),
    statistic,
    df,
    pValue: pValue(statistic, df, alternative),
  };
}

function pValue(statistic: number, df: number, alternative: Alternative): number {
  if (alternative === "two-sided") return twoSidedT(statistic, df);
  return Math.max(Number.MIN_VALUE, alternative === "greater" ? tUpper(statistic, df) : tLower(statistic, df));
}

/** Estimate ± t quantile × standard error; a one-sided interval has one limit. */
function studentInterval(
  estimate: number,
  standardError: number,
  df: number,
  level: number,
  alternative: Alternative = "two-sided",
): Interval {
  const tail = alternative === "two-sided" ? (1 - level) / 2 : 1 - level;
  const half = tQuantileUpper(tail, df) * standardError;
  return {
    level,
    lower: alternative === "less" ? null : estimate - half,
    upper: alternative === "greater" ? null : estimate + half,
    method: "t",
  };
}

/** The refusal of a test of something that does not vary. */
export function noVariation(what: string): KithpathError {
  return new KithpathError("no-variation", `${what} cannot be tested: there is no variation to judge it by`, {
    expected: "values that differ between people",
    received: "values that are all the same, or a model that fits every person exactly",
    remedy: "Check that the right columns were given.",
  });
}
