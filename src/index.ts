// shared shapes
export type { ArmSpec } from "./arm.ts";
// the stages, in the order of the data
export * from "./cohort/index.ts";
export * from "./compare/index.ts";
export { KithpathError, type Place, type Problem } from "./errors.ts";
export type {
  Alternative,
  Direction,
  DroppedReason,
  Estimate,
  Interval,
  Ledger,
  Note,
  Resampled,
  ResamplingOptions,
  Result,
  TestedEstimate,
} from "./estimate.ts";
// the whole
export { type EvaluateOptions, type Evaluation, evaluate, type Refusal, type TippingPoint } from "./evaluate.ts";
export * from "./followup/index.ts";
export * from "./mediation/index.ts";
export * from "./regression/index.ts";
export * from "./report/index.ts";
export type { Cell, Column, Data, Table } from "./table.ts";
export { version } from "./version.ts";
