import fastCheck from "fast-check";
import { describe, expect, it } from "vitest";
import * as d from "../../../src/_numeric/distributions/index.ts";

const close = (actual: number, expected: number, relative: number) =>
  Math.abs(actual - expected) <= relative * Math.abs(expected);

/** Degrees of freedom and shapes over the whole range, evenly on the log scale. */
const freedom = fastCheck.double({ min: Math.log(0.5), max: Math.log(1e6), noNaN: true }).map(Math.exp);
/** Natural logs of probabilities from 1e-300 up to ½. */
const logProbability = fastCheck.double({ min: -690, max: -Math.LN2, noNaN: true });
const bodyProbability = fastCheck.double({ min: 0.001, max: 0.999, noNaN: true });
const runs = { numRuns: 300, seed: 7 };

interface Family {
  readonly name: string;
  readonly lower: (x: number, a: number, b: number, log?: boolean) => number;
  readonly upper: (x: number, a: number, b: number, log?: boolean) => number;
  readonly quantile: (p: number, a: number, b: number, log?: boolean) => number;
  readonly quantileUpper: (p: number, a: number, b: number, log?: boolean) => number;
  readonly least: number;
  readonly greatest: number;
}

const families: Family[] = [
  {
    name: "normal",
    lower: (x, _a, _b, log) => d.normalLower(x, log),
    upper: (x, _a, _b, log) => d.normalUpper(x, log),
    quantile: (p, _a, _b, log) => d.normalQuantile(p, log),
    quantileUpper: (p, _a, _b, log) => d.normalQuantileUpper(p, log),
    least: Number.NEGATIVE_INFINITY,
    greatest: Number.POSITIVE_INFINITY,
  },
  {
    name: "t",
    lower: (x, df, _b, log) => d.tLower(x, df, log),
    upper: (x, df, _b, log) => d.tUpper(x, df, log),
    quantile: (p, df, _b, log) => d.tQuantile(p, df, log),
    quantileUpper: (p, df, _b, log) => d.tQuantileUpper(p, df, log),
    least: Number.NEGATIVE_INFINITY,
    greatest: Number.POSITIVE_INFINITY,
  },
  {
    name: "chi-square",
    lower: (x, df, _b, log) => d.chiSquareLower(x, df, log),
    upper: (x, df, _b, log) => d.chiSquareUpper(x, df, log),
    quantile: (p, df, _b, log) => d.chiSquareQuantile(p, df, log),
    quantileUpper: (p, df, _b, log) => d.chiSquareQuantileUpper(p, df, log),
    least: 0,
    greatest: Number.POSITIVE_INFINITY,
  },
  {
    name: "gamma",
    lower: (x, shape, _b, log) => d.gammaLower(x, shape, 1, log),
    upper: (x, shape, _b, log) => d.gammaUpper(x, shape, 1, log),
    quantile: (p, shape, _b, log) => d.gammaQuantile(p, shape, 1, log),
    quantileUpper: (p, shape, _b, log) => d.gammaQuantileUpper(p, shape, 1, log),
    least: 0,
    greatest: Number.POSITIVE_INFINITY,
  },
  {
    name: "F",
    lower: d.fLower,
    upper: d.fUpper,
    quantile: d.fQuantile,
    quantileUpper: d.fQuantileUpper,
    least: 0,
    greatest: Number.POSITIVE_INFINITY,
  },
  {
    name: "beta",
    lower: d.betaLower,
    upper: d.betaUpper,
    quantile: d.betaQuantile,
    quantileUpper: d.betaQuantileUpper,
    least: 0,
    greatest: 1,
  },
];

describe.each(families)(
  "the $name distribution",
  ({ name, lower, upper, quantile, quantileUpper, least, greatest }) => {
    it("has tails that sum to one in the body", () => {
      fastCheck.assert(
        fastCheck.property(bodyProbability, freedom, freedom, (p, a, b) => {
          const x = quantile(p, a, b);
          return close(lower(x, a, b) + upper(x, a, b), 1, 4e-15);
        }),
        runs,
      );
    });

    it("undoes its lower tail by the quantile, from 1e-300 to one half", () => {
      fastCheck.assert(
        fastCheck.property(logProbability, freedom, freedom, (logP, a, b) => {
          const x = quantile(logP, a, b, true);
          if (Math.abs(x) < 1e-300 || Math.abs(x) > 1e300 || (name === "beta" && x > 1 - 1e-3)) return true;
          return close(lower(x, a, b, true), logP, 1e-10);
        }),
        runs,
      );
    });

    it("undoes its upper tail by the upper quantile, from 1e-300 to one half", () => {
      fastCheck.assert(
        fastCheck.property(logProbability, freedom, freedom, (logP, a, b) => {
          const x = quantileUpper(logP, a, b, true);
          if (Math.abs(x) < 1e-300 || Math.abs(x) > 1e300 || (name === "beta" && x > 1 - 1e-3)) return true;
          return close(upper(x, a, b, true), logP, 1e-10);
        }),
        runs,
      );
    });

    it("never falls as its argument grows", () => {
      fastCheck.assert(
        fastCheck.property(bodyProbability, bodyProbability, freedom, freedom, (p, q, a, b) => {
          if (Math.abs(p - q) < 1e-6) return true;
          const [x, y] = p < q ? [quantile(p, a, b), quantile(q, a, b)] : [quantile(q, a, b), quantile(p, a, b)];
          return x < y && lower(x, a, b) < lower(y, a, b) && upper(x, a, b) > upper(y, a, b);
        }),
        runs,
      );
    });

    it("reaches its limits at the ends of its range", () => {
      for (const [a, b] of [
        [0.5, 2],
        [3, 40],
        [1e6, 1e6],
      ] as const) {
        expect([quantile(0, a, b), quantile(1, a, b)]).toEqual([least, greatest]);
        expect([quantileUpper(0, a, b), quantileUpper(1, a, b)]).toEqual([greatest, least]);
        expect([lower(least, a, b), lower(greatest, a, b)]).toEqual([0, 1]);
        expect([upper(least, a, b), upper(greatest, a, b)]).toEqual([1, 0]);
        expect([lower(least, a, b, true), upper(greatest, a, b, true)]).toEqual([
          Number.NEGATIVE_INFINITY,
          Number.NEGATIVE_INFINITY,
        ]);
      }
    });
  },
);

describe("relations between the distributions", () => {
  it("t is symmetric: P(T ≤ −x) = P(T > x)", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.double({ min: -100, max: 100, noNaN: true }), freedom, (x, df) => {
        return d.tLower(-x, df) === d.tUpper(x, df) && d.normalLower(-x) === d.normalUpper(x);
      }),
      runs,
    );
  });

  it("the square of t is F with one numerator degree of freedom", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.double({ min: 0.001, max: 30, noNaN: true }), freedom, (t, df) =>
        close(d.twoSidedT(t, df), d.fUpper(t * t, 1, df), 1e-11),
      ),
      runs,
    );
  });

  it("F turned over exchanges its degrees of freedom", () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.double({ min: 0.1, max: 10, noNaN: true }), freedom, freedom, (x, df1, df2) => {
        const upper = d.fUpper(x, df1, df2, true);
        return close(upper, d.fLower(1 / x, df2, df1, true), 1e-9);
      }),
      runs,
    );
  });

  it("chi-square with two degrees of freedom is exponential", () => {
    for (const x of [1e-9, 0.3, 2, 50, 1300]) {
      expect(close(d.chiSquareUpper(x, 2, true), -x / 2, 1e-14)).toBe(true);
    }
  });

  it("infinite degrees of freedom give the normal, the chi-square over its df, and their quantiles", () => {
    expect(d.tUpper(2.1, Number.POSITIVE_INFINITY)).toBe(d.normalUpper(2.1));
    expect(close(d.fUpper(2.1, 3, Number.POSITIVE_INFINITY), d.chiSquareUpper(6.3, 3), 1e-14)).toBe(true);
    expect(close(d.fQuantile(0.95, 3, Number.POSITIVE_INFINITY) * 3, d.chiSquareQuantile(0.95, 3), 1e-15)).toBe(true);
    expect(d.twoSidedT(1.96, Number.POSITIVE_INFINITY)).toBe(d.twoSidedNormal(1.96));
  });

  it("noncentral t with no shift is t, and reflects into itself with the sign of both", () => {
    expect(d.noncentralTLower(1.3, 9, 0)).toBe(d.tLower(1.3, 9));
    fastCheck.assert(
      fastCheck.property(
        fastCheck.double({ min: -50, max: 50, noNaN: true }),
        fastCheck.double({ min: 1, max: 500, noNaN: true }),
        fastCheck.double({ min: -40, max: 40, noNaN: true }),
        (x, df, ncp) => {
          const lower = d.noncentralTLower(x, df, ncp);
          const upper = d.noncentralTUpper(x, df, ncp);
          return close(lower + upper, 1, 1e-13) && d.noncentralTUpper(-x, df, -ncp) === lower;
        },
      ),
      { numRuns: 100, seed: 7 },
    );
  });

  it("a two-sided p-value is never 0 and never more than 1", () => {
    expect(d.twoSidedNormal(1e6)).toBe(Number.MIN_VALUE);
    expect(d.twoSidedT(1e100, 1e6)).toBe(Number.MIN_VALUE);
    expect(d.twoSidedT(Number.POSITIVE_INFINITY, 3)).toBe(Number.MIN_VALUE);
    expect(d.twoSidedNormal(0)).toBe(1);
    expect(d.twoSidedT(0, 3)).toBe(1);
    expect(d.twoSidedT(-2, 7)).toBe(d.twoSidedT(2, 7));
  });
});

describe("whole-number distributions, by hand", () => {
  it("four fair tosses: 1, 4, 6, 4, 1 sixteenths", () => {
    const masses = [0, 1, 2, 3, 4].map((k) => d.binomialMass(k, 4, 0.5));
    [1, 4, 6, 4, 1].forEach((count, k) => {
      expect(masses[k]).toBeCloseTo(count / 16, 14);
    });
    expect(d.binomialLower(1, 4, 0.5)).toBeCloseTo(5 / 16, 14);
    expect(d.binomialUpper(1, 4, 0.5)).toBeCloseTo(11 / 16, 14);
    expect(d.binomialQuantile(5 / 16, 4, 0.5)).toBe(1);
    expect(d.binomialQuantile(5 / 16 + 1e-9, 4, 0.5)).toBe(2);
  });

  it("the quantile gives back the count at its own tail, and the masses add up to it", () => {
    let sum = 0;
    for (let k = 0; k <= 40; k++) {
      sum += d.binomialMass(k, 40, 0.3);
      expect(close(d.binomialLower(k, 40, 0.3), sum, 1e-12)).toBe(true);
      if (k < 40) expect(d.binomialQuantileUpper(d.binomialUpper(k, 40, 0.3), 40, 0.3)).toBe(k);
      if (k < 25) expect(d.binomialQuantile(d.binomialLower(k, 40, 0.3), 40, 0.3)).toBe(k);
    }
  });

  it("a Poisson count's masses add up to its lower tail", () => {
    let sum = 0;
    for (let k = 0; k <= 30; k++) {
      sum += d.poissonMass(k, 6.5);
      expect(close(d.poissonLower(k, 6.5), sum, 1e-13)).toBe(true);
      expect(d.poissonQuantileUpper(d.poissonUpper(k, 6.5), 6.5)).toBe(k);
    }
  });

  it("stays inside the range at its ends", () => {
    expect([d.binomialLower(-1, 5, 0.2), d.binomialLower(5, 5, 0.2), d.binomialUpper(5, 5, 0.2)]).toEqual([0, 1, 0]);
    expect([d.binomialQuantile(0, 5, 0.2), d.binomialQuantile(1, 5, 0.2)]).toEqual([0, 5]);
    expect([d.binomialMass(0, 5, 0), d.binomialMass(5, 5, 1), d.binomialMass(2, 5, 0)]).toEqual([1, 1, 0]);
    expect([d.poissonLower(-1, 3), d.poissonMass(0, 0), d.poissonMass(2.5, 3)]).toEqual([0, 1, 0]);
  });
});

describe("what is not a number", () => {
  it("is handed on as such by every tail, never turned into a probability", () => {
    const nan = Number.NaN;
    expect([
      d.normalUpper(nan),
      d.normalLower(nan, true),
      d.tUpper(nan, 5),
      d.tLower(1, nan),
      d.chiSquareUpper(nan, 5),
      d.fUpper(nan, 2, 5),
      d.fLower(2, 2, nan),
      d.betaLower(nan, 2, 5),
      d.gammaLower(nan, 2),
      d.binomialUpper(nan, 4, 0.5),
      d.poissonLower(nan, 4),
      d.noncentralTUpper(nan, 5, 1),
    ]).toEqual(Array.from({ length: 12 }, () => nan));
    expect(Number.isNaN(d.twoSidedT(nan, 5)) && Number.isNaN(d.twoSidedNormal(nan))).toBe(true);
  });
});
