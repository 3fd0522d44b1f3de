import { type Draws, standardErrorOfDraws } from "../_inference/draws.ts";
import { monteCarloErrorOfLimit, percentileInterval, pValueFromDraws } from "../_inference/intervals.ts";
import {
  type ProductOfNormals,
  productInterval,
  productPValue,
  productStandardDeviation,
} from "../_inference/productOfNormals.ts";
import { normalQuantileUpper, twoSidedNormal } from "../_numeric/distributions/index.ts";
import { randomStream } from "../_numeric/random.ts";
import type { Interval } from "../estimate.ts";

/** Ways from two paths and their standard errors to limits of their product. */
export type SummaryMethod = "product-distribution" | "delta" | "second-order" | "unbiased" | "monte-carlo";

/** What a method makes of the product; `null` where it has no standard error. */
export interface SummaryInference {
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** The estimate over its standard error where the test is made by the normal distribution. */
  readonly statistic: number | null;
  readonly pValue: number | null;
}

export function exactInference(product: ProductOfNormals, level: number): SummaryInference {
  return {
    standardError: productStandardDeviation(product),
    interval: productInterval(product, level),
    statistic: null,
    pValue: productPValue(product),
  };
}

/**
 * Variance of the product: a²se_b² + b²se_a² + 2ab·cov to first order (Sobel 1982); with se_a²se_b² + cov² added to second
 * order (Aroian 1947), which is the variance of the product itself; with them taken away without bias (Goodman 1960).
 */
const secondOrderSign = { delta: 0, "second-order": 1, unbiased: -1 } as const;

export function normalInference(
  { a, seA, b, seB, correlation }: ProductOfNormals,
  method: keyof typeof secondOrderSign,
  level: number,
): SummaryInference {
  const first = (a * seB + correlation * b * seA) ** 2 + (1 - correlation ** 2) * (b * seA) ** 2;
  const variance = first + secondOrderSign[method] * (seA * seB) ** 2 * (1 + correlation ** 2);
  if (!(variance > 0)) return { standardError: null, interval: null, statistic: null, pValue: null };
  const standardError = Math.sqrt(variance);
  const statistic = (a * b) / standardError;
  const half = normalQuantileUpper((1 - level) / 2) * standardError;
  return {
    standardError,
    interval: { level, lower: a * b - half, upper: a * b + half, method: `normal (${method})` },
    statistic,
    pValue: twoSidedNormal(statistic),
  };
}

/** Draw i uses the random stream (seed, i) only, as all draws of the library do. */
export function drawProducts(product: ProductOfNormals, draws: number, seed: number): Draws {
  const { a, seA, b, seB, correlation } = product;
  const rest = Math.sqrt(1 - correlation ** 2);
  const values = new Float64Array(draws);
  const stream = randomStream(seed, 0);
  for (let draw = 0; draw < draws; draw++) {
    stream.restart(seed, draw);
    const first = stream.normal();
    values[draw] = (a + seA * first) * (b + seB * (correlation * first + rest * stream.normal()));
  }
  return { scheme: "Monte Carlo", names: ["indirect"], values, requested: draws, used: draws, failed: 0, seed };
}

export function inferenceOfDraws(draws: Draws, level: number): SummaryInference {
  return {
    standardError: standardErrorOfDraws(draws, 0),
    interval: percentileInterval(draws, 0, level),
    statistic: null,
    pValue: pValueFromDraws(draws, 0),
  };
}

/** How much the lower and the upper limit would move with another seed. */
export function errorOfLimits(draws: Draws, level: number): { readonly lower: number; readonly upper: number } {
  const tail = (1 - level) / 2;
  return { lower: monteCarloErrorOfLimit(draws, 0, tail), upper: monteCarloErrorOfLimit(draws, 0, 1 - tail) };
}
