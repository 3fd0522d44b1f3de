import { describe, expect, it } from "vitest";
import { indirectFromSummary, type SummaryMethod } from "../../src/mediation/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { referenceCases } from "./reference.ts";

interface Row {
  readonly estimate: number;
  readonly se: number | null;
  readonly z: number;
  readonly p: number;
  readonly ciLow: number;
  readonly ciHigh: number;
}
type Three = { sobelFirstOrder: Row; aroianSecondOrder: Row; goodmanUnbiased: Row };
interface Linear {
  readonly a: number;
  readonly b: number;
  readonly mediatorModel: { readonly coef: Record<string, { se: number; df: number; p: number }> };
  readonly outcomeModel: { readonly coef: Record<string, { se: number; df: number; p: number }> };
  readonly ols: { readonly indirect: Three };
  readonly robust: Record<string, { se: { a: number; b: number }; indirect: Three }>;
}
const approaches: [keyof Three, SummaryMethod][] = [
  ["sobelFirstOrder", "delta"],
  ["aroianSecondOrder", "second-order"],
  ["goodmanUnbiased", "unbiased"],
];

function expectThree(paths: { a: number; seA: number; b: number; seB: number }, expected: Three): void {
  const near = { rel: 1e-8, abs: 1e-11 };
  for (const [name, method] of approaches) {
    const row = expected[name];
    const got = indirectFromSummary({ ...paths, method });
    expectClose(got.estimate, row.estimate, near, name);
    if (row.se === null) {
      expect(got).toMatchObject({ standardError: null, interval: null, statistic: null, pValue: null });
      expect(got.notes[0]!.code).toBe("negative-variance");
      continue;
    }
    expectClose(got.standardError, row.se, near, `${name} standard error`);
    expectClose(got.statistic, row.z, near, `${name} z`);
    expectClose(got.pValue, row.p, near, `${name} p`);
    expectClose(got.interval!.lower, row.ciLow, near, `${name} lower`);
    expectClose(got.interval!.upper, row.ciHigh, near, `${name} upper`);
  }
}

describe.skipIf(!sharedIsPresent)("Sobel, Aroian and Goodman as in R (skipped without the shared reference)", () => {
  const cases = sharedIsPresent
    ? referenceCases<Linear>("01-linear-single.json").filter(({ expected }) => expected.ols?.indirect !== undefined)
    : [];

  it.each(cases.map((c) => [c.id, c] as const))("%s, with classical and robust standard errors", (_, c) => {
    const { a, b, mediatorModel, outcomeModel, ols, robust } = c.expected;
    const pathA = mediatorModel.coef[c.spec.treatment]!;
    const pathB = outcomeModel.coef[c.spec.mediators[0]!]!;
    expectThree({ a, seA: pathA.se, b, seB: pathB.se }, ols.indirect);
    for (const { se, indirect } of Object.values(robust)) {
      if (indirect?.goodmanUnbiased !== undefined) expectThree({ a, seA: se.a, b, seB: se.b }, indirect);
    }
    const { paths } = indirectFromSummary({ a, seA: pathA.se, b, seB: pathB.se, dfA: pathA.df, dfB: pathB.df });
    expectClose(paths.a.pValue, pathA.p, { rel: 1e-8, abs: 0 });
    expectClose(paths.b.pValue, pathB.p, { rel: 1e-8, abs: 0 });
  });

  it("there are cases", () => expect(cases.length).toBeGreaterThan(3));
});

interface Exact {
  readonly a: number;
  readonly b: number;
  readonly seA: number;
  readonly seB: number;
  readonly productDistributionExact: { low: number; high: number; cdfAtZero: number; sd: number };
  readonly jointSignificance: { pA: number; pB: number; pMax: number };
}

describe.skipIf(!sharedIsPresent)("exact limits and joint significance as in R (skipped without the reference)", () => {
  const cases = sharedIsPresent
    ? referenceCases<Exact>("07-bootstrap-montecarlo.json").filter(({ id }) => id.startsWith("boot"))
    : [];
  const rows: Record<string, [number, number]> = {
    "boot-help": [140, 139],
    "boot-help-support": [140, 139],
    "boot-jobs": [893, 892],
  };

  it.each(cases.map((c) => [c.id, c.expected] as const))("%s", (id, expected) => {
    const [dfA, dfB] = rows[id]!;
    const { a, seA, b, seB, productDistributionExact: exact } = expected;
    const got = indirectFromSummary({ a, seA, b, seB, dfA, dfB });
    expectClose(got.interval!.lower, exact.low, { rel: 1e-6, abs: 1e-9 });
    expectClose(got.interval!.upper, exact.high, { rel: 1e-6, abs: 1e-9 });
    expectClose(got.standardError, exact.sd, { rel: 1e-9, abs: 0 });
    expectClose(got.pValue, 2 * Math.min(exact.cdfAtZero, 1 - exact.cdfAtZero), { rel: 1e-6, abs: 0 });
    expectClose(got.jointSignificance.paths[0]!, expected.jointSignificance.pA, { rel: 1e-8, abs: 0 });
    expectClose(got.jointSignificance.paths[1]!, expected.jointSignificance.pB, { rel: 1e-8, abs: 0 });
    expectClose(got.jointSignificance.pValue, expected.jointSignificance.pMax, { rel: 1e-8, abs: 0 });
    // Monte Carlo: within four of its own errors
    const drawn = indirectFromSummary({ a, seA, b, seB, method: "monte-carlo", seed: 5 });
    const { errorOfLimits } = drawn.resampled!;
    expect(Math.abs(drawn.interval!.lower! - exact.low)).toBeLessThan(4 * errorOfLimits.lower);
    expect(Math.abs(drawn.interval!.upper! - exact.high)).toBeLessThan(4 * errorOfLimits.upper);
  });
});

describe("Monte Carlo limits from summaries, as Preacher & Selig (2012) propose them", () => {
  it.each([
    [0.39, 0.1, 0.39, 0.1, 0.05689, 0.27501],
    [0.14, 0.07, 0.39, 0.07, 0.00105, 0.1168],
    [4, 0.6, 0.25, 0.05, 0.54836, 1.53262],
  ])(
    "a %d ± %d, b %d ± %d: a million draws agree to 2 decimals, 20 000 to 1%% of the width",
    (a, seA, b, seB, low, high) => {
      const limits = (draws: number) => indirectFromSummary({ a, seA, b, seB, method: "monte-carlo", draws }).interval!;
      const many = limits(1_000_000);
      expect(many.lower).toBeCloseTo(low, 2);
      expect(many.upper).toBeCloseTo(high, 2);
      const few = limits(20_000);
      const width = high - low;
      expect(Math.abs(few.lower! - many.lower!)).toBeLessThan(0.01 * width);
      expect(Math.abs(few.upper! - many.upper!)).toBeLessThan(0.01 * width);
      const exact = indirectFromSummary({ a, seA, b, seB }).interval!;
      expect(exact.lower).toBeCloseTo(low, 5);
      expect(exact.upper).toBeCloseTo(high, 5);
    },
  );
});

describe("indirectFromSummary by hand", () => {
  // a = 3 ± 1, b = 4 ± 2: a²se_b² + b²se_a² = 36 + 16 = 52; se_a²se_b² = 4
  const paths = { a: 3, seA: 1, b: 4, seB: 2 };

  it("first order √52, second order √56, unbiased √48", () => {
    expect(indirectFromSummary({ ...paths, method: "delta" }).standardError).toBeCloseTo(Math.sqrt(52), 14);
    expect(indirectFromSummary({ ...paths, method: "second-order" }).standardError).toBeCloseTo(Math.sqrt(56), 14);
    expect(indirectFromSummary({ ...paths, method: "unbiased" }).standardError).toBeCloseTo(Math.sqrt(48), 14);
    expect(indirectFromSummary(paths).standardError).toBeCloseTo(Math.sqrt(56), 14);
  });

  it("a covariance of 1 adds 2·3·4·1 = 24 to first order, and 1 more to second; it is a correlation of ½", () => {
    expect(indirectFromSummary({ ...paths, covariance: 1, method: "delta" }).standardError).toBeCloseTo(
      Math.sqrt(76),
      14,
    );
    expect(indirectFromSummary({ ...paths, covariance: 1 }).standardError).toBeCloseTo(Math.sqrt(81), 14);
    expect(indirectFromSummary({ ...paths, covariance: 1 })).toEqual(
      indirectFromSummary({ ...paths, correlation: 0.5 }),
    );
  });

  it("z = 12/√52 and limits 12 ± 1.96·√52", () => {
    const { statistic, interval, estimate } = indirectFromSummary({ ...paths, method: "delta" });
    expect(estimate).toBe(12);
    expect(statistic).toBeCloseTo(12 / Math.sqrt(52), 14);
    expect(interval!.lower).toBeCloseTo(12 - 1.959963984540054 * Math.sqrt(52), 12);
  });

  it("weak paths leave Goodman's variance negative: nothing but a note", () => {
    const weak = indirectFromSummary({ a: 0.1, seA: 1, b: 0.1, seB: 1, method: "unbiased" });
    expect([weak.standardError, weak.interval, weak.pValue]).toEqual([null, null, null]);
    expect(weak.notes.map(({ code }) => code)).toEqual(["negative-variance"]);
  });
});

describe("laws of indirectFromSummary", () => {
  const paths = { a: 0.39, seA: 0.13, b: 0.26, seB: 0.11, correlation: 0.2 };
  const methods: SummaryMethod[] = ["product-distribution", "delta", "second-order", "unbiased"];

  it.each(methods)("%s: other units of mediator and outcome rescale everything and keep the p-value", (method) => {
    const one = indirectFromSummary({ ...paths, method });
    const other = indirectFromSummary({ ...paths, a: 39, seA: 13, b: 0.26 / 50, seB: 0.11 / 50, method });
    expectClose(other.estimate, 2 * one.estimate, { rel: 1e-12, abs: 0 });
    expectClose(other.standardError, 2 * one.standardError!, { rel: 1e-12, abs: 0 });
    expectClose(other.interval!.lower, 2 * one.interval!.lower!, { rel: 1e-10, abs: 0 });
    expectClose(other.interval!.upper, 2 * one.interval!.upper!, { rel: 1e-10, abs: 0 });
    expectClose(other.pValue, one.pValue!, { rel: 1e-10, abs: 0 });
  });

  it.each(methods)("%s: a reversed outcome reverses the limits", (method) => {
    const one = indirectFromSummary({ ...paths, method }).interval!;
    const other = indirectFromSummary({ ...paths, b: -paths.b, correlation: -0.2, method }).interval!;
    expectClose(other.lower, -one.upper!, { rel: 1e-11, abs: 0 });
    expectClose(other.upper, -one.lower!, { rel: 1e-11, abs: 0 });
  });

  it("the p-value of the exact limits is where they touch 0", () => {
    const { pValue } = indirectFromSummary(paths);
    const touching = indirectFromSummary({ ...paths, level: 1 - pValue! });
    expect(Math.abs(touching.interval!.lower!)).toBeLessThan(1e-12);
  });

  it("the same seed gives the same digits, another seed others; p is never 0", () => {
    const drawn = (seed: number) => indirectFromSummary({ ...paths, method: "monte-carlo", draws: 2000, seed });
    expect(drawn(3)).toEqual(drawn(3));
    expect(drawn(3).interval!.lower).not.toBe(drawn(4).interval!.lower);
    const sure = { a: 100, seA: 1, b: 90, seB: 1 };
    for (const method of [...methods, "monte-carlo"] as const) {
      expect(indirectFromSummary({ ...sure, method, draws: 100 }).pValue).toBeGreaterThan(0);
    }
  });

  it("says where symmetric limits and the exact ones, or the test of both paths, disagree about 0", () => {
    const border = { a: 0.2, seA: 0.0955, b: 0.3, seB: 0.1 };
    expect(indirectFromSummary({ ...border, method: "delta" }).notes.map(({ code }) => code)).toEqual([
      "exact-limits-differ",
      "joint-significance-differs",
    ]);
    expect(indirectFromSummary(border).notes).toEqual([]);
    expect(JSON.parse(JSON.stringify(indirectFromSummary(border)))).toEqual(indirectFromSummary(border));
  });
});

describe("indirectFromSummary refuses", () => {
  const paths = { a: 0.39, seA: 0.13, b: 0.26, seB: 0.11 };
  it.each([
    ["an effect that is no number", { a: Number.NaN }],
    ["a text", { b: "0.2" as unknown as number }],
    ["a standard error of 0", { seA: 0 }],
    ["a negative standard error", { seB: -0.1 }],
    ["an infinite standard error", { seB: Number.POSITIVE_INFINITY }],
    ["a correlation beyond 1", { correlation: 1.2 }],
    ["a covariance beyond the standard errors", { covariance: 0.1 }],
    ["covariance and correlation both", { covariance: 0, correlation: 0 }],
    ["degrees of freedom of 0", { dfA: 0 }],
    ["a level in per cent", { level: 95 }],
    ["an unknown method", { method: "sobel" as SummaryMethod }],
    ["half a draw", { draws: 10.5 }],
  ])("%s", (_, wrong) => {
    expect(refusalOf(() => indirectFromSummary({ ...paths, ...wrong })).code).toBe("invalid-option");
  });

  it("a misspelt option", () => {
    expect(refusalOf(() => indirectFromSummary({ ...paths, rho: 0.1 } as typeof paths)).code).toBe("unknown-option");
  });
});
