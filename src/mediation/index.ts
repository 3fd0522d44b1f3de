export type { CoefficientRow, ModelTable } from "./coefficientTables.ts";
export type { EffectName, EffectScale } from "./effectKeys.ts";
export { mediate } from "./mediate.ts";
export type {
  EffectRow,
  ErrorCorrelation,
  InteractionTest,
  Mediation,
  MediationDiagnostics,
  PathRow,
} from "./result.ts";
export { type Sensitivity, type SensitivityOptions, type SensitivityPoint, sensitivity } from "./sensitivity.ts";
export type { ExposureSpec, MediateSpec, MediationInference, MediatorSpec, OutcomeSpec } from "./spec.ts";
