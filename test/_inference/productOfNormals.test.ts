import { describe, expect, it } from "vitest";
import reference from "../../fixtures/_inference/product-of-normals.json" with { type: "json" };
import { monteCarlo } from "../../src/_inference/monteCarlo.ts";
import {
  type ProductOfNormals,
  productInterval,
  productLower,
  productMean,
  productPValue,
  productQuantile,
  productQuantileUpper,
  productStandardDeviation,
  productUpper,
} from "../../src/_inference/productOfNormals.ts";
import { matrix } from "../../src/_numeric/matrix.ts";
import { expectClose, sharedIsPresent, sharedText } from "../support/witness.ts";

const product = (a: number, seA: number, b: number, seB: number, correlation = 0): ProductOfNormals => ({
  a,
  seA,
  b,
  seB,
  correlation,
});
const near = { rel: 1e-12, abs: 0 };

describe("the product of two normals has the tails of another integral at 30 digits", () => {
  it.each(reference.cases)("a $a ± $seA, b $b ± $seB, correlation $correlation", (c) => {
    expectClose(productMean(c), Number(c.mean), { rel: 1e-14, abs: 0 });
    expectClose(productStandardDeviation(c), Number(c.sd), { rel: 1e-14, abs: 0 });
    for (const { z, lower, upper } of c.tails) {
      if (lower !== null) expectClose(productLower(z, c), Number(lower), near, `lower at ${z}`);
      if (upper !== null) expectClose(productUpper(z, c), Number(upper), near, `upper at ${z}`);
    }
  });
});

interface SharedCase {
  readonly id: string;
  readonly spec: { readonly a: number; readonly b: number; readonly seA: number; readonly seB: number; rho: number };
  readonly expected: { low: number; high: number; cdfAtZero: number; median: number; mean: number; sd: number } & {
    readonly a: number;
    readonly b: number;
    readonly seA: number;
    readonly seB: number;
    readonly productDistributionExact: Record<"low" | "high" | "low90" | "high90" | "cdfAtZero" | "sd", number>;
  };
}

describe.skipIf(!sharedIsPresent)("the limits of the shared reference (skipped where it is absent)", () => {
  const cases: SharedCase[] = sharedIsPresent
    ? JSON.parse(sharedText("reference/mediation/07-bootstrap-montecarlo.json")).cases
    : [];
  const tolerance = { rel: 1e-6, abs: 1e-9 };

  it.each(cases.filter(({ id }) => id.startsWith("prod")))("$id", ({ spec, expected }) => {
    const p = product(spec.a, spec.seA, spec.b, spec.seB, spec.rho);
    const { lower, upper } = productInterval(p, 0.95);
    expectClose(lower, expected.low, tolerance);
    expectClose(upper, expected.high, tolerance);
    expectClose(productLower(0, p), expected.cdfAtZero, tolerance);
    expectClose(productQuantile(0.5, p), expected.median, tolerance);
    expectClose(productMean(p), expected.mean, tolerance);
    expectClose(productStandardDeviation(p), expected.sd, tolerance);
  });

  it.each(cases.filter(({ id }) => id.startsWith("boot")))("$id", ({ expected }) => {
    const p = product(expected.a, expected.seA, expected.b, expected.seB);
    const exact = expected.productDistributionExact;
    expectClose(productInterval(p, 0.95).lower, exact.low, tolerance);
    expectClose(productInterval(p, 0.95).upper, exact.high, tolerance);
    expectClose(productInterval(p, 0.9).lower, exact.low90, tolerance);
    expectClose(productInterval(p, 0.9).upper, exact.high90, tolerance);
    expectClose(productLower(0, p), exact.cdfAtZero, tolerance);
    expectClose(productStandardDeviation(p), exact.sd, tolerance);
  });
});

describe("the published limits that Preacher & Selig's Monte Carlo intervals converge to", () => {
  it.each([
    [0.39, 0.1, 0.39, 0.1, 0.05689, 0.27501],
    [0.14, 0.07, 0.39, 0.07, 0.00105, 0.1168],
    [4, 0.6, 0.25, 0.05, 0.54836, 1.53262],
  ])("a %d ± %d, b %d ± %d", (a, seA, b, seB, lower, upper) => {
    const limits = productInterval(product(a, seA, b, seB), 0.95);
    expect(limits.lower).toBeCloseTo(lower, 5);
    expect(limits.upper).toBeCloseTo(upper, 5);
  });

  it("200 000 draws lie within four Monte Carlo errors of the exact limits, correlated too", async () => {
    const p = product(0.39, 0.1, 0.2, 0.1, 0.6);
    const covariance = matrix(2, 2);
    covariance.data.set([0.01, 0.006, 0.006, 0.01]);
    const draws = await monteCarlo({
      mean: Float64Array.of(p.a, p.b),
      covariance,
      transform: (x, out) => out.fill(x[0]! * x[1]!),
      names: ["ab"],
      draws: 200_000,
      seed: 11,
    });
    for (const probability of [0.025, 0.5, 0.975]) {
      const at = productQuantile(probability, p);
      let below = 0;
      for (const value of draws.values) if (value <= at) below++;
      const error = Math.sqrt((probability * (1 - probability)) / draws.used);
      expect(Math.abs(below / draws.used - probability)).toBeLessThan(4 * error);
    }
  });
});

describe("laws of the product of two normals", () => {
  const some = [
    product(0.39, 0.13, 0.26, 0.11),
    product(0, 1, 0, 1, 0.5),
    product(1.5, 1, 2.5, 1, -0.9),
    product(-3, 0.4, 0.01, 0.2, 0.99),
    product(300, 1, 2, 1, 0.3),
  ];

  it.each(some)("tails and quantiles invert each other: %o", (p) => {
    for (const tail of [1e-30, 1e-8, 0.005, 0.025, 0.5, 0.9, 0.999]) {
      expectClose(productLower(productQuantile(tail, p), p), tail, { rel: 1e-11, abs: 0 });
      expectClose(productUpper(productQuantileUpper(tail, p), p), tail, { rel: 1e-11, abs: 0 });
    }
  });

  it.each(some)("the two tails add to 1, and neither order, units nor signs matter: %o", (p) => {
    for (const z of [-2, -0.3, 0, 1e-9, 0.05, 4, 600]) {
      const upper = productUpper(z, p);
      expect(productLower(z, p) + upper).toBeCloseTo(1, 12);
      expectClose(productUpper(z, product(p.b, p.seB, p.a, p.seA, p.correlation)), upper, near);
      expectClose(productUpper(z, product(-p.a, p.seA, -p.b, p.seB, p.correlation)), upper, near);
      expectClose(productLower(-z, product(-p.a, p.seA, p.b, p.seB, -p.correlation)), upper, near);
      expectClose(
        productUpper(z * 1e7, product(p.a * 1e10, p.seA * 1e10, p.b / 1e3, p.seB / 1e3, p.correlation)),
        upper,
        {
          rel: 1e-10,
          abs: 0,
        },
      );
    }
  });

  it("errors that move together or apart: a square of a normal, worked by its own distribution", () => {
    // A = B standard normal: P(A² > z) = 2 P(A > √z)
    expect(productUpper(3.841458820694124, product(0, 1, 0, 1, 1))).toBeCloseTo(0.05, 14);
    expect(productLower(0, product(0, 1, 0, 1, 1))).toBe(0);
    expect(productLower(-3.841458820694124, product(0, 1, 0, 1, -1))).toBeCloseTo(0.05, 14);
    expect(productUpper(0, product(0, 1, 0, 1, -1))).toBe(0);
    // the limit is approached
    expect(productUpper(2, product(1, 1, 0.5, 1, 1 - 1e-9))).toBeCloseTo(productUpper(2, product(1, 1, 0.5, 1, 1)), 6);
    expect(productUpper(-1, product(1, 1, 0.5, 1, 1e-9 - 1))).toBeCloseTo(
      productUpper(-1, product(1, 1, 0.5, 1, -1)),
      4,
    );
    const { lower, upper } = productInterval(product(1, 1, 1, 1, 1), 0.95);
    expect([lower! < 1, upper! > 1]).toEqual([true, true]);
  });

  it("with one factor known almost exactly it is the normal of the other", () => {
    const { lower, upper } = productInterval(product(2, 1e-7, 0.5, 0.1), 0.95);
    expectClose(lower, 1 - 0.2 * 1.959963984540054, { rel: 1e-9, abs: 0 });
    expectClose(upper, 1 + 0.2 * 1.959963984540054, { rel: 1e-9, abs: 0 });
  });

  it("the p-value inverts the interval, is 1 at the median and never 0", () => {
    const p = product(0.39, 0.13, 0.26, 0.11, 0.2);
    expectClose(productPValue(p, productInterval(p, 0.93).lower!), 0.07, { rel: 1e-10, abs: 0 });
    expectClose(productPValue(p, productInterval(p, 0.93).upper!), 0.07, { rel: 1e-10, abs: 0 });
    expect(productPValue(p, productQuantile(0.5, p))).toBeCloseTo(1, 10);
    expect(productPValue(product(80, 1, 90, 1))).toBe(Number.MIN_VALUE);
  });
});
