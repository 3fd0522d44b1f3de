export type { Coefficient } from "../_models/coefficientTable.ts";
export type { CovarianceType } from "../_models/covariance.ts";
export { type LinearModel, type LinearModelSpec, linearModel } from "./linearModel.ts";
export type { OverallTest } from "./overallTest.ts";
