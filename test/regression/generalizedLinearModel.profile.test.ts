import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/profile.json" with { type: "json" };
import { type GeneralizedLinearModelSpec, generalizedLinearModel } from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { regressionData } from "./witnessFrames.ts";
import { witnessCase } from "./witnessSetup.ts";

const columns = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const days = columns["followup_days"] as (number | null)[];
const cohort = {
  ...columns,
  log_days: days.map((value) => (value === null ? null : Math.log(Math.max(value, 1)))),
  weight: columns["age"]!.map((age) => (age === null ? null : 1 + (Number(age) % 3))),
};

describe("profile-likelihood limits", () => {
  test.each(reference.cases)(
    "are the roots of R's deviance with a coefficient held: $name",
    ({ spec, lower, upper }) => {
      const model = generalizedLinearModel(cohort, spec as GeneralizedLinearModelSpec);
      const near = { rel: 1e-8, abs: 1e-10 };
      model.coefficients.forEach(({ interval, ratio }, k) => {
        expectClose(interval!.lower, lower[k]!, near, "lower");
        expectClose(interval!.upper, upper[k]!, near, "upper");
        expect(interval!.method).toBe("profile likelihood");
        if (ratio !== null) expectClose(ratio.interval!.upper, Math.exp(upper[k]!), { rel: 1e-7, abs: 0 }, "ratio");
      });
      expect(model.method).toContain("profile likelihood");
    },
  );

  test.skipIf(!sharedIsPresent)("logit_profile_ci: MASS's spline of the profile agrees as far as it goes", () => {
    const { expected, tolerance } = witnessCase<Record<"lo" | "hi", number[]>>("regression", "logit_profile_ci");
    const spec = { outcome: "relapse", terms: ["treat", "age", "sex"], family: "binomial", limits: "profile" } as const;
    generalizedLinearModel(regressionData(), spec).coefficients.forEach(({ interval }, k) => {
      expectClose(interval!.lower, expected.lo[k]!, tolerance, "lower");
      expectClose(interval!.upper, expected.hi[k]!, tolerance, "upper");
    });
  });

  test("by hand: a constant only, 3 of 10 with the event: the limits lose half of 3.84 in 3 log p + 7 log(1 − p)", () => {
    const y = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
    const spec = { outcome: "y", terms: [], family: "binomial", limits: "profile" } as const;
    const { lower, upper } = generalizedLinearModel({ y }, spec).coefficients[0]!.interval!;
    const likelihood = (p: number) => 3 * Math.log(p) + 7 * Math.log(1 - p);
    for (const limit of [lower!, upper!]) {
      const loss = 2 * (likelihood(0.3) - likelihood(1 / (1 + Math.exp(-limit))));
      expectClose(loss, 3.841458820694124, { rel: 1e-9, abs: 0 });
    }
    expect(lower!).toBeLessThan(Math.log(3 / 7));
  });

  test("zero coded the other way turns the limits over, another unit divides them", () => {
    const spec = { outcome: "y", terms: ["x"], family: "binomial", limits: "profile" } as const;
    const x = [1, 2, 3, 4, 5, 6, 7, 8];
    const y = [0, 0, 1, 0, 1, 0, 1, 1];
    const slope = generalizedLinearModel({ x, y }, spec).coefficients[1]!.interval!;
    const turned = generalizedLinearModel({ x: x.map((v) => v * 1e100), y: y.map((v) => 1 - v) }, spec)
      .coefficients[1]!;
    expectClose(turned.interval!.lower! * 1e100, -slope.upper!, { rel: 1e-8, abs: 0 });
    expectClose(turned.interval!.upper! * 1e100, -slope.lower!, { rel: 1e-8, abs: 0 });
  });

  test.each([
    ["a robust covariance", { covariance: "HC1" }],
    ["clusters", { cluster: "site" }],
    ["a family without a likelihood", { family: "quasi-poisson" }],
    ["an unknown kind", { limits: "likelihood" }],
  ])("are refused with %s", (_, change) => {
    const spec = { outcome: "readmissions", terms: ["mentored"], family: "poisson", limits: "profile", ...change };
    expect(refusalOf(() => generalizedLinearModel(cohort, spec as GeneralizedLinearModelSpec)).code).toBe(
      "invalid-option",
    );
  });
});
