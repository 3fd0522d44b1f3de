import { type Draws, standardErrorOfDraws } from "../_inference/draws.ts";
import { percentileInterval, pValueFromDraws } from "../_inference/intervals.ts";
import type { Link } from "../_models/families.ts";
import { normalQuantileUpper, twoSidedNormal } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import type { Estimate, Interval, TestedEstimate } from "../estimate.ts";
import { place } from "./standardizeEstimator.ts";

/** A ratio with limits and test on its logarithm; `standardError` is of the ratio itself, `statistic` of the logarithm. */
export interface StandardizedRatio extends TestedEstimate {
  readonly logStandardError: number;
}

export interface StandardizedEstimates {
  readonly treated: Estimate;
  readonly reference: Estimate;
  readonly difference: TestedEstimate;
  readonly ratio: StandardizedRatio | null;
  readonly oddsRatio: StandardizedRatio | null;
}

/** Standard error, limits and p-value of the number at one place, on its own scale. */
type Uncertainty = (at: number) => { standardError: number; interval: Interval; pValue: number };

function estimatesWith(values: Float64Array, means: Uncertainty, uncertainty: Uncertainty) {
  const mean = (at: number): Estimate => {
    const { standardError, interval } = means(at);
    return { estimate: values[at]!, standardError, interval };
  };
  const tested = (at: number): TestedEstimate => {
    const { standardError, interval, pValue } = uncertainty(at);
    const estimate = values[at]!;
    return { estimate, standardError, interval, statistic: estimate / standardError, df: null, pValue };
  };
  const ratio = (at: number): StandardizedRatio | null => {
    if (values.length <= at) return null;
    const log = tested(at);
    const estimate = Math.exp(log.estimate);
    const { level, lower, upper, method } = log.interval!;
    return {
      ...log,
      estimate,
      standardError: estimate * log.standardError!,
      logStandardError: log.standardError!,
      interval: { level, lower: Math.exp(lower!), upper: Math.exp(upper!), method },
    };
  };
  const estimates: StandardizedEstimates = {
    treated: mean(place.treated),
    reference: mean(place.reference),
    difference: tested(place.difference),
    ratio: ratio(place.logRatio),
    oddsRatio: ratio(place.logOddsRatio),
  };
  return estimates;
}

/** Delta method: the gradient of each place around the covariance of the coefficients; means limited on the link's scale. */
export function deltaEstimates(
  values: Float64Array,
  gradients: { readonly reference: Float64Array; readonly treated: Float64Array },
  covariance: Matrix,
  link: Link,
  level: number,
): StandardizedEstimates {
  const quantile = normalQuantileUpper((1 - level) / 2);
  const errorAt = (at: number) => {
    const [onReference, onTreated] = weightsAt(at, values[place.reference]!, values[place.treated]!);
    const gradient = gradients.treated.map((value, j) => onTreated * value + onReference * gradients.reference[j]!);
    return Math.sqrt(quadraticForm(gradient, covariance));
  };
  return estimatesWith(
    values,
    (at) => {
      const standardError = errorAt(at);
      return { standardError, interval: meanInterval(values[at]!, standardError, quantile, link, level), pValue: 1 };
    },
    (at) => {
      const standardError = errorAt(at);
      const half = quantile * standardError;
      const interval = { level, lower: values[at]! - half, upper: values[at]! + half, method: "normal" };
      return { standardError, interval, pValue: twoSidedNormal(values[at]! / standardError) };
    },
  );
}

/** Percentile limits and p-values of the draws. */
export function drawnEstimates(values: Float64Array, draws: Draws, level: number): StandardizedEstimates {
  const uncertainty: Uncertainty = (at) => ({
    standardError: standardErrorOfDraws(draws, at),
    interval: percentileInterval(draws, at, level),
    pValue: pValueFromDraws(draws, at),
  });
  return estimatesWith(values, uncertainty, uncertainty);
}

/** Derivatives of the number at a place by the reference mean and by the treated mean. */
function weightsAt(at: number, reference: number, treated: number): [number, number] {
  if (at === place.reference) return [1, 0];
  if (at === place.treated) return [0, 1];
  if (at === place.difference) return [-1, 1];
  if (at === place.logRatio) return [-1 / reference, 1 / treated];
  return [-1 / (reference * (1 - reference)), 1 / (treated * (1 - treated))];
}

function quadraticForm(vector: Float64Array, { rows, data }: Matrix): number {
  let total = 0;
  for (let j = 0; j < rows; j++) for (let i = 0; i < rows; i++) total += vector[i]! * data[j * rows + i]! * vector[j]!;
  return total;
}

/** A probability is limited on the scale of its log odds, a positive mean on that of its logarithm. */
function meanInterval(mean: number, standardError: number, quantile: number, link: Link, level: number): Interval {
  if (link === "identity") {
    const half = quantile * standardError;
    return { level, lower: mean - half, upper: mean + half, method: "normal" };
  }
  if (link === "log") {
    const factor = Math.exp((quantile * standardError) / mean);
    return { level, lower: mean / factor, upper: mean * factor, method: "normal on the log scale" };
  }
  const centre = Math.log(mean / (1 - mean));
  const half = (quantile * standardError) / (mean * (1 - mean));
  const risk = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { level, lower: risk(centre - half), upper: risk(centre + half), method: "normal on the logit scale" };
}
