import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import * as d from "../../../src/_numeric/distributions/index.ts";

const close = (actual: number, expected: number, relative: number) =>
  Math.abs(actual - expected) <= relative * Math.abs(expected);
const runs = { numRuns: 100, seed: 7 };
const logUniform = (low: number, high: number) =>
  fastCheck.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
/** Natural logs of probabilities from 1e-300 up to ½. */
const logProbability = fastCheck.double({ min: -690, max: -Math.LN2, noNaN: true });

type Kernel = (x: number, a: number, b: number, log?: boolean) => number;
const continuous: [string, Kernel, Kernel, Kernel, Kernel][] = [
  ["Weibull", d.weibullLower, d.weibullUpper, d.weibullQuantile, d.weibullQuantileUpper],
  [
    "noncentral chi-square",
    d.noncentralChiSquareLower,
    d.noncentralChiSquareUpper,
    d.noncentralChiSquareQuantile,
    d.noncentralChiSquareQuantileUpper,
  ],
  [
    "noncentral F",
    (x, a, b, log) => d.noncentralFLower(x, a, 30, b, log),
    (x, a, b, log) => d.noncentralFUpper(x, a, 30, b, log),
    (p, a, b, log) => d.noncentralFQuantile(p, a, 30, b, log),
    (p, a, b, log) => d.noncentralFQuantileUpper(p, a, 30, b, log),
  ],
  ["noncentral t", d.noncentralTLower, d.noncentralTUpper, d.noncentralTQuantile, d.noncentralTQuantileUpper],
];

describe.each(continuous)("the %s distribution", (_name, lower, upper, quantile, quantileUpper) => {
  const shapes = [logUniform(0.5, 1e4), logUniform(0.01, 1e3)] as const;

  it("undoes both tails by the quantiles, from 1e-300 to one half", () => {
    fastCheck.assert(
      fastCheck.property(logProbability, ...shapes, (p, a, b) => {
        const x = quantile(p, a, b, true);
        const y = quantileUpper(p, a, b, true);
        const inside = (value: number) => Math.abs(value) > 1e-290 && Math.abs(value) < 1e290;
        return (
          (!inside(x) || close(lower(x, a, b, true), p, 1e-10)) && (!inside(y) || close(upper(y, a, b, true), p, 1e-10))
        );
      }),
      runs,
    );
  });

  it("has tails that sum to one and grow with the argument", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.double({ min: 0.01, max: 0.98, noNaN: true }), ...shapes, (p, a, b) => {
        const x = quantile(p, a, b);
        const y = quantile(p + 0.01, a, b);
        return x < y && close(lower(x, a, b) + upper(x, a, b), 1, 1e-13) && lower(x, a, b) < lower(y, a, b);
      }),
      runs,
    );
  });

  it("hands on what is not a number", () => {
    expect([lower(Number.NaN, 2, 3), upper(Number.NaN, 2, 3, true)]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("relations between the rarer distributions and their kin", () => {
  it("no noncentrality gives the central distribution", () => {
    expect(d.noncentralChiSquareUpper(7, 3, 0)).toBe(d.chiSquareUpper(7, 3));
    expect(d.noncentralFLower(2, 3, 9, 0, true)).toBe(d.fLower(2, 3, 9, true));
    expect(d.noncentralFDensity(2, 3, 9, 0)).toBe(d.fDensity(2, 3, 9));
    expect(close(d.noncentralChiSquareDensity(2, 3, 1e-14), d.chiSquareDensity(2, 3), 1e-12)).toBe(true);
  });

  it("the square of a shifted normal is noncentral chi-square with one degree of freedom", () => {
    for (const shift of [0.3, 2, 11]) {
      for (const root of [0.2, 1.7, 12, 30]) {
        const upper = d.normalUpper(root - shift) + d.normalUpper(root + shift);
        expect(close(d.noncentralChiSquareUpper(root * root, 1, shift * shift), upper, 1e-11)).toBe(true);
      }
    }
  });

  it("the square of noncentral t is noncentral F", () => {
    for (const [t, df, ncp] of [
      [2.5, 12, 1],
      [30, 12, 8],
      [4, 200, 9],
    ] as const) {
      const upper = d.noncentralTUpper(t, df, ncp) + d.noncentralTLower(-t, df, ncp);
      expect(close(d.noncentralFUpper(t * t, 1, df, ncp * ncp), upper, 1e-11)).toBe(true);
    }
  });

  it("infinite denominator degrees of freedom give the noncentral chi-square over its df, infinite size the Poisson", () => {
    const infinite = Number.POSITIVE_INFINITY;
    expect(d.noncentralFUpper(3, 4, infinite, 5)).toBe(d.noncentralChiSquareUpper(12, 4, 5));
    expect(close(d.noncentralFUpper(3, 4, 1e9, 5), d.noncentralChiSquareUpper(12, 4, 5), 1e-7)).toBe(true);
    expect(d.negativeBinomialUpper(4, infinite, 3)).toBe(d.poissonUpper(4, 3));
    expect(close(d.negativeBinomialUpper(4, 1e9, 3), d.poissonUpper(4, 3), 1e-7)).toBe(true);
  });

  it("Weibull with shape one is exponential", () => {
    expect(close(d.weibullUpper(3, 1, 2), Math.exp(-1.5), 1e-15)).toBe(true);
    expect([d.weibullDensity(0, 1, 2), d.weibullDensity(0, 2, 2), d.weibullQuantile(0, 2, 3)]).toEqual([0.5, 0, 0]);
    expect(d.weibullQuantileUpper(0, 2, 3)).toBe(Number.POSITIVE_INFINITY);
  });

  it("ends of the range give the limits", () => {
    for (const [lower, upper, quantile] of [
      [d.noncentralChiSquareLower, d.noncentralChiSquareUpper, d.noncentralChiSquareQuantile],
      [d.weibullLower, d.weibullUpper, d.weibullQuantile],
    ] as const) {
      expect([lower(0, 2, 3), upper(0, 2, 3), quantile(0, 2, 3)]).toEqual([0, 1, 0]);
      expect([lower(Number.POSITIVE_INFINITY, 2, 3), quantile(1, 2, 3)]).toEqual([1, Number.POSITIVE_INFINITY]);
    }
    expect([d.noncentralTQuantile(0, 5, 2), d.noncentralTQuantileUpper(0, 5, 2)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
  });
});

describe("counts by hand", () => {
  it("signed ranks of three: 1, 1, 1, 2, 1, 1, 1 of eight sign patterns", () => {
    [1, 1, 1, 2, 1, 1, 1].forEach((count, v) => {
      expect(d.signedRankMass(v, 3)).toBe(count / 8);
    });
    expect([d.signedRankLower(2, 3), d.signedRankUpper(2, 3), d.signedRankUpper(5, 3)]).toEqual([3 / 8, 5 / 8, 1 / 8]);
    expect([
      d.signedRankQuantile(3 / 8, 3),
      d.signedRankQuantile(0.38, 3),
      d.signedRankQuantileUpper(1 / 8, 3),
    ]).toEqual([2, 3, 5]);
  });

  it("rank sums of two against two: 1, 1, 2, 1, 1 of six orders", () => {
    [1, 1, 2, 1, 1].forEach((count, u) => {
      expect(d.rankSumMass(u, 2, 2)).toBe(count / 6);
    });
    expect([d.rankSumLower(1, 2, 2), d.rankSumUpper(1, 2, 2), d.rankSumQuantile(0.5, 2, 2)]).toEqual([2 / 6, 4 / 6, 2]);
    expect(d.rankSumQuantileUpper(1 / 6, 2, 2)).toBe(3);
  });

  it("the rank sum does not ask which group is called first, and reflects into itself", () => {
    for (let u = 0; u < 35; u++) {
      expect(d.rankSumLower(u, 5, 7)).toBe(d.rankSumLower(u, 7, 5));
      expect(close(d.rankSumLower(u, 5, 7, true), d.rankSumUpper(34 - u, 5, 7, true), 1e-14)).toBe(true);
    }
  });

  it("two of three red balls drawn from three red and two blue: 1, 6 and 3 of ten", () => {
    [1, 6, 3].forEach((count, x) => {
      expect(d.hypergeometricMass(x, 3, 2, 2)).toBeCloseTo(count / 10, 14);
    });
    expect(d.hypergeometricLower(1, 3, 2, 2)).toBeCloseTo(0.7, 14);
    expect(d.hypergeometricUpper(0, 3, 2, 2)).toBeCloseTo(0.9, 14);
    expect([d.hypergeometricQuantile(0.7, 3, 2, 2), d.hypergeometricQuantileUpper(0.3, 3, 2, 2)]).toEqual([1, 1]);
    expect([d.hypergeometricLower(-1, 3, 2, 2), d.hypergeometricUpper(2, 3, 2, 2)]).toEqual([0, 1 - 1]);
    expect(d.hypergeometricMass(3, 3, 2, 5)).toBeCloseTo(1, 14);
  });

  it("failures before the second success of a fair coin: ¼, ¼, 3/16", () => {
    // size 2 and mean 2 make the success probability 2/(2 + 2) = ½
    [1 / 4, 1 / 4, 3 / 16].forEach((mass, k) => {
      expect(d.negativeBinomialMass(k, 2, 2)).toBeCloseTo(mass, 14);
    });
    expect(d.negativeBinomialLower(1, 2, 2)).toBeCloseTo(0.5, 14);
    expect([d.negativeBinomialQuantile(0.25, 2, 2), d.negativeBinomialQuantileUpper(0.5, 2, 2)]).toEqual([0, 1]);
    expect([d.negativeBinomialMass(1.5, 2, 2), d.negativeBinomialLower(-1, 2, 2)]).toEqual([0, 0]);
  });

  it("what is not a number stays so", () => {
    const nan = Number.NaN;
    expect([
      d.signedRankLower(nan, 4),
      d.rankSumUpper(nan, 3, 4),
      d.hypergeometricLower(nan, 3, 4, 2),
      d.negativeBinomialUpper(nan, 3, 4),
      d.negativeBinomialMass(nan, 3, 4),
    ]).toEqual([nan, nan, nan, nan, nan]);
  });
});

describe("the studentized range", () => {
  const points = [
    [-690, 2, 0.7],
    [-300, 3, 8],
    [-40, 12, 33],
    [-5, 30, 400],
    [-0.7, 4, Number.POSITIVE_INFINITY],
  ] as const;

  it("undoes both tails by the quantiles, from 1e-300 to one half", () => {
    for (const [log, count, df] of points) {
      const low = d.studentizedRangeQuantile(log, count, df, true);
      expect(close(d.studentizedRangeLower(low, count, df, true), log, 1e-12), `${log} ${count} ${df}`).toBe(true);
      const high = d.studentizedRangeQuantileUpper(log, count, df, true);
      if (high < 1e300) {
        expect(close(d.studentizedRangeUpper(high, count, df, true), log, 1e-12), `${log} ${count} ${df}`).toBe(true);
      }
    }
  });

  it("of two means is √2 times the size of Student's t, far into both tails", () => {
    for (const df of [0.5, 3, 200, 1e6, Number.POSITIVE_INFINITY]) {
      for (const q of [1e-200, 1e-5, 1, 20, 45, 1e4, 1e200]) {
        const log = Math.LN2 + d.tUpper(q / Math.SQRT2, df, true);
        if (log < -700) continue;
        expect(close(d.studentizedRangeUpper(q, 2, df), Math.exp(log), 3e-13), `${q} ${df}`).toBe(true);
        const density = d.tDensity(q / Math.SQRT2, df) * Math.SQRT2;
        if (q < 1e100) expect(close(d.studentizedRangeDensity(q, 2, df), density, 3e-13), `${q} ${df}`).toBe(true);
      }
    }
  });

  it("has the tabled upper 5 % points of three means: 3.877 with 10 degrees of freedom, 3.314 with infinite (Harter 1960)", () => {
    expect(d.studentizedRangeQuantileUpper(0.05, 3, 10)).toBeCloseTo(3.877, 3);
    expect(d.studentizedRangeQuantileUpper(0.05, 3, Number.POSITIVE_INFINITY)).toBeCloseTo(3.314, 3);
  });

  it("has a density that its tails' difference approaches, and limits at the ends of the range", () => {
    const step = 1e-5;
    for (const [q, count, df] of [
      [0.8, 3, 5],
      [4, 6, 20],
      [3, 10, Number.POSITIVE_INFINITY],
    ] as const) {
      const slope =
        (d.studentizedRangeLower(q + step, count, df) - d.studentizedRangeLower(q - step, count, df)) / (2 * step);
      expect(close(d.studentizedRangeDensity(q, count, df), slope, 1e-8)).toBe(true);
    }
    const infinite = Number.POSITIVE_INFINITY;
    expect([d.studentizedRangeLower(0, 3, 5), d.studentizedRangeUpper(infinite, 3, 5)]).toEqual([0, 0]);
    expect([d.studentizedRangeQuantile(0, 3, 5), d.studentizedRangeQuantile(1, 3, 5)]).toEqual([0, infinite]);
    expect([d.studentizedRangeDensity(0, 3, 5), d.studentizedRangeDensity(infinite, 3, 5)]).toEqual([0, 0]);
    expect(close(d.studentizedRangeDensity(0, 2, 5), d.studentizedRangeDensity(1e-9, 2, 5), 1e-12)).toBe(true);
    expect([d.studentizedRangeUpper(Number.NaN, 3, 5), d.studentizedRangeDensity(1, Number.NaN, 5)]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });
});

describe("the density of noncentral t", () => {
  it("is the slope of its lower tail, and that of Student's t without noncentrality", () => {
    for (const [x, df, ncp] of [
      [1.5, 4, 2],
      [-3, 12, 1],
      [60, 30, 55],
    ] as const) {
      const step = 1e-5 * Math.abs(x);
      const slope = (d.noncentralTLower(x + step, df, ncp) - d.noncentralTLower(x - step, df, ncp)) / (2 * step);
      expect(close(d.noncentralTDensity(x, df, ncp), slope, 1e-7)).toBe(true);
    }
    expect(d.noncentralTDensity(1, 5, 0)).toBe(d.tDensity(1, 5));
    expect(d.noncentralTDensity(1, Number.POSITIVE_INFINITY, 3)).toBe(d.normalDensity(-2));
    expect([d.noncentralTDensity(Number.NaN, 5, 1), d.noncentralTDensity(Number.POSITIVE_INFINITY, 5, 1)]).toEqual([
      Number.NaN,
      0,
    ]);
  });

  it("Student's t has one density at and beside zero", () => {
    for (const df of [0.5, 2, 10, 1e6]) expect(close(d.tDensity(0, df), d.tDensity(1e-9, df), 1e-13)).toBe(true);
  });
});

describe("the functions beside log Γ", () => {
  it("the digamma function is the slope of log Γ and knows its values at 1, ½ and 2", () => {
    const euler = 0.5772156649015329;
    expect(close(d.digamma(1), -euler, 1e-15)).toBe(true);
    expect(close(d.digamma(0.5), -euler - 2 * Math.LN2, 1e-15)).toBe(true);
    expect(close(d.digamma(2), 1 - euler, 1e-15)).toBe(true);
    for (const x of [-3.3, 0.2, 4.4, 70]) {
      expect(close(d.digamma(x + 1), d.digamma(x) + 1 / x, 1e-13)).toBe(true);
      const slope = (d.logGamma(x + 1e-5) - d.logGamma(x - 1e-5)) / 2e-5;
      expect(close(d.digamma(x), slope, 1e-7)).toBe(true);
    }
    expect([d.digamma(0), d.digamma(-2)]).toEqual([Number.NaN, Number.NaN]);
    expect(d.logGamma(-2)).toBe(Number.POSITIVE_INFINITY);
  });

  it("ten things make 252 fives", () => {
    expect(close(d.logChoose(10, 5), Math.log(252), 1e-14)).toBe(true);
    expect(Math.abs(d.logChoose(7, 0))).toBeLessThan(1e-14);
  });
});
