import type { Coefficient } from "../_models/coefficientTable.ts";
import type { Estimate } from "../estimate.ts";
import { completeChoice } from "../options.ts";
import type { Data } from "../table.ts";
import {
  type FailureTimesResult,
  type FailureTimesSpec,
  fitFailureTimes,
  type LoggedRatio,
  ratioOf,
} from "./failureTimes.ts";

export interface WeibullModelSpec extends FailureTimesSpec {
  /** Default "weibull"; "exponential" fixes the scale at 1. */
  readonly distribution?: "weibull" | "exponential";
}

/** A coefficient of log time. */
export interface WeibullCoefficient extends Coefficient {
  /** By what the time is multiplied per unit of the column; `null` for the intercept, and where it is too large for a number. */
  readonly timeRatio: LoggedRatio | null;
  /** −coefficient / scale; `null` for the intercept. */
  readonly logHazardRatio: Estimate | null;
  readonly hazardRatio: LoggedRatio | null;
}

export interface WeibullModel extends FailureTimesResult {
  readonly kind: "weibull-model";
  readonly distribution: "weibull" | "exponential";
  /** Of log time; the intercept first, then in the order of the terms. */
  readonly coefficients: readonly WeibullCoefficient[];
}

/**
 * Estimates by what the terms multiply the time to an event, by maximum likelihood of the Weibull or exponential accelerated
 * failure time model log T = xβ + σW with right censoring. exp(coefficient) is a time ratio: 1.5 means that every
 * quantile of the time, the median included, is half as long again. Weibull times have proportional hazards too, and
 * −coefficient/σ is the log hazard ratio. Tests and limits are by the normal distribution, those of ratios on the logarithm.
 * For lognormal and log-logistic times see `acceleratedFailureModel`. With `predict` it predicts the median time and the
 * probability of no event for given people.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "negative-time",
 * "time-not-positive", "event-code", "unknown-level", "no-events", "outcome-among-terms", "constant-column", "collinear",
 * "too-few-rows", "negative-weight", "one-cluster", "too-few-clusters", "no-finite-estimate", "perfect-fit", "missing-profile-value",
 * "extreme-values", "out-of-scale".
 *
 * Source: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, sections 2.2, 2.3 and 3.6;
 * cluster-robust covariance as Lin & Wei (1989), without a small-sample factor.
 * Checked against R 4.2.2 `survreg` of survival 3.5-3, model-based and robust.
 *
 * @example
 * ```ts
 * import { weibullModel } from "kithpath";
 * const model = weibullModel(
 *   { days: [20, 35, 60, 90, 45, 80, 120, 150], relapsed: [1, 1, 1, 0, 1, 1, 0, 1], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   { time: "days", event: "relapsed", terms: ["mentored"] },
 * );
 * model.coefficients[1]?.timeRatio?.estimate; // how many times as long until relapse
 * ```
 */
export function weibullModel(data: Data, spec: WeibullModelSpec): WeibullModel {
  const caller = "weibullModel";
  const distribution = completeChoice(caller, "distribution", spec.distribution, ["weibull", "exponential"], "weibull");
  const { common, rows, ratios } = fitFailureTimes(caller, data, spec, distribution);
  return { kind: "weibull-model", distribution, ...common, coefficients: withRatios(rows, ratios) };
}

/** Time and hazard ratios beside the coefficients. */
function withRatios(rows: readonly Coefficient[], hazards: readonly Coefficient[]): WeibullCoefficient[] {
  return rows.map((row, k) => {
    if (k === 0) return { ...row, timeRatio: null, logHazardRatio: null, hazardRatio: null };
    const { estimate, standardError, interval } = hazards[k]!;
    return {
      ...row,
      timeRatio: ratioOf(row),
      logHazardRatio: { estimate, standardError, interval },
      hazardRatio: ratioOf(hazards[k]!),
    };
  });
}
