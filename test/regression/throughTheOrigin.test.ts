import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import nist from "../../fixtures/regression/nist.json" with { type: "json" };
import reference from "../../fixtures/regression/origin.json" with { type: "json" };
import { type LinearModelSpec, linearModel } from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const cohort: Record<string, (number | string | null)[]> = plainColumns(
  readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"),
);
cohort["weight"] = cohort["age"]!.map((age) => (age === null ? null : 1 + (Number(age) % 3)));

describe("linearModel through the origin (intercept: false)", () => {
  test.each(nist.throughTheOrigin)("$name of NIST: the certified table", (c) => {
    const model = linearModel({ x: c.x, y: c.y }, { outcome: "y", terms: ["x"], intercept: false });
    const near = { rel: 1e-13, abs: 0 };
    expect([model.intercept, model.coefficients.length, model.overallTest!.df1]).toEqual([false, 1, 1]);
    expectClose(model.coefficients[0]!.estimate, c.estimate, near);
    expectClose(model.coefficients[0]!.standardError, c.standardError, near);
    expectClose(model.residualStandardDeviation, c.residualStandardDeviation, near);
    expectClose(model.rSquared, c.rSquared, near);
    expectClose(model.overallTest!.statistic, c.fStatistic, near);
    expectClose(model.coefficients[0]!.statistic ** 2, c.fStatistic, near);
  });

  test.each(reference.cases)("R's lm without intercept agrees, weights: $weights", (c) => {
    const near = { rel: 1e-9, abs: 0 };
    const spec: LinearModelSpec = {
      outcome: "wellbeing_12",
      terms: ["wellbeing_0", "mentored"],
      intercept: false,
      predict: { profiles: [{ wellbeing_0: 50, mentored: 1 }] },
      ...(c.weights === null ? {} : { weights: c.weights }),
    };
    // the rows of the reference have a site
    const known = {
      ...cohort,
      wellbeing_12: cohort["wellbeing_12"]!.map((y, i) => (cohort["site"]![i] === null ? null : y)),
    };
    for (const covariance of ["classical", "HC3", "CR2"] as const) {
      const cluster = covariance === "CR2" ? { cluster: "site" } : {};
      const model = linearModel(known, { ...spec, covariance, ...cluster });
      model.coefficients.forEach((row, k) => {
        expectClose(row.estimate, c.estimate[k]!, near, "estimate");
        expectClose(row.standardError, c.standardError[covariance][k]!, near, covariance);
        if (covariance === "CR2") expectClose(row.df, c.df[k]!, { rel: 1e-7, abs: 0 }, "df");
      });
      const { mean, person } = model.predictions![0]!;
      expectClose(mean.estimate, c.prediction[0]!, near, "prediction");
      if (covariance === "HC3") expectClose(model.overallTest!.statistic, c.robustF, near, "robust F");
      if (covariance === "CR2") expectClose(mean.standardError, c.predictionCR2, near, "its CR2 error");
      if (covariance !== "classical") continue;
      expectClose(mean.standardError, c.prediction[1]!, near, "its error");
      if (c.person !== null) expectClose(person!.upper, c.person[1]!, near, "limit of a person");
      const pairs: [number, number][] = [
        [model.rSquared, c.r2],
        [model.adjustedRSquared, c.adjusted],
        [model.overallTest!.statistic, c.F[0]!],
        [model.overallTest!.df1, c.F[1]!],
        [model.overallTest!.df2, c.F[2]!],
        [model.logLikelihood, c.logLik],
        [model.aic, c.aic],
        [model.bic, c.bic],
      ];
      for (const [value, wanted] of pairs) expectClose(value, wanted, near);
    }
  });

  test("by hand: Σxy / Σx², and 0 with certainty where the term is 0", () => {
    const spec = { outcome: "y", terms: ["x"], intercept: false, predict: { profiles: [{ x: 0 }, { x: 2 }] } } as const;
    const model = linearModel({ x: [1, 2, 3], y: [2, 3, 7] }, spec);
    expectClose(model.coefficients[0]!.estimate, (2 + 6 + 21) / 14, { rel: 1e-14, abs: 0 });
    expect(model.predictions![0]!.mean).toMatchObject({ estimate: 0, standardError: 0 });
    expectClose(model.predictions![1]!.mean.estimate, 29 / 7, { rel: 1e-14, abs: 0 });
  });

  test("a column of ones is the model with an intercept, but for what R² and F count from", () => {
    const data = { ...cohort, one: cohort["age"]!.map(() => 1) };
    const origin = linearModel(data, { outcome: "wellbeing_12", terms: ["one", "age"], intercept: false });
    const usual = linearModel(data, { outcome: "wellbeing_12", terms: ["age"] });
    origin.coefficients.forEach((row, k) => {
      expectClose(row.estimate, usual.coefficients[k]!.estimate, { rel: 1e-12, abs: 0 });
      expectClose(row.pValue, usual.coefficients[k]!.pValue, { rel: 1e-9, abs: 0 });
    });
    expectClose(origin.logLikelihood, usual.logLikelihood, { rel: 1e-13, abs: 0 });
    expect(origin.rSquared).toBeGreaterThan(usual.rSquared);
    expect([origin.method.includes("through the origin"), usual.intercept]).toEqual([true, true]);
  });

  test.each([
    ["intercept-needed", { terms: ["site"], intercept: false }],
    ["intercept-needed", { terms: [], intercept: false }],
    ["intercept-needed", { terms: ["age", "age:site"], intercept: false }],
    ["invalid-option", { terms: ["age"], intercept: "no" }],
  ])("%s is refused", (code, change) => {
    const spec = { outcome: "wellbeing_12", ...change } as LinearModelSpec;
    expect(refusalOf(() => linearModel(cohort, spec)).code).toBe(code);
  });
});
