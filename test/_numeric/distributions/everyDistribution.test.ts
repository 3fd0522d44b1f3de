import fastCheck from "fast-check";
import { describe, expect, test } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";

type Kernel = (...values: (number | boolean)[]) => number;
const kernels = distributions as unknown as Record<string, Kernel>;

const logUniform = (low: number, high: number) =>
  fastCheck.double({ min: Math.log(low), max: Math.log(high), noNaN: true }).map(Math.exp);
const whole = (low: number, high: number) => fastCheck.integer({ min: low, max: high });

/** Every distribution with a drawing of its parameters. */
const continuous: Record<string, fastCheck.Arbitrary<number[]>> = {
  normal: fastCheck.constant([]),
  t: fastCheck.tuple(logUniform(0.5, 1e6)),
  chiSquare: fastCheck.tuple(logUniform(0.5, 1e6)),
  f: fastCheck.tuple(logUniform(0.5, 1e5), logUniform(0.5, 1e5)),
  beta: fastCheck.tuple(logUniform(0.5, 1e5), logUniform(0.5, 1e5)),
  gamma: fastCheck.tuple(logUniform(0.25, 1e5), logUniform(1e-3, 1e3)),
  weibull: fastCheck.tuple(logUniform(0.3, 50), logUniform(1e-3, 1e3)),
  noncentralT: fastCheck.tuple(logUniform(0.7, 1e4), fastCheck.double({ min: -30, max: 30, noNaN: true })),
  noncentralChiSquare: fastCheck.tuple(logUniform(0.5, 1e4), logUniform(0.01, 1e3)),
  noncentralF: fastCheck.tuple(logUniform(0.5, 1e3), logUniform(1, 1e4), logUniform(0.01, 1e3)),
  studentizedRange: fastCheck.tuple(whole(2, 40), logUniform(1, 1e4)),
};
const discrete: Record<string, fastCheck.Arbitrary<number[]>> = {
  binomial: fastCheck.tuple(whole(1, 10_000), fastCheck.double({ min: 0.001, max: 0.999, noNaN: true })),
  poisson: fastCheck.tuple(logUniform(0.01, 1e5)),
  negativeBinomial: fastCheck.tuple(logUniform(0.05, 1e4), logUniform(0.05, 1e4)),
  hypergeometric: fastCheck.tuple(whole(2, 500), whole(2, 500), whole(1, 4)),
  signedRank: fastCheck.tuple(whole(1, 60)),
  rankSum: fastCheck.tuple(whole(1, 25), whole(1, 25)),
};

const near = (actual: number, expected: number, relative: number) =>
  actual === expected || Math.abs(actual - expected) <= relative * Math.abs(expected);

/** Natural logs of probabilities over the whole range, from 1e-300 to as near one as 1 − 1e-10. */
const anyLog = fastCheck.oneof(
  fastCheck.double({ min: -690, max: -Math.LN2, noNaN: true }),
  fastCheck.double({ min: -23, max: -Math.LN2, noNaN: true }).map((log) => Math.log1p(-Math.exp(log))),
);

test.each([...Object.keys(continuous), ...Object.keys(discrete)])(
  "%s has a density or mass, both tails and both quantiles, each on the log scale too",
  (name) => {
    const [parameters] = fastCheck.sample({ ...continuous, ...discrete }[name]!, { numRuns: 1, seed: 1 });
    const middle = kernels[`${name}Quantile`]!(0.4, ...parameters!);
    const density = name in discrete ? "Mass" : "Density";
    for (const kernel of [density, "Lower", "Upper"]) {
      const value = kernels[name + kernel]!(middle, ...parameters!);
      expect(value).toBeGreaterThan(0);
      expect(near(Math.exp(kernels[name + kernel]!(middle, ...parameters!, true)), value, 1e-12)).toBe(true);
    }
    for (const [kernel, p] of [
      ["Quantile", 0.4],
      ["QuantileUpper", 0.6],
    ] as const) {
      const plain = kernels[name + kernel]!(p, ...parameters!);
      expect(near(kernels[name + kernel]!(Math.log(p), ...parameters!, true), plain, 1e-12)).toBe(true);
      expect(near(plain, middle, 1e-10)).toBe(true);
    }
  },
);

describe.each(Object.entries(continuous))("%s", (name, parameters) => {
  const runs = { numRuns: name === "studentizedRange" ? 6 : 60, seed: 11 };
  test("tail and quantile undo each other over the whole range, on either side", () => {
    fastCheck.assert(
      fastCheck.property(anyLog, parameters, (log, shape) => {
        for (const side of ["", "Upper"]) {
          const x = kernels[`${name}Quantile${side}`]!(log, ...shape, true);
          // beyond this the quantile itself leaves the range of doubles
          if (!(Math.abs(x) > 1e-290 && Math.abs(x) < 1e290)) continue;
          if (name === "beta" && x > 0.999999) continue;
          // one unit in the last place of x moves the log by the density over the tail
          const tail = side === "" ? "Lower" : "Upper";
          const back = kernels[name + tail]!(x, ...shape, true);
          const slope = Math.exp(kernels[`${name}Density`]!(x, ...shape, true) - back);
          if (!(Math.abs(back - log) <= 1e-10 * Math.abs(log) + 4 * slope * Math.abs(x) * Number.EPSILON)) return false;
        }
        return true;
      }),
      runs,
    );
  });
});

describe.each(Object.entries(discrete))("%s", (name, parameters) => {
  test("the quantile is the first whole number whose tail reaches the probability, on either side", () => {
    fastCheck.assert(
      fastCheck.property(anyLog, parameters, (log, shape) => {
        const slack = 1e-11 * Math.abs(log);
        const k = kernels[`${name}Quantile`]!(log, ...shape, true);
        const lower = (at: number) => kernels[`${name}Lower`]!(at, ...shape, true);
        const u = kernels[`${name}QuantileUpper`]!(log, ...shape, true);
        const upper = (at: number) => kernels[`${name}Upper`]!(at, ...shape, true);
        return (
          Number.isInteger(k) &&
          Number.isInteger(u) &&
          lower(k) >= log - slack &&
          lower(k - 1) <= log + slack &&
          upper(u) <= log + slack &&
          upper(u - 1) >= log - slack
        );
      }),
      { numRuns: 150, seed: 11 },
    );
  });

  test("the masses add up to either tail", () => {
    fastCheck.assert(
      fastCheck.property(parameters, (shape) => {
        const k = kernels[`${name}Quantile`]!(0.3, ...shape);
        const first = kernels[`${name}Lower`]!(k - 1, ...shape);
        const mass = kernels[`${name}Mass`]!(k, ...shape);
        return (
          near(first + mass, kernels[`${name}Lower`]!(k, ...shape), 1e-12) &&
          near(mass + kernels[`${name}Upper`]!(k, ...shape), kernels[`${name}Upper`]!(k - 1, ...shape), 1e-12)
        );
      }),
      { numRuns: 60, seed: 11 },
    );
  });
});
