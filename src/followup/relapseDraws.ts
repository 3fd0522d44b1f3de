import { type Draws, standardErrorOfDraws } from "../_inference/draws.ts";
import { percentileInterval, pValueFromDraws } from "../_inference/intervals.ts";
import type { Estimate, TestedEstimate } from "../estimate.ts";
import type { ArmEstimate, RatioEstimate } from "./contrast.ts";
import { placeOf } from "./relapseEstimator.ts";

/** An arm's estimate with the limits of the draws; an estimate without spread keeps its exact bound. */
export function drawnEstimate(draws: Draws, place: number, arm: ArmEstimate, level: number): ArmEstimate {
  if (arm.standardError === null) return arm;
  const { lower, upper, method } = percentileInterval(draws, place, level);
  return {
    estimate: arm.estimate,
    standardError: standardErrorOfDraws(draws, place),
    interval: { level, lower: lower!, upper: upper!, method },
  };
}

export function drawnDifference(draws: Draws, place: number, estimate: number, level: number): TestedEstimate {
  const standardError = standardErrorOfDraws(draws, place);
  return {
    estimate,
    standardError,
    interval: percentileInterval(draws, place, level),
    statistic: standardError > 0 ? estimate / standardError : 0,
    df: null,
    pValue: pValueFromDraws(draws, place),
  };
}

/** The risk ratio of the draws. Draws in which the reference arm had no event count as unboundedly large; a limit among them is null. */
export function drawnRatio(draws: Draws, treated: Estimate, reference: Estimate, level: number): RatioEstimate | null {
  if (!(treated.estimate > 0 && reference.estimate > 0)) return null;
  const width = draws.names.length;
  const values = Float64Array.from({ length: draws.used }, (_, draw) => {
    const over = draws.values[draw * width + placeOf.arm(1, "risk")]!;
    return over / draws.values[draw * width + placeOf.arm(0, "risk")]!;
  });
  const estimate = treated.estimate / reference.estimate;
  if (values.some(Number.isNaN)) return { estimate, standardError: null, logStandardError: null, interval: null };
  const ratios: Draws = { ...draws, names: ["risk ratio"], values };
  const limits = percentileInterval(ratios, 0, level);
  const spread = values.every((value) => value > 0 && Number.isFinite(value));
  return {
    estimate,
    standardError: spread ? standardErrorOfDraws(ratios, 0) : null,
    logStandardError: spread ? standardErrorOfDraws({ ...ratios, values: values.map(Math.log) }, 0) : null,
    interval: { ...limits, lower: finite(limits.lower), upper: finite(limits.upper) },
  };
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
