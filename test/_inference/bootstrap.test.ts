import { describe, expect, it } from "vitest";
import { bootstrap, pointEstimate } from "../../src/_inference/bootstrap.ts";
import { clusterEstimator } from "../../src/_inference/cluster.ts";
import { meanOfDraws, resampleNote, standardErrorOfDraws } from "../../src/_inference/draws.ts";
import type { Estimator } from "../../src/_inference/estimator.ts";
import { drawCounts, drawDirichlet } from "../../src/_inference/weights.ts";
import { chiSquareUpper } from "../../src/_numeric/distributions/index.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { meanEstimator } from "./support.ts";

const values = [2, 3, 5, 8, 13, 21, 34, 55];

describe("bootstrap obeys", () => {
  it("the same seed gives the same digits, another seed others", async () => {
    const estimator = meanEstimator(values);
    const first = await bootstrap(estimator, { draws: 200, seed: 7 });
    expect((await bootstrap(estimator, { draws: 200, seed: 7 })).values).toEqual(first.values);
    expect((await bootstrap(estimator, { draws: 200, seed: 8 })).values).not.toEqual(first.values);
  });

  it("draw i does not depend on how many draws are asked for, nor on their being interrupted", async () => {
    const estimator = meanEstimator(values);
    const few = await bootstrap(estimator, { draws: 50, seed: 3 });
    const slow: Estimator = {
      ...estimator,
      estimate(weights, out) {
        const until = Date.now() + 1;
        while (Date.now() < until);
        estimator.estimate(weights, out);
      },
    };
    const many = await bootstrap(slow, { draws: 120, seed: 3 });
    expect(many.values.slice(0, few.values.length)).toEqual(few.values);
  });

  it("a draw is the analysis of the resampled rows: counts as weights equal the rows repeated", () => {
    const stream = randomStream(5, 2);
    const counts = new Float64Array(values.length);
    drawCounts(stream, counts);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(values.length);
    const resampled = values.flatMap((value, i) => Array<number>(counts[i]!).fill(value));
    const out = new Float64Array(2);
    meanEstimator(values).estimate(counts, out);
    expect(out).toEqual(pointEstimate(meanEstimator(resampled)));
  });

  it("the standard error of a mean is the population standard deviation over √n, and the Bayesian bootstrap's over √(n + 1)", async () => {
    const n = values.length;
    const mean = values.reduce((sum, x) => sum + x, 0) / n;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
    const draws = 40_000;
    for (const [weighting, divisor] of [
      ["multinomial", n],
      ["dirichlet", n + 1],
    ] as const) {
      const result = await bootstrap(meanEstimator(values), { draws, seed: 11, weighting });
      const se = Math.sqrt(variance / divisor);
      expect(Math.abs(meanOfDraws(result, 0) - mean)).toBeLessThan((4 * se) / Math.sqrt(draws));
      expect(Math.abs(standardErrorOfDraws(result, 0) / se - 1)).toBeLessThan(4 / Math.sqrt(2 * draws) + 0.005);
    }
  });

  it("every unit is drawn equally often, for few units, for many, and above 65 536", () => {
    for (const [units, repeats] of [
      [3, 20_000],
      [8, 8000],
      [1000, 100],
      [65_536, 4],
      [70_000, 4],
    ] as const) {
      const totals = new Float64Array(Math.min(units, 64));
      const counts = new Float64Array(units);
      const stream = randomStream(1, units);
      for (let repeat = 0; repeat < repeats; repeat++) {
        drawCounts(stream, counts);
        counts.forEach((count, i) => {
          totals[Math.floor((i * totals.length) / units)]! += count;
        });
      }
      let statistic = 0;
      totals.forEach((total, cell) => {
        const from = Math.ceil((cell * units) / totals.length);
        const to = Math.ceil(((cell + 1) * units) / totals.length);
        statistic += (total - (to - from) * repeats) ** 2 / ((to - from) * repeats);
      });
      expect(chiSquareUpper(statistic, totals.length - 1)).toBeGreaterThan(1e-4);
    }
  });

  it("counts have the binomial variance (1 − 1/n), so that a word's two halves are not used twice", () => {
    const units = 50;
    const counts = new Float64Array(units);
    let squares = 0;
    for (let draw = 0; draw < 4000; draw++) {
      drawCounts(randomStream(9, draw), counts);
      for (const count of counts) squares += (count - 1) ** 2;
    }
    // the variance of (count − 1)² is about 3
    expect(Math.abs(squares / (4000 * units) - (1 - 1 / units))).toBeLessThan(4 * Math.sqrt(3 / (4000 * units)));
  });

  it("Dirichlet weights are positive and sum to the number of units", () => {
    const weights = new Float64Array(30);
    drawDirichlet(randomStream(1, 1), weights);
    expect(weights.every((weight) => weight > 0)).toBe(true);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(30, 12);
  });

  it("resampling clusters keeps each cluster whole: clusters of one are the rows, and doubled rows change nothing", async () => {
    const rows = meanEstimator(values);
    const single = clusterEstimator(rows, { codes: Int32Array.from(values.keys()), count: values.length });
    const plain = await bootstrap(rows, { draws: 100, seed: 2 });
    expect((await bootstrap(single, { draws: 100, seed: 2 })).values).toEqual(plain.values);
    const pairs = clusterEstimator(meanEstimator([...values, ...values]), {
      codes: Int32Array.from([...values.keys(), ...values.keys()]),
      count: values.length,
    });
    const doubled = await bootstrap(pairs, { draws: 100, seed: 2 });
    doubled.values.forEach((value, i) => {
      expect(value).toBeCloseTo(plain.values[i]!, 10);
    });
  });
});

describe("bootstrap reports", () => {
  const failing = (share: number): Estimator => {
    let call = 0;
    return {
      names: ["x"],
      units: 4,
      estimate(_, out) {
        out[0] = ++call % 10 < share * 10 ? Number.NaN : call;
      },
    };
  };

  it("draws that could not be estimated: left out, counted, and told in a note", async () => {
    const draws = await bootstrap(failing(0.3), { draws: 100, seed: 1 });
    expect([draws.requested, draws.used, draws.failed]).toEqual([100, 70, 30]);
    expect(draws.values.every(Number.isFinite) && draws.values.length === 70).toBe(true);
    expect(resampleNote(draws)).toEqual({
      code: "failed-draws",
      text: "30 of 100 bootstrap draws could not be estimated and are left out of the limits.",
    });
    expect(resampleNote(await bootstrap(meanEstimator(values), { draws: 10 }))).toBe(null);
  });

  it("progress, ending with all draws done", async () => {
    const seen: [number, number][] = [];
    await bootstrap(meanEstimator(values), { draws: 20, onProgress: (done, total) => seen.push([done, total]) });
    expect(seen.at(-1)).toEqual([20, 20]);
  });
});

describe("bootstrap refuses", () => {
  const nowhere: Estimator = { names: ["x"], units: 3, estimate: (_, out) => void out.fill(Number.NaN) };

  it.each([
    [{ draws: 0 }, "invalid-option"],
    [{ draws: 2.5 }, "invalid-option"],
    [{ seed: -1 }, "invalid-option"],
    [{ seed: 2 ** 53 }, "invalid-option"],
    [{ seed: Number.NaN }, "invalid-option"],
  ] as const)("%o with %s", async (options, code) => {
    await expect(bootstrap(meanEstimator(values), options)).rejects.toMatchObject({ code });
  });

  it("to make limits when more than half of the draws failed", async () => {
    await expect(bootstrap(nowhere, { draws: 10 })).rejects.toMatchObject({ code: "too-many-failed-draws" });
  });

  it("to begin, or to go on, when it was stopped", async () => {
    await expect(bootstrap(meanEstimator(values), { draws: 10, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    const stop = new AbortController();
    const slow: Estimator = {
      names: ["x"],
      units: 2,
      estimate(weights, out) {
        const until = Date.now() + 2;
        while (Date.now() < until);
        out[0] = weights[0]!;
      },
    };
    let done = 0;
    const running = bootstrap(slow, {
      draws: 5000,
      signal: stop.signal,
      onProgress: (draws) => {
        done = draws;
      },
    });
    setTimeout(() => stop.abort(), 50);
    await expect(running).rejects.toMatchObject({ code: "aborted" });
    expect(done).toBeLessThan(1000);
  });
});
