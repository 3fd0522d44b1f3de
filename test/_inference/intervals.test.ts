import { describe, expect, it } from "vitest";
import {
  basicInterval,
  bcaInterval,
  biasCorrectedInterval,
  biasCorrection,
  monteCarloErrorOfLimit,
  percentileInterval,
  pValueFromDraws,
} from "../../src/_inference/intervals.ts";
import { acceleration, influence, jackknife, jackknifeStandardError } from "../../src/_inference/jackknife.ts";
import { normalLower, normalQuantile } from "../../src/_numeric/distributions/index.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { drawsOf, meanEstimator } from "./support.ts";

const oneToEleven = drawsOf([4, 11, 2, 9, 6, 1, 8, 3, 10, 5, 7]);

describe("intervals by hand", () => {
  it("percentile: of 1 … 11 the 10 % and 90 % quantiles (type 7) are 2 and 10", () => {
    expect(percentileInterval(oneToEleven, 0, 0.8)).toEqual({
      level: 0.8,
      lower: expect.closeTo(2, 12),
      upper: expect.closeTo(10, 12),
      method: "percentile bootstrap",
    });
    expect(percentileInterval(drawsOf([1, 2]), 0, 0.5)).toMatchObject({ lower: 1.25, upper: 1.75 });
  });

  it("basic: reflected at the estimate 5, 2·5 − 10 = 0 and 2·5 − 2 = 8", () => {
    const { lower, upper } = basicInterval(oneToEleven, 0, 5, 0.8);
    expect([lower, upper]).toEqual([expect.closeTo(0, 12), expect.closeTo(8, 12)]);
  });

  it("z0: 5 below, 1 equal of 11 is one half, so 0; at 3.5 it is Φ⁻¹(3/11); beyond all draws it is finite", () => {
    expect(biasCorrection(oneToEleven, 0, 6)).toBe(0);
    expect(biasCorrection(oneToEleven, 0, 3.5)).toBeCloseTo(normalQuantile(3 / 11), 14);
    expect(biasCorrection(oneToEleven, 0, 100)).toBeCloseTo(normalQuantile(1 - 0.5 / 11), 14);
    expect(biasCorrection(oneToEleven, 0, -100)).toBeCloseTo(normalQuantile(0.5 / 11), 14);
  });

  it("BCa: limits at Φ(z0 + (z0 ± z)/(1 − a(z0 ± z))), worked out for z0 = Φ⁻¹(3/11), a = 0.1", () => {
    const z0 = normalQuantile(3 / 11);
    const z = normalQuantile(0.9);
    const at = (p: number) => 1 + 10 * p;
    const { lower, upper, method } = bcaInterval(oneToEleven, 0, 3.5, 0.1, 0.8);
    expect(lower).toBeCloseTo(at(normalLower(z0 + (z0 - z) / (1 - 0.1 * (z0 - z)))), 12);
    expect(upper).toBeCloseTo(at(normalLower(z0 + (z0 + z) / (1 - 0.1 * (z0 + z)))), 12);
    expect(method).toBe("bias-corrected and accelerated bootstrap");
    const corrected = biasCorrectedInterval(oneToEleven, 0, 3.5, 0.8);
    expect(corrected.lower).toBeCloseTo(at(normalLower(2 * z0 - z)), 12);
    expect(corrected.upper).toBeCloseTo(at(normalLower(2 * z0 + z)), 12);
  });

  it("p: of 19 draws one lies at or below 0, so p = 2 · (1 + 1)/(19 + 1) = 0.2; it is never 0 and never above 1", () => {
    const draws = drawsOf(Array.from({ length: 19 }, (_, i) => i - 0.5));
    expect(pValueFromDraws(draws, 0)).toBeCloseTo(0.2, 14);
    expect(pValueFromDraws(draws, 0, -10)).toBeCloseTo(0.1, 14);
    expect(pValueFromDraws(draws, 0, 8.5)).toBe(1);
  });

  it("jackknife: without each of 0, 0, 3 the means are 1.5, 1.5, 0; influences −1, −1, 2; a = 6/(6 · 6^1.5); SE = 1", () => {
    const left = jackknife(meanEstimator([0, 0, 3]));
    expect([0, 2, 4].map((place) => left[place])).toEqual([1.5, 1.5, 0]);
    expect([...influence(left, 0, 2)]).toEqual([-1, -1, 2]);
    expect(acceleration(left, 0, 2)).toBeCloseTo(1 / 6 ** 1.5, 15);
    expect(jackknifeStandardError(left, 0, 2)).toBeCloseTo(1, 15);
  });
});

describe("intervals obey", () => {
  const stream = randomStream(21, 0);
  const values = Array.from({ length: 999 }, () => stream.normal());
  const draws = drawsOf(values);

  it("percentile and BCa limits go along with an increasing transformation, up to interpolation between draws", () => {
    const through = drawsOf(values.map((value) => Math.exp(value)));
    const plain = bcaInterval(draws, 0, 0.1, 0.02, 0.9);
    const transformed = bcaInterval(through, 0, Math.exp(0.1), 0.02, 0.9);
    expect(transformed.lower).toBeCloseTo(Math.exp(plain.lower!), 3);
    expect(transformed.upper).toBeCloseTo(Math.exp(plain.upper!), 2);
  });

  it("changing the sign of everything changes the signs of the limits", () => {
    const turned = drawsOf(values.map((value) => -value));
    const plain = bcaInterval(draws, 0, 0.1, 0.02, 0.9);
    const other = bcaInterval(turned, 0, -0.1, -0.02, 0.9);
    expect(other.lower).toBeCloseTo(-plain.upper!, 12);
    expect(other.upper).toBeCloseTo(-plain.lower!, 12);
    expect(pValueFromDraws(turned, 0, 0.3)).toBe(pValueFromDraws(draws, 0, -0.3));
  });

  it("p below 1 − level exactly where the percentile limits exclude the null value", () => {
    for (let nullValue = -3; nullValue <= 3; nullValue += 0.05) {
      const { lower, upper } = percentileInterval(draws, 0, 0.95);
      const inside = lower! <= nullValue && nullValue <= upper!;
      const p = pValueFromDraws(draws, 0, nullValue);
      // one draw of slack at the limit itself
      if (Math.abs(p - 0.05) > 0.004) expect(p > 0.05).toBe(inside);
    }
  });

  it("an acceleration that leaves the scale ends at the last draw, not at a wrong one", () => {
    expect(bcaInterval(draws, 0, 0, 1, 0.95).upper).toBe(Math.max(...values));
    expect(bcaInterval(draws, 0, 0, -1, 0.95).lower).toBe(Math.min(...values));
  });

  it("a jackknife without influence has acceleration 0; units that cannot be left out are left out of the summary", () => {
    expect(acceleration(Float64Array.of(2, 2, 2), 0, 1)).toBe(0);
    expect(acceleration(Float64Array.of(1.5, 1.5, Number.NaN, 0), 0, 1)).toBeCloseTo(1 / 6 ** 1.5, 15);
  });

  it("the Monte Carlo error of a limit is √(p(1 − p)/draws) over the density there", () => {
    const many = drawsOf(Array.from({ length: 20_000 }, (_, i) => normalQuantile((i + 0.5) / 20_000)));
    const z = normalQuantile(0.975);
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const expected = Math.sqrt((0.975 * 0.025) / 20_000) / density;
    expect(Math.abs(monteCarloErrorOfLimit(many, 0, 0.975) / expected - 1)).toBeLessThan(0.02);
    expect(Math.abs(monteCarloErrorOfLimit(many, 0, 0.025) / expected - 1)).toBeLessThan(0.02);
  });
});
