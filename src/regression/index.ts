export type { Coefficient } from "../_models/coefficientTable.ts";
export type { CovarianceType } from "../_models/covariance.ts";
export {
  type AdjustedMeans,
  type AdjustedMeansSpec,
  adjustedMeans,
  type GroupContrast,
  type GroupMean,
} from "./adjustedMeans.ts";
export { type ComparedModel, type CompareModelsSpec, compareModels, type ModelComparison } from "./compareModels.ts";
export { type FirthCoefficient, type FirthModel, type FirthModelSpec, firthModel } from "./firthModel.ts";
export { type GeeCoefficient, type GeeModel, type GeeModelSpec, geeModel } from "./geeModel.ts";
export type { GeneralizedCovarianceType, LimitKind, ModelFamily, RatioKind } from "./generalizedLinearChoices.ts";
export {
  type GeneralizedLinearCoefficient,
  type GeneralizedLinearModel,
  type GeneralizedLinearModelSpec,
  generalizedLinearModel,
} from "./generalizedLinearModel.ts";
export { type InfluenceResult, type InfluenceSpec, influence, type RowInfluence } from "./influence.ts";
export {
  type DiagnosticTest,
  type LinearDiagnostics,
  type LinearDiagnosticsSpec,
  linearDiagnostics,
  type TermInflation,
} from "./linearDiagnostics.ts";
export { type LinearModel, type LinearModelSpec, linearModel } from "./linearModel.ts";
export {
  type GroupEffect,
  type MixedModel,
  type MixedModelSpec,
  mixedModel,
  type VarianceComponent,
} from "./mixedModel.ts";
export type { DegreesOfFreedom, TermTest } from "./mixedTests.ts";
export type { Adjustment } from "./multiplicity.ts";
export { type OrdinalCoefficient, type OrdinalModel, type OrdinalModelSpec, ordinalModel } from "./ordinalModel.ts";
export type { OverallTest } from "./overallTest.ts";
export type { GeneralizedLinearPrediction, LinearPrediction, PredictionSpec } from "./predictions.ts";
export {
  type AddedInteraction,
  type ConditionalInteraction,
  type ModeratorSummary,
  type SimpleSlope,
  type SimpleSlopes,
  type SimpleSlopesSpec,
  type SlopeRegions,
  type SlopeRoot,
  simpleSlopes,
} from "./simpleSlopes.ts";
export {
  type Standardization,
  type StandardizeFamily,
  type StandardizeSpec,
  standardize,
} from "./standardize.ts";
export type { StandardizedEstimates, StandardizedRatio } from "./standardizeResult.ts";
export { type TermTests, type TestedTerm, type TestTermsSpec, testTerms } from "./testTerms.ts";
