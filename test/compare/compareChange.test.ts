import { describe, expect, it } from "vitest";
import { ancova, type CompareChangeSpec, compareChange, pairedT, standardizedChange } from "../../src/compare/index.ts";
import { toTable } from "../../src/table.ts";

const people = Array.from({ length: 40 }, (_, i) => ({
  mentored: i % 2,
  site: `S${i % 8}`,
  before: 40 + ((i * 7) % 11),
  after: 42 + ((i * 5) % 13) + 3 * (i % 2),
  age: 20 + ((i * 3) % 17),
}));
const spec = { before: "before", after: "after", better: "higher" } as const;
const twoArms = { ...spec, arm: "mentored", covariates: ["age"] } as const;
const codes = (notes: readonly { readonly code: string }[]) => notes.map(({ code }) => code);

describe("compareChange by hand", () => {
  // Treated: before 1, 2, 3, after 6, 7, 11: changes 5, 5, 8, mean 6. Reference: before 2, 3, 4, after 3, 5, 4:
  // changes 1, 2, 0, mean 1. Difference of changes 5; of means after 8 − 4 = 4; adjusted 5.5 (see ancova).
  const six = {
    arm: ["yes", "yes", "yes", "no", "no", "no"],
    before: [1, 2, 3, 2, 3, 4],
    after: [6, 7, 11, 3, 5, 4],
  };
  const result = compareChange(six, { ...spec, arm: "arm", minimalImportantChange: 2 });

  it("puts the three differences side by side", () => {
    expect(result.adjusted!.estimate).toBeCloseTo(5.5, 12);
    expect(result.changeScore!.estimate).toBeCloseTo(5, 12);
    expect(result.unadjustedAfter!.estimate).toBeCloseTo(4, 12);
  });

  it("gives the change score the t test of two equal variances", () => {
    // Squared deviations 6 and 2: pooled variance 8/4 = 2, SE √(2 · 2/3).
    expect(result.changeScore!.standardError).toBeCloseTo(Math.sqrt(4 / 3), 12);
    expect(result.changeScore!.df).toBe(4);
  });

  it("gives each arm its mean change, treated first", () => {
    expect(result.groups.map(({ arm, n, change }) => [arm, n, change.estimate])).toEqual([
      ["yes", 3, 6],
      ["no", 3, 1],
    ]);
  });

  it("standardizes by the pooled standard deviation before, which is 1", () => {
    expect(result.standardizedAdjusted!.estimate).toBeCloseTo(5.5, 12);
    expect(result.baselineDifference).toBeCloseTo(-1, 12);
  });

  it("counts responders: 3 of 3 changed by 2 or more against 1 of 3", () => {
    expect(result.responders!.groups.map(({ count, n }) => [count, n])).toEqual([
      [3, 3],
      [1, 3],
    ]);
    expect(result.responders!.riskDifference!.estimate).toBeCloseTo(2 / 3, 14);
    expect(result.responders!.riskDifference!.interval!.method).toBe("Newcombe hybrid score");
  });

  it("notes the small groups and the different start", () => {
    expect(codes(result.notes)).toEqual(expect.arrayContaining(["small-sample", "baseline-difference"]));
  });
});

describe("compareChange puts the parts of the stage together", () => {
  it("a single group has the paired t test, no contrasts, and the note on regression to the mean", () => {
    const result = compareChange(people, spec);
    const columns = { before: people.map((p) => p.before), after: people.map((p) => p.after) };
    const paired = pairedT(columns);
    expect(result.groups).toHaveLength(1);
    expect(result.groups[0]!.arm).toBeNull();
    expect(result.groups[0]!.change.pValue).toBe(paired.pValue);
    expect(result.groups[0]!.standardizedChange.dz).toEqual(standardizedChange(columns).dz);
    expect([result.arm, result.adjusted, result.changeScore, result.unadjustedAfter]).toEqual([null, null, null, null]);
    expect([result.standardizedAdjusted, result.baselineDifference, result.equalSlopes]).toEqual([null, null, null]);
    expect(result.responders).toBeNull();
    expect(codes(result.notes)).toContain("regression-to-the-mean");
    expect(result.method).toBe("change (after − before) by paired t test");
  });

  it("two arms have the adjusted difference of ancova", () => {
    const result = compareChange(people, twoArms);
    const adjusted = ancova(people, { outcome: "after", baseline: "before", arm: "mentored", covariates: ["age"] });
    expect(result.adjusted).toEqual(adjusted.difference);
    expect(codes(result.notes)).not.toContain("regression-to-the-mean");
  });

  it("all rows of the comparison come from the same people: one missing covariate leaves a person out of every row", () => {
    const holed = people.map((person, i) => (i === 3 ? { ...person, age: null } : person));
    const without = people.filter((_, i) => i !== 3);
    const result = compareChange(holed, twoArms);
    const { dropped, ...rest } = compareChange(without, twoArms);
    expect({ ...result, dropped }).toEqual({ ...rest, dropped });
    expect(result.dropped.reasons).toEqual([{ reason: "missing", variable: "age", rows: 1 }]);
  });

  it("a cluster changes every standard error and takes the limits off the standardized changes", () => {
    const plain = compareChange(people, { ...twoArms, minimalImportantChange: 3 });
    const clustered = compareChange(people, { ...twoArms, cluster: "site", minimalImportantChange: 3 });
    expect(clustered.covariance).toBe("CR2");
    expect([clustered.cluster, clustered.clusters]).toEqual(["site", 8]);
    for (const name of ["adjusted", "changeScore", "unadjustedAfter", "standardizedAdjusted"] as const) {
      expect(clustered[name]!.estimate).toBeCloseTo(plain[name]!.estimate, 11);
      expect(clustered[name]!.standardError).not.toBeCloseTo(plain[name]!.standardError!, 6);
    }
    expect(clustered.groups[0]!.change.standardError).not.toBeCloseTo(plain.groups[0]!.change.standardError!, 6);
    expect(clustered.groups[0]!.clusters).toBe(4);
    expect(clustered.groups[0]!.standardizedChange.dz.interval).toBeNull();
    expect(clustered.responders!.groups[0]!.interval).toBeNull();
    expect(clustered.responders!.riskDifference!.interval!.method).toBe("t");
    expect(codes(clustered.notes)).toEqual(expect.arrayContaining(["few-clusters", "standardized-without-limits"]));
  });

  it("the level is the one asked for, everywhere", () => {
    const result = compareChange(people, { ...twoArms, level: 0.9, minimalImportantChange: 3 });
    const intervals = [
      result.adjusted!.interval,
      result.changeScore!.interval,
      result.unadjustedAfter!.interval,
      result.standardizedAdjusted!.interval,
      result.responders!.riskDifference!.interval,
      ...result.responders!.groups.map(({ interval }) => interval),
      ...result.groups.flatMap((g) => [g.change.interval, g.standardizedChange.dz.interval]),
    ];
    expect(new Set(intervals.map((interval) => interval!.level))).toEqual(new Set([0.9]));
  });

  it("notes where the difference depends on the baseline", () => {
    const steep = people.map((person) => ({
      ...person,
      after: person.mentored === 1 ? 100 - person.before + (person.age % 3) : person.before + (person.age % 3),
    }));
    expect(codes(compareChange(steep, twoArms).notes)).toContain("unequal-slopes");
  });

  it("responders of a scale where lower is better fell by the important change; rounding does not hide one", () => {
    const result = compareChange(
      { before: [38.1, 20, 20, 20.5], after: [35.1, 17, 23, 20] },
      { ...spec, better: "lower", minimalImportantChange: 3 },
    );
    expect(result.responders!.groups).toMatchObject([{ arm: null, count: 2, n: 4, proportion: 0.5 }]);
    expect(result.responders!.riskDifference).toBeNull();
  });

  it("takes rows, columns and a table, and gives plain data without NaN", () => {
    const fromRows = compareChange(people, twoArms);
    const columns = Object.fromEntries(Object.keys(people[0]!).map((k) => [k, people.map((p) => p[k as "before"])]));
    expect(compareChange(columns, twoArms)).toEqual(fromRows);
    expect(compareChange(toTable(people), twoArms)).toEqual(fromRows);
    expect(JSON.parse(JSON.stringify(fromRows))).toEqual(fromRows);
    expect(JSON.stringify(fromRows)).not.toContain("NaN");
  });
});

describe("laws of compareChange", () => {
  const plain = compareChange(people, twoArms);

  it("a constant added before and after leaves every difference alone", () => {
    const moved = compareChange(
      people.map((p) => ({ ...p, before: p.before + 100, after: p.after + 100 })),
      twoArms,
    );
    for (const name of ["adjusted", "changeScore", "unadjustedAfter"] as const) {
      expect(moved[name]!.estimate).toBeCloseTo(plain[name]!.estimate, 10);
      expect(moved[name]!.pValue).toBeCloseTo(plain[name]!.pValue, 10);
    }
    expect(moved.groups[0]!.change.estimate).toBeCloseTo(plain.groups[0]!.change.estimate, 11);
  });

  it("the order of people does not matter, with clusters neither", () => {
    for (const settings of [twoArms, { ...twoArms, cluster: "site" }] as CompareChangeSpec[]) {
      const forward = compareChange(people, settings);
      const backward = compareChange([...people].reverse(), settings);
      expect(backward.adjusted!.estimate).toBeCloseTo(forward.adjusted!.estimate, 10);
      expect(backward.adjusted!.standardError!).toBeCloseTo(forward.adjusted!.standardError!, 10);
      expect(backward.adjusted!.df!).toBeCloseTo(forward.adjusted!.df!, 8);
    }
  });

  it("swapping the arms flips every difference and swaps the groups", () => {
    const swapped = compareChange(people, { ...twoArms, arm: { column: "mentored", treated: 0, reference: 1 } });
    for (const name of ["adjusted", "changeScore", "unadjustedAfter"] as const) {
      expect(swapped[name]!.estimate).toBeCloseTo(-plain[name]!.estimate, 11);
      expect(swapped[name]!.pValue).toBeCloseTo(plain[name]!.pValue, 11);
    }
    expect(swapped.groups.map(({ arm }) => arm)).toEqual(["0", "1"]);
  });

  it("reversing time in one group flips its change", () => {
    const forward = compareChange(people, spec).groups[0]!.change;
    const backward = compareChange(people, { before: "after", after: "before", better: "higher" }).groups[0]!.change;
    expect(backward.estimate).toBeCloseTo(-forward.estimate, 12);
    expect(backward.pValue).toBeCloseTo(forward.pValue, 12);
  });

  it("turning the scale round flips the signs and keeps the responders", () => {
    const important = { ...twoArms, minimalImportantChange: 3 };
    const turned = compareChange(
      people.map((p) => ({ ...p, before: -p.before, after: -p.after })),
      { ...important, better: "lower" },
    );
    expect(turned.adjusted!.estimate).toBeCloseTo(-plain.adjusted!.estimate, 11);
    expect(turned.responders).toEqual(compareChange(people, important).responders);
  });

  it("a cluster of one person each gives nearly HC2: the same adjusted standard error", () => {
    const own = people.map((person, i) => ({ ...person, own: `P${i}` }));
    const single = compareChange(own, { ...twoArms, cluster: "own" });
    const hc2 = compareChange(own, { ...twoArms, covariance: "HC2" });
    expect(single.adjusted!.standardError!).toBeCloseTo(hc2.adjusted!.standardError!, 10);
  });
});

describe("refusals of compareChange", () => {
  const three = people.map((person, i) => ({ ...person, three: ["a", "b", "c"][i % 3]!, word: "x", flat: 7 }));
  const loose = (more: object) => () => compareChange(three, { ...twoArms, ...more });
  it.each([
    ["unknown-column", loose({ before: "wellbeing" })],
    ["unknown-column", loose({ covariates: ["nobody"] })],
    ["not-numeric", loose({ after: "word" })],
    ["not-two-arms", loose({ arm: "three" })],
    ["not-two-arms", loose({ arm: "flat" })],
    ["repeated-variable", loose({ after: "before" })],
    ["repeated-variable", loose({ covariates: ["after"] })],
    ["repeated-variable", loose({ arm: "before" })],
    ["collinear", loose({ covariates: ["flat"] })],
    ["collinear", loose({ covariates: ["age", "age"] })],
    [
      "no-variation",
      () => compareChange({ a: [1, 2, 3], b: [2, 3, 4] }, { before: "a", after: "b", better: "higher" }),
    ],
    ["too-few-rows", () => compareChange({ a: [1, null], b: [2, 3] }, { before: "a", after: "b", better: "higher" })],
    ["too-few-rows", () => compareChange(people.slice(0, 3), { ...spec, arm: "mentored" })],
    [
      "no-complete-rows",
      () => compareChange({ a: [null, 1], b: [2, null] }, { before: "a", after: "b", better: "lower" }),
    ],
    ["one-cluster", loose({ cluster: "word" })],
    ["covariates-without-arm", () => compareChange(people, { ...spec, covariates: ["age"] })],
    ["invalid-option", loose({ better: "up" })],
    ["invalid-option", loose({ better: undefined })],
    ["invalid-option", loose({ minimalImportantChange: -3 })],
    ["invalid-option", loose({ cluster: "site", covariance: "classical" })],
    ["invalid-option", loose({ covariance: "CR2" })],
    ["unknown-option", loose({ clusters: "site" })],
    ["not-data", () => compareChange(null as never, spec)],
  ])("%s", (code, call) => {
    expect(call).toThrowError(expect.objectContaining({ name: "KithpathError", code }));
  });
});
