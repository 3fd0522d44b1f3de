import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  correlation,
  covariance,
  mean,
  median,
  quantile,
  standardDeviation,
  sum,
  variance,
  weightedMean,
} from "../../src/_numeric/describe.ts";
import { witnessCase, witnessData } from "../regression/witnessSetup.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";

const exact = { rel: 1e-15, abs: 0 };

describe.skipIf(!sharedIsPresent)("R and NIST agree on descriptives (reference/models lies beside the project)", () => {
  const column = (file: string, name: string) => witnessData(file)[name] as number[];

  test("quantile_types: type 7", () => {
    const { expected, tolerance } = witnessCase<{ by_type: number[][] }>("tests", "quantile_types");
    [0.05, 0.25, 0.5, 0.75, 0.9].forEach((p, k) => {
      expectClose(quantile(column("anorexia_ft", "post"), p), expected.by_type[6]![k]!, tolerance, `p = ${p}`);
    });
  });

  test("describe: mean, standard deviation, median, interquartile range", () => {
    const { expected, tolerance } = witnessCase<Record<string, number>>("tests", "describe");
    const post = column("anorexia_ft", "post");
    expectClose(mean(post), expected["mean"]!, tolerance);
    expectClose(standardDeviation(post), expected["sd"]!, tolerance);
    expectClose(median(post), expected["median"]!, tolerance);
    expectClose(quantile(post, 0.75) - quantile(post, 0.25), expected["iqr"]!, tolerance);
  });

  test.each(["nist_numacc1", "nist_numacc2"])("%s: certified mean and standard deviation", (id) => {
    const { expected, tolerance } = witnessCase<{ mean: number; sd: number }>("regression", id);
    expectClose(mean(column(id, "y")), expected.mean, tolerance);
    expectClose(standardDeviation(column(id, "y")), expected.sd, tolerance);
  });
});

describe("descriptives by hand", () => {
  const x = [2, 4, 4, 10]; // mean 5, deviations −3, −1, −1, 5, squares 36
  const y = [1, 2, 6, 3]; // mean 3, deviations −2, −1, 3, 0; products 6 + 1 − 3 + 0 = 4; squares 14

  test("sum, mean, variance, standard deviation, covariance, correlation, median", () => {
    expect([sum(x), mean(x), median(x)]).toEqual([20, 5, 4]);
    expectClose(variance(x), 12, exact);
    expectClose(standardDeviation(x), Math.sqrt(12), exact);
    expectClose(covariance(x, y), 4 / 3, exact);
    expectClose(correlation(x, y), 4 / Math.sqrt(36 * 14), exact);
  });

  test("weighted mean: (1·2 + 3·4 + 0·4 + 1·10) / 5", () => {
    expectClose(weightedMean(x, [1, 3, 0, 1]), 24 / 5, exact);
  });

  test("quantiles: (n − 1)p = 0.75 lies three quarters of the way from 2 to 4", () => {
    expect(quantile(x, 0.25)).toBe(3.5);
    expect([quantile(x, 0), quantile(x, 1)]).toEqual([2, 10]);
    expect(quantile([7], 0.3)).toBe(7);
  });

  test("small numbers survive among large ones", () => {
    expect(sum([1e100, 1, -1e100])).toBe(1);
    expect(variance([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toBe(30);
  });
});

describe("descriptives: laws", () => {
  const values = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 40 });

  test("order changes nothing, inputs are left alone", () => {
    fc.assert(
      fc.property(values, (x) => {
        const backwards = [...x].reverse();
        const near = { rel: 1e-12, abs: 1e-12 };
        expectClose(mean(backwards), mean(x), near);
        expectClose(variance(backwards), variance(x), near);
        expect(quantile(backwards, 0.3)).toBe(quantile(x, 0.3));
        expect(backwards).toEqual([...x].reverse());
      }),
    );
  });

  test("units: powers of ten from 1e-150 to 1e150", () => {
    fc.assert(
      fc.property(values, fc.constantFrom(1e-150, 1e-8, 1e8, 1e150), (x, unit) => {
        fc.pre(standardDeviation(x) > 1e-6);
        const scaled = x.map((value) => value * unit);
        const reversed = [...x].reverse();
        expectClose(standardDeviation(scaled) / unit, standardDeviation(x), { rel: 1e-10, abs: 0 });
        expectClose(correlation(scaled, reversed), correlation(x, reversed), { rel: 1e-9, abs: 1e-9 });
      }),
    );
  });

  test("a correlation never leaves [−1, 1]", () => {
    fc.assert(
      fc.property(values, (x) => {
        fc.pre(standardDeviation(x) > 1e-6);
        const r = correlation(
          x,
          x.map((value) => 3 * value + 1),
        );
        expect(Math.abs(r)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
