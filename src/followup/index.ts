export type { Profile } from "../_models/profiles.ts";
export type { IncidenceVariance } from "./aalenJohansen.ts";
export {
  type AcceleratedFailureCoefficient,
  type AcceleratedFailureModel,
  type AcceleratedFailureModelSpec,
  acceleratedFailureModel,
} from "./acceleratedFailureModel.ts";
export type { RatioEstimate } from "./contrast.ts";
export type { CoxConcordance, CoxModelResiduals, ProportionalHazards } from "./coxDiagnostics.ts";
export { type CoxBaseline, type CoxBaselineStep, type CoxModel, coxModel } from "./coxModel.ts";
export type { CoxPrediction, CoxPredictionSpec, CoxSurvivalAt } from "./coxPrediction.ts";
export type { CoxModelSpec } from "./coxSpec.ts";
export type { CoxCoefficient, CoxTest, CoxTests } from "./coxTable.ts";
export {
  type CauseIncidence,
  type CumulativeIncidence,
  type CumulativeIncidenceGroup,
  type CumulativeIncidenceOptions,
  cumulativeIncidence,
  type IncidenceAt,
  type IncidenceStep,
} from "./cumulativeIncidence.ts";
export type { FailurePrediction, FailurePredictionSpec } from "./failurePrediction.ts";
export type { FailureDistribution, FailureTimesResult, FailureTimesSpec, LoggedRatio } from "./failureTimes.ts";
export { type FineGray, fineGray } from "./fineGray.ts";
export type { IncidencePrediction, IncidencePredictionSpec } from "./fineGrayPrediction.ts";
export type { FineGraySpec } from "./fineGraySpec.ts";
export {
  type FollowRelapse,
  type FollowRelapseSpec,
  followRelapse,
} from "./followRelapse.ts";
export { type GrayTest, type GrayTestSpec, grayTest } from "./grayTest.ts";
export {
  type KaplanMeier,
  type KaplanMeierGroup,
  type KaplanMeierOptions,
  type KaplanMeierStep,
  kaplanMeier,
  type SurvivalAt,
  type TimeQuantile,
} from "./kaplanMeier.ts";
export type { IncidenceLimits, SurvivalLimits } from "./limits.ts";
export { type LogRank, type LogRankData, type LogRankOptions, type LogRankPair, logRank } from "./logRank.ts";
export {
  type HazardAt,
  type HazardStep,
  type NelsonAalen,
  type NelsonAalenGroup,
  type NelsonAalenOptions,
  nelsonAalen,
} from "./nelsonAalen.ts";
export type { FollowUp, GroupValue, LateFollowUp } from "./readFollowUp.ts";
export type { RelapseContrasts } from "./relapseContrasts.ts";
export type { CompetingEvent, RelapseEvent } from "./relapseEvents.ts";
export type { RelapseGroup, RelapseStep } from "./relapseGroups.ts";
export type { RelapseTest } from "./relapseTest.ts";
export {
  type RestrictedMean,
  type RestrictedMeanGroup,
  type RestrictedMeanOptions,
  restrictedMean,
} from "./restrictedMean.ts";
export {
  type WeibullCoefficient,
  type WeibullModel,
  type WeibullModelSpec,
  weibullModel,
} from "./weibullModel.ts";
