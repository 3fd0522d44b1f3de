import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/cohort.json" with { type: "json" };
import { type CovarianceType, linearModel } from "../../src/regression/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const cohort = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));

describe.each(reference.cases)("R agrees on the simulated cohort: $name", (c) => {
  const weights = "weights" in c ? { weights: c.weights as string } : {};

  test.each(Object.entries(c.result.tables))("%s", (type, table) => {
    const clustered = type.startsWith("CR") ? { cluster: "site" } : {};
    const model = linearModel(cohort, {
      outcome: c.outcome,
      terms: [c.terms].flat(),
      covariance: type as CovarianceType,
      ...weights,
      ...clustered,
    });
    expect(model.coefficients.length).toBe(table.estimate.length);
    model.coefficients.forEach((row, k) => {
      const near = { rel: 1e-9, abs: 1e-11 };
      expectClose(row.estimate, table.estimate[k]!, near, `${row.name} estimate`);
      expectClose(row.standardError, table.standardError[k]!, near, `${row.name} standard error`);
      expectClose(row.df, table.df[k]!, near, `${row.name} df`);
      expectClose(row.pValue, table.pValue[k]!, { rel: 1e-8, abs: 0 }, `${row.name} p`);
      expectClose(row.interval!.lower, table.lower[k]!, near, `${row.name} lower`);
      expectClose(row.interval!.upper, table.upper[k]!, near, `${row.name} upper`);
    });
  });

  test("rows used, overall F and log-likelihood", () => {
    const model = linearModel(cohort, { outcome: c.outcome, terms: [c.terms].flat(), ...weights });
    expect(model.n).toBe(c.result.n);
    expectClose(model.overallTest!.statistic, c.result.overall[0]!, { rel: 1e-10, abs: 0 });
    expectClose(model.logLikelihood, c.result.logLikelihood, { rel: 1e-12, abs: 0 });
  });
});
