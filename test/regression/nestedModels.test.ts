import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import {
  type CompareModelsSpec,
  compareModels,
  generalizedLinearModel,
  linearModel,
  testTerms,
} from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { anorexiaData, regressionData, sixMonthData } from "./witnessFrames.ts";
import { witnessCase } from "./witnessSetup.ts";

const people = { ...clustered.data, low: clustered.data.wellbeing.map((value) => Number(value < 50)) };
const near = { rel: 1e-10, abs: 0 };

describe.skipIf(!sharedIsPresent)("R agrees on nested models (skipped without the shared reference)", () => {
  test.each([
    ["anova2_mcs", "mcs", ["treat", "age", "sex", "homeless"]],
    ["anova2_cesd", "cesd", ["substance", "sex", "pss_fr", "ageSquared", "age", "substance:sex"]],
    ["anova2_i1", "logDrinks", ["racegrp", "indtot", "mcs", "treat"]],
  ])("%s: type II F tests of every term, as car::Anova", (id, outcome, terms) => {
    type Table = Record<"ss" | "df" | "F" | "p", number[]>;
    const { expected, tolerance } = witnessCase<Table>("regression", id);
    const found = testTerms(regressionData(), { outcome, terms });
    found.terms.forEach((row, k) => {
      expect([row.term, row.df, row.dfResidual]).toEqual([terms[k], expected.df[k], expected.df.at(-1)]);
      expectClose(row.explained, expected.ss[k]!, tolerance, `${row.term} sum of squares`);
      expectClose(row.statistic, expected.F[k]!, tolerance, `${row.term} F`);
      expectClose(row.pValue, expected.p[k]!, tolerance, `${row.term} p`);
    });
    expectClose(found.residual.deviance, expected.ss.at(-1)!, tolerance, "residual");
    expect(found.test).toBe("F");
  });

  test("logit_or: likelihood-ratio tests of every term, as drop1", () => {
    const { expected, tolerance } = witnessCase<Record<"lrt" | "lrt_df" | "lrt_p", number[]>>("regression", "logit_or");
    const spec = { outcome: "relapse", terms: ["treat", "age", "sex"], family: "binomial" } as const;
    testTerms(regressionData(), spec).terms.forEach((row, k) => {
      expect([row.df, row.dfResidual]).toEqual([expected.lrt_df[k], null]);
      expectClose(row.statistic, expected.lrt[k]!, tolerance);
      expectClose(row.pValue, expected.lrt_p[k]!, tolerance);
    });
  });

  test("lr_wald_f: F of four coefficients, and the Wald F with HC3", () => {
    type Tests = Record<"F" | "df1" | "df2" | "p" | "robust_F" | "robust_p", number>;
    const { expected, tolerance } = witnessCase<Tests>("regression", "lr_wald_f");
    const spec: CompareModelsSpec = {
      outcome: "mcs",
      smaller: ["treat", "age"],
      larger: ["treat", "age", "sex", "substance", "homeless"],
    };
    const { test: plain } = compareModels(regressionData(), spec);
    expect([plain.method, plain.df1, plain.df2]).toEqual(["F", expected.df1, expected.df2]);
    expectClose(plain.statistic, expected.F, tolerance, "F");
    expectClose(plain.pValue, expected.p, tolerance, "p");
    const { test: robust } = compareModels(regressionData(), { ...spec, covariance: "HC3" });
    expect(robust.method).toBe("Wald F");
    expectClose(robust.statistic, expected.robust_F, tolerance, "robust F");
    expectClose(robust.pValue, expected.robust_p, tolerance, "robust p");
  });

  test.each([
    ["ancova_slopes_anorexia", anorexiaData, "post", ["pre", "treat"], "pre:treat"],
    ["ancova_slopes_help6", sixMonthData, "mcs", ["mcs0", "treat", "sex", "age"], "mcs0:treat"],
  ] as const)(
    "%s: whether the slopes over the outcome before differ between the arms",
    (id, data, outcome, terms, product) => {
      const { expected, tolerance } = witnessCase<Record<"F" | "df1" | "df2" | "p", number>>("regression", id);
      const found = compareModels(data(), { outcome, smaller: terms, larger: [...terms, product] }).test;
      expect([found.df1, found.df2]).toEqual([expected.df1, expected.df2]);
      expectClose(found.statistic, expected.F, tolerance, "F");
      expectClose(found.pValue, expected.p, tolerance, "p");
    },
  );
});

describe("compareModels", () => {
  const spec: CompareModelsSpec = { outcome: "wellbeing", smaller: ["mentored"], larger: ["mentored", "age"] };

  test("one term more: F is the square of its t, classical, robust and clustered", () => {
    for (const covariance of ["classical", "HC3", "CR1"] as const) {
      const cluster = covariance === "CR1" ? { cluster: "site" } : {};
      const { test: found } = compareModels(people, { ...spec, covariance, ...cluster });
      const age = linearModel(people, { outcome: "wellbeing", terms: ["mentored", "age"], covariance, ...cluster })
        .coefficients[2]!;
      expectClose(found.statistic, age.statistic ** 2, near);
      expectClose(found.pValue, age.pValue, near);
    }
  });

  test("by hand: 1, 3, 5, 9 in two pairs: 25 of 35 squares explained, F = 25 / (10 / 2)", () => {
    // mean 4.5: 12.25 + 2.25 + 0.25 + 20.25 = 35; within pairs 2 + 8 = 10; the rest 25 is explained: F = 25 / (10 / 2) = 5
    const data = { y: [1, 3, 5, 9], late: [0, 0, 1, 1] };
    const found = compareModels(data, { outcome: "y", smaller: [], larger: ["late"] });
    expectClose(found.smaller.deviance, 35, near);
    expectClose(found.larger.deviance, 10, near);
    expectClose(found.test.statistic, 5, near);
    expect([found.test.df1, found.test.df2, found.added]).toEqual([1, 2, ["late"]]);
  });

  test("F is the share of the squares that the larger model explains more, and both models stand on the same rows", () => {
    const age = people.age.map((value, row) => (row % 7 === 0 ? null : value));
    const found = compareModels({ ...people, age }, spec);
    const { smaller, larger } = found;
    expect(smaller.dfResidual - larger.dfResidual).toBe(1);
    const f = (smaller.deviance - larger.deviance) / (larger.deviance / larger.dfResidual);
    expectClose(found.test.statistic, f, near);
    expect(found.dropped.reasons).toEqual([expect.objectContaining({ variable: "age" })]);
  });

  test("logistic: the likelihood ratio is twice the gain of log-likelihood; with clusters a Wald chi-square by CR1", () => {
    const binary = { ...spec, outcome: "low", family: "binomial" } as const;
    const found = compareModels(people, binary);
    const gain = 2 * (found.larger.logLikelihood! - found.smaller.logLikelihood!);
    expect([found.test.method, found.test.df2]).toEqual(["likelihood ratio", null]);
    expectClose(found.test.statistic, gain, { rel: 1e-9, abs: 1e-12 });
    const robust = compareModels(people, { ...binary, cluster: "site" });
    const model = generalizedLinearModel(people, {
      outcome: "low",
      terms: ["mentored", "age"],
      family: "binomial",
      cluster: "site",
      covariance: "CR1",
    });
    expect([robust.test.method, robust.covarianceType, robust.clusters]).toEqual(["Wald chi-square", "CR1", 12]);
    expectClose(robust.test.statistic, model.coefficients[2]!.statistic ** 2, near);
  });

  test("an outcome in other units leaves the tests, weight 0 leaves the row out", () => {
    const unit = people.wellbeing.map((value) => value * 1e120);
    expectClose(
      compareModels({ ...people, wellbeing: unit }, spec).test.statistic,
      compareModels(people, spec).test.statistic,
      near,
    );
    const weight = people.site.map((_, row) => (row === 0 ? 0 : 2));
    expect(compareModels({ ...people, weight }, { ...spec, weights: "weight" }).dropped.reasons[0]?.reason).toBe(
      "zero-weight",
    );
  });

  test.each([
    ["not-nested", { ...spec, smaller: ["weight"] }],
    ["not-nested", { ...spec, smaller: ["mentored", "age"] }],
    ["invalid-option", { ...spec, cluster: "site", covariance: "CR2" }],
    ["invalid-option", { ...spec, link: "logit" }],
    ["invalid-option", { ...spec, smaller: "mentored" }],
    ["unknown-option", { ...spec, terms: [] }],
    ["outcome-among-terms", { ...spec, larger: ["mentored", "wellbeing"] }],
    ["cluster-needed", { ...spec, covariance: "CR1" }],
  ])("%s is refused", (code, wrong) => {
    expect(refusalOf(() => compareModels(people, wrong as CompareModelsSpec)).code).toBe(code);
  });
});

describe("testTerms", () => {
  test("the last level of a hierarchy is the comparison of nested models, and the order of terms does not matter", () => {
    const terms = ["mentored", "age", "mentored:age"];
    const found = testTerms(people, { outcome: "wellbeing", terms });
    const nested = compareModels(people, { outcome: "wellbeing", smaller: terms.slice(0, 2), larger: terms });
    expectClose(found.terms[2]!.statistic, nested.test.statistic, near);
    const turned = testTerms(people, { outcome: "wellbeing", terms: [...terms].reverse() });
    found.terms.forEach((row, k) => {
      expectClose(turned.terms[2 - k]!.statistic, row.statistic, { rel: 1e-8, abs: 0 });
    });
  });

  test("quasi-Poisson by F, negative binomial by the likelihood of its own θ", () => {
    const counts = people.wellbeing.map((value, row) => Math.round((row * 7) % 11) + (value > 50 ? 3 : 0));
    const data = { ...people, counts };
    const spec = { outcome: "counts", terms: ["mentored", "age"] } as const;
    expect(testTerms(data, { ...spec, family: "quasi-poisson" }).test).toBe("F");
    const size = testTerms(data, { ...spec, family: "negative-binomial" }).terms[0]!;
    const whole = generalizedLinearModel(data, { ...spec, family: "negative-binomial" });
    const part = generalizedLinearModel(data, { ...spec, terms: ["age"], family: "negative-binomial" });
    expectClose(size.statistic, 2 * (whole.logLikelihood! - part.logLikelihood!), { rel: 1e-8, abs: 1e-10 });
  });

  test.each([
    ["unknown-option", { outcome: "wellbeing", terms: ["age"], covariance: "HC3" }],
    ["unknown-column", { outcome: "wellbeing", terms: ["agee"] }],
    ["invalid-option", { outcome: "wellbeing", terms: ["age"], offset: "weight" }],
  ])("%s is refused", (code, wrong) => {
    expect(refusalOf(() => testTerms(people, wrong as Parameters<typeof testTerms>[1])).code).toBe(code);
  });
});
