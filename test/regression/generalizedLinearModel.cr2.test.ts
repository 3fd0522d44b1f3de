import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/cr2.json" with { type: "json" };
import { type GeneralizedLinearModelSpec, generalizedLinearModel, linearModel } from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const columns = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const days = columns["followup_days"] as (number | null)[];
const cohort = {
  ...columns,
  log_days: days.map((value) => (value === null ? null : Math.log(Math.max(value, 1)))),
  weight: columns["age"]!.map((age) => (age === null ? null : 1 + (Number(age) % 3))),
};

describe("CR2 with Satterthwaite df of generalised linear models", () => {
  test.each(reference.cases)("clubSandwich agrees on the simulated cohort: $name", (c) => {
    const model = generalizedLinearModel(cohort, c.spec as GeneralizedLinearModelSpec);
    const near = { rel: 1e-7, abs: 1e-10 };
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, c.estimate[k]!, near, `${row.name} estimate`);
      expectClose(row.standardError, c.standardError[k]!, near, `${row.name} standard error`);
      expectClose(row.df, c.df[k]!, { rel: 1e-6, abs: 0 }, `${row.name} df`);
      expectClose(row.pValue, c.pValue[k]!, { rel: 3e-6, abs: 0 }, `${row.name} p`);
      expectClose(row.interval!.lower, c.lower[k]!, near, `${row.name} lower`);
      expectClose(row.interval!.upper, c.upper[k]!, near, `${row.name} upper`);
      expect(row.interval!.method).toBe("t");
      c.covariance[k]!.forEach((value, j) => {
        expectClose(model.covariance[k]![j]!, value, { rel: 1e-6, abs: 1e-12 }, `covariance ${k} ${j}`);
      });
    });
  });

  test("gaussian without weights is linearModel's CR2", () => {
    const spec = { outcome: "wellbeing_12", terms: ["mentored", "age"], cluster: "site", covariance: "CR2" } as const;
    const linear = linearModel(cohort, spec);
    generalizedLinearModel(cohort, { ...spec, family: "gaussian" }).coefficients.forEach((row, k) => {
      expectClose(row.standardError, linear.coefficients[k]!.standardError!, { rel: 1e-10, abs: 0 });
      expectClose(row.df, linear.coefficients[k]!.df!, { rel: 1e-9, abs: 0 });
    });
  });

  test("one person per cluster and a constant only: SE² = Σ(y − m)² / (n(n − 1)) over m²(1 − m)², by hand", () => {
    // 3 of 8 with the event: m = 3/8, log odds; each leverage is 1/8, so that CR2 multiplies HC0 by 8/7
    const data = { y: [1, 1, 1, 0, 0, 0, 0, 0], id: [1, 2, 3, 4, 5, 6, 7, 8] };
    const spec = { outcome: "y", terms: [], family: "binomial", cluster: "id", covariance: "CR2" } as const;
    const [constant] = generalizedLinearModel(data, spec).coefficients;
    const m = 3 / 8;
    expectClose(constant!.standardError, Math.sqrt((8 * m * (1 - m)) / (8 * 7)) / (m * (1 - m)), {
      rel: 1e-10,
      abs: 0,
    });
    expectClose(constant!.df, 7, { rel: 1e-10, abs: 0 });
  });

  test("the order of rows and the unit of a term change nothing but that coefficient", () => {
    const spec = { outcome: "abstinent_12", terms: ["mentored", "age"], family: "binomial", cluster: "site" } as const;
    const still = generalizedLinearModel(cohort, { ...spec, covariance: "CR2" });
    const turned = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values].reverse()]));
    const age = (turned["age"] as (number | null)[]).map((value) => (value === null ? null : value * 1e90));
    const moved = generalizedLinearModel({ ...turned, age }, { ...spec, covariance: "CR2" });
    still.coefficients.forEach((row, k) => {
      expectClose(moved.coefficients[k]!.statistic, row.statistic, { rel: 1e-7, abs: 1e-9 });
      expectClose(moved.coefficients[k]!.df, row.df!, { rel: 1e-7, abs: 0 });
    });
    expect(still.notes).toEqual([]);
  });

  test("clusters of hundreds: three sites of 400, and of one that a term of its own fits exactly the refusal", () => {
    const y = Array.from({ length: 1200 }, (_, row) => ((row * 7) % 11 < 4 + (row % 2) ? 1 : 0));
    const x = y.map((_, row) => ((row * 31) % 97) / 97);
    const site = y.map((_, row) => row % 3);
    const spec = { outcome: "y", family: "binomial", cluster: "site", covariance: "CR2" } as const;
    const { coefficients } = generalizedLinearModel({ y, x, site }, { ...spec, terms: ["x"] });
    expect(coefficients[1]!.df).toBeLessThan(3);
    const own = site.map((code) => Number(code === 0));
    const call = () => generalizedLinearModel({ y, own, site }, { ...spec, terms: ["own"] });
    expect(refusalOf(call).code).toBe("cluster-too-large");
  });
});
