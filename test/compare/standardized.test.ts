import { describe, expect, it } from "vitest";
import { standardizedChange, standardizedDifference } from "../../src/compare/index.ts";
import { noncentralityLimits } from "../../src/compare/noncentralLimits.ts";
import { newcombeLimits, wilsonLimits } from "../../src/compare/proportionLimits.ts";
import { smallSampleFactor } from "../../src/compare/smallSampleFactor.ts";
import type { Estimate, Interval } from "../../src/estimate.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { numbersIn, referenceCases, samplesIn } from "./reference.ts";

type Figures = Readonly<Record<string, number & [number, number]>>;

function expectInterval(interval: Interval | null, pair: [number, number], tolerance: Tolerance, label: string): void {
  expectClose(interval!.lower, pair[0], tolerance, `${label} lower`);
  expectClose(interval!.upper, pair[1], tolerance, `${label} upper`);
}

describe.skipIf(!sharedIsPresent)(
  "effect sizes agree with explicit formulae in R (reference beside the project)",
  () => {
    it.each(referenceCases("effect-sizes.json", "paired_"))("$id", ({ data, spec, expected, tolerance }) => {
      const e = expected as unknown as Figures;
      const result = standardizedChange(
        { before: numbersIn(data, String(spec["pre"])), after: numbersIn(data, String(spec["post"])) },
        { level: Number(spec["conf"]) },
      );
      expect(result.n).toBe(e["n"]);
      const values: [string, number][] = [
        ["r", result.correlation!],
        ["mean_diff", result.meanChange],
        ["sd_diff", result.standardDeviations.change],
        ["d_z", result.dz.estimate],
        ["J_exact_df_n1", smallSampleFactor(result.n - 1)],
        ["g_z", result.gz.estimate],
        ["d_av_rms", result.dav.estimate],
        ["d_av_mean_sd", result.davMeanSd.estimate],
        ["d_rm", result.drm!.estimate],
        ["g_rm", result.grm!.estimate],
        ["d_pre_sd", result.dBefore!.estimate],
      ];
      for (const [name, value] of values) expectClose(value, e[name]!, tolerance, name);
      expectInterval(result.dz.interval, e["d_z_ci_nct"]!, tolerance, "d_z");
      expectInterval(result.gz.interval, e["g_z_ci_nct"]!, tolerance, "g_z");
      expectInterval(result.dav.interval, e["d_av_rms_ci_bonett2008"]!, tolerance, "d_av");
    });

    it.each(referenceCases("effect-sizes.json", "ind_"))("$id", ({ data, spec, expected, tolerance }) => {
      const e = expected as unknown as Figures;
      const [outcome, group] = [String(spec["outcome"]), String(spec["group"])];
      const result = standardizedDifference({
        treated: samplesIn(data, outcome, group, String(spec["x"])),
        reference: samplesIn(data, outcome, group, String(spec["y"])),
      });
      expect([result.treated.n, result.reference.n]).toEqual([e["n1"], e["n2"]]);
      const glass = result.glassDelta as Estimate;
      const values: [string, number][] = [
        ["sd_pooled", result.pooledStandardDeviation],
        ["cohen_d", result.cohensD.estimate],
        ["d_se_large_sample", result.cohensD.standardError!],
        ["J_exact", smallSampleFactor(result.n - 2)],
        ["hedges_g", result.hedgesG.estimate],
        ["glass_delta_sd_of_y", glass.estimate],
      ];
      for (const [name, value] of values) expectClose(value, e[name]!, tolerance, name);
      expectInterval(result.cohensD.interval, e["cohen_d_ci_nct"]!, tolerance, "d");
      expectInterval(result.hedgesG.interval, e["hedges_g_ci_nct"]!, tolerance, "g");
      expectInterval(glass.interval, e["glass_ci_nct"]!, tolerance, "Glass");
    });

    it.each(referenceCases("effect-sizes.json", "twobytwo_"))("Wilson and Newcombe limits: $id", (reference) => {
      const e = reference.expected as unknown as Figures;
      const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => Number(reference.spec[name])) as [
        number,
        number,
        number,
        number,
      ];
      const level = Number(reference.spec["conf"]);
      expectInterval(wilsonLimits(a, a + b, level), e["wilson1"]!, reference.tolerance, "Wilson 1");
      expectInterval(wilsonLimits(c, c + d, level), e["wilson2"]!, reference.tolerance, "Wilson 2");
      const limits = newcombeLimits({ count: a, n: a + b }, { count: c, n: c + d }, level);
      expectInterval(limits, e["rd_ci_newcombe10"]!, reference.tolerance, "Newcombe");
    });
  },
);

describe("effect sizes by hand", () => {
  it("divides the mean change by the standard deviation that its name says", () => {
    // Before 1, 3 (SD √2), after 4, 10 (SD √18); changes 3, 7: mean 5, SD √8; covariance 6, correlation 1.
    const result = standardizedChange({ before: [1, 3], after: [4, 10] });
    expect(result.dz.estimate).toBeCloseTo(5 / Math.sqrt(8), 14);
    expect(result.dav.estimate).toBeCloseTo(5 / Math.sqrt(10), 14);
    expect(result.davMeanSd.estimate).toBeCloseTo(5 / (2 * Math.sqrt(2)), 14);
    expect(result.dBefore!.estimate).toBeCloseTo(5 / Math.sqrt(2), 14);
    expect(result.correlation).toBeCloseTo(1, 14);
    expect(result.drm!.estimate).toBeCloseTo(0, 6);
  });

  it("has J(2) = Γ(1) / Γ(1/2) = 1/√π", () => {
    expect(smallSampleFactor(2)).toBeCloseTo(1 / Math.sqrt(Math.PI), 14);
    expect(smallSampleFactor(1)).toBe(0);
  });

  it("gives d and Glass's Δ of seven people", () => {
    // Variances 4 (df 2) and 20/3 (df 3): pooled (8 + 20)/5 = 5.6; difference 4.
    const result = standardizedDifference({ treated: [6, 8, 10], reference: [1, 3, 5, 7] });
    expect(result.cohensD.estimate).toBeCloseTo(4 / Math.sqrt(5.6), 14);
    expect(result.glassDelta!.estimate).toBeCloseTo(4 / Math.sqrt(20 / 3), 14);
  });

  it("has null for what does not exist: a constant baseline has no correlation and no SD", () => {
    const result = standardizedChange({ before: [5, 5, 5], after: [6, 8, 7] });
    expect([result.correlation, result.drm, result.grm, result.dBefore]).toEqual([null, null, null, null]);
    expect(result.dz.estimate).toBeCloseTo(2, 14);
  });

  it("has no Glass's Δ where the reference group is constant", () => {
    expect(standardizedDifference({ treated: [6, 8], reference: [5, 5] }).glassDelta).toBeNull();
  });
});

describe("laws of effect sizes", () => {
  const before = [40, 44, 38, 41, 52, 47];
  const after = [45, 46, 44, 42, 50, 55];

  it("do not depend on the unit or the origin of the scale", () => {
    const plain = standardizedChange({ before, after });
    const scaled = standardizedChange({ before: before.map((x) => 3 * x - 7), after: after.map((x) => 3 * x - 7) });
    for (const name of ["dz", "gz", "dav", "davMeanSd", "drm", "grm", "dBefore"] as const) {
      expect(scaled[name]!.estimate).toBeCloseTo(plain[name]!.estimate, 12);
    }
    expect(scaled.dz.interval!.lower).toBeCloseTo(plain.dz.interval!.lower!, 11);
  });

  it("swapping the groups flips the sign of d and mirrors its limits", () => {
    const plain = standardizedDifference({ treated: after, reference: before });
    const swapped = standardizedDifference({ treated: before, reference: after });
    expect(swapped.cohensD.estimate).toBeCloseTo(-plain.cohensD.estimate, 14);
    expect(swapped.cohensD.interval!.lower).toBeCloseTo(-plain.cohensD.interval!.upper!, 11);
  });

  it("have finite limits for a huge effect and for one of zero", () => {
    const huge = standardizedChange({ before: [0, 0, 0, 0], after: [1000, 1001, 1000, 1001] });
    expect(huge.dz.interval!.lower).toBeGreaterThan(100);
    expect(huge.dz.interval!.upper).toBeGreaterThan(huge.dz.estimate);
    const none = standardizedChange({ before: [0, 0], after: [-1, 1] });
    expect(none.dz.interval!.lower).toBeCloseTo(-none.dz.interval!.upper!, 10);
  });

  it("limits go on without a step for an enormous statistic", () => {
    for (const df of [2, 20, 1000]) {
      const inverted = noncentralityLimits(2000, df, 0.95);
      const farOut = noncentralityLimits(2000.001, df, 0.95);
      expect(farOut.lower / inverted.lower).toBeCloseTo(1, 5);
      expect(farOut.upper / inverted.upper).toBeCloseTo(1, 5);
    }
  });

  it("J approaches 1", () => {
    expect(smallSampleFactor(1e6)).toBeCloseTo(1 - 3 / (4e6 - 1), 8);
  });
});

describe("refusals of effect sizes", () => {
  it.each([
    ["no-variation", () => standardizedChange({ before: [1, 2], after: [2, 3] })],
    ["length-mismatch", () => standardizedChange({ before: [1, 2], after: [2] })],
    ["unknown-option", () => standardizedChange({ before: [1, 2], after: [2, 4] }, { alternative: "less" } as object)],
    ["no-variation", () => standardizedDifference({ treated: [1, 1], reference: [2, 2] })],
    ["too-few-rows", () => standardizedDifference({ treated: [1, null], reference: [2, 3] })],
    ["invalid-option", () => standardizedDifference({ treated: [1, 2], reference: [2, 3] }, { level: 1 })],
  ])("%s", (code, call) => {
    expect(call).toThrowError(expect.objectContaining({ name: "KithpathError", code }));
  });
});
