import type { Coefficient } from "../_models/coefficientTable.ts";
import { completeChoice } from "../options.ts";
import type { Data } from "../table.ts";
import {
  type FailureDistribution,
  type FailureTimesResult,
  type FailureTimesSpec,
  fitFailureTimes,
  type LoggedRatio,
  ratioOf,
} from "./failureTimes.ts";

export interface AcceleratedFailureModelSpec extends FailureTimesSpec {
  /** The form of the time. "exponential" is Weibull with the scale fixed at 1. */
  readonly distribution: FailureDistribution;
}

/** A coefficient of log time. */
export interface AcceleratedFailureCoefficient extends Coefficient {
  /** By what the time is multiplied per unit of the column; `null` for the intercept, and where it is too large for a number. */
  readonly timeRatio: LoggedRatio | null;
  /** exp(−coefficient / scale) of Weibull and exponential times, whose hazards are proportional; else `null`. */
  readonly hazardRatio: LoggedRatio | null;
  /** exp(−coefficient / scale) of log-logistic times: the ratio of the odds of having had the event by any moment; else `null`. */
  readonly oddsRatio: LoggedRatio | null;
}

export interface AcceleratedFailureModel extends FailureTimesResult {
  readonly kind: "accelerated-failure-model";
  readonly distribution: FailureDistribution;
  /** Of log time; the intercept first, then in the order of the terms. */
  readonly coefficients: readonly AcceleratedFailureCoefficient[];
}

/**
 * Estimates by what the terms multiply the time to an event, by maximum likelihood of an accelerated failure time model
 * log T = xβ + σW with right censoring, for Weibull, exponential, lognormal or log-logistic times. exp(coefficient) is a time
 * ratio: 1.5 means that every quantile of the time is half as long again. The hazard of lognormal and of most log-logistic times rises
 * first and falls later, as relapse after treatment often does; log-logistic times have proportional odds too. The distributions are
 * compared by `aic`. Tests and limits are by the normal distribution, those of ratios on the logarithm.
 *
 * Errors: as `weibullModel`.
 *
 * Source: Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd edition, sections 2.2, 2.3 and 3.6.
 * Checked against R 4.2.2 `survreg` of survival 3.5-3.
 *
 * @example
 * ```ts
 * import { acceleratedFailureModel } from "kithpath";
 * const model = acceleratedFailureModel(
 *   { days: [20, 35, 60, 90, 45, 80, 120, 150], relapsed: [1, 1, 1, 0, 1, 1, 0, 1], mentored: [0, 0, 0, 0, 1, 1, 1, 1] },
 *   {
 *     time: "days",
 *     event: "relapsed",
 *     terms: ["mentored"],
 *     distribution: "loglogistic",
 *     predict: { profiles: [{ mentored: 0 }, { mentored: 1 }], times: [90] },
 *   },
 * );
 * model.coefficients[1]?.timeRatio?.estimate; // how many times as long until relapse
 * model.predictions?.map(({ median }) => median.estimate); // days by which half have relapsed
 * ```
 */
export function acceleratedFailureModel(data: Data, spec: AcceleratedFailureModelSpec): AcceleratedFailureModel {
  const caller = "acceleratedFailureModel";
  const distributions: readonly FailureDistribution[] = ["weibull", "exponential", "lognormal", "loglogistic"];
  const asked = String(spec.distribution) as FailureDistribution;
  const distribution = completeChoice(caller, "distribution", asked, distributions, asked);
  const { common, rows, ratios } = fitFailureTimes(caller, data, spec, distribution);
  const coefficients = rows.map((row, k): AcceleratedFailureCoefficient => {
    const ratio = k === 0 ? null : ratioOf(ratios[k]!);
    return {
      ...row,
      timeRatio: k === 0 ? null : ratioOf(row),
      hazardRatio: distribution === "weibull" || distribution === "exponential" ? ratio : null,
      oddsRatio: distribution === "loglogistic" ? ratio : null,
    };
  });
  return { kind: "accelerated-failure-model", distribution, ...common, coefficients };
}
