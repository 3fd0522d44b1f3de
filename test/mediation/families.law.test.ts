import { describe, expect, it } from "vitest";
import { normalLower } from "../../src/_numeric/distributions/index.ts";
import { binaryLaw, countLaw, emptySupport, mostPoints, ordinalLaw } from "../../src/mediation/system/mediatorLaw.ts";
import { expectClose } from "../support/witness.ts";

const support = emptySupport(mostPoints);
const tight = { rel: 1e-12, abs: 1e-300 };

function moments(of: (value: number) => number): number {
  let sum = 0;
  for (let k = 0; k < support.count; k++) sum += support.probabilities[k]! * of(support.values[k]!);
  return sum;
}

describe("distributions of discrete mediators", () => {
  it("binary: both probabilities keep their digits in either tail", () => {
    for (const predictor of [-700, -40, -1, 0, 0.3, 40, 700]) {
      expect(binaryLaw("logit").write(predictor, 0, support)).toBe(true);
      expectClose(
        moments(() => 1),
        1,
        tight,
      );
      const small = Math.exp(-Math.abs(predictor)) / (1 + Math.exp(-Math.abs(predictor)));
      expectClose(support.probabilities[predictor < 0 ? 1 : 0]!, small, tight);
    }
    binaryLaw("probit").write(-20, 0, support);
    expect(support.probabilities[1]).toBe(normalLower(-20));
    expect(support.probabilities[1]).toBeGreaterThan(0);
  });

  it("ordinal: sums to 1, cumulates to the proportional-odds model, and never falls below 0", () => {
    const thresholds = Float64Array.of(-1.5, 0.2, 3);
    for (const predictor of [-800, -50, -2, 0, 1.7, 50, 800]) {
      expect(ordinalLaw(thresholds).write(predictor, 0, support)).toBe(true);
      expect(support.count).toBe(4);
      expectClose(
        moments(() => 1),
        1,
        { rel: 1e-14, abs: 0 },
      );
      let below = 0;
      thresholds.forEach((threshold, k) => {
        expect(support.probabilities[k]).toBeGreaterThanOrEqual(0);
        below += support.probabilities[k]!;
        expectClose(below, 1 / (1 + Math.exp(predictor - threshold)), tight);
      });
    }
  });

  it("ordinal: levels that almost touch keep the digits of the little between them", () => {
    ordinalLaw(Float64Array.of(0, 1e-9)).write(0, 0, support);
    expectClose(support.probabilities[1]!, 0.25e-9, { rel: 1e-7, abs: 0 });
  });

  it("ordinal: thresholds out of order are no distribution", () => {
    expect(ordinalLaw(Float64Array.of(0, 1, 0.5)).write(0, 0, support)).toBe(false);
  });

  for (const theta of [null, 0.05, 0.8, 3, 50, 1e6]) {
    it(`counts, ${theta === null ? "Poisson" : `θ = ${theta}`}: sum 1, mean μ, variance μ + μ²/θ, at small and large means`, () => {
      const law = countLaw(theta === null ? null : Float64Array.of(Math.log(theta)));
      for (const mean of [1e-12, 1e-3, 0.4, 1, 7.3, 120, 900]) {
        // Variances to 9 digits: what is left out of a long tail counts by its square.
        const summed = law.write(Math.log(mean), 1e-18, support);
        expect(summed).toBe(theta === null || mean / theta < 400);
        if (!summed) continue;
        expectClose(
          moments(() => 1),
          1,
          { rel: 1e-13, abs: 0 },
        );
        expectClose(
          moments((k) => k),
          mean,
          { rel: 1e-11, abs: 0 },
          `mean ${mean}`,
        );
        const variance = mean + (theta === null ? 0 : mean ** 2 / theta);
        expectClose(
          moments((k) => (k - mean) ** 2),
          variance,
          { rel: 1e-9, abs: 0 },
          `variance ${mean}`,
        );
        expect(law.counts!.mean(Math.log(mean))).toBeCloseTo(mean, 12);
      }
    });

    it(`counts, ${theta === null ? "Poisson" : `θ = ${theta}`}: the generating function is the sum, where there is one`, () => {
      const law = countLaw(theta === null ? null : Float64Array.of(Math.log(theta)));
      for (const mean of [0.01, 1, 9])
        for (const slope of [-3, -0.5, -1e-9, 0, 1e-9, 0.01, 0.09]) {
          const size = theta ?? Number.POSITIVE_INFINITY;
          const rise = mean * Math.expm1(slope);
          const found = law.counts!.logGenerating(Math.log(mean), slope);
          if (rise >= size) expect(found).toBe(Number.POSITIVE_INFINITY);
          else if (rise < 0.9 * size) {
            if (!law.write(Math.log(mean), 1e-60, support)) continue;
            expectClose(
              found,
              Math.log(moments((k) => Math.exp(slope * k))),
              { rel: 1e-9, abs: 1e-13 },
              `${mean} ${slope}`,
            );
          }
        }
    });
  }

  it("negative binomial with a huge θ is Poisson", () => {
    const poisson = emptySupport(mostPoints);
    countLaw(null).write(1.3, 1e-15, poisson);
    countLaw(Float64Array.of(Math.log(1e12))).write(1.3, 1e-15, support);
    for (let k = 0; k < 12; k++)
      expectClose(support.probabilities[k]!, poisson.probabilities[k]!, { rel: 1e-9, abs: 0 });
  });

  it("says so where a count cannot be summed", () => {
    expect(countLaw(null).write(Math.log(1e8), 1e-15, support)).toBe(false);
    expect(countLaw(null).write(Number.NaN, 1e-15, support)).toBe(false);
    expect(countLaw(Float64Array.of(Math.log(1e-3))).write(Math.log(500), 1e-15, support)).toBe(false);
  });
});
