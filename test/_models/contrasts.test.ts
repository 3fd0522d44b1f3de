import { describe, expect, it } from "vitest";
import { linearContrasts } from "../../src/_models/contrasts.ts";
import { type CovarianceType, linearCovariance } from "../../src/_models/covariance.ts";
import { fitLinear } from "../../src/_models/linear.ts";
import { fromColumns, matrix } from "../../src/_numeric/matrix.ts";
import { expectClose } from "../support/witness.ts";

const rows = 36;
const at = (i: number, k: number) => ((i * k) % 13) / 3;
const x = Float64Array.from({ length: rows }, (_, i) => at(i, 5));
const w = Float64Array.from({ length: rows }, (_, i) => 20 + at(i, 7));
const y = Float64Array.from({ length: rows }, (_, i) => x[i]! - 0.3 * x[i]! * (w[i]! - 20) + at(i, 11));
const clusters = { codes: Int32Array.from({ length: rows }, (_, i) => i % 7), count: 7 };
const designAt = (zero: number) => {
  const moved = w.map((value) => value - zero);
  return fromColumns([new Float64Array(rows).fill(1), x, moved, x.map((value, i) => value * moved[i]!)]);
};

describe("sums of coefficients", () => {
  it.each<CovarianceType>(["classical", "HC3", "CR1", "CR2"])(
    "are what a design written for them would estimate, with its standard error and degrees of freedom: %s",
    (type) => {
      const options = type.startsWith("CR") ? { clusters } : {};
      const fit = fitLinear(designAt(0), y);
      // the effects of x at w = 20 and 23: b1 + 20 b3 and b1 + 23 b3
      const combinations = matrix(2, 4);
      combinations.data.set([0, 0, 1, 1, 0, 0, 20, 23]);
      const sums = linearContrasts(fit, designAt(0), type, combinations, options);
      [20, 23].forEach((zero, k) => {
        const own = fitLinear(designAt(zero), y);
        const law = linearCovariance(own, designAt(zero), type, options);
        const near = { rel: 1e-9, abs: 1e-12 };
        expectClose(sums.estimates[k]!, own.coefficients[1]!, near, "estimate");
        expectClose(sums.covariance.data[k * 2 + k]!, law.covariance.data[1 * 4 + 1]!, near, "variance");
        expectClose(sums.df[k]!, law.df[1]!, near, "df");
      });
    },
  );

  it("by hand: the mean of two people is their sum of intercept and slope", () => {
    // y = 1, 3 at x = 0 and 5, 9 at x = 1: means 2 and 7, residual variance (1 + 1 + 4 + 4)/2 = 5, each mean's variance 5/2
    const design = fromColumns([
      [1, 1, 1, 1],
      [0, 0, 1, 1],
    ]);
    const fit = fitLinear(design, Float64Array.of(1, 3, 5, 9));
    const combinations = matrix(1, 2);
    combinations.data.set([1, 1]);
    const { estimates, covariance, df } = linearContrasts(fit, design, "classical", combinations);
    expect(estimates[0]).toBeCloseTo(7, 12);
    expect(covariance.data[0]).toBeCloseTo(2.5, 12);
    expect(df[0]).toBe(2);
  });
});
