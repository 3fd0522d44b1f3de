import { bootstrap } from "../../src/_inference/bootstrap.ts";
import { biasCorrectedInterval, percentileInterval } from "../../src/_inference/intervals.ts";
import { jointSignificance } from "../../src/_inference/jointSignificance.ts";
import { productInterval, productLower, productPValue, productUpper } from "../../src/_inference/productOfNormals.ts";
import { twoSidedT } from "../../src/_numeric/distributions/index.ts";
import { mediationEstimator } from "../../src/mediation/analysis.ts";
import { drawProducts, inferenceOfDraws, normalInference } from "../../src/mediation/summaryMethods.ts";
import type { ChainSample, Paths } from "./chain.ts";

const level = 0.95;
export const alpha = 1 - level;

/** Whether a test on the paths rejects a product of 0. */
export const tests = {
  sobel: (paths: Paths) => normalRejects(paths, "delta"),
  aroian: (paths: Paths) => normalRejects(paths, "second-order"),
  goodman: (paths: Paths) => normalRejects(paths, "unbiased"),
  joint: ({ a, seA, dfA, b, seB, dfB }: Paths) =>
    jointSignificance(twoSidedT(a / seA, dfA), twoSidedT(b / seB, dfB)).pValue < alpha,
  product: (paths: Paths) => productPValue(uncorrelated(paths)) < alpha,
} as const;

export type TestName = keyof typeof tests;

export const testWords: Readonly<Record<TestName, string>> = {
  sobel: "Sobel (delta)",
  aroian: "Aroian (second order)",
  goodman: "Goodman (unbiased)",
  joint: "joint significance",
  product: "distribution of the product",
};

/** On which side of its limits a product lies: −1 below the lower one, 1 above the upper one, 0 between them. */
export type Side = -1 | 0 | 1;

export function besideDelta(paths: Paths, truth: number): Side {
  return side(truth, normalInference(uncorrelated(paths), "delta", level).interval!);
}

/** From the tails of the distribution at the truth, which needs no search for the limits. */
export function besideProduct(paths: Paths, truth: number): Side {
  const product = uncorrelated(paths);
  if (productLower(truth, product) < alpha / 2) return -1;
  return productUpper(truth, product) < alpha / 2 ? 1 : 0;
}

export function besideProductLimits(paths: Paths, truth: number): Side {
  return side(truth, productInterval(uncorrelated(paths), level));
}

export function besideMonteCarlo(paths: Paths, truth: number, draws: number, seed: number): Side {
  return side(truth, inferenceOfDraws(drawProducts(uncorrelated(paths), draws, seed), level).interval!);
}

export interface BootstrapSides {
  readonly percentile: (truth: number) => Side;
  readonly biasCorrected: (truth: number) => Side;
}

/** Limits of the indirect effect by the library's bootstrap of the whole analysis. */
export async function bootstrapSides(sample: ChainSample, draws: number, seed: number): Promise<BootstrapSides> {
  const { estimator, keys, point } = mediationEstimator(
    { x: Array.from(sample.x), m: Array.from(sample.m), y: Array.from(sample.y) },
    {
      exposure: { column: "x", from: 0, to: 1 },
      mediators: ["m"],
      outcome: "y",
      exposureMediatorInteraction: false,
    },
  );
  const k = keys.findIndex(({ effect }) => effect === "totalNaturalIndirect");
  const drawn = await bootstrap(estimator, { draws, seed });
  const percentile = percentileInterval(drawn, k, level);
  const corrected = biasCorrectedInterval(drawn, k, point[k]!, level);
  return { percentile: (truth) => side(truth, percentile), biasCorrected: (truth) => side(truth, corrected) };
}

function normalRejects(paths: Paths, method: "delta" | "second-order" | "unbiased"): boolean {
  const { pValue } = normalInference(uncorrelated(paths), method, level);
  return pValue !== null && pValue < alpha;
}

function uncorrelated({ a, seA, b, seB }: Paths) {
  return { a, seA, b, seB, correlation: 0 };
}

function side(truth: number, { lower, upper }: { lower: number | null; upper: number | null }): Side {
  if (truth < lower!) return -1;
  return truth > upper! ? 1 : 0;
}
