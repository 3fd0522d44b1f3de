import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type MixedModelSpec, mixedModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

type Columns = Record<string, Cell[]>;

interface Tests {
  readonly term: string[];
  readonly statistic: number[];
  readonly df1: number[];
  readonly df2: number[];
  readonly pValue: number[];
}

interface Figures {
  readonly n: number;
  readonly estimate: number[];
  readonly standardError: number[];
  readonly df: number[];
  readonly covariance: number[][];
  readonly variances: number[];
  readonly correlation: (number | null)[];
  readonly logLikelihood: number;
  readonly aic: number;
  readonly bic: number;
  readonly theta: number | number[];
  readonly effects: number[][];
  readonly groups: (string | number)[];
  readonly tests?: Tests;
  readonly roger?: {
    readonly standardError: number[];
    readonly df: number[];
    readonly pValue: number[];
    readonly covariance: number[][];
    readonly tests?: Tests;
  };
}

interface Case {
  readonly name: string;
  readonly data: string;
  readonly outcome: string;
  readonly terms: string | string[];
  readonly group: string;
  readonly randomSlope?: string;
  readonly correlated?: boolean;
  readonly reml: Figures;
  readonly ml: Figures;
}

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", path), "utf8");
const { data: small, cases } = JSON.parse(fixture("regression/mixed.json")) as {
  data: Record<string, Columns>;
  cases: Case[];
};
const wide = plainColumns(fixture("cohorts/cohort.csv"));

/** One row per person and interview, as in mixed.R. */
function long(name: string, months: number[]): Columns {
  const once = (column: string) => months.flatMap(() => wide[column]!);
  const decade = (age: Cell) => `${Math.min(5, Math.max(2, Math.floor(Number(age) / 10)))}0s`;
  return {
    id: once("id"),
    site: once("site"),
    mentored: once("mentored"),
    female: once("female"),
    age: once("age"),
    decade: once("age").map(decade),
    month: months.flatMap((month) => wide["id"]!.map(() => month)),
    value: months.flatMap((month) => wide[`${name}_${month}`]!),
  };
}

const data: Record<string, Columns> = {
  ...small,
  wellbeing: long("wellbeing", [0, 12]),
  connection: long("connection", [0, 6]),
};

const specOf = ({ outcome, terms, group, randomSlope, correlated }: Case): MixedModelSpec => ({
  outcome,
  terms: [terms].flat(),
  group,
  ...(randomSlope === undefined ? {} : { randomSlope }),
  ...(correlated === undefined ? {} : { correlated }),
});

describe.each(cases)("lme4 and lmerTest on simulated and on small data: $name", (one) => {
  test.each(["REML", "ML"] as const)("%s", (method) => {
    const expected = method === "REML" ? one.reml : one.ml;
    const model = mixedModel(data[one.data]!, { ...specOf(one), method });
    // lme4 minimises without derivatives: its figures have about six digits where the deviance is flat
    const near = { rel: 5e-6, abs: 1e-6 };
    expect(model.n).toBe(expected.n);
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, expected.estimate[k]!, near, row.name);
      expectClose(row.standardError, expected.standardError[k]!, near, `${row.name} standard error`);
      expectClose(row.df, expected.df[k]!, { rel: 2e-5, abs: 0 }, `${row.name} df`);
      expected.covariance[k]!.forEach((value, j) => {
        expectClose(model.covariance[k]![j]!, value, { rel: 2e-5, abs: 1e-8 }, `${row.name} covariance ${j}`);
      });
    });
    const { intercept, slope, residual, correlation } = model.random;
    const variances = [intercept, slope, residual].filter((found) => found !== null);
    variances.forEach(({ variance }, k) => {
      expectClose(variance, expected.variances[k]!, { rel: 2e-5, abs: 1e-8 }, `variance ${k}`);
    });
    // lme4 gives the correlation of variances that are 0 but for rounding
    if (correlation !== null) expectClose(correlation, expected.correlation[0]!, { rel: 1e-8, abs: 0 }, "correlation");
    expectClose(model.logLikelihood, expected.logLikelihood, { rel: 1e-10, abs: 1e-9 }, "log-likelihood");
    expectClose(model.aic, expected.aic, { rel: 1e-10, abs: 1e-9 }, "AIC");
    expectClose(model.bic, expected.bic, { rel: 1e-10, abs: 1e-9 }, "BIC");
    expect(model.groupEffects.map(({ group }) => group)).toEqual(expected.groups.map(String));
    model.groupEffects.forEach((row, k) => {
      expectClose(row.intercept, expected.effects[k]![0]!, { rel: 1e-4, abs: 2e-5 }, `${row.group} intercept`);
      if (row.slope !== null) expectClose(row.slope, expected.effects[k]![1]!, { rel: 1e-4, abs: 2e-5 }, row.group);
    });
  });

  test("Kenward–Roger as in pbkrtest: standard errors, covariance, degrees of freedom", () => {
    const expected = one.reml.roger!;
    const model = mixedModel(data[one.data]!, { ...specOf(one), degreesOfFreedom: "kenward-roger" });
    model.coefficients.forEach((row, k) => {
      expectClose(row.standardError, expected.standardError[k]!, { rel: 1e-5, abs: 0 }, `${row.name} standard error`);
      expectClose(row.df, expected.df[k]!, { rel: 2e-5, abs: 0 }, `${row.name} df`);
      expectClose(row.pValue, expected.pValue[k]!, { rel: 1e-4, abs: 1e-9 }, `${row.name} p`);
      expected.covariance[k]!.forEach((value, j) => {
        expectClose(model.covariance[k]![j]!, value, { rel: 2e-5, abs: 1e-7 }, `${row.name} covariance ${j}`);
      });
    });
  });

  test("a fit is called singular where R's covariance factor has a pivot of 0", () => {
    const theta = [one.reml.theta].flat();
    const pivots = theta.length === 3 ? [theta[0]!, theta[2]!] : theta;
    const singular = pivots.some((pivot) => pivot < 1e-4);
    const notes = mixedModel(data[one.data]!, specOf(one)).notes.map(({ code }) => code);
    expect(notes.includes("singular-fit")).toBe(singular);
  });
});

describe.each(cases.filter(({ reml }) => reml.tests !== undefined))("terms of several coefficients: $name", (one) => {
  test.each([
    ["satterthwaite", one.reml.tests!],
    ["kenward-roger", one.reml.roger!.tests!],
  ] as const)("%s", (degreesOfFreedom, expected) => {
    const { termTests } = mixedModel(data[one.data]!, { ...specOf(one), degreesOfFreedom });
    expect(termTests.map(({ term, df1 }) => [term, df1])).toEqual(
      expected.term.map((term, k) => [term, expected.df1[k]]),
    );
    termTests.forEach((row, k) => {
      expectClose(row.statistic, expected.statistic[k]!, { rel: 1e-5, abs: 0 }, `${row.term} F`);
      expectClose(row.df2, expected.df2[k]!, { rel: 2e-5, abs: 0 }, `${row.term} df`);
      expectClose(row.pValue, expected.pValue[k]!, { rel: 1e-4, abs: 0 }, `${row.term} p`);
    });
  });
});
