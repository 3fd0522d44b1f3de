import fc from "fast-check";
import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import nist from "../../fixtures/regression/nist.json" with { type: "json" };
import { type LinearModel, type LinearModelSpec, linearModel } from "../../src/regression/index.ts";
import { expectClose } from "../support/witness.ts";

const people = clustered.data;
const both: LinearModelSpec = { outcome: "wellbeing", terms: ["mentored", "age"] };

function expectSame(actual: LinearModel, expected: LinearModel, rel = 1e-9): void {
  expected.coefficients.forEach((row, k) => {
    const other = actual.coefficients[k]!;
    expect(other.name).toBe(row.name);
    expectClose(other.estimate, row.estimate, { rel, abs: 1e-12 }, row.name);
    expectClose(other.standardError, row.standardError!, { rel, abs: 0 }, row.name);
    expectClose(other.pValue, row.pValue, { rel: 1e-7, abs: 0 }, row.name);
  });
}

describe("linearModel: by hand", () => {
  test("two groups: the intercept is the reference mean, the coefficient the difference", () => {
    // peer group 4, 6, 8 (mean 6), usual care 1, 2, 6 (mean 3); squares 8 + 14 = 22; σ² = 22/4 = 5.5; SE² = 5.5 · 2/3
    const model = linearModel(
      { connection: [4, 1, 6, 2, 8, 6], care: ["peer", "none", "peer", "none", "peer", "none"] },
      { outcome: "connection", terms: ["care"] },
    );
    const [intercept, peer] = model.coefficients;
    expectClose(intercept!.estimate, 3, { rel: 1e-14, abs: 0 });
    expectClose(peer!.estimate, 3, { rel: 1e-14, abs: 0 });
    expectClose(peer!.standardError, Math.sqrt(11 / 3), { rel: 1e-14, abs: 0 });
    expect([peer!.name, peer!.variable, peer!.reference, peer!.df]).toEqual(["care: peer", "care", "none", 4]);
    // total: mean 4.5, squares .25 + 12.25 + 2.25 + 6.25 + 12.25 + 2.25 = 35.5; R² = 13.5 / 35.5; F = 13.5 / 5.5 = t²
    expectClose(model.rSquared, 13.5 / 35.5, { rel: 1e-14, abs: 0 });
    expectClose(model.overallTest!.statistic, 13.5 / 5.5, { rel: 1e-13, abs: 0 });
    expectClose(peer!.statistic ** 2, 13.5 / 5.5, { rel: 1e-13, abs: 0 });
    expectClose(model.overallTest!.pValue, peer!.pValue, { rel: 1e-12, abs: 0 });
    expect(model.references).toEqual({ care: "none" });
  });

  test("no terms: the mean with its standard error, and no overall test", () => {
    const model = linearModel({ y: [1, 2, 6, 3] }, { outcome: "y", terms: [] });
    expectClose(model.coefficients[0]!.estimate, 3, { rel: 1e-14, abs: 0 });
    expectClose(model.coefficients[0]!.standardError, Math.sqrt(14 / 3 / 4), { rel: 1e-14, abs: 0 });
    expect(model.overallTest).toBeNull();
    expect(model.rSquared).toBeCloseTo(0, 14);
  });

  test("a constant added to an exposure of 1e6 leaves its slope and its standard error", () => {
    const age = people.age.map((value) => value + 1e6);
    const moved = linearModel({ ...people, age }, both);
    const still = linearModel(people, both);
    expectClose(moved.coefficients[2]!.estimate, still.coefficients[2]!.estimate, { rel: 1e-8, abs: 0 });
    expectClose(moved.coefficients[2]!.standardError, still.coefficients[2]!.standardError!, { rel: 1e-8, abs: 0 });
  });
});

describe("linearModel: what the result carries", () => {
  test("the ledger counts the rows left out, each under its first missing variable, and those of weight 0", () => {
    const model = linearModel(
      {
        y: [1, null, 3, 4, 7, 6, 5],
        x: [1, 2, null, 4, 5, 6, 8],
        w: [1, 1, 1, 0, 1, 2, 1],
      },
      { outcome: "y", terms: ["x"], weights: "w" },
    );
    expect(model.n).toBe(4);
    expect(model.dropped).toEqual({
      rowsIn: 7,
      rowsUsed: 4,
      reasons: [
        { reason: "missing", variable: "y", rows: 1 },
        { reason: "missing", variable: "x", rows: 1 },
        { reason: "zero-weight", variable: "w", rows: 1 },
      ],
    });
  });

  test("plain data that survive JSON, with the covariance in the order of the coefficients", () => {
    const model = linearModel(people, { ...both, cluster: "site" });
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect([model.covarianceType, model.cluster, model.clusters]).toEqual(["CR2", "site", 12]);
    model.coefficients.forEach((row, k) => {
      expectClose(model.covariance[k]![k]!, row.standardError! ** 2, { rel: 1e-14, abs: 0 });
    });
  });

  test("the level of the limits is the one asked for", () => {
    const narrow = linearModel(people, { ...both, level: 0.5 }).coefficients[1]!;
    const wide = linearModel(people, { ...both, level: 0.99 }).coefficients[1]!;
    expect([narrow.interval!.level, wide.interval!.level]).toEqual([0.5, 0.99]);
    expect(wide.interval!.lower!).toBeLessThan(narrow.interval!.lower!);
  });

  test("the Wald F of one term is the square of its t; CR2 has none", () => {
    for (const covariance of ["HC3", "CR1"] as const) {
      const cluster = covariance === "CR1" ? { cluster: "site" } : {};
      const model = linearModel(people, { outcome: "wellbeing", terms: ["age"], covariance, ...cluster });
      expect(model.overallTest!.method).toBe("Wald F");
      expectClose(model.overallTest!.statistic, model.coefficients[1]!.statistic ** 2, { rel: 1e-12, abs: 0 });
      expectClose(model.overallTest!.pValue, model.coefficients[1]!.pValue, { rel: 1e-10, abs: 0 });
    }
    expect(linearModel(people, { ...both, cluster: "site" }).overallTest).toBeNull();
  });

  test("few clusters, few degrees of freedom, exact fits and full leverage are noted", () => {
    const codes = (model: LinearModel) => model.notes.map((note) => note.code);
    expect(codes(linearModel(people, { ...both, cluster: "site", covariance: "CR1" }))).toEqual(["few-clusters"]);
    const rare = { ...people, rare: people.site.map((site) => Number(site <= 2)) };
    expect(codes(linearModel(rare, { outcome: "wellbeing", terms: ["rare"], cluster: "site" }))).toContain(
      "few-degrees-of-freedom",
    );
    const line = { x: [1, 2, 3, 4, 5], y: [0.1, 0.2, 0.3, 0.4, 0.5] };
    expect(codes(linearModel(line, { outcome: "y", terms: ["x"] }))).toEqual(["perfect-fit"]);
    const alone = { ...people, alone: people.site.map((site) => Number(site === 1)) };
    expect(codes(linearModel(alone, { outcome: "wellbeing", terms: ["alone", "age"], covariance: "HC3" }))).toEqual([
      "full-leverage",
    ]);
    expect(linearModel(people, both).notes).toEqual([]);
    expect(linearModel(people, { ...both, cluster: "site" }).notes).toEqual([]);
  });

  test("Filip's polynomial of degree 10: solved, and told to be nearly collinear; a polynomial of degree 2 is not", () => {
    const filip = nist.cases.find(({ name }) => name === "Filip")!;
    const powers = Array.from({ length: 10 }, (_, k) => [`x${k + 1}`, filip.x.map((x) => x ** (k + 1))]);
    const data = { y: filip.y, ...(Object.fromEntries(powers) as Record<string, number[]>) };
    const model = linearModel(data, { outcome: "y", terms: powers.map(([name]) => name as string) });
    model.coefficients.forEach(({ estimate }, k) => {
      expectClose(estimate, filip.estimate[k]!, { rel: 1e-7, abs: 0 });
    });
    expect(model.notes.map(({ code }) => code)).toEqual(["near-collinear"]);
    expect(linearModel(data, { outcome: "y", terms: ["x1", "x2"] }).notes).toEqual([]);
  });

  test("an estimate that rests on the only treated site is noted, the other terms are not", () => {
    const data = { ...people, treated: people.site.map((site) => Number(site === 7)) };
    for (const covariance of ["CR2", "CR1S"] as const) {
      const spec = { outcome: "wellbeing", terms: ["treated", "age"], cluster: "site", covariance };
      const note = linearModel(data, spec).notes.find(({ code }) => code === "cluster-fitted-exactly");
      expect(note?.text).toContain("treated:");
    }
    const effects = { ...people, place: people.site.map((site) => `site ${site}`) };
    const model = linearModel(effects, { outcome: "wellbeing", terms: ["place", "age"], cluster: "site" });
    const [listed] = model.notes.find(({ code }) => code === "cluster-fitted-exactly")!.text.split(": the estimate");
    expect(listed).toContain("place: site 2");
    expect(listed).not.toContain("age");
  });
});

describe("linearModel: laws", () => {
  const specs: LinearModelSpec[] = [
    both,
    { ...both, covariance: "HC3", weights: "weight" },
    { ...both, cluster: "site", weights: "weight" },
    { ...both, cluster: "site", covariance: "CR1S" },
  ];

  test("the order of rows changes nothing, nor does the way the data are given", () => {
    const order = fc.shuffledSubarray(
      people.site.map((_, row) => row),
      { minLength: people.site.length },
    );
    fc.assert(
      fc.property(order, fc.constantFrom(...specs), (rows, spec) => {
        const shuffled = rows.map((row) => ({
          wellbeing: people.wellbeing[row]!,
          mentored: people.mentored[row]!,
          age: people.age[row]!,
          weight: people.weight[row]!,
          site: people.site[row]!,
        }));
        expectSame(linearModel(shuffled, spec), linearModel(people, spec));
      }),
      { numRuns: 20 },
    );
  });

  test("weight 2 has the coefficients of the row twice", () => {
    const weight = people.site.map((_, row) => (row % 2) + 1);
    const rows = people.site.flatMap((_, row) => (weight[row] === 2 ? [row, row] : [row]));
    const take = (column: readonly number[]) => rows.map((row) => column[row]!);
    const repeated = { wellbeing: take(people.wellbeing), mentored: take(people.mentored), age: take(people.age) };
    const weighted = linearModel({ ...people, weight }, { ...both, weights: "weight" });
    linearModel(repeated, both).coefficients.forEach((row, k) => {
      expectClose(weighted.coefficients[k]!.estimate, row.estimate, { rel: 1e-12, abs: 0 });
    });
  });

  test("everybody twice in their own cluster: CR0 stays, classical variances shrink by (n − p) / (2n − p)", () => {
    const id = people.site.map((_, row) => row);
    const twice = (column: readonly number[]) => [...column, ...column];
    const doubled = {
      wellbeing: twice(people.wellbeing),
      mentored: twice(people.mentored),
      age: twice(people.age),
      id: twice(id),
    };
    const cr0: LinearModelSpec = { ...both, cluster: "id", covariance: "CR0" };
    const once = linearModel({ ...people, id }, cr0);
    const again = linearModel(doubled, cr0);
    const plain = linearModel(people, both);
    const naive = linearModel(doubled, both);
    const n = people.site.length;
    for (let k = 0; k < 3; k++) {
      expectClose(again.covariance[k]![k]!, once.covariance[k]![k]!, { rel: 1e-11, abs: 0 });
      expectClose(naive.covariance[k]![k]!, (plain.covariance[k]![k]! * (n - 3)) / (2 * n - 3), { rel: 1e-11, abs: 0 });
    }
  });

  test("an outcome in other units: estimates scale, tests stay; a constant moves the intercept only", () => {
    fc.assert(
      fc.property(fc.constantFrom(...specs), fc.constantFrom(1e-100, 0.1, 1e6, 1e100), (spec, unit) => {
        const still = linearModel(people, spec);
        const scaled = linearModel({ ...people, wellbeing: people.wellbeing.map((y) => y * unit) }, spec);
        const moved = linearModel({ ...people, wellbeing: people.wellbeing.map((y) => y + 100) }, spec);
        still.coefficients.forEach((row, k) => {
          expectClose(scaled.coefficients[k]!.estimate / unit, row.estimate, { rel: 1e-9, abs: 1e-12 });
          expectClose(scaled.coefficients[k]!.pValue, row.pValue, { rel: 1e-8, abs: 0 });
          expectClose(moved.coefficients[k]!.estimate, row.estimate + (k === 0 ? 100 : 0), { rel: 1e-9, abs: 1e-12 });
          expectClose(moved.coefficients[k]!.standardError, row.standardError!, { rel: 1e-9, abs: 0 });
        });
      }),
      { numRuns: 16 },
    );
  });

  test("the names of levels do not matter beyond which is the reference", () => {
    const arm = (names: [string, string]) => people.mentored.map((value) => names[value]!);
    const first = linearModel({ ...people, arm: arm(["a", "b"]) }, { outcome: "wellbeing", terms: ["arm", "age"] });
    const other = linearModel({ ...people, arm: arm(["z", "b"]) }, { outcome: "wellbeing", terms: ["arm", "age"] });
    expectClose(other.coefficients[1]!.estimate, -first.coefficients[1]!.estimate, { rel: 1e-11, abs: 0 });
    expect([first.coefficients[1]!.reference, other.coefficients[1]!.reference]).toEqual(["a", "b"]);
  });
});

describe("linearModel: refusals", () => {
  const data = {
    y: [1, 2, 6, 3, 5, 4],
    x: [1, 2, 3, 4, 5, 7],
    z: [2, 4, 6, 8, 10, 14],
    g: ["a", "b", "a", "b", "a", "b"],
    one: ["only", "only", "only", "only", "only", "only"],
    w: [1, 1, -1, 1, 1, 1],
    c: [3, 3, 3, 3, 3, 3],
    none: [null, null, null, null, null, null],
  };
  const cases: [string, string, object][] = [
    ["collinear", "a term that is twice another", { outcome: "y", terms: ["x", "z"] }],
    ["collinear", "a constant beside the intercept", { outcome: "y", terms: ["c"] }],
    ["collinear", "the same term twice", { outcome: "y", terms: ["x", "x"] }],
    ["too-few-rows", "as many coefficients as rows", { outcome: "y", terms: ["x", "g", "x:g", "w", "x:w"] }],
    ["constant-outcome", "an outcome of one value", { outcome: "c", terms: ["x"] }],
    ["constant-column", "a category of one level", { outcome: "y", terms: ["one"] }],
    ["negative-weight", "a negative weight", { outcome: "y", terms: ["x"], weights: "w" }],
    ["not-numeric", "text as the outcome", { outcome: "g", terms: ["x"] }],
    ["not-numeric", "text as weights", { outcome: "y", terms: ["x"], weights: "g" }],
    ["no-complete-rows", "a term that is always missing", { outcome: "y", terms: ["none"] }],
    ["unknown-column", "a term that is not there", { outcome: "y", terms: ["age"] }],
    ["unknown-column", "a cluster that is not there", { outcome: "y", terms: ["x"], cluster: "site" }],
    ["one-cluster", "one cluster", { outcome: "y", terms: ["x"], cluster: "one" }],
    ["unknown-option", "a misspelt option", { outcome: "y", terms: ["x"], clusters: "g" }],
    ["invalid-option", "a level in percent", { outcome: "y", terms: ["x"], level: 95 }],
    ["invalid-option", "an unknown covariance", { outcome: "y", terms: ["x"], covariance: "HC9" }],
    [
      "invalid-option",
      "a covariance that ignores the cluster",
      { outcome: "y", terms: ["x"], covariance: "HC3", cluster: "g" },
    ],
    ["invalid-option", "terms that are no list", { outcome: "y", terms: "x" }],
    ["invalid-option", "no outcome", { terms: ["x"] }],
    ["cluster-needed", "CR2 without a cluster", { outcome: "y", terms: ["x"], covariance: "CR2" }],
    ["too-few-clusters", "one treated site against one other", { outcome: "y", terms: ["g"], cluster: "g" }],
    ["too-few-clusters", "the same with CR1", { outcome: "y", terms: ["g"], cluster: "g", covariance: "CR1" }],
    ["outcome-among-terms", "the outcome among the terms", { outcome: "y", terms: ["x", "y"] }],
  ];

  test.each(cases)("%s: %s", (code, _, spec) => {
    expect(() => linearModel(data, spec as LinearModelSpec)).toThrow(expect.objectContaining({ code }));
  });

  test("collinear names the columns, a negative weight its row", () => {
    expect(() => linearModel(data, { outcome: "y", terms: ["x", "z"] })).toThrow(/"z"/);
    expect(() => linearModel(data, { outcome: "y", terms: ["x"], weights: "w" })).toThrow(/row 3, column "w"/);
  });

  test("an exact fit without any residual has no standard error to report", () => {
    const exact = { y: [1, 0, 0, 0, 0], x: [1, 0, 0, 0, 0] };
    let code = "";
    try {
      code = linearModel(exact, { outcome: "y", terms: ["x"] }).notes.map((note) => note.code)[0] ?? "none";
    } catch (error) {
      code = (error as { code: string }).code;
    }
    expect(code).toBe("perfect-fit");
  });
});
