import { describe, expect, it } from "vitest";
import { type BootstrapOptions, bootstrap } from "../../src/_inference/bootstrap.ts";
import { clusterEstimator } from "../../src/_inference/cluster.ts";
import { standardErrorOfDraws } from "../../src/_inference/draws.ts";
import { correctedProbabilities, percentileInterval, steadyErrorsOfLimits } from "../../src/_inference/intervals.ts";
import { monteCarlo } from "../../src/_inference/monteCarlo.ts";
import { productInterval } from "../../src/_inference/productOfNormals.ts";
import { stoppingNote } from "../../src/_inference/stopping.ts";
import { matrix } from "../../src/_numeric/matrix.ts";
import { rejectionOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";
import { meanEstimator } from "./support.ts";

const values = Array.from({ length: 60 }, (_, i) => ((i * 37) % 61) ** 1.5);
const estimator = meanEstimator(values);
const rule = { of: 0, level: 0.95, tolerance: 0.03, most: 100_000 };

describe("drawing until the limits hold still", () => {
  it("both limits end with a Monte Carlo error below the tolerance, in standard errors", async () => {
    const draws = await bootstrap(estimator, { draws: 500, seed: 4, until: rule });
    const error = Math.max(...steadyErrorsOfLimits(draws, 0, [0.025, 0.975]));
    expect(draws.stopped!.error).toBeCloseTo(error / standardErrorOfDraws(draws, 0), 14);
    expect(draws.stopped!.error).toBeLessThanOrEqual(0.03);
    expect(draws.stopped!.reached).toBe(true);
    // a normal quantile at 0.025 has error √(0.025·0.975)/0.05845 = 2.67 standard errors over √draws: (2.67/0.03)² draws
    expect(draws.requested).toBeGreaterThan(4000);
    expect(draws.requested).toBeLessThan(14_000);
    expect(stoppingNote(draws)).toBeNull();
  });

  it.each(["multinomial", "dirichlet"] as const)(
    "%s draws are the draws of a run with that number fixed, wherever it looked on the way",
    async (weighting) => {
      const options: BootstrapOptions = { seed: 4, weighting };
      const stopped = await bootstrap(estimator, { ...options, draws: 700, until: rule });
      const fixed = await bootstrap(estimator, { ...options, draws: stopped.requested });
      expect(stopped.values).toEqual(fixed.values);
      expect(percentileInterval(stopped, 0, 0.95)).toEqual(percentileInterval(fixed, 0, 0.95));
      const finer = await bootstrap(estimator, { ...options, draws: 100, until: rule });
      const common = Math.min(finer.values.length, fixed.values.length);
      expect(finer.values.subarray(0, common)).toEqual(fixed.values.subarray(0, common));
    },
  );

  it("another seed moves the limits by about the error that was asked for", async () => {
    const options = { draws: 500, until: { ...rule, tolerance: 0.1 } };
    const error = standardErrorOfDraws(await bootstrap(estimator, { draws: 20_000 }), 0);
    const lower: number[] = [];
    for (let seed = 1; seed <= 30; seed++) {
      const draws = await bootstrap(estimator, { ...options, seed });
      lower.push(percentileInterval(draws, 0, 0.95).lower! / error);
    }
    const centre = lower.reduce((sum, x) => sum + x, 0) / 30;
    const scatter = Math.sqrt(lower.reduce((sum, x) => sum + (x - centre) ** 2, 0) / 29);
    expect(scatter).toBeGreaterThan(0.06);
    expect(scatter).toBeLessThan(0.13);
  });

  it("Monte Carlo draws stop too, near the exact limits of a product", async () => {
    const covariance = matrix(2, 2);
    covariance.data.set([0.0169, 0, 0, 0.0121]);
    const options = {
      mean: Float64Array.of(0.39, 0.26),
      covariance,
      transform: (x: Float64Array, out: Float64Array) => out.fill(x[0]! * x[1]!),
      names: ["ab"],
      seed: 2,
    };
    const draws = await monteCarlo({ ...options, draws: 1000, until: { ...rule, tolerance: 0.02 } });
    const exact = productInterval({ a: 0.39, seA: 0.13, b: 0.26, seB: 0.11, correlation: 0 }, 0.95);
    const error = 0.02 * standardErrorOfDraws(draws, 0);
    const { lower, upper } = percentileInterval(draws, 0, 0.95);
    expect(Math.abs(lower! - exact.lower!)).toBeLessThan(4 * error);
    expect(Math.abs(upper! - exact.upper!)).toBeLessThan(4 * error);
    expect(draws.values).toEqual((await monteCarlo({ ...options, draws: draws.requested })).values);
  });

  it("several estimates can be asked to be stable, and limits at other probabilities", async () => {
    const both = await bootstrap(estimator, { draws: 500, seed: 1, until: { ...rule, of: [0, 1] } });
    for (const k of [0, 1]) {
      expect(steadyErrorsOfLimits(both, k, [0.025])[0]! / standardErrorOfDraws(both, k)).toBeLessThanOrEqual(0.03);
    }
    const estimate = values.reduce((sum, x) => sum + x, 0) / 60;
    const corrected = await bootstrap(estimator, {
      draws: 500,
      seed: 1,
      until: { ...rule, probabilities: (draws, k) => correctedProbabilities(draws, k, estimate, 0.02, 0.95) },
    });
    const [low, high] = correctedProbabilities(corrected, 0, estimate, 0.02, 0.95);
    const error = Math.max(...steadyErrorsOfLimits(corrected, 0, [low, high]));
    expect(corrected.stopped!.error).toBeCloseTo(error / standardErrorOfDraws(corrected, 0), 14);
  });

  it("ends at the most that is allowed, and says so", async () => {
    const draws = await bootstrap(estimator, { draws: 200, seed: 1, until: { ...rule, tolerance: 1e-6, most: 950 } });
    expect(draws.requested).toBe(950);
    expect(draws.stopped!.reached).toBe(false);
    expect(stoppingNote(draws)!.code).toBe("limits-not-stable");
  });

  it("an estimate without any spread is stable at once; a fixed number of draws is not judged", async () => {
    const constant = await bootstrap(meanEstimator([7, 7, 7]), { draws: 50, until: rule });
    expect([constant.requested, constant.stopped!.error]).toEqual([50, 0]);
    expect((await bootstrap(estimator, { draws: 50 })).stopped).toBeUndefined();
  });

  it("counts draws that fail, and refuses when most do", async () => {
    const sometimes = {
      ...estimator,
      estimate(weights: Float64Array, out: Float64Array) {
        estimator.estimate(weights, out);
        if (weights[0] === 0) out.fill(Number.NaN);
      },
    };
    const draws = await bootstrap(sometimes, { draws: 500, seed: 4, until: { ...rule, tolerance: 0.05 } });
    expect(draws.failed).toBeGreaterThan(0.3 * draws.requested);
    expect(draws.used + draws.failed).toBe(draws.requested);
    const never = { ...estimator, estimate: (_: Float64Array, out: Float64Array) => void out.fill(Number.NaN) };
    expect((await rejectionOf(() => bootstrap(never, { draws: 50, until: rule }))).code).toBe("too-many-failed-draws");
  });

  it("tells of progress towards the most, and can be stopped", async () => {
    const told: [number, number][] = [];
    const draws = await bootstrap(estimator, {
      draws: 500,
      until: rule,
      onProgress: (done, total) => void told.push([done, total]),
    });
    expect(told.at(-1)).toEqual([draws.requested, 100_000]);
    const signal = AbortSignal.abort();
    expect((await rejectionOf(() => bootstrap(estimator, { draws: 500, until: rule, signal }))).code).toBe("aborted");
  });

  it.each([
    ["no name", { of: [] }],
    ["a name that is not there", { of: 2 }],
    ["a level in per cent", { level: 95 }],
    ["a tolerance of 0", { tolerance: 0 }],
    ["fewer draws than the first look", { most: 100 }],
  ])("refuses %s", async (_, wrong) => {
    const error = await rejectionOf(() => bootstrap(estimator, { draws: 500, until: { ...rule, ...wrong } }));
    expect(error.code).toBe("invalid-option");
  });
});

describe("the Bayesian bootstrap of whole clusters", () => {
  // ten sites of six people
  const clusters = { codes: Int32Array.from({ length: 60 }, (_, i) => i % 10), count: 10 };

  it("has the spread that ten Dirichlet weights give: Σ(m − mean)²/(G(G + 1)) for site means m", async () => {
    const means = Array.from({ length: 10 }, (_, site) => values.filter((_, i) => i % 10 === site)).map(
      (people) => people.reduce((sum, x) => sum + x, 0) / 6,
    );
    const centre = means.reduce((sum, x) => sum + x, 0) / 10;
    const variance = means.reduce((sum, x) => sum + (x - centre) ** 2, 0) / (10 * 11);
    const draws = await bootstrap(clusterEstimator(estimator, clusters), {
      draws: 20_000,
      seed: 6,
      weighting: "dirichlet",
    });
    expectClose(standardErrorOfDraws(draws, 0), Math.sqrt(variance), { rel: 0.025, abs: 0 });
    expect(draws.scheme).toBe("Bayesian bootstrap");
  });

  it("people of one site always share their weight, and every site keeps one", async () => {
    const seen: Float64Array[] = [];
    const watching = {
      ...estimator,
      estimate(weights: Float64Array, out: Float64Array) {
        seen.push(Float64Array.from(weights));
        estimator.estimate(weights, out);
      },
    };
    await bootstrap(clusterEstimator(watching, clusters), { draws: 20, weighting: "dirichlet" });
    expect(seen.length).toBe(20);
    for (const weights of seen) {
      weights.forEach((weight, row) => {
        expect(weight).toBe(weights[row % 10]);
        expect(weight).toBeGreaterThan(0);
      });
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(60, 10);
    }
  });
});
