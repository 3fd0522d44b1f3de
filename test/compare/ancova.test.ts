import { describe, expect, it } from "vitest";
import { ancova } from "../../src/compare/index.ts";
import type { Estimate, TestedEstimate } from "../../src/estimate.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { type ReferenceCase, referenceCases, referenceData } from "./reference.ts";

interface Table {
  readonly estimate: number[];
  readonly se: number[];
  readonly statistic: number[];
  readonly p: number[];
  readonly lo: number[];
  readonly hi: number[];
}

function caseOf(id: string): ReferenceCase {
  return referenceCases("regression.json", id).find((found) => found.id === id)!;
}

function expectCoefficient(actual: TestedEstimate, table: Table, place: number): void {
  const { tolerance } = caseOf("ancova_help6");
  expectClose(actual.estimate, table.estimate[place]!, tolerance, "estimate");
  expectClose(actual.standardError, table.se[place]!, tolerance, "standard error");
  expectClose(actual.statistic, table.statistic[place]!, tolerance, "t");
  expectClose(actual.pValue, table.p[place]!, tolerance, "p");
  expectClose(actual.interval!.lower, table.lo[place]!, tolerance, "lower");
  expectClose(actual.interval!.upper, table.hi[place]!, tolerance, "upper");
}

/** The people seen at month 6 with their MCS at baseline beside. */
function helpAtSix() {
  const long = referenceData("help_long.csv");
  const rows = [...long["id"]!.keys()];
  const baseline = new Map(rows.filter((row) => long["time"]![row] === 0).map((row) => [long["id"]![row], row]));
  return rows
    .filter((row) => long["time"]![row] === 6)
    .map((row) => {
      const first = baseline.get(long["id"]![row]!);
      return {
        mcs: long["mcs"]![row]!,
        mcs0: first === undefined ? null : long["mcs"]![first]!,
        treat: long["treat"]![row]!,
        sex: long["sex"]![row]!,
        age: long["age"]![row]!,
      };
    });
}

describe.skipIf(!sharedIsPresent)(
  "ancova agrees with R's lm and emmeans (reference figures beside the project)",
  () => {
    it("ancova_help6: coefficients, adjusted means and the test of equal slopes", () => {
      const { expected, tolerance } = caseOf("ancova_help6");
      const e = expected as unknown as {
        model: { coef: Table; n: number; df_resid: number; sigma: number };
        adjusted: { mean: number[]; se: number[]; lo: number[]; hi: number[] };
      };
      const result = ancova(helpAtSix(), {
        outcome: "mcs",
        baseline: "mcs0",
        arm: "treat",
        covariates: ["sex", "age"],
      });
      expect(result.n).toBe(e.model.n);
      expect(result.dfResidual).toBe(e.model.df_resid);
      expectClose(result.residualStandardDeviation, e.model.sigma, tolerance, "sigma");
      // Here the arm comes before the baseline, in R after it.
      [0, 2, 1, 3, 4].forEach((place, k) => {
        expectCoefficient(result.coefficients[k]!, e.model.coef, place);
      });
      [1, 0].forEach((place, k) => {
        const mean = result.adjustedMeans[k] as Estimate;
        expectClose(mean.estimate, e.adjusted.mean[place]!, tolerance, "mean");
        expectClose(mean.standardError, e.adjusted.se[place]!, tolerance, "standard error of the mean");
        expectClose(mean.interval!.lower, e.adjusted.lo[place]!, tolerance, "lower");
        expectClose(mean.interval!.upper, e.adjusted.hi[place]!, tolerance, "upper");
      });
      const slopes = caseOf("ancova_slopes_help6");
      const s = slopes.expected as unknown as { F: number; df2: number; p: number };
      expectClose(result.equalSlopes!.statistic ** 2, s.F, slopes.tolerance, "F");
      expectClose(result.equalSlopes!.df, s.df2, slopes.tolerance, "df");
      expectClose(result.equalSlopes!.pValue, s.p, slopes.tolerance, "p");
    });

    it("ancova_anorexia: the coefficients of a model with a third group as a covariate", () => {
      const e = caseOf("ancova_anorexia").expected as unknown as { model: { coef: Table } };
      const data = referenceData("anorexia.csv");
      const indicator = (level: string) => data["treat"]!.map((value) => (value === level ? 1 : 0));
      const result = ancova(
        { ...data, family: indicator("FT"), behaviour: indicator("CBT") },
        { outcome: "post", baseline: "pre", arm: "family", covariates: ["behaviour"] },
      );
      [0, 3, 1, 2].forEach((place, k) => {
        expectCoefficient(result.coefficients[k]!, e.model.coef, place);
      });
    });
  },
);

describe("ancova by hand", () => {
  // Treated before 1, 2, 3, after 6, 7, 11: deviations −1, 0, 1 and −2, −1, 3: Sxy 5, Sxx 2.
  // Reference before 2, 3, 4, after 3, 5, 4: deviations −1, 0, 1 and −1, 1, 0: Sxy 1, Sxx 2.
  // Common slope 6/4 = 1.5. Difference 8 − 4 − 1.5 · (2 − 3) = 5.5.
  const people = {
    mentored: ["yes", "yes", "yes", "no", "no", "no"],
    before: [1, 2, 3, 2, 3, 4],
    after: [6, 7, 11, 3, 5, 4],
  };
  const spec = { outcome: "after", baseline: "before", arm: "mentored" } as const;

  it("takes the common slope of six people out of their difference", () => {
    const result = ancova(people, spec);
    expect(result.difference.estimate).toBeCloseTo(5.5, 12);
    expect(result.coefficients[2]!.estimate).toBeCloseTo(1.5, 12);
    // Residual sum of squares: 14 + 2 − 6²/4 = 7 on 3 df; SE² = 7/3 · (1/3 + 1/3 + (2 − 3)²/4) = 77/36.
    expect(result.difference.standardError).toBeCloseTo(Math.sqrt(77 / 36), 12);
    expect(result.difference.df).toBe(3);
    expect(result.residualStandardDeviation).toBeCloseTo(Math.sqrt(7 / 3), 12);
  });

  it("reads both adjusted means at the mean baseline 2.5", () => {
    // Treated 8 + 1.5 · (2.5 − 2) = 8.75; reference 4 + 1.5 · (2.5 − 3) = 3.25.
    const { adjustedMeans } = ancova(people, spec);
    expect(adjustedMeans.map(({ arm }) => arm)).toEqual(["yes", "no"]);
    expect(adjustedMeans[0]!.estimate).toBeCloseTo(8.75, 12);
    expect(adjustedMeans[1]!.estimate).toBeCloseTo(3.25, 12);
  });

  it("tests equal slopes: 5/2 − 1/2 = 2", () => {
    const { equalSlopes } = ancova(people, spec);
    expect(equalSlopes!.estimate).toBeCloseTo(2, 12);
    expect(equalSlopes!.df).toBe(2);
  });

  it("has no test of equal slopes where nothing is left to estimate it from", () => {
    const few = { mentored: [1, 1, 0, 0], before: [1, 2, 2, 4], after: [6, 8, 3, 5] };
    expect(ancova(few, spec).equalSlopes).toBeNull();
  });
});

describe("laws of ancova", () => {
  const people = Array.from({ length: 30 }, (_, i) => ({
    mentored: i % 2,
    site: `S${i % 5}`,
    before: 40 + ((i * 7) % 11),
    after: 42 + ((i * 5) % 13) + 3 * (i % 2),
    age: 20 + ((i * 3) % 17),
    stage: ["action", "contemplation", "preparation"][(i * i) % 3]!,
  }));
  const spec = { outcome: "after", baseline: "before", arm: "mentored", covariates: ["age", "stage"] } as const;
  const plain = ancova(people, spec);

  it("the order of rows does not matter", () => {
    const turned = ancova([...people].reverse(), spec);
    expect(turned.difference.estimate).toBeCloseTo(plain.difference.estimate, 11);
    expect(turned.difference.standardError!).toBeCloseTo(plain.difference.standardError!, 11);
  });

  it("swapping the arms flips the sign", () => {
    const swapped = ancova(people, { ...spec, arm: { column: "mentored", treated: 0, reference: 1 } });
    expect(swapped.difference.estimate).toBeCloseTo(-plain.difference.estimate, 11);
    expect(swapped.equalSlopes!.estimate).toBeCloseTo(-plain.equalSlopes!.estimate, 11);
    expect(swapped.adjustedMeans[0]!.estimate).toBeCloseTo(plain.adjustedMeans[1]!.estimate, 11);
  });

  it("the adjusted means differ by the adjusted difference", () => {
    const [treated, reference] = plain.adjustedMeans;
    expect(treated!.estimate - reference!.estimate).toBeCloseTo(plain.difference.estimate, 11);
  });

  it("a covariate moved by a constant, or a baseline repeated among the covariates, changes nothing", () => {
    const moved = people.map((person) => ({ ...person, age: person.age + 1000 }));
    expect(ancova(moved, spec).difference.estimate).toBeCloseTo(plain.difference.estimate, 9);
    const repeated = ancova(people, { ...spec, covariates: ["before", "age", "stage"] });
    expect(repeated.difference).toEqual(plain.difference);
  });

  it("everyone twice keeps the difference and shrinks its classical variance by (n − p)/(2n − p)", () => {
    const twice = ancova([...people, ...people], spec);
    const p = plain.coefficients.length;
    expect(twice.difference.estimate).toBeCloseTo(plain.difference.estimate, 11);
    const ratio = (twice.difference.standardError! / plain.difference.standardError!) ** 2;
    expect(ratio).toBeCloseTo((30 - p) / (60 - p), 10);
  });

  it("everyone twice within their cluster leaves the CR0 variance as it is", () => {
    const clustered = { ...spec, cluster: "site", covariance: "CR0" } as const;
    const once = ancova(people, clustered).difference.standardError!;
    expect(ancova([...people, ...people], clustered).difference.standardError!).toBeCloseTo(once, 11);
  });

  it("a product of a covariate with the baseline is allowed", () => {
    const result = ancova(people, { ...spec, covariates: ["age", "age:before"] });
    expect(result.coefficients.map(({ name }) => name)).toContain("age × before");
  });

  it("leaves out and counts people at other arms and with missing values", () => {
    const more = [...people, { ...people[0]!, mentored: 2 }, { ...people[0]!, age: null }];
    const result = ancova(more, { ...spec, arm: { column: "mentored", treated: 1, reference: 0 } });
    expect(result.difference).toEqual(plain.difference);
    expect(result.dropped.reasons).toEqual([
      { reason: "missing", variable: "age", rows: 1 },
      { reason: "other-arm", variable: "mentored", rows: 1 },
    ]);
  });

  it("names few clusters and low degrees of freedom", () => {
    const { notes, cluster, clusters } = ancova(people, { ...spec, cluster: "site" });
    expect([cluster, clusters]).toEqual(["site", 5]);
    expect(notes.map(({ code }) => code)).toContain("few-clusters");
  });
});

describe("refusals of ancova", () => {
  const people = Array.from({ length: 12 }, (_, i) => ({
    mentored: i % 2,
    three: i % 3,
    before: (i * 7) % 11,
    after: (i * 5) % 13,
    double: 2 * ((i * 7) % 11),
    constant: 5,
    word: ["a", "b"][i % 2]!,
    line: 3 * ((i * 7) % 11) + (i % 2),
    one: "S1",
  }));
  const spec = { outcome: "after", baseline: "before", arm: "mentored" } as const;
  it.each([
    ["unknown-column", () => ancova(people, { ...spec, outcome: "afterr" })],
    ["unknown-column", () => ancova(people, { ...spec, covariates: ["nobody"] })],
    ["unknown-column", () => ancova(people, { ...spec, cluster: "nowhere" })],
    ["not-numeric", () => ancova(people, { ...spec, outcome: "word" })],
    ["not-numeric", () => ancova(people, { ...spec, baseline: "word" })],
    ["not-two-arms", () => ancova(people, { ...spec, arm: "three" })],
    ["unknown-level", () => ancova(people, { ...spec, arm: { column: "three", treated: 4, reference: 0 } })],
    ["collinear", () => ancova(people, { ...spec, covariates: ["double"] })],
    ["collinear", () => ancova(people, { ...spec, covariates: ["constant"] })],
    ["collinear", () => ancova(people, { ...spec, baseline: "constant" })],
    ["too-few-rows", () => ancova(people.slice(0, 3), spec)],
    ["no-variation", () => ancova(people, { ...spec, outcome: "constant" })],
    ["no-variation", () => ancova(people, { ...spec, outcome: "line" })],
    ["too-few-clusters", () => ancova(people, { ...spec, cluster: "mentored" })],
    ["one-cluster", () => ancova(people, { ...spec, cluster: "one" })],
    ["constant-column", () => ancova(people, { ...spec, covariates: ["one"] })],
    ["repeated-variable", () => ancova(people, { ...spec, covariates: ["after"] })],
    ["repeated-variable", () => ancova(people, { ...spec, covariates: ["mentored"] })],
    ["repeated-variable", () => ancova(people, { ...spec, baseline: "after" })],
    [
      "no-complete-rows",
      () =>
        ancova(
          people.map((p) => ({ ...p, before: null })),
          spec,
        ),
    ],
    [
      "one-arm",
      () =>
        ancova(
          people.map((p) => (p.mentored === 1 ? { ...p, before: null } : p)),
          spec,
        ),
    ],
    ["invalid-option", () => ancova(people, { ...spec, covariance: "CR2" })],
    ["invalid-option", () => ancova(people, { ...spec, covariance: "HC3", cluster: "three" })],
    ["invalid-option", () => ancova(people, { ...spec, level: 95 })],
    ["invalid-option", () => ancova(people, { ...spec, covariance: "robust" as "HC3" })],
    ["unknown-option", () => ancova(people, { ...spec, covariate: ["double"] } as typeof spec)],
  ])("%s", (code, call) => {
    expect(call).toThrowError(expect.objectContaining({ name: "KithpathError", code }));
  });
});
