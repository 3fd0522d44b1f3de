import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type CoxModelSpec, coxModel } from "../../src/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", name), "utf8");
const cohort = plainColumns(fixture("cohorts/cohort.csv"));
const figures = JSON.parse(fixture("followup/cox.json"));
const tolerance = { rel: 1e-8, abs: 1e-10 };
const data = {
  ...cohort,
  entered: cohort.relapse_days!.map((days, row) => Math.min((row + 1) % 30, Number(days) - 1)),
  weight: cohort.relapse_days!.map((_, row) => 0.5 + ((row + 1) % 3) / 4),
};
const spec: CoxModelSpec = {
  time: "relapse_days",
  start: "entered",
  event: { column: "relapse_status", event: 1, competing: 2, censored: 0 },
  terms: ["mentored", "age", "severity"],
  strata: "female",
  cluster: "site",
  weights: "weight",
};
const expectRow = (actual: readonly (number | null)[], expected: readonly number[], label: string) => {
  expect(actual.length, label).toBe(expected.length);
  actual.forEach((value, at) => {
    expectClose(value, expected[at]!, tolerance, `${label} ${at}`);
  });
};

describe.each(["efron", "breslow"] as const)(
  "late entry, strata, weights, clusters and %s ties at once against R (fixtures/followup/cox.R)",
  (ties) => {
    const expected = figures[ties];
    const model = coxModel(data, { ...spec, ties, residuals: true });

    test("coefficients, covariance, likelihoods and tests", () => {
      expect([model.n, model.events]).toEqual([expected.n, expected.events]);
      expectRow(
        model.coefficients.map(({ estimate }) => estimate),
        expected.coef,
        "coefficient",
      );
      expectRow(model.covariance!.flat(), expected.covariance.flat(), "covariance");
      expectRow([model.nullLogLikelihood, model.logLikelihood], expected.loglik, "log likelihood");
      const { score, robustScore, wald } = model.tests!;
      expectRow(
        [score.statistic, robustScore!.statistic, wald!.statistic],
        [expected.score, expected.robustScore, expected.wald],
        "test",
      );
    });

    test("baseline hazards", () => {
      const steps = model.baseline!.flatMap(({ steps }) => steps);
      expect(steps.map(({ time }) => time)).toEqual(expected.time);
      expectRow(
        steps.map(({ atZero }) => atZero),
        expected.hazard,
        "hazard",
      );
    });

    test("concordance", () => {
      const found = model.concordance!;
      expectRow([found.estimate, found.standardError], [expected.concordance, expected.concordanceSe], "concordance");
      const { concordant, discordant, tiedPredictor, tiedTime, tiedBoth } = found;
      expectRow([concordant, discordant, tiedPredictor, tiedTime, tiedBoth], expected.pairs, "pairs");
    });

    test.each(["km", "identity", "log", "rank"] as const)("proportional hazards against %s time", (timeTransform) => {
      const { terms, global } = coxModel(data, { ...spec, ties, timeTransform }).proportionalHazards!;
      expectRow(
        [...terms, global].map(({ statistic }) => statistic),
        expected.zph[timeTransform],
        timeTransform,
      );
    });

    test("residuals", () => {
      const residuals = model.residuals!;
      expectRow(residuals.martingale.slice(0, 40), expected.martingale, "martingale");
      expectRow(residuals.deviance.slice(0, 40), expected.deviance, "deviance");
      expectRow(residuals.dfbeta.slice(0, 40).flat(), expected.dfbeta.flat(), "dfbeta");
      expectRow(
        residuals.schoenfeld.slice(0, 40).flatMap(({ values }) => values),
        expected.schoenfeld.flat(),
        "Schoenfeld",
      );
    });
  },
);
