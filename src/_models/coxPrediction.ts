import type { CoxFit } from "./cox.ts";
import type { HazardErrors } from "./coxPredictionErrors.ts";
import type { HazardSteps } from "./coxResiduals.ts";

/** The cumulative hazard of one profile just after a time of its stratum, and its standard error. */
export interface PredictedHazard {
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
  readonly cumulativeHazard: number;
  readonly standardError: number;
}

/**
 * The cumulative hazard of a profile with covariates x in a stratum, H = e^(x′b) Σ dΛ₀, whose derivative by the coefficients is
 * e^(x′b) Σ (x − x̄) dΛ₀. Not finite where the profile is too far from the data.
 */
export function predictHazard(
  { history, relative, coefficients }: CoxFit,
  steps: HazardSteps,
  errors: HazardErrors,
  profile: ArrayLike<number>,
  stratum: number,
): PredictedHazard[] {
  const { groups, columns, centre, scale } = history;
  let predictor = -relative.shift[stratum]!;
  for (let j = 0; j < columns; j++) predictor += (profile[j]! - centre[j]!) * coefficients[j]!;
  const share = Math.exp(predictor);
  const slope = new Float64Array(columns);
  let hazard = 0;
  const walk = errors(stratum);
  const result: PredictedHazard[] = [];
  for (let g = groups.length - 1; g >= 0; g--) {
    const group = groups[g]!;
    if (group.stratum !== stratum) continue;
    hazard += steps.hazard[g]!;
    walk.advance(g);
    for (let j = 0; j < columns; j++) {
      const mean = steps.weightedMean.data[g * columns + j]!;
      slope[j]! += (profile[j]! - centre[j]!) * steps.hazard[g]! - mean * scale[j]!;
    }
    result.push({
      time: group.time,
      atRisk: group.atRisk,
      events: group.deaths,
      cumulativeHazard: share * hazard,
      standardError: share * Math.sqrt(Math.max(walk.variance(slope), 0)),
    });
  }
  return result;
}
