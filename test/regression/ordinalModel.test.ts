import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/ordinal.json" with { type: "json" };
import { fitGeneralizedLinear } from "../../src/_models/glm.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { type OrdinalModelSpec, ordinalModel } from "../../src/regression/ordinalModel.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const file = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const cut = (at: number[]) => (value: number | string | null) =>
  value === null ? null : 1 + at.filter((limit) => Number(value) > limit).length;
const cohort = {
  ...file,
  three: file.wellbeing_12!.map(cut(reference.cuts.three)),
  five: file.wellbeing_12!.map(cut(reference.cuts.five)),
  times: file.readmissions!.map((value) => Math.min(Number(value), 3)),
};

describe.each(reference.cases)("ordinalModel: R agrees on the simulated cohort: $name", (c) => {
  const model = ordinalModel(cohort, { outcome: c.outcome, terms: [c.terms].flat() });
  const estimates = [...model.coefficients, ...model.thresholds];
  const { result } = c;
  const near = { rel: 1e-9, abs: 1e-11 };

  test("the polished maximum: estimates, standard errors, covariance, likelihood ratio", () => {
    expect(model.n).toBe(result.n);
    expectClose(model.logLikelihood, result.logLikelihood, { rel: 1e-12, abs: 0 });
    expectClose(model.overallTest!.statistic, result.overall, { rel: 1e-10, abs: 0 });
    const wanted = [result.estimate, result.thresholds].flat();
    expect(estimates.length).toBe(wanted.length);
    estimates.forEach((row, k) => {
      expectClose(row.estimate, wanted[k]!, near, `estimate ${k}`);
      expectClose(row.standardError, result.standardError[k]!, near, `standard error ${k}`);
      result.covariance[k]!.forEach((value, j) => {
        expectClose(model.covariance[k]![j]!, value, { rel: 1e-7, abs: 1e-10 }, `covariance ${k} ${j}`);
      });
    });
  });

  test("polr with its optimiser tightened", () => {
    expectClose(model.logLikelihood, result.polr.logLikelihood, { rel: 1e-9, abs: 0 });
    estimates.forEach((row, k) => {
      expectClose(row.estimate, result.polr.estimate[k]!, { rel: 1e-6, abs: 1e-7 }, `estimate ${k}`);
      expectClose(row.standardError, result.polr.standardError[k]!, { rel: 1e-6, abs: 0 }, `standard error ${k}`);
    });
  });
});

describe("ordinalModel: by hand", () => {
  test("no terms: the thresholds are the log odds of the cumulative shares", () => {
    // 2, 1 and 5 of 8: 2/6 and 3/5; the first with variance 8/(2·6), the second 8/(3·5)
    const model = ordinalModel({ mood: [1, 1, 2, 3, 3, 3, 3, 3] }, { outcome: "mood", terms: [] });
    const [first, second] = model.thresholds;
    const near = { rel: 1e-12, abs: 0 };
    expectClose(first!.estimate, Math.log(2 / 6), near);
    expectClose(second!.estimate, Math.log(3 / 5), near);
    expectClose(first!.standardError, Math.sqrt(8 / 12), near);
    expectClose(second!.standardError, Math.sqrt(8 / 15), near);
    expectClose(model.logLikelihood, 2 * Math.log(2 / 8) + Math.log(1 / 8) + 5 * Math.log(5 / 8), near);
    expect(model.overallTest).toBeNull();
  });

  test("two levels and two groups: the odds ratio of the 2 × 2 table", () => {
    // mentored 3 of 4 at the higher level, others 1 of 4: odds 3 against 1/3; variance 1/3 + 1/1 + 1/1 + 1/3
    const data = { mood: [1, 1, 1, 2, 1, 2, 2, 2], mentored: [0, 0, 0, 0, 1, 1, 1, 1] };
    const model = ordinalModel(data, { outcome: "mood", terms: ["mentored"] });
    const [mentored] = model.coefficients;
    expectClose(mentored!.oddsRatio.estimate, 9, { rel: 1e-12, abs: 0 });
    expectClose(mentored!.standardError, Math.sqrt(8 / 3), { rel: 1e-12, abs: 0 });
    expectClose(model.thresholds[0]!.estimate, Math.log(3), { rel: 1e-12, abs: 0 });
  });
});

const spec: OrdinalModelSpec = { outcome: "five", terms: ["mentored", "age", "severity"] };

describe("ordinalModel: laws", () => {
  const model = ordinalModel(cohort, spec);

  test("two levels are logistic regression", () => {
    const rows = file.wellbeing_12!.map((value, row) => (value === null ? -1 : row)).filter((row) => row >= 0);
    const column = (name: "mentored" | "age" | "severity") => rows.map((row) => Number(file[name]![row]));
    const high = rows.map((row) => Number(Number(file.wellbeing_12![row]) > 50));
    const columns = [rows.map(() => 1), column("mentored"), column("age"), column("severity")];
    const logistic = fitGeneralizedLinear(fromColumns(columns), Float64Array.from(high), {
      family: "binomial",
      link: "logit",
    });
    const both = ordinalModel(
      { high, mentored: column("mentored"), age: column("age"), severity: column("severity") },
      { outcome: "high", terms: ["mentored", "age", "severity"] },
    );
    expectClose(both.logLikelihood, logistic.logLikelihood, { rel: 1e-12, abs: 0 });
    expectClose(both.thresholds[0]!.estimate, -logistic.coefficients[0]!, { rel: 1e-9, abs: 1e-11 });
    both.coefficients.forEach((row, k) => {
      expectClose(row.estimate, logistic.coefficients[k + 1]!, { rel: 1e-9, abs: 1e-11 });
      expectClose(row.standardError! ** 2, logistic.covariance.data[(k + 1) * 5]!, { rel: 1e-9, abs: 0 });
    });
  });

  test("levels in the opposite order turn every sign", () => {
    const five = cohort.five.map((value) => (value === null ? null : -value));
    const turned = ordinalModel({ ...cohort, five }, spec);
    turned.coefficients.forEach((row, k) => {
      expectClose(row.estimate, -model.coefficients[k]!.estimate, { rel: 1e-9, abs: 1e-11 });
      expectClose(row.standardError, model.coefficients[k]!.standardError!, { rel: 1e-9, abs: 0 });
    });
    expectClose(turned.thresholds[0]!.estimate, -model.thresholds[3]!.estimate, { rel: 1e-9, abs: 0 });
  });

  test("any rising recoding of the levels, the order of rows and text with named levels change nothing", () => {
    const names = ["poor", "low", "fair", "good", "fine"];
    const text = cohort.five.map((value) => (value === null ? null : names[value - 1]!)).reverse();
    const turned = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values].reverse()]));
    const named = ordinalModel({ ...turned, five: text }, { ...spec, levels: names });
    const squared = ordinalModel({ ...cohort, five: cohort.five.map((v) => (v === null ? null : v * v)) }, spec);
    for (const other of [named, squared]) {
      other.coefficients.forEach((row, k) => {
        expectClose(row.estimate, model.coefficients[k]!.estimate, { rel: 1e-9, abs: 1e-11 });
      });
    }
    expect(named.levels.map(({ level }) => level)).toEqual(names);
    expect(named.thresholds.map(({ below, above }) => [below, above])[0]).toEqual(["poor", "low"]);
  });

  test("a term far from 0 keeps its digits, its shift goes to the thresholds", () => {
    const age = file.age!.map((value) => Number(value) + 1e5);
    const moved = ordinalModel({ ...cohort, age }, spec);
    expectClose(moved.coefficients[1]!.estimate, model.coefficients[1]!.estimate, { rel: 1e-8, abs: 0 });
    expectClose(moved.coefficients[1]!.standardError, model.coefficients[1]!.standardError!, { rel: 1e-8, abs: 0 });
    const shift = 1e5 * model.coefficients[1]!.estimate;
    expectClose(moved.thresholds[0]!.estimate, model.thresholds[0]!.estimate + shift, { rel: 1e-8, abs: 0 });
  });

  test("everyone twice: the same estimates, standard errors smaller by √2", () => {
    const twice = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values, ...values]]));
    ordinalModel(twice, spec).coefficients.forEach((row, k) => {
      expectClose(row.estimate, model.coefficients[k]!.estimate, { rel: 1e-9, abs: 1e-11 });
      expectClose(row.standardError! * Math.SQRT2, model.coefficients[k]!.standardError!, { rel: 1e-9, abs: 0 });
    });
  });

  test("a level without anyone is left out and noted; the result survives JSON", () => {
    const result = ordinalModel(cohort, { ...spec, levels: ["1", "2", "3", "4", "5", "6"] });
    expect(result.notes.map((note) => note.code)).toEqual(["empty-level"]);
    expect(result.coefficients).toEqual(model.coefficients);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe("ordinalModel: refusals", () => {
  test.each([
    ["unknown-option", { ...spec, link: "probit" } as OrdinalModelSpec],
    ["invalid-option", { ...spec, level: 1 }],
    ["invalid-option", { ...spec, levels: ["1", "1"] }],
    ["unknown-level", { ...spec, levels: ["1", "2", "3", "4"] }],
    ["unknown-column", { ...spec, terms: ["height"] }],
    ["outcome-among-terms", { ...spec, terms: ["five"] }],
    ["order-needed", { ...spec, outcome: "status_12" }],
    ["collinear", { ...spec, terms: ["age", "age:age", "age:age"] }],
  ] as [string, OrdinalModelSpec][])("%s", (code, asked) => {
    expect(refusalOf(() => ordinalModel(cohort, asked)).code).toBe(code);
  });

  test("one level only, and too few rows", () => {
    const refused = (y: number[], x: number[]) =>
      refusalOf(() => ordinalModel({ y, x }, { outcome: "y", terms: ["x"] })).code;
    expect(refused([2, 2, 2, 2], [1, 2, 3, 4])).toBe("constant-outcome");
    expect(refused([1, 2, 3], [1, 2, 3])).toBe("too-few-rows");
  });

  test("a term that puts people in order without error is named, complete or not", () => {
    const whole = refusalOf(() =>
      ordinalModel({ y: [1, 1, 2, 2, 3, 3], x: [1, 2, 3, 4, 5, 6] }, { outcome: "y", terms: ["x"] }),
    );
    expect([whole.code, whole.message.includes("x")]).toEqual(["separation", true]);
    // everyone mentored is at the highest level, the others at all three
    const data = { y: [1, 2, 3, 1, 2, 3, 3, 3], mentored: [0, 0, 0, 0, 0, 1, 1, 1], age: [3, 1, 4, 1, 5, 9, 2, 6] };
    const part = refusalOf(() => ordinalModel(data, { outcome: "y", terms: ["mentored", "age"] }));
    expect(part.code).toBe("separation");
    expect(part.message).toContain("mentored");
    expect(part.message).not.toContain("age");
  });
});
