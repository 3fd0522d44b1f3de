import { randomStream } from "../../src/_numeric/random.ts";
import { indirectFromSummary } from "../../src/mediation/indirectFromSummary.ts";
import { type Chain, drawChain, emptySample, fitPaths, overSamples } from "./chain.ts";
import {
  besideDelta,
  besideMonteCarlo,
  besideProduct,
  bootstrapSides,
  type Side,
  type TestName,
  tests,
} from "./chainMethods.ts";
import { exactLimits } from "./published.ts";
import { type Simulated, shareOf } from "./tally.ts";

export const chainSeed = 20261122;
/** Bootstrap and Monte Carlo draws use seeds of their own, so that no draw repeats the numbers of a sample. */
const drawSeed = 1_000_000_000;
export const drawsPerInterval = 1000;

/** Every design has samples of its own. */
export function seedOf({ a, b, people }: Chain): number {
  return chainSeed + Math.round(1000 * a) * 10_000_000 + Math.round(1000 * b) * 10_000 + people;
}

export function power<Name extends TestName>(
  chain: Chain,
  names: readonly Name[],
  repetitions: number,
): Record<Name, Simulated> {
  const counts = new Map<Name, number>(names.map((name) => [name, 0]));
  overSamples(chain, repetitions, seedOf(chain), (paths) => {
    for (const name of names) if (tests[name](paths)) counts.set(name, counts.get(name)! + 1);
  });
  return Object.fromEntries(names.map((name) => [name, shareOf(counts.get(name)!, repetitions)])) as Record<
    Name,
    Simulated
  >;
}

/** Where the truth lay with respect to the limits of one method. */
export interface Misses {
  readonly repetitions: number;
  readonly coverage: Simulated;
  /** The truth below the lower limit; above the upper one. */
  readonly below: number;
  readonly above: number;
}

export type LimitMethod = "delta" | "product" | "monteCarlo" | "percentile" | "biasCorrected";

export const limitWords: Readonly<Record<LimitMethod, string>> = {
  delta: "delta (Sobel)",
  product: "distribution of the product",
  monteCarlo: "Monte Carlo",
  percentile: "percentile bootstrap",
  biasCorrected: "bias-corrected bootstrap",
};

/** Misses of the limits computed from the paths. */
export function missesFromPaths(chain: Chain, repetitions: number): Record<"delta" | "product" | "monteCarlo", Misses> {
  const truth = chain.a * chain.b;
  const sides = { delta: [] as Side[], product: [] as Side[], monteCarlo: [] as Side[] };
  overSamples(chain, repetitions, seedOf(chain), (paths) => {
    sides.delta.push(besideDelta(paths, truth));
    sides.product.push(besideProduct(paths, truth));
    sides.monteCarlo.push(besideMonteCarlo(paths, truth, drawsPerInterval, drawSeed + sides.delta.length));
  });
  return {
    delta: missesOf(sides.delta),
    product: missesOf(sides.product),
    monteCarlo: missesOf(sides.monteCarlo),
  };
}

/** Misses of the bootstrap limits about the truth, and how often they exclude 0. */
export async function bootstrapMisses(
  chain: Chain,
  repetitions: number,
): Promise<Record<"percentile" | "biasCorrected", Misses & { readonly rejected: Simulated }>> {
  const truth = chain.a * chain.b;
  const stream = randomStream(0, 0);
  const sample = emptySample(chain.people);
  const found = { percentile: [] as [Side, Side][], biasCorrected: [] as [Side, Side][] };
  for (let index = 0; index < repetitions; index++) {
    stream.restart(seedOf(chain), index);
    drawChain(stream, chain, sample);
    const { percentile, biasCorrected } = await bootstrapSides(sample, drawsPerInterval, drawSeed + index);
    found.percentile.push([percentile(truth), percentile(0)]);
    found.biasCorrected.push([biasCorrected(truth), biasCorrected(0)]);
  }
  const summary = (pairs: [Side, Side][]) => ({
    ...missesOf(pairs.map(([about]) => about)),
    rejected: shareOf(pairs.filter(([, zero]) => zero !== 0).length, pairs.length),
  });
  return { percentile: summary(found.percentile), biasCorrected: summary(found.biasCorrected) };
}

export interface LimitsOfProduct {
  readonly a: number;
  readonly seA: number;
  readonly b: number;
  readonly seB: number;
  readonly witness: readonly [number, number];
  readonly exact: readonly [number, number];
  readonly few: readonly [number, number];
  readonly many: readonly [number, number];
}

/** Monte Carlo limits from 20,000 and from many draws beside the exact ones. */
export function monteCarloLimits(manyDraws = 1_000_000): LimitsOfProduct[] {
  return exactLimits.map(({ a, seA, b, seB, lower, upper }) => {
    const limits = (method: "product-distribution" | "monte-carlo", draws?: number): [number, number] => {
      const { interval } = indirectFromSummary({ a, seA, b, seB, method, ...(draws === undefined ? {} : { draws }) });
      return [interval!.lower!, interval!.upper!];
    };
    return {
      a,
      seA,
      b,
      seB,
      witness: [lower, upper],
      exact: limits("product-distribution"),
      few: limits("monte-carlo", 20_000),
      many: limits("monte-carlo", manyDraws),
    };
  });
}

/** The paths of one sample, for comparison with the library's. */
export function oneSample(chain: Chain) {
  const sample = emptySample(chain.people);
  drawChain(randomStream(seedOf(chain), 0), chain, sample);
  return { sample, paths: fitPaths(sample) };
}

function missesOf(sides: readonly Side[]): Misses {
  const count = (wanted: Side) => sides.filter((found) => found === wanted).length;
  return {
    repetitions: sides.length,
    coverage: shareOf(count(0), sides.length),
    below: count(-1) / sides.length,
    above: count(1) / sides.length,
  };
}
