import { describe, expect, it } from "vitest";
import { pairedT, welchT } from "../../src/compare/index.ts";
import type { Alternative, Interval } from "../../src/estimate.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { limit, numbersIn, referenceCases, samplesIn } from "./reference.ts";

interface TTestFigures {
  statistic: number;
  df: number;
  p: number;
  estimate: number | [number, number];
  ci: [number | string, number | string];
  stderr: number;
}

function expectLimits(interval: Interval | null, ci: [number | string, number | string], tolerance: Tolerance): void {
  for (const [side, place] of [
    ["lower", 0],
    ["upper", 1],
  ] as const) {
    const expected = limit(ci[place]);
    if (expected === null) expect(interval![side]).toBeNull();
    else expectClose(interval![side], expected, tolerance, side);
  }
}

describe.skipIf(!sharedIsPresent)("t tests agree with R's t.test (reference figures beside the project)", () => {
  it.each(referenceCases("tests.json", "paired_t_"))("$id", ({ data, spec, expected, tolerance }) => {
    const figures = expected as unknown as TTestFigures;
    const result = pairedT(
      { before: numbersIn(data, String(spec["y"])), after: numbersIn(data, String(spec["x"])) },
      { alternative: (spec["alternative"] ?? "two-sided") as Alternative, level: Number(spec["conf"]) },
    );
    expectClose(result.estimate, figures.estimate as number, tolerance, "estimate");
    expectClose(result.standardError, figures.stderr, tolerance, "standard error");
    expectClose(result.statistic, figures.statistic, tolerance, "t");
    expectClose(result.df, figures.df, tolerance, "df");
    expectClose(result.pValue, figures.p, tolerance, "p");
    expectLimits(result.interval, figures.ci, tolerance);
  });

  it.each(referenceCases("tests.json", "welch_t_"))("$id", ({ id, data, spec, expected, tolerance }) => {
    const figures = expected as unknown as TTestFigures;
    const [outcome, group] = [String(spec["outcome"]), String(spec["group"])];
    const oneSided = id.startsWith("welch_t_less");
    const result = welchT(
      {
        treated: samplesIn(data, outcome, group, String(spec["x"])),
        reference: samplesIn(data, outcome, group, String(spec["y"])),
      },
      { alternative: oneSided ? "less" : "two-sided", level: oneSided ? 0.99 : 0.95 },
    );
    const [treated, reference] = figures.estimate as [number, number];
    expectClose(result.treated.mean, treated, tolerance, "treated mean");
    expectClose(result.reference.mean, reference, tolerance, "reference mean");
    expectClose(result.standardError, figures.stderr, tolerance, "standard error");
    expectClose(result.statistic, figures.statistic, tolerance, "t");
    expectClose(result.df, figures.df, tolerance, "df");
    expectClose(result.pValue, figures.p, tolerance, "p");
    expectLimits(result.interval, figures.ci, tolerance);
  });
});

describe("pairedT by hand", () => {
  // Changes 5, 2, 6, 1: mean 3.5, squared deviations 2.25 + 2.25 + 6.25 + 6.25 = 17, variance 17/3, SE √(17/12).
  const before = [40, 44, 38, 41];
  const after = [45, 46, 44, 42];

  it("gives mean change, standard error and t of four people", () => {
    const result = pairedT({ before, after });
    expect(result.estimate).toBe(3.5);
    expect(result.standardError).toBeCloseTo(Math.sqrt(17 / 12), 14);
    expect(result.statistic).toBeCloseTo(3.5 / Math.sqrt(17 / 12), 14);
    expect(result.df).toBe(3);
    expect(result.before.mean).toBe(40.75);
    expect(result.after.mean).toBe(44.25);
  });

  it("counts each missing pair once, before first", () => {
    const result = pairedT({ before: [...before, null, Number.NaN, 50], after: [...after, 50, null, undefined] });
    expect(result.n).toBe(4);
    expect(result.dropped).toEqual({
      rowsIn: 7,
      rowsUsed: 4,
      reasons: [
        { reason: "missing", variable: "before", rows: 2 },
        { reason: "missing", variable: "after", rows: 1 },
      ],
    });
    expect(result.estimate).toBe(3.5);
  });

  it("gives two people the Cauchy distribution: t = 1 has p = 0.5", () => {
    // Changes 0 and 2: mean 1, SD √2, SE 1, t 1 on 1 df.
    const result = pairedT({ before: [5, 5], after: [5, 7] });
    expect(result.statistic).toBeCloseTo(1, 14);
    expect(result.pValue).toBeCloseTo(0.5, 14);
  });
});

describe("welchT by hand", () => {
  it("gives the difference, its standard error and Satterthwaite df of seven people", () => {
    // Treated 6, 8, 10: mean 8, variance 4. Reference 1, 3, 5, 7: mean 4, variance 20/3.
    // SE² = 4/3 + 5/3 = 3; df = 9 / ((16/9)/2 + (25/9)/3) = 9 / (49/27).
    const result = welchT({ treated: [6, 8, 10], reference: [1, 3, 5, 7] });
    expect(result.estimate).toBe(4);
    expect(result.standardError).toBeCloseTo(Math.sqrt(3), 14);
    expect(result.df).toBeCloseTo(243 / 49, 12);
    expect(result.n).toBe(7);
  });
});

describe("laws of the t tests", () => {
  const before = [40, 44, 38, 41, 52, 47];
  const after = [45, 46, 44, 42, 50, 55];

  it("a constant added before and after leaves the change alone", () => {
    const plain = pairedT({ before, after });
    const moved = pairedT({ before: before.map((x) => x + 1000), after: after.map((x) => x + 1000) });
    expect(moved.estimate).toBeCloseTo(plain.estimate, 12);
    expect(moved.pValue).toBeCloseTo(plain.pValue, 12);
  });

  it("the order of people does not matter", () => {
    const turned = pairedT({ before: [...before].reverse(), after: [...after].reverse() });
    const plain = pairedT({ before, after });
    expect(turned.estimate).toBe(plain.estimate);
    expect(turned.pValue).toBeCloseTo(plain.pValue, 14);
  });

  it("reversing before and after flips the sign and mirrors the limits", () => {
    const plain = pairedT({ before, after });
    const reversed = pairedT({ before: after, after: before });
    expect(reversed.estimate).toBe(-plain.estimate);
    expect(reversed.interval!.lower).toBeCloseTo(-plain.interval!.upper!, 13);
    expect(reversed.pValue).toBe(plain.pValue);
  });

  it("swapping the groups flips the sign and keeps p", () => {
    const plain = welchT({ treated: after, reference: before });
    const swapped = welchT({ treated: before, reference: after });
    expect(swapped.estimate).toBe(-plain.estimate);
    expect(swapped.pValue).toBeCloseTo(plain.pValue, 14);
  });

  it("the two one-sided p-values add up to 1, and the smaller is half the two-sided", () => {
    const two = pairedT({ before, after }).pValue;
    const greater = pairedT({ before, after }, { alternative: "greater" }).pValue;
    const less = pairedT({ before, after }, { alternative: "less" }).pValue;
    expect(greater + less).toBeCloseTo(1, 14);
    expect(2 * Math.min(greater, less)).toBeCloseTo(two, 14);
  });

  it("a 90 % two-sided interval has the limit of a 95 % one-sided one", () => {
    const two = welchT({ treated: after, reference: before }, { level: 0.9 });
    const one = welchT({ treated: after, reference: before }, { level: 0.95, alternative: "greater" });
    expect(one.interval!.lower).toBeCloseTo(two.interval!.lower!, 12);
    expect(one.interval!.upper).toBeNull();
  });

  it("p is never 0, however far the tail", () => {
    const many = Array.from({ length: 5000 }, (_, i) => i % 2);
    const result = pairedT({ before: many.map(() => 0), after: many.map((x) => 1e6 + x) });
    expect(result.pValue).toBeGreaterThan(0);
  });
});

describe("refusals of the t tests", () => {
  it.each([
    ["length-mismatch", () => pairedT({ before: [1, 2, 3], after: [1, 2] })],
    ["too-few-rows", () => pairedT({ before: [1, null], after: [1, 2] })],
    ["no-variation", () => pairedT({ before: [1, 2, 3], after: [2, 3, 4] })],
    ["no-variation", () => pairedT({ before: [0.1, 0.2, 0.3], after: [0.2, 0.3, 0.4] })],
    ["infinite-value", () => pairedT({ before: [1, 2], after: [1, Number.POSITIVE_INFINITY] })],
    ["not-numeric", () => pairedT({ before: [1, 2], after: ["1", "2"] as unknown as number[] })],
    ["not-numeric", () => pairedT({ before: [1, 2], after: undefined as unknown as number[] })],
    ["unknown-option", () => pairedT({ before: [1, 2], after: [1, 3] }, { conf: 0.9 } as object)],
    ["unknown-option", () => pairedT({ before: [1, 2], after: [1, 3], pre: [1] } as never)],
    ["invalid-option", () => pairedT({ before: [1, 2], after: [1, 3] }, { level: 95 })],
    ["invalid-option", () => pairedT({ before: [1, 2], after: [1, 3] }, { alternative: "bigger" as Alternative })],
    ["too-few-rows", () => welchT({ treated: [1], reference: [1, 2] })],
    ["no-variation", () => welchT({ treated: [1, 1], reference: [2, 2] })],
    ["unknown-option", () => welchT({ treated: [1, 2], reference: [2, 3] }, { tail: 1 } as object)],
  ])("%s", (code, call) => {
    expect(call).toThrowError(expect.objectContaining({ name: "KithpathError", code }));
  });
});
