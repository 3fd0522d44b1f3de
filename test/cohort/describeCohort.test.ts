import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type BaselineRow, defineStudy, describeCohort, parseCohort, toCohort } from "../../src/cohort/index.ts";
import { differenceOfCategories, differenceOfMeans } from "../../src/cohort/standardizedDifference.ts";
import { expectClose, sharedIsPresent, sharedText } from "../support/witness.ts";
import { refusal } from "./refusal.ts";

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", path), "utf8");
const tight = { rel: 1e-12, abs: 1e-14 };

const columns = {
  id: ["a", "b", "c", "d", "e", "f", "g", "h"],
  mentored: [1, 1, 1, 1, 0, 0, 0, 0],
  score: [1, 3, 5, 7, 2, 2, 4, 4],
  female: [1, 1, 1, 0, 1, 0, 0, 0],
  kind: ["a", "a", "b", "c", "a", "b", "b", "c"],
  sex: ["f", "f", "f", "m", "f", "m", "m", "m"],
  after: [2, 4, null, 8, 3, null, null, 5],
  status: ["seen", "seen", "died", "seen", "seen", "lost", null, "seen"],
};
const definition = {
  title: "Eight people",
  design: "two-arm-randomised",
  id: "id",
  arm: { column: "mentored", treated: 1, reference: 0, label: { treated: "mentored", reference: "usual" } },
  covariates: ["female", "kind", "sex"],
  waves: [
    { name: "end", month: 6, variables: ["after"], status: "status" },
    { name: "start", month: 0, variables: ["score"] },
  ],
  compare: [{ outcome: "Score", before: "score", after: "after", better: "higher" }],
  labels: { score: "Score at the start" },
};
const describeEight = (data: object = columns, study: object = definition) =>
  describeCohort(toCohort(data as typeof columns, { id: "id" }), defineStudy(study));
const rowsOf = (baseline: readonly BaselineRow[], variable: string) =>
  baseline.filter((row) => row.variable === variable);

describe("describeCohort, by hand on eight people", () => {
  const { flow, attrition, baseline, n, dropped } = describeEight();

  test("a number: means 4 and 3, variances 20/3 and 4/3, so (4 − 3) / √4 = 0.5", () => {
    const [row] = rowsOf(baseline, "score");
    expect(row).toMatchObject({
      label: "Score at the start",
      level: null,
      type: "number",
      groups: [
        { arm: "mentored", n: 4, missing: 0, mean: 4 },
        { arm: "usual", n: 4, missing: 0, mean: 3 },
      ],
    });
    expectClose(row!.standardizedDifference, 0.5, tight);
    expectClose(row!.groups[0]!.sd!, Math.sqrt(20 / 3), tight);
  });

  test("a number of 0 and 1: 3/4 against 1/4, so (1/2) / √(3/16) = 2/√3", () => {
    const [row, none] = rowsOf(baseline, "female");
    expect(none).toBeUndefined();
    expect(row).toMatchObject({
      level: null,
      type: "category",
      groups: [{ count: 3, proportion: 0.75 }, { count: 1 }],
    });
    expectClose(row!.standardizedDifference, 2 / Math.sqrt(3), tight);
  });

  test("two levels: the same distance with the sign of each level", () => {
    const [f, m] = rowsOf(baseline, "sex");
    expect([f!.level, m!.level]).toEqual(["f", "m"]);
    expectClose(f!.standardizedDifference, 2 / Math.sqrt(3), tight);
    expectClose(m!.standardizedDifference, -2 / Math.sqrt(3), tight);
  });

  test("three levels: (1/2, 1/4, 1/4) against (1/4, 1/2, 1/4) are √(4/11) apart", () => {
    // without the first level: gap (−1/4, 0); S = [7/32, −3/32; −3/32, 6/32]; gap′S⁻¹gap = (1/16)(6/32) / (33/1024) = 4/11
    const rows = rowsOf(baseline, "kind");
    expect(rows.map((row) => row.groups.map(({ count }) => count))).toEqual([
      [2, 1],
      [1, 2],
      [1, 1],
    ]);
    expectClose(rows[0]!.standardizedDifference, Math.sqrt(4 / 11), tight);
    expect(rows.slice(1).map((row) => row.standardizedDifference)).toEqual([null, null]);
  });

  test("the flow: waves in order of time, who was seen, and why the others were not", () => {
    expect(flow.arms.map(({ label, total }) => [label, total])).toEqual([
      ["mentored", 4],
      ["usual", 4],
    ]);
    expect(flow.arms[0]!.waves).toEqual([
      { name: "start", month: 0, observed: 4, missing: [] },
      { name: "end", month: 6, observed: 3, missing: [{ reason: "died", n: 1 }] },
    ]);
    expect(flow.arms[1]!.waves[1]).toEqual({
      name: "end",
      month: 6,
      observed: 2,
      missing: [
        { reason: "lost", n: 1 },
        { reason: "not observed", n: 1 },
      ],
    });
    expect(attrition[1]!.groups.map(({ missing, proportion }) => [missing, proportion])).toEqual([
      [1, 0.25],
      [2, 0.5],
    ]);
    expect(attrition[1]!.difference).toBe(-0.25);
    expect([n, dropped.rowsUsed, dropped.reasons, flow.excluded]).toEqual([8, 8, [], []]);
  });

  test("people of a third arm, or of none, are left out and counted", () => {
    const { n, dropped, flow } = describeEight({ ...columns, mentored: [1, 1, 1, 2, 0, 0, 0, null] });
    expect(n).toBe(6);
    expect(dropped.reasons).toEqual([
      { reason: "missing", variable: "mentored", rows: 1 },
      { reason: "other-arm", variable: "mentored", rows: 1 },
    ]);
    expect(flow.excluded).toEqual([
      { reason: "missing", n: 1 },
      { reason: "other-arm", n: 1 },
    ]);
  });

  test("one arm: everyone, without differences", () => {
    const { arm: _, ...rest } = definition;
    const single = describeEight(columns, { ...rest, design: "single-arm" });
    expect(single.flow.arms.map(({ label, total }) => [label, total])).toEqual([["everyone", 8]]);
    expect(single.baseline.every((row) => row.standardizedDifference === null && row.groups.length === 1)).toBe(true);
    expect(single.attrition[1]!.difference).toBeNull();
  });

  test("missing baseline values are counted, not filled", () => {
    const { baseline } = describeEight({ ...columns, score: [1, null, 5, 7, 2, 2, 4, 4] });
    expect(rowsOf(baseline, "score")[0]!.groups[0]).toMatchObject({ n: 3, missing: 1 });
  });
});

describe("describeCohort obeys", () => {
  const reversed = Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, [...cells].reverse()]));

  test("the order of rows changes nothing", () => {
    const [one, other] = [describeEight(), describeEight(reversed)];
    expect(other.flow).toEqual(one.flow);
    other.baseline.forEach((row, index) => {
      const expected = one.baseline[index]!.standardizedDifference;
      if (expected === null) expect(row.standardizedDifference).toBeNull();
      else expectClose(row.standardizedDifference, expected, tight);
    });
  });

  test("exchanging the arms turns the sign; another unit changes nothing", () => {
    const turned = describeEight(columns, { ...definition, arm: { column: "mentored", treated: 0, reference: 1 } });
    expectClose(rowsOf(turned.baseline, "score")[0]!.standardizedDifference, -0.5, tight);
    const scaled = describeEight({ ...columns, score: columns.score.map((value) => 10 * value + 7) });
    expectClose(rowsOf(scaled.baseline, "score")[0]!.standardizedDifference, 0.5, tight);
  });

  test("two categories by the distance equal two categories by the proportion, but for the sign", () => {
    expectClose(differenceOfCategories([0.25, 0.75], [0.75, 0.25]), 2 / Math.sqrt(3), tight);
  });

  test("the distance does not depend on which category is left out", () => {
    const one = differenceOfCategories([0.2, 0.3, 0.5], [0.4, 0.4, 0.2])!;
    expectClose(differenceOfCategories([0.5, 0.2, 0.3], [0.2, 0.4, 0.4]), one, tight);
  });

  test("what does not exist is null, never infinite: nothing varies, or nobody is there", () => {
    expect(differenceOfMeans([1, 1], [2, 2])).toBeNull();
    expect(differenceOfMeans([1, 1], [1, 1])).toBe(0);
    expect(differenceOfMeans([1], [1, 2])).toBeNull();
    expect(differenceOfCategories([1, 0, 0], [0, 1, 0])).toBeNull();
    const empty = describeEight({ ...columns, score: [null, null, null, null, 2, 2, 4, 4], after: columns.score });
    expect(rowsOf(empty.baseline, "score")[0]).toMatchObject({
      standardizedDifference: null,
      groups: [{ n: 0 }, { n: 4 }],
    });
    expect(JSON.stringify(empty)).not.toMatch(/NaN|Infinity/);
  });

  test("a study that does not fit is refused", () => {
    const study = { ...definition, covariates: ["agee"] };
    expect(refusal(() => describeEight(columns, study)).code).toBe("study-does-not-fit");
  });
});

describe("describeCohort agrees with R 4.2.2 on the simulated cohort", () => {
  const witness = JSON.parse(fixture("cohort/baseline.json")) as {
    means: Record<string, number>;
    proportions: Record<string, number>;
    categories: Record<string, number>;
    age: Record<"treated" | "reference", { mean: number; sd: number }>;
    flow: Record<
      "treated" | "reference",
      { total: number; month6: number; month12: number; reasons12: Record<string, number> }
    >;
  };
  const cohort = parseCohort(fixture("cohorts/cohort.csv"), { id: "id" });
  const { means, proportions, categories } = witness;
  const description = describeCohort(
    cohort,
    defineStudy({
      title: "Witness",
      design: "two-arm-observational",
      id: "id",
      arm: { column: "mentored", treated: 1, reference: 0 },
      covariates: [...Object.keys(means), ...Object.keys(proportions), ...Object.keys(categories)],
      waves: [
        { name: "6", month: 6, variables: ["recovery_support_6"] },
        { name: "12", month: 12, variables: ["wellbeing_12"], status: "status_12" },
      ],
      compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "wellbeing_12", better: "higher" }],
    }),
  );

  test.each(Object.entries({ ...means, ...proportions, ...categories }))(
    "standardised difference of %s",
    (name, value) => {
      expectClose(
        rowsOf(description.baseline, name)[0]!.standardizedDifference,
        value,
        { rel: 1e-12, abs: 1e-14 },
        name,
      );
    },
  );

  test("means and standard deviations of age", () => {
    const [treated, reference] = rowsOf(description.baseline, "age")[0]!.groups;
    for (const [group, expected] of [
      [treated!, witness.age.treated],
      [reference!, witness.age.reference],
    ] as const) {
      expectClose(group.mean!, expected.mean, tight);
      expectClose(group.sd!, expected.sd, tight);
    }
  });

  test("the flow by arm, wave and reason", () => {
    description.flow.arms.forEach((arm, index) => {
      const expected = [witness.flow.treated, witness.flow.reference][index]!;
      expect(arm.total).toBe(expected.total);
      expect(arm.waves.map(({ observed }) => observed)).toEqual([expected.month6, expected.month12]);
      const reasons = Object.fromEntries(arm.waves[1]!.missing.map(({ reason, n }) => [reason, n]));
      expect(reasons).toEqual(expected.reasons12);
    });
  });

  test("the study shipped with the cohort is defined, fits and is described", () => {
    const study = defineStudy(JSON.parse(fixture("cohorts/study.json")));
    expect(describeCohort(cohort, study).baseline.length).toBeGreaterThan(5);
  });
});

describe.skipIf(!sharedIsPresent)("the HELP trial (skipped where it is absent)", () => {
  test("235 people in each arm; 119 and 135 of them seen at six months", () => {
    const help = parseCohort(sharedText("data/help/help-wide.csv"), { id: "id" });
    const study = defineStudy({
      title: "HELP",
      design: "two-arm-randomised",
      id: "id",
      arm: { column: "group", treated: 1, reference: 0 },
      waves: [{ name: "six months", month: 6, variables: ["peer_any_6"] }],
      compare: [{ outcome: "Mental health", before: "mcs_0", after: "mcs_12", better: "higher" }],
    });
    const { flow } = describeCohort(help, study);
    expect(flow.arms.map(({ total, waves }) => [total, waves[0]!.observed])).toEqual([
      [235, 135],
      [235, 119],
    ]);
  });
});
