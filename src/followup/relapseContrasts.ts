import type { Draws } from "../_inference/draws.ts";
import type { TestedEstimate } from "../estimate.ts";
import { independentDifference, independentRatio, type RatioEstimate } from "./contrast.ts";
import { drawnDifference, drawnEstimate, drawnRatio } from "./relapseDraws.ts";
import { placeOf } from "./relapseEstimator.ts";
import type { ArmEstimates } from "./relapseGroups.ts";

/** The estimates of an arm (0 reference, 1 treated) with limits of the draws. */
export function drawnArm(draws: Draws, arm: number, analytic: ArmEstimates, level: number): ArmEstimates {
  return {
    risk: drawnEstimate(draws, placeOf.arm(arm, "risk"), analytic.risk, level),
    competingRisk: drawnEstimate(draws, placeOf.arm(arm, "competing risk"), analytic.competingRisk, level),
    netRisk: drawnEstimate(draws, placeOf.arm(arm, "net risk"), analytic.netRisk, level),
    restrictedMean: drawnEstimate(draws, placeOf.arm(arm, "restricted mean"), analytic.restrictedMean, level),
  };
}

export interface RelapseContrasts {
  /** Treated − reference, as are the others. */
  readonly riskDifference: TestedEstimate;
  /** Treated over reference; null where a risk is 0. */
  readonly riskRatio: RatioEstimate | null;
  readonly restrictedMeanDifference: TestedEstimate;
}

/** Where an arm has no spread, resampling sees no uncertainty: the limits of the arms are combined instead. */
export function contrasts(arms: readonly ArmEstimates[], draws: Draws | null, level: number): RelapseContrasts {
  const [reference, treated] = arms as [ArmEstimates, ArmEstimates];
  const difference = (quantity: "risk" | "restrictedMean", place: number) => {
    const [over, under] = [treated[quantity], reference[quantity]];
    return draws === null || over.standardError === null || under.standardError === null
      ? independentDifference(over, under, level)
      : drawnDifference(draws, place, over.estimate - under.estimate, level);
  };
  return {
    riskDifference: difference("risk", placeOf.riskDifference),
    riskRatio:
      draws === null || treated.risk.standardError === null || reference.risk.standardError === null
        ? independentRatio(treated.risk, reference.risk, level)
        : drawnRatio(draws, treated.risk, reference.risk, level),
    restrictedMeanDifference: difference("restrictedMean", placeOf.restrictedMeanDifference),
  };
}
