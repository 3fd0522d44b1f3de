export * from "./beta.ts";
export * from "./binomial.ts";
export * from "./bivariateNormal.ts";
export * from "./chiSquare.ts";
export { digamma } from "./digamma.ts";
export * from "./fisherF.ts";
export * from "./gamma.ts";
export * from "./hypergeometric.ts";
export { logGamma } from "./logGamma.ts";
export * from "./negativeBinomial.ts";
export {
  noncentralChiSquareDensity,
  noncentralChiSquareLower,
  noncentralChiSquareQuantile,
  noncentralChiSquareQuantileUpper,
  noncentralChiSquareUpper,
} from "./noncentralChiSquare.ts";
export * from "./noncentralF.ts";
export * from "./noncentralT.ts";
export * from "./normal.ts";
export * from "./poisson.ts";
export * from "./pValues.ts";
export * from "./rankSum.ts";
export { logBeta, logChoose } from "./saddlePoint.ts";
export * from "./signedRank.ts";
export * from "./studentizedRange.ts";
export { tDensity, tLower, tQuantile, tQuantileUpper, tUpper } from "./studentT.ts";
export * from "./weibull.ts";
