import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { fitGeneralizedLinear, type GeneralizedLinearFit } from "../../src/_models/glm.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const root = resolve(import.meta.dirname, "../..");
const cohort = plainColumns(readFileSync(resolve(root, "fixtures/cohorts/cohort.csv"), "utf8"));

interface Figures {
  coefficients: number[];
  standardErrors: number[];
  deviance: number;
}
const figures = JSON.parse(readFileSync(resolve(root, "fixtures/_models/glm.json"), "utf8")) as {
  models: Record<string, Figures & { n: number; logLikelihood: number; weighted: Figures }>;
};

const cases = [
  ["logit", "abstinent_12", ["mentored", "age", "female", "severity"], { family: "binomial", link: "logit" }],
  ["probit", "abstinent_12", ["mentored", "age", "female", "severity"], { family: "binomial", link: "probit" }],
  ["log-binomial", "abstinent_12", ["mentored", "female"], { family: "binomial", link: "log" }],
  ["poisson", "readmissions", ["mentored", "age", "severity"], { family: "poisson", link: "log" }],
  ["gaussian", "wellbeing_12", ["mentored", "wellbeing_0", "age"], { family: "gaussian", link: "identity" }],
] as const;

/** Tighter than R's own stopping rule allows it to be for the links that are not canonical. */
const tolerances = { canonical: { rel: 1e-9, abs: 1e-11 }, other: { rel: 1e-6, abs: 1e-8 } };

describe("fitGeneralizedLinear agrees with R's glm on the simulated cohort", () => {
  it.each(cases)("%s", (name, outcome, terms, model) => {
    const expected = figures.models[name]!;
    const rows = cohort[outcome]!.flatMap((cell, i) => (cell === null ? [] : [i]));
    expect(rows.length).toBe(expected.n);
    const columns = [rows.map(() => 1), ...terms.map((term) => rows.map((i) => Number(cohort[term]![i])))];
    const design = { rows: rows.length, columns: columns.length, data: Float64Array.from(columns.flat()) };
    const y = Float64Array.from(rows, (i) => Number(cohort[outcome]![i]));
    const offset = Float64Array.from(rows, (i) =>
      name === "poisson" ? Math.log(Number(cohort["followup_days"]![i]) / 365) : 0,
    );
    const near = name === "probit" || name === "log-binomial" ? tolerances.other : tolerances.canonical;
    const check = (fit: GeneralizedLinearFit, figure: Figures) => {
      expect(fit.converged).toBe(true);
      figure.coefficients.forEach((value, j) => {
        expectClose(fit.coefficients[j]!, value, near, `${name} coefficient ${j}`);
        const se = Math.sqrt(fit.covariance.data[j * columns.length + j]!);
        expectClose(se, figure.standardErrors[j]!, near, `${name} standard error ${j}`);
      });
      expectClose(fit.deviance, figure.deviance, { rel: 1e-11, abs: 0 }, `${name} deviance`);
    };
    const fit = fitGeneralizedLinear(design, y, { ...model, offset });
    check(fit, expected);
    expectClose(fit.logLikelihood, expected.logLikelihood, { rel: 1e-11, abs: 0 }, `${name} log-likelihood`);
    const weights = Float64Array.from(rows, (_, i) => 1 + (i % 3));
    check(fitGeneralizedLinear(design, y, { ...model, offset, weights }), expected.weighted);
  });
});
