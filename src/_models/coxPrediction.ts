import type { Matrix } from "../_numeric/matrix.ts";
import type { CoxFit } from "./cox.ts";
import type { HazardSteps } from "./coxResiduals.ts";
import { denominators, sweepRiskSets } from "./coxRiskSets.ts";

/** The cumulative hazard of one profile just after a time of its stratum, and its standard error. */
export interface PredictedHazard {
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
  readonly cumulativeHazard: number;
  readonly standardError: number;
}

/**
 * The increments Σ w̄/S₀² of the variance of each time's baseline hazard, in units of the square of the largest hazard of its stratum.
 */
export function hazardVariances({ history, relative, ties }: CoxFit): Float64Array {
  const variances = new Float64Array(history.groups.length);
  sweepRiskSets(history, relative, 1, (group, { risk, deaths, deathWeight }, g) => {
    const { count, weight } = denominators(ties, group.deaths, deathWeight);
    for (let l = 0; l < count; l++) variances[g]! += weight / (risk.zero - (l / count) * deaths.zero) ** 2;
  });
  return variances;
}

/**
 * The cumulative hazard of a profile with covariates x in a stratum: H = e^(x′b) Σ dΛ₀, with variance
 * e^(2x′b) Σ w̄/S₀² + q′Vq, q = e^(x′b) Σ (x − x̄) dΛ₀ (Tsiatis 1981; Link 1984), V the covariance of the coefficients. Not finite
 * where the profile is too far from the data.
 */
export function predictHazard(
  { history, relative, coefficients }: CoxFit,
  steps: HazardSteps,
  variances: Float64Array,
  covariance: Matrix,
  profile: ArrayLike<number>,
  stratum: number,
): PredictedHazard[] {
  const { groups, columns, centre, scale } = history;
  let predictor = -relative.shift[stratum]!;
  for (let j = 0; j < columns; j++) predictor += (profile[j]! - centre[j]!) * coefficients[j]!;
  const share = Math.exp(predictor);
  const slope = new Float64Array(columns);
  let hazard = 0;
  let variance = 0;
  const result: PredictedHazard[] = [];
  for (let g = groups.length - 1; g >= 0; g--) {
    const group = groups[g]!;
    if (group.stratum !== stratum) continue;
    hazard += steps.hazard[g]!;
    variance += variances[g]!;
    for (let j = 0; j < columns; j++) {
      const mean = steps.weightedMean.data[g * columns + j]!;
      slope[j]! += (profile[j]! - centre[j]!) * steps.hazard[g]! - mean * scale[j]!;
    }
    let own = variance;
    for (let j = 0; j < columns; j++) {
      for (let k = 0; k < columns; k++) own += slope[j]! * covariance.data[j * columns + k]! * slope[k]!;
    }
    result.push({
      time: group.time,
      atRisk: group.atRisk,
      events: group.deaths,
      cumulativeHazard: share * hazard,
      standardError: share * Math.sqrt(Math.max(own, 0)),
    });
  }
  return result;
}
