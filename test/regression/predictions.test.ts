import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/predict.json" with { type: "json" };
import {
  type GeneralizedLinearModelSpec,
  generalizedLinearModel,
  type LinearModelSpec,
  linearModel,
} from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const columns = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const cohort = {
  ...columns,
  log_days: columns["followup_days"]!.map((days) => (days === null ? null : Math.log(Math.max(Number(days), 1)))),
  weight: columns["age"]!.map((age) => (age === null ? null : 1 + (Number(age) % 3))),
  drink: columns["alcohol_primary"]!.map((one) => (one === null ? null : one === 1 ? "alcohol" : "other")),
};

describe("means of given people", () => {
  test.each(reference.cases.filter(({ model }) => model === "linear"))("R agrees: $name", (c) => {
    const { predictions } = linearModel(cohort, c.spec as unknown as LinearModelSpec);
    const near = { rel: 1e-8, abs: 0 };
    predictions!.forEach(({ profile, mean, df, person }, k) => {
      expect(profile).toEqual(c.spec.predict.profiles[k]);
      expectClose(mean.estimate, c.estimate[k]!, near, "mean");
      expectClose(mean.standardError, c.standardError[k]!, near, "standard error");
      expectClose(df, (c.df as number[])[k]!, { rel: 1e-6, abs: 0 }, "df");
      const limits = (c.person as number[][] | null)?.[k];
      expect(person === null).toBe(limits === undefined);
      if (limits !== undefined) {
        expectClose(person!.lower, limits[0]!, near, "lower limit of a person");
        expectClose(person!.upper, limits[1]!, near, "upper limit of a person");
      }
    });
  });

  test.each(reference.cases.filter(({ model }) => model === "generalized"))("R agrees: $name", (c) => {
    const model = generalizedLinearModel(cohort, c.spec as unknown as GeneralizedLinearModelSpec);
    const near = { rel: 1e-7, abs: 1e-10 };
    model.predictions!.forEach(({ linearPredictor, mean }, k) => {
      expectClose(linearPredictor.estimate, c.estimate[k]!, near, "linear predictor");
      expectClose(linearPredictor.standardError, c.standardError[k]!, near, "its standard error");
      expectClose(mean.estimate, c.mean![k]!, near, "mean");
      expectClose(mean.standardError, c.meanError![k]!, near, "its standard error");
      expect(mean.interval!.lower!).toBeLessThan(mean.estimate);
      expect(mean.interval!.upper!).toBeGreaterThan(mean.estimate);
      expect(mean.interval!.method.startsWith(c.df ? "t" : "normal")).toBe(true);
    });
  });

  test("by hand: the mean of a group is its own, its error σ/√n; a new person adds σ²", () => {
    // usual care 1, 2, 6 (mean 3), peer 4, 6, 8 (mean 6): σ² = 22/4
    const data = { y: [1, 2, 6, 4, 6, 8], peer: [0, 0, 0, 1, 1, 1] };
    const predict = { profiles: [{ peer: 1 }] };
    const [prediction] = linearModel(data, { outcome: "y", terms: ["peer"], predict }).predictions!;
    const exact = { rel: 1e-13, abs: 0 };
    expectClose(prediction!.mean.estimate, 6, exact);
    expectClose(prediction!.mean.standardError, Math.sqrt(5.5 / 3), exact);
    const half = prediction!.mean.interval!.upper! - 6;
    expectClose(prediction!.person!.upper! - 6, half * Math.sqrt((5.5 + 5.5 / 3) / (5.5 / 3)), exact);
    const risk = { y: [0, 0, 1, 1, 1, 1, 0, 0], peer: [0, 0, 0, 0, 1, 1, 1, 1] };
    const spec = { outcome: "y", terms: ["peer"], family: "binomial", predict: { profiles: [{ peer: 0 }] } } as const;
    // two of four: log odds 0 with SE 1 (1/2 + 1/2); the risk's SE is ½·½
    const [half0] = generalizedLinearModel(risk, spec).predictions!;
    expectClose(half0!.mean.estimate, 0.5, exact);
    expectClose(half0!.linearPredictor.standardError, 1, { rel: 1e-9, abs: 0 });
    expectClose(half0!.mean.standardError, 0.25, { rel: 1e-9, abs: 0 });
  });

  test("the mean where every term is 0 is the intercept, under every covariance, observed information too", () => {
    const profiles = [{ mentored: 0, severity: 0 }];
    const base = { outcome: "readmissions", terms: ["mentored", "severity"], predict: { profiles } } as const;
    for (const change of [
      { family: "poisson", covariance: "CR2", cluster: "site" },
      { family: "quasi-poisson", covariance: "HC3" },
      { family: "negative-binomial", covariance: "observed" },
      { family: "negative-binomial" },
    ] as const) {
      const model = generalizedLinearModel(cohort, { ...base, ...change });
      const [{ linearPredictor }] = model.predictions as [NonNullable<typeof model.predictions>[number]];
      const [constant] = model.coefficients;
      expectClose(linearPredictor.estimate, constant!.estimate, { rel: 1e-12, abs: 0 });
      expectClose(linearPredictor.standardError, constant!.standardError!, { rel: 1e-9, abs: 0 });
      expectClose(linearPredictor.interval!.lower, constant!.interval!.lower!, { rel: 1e-9, abs: 0 });
    }
  });

  test("a term far from zero costs no digits, and nothing is predicted unless asked", () => {
    const year = columns["age"]!.map((age) => (age === null ? null : Number(age) + 1e9));
    const spec = { outcome: "wellbeing_12", terms: ["mentored", "age"] };
    const near = linearModel(cohort, { ...spec, predict: { profiles: [{ mentored: 1, age: 40 }] } }).predictions![0]!;
    const far = linearModel(
      { ...cohort, age: year },
      { ...spec, predict: { profiles: [{ mentored: 1, age: 1e9 + 40 }] } },
    );
    expectClose(far.predictions![0]!.mean.estimate, near.mean.estimate, { rel: 1e-9, abs: 0 });
    expectClose(far.predictions![0]!.mean.standardError, near.mean.standardError!, { rel: 1e-9, abs: 0 });
    expect(linearModel(cohort, spec).predictions).toBeNull();
    expect(generalizedLinearModel(cohort, { ...spec, family: "gaussian" }).predictions).toBeNull();
  });

  test("many people at once are predicted as each alone", () => {
    const profiles = [20, 35, 80].flatMap((age) => [0, 1].map((mentored) => ({ age, mentored })));
    for (const covariance of ["classical", "CR1", "CR2"] as const) {
      const cluster = covariance === "classical" ? {} : { cluster: "site" };
      const spec = { outcome: "abstinent_12", terms: ["mentored", "age"], covariance, ...cluster };
      const linear = linearModel(cohort, { ...spec, predict: { profiles } }).predictions!;
      const binary = { ...spec, family: "binomial" } as const;
      const general = generalizedLinearModel(cohort, { ...binary, predict: { profiles } }).predictions!;
      profiles.forEach((profile, k) => {
        const [alone] = linearModel(cohort, { ...spec, predict: { profiles: [profile] } }).predictions!;
        expectClose(linear[k]!.mean.estimate, alone!.mean.estimate, { rel: 1e-11, abs: 0 });
        expectClose(linear[k]!.mean.standardError, alone!.mean.standardError!, { rel: 1e-9, abs: 0 });
        expectClose(linear[k]!.df, alone!.df, { rel: 1e-9, abs: 0 });
        const [one] = generalizedLinearModel(cohort, { ...binary, predict: { profiles: [profile] } }).predictions!;
        expectClose(general[k]!.mean.standardError, one!.mean.standardError!, { rel: 1e-9, abs: 0 });
      });
    }
  });

  test.each([
    ["missing-profile-value", { profiles: [{ mentored: 1 }] }],
    ["unknown-option", { profiles: [{ mentored: 1, drink: "other", height: 3 }] }],
    ["unknown-level", { profiles: [{ mentored: 1, drink: "tea" }] }],
    ["not-numeric", { profiles: [{ mentored: "yes", drink: "other" }] }],
    ["invalid-option", { profiles: [] }],
    ["unknown-option", { people: [{ mentored: 1, drink: "other" }] }],
  ])("%s is refused by both", (code, predict) => {
    const spec = { outcome: "wellbeing_12", terms: ["mentored", "drink"], predict } as unknown as LinearModelSpec;
    expect(refusalOf(() => linearModel(cohort, spec)).code).toBe(code);
    expect(refusalOf(() => generalizedLinearModel(cohort, { ...spec, family: "gaussian" })).code).toBe(code);
  });
});
