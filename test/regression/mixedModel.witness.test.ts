import { describe, expect, test } from "vitest";
import { chiSquareUpper } from "../../src/_numeric/distributions/index.ts";
import { type MixedModelSpec, mixedModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { witnessCase, witnessData } from "./witnessSetup.ts";

type Columns = Record<string, Cell[]>;

interface Expected {
  readonly n: number;
  readonly estimate: number[];
  readonly se: number[];
  readonly df_satterthwaite: number[];
  readonly t: number[];
  readonly p: number[];
  readonly lo: number[];
  readonly hi: number[];
  readonly variances: { readonly variance: number; readonly sd: number }[];
  readonly covariances: { readonly covariance: number; readonly correlation: number }[];
  readonly logLik: number;
  readonly deviance_minus2ll: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly vcov_beta: number[][];
}

/** Time in half years, and as a category. */
function help(): Columns {
  const columns: Columns = witnessData("help_long");
  const time = columns["time"] as number[];
  columns["half"] = time.map((months) => months / 6);
  columns["wave"] = time.map((months) => `month ${String(months).padStart(2, "0")}`);
  return columns;
}

const close: Tolerance = { rel: 1e-5, abs: 1e-6 };
const sleep = { outcome: "Reaction", terms: ["Days"], group: "Subject" } as const;
const title = "lme4 and lmerTest agree (reference/models lies beside the project)";

describe.skipIf(!sharedIsPresent)(title, () => {
  const cases: [string, () => Columns, MixedModelSpec][] = [
    ["sleep_ri", () => witnessData("sleepstudy"), sleep],
    ["sleep_rs", () => witnessData("sleepstudy"), { ...sleep, randomSlope: "Days" }],
    ["sleep_rs_uncor", () => witnessData("sleepstudy"), { ...sleep, randomSlope: "Days", correlated: false }],
    ["help_ri", help, { outcome: "mcs", terms: ["treat", "time", "sex", "treat:time"], group: "id" }],
    [
      "help_cesd_rs",
      help,
      { outcome: "cesd", terms: ["treat", "half", "treat:half"], group: "id", randomSlope: "half" },
    ],
    ["resp_cat", help, { outcome: "pcs", terms: ["wave", "age"], group: "id" }],
  ];
  describe.each(cases)("lmm_%s", (id, data, spec) => {
    test.each(["REML", "ML"] as const)("%s: coefficients, tests, variances, likelihood", (method) => {
      const { expected } = witnessCase<Expected>("repeated", `lmm_${id}_${method.toLowerCase()}`);
      const model = mixedModel(data(), { ...spec, method });
      expect([model.n, model.notes]).toEqual([expected.n, []]);
      expect(model.coefficients.length).toBe(expected.estimate.length);
      model.coefficients.forEach((row, k) => {
        expectClose(row.estimate, expected.estimate[k]!, close, row.name);
        expectClose(row.standardError, expected.se[k]!, close, `${row.name} standard error`);
        expectClose(row.df, expected.df_satterthwaite[k]!, { rel: 1e-4, abs: 0 }, `${row.name} df`);
        expectClose(row.statistic, expected.t[k]!, close, `${row.name} t`);
        expectClose(row.pValue, expected.p[k]!, { rel: 1e-3, abs: 1e-6 }, `${row.name} p`);
        expectClose(row.interval!.lower, expected.lo[k]!, { rel: 1e-4, abs: 1e-5 }, `${row.name} lower`);
        expectClose(row.interval!.upper, expected.hi[k]!, { rel: 1e-4, abs: 1e-5 }, `${row.name} upper`);
        expected.vcov_beta[k]!.forEach((value, j) => {
          expectClose(model.covariance[k]![j]!, value, close, `${row.name} covariance ${j}`);
        });
      });
      const { intercept, slope, residual, covariance, correlation } = model.random;
      const components = [intercept, slope, residual].filter((one) => one !== null);
      expect(components.length).toBe(expected.variances.length);
      components.forEach((one, k) => {
        expectClose(one.variance, expected.variances[k]!.variance, { rel: 1e-4, abs: 0 }, `variance ${k}`);
        expectClose(one.standardDeviation, expected.variances[k]!.sd, { rel: 1e-4, abs: 0 }, `deviation ${k}`);
      });
      const [joint] = expected.covariances;
      if (joint === undefined) expect([covariance, correlation]).toEqual([null, null]);
      else {
        expectClose(covariance, joint.covariance, { rel: 1e-3, abs: 1e-4 }, "covariance");
        expectClose(correlation, joint.correlation, { rel: 1e-3, abs: 1e-4 }, "correlation");
      }
      expectClose(model.logLikelihood, expected.logLik, { rel: 1e-8, abs: 0 }, "log-likelihood");
      expectClose(model.deviance, expected.deviance_minus2ll, { rel: 1e-8, abs: 0 }, "deviance");
      expectClose(model.aic, expected.AIC, { rel: 1e-8, abs: 0 }, "AIC");
      expectClose(model.bic, expected.BIC, { rel: 1e-8, abs: 0 }, "BIC");
    });
  });

  test("lmm_anova3: F of each term with Satterthwaite degrees of freedom", () => {
    const { expected, tolerance } = witnessCase<Record<"F" | "num_df" | "den_df" | "p", number[]>>(
      "repeated",
      "lmm_anova3",
    );
    const { termTests } = mixedModel(help(), { outcome: "mcs", terms: ["wave", "treat", "sex"], group: "id" });
    termTests.forEach((row, k) => {
      expectClose(row.statistic, expected.F[k]!, tolerance, `${row.term} F`);
      expect(row.df1).toBe(expected.num_df[k]);
      expectClose(row.df2, expected.den_df[k]!, tolerance, `${row.term} df`);
      expectClose(row.pValue, expected.p[k]!, { rel: 1e-3, abs: 0 }, `${row.term} p`);
    });
  });

  test("lmm_kr_sleep: Kenward–Roger standard errors and degrees of freedom", () => {
    const { expected, tolerance } = witnessCase<Record<"se" | "df" | "t" | "p", number[]>>("repeated", "lmm_kr_sleep");
    const model = mixedModel(witnessData("sleepstudy"), {
      ...sleep,
      randomSlope: "Days",
      degreesOfFreedom: "kenward-roger",
    });
    model.coefficients.forEach((row, k) => {
      expectClose(row.standardError, expected.se[k]!, tolerance, `${row.name} standard error`);
      expectClose(row.df, expected.df[k]!, tolerance, `${row.name} df`);
      expectClose(row.statistic, expected.t[k]!, tolerance, `${row.name} t`);
      expectClose(row.pValue, expected.p[k]!, tolerance, `${row.name} p`);
    });
  });

  test("lmm_blup: predicted deviations of every group", () => {
    const { expected, tolerance } = witnessCase<{ level: string[]; values: Record<string, number[]> }>(
      "repeated",
      "lmm_blup",
    );
    const model = mixedModel(witnessData("sleepstudy"), { ...sleep, randomSlope: "Days" });
    expect(model.groupEffects.map(({ group }) => group)).toEqual(expected.level.map(String));
    model.groupEffects.forEach((row, k) => {
      expectClose(row.intercept, expected.values["(Intercept)"]![k]!, tolerance, `${row.group} intercept`);
      expectClose(row.slope, expected.values["Days"]![k]!, tolerance, `${row.group} slope`);
    });
  });

  test("lmm_lrt: two ML models compared by their deviances", () => {
    const { expected, tolerance } = witnessCase<{ chi2: number; df: number; p: number }>("repeated", "lmm_lrt");
    const model = (terms: string[]) => mixedModel(help(), { outcome: "mcs", terms, group: "id", method: "ML" });
    const [smaller, larger] = [model(["time"]), model(["treat", "time", "treat:time"])];
    expect(larger.parameters - smaller.parameters).toBe(expected.df);
    expectClose(smaller.deviance - larger.deviance, expected.chi2, tolerance, "chi-square");
    expectClose(chiSquareUpper(smaller.deviance - larger.deviance, expected.df), expected.p, tolerance, "p");
  });

  test("icc_ri: the share of variance between people", () => {
    const { expected, tolerance } = witnessCase<{ var_between: number; var_within: number; icc: number }>(
      "repeated",
      "icc_ri",
    );
    const model = mixedModel(help(), { outcome: "mcs", terms: [], group: "id" });
    expectClose(model.random.intercept.variance, expected.var_between, tolerance, "between");
    expectClose(model.random.residual.variance, expected.var_within, tolerance, "within");
    expectClose(model.icc, expected.icc, tolerance, "icc");
  });

  test("lmm_balanced_anova: with as many rows in every group REML is the analysis of variance", () => {
    const { expected, tolerance } = witnessCase<{ var_resid: number; var_subject: number }>(
      "repeated",
      "lmm_balanced_anova",
    );
    const { random } = mixedModel(witnessData("sleepstudy"), sleep);
    expectClose(random.residual.variance, expected.var_resid, tolerance, "residual");
    expectClose(random.intercept.variance, expected.var_subject, tolerance, "subject");
  });
});
