export { closedFormEffects } from "./closedForm.ts";
export type { ClosedFormModel } from "./closedFormFits.ts";
export type {
  ClosedFormEffectName,
  ClosedFormEffects,
  ClosedFormRatio,
  ClosedFormRow,
  ClosedFormScale,
} from "./closedFormResult.ts";
export type { ClosedFormMediator, ClosedFormOutcome, ClosedFormSpec } from "./closedFormSpec.ts";
export type { CoefficientRow, ModelTable } from "./coefficientTables.ts";
export type { EffectName, EffectScale } from "./effectPlan.ts";
export { type IndirectFromSummary, type IndirectSummary, indirectFromSummary } from "./indirectFromSummary.ts";
export { mediate } from "./mediate.ts";
export type {
  ModeratedIndirectRegions,
  ModeratedPathRegions,
  Moderation,
  ModeratorRegions,
} from "./moderation.ts";
export { pathModel } from "./pathModel.ts";
export type { PathFitTest, PathModelFit, ScaledFit } from "./pathModelFit.ts";
export type {
  DerivedEstimate,
  ErrorCovariance,
  ErrorVariance,
  IndirectContrast,
  IndirectPath,
  PathCoefficient,
  PathDefinition,
  PathEffect,
  PathModel,
  PathModelEquation,
  StandardizedPath,
} from "./pathModelResult.ts";
export type { PathEffectSpec, PathEstimator, PathModelSpec, PathStandardErrors } from "./pathModelSpec.ts";
export type { ProductRow } from "./products.ts";
export type {
  EffectRow,
  ErrorCorrelation,
  InteractionTest,
  Mediation,
  MediationDiagnostics,
  PathRow,
} from "./result.ts";
export type { ConfounderPrevalence } from "./sensitivity/confounderBias.ts";
export {
  type ErrorCorrelationOptions,
  type ErrorCorrelationPoint,
  type ErrorCorrelationSensitivity,
  type ErrorCorrelationZero,
  sensitivityToErrorCorrelation,
} from "./sensitivity/errorCorrelation.ts";
export { type EValue, type EValueOptions, eValue } from "./sensitivity/eValue.ts";
export {
  type LeaveOneOut,
  type LeaveOneOutOptions,
  type LeftOut,
  type LeftOutEffect,
  leaveOneOut,
} from "./sensitivity/leaveOneOut.ts";
export {
  type MeasurementError,
  type MeasurementErrorOptions,
  measurementError,
} from "./sensitivity/measurementError.ts";
export {
  type MediationalEValue,
  type MediationalEValues,
  type MediationalEValuesOptions,
  mediationalEValues,
} from "./sensitivity/mediationalEValues.ts";
export {
  type OmittedInteraction,
  type OmittedInteractionRow,
  omittedInteraction,
} from "./sensitivity/omittedInteraction.ts";
export type { AssociationMeasure } from "./sensitivity/riskRatioScale.ts";
export {
  type Sensitivity,
  type SensitivityOptions,
  type SensitivityPoint,
  sensitivity,
} from "./sensitivity/sensitivity.ts";
export {
  type ConfounderPoint,
  type ConfounderTipping,
  type CorrectedEffect,
  type UnmeasuredConfounder,
  type UnmeasuredConfounderOptions,
  unmeasuredConfounder,
} from "./sensitivity/unmeasuredConfounder.ts";
export type {
  EventStatus,
  ExposureSpec,
  MediateSpec,
  MediationInference,
  MediatorFamily,
  MediatorSpec,
  ModelLink,
  ModeratedPath,
  ModeratorSpec,
  OutcomeFamily,
  OutcomeSpec,
  SurvivalModel,
} from "./specTypes.ts";
export type { SummaryMethod } from "./summaryMethods.ts";
