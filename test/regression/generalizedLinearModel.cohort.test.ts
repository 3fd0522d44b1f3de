import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/glm.json" with { type: "json" };
import {
  type GeneralizedCovarianceType,
  type GeneralizedLinearModelSpec,
  generalizedLinearModel,
} from "../../src/regression/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const columns = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const days = columns["followup_days"] as (number | null)[];
const cohort = {
  ...columns,
  log_days: days.map((value) => (value === null ? null : Math.log(Math.max(value, 1)))),
  weight: columns["age"]!.map((age) => (age === null ? null : 1 + (Number(age) % 3))),
};

describe.each(reference.cases)("R agrees on the simulated cohort: $name", (c) => {
  const spec = c.spec as GeneralizedLinearModelSpec;
  // glm.nb stops its θ at 1e-4 of itself; its own tables follow to some 1e-7
  const near = spec.family === "negative-binomial" ? { rel: 1e-6, abs: 1e-8 } : { rel: 2e-8, abs: 1e-10 };

  test.each(Object.entries(c.result.tables))("%s", (type, table) => {
    const model = generalizedLinearModel(cohort, {
      ...spec,
      covariance: type as GeneralizedCovarianceType,
      ...(type.startsWith("CR") ? { cluster: "site" } : {}),
    });
    expect(model.coefficients.length).toBe(table.estimate.length);
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, table.estimate[k]!, near, `${row.name} estimate`);
      expectClose(row.standardError, table.standardError[k]!, near, `${row.name} standard error`);
      // R underflows to 0 where this library gives the smallest positive number
      expectClose(
        row.pValue,
        Math.max(table.pValue[k]!, Number.MIN_VALUE),
        { rel: 30 * near.rel, abs: 0 },
        `${row.name} p`,
      );
      expectClose(row.interval!.lower, table.lower[k]!, near, `${row.name} lower`);
      expectClose(row.interval!.upper, table.upper[k]!, near, `${row.name} upper`);
    });
  });

  test("rows, deviances, Pearson chi-square and likelihood", () => {
    const model = generalizedLinearModel(cohort, spec);
    expect([model.n, model.dfResidual]).toEqual([c.result.n, c.result.dfResidual]);
    expectClose(model.deviance, c.result.deviance, near, "deviance");
    expectClose(model.nullDeviance, c.result.nullDeviance, near, "null deviance");
    expectClose(model.pearsonChiSquare, c.result.pearson, near, "Pearson");
    if (model.logLikelihood !== null) {
      const { logLikelihood, aic, bic } = c.result as { logLikelihood: number; aic: number; bic: number };
      expectClose(model.logLikelihood, logLikelihood, near, "log-likelihood");
      expectClose(model.aic, aic, near, "AIC");
      expectClose(model.bic, bic, near, "BIC");
    }
    if (model.theta !== null) expectClose(model.theta.estimate, Number(c.result.theta), { rel: 1e-5, abs: 0 }, "θ");
  });
});
