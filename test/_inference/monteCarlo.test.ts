import { describe, expect, it } from "vitest";
import { meanOfDraws, sortedDraws, standardErrorOfDraws } from "../../src/_inference/draws.ts";
import { monteCarlo } from "../../src/_inference/monteCarlo.ts";
import { chiSquareUpper, normalLower } from "../../src/_numeric/distributions/index.ts";
import type { Matrix } from "../../src/_numeric/matrix.ts";

const square = (...data: number[]): Matrix => {
  const rows = Math.sqrt(data.length);
  return { rows, columns: rows, data: Float64Array.from(data) };
};
const copy = (parameters: Float64Array, out: Float64Array) => out.set(parameters);

describe("monteCarlo", () => {
  it("draws have the mean, the covariance and the normal shape asked for", async () => {
    const draws = await monteCarlo({
      mean: Float64Array.of(1, -2),
      covariance: square(4, 3, 3, 9),
      transform: (parameters, out) => {
        copy(parameters, out);
        out[2] = parameters[0]! * parameters[1]!;
      },
      names: ["a", "b", "product"],
      seed: 3,
      draws: 100_000,
    });
    expect(Math.abs(meanOfDraws(draws, 0) - 1)).toBeLessThan(4 * 0.0064);
    expect(Math.abs(standardErrorOfDraws(draws, 1) - 3)).toBeLessThan(4 * 0.0068);
    // E ab = 1·(−2) + 3; var ab = 1·9 + 4·4 + 2·1·(−2)·3 + 4·9 + 9
    expect(Math.abs(meanOfDraws(draws, 2) - 1)).toBeLessThan(4 * Math.sqrt(58 / 100_000));
    const counts = new Float64Array(50);
    for (const value of sortedDraws(draws, 0)) counts[Math.min(49, Math.floor(50 * normalLower((value - 1) / 2)))]!++;
    const statistic = counts.reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
    expect(chiSquareUpper(statistic, 49)).toBeGreaterThan(1e-4);
    expect(draws.scheme).toBe("Monte Carlo");
  });

  it("draw i is the same however many draws are asked for", async () => {
    const o = { mean: Float64Array.of(0), covariance: square(1), transform: copy, names: ["x"], seed: 9 };
    const few = await monteCarlo({ ...o, draws: 10 });
    expect((await monteCarlo({ ...o, draws: 100 })).values.slice(0, 10)).toEqual(few.values);
  });

  it("parameters may be fixed, or determined by others", async () => {
    const draws = await monteCarlo({
      mean: Float64Array.of(5, 1, 2),
      covariance: square(0, 0, 0, 0, 4, 8, 0, 8, 16),
      transform: copy,
      names: ["fixed", "x", "2x"],
      draws: 100,
    });
    for (let draw = 0; draw < 100; draw++) {
      expect(draws.values[3 * draw]).toBe(5);
      expect(draws.values[3 * draw + 2]).toBeCloseTo(2 * draws.values[3 * draw + 1]!, 6);
    }
  });

  it.each([
    ["a negative variance", square(-1)],
    ["a correlation above 1", square(1, 2, 2, 1)],
    ["a fixed parameter that varies with another", square(0, 1, 1, 1)],
    ["the wrong size", square(1, 0, 0, 1)],
    ["a number that is none", square(Number.NaN)],
  ])("refuses %s", async (_, covariance) => {
    const mean = new Float64Array(covariance.data.includes(2) || covariance.data[0] === 0 ? 2 : 1);
    await expect(monteCarlo({ mean, covariance, transform: copy, names: ["x"], draws: 10 })).rejects.toMatchObject({
      code: "invalid-covariance",
    });
  });

  it("refuses when it was stopped, and when most draws have no value", async () => {
    const o = { mean: Float64Array.of(0), covariance: square(1), names: ["x"], draws: 10 };
    await expect(monteCarlo({ ...o, transform: copy, signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "aborted",
    });
    await expect(monteCarlo({ ...o, transform: (_, out) => void out.fill(Number.NaN) })).rejects.toMatchObject({
      code: "too-many-failed-draws",
    });
  });
});
