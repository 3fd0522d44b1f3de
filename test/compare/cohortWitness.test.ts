import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { CovarianceType } from "../../src/_models/covariance.ts";
import { ancova, compareChange } from "../../src/compare/index.ts";
import type { Estimate, TestedEstimate } from "../../src/estimate.ts";
import type { Data } from "../../src/table.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

interface Row {
  readonly estimate: number;
  readonly se: number;
  readonly df: number;
  readonly statistic: number;
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
}

interface Figures {
  readonly type: CovarianceType;
  readonly n: number;
  readonly n_treated: number;
  readonly clusters: number;
  readonly adjusted_means_equal: [Row, Row];
  readonly adjusted_means_observed: [Row, Row];
  readonly pooled_sd_before: number;
  readonly baseline_difference: number;
  readonly responders_treated: number;
  readonly responders_reference: number;
  readonly [test: string]: unknown;
}

const folder = resolve(import.meta.dirname, "../../fixtures");
const witness = JSON.parse(readFileSync(resolve(folder, "compare/compare-change.json"), "utf8")) as {
  extract: Figures[];
  cohort: Figures[];
};
const extract = plainColumns(readFileSync(resolve(folder, "compare/extract.csv"), "utf8"));
const cohort = plainColumns(readFileSync(resolve(folder, "cohorts/cohort.csv"), "utf8"));
const whole = {
  ...cohort,
  stage: cohort["action_stage"]!.map((value) => (value === 1 ? "action" : "preparation")),
};

const tolerance = { rel: 1e-9, abs: 1e-10 };

function expectRow(actual: Estimate & { readonly df?: number | null }, expected: unknown, label: string): void {
  const row = expected as Row;
  expectClose(actual.estimate, row.estimate, tolerance, `${label} estimate`);
  expectClose(actual.standardError, row.se, tolerance, `${label} standard error`);
  if (actual.df !== undefined) expectClose(actual.df, row.df, tolerance, `${label} df`);
  expectClose(actual.interval!.lower, row.lower, tolerance, `${label} lower`);
  expectClose(actual.interval!.upper, row.upper, tolerance, `${label} upper`);
}

function expectTest(actual: TestedEstimate | null, expected: unknown, label: string): void {
  const row = expected as Row;
  expectRow(actual!, row, label);
  expectClose(actual!.statistic, row.statistic, tolerance, `${label} t`);
  expectClose(actual!.pValue, row.p, { rel: 1e-8, abs: 0 }, `${label} p`);
}

const covariates = ["age", "severity", "stage"];
const cases: [string, Data, Figures][] = [
  ...witness.extract.map((f): [string, Data, Figures] => [`extract, ${f.type}`, extract, f]),
  ...witness.cohort.map((f): [string, Data, Figures] => [`whole cohort, ${f.type}`, whole, f]),
];

function clusterOf({ type }: Figures): { cluster?: string } {
  return type.startsWith("CR") ? { cluster: "site" } : {};
}

describe("the comparison agrees with R on the simulated cohort (lm, t.test, sandwich, clubSandwich)", () => {
  it.each(cases)("compareChange: %s", (_, data, f) => {
    const result = compareChange(data, {
      before: "wellbeing_0",
      after: "wellbeing_12",
      arm: { column: "mentored", treated: 1, reference: 0 },
      covariates,
      better: "higher",
      covariance: f.type,
      minimalImportantChange: 3,
      ...clusterOf(f),
    });
    expect(result.n).toBe(f.n);
    expect(result.clusters).toBe(f.type.startsWith("CR") ? f.clusters : null);
    expect(result.groups.map(({ arm, n }) => [arm, n])).toEqual([
      ["1", f.n_treated],
      ["0", f.n - f.n_treated],
    ]);
    expectTest(result.groups[0]!.change, f["change_treated"], "change, treated");
    expectTest(result.groups[1]!.change, f["change_reference"], "change, reference");
    expectTest(result.adjusted, f["adjusted"], "adjusted");
    expectTest(result.changeScore, f["change_score"], "change score");
    expectTest(result.unadjustedAfter, f["unadjusted_after"], "unadjusted after");
    expectTest(result.equalSlopes, f["equal_slopes"], "equal slopes");
    expectClose(result.baselineDifference, f.baseline_difference, tolerance, "baseline difference");
    const { estimate } = f["adjusted"] as Row;
    expectClose(result.standardizedAdjusted!.estimate, estimate / f.pooled_sd_before, tolerance, "standardized");
    expect(result.responders!.groups.map(({ count }) => count)).toEqual([f.responders_treated, f.responders_reference]);
    if (f.type.startsWith("CR")) {
      expectRow(result.responders!.riskDifference!, f["responder_difference"], "responder difference");
    }
  });

  it.each(cases)("ancova: %s", (_, data, f) => {
    const spec = { outcome: "wellbeing_12", baseline: "wellbeing_0", arm: "mentored", covariates, covariance: f.type };
    const result = ancova(data, { ...spec, ...clusterOf(f) });
    expectTest(result.difference, f["adjusted"], "difference");
    expect(result.coefficients.map(({ name }) => name)).toEqual([
      "(Intercept)",
      "mentored: 1",
      "wellbeing_0",
      "age",
      "severity",
      "stage: preparation",
    ]);
    expect(result.references).toEqual({ stage: "action" });
    expectTest(result.coefficients[2]!, f["baseline_slope"], "slope");
    expectTest(result.coefficients[5]!, f["stage_preparation"], "stage");
    expectTest(result.equalSlopes, f["equal_slopes"], "equal slopes");
    f.adjusted_means_equal.forEach((row, k) => {
      expectRow(result.adjustedMeans[k]!, row, `adjusted mean ${k}`);
    });
    const observed = ancova(data, { ...spec, ...clusterOf(f), categoryWeights: "observed" });
    f.adjusted_means_observed.forEach((row, k) => {
      expectRow(observed.adjustedMeans[k]!, row, `adjusted mean ${k}, observed weights`);
    });
  });
});
