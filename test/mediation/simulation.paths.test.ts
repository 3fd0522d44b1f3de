import { describe, expect, it } from "vitest";
import { indirectFromSummary, mediate } from "../../src/mediation/index.ts";
import { overSamples } from "../simulation/chain.ts";
import { besideProduct, besideProductLimits, type TestName, tests } from "../simulation/chainMethods.ts";
import {
  bootstrapMisses,
  missesFromPaths,
  monteCarloLimits,
  oneSample,
  power,
  seedOf,
} from "../simulation/chainStudies.ts";
import { peopleNeeded, peopleOfTable6, powerOfTable6, repetitionsOfTable6, sizes } from "../simulation/published.ts";
import { expectClose } from "../support/witness.ts";

const path = Object.values(sizes);
/** Three Monte Carlo standard errors of a share about `p`. */
const reach = (p: number, samples: number) => 3 * Math.sqrt((p * (1 - p)) / samples);

describe("the simulation's own arithmetic is the library's", () => {
  it("paths and standard errors by closed form are those of mediate", async () => {
    const { sample, paths } = oneSample({ a: 0.39, b: 0.26, people: 60 });
    const result = await mediate(
      { x: Array.from(sample.x), m: Array.from(sample.m), y: Array.from(sample.y) },
      {
        exposure: { column: "x", from: 0, to: 1 },
        mediators: ["m"],
        outcome: "y",
        exposureMediatorInteraction: false,
        inference: { method: "delta" },
      },
    );
    const row = (name: "a" | "b") => result.paths.find((found) => found.path === name)!;
    for (const [name, estimate, error, df] of [
      ["a", paths.a, paths.seA, paths.dfA],
      ["b", paths.b, paths.seB, paths.dfB],
    ] as const) {
      expectClose(row(name).estimate, estimate, { rel: 1e-11, abs: 0 }, name);
      expectClose(row(name).standardError, error, { rel: 1e-11, abs: 0 }, `se ${name}`);
      expect(row(name).df).toBe(df);
    }
  });

  it("its tests are those of indirectFromSummary, and its side of the exact limits is that of the limits", () => {
    const methods = {
      sobel: "delta",
      aroian: "second-order",
      goodman: "unbiased",
      product: "product-distribution",
    } as const;
    const chain = { a: 0.26, b: 0.26, people: 90 };
    overSamples(chain, 25, seedOf(chain), (found) => {
      const { a, seA, dfA, b, seB, dfB } = found;
      for (const name of ["sobel", "aroian", "goodman", "product"] as const) {
        const { pValue } = indirectFromSummary({ a, seA, b, seB, method: methods[name] });
        expect(tests[name](found)).toBe(pValue !== null && pValue < 0.05);
      }
      const { jointSignificance } = indirectFromSummary({ a, seA, dfA, b, seB, dfB });
      expect(tests.joint(found)).toBe(jointSignificance.pValue < 0.05);
      for (const truth of [0, 0.0676, 0.15])
        expect(besideProduct(found, truth)).toBe(besideProductLimits(found, truth));
    });
  });
});

describe("power", () => {
  for (const test of ["joint", "sobel"] as const) {
    it(`${test}: about .80 at the sample sizes of Fritz & MacKinnon (2007), 400 samples a cell`, () => {
      peopleNeeded[test].forEach((row, i) => {
        row.forEach((people, j) => {
          const { value } = power({ a: path[i]!, b: path[j]!, people }, [test], 400)[test];
          expect(Math.abs(value - 0.8), `a ${path[i]}, b ${path[j]}, n ${people}: ${value}`).toBeLessThan(
            reach(0.8, 400),
          );
        });
      });
    });
  }

  it("as MacKinnon et al. (2002), table 6, within three Monte Carlo errors of both, 200 samples a cell", () => {
    const samples = 200;
    for (const { test, path: size, power: published } of powerOfTable6)
      peopleOfTable6.forEach((people, j) => {
        const { value } = power({ a: size, b: size, people }, [test], samples)[test];
        const both = (value * samples + published[j]! * repetitionsOfTable6 + 1) / (samples + repetitionsOfTable6 + 2);
        const bound = 3 * Math.sqrt(both * (1 - both) * (1 / samples + 1 / repetitionsOfTable6));
        expect(Math.abs(value - published[j]!), `${test}, ${size}, n ${people}: ${value}`).toBeLessThan(bound);
      });
  });
});

describe("type I error without an effect of the exposure on the mediator", () => {
  const names: readonly TestName[] = ["sobel", "joint", "product"];

  it("is at most .05 with the other path real, and about .0025 with both zero, 1,000 samples", () => {
    for (const b of [0.14, 0.39, 0.59])
      for (const people of [50, 200]) {
        const found = power({ a: 0, b, people }, names, 1000);
        for (const name of names)
          expect(found[name].value, `${name}, b ${b}, n ${people}`).toBeLessThan(0.05 + reach(0.05, 1000));
        expect(found.sobel.value).toBeLessThanOrEqual(found.joint.value);
      }
    expect(power({ a: 0, b: 0, people: 100 }, ["joint"], 1000).joint.value).toBeLessThan(0.0025 + reach(0.0025, 1000));
  });

  it("is higher with bias-corrected than with percentile limits at b = .59, n = 50, 200 samples", async () => {
    const { percentile, biasCorrected } = await bootstrapMisses({ a: 0, b: 0.59, people: 50 }, 200);
    expect(percentile.rejected.value).toBeLessThan(0.05 + reach(0.05, 200));
    expect(biasCorrected.rejected.value).toBeGreaterThan(percentile.rejected.value);
  });
});

describe("limits", () => {
  it("of the product and Monte Carlo cover .95, 200 samples; both paths 0: more than .95", () => {
    for (const [a, b] of [
      [0.39, 0.39],
      [0.14, 0.59],
    ] as const) {
      const found = missesFromPaths({ a, b, people: 100 }, 200);
      for (const name of ["product", "monteCarlo"] as const)
        expect(Math.abs(found[name].coverage.value - 0.95), `${name}, a ${a}, b ${b}`).toBeLessThan(reach(0.95, 200));
    }
    const zero = missesFromPaths({ a: 0, b: 0, people: 100 }, 200);
    for (const { coverage } of Object.values(zero)) expect(coverage.value).toBeGreaterThan(0.95);
  });

  it("by the bootstrap cover .95 with medium paths and n = 100, 100 samples", async () => {
    const { percentile } = await bootstrapMisses({ a: 0.39, b: 0.39, people: 100 }, 100);
    expect(Math.abs(percentile.coverage.value - 0.95)).toBeLessThan(reach(0.95, 100));
  });

  it("by Sobel miss above rather than below, the product's less so, 200 samples", () => {
    const { delta, product } = missesFromPaths({ a: 0.39, b: 0.39, people: 50 }, 200);
    expect(delta.above).toBeGreaterThan(delta.below);
    expect(Math.abs(product.above - product.below)).toBeLessThan(Math.abs(delta.above - delta.below));
  });

  it("from 200,000 draws agree with the exact ones to two decimals, from 20,000 to 1 % of the width; exact ones with integration", () => {
    for (const { exact, witness, few, many } of monteCarloLimits(200_000)) {
      const width = exact[1] - exact[0];
      for (const side of [0, 1] as const) {
        expectClose(exact[side], witness[side], { rel: 0, abs: 5.1e-6 });
        expectClose(many[side], exact[side], { rel: 0, abs: 0.005 });
        expectClose(few[side], many[side], { rel: 0, abs: 0.01 * width });
      }
    }
  });
});
