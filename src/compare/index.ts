export type { Ancova, AncovaSpec } from "./ancova.ts";
export { ancova } from "./ancova.ts";
export type { AnovaCell } from "./anovaCells.ts";
export type { ArmContrasts } from "./armContrasts.ts";
export type { CompareChange } from "./compareChange.ts";
export { compareChange } from "./compareChange.ts";
export type { CompareChangeSpec } from "./compareChangeSpec.ts";
export type { AdjustedMean, AncovaCoefficient } from "./fitAdjusted.ts";
export type { GroupChange } from "./groupChange.ts";
export type { PairedT, TestOptions } from "./pairedT.ts";
export { pairedT } from "./pairedT.ts";
export type { Factor } from "./personCells.ts";
export type { CategoryWeights } from "./referencePoint.ts";
export {
  type AnovaEffect,
  type CorrectedTest,
  type RepeatedAnova,
  type RepeatedAnovaSpec,
  repeatedAnova,
} from "./repeatedAnova.ts";
export {
  type RepeatedMeasures,
  type RepeatedMeasuresSpec,
  repeatedMeasures,
  type WaveCovariance,
} from "./repeatedMeasures.ts";
export type { ContrastWeights, RepeatedContrast, RepeatedFreedom, RepeatedTermTest } from "./repeatedTests.ts";
export type { ResponderGroup, Responders } from "./responders.ts";
export type { Values } from "./samples.ts";
export type { StandardizedChange, StandardizedOptions } from "./standardizedChange.ts";
export { standardizedChange } from "./standardizedChange.ts";
export type { StandardizedDifference } from "./standardizedDifference.ts";
export { standardizedDifference } from "./standardizedDifference.ts";
export type { GroupSummary, WelchT } from "./welchT.ts";
export { welchT } from "./welchT.ts";
