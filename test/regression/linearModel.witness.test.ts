import { describe, expect, test } from "vitest";
import { type LinearModel, type LinearModelSpec, linearModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { anorexiaData, mapped, regressionData, sixMonthData } from "./witnessFrames.ts";
import { type WitnessTable, witnessCase, witnessData } from "./witnessSetup.ts";

interface WitnessModel {
  readonly coef: WitnessTable;
  readonly n: number;
  readonly df_resid: number;
  readonly sigma: number;
  readonly r2: number;
  readonly adj_r2: number;
  readonly F: number;
  readonly F_df: [number, number];
  readonly F_p: number;
  readonly logLik: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly rss: number;
  readonly vcov: number[][];
}

function expectTable(model: LinearModel, expected: WitnessTable, tolerance: Tolerance): void {
  expect(model.coefficients.length).toBe(expected.estimate.length);
  model.coefficients.forEach((row, k) => {
    const near = (value: number | null, wanted: number, what: string) =>
      expectClose(value, wanted, tolerance, `${expected.term[k]} ${what}`);
    near(row.estimate, expected.estimate[k]!, "estimate");
    near(row.standardError, expected.se[k]!, "standard error");
    near(row.statistic, expected.statistic[k]!, "t");
    near(row.pValue, expected.p[k]!, "p");
    near(row.interval!.lower, expected.lo[k]!, "lower limit");
    near(row.interval!.upper, expected.hi[k]!, "upper limit");
    if (expected.df !== undefined) near(row.df, expected.df[k]!, "df");
  });
}

function expectModel(model: LinearModel, expected: WitnessModel, tolerance: Tolerance): void {
  expectTable(model, expected.coef, tolerance);
  expect(model.n).toBe(expected.n);
  expect(model.dfResidual).toBe(expected.df_resid);
  expect([model.overallTest!.df1, model.overallTest!.df2]).toEqual(expected.F_df);
  const pairs: [number, number, string][] = [
    [model.residualStandardDeviation, expected.sigma, "sigma"],
    [model.rSquared, expected.r2, "R²"],
    [model.adjustedRSquared, expected.adj_r2, "adjusted R²"],
    [model.overallTest!.statistic, expected.F, "F"],
    [model.overallTest!.pValue, expected.F_p, "p of F"],
    [model.logLikelihood, expected.logLik, "log-likelihood"],
    [model.aic, expected.AIC, "AIC"],
    [model.bic, expected.BIC, "BIC"],
    [model.residualSumOfSquares, expected.rss, "RSS"],
  ];
  for (const [value, wanted, label] of pairs) expectClose(value, wanted, tolerance, label);
  expected.vcov.forEach((row, i) => {
    row.forEach((value, j) => {
      expectClose(model.covariance[i]![j]!, value, tolerance, `covariance ${i} ${j}`);
    });
  });
}

const mcs: LinearModelSpec = { outcome: "mcs", terms: ["treat", "age", "sex", "homeless"] };
const cesd: LinearModelSpec = {
  outcome: "cesd",
  terms: ["substance", "sex", "pss_fr", "ageSquared", "age", "substance:sex"],
};
const drinks: LinearModelSpec = { outcome: "logDrinks", terms: ["racegrp", "indtot", "mcs", "treat"] };
const weighted: LinearModelSpec = { outcome: "mcs", terms: ["treat", "age", "sex"], weights: "weight" };

describe.skipIf(!sharedIsPresent)("R agrees on linear models (reference/models lies beside the project)", () => {
  test.each([
    ["ols_mcs", mcs],
    ["ols_cesd", cesd],
    ["ols_i1", drinks],
    ["wls", weighted],
  ])("%s: coefficients, limits, tests, covariance, R², F, likelihood", (id, spec) => {
    const { expected, tolerance } = witnessCase<WitnessModel>("regression", id);
    expectModel(linearModel(regressionData(), spec), expected, tolerance);
  });

  test.each([
    ["hc_mcs", mcs],
    ["hc_cesd", cesd],
    ["hc_i1", drinks],
    ["wls_hc", weighted],
  ])("%s: HC0 to HC4", (id, spec) => {
    const { expected, tolerance } = witnessCase<Record<string, WitnessTable>>("regression", id);
    for (const covariance of ["HC0", "HC1", "HC2", "HC3", "HC4"] as const) {
      expectTable(linearModel(regressionData(), { ...spec, covariance }), expected[covariance]!, tolerance);
    }
  });

  test("lpm_a: a linear probability model with HC1 and HC3, incomplete rows left out", () => {
    const { expected, tolerance } = witnessCase<Record<string, WitnessTable>>("regression", "lpm_a");
    for (const covariance of ["HC1", "HC3"] as const) {
      const model = linearModel(regressionData(), { outcome: "relapse", terms: ["treat", "homeless"], covariance });
      expectTable(model, expected[covariance]!, tolerance);
    }
  });

  test("ancova_anorexia and ancova_help6: the models, with a declared reference level", () => {
    const anorexia = witnessCase<{ model: WitnessModel }>("regression", "ancova_anorexia");
    const first = linearModel(anorexiaData(), { outcome: "post", terms: ["pre", "treat"] });
    expectModel(first, anorexia.expected.model, anorexia.tolerance);
    expect(first.references).toEqual({ treat: "Cont" });
    const help = witnessCase<{ model: WitnessModel }>("regression", "ancova_help6");
    const second = linearModel(sixMonthData(), { outcome: "mcs", terms: ["mcs0", "treat", "sex", "age"] });
    expectModel(second, help.expected.model, help.tolerance);
  });

  const long = () => witnessData("help_long");
  const did = () => {
    const d = long();
    const rows = Array.from(d["id"]!.keys()).filter((row) => d["time"]![row] === 0 || d["time"]![row] === 6);
    const pick = (name: string) => rows.map((row) => d[name]![row]!);
    return { mcs: pick("mcs"), treat: pick("treat"), id: pick("id"), six: pick("time").map((t) => Number(t === 6)) };
  };
  const epil = () => {
    const d = witnessData("epil");
    return { ...d, logY: mapped(d["y"]!, (y) => Math.log(y + 0.5)), logBase: mapped(d["base"]!, Math.log) };
  };

  test.each<[string, () => Record<string, Cell[]>, LinearModelSpec]>([
    ["cluster_help_long", long, { outcome: "mcs", terms: ["treat", "time", "sex", "age"], cluster: "id" }],
    [
      "cluster_sleepstudy",
      () => witnessData("sleepstudy"),
      { outcome: "Reaction", terms: ["Days"], cluster: "Subject" },
    ],
    ["cluster_few_epil", epil, { outcome: "logY", terms: ["trt", "logBase", "period"], cluster: "subject" }],
    ["cluster_did", did, { outcome: "mcs", terms: ["treat", "six", "treat:six"], cluster: "id" }],
  ])("%s: CR0, CR1, CR1S and CR2 with Satterthwaite df", (id, data, spec) => {
    const { expected, tolerance } = witnessCase<Record<string, WitnessTable> & { n_clusters: number }>(
      "regression",
      id,
    );
    for (const covariance of ["CR0", "CR1", "CR1S", "CR2"] as const) {
      const model = linearModel(data(), { ...spec, covariance });
      expect(model.clusters).toBe(expected.n_clusters);
      expectTable(model, expected[covariance]!, tolerance);
    }
  });

  test("did_2x2: difference in differences by cell means and by the product of arm and time, HC0 to HC4", () => {
    type Did = { means: Record<string, number>; did: number; model: WitnessModel; hc: Record<string, WitnessTable> };
    const { expected, tolerance } = witnessCase<Did>("regression", "did_2x2");
    const d = long();
    const rows = Array.from(d["id"]!.keys()).filter((row) => d["time"]![row] === 0 || d["time"]![row] === 12);
    const data = {
      cesd: rows.map((row) => d["cesd"]![row]!),
      treat: rows.map((row) => d["treat"]![row]!),
      post: rows.map((row) => Number(d["time"]![row] === 12)),
    };
    const spec: LinearModelSpec = { outcome: "cesd", terms: ["treat", "post", "treat:post"] };
    const model = linearModel(data, spec);
    expectModel(model, expected.model, tolerance);
    const [control, treated, later, difference] = model.coefficients.map(({ estimate }) => estimate);
    expectClose(control!, expected.means["control_pre"]!, tolerance);
    expectClose(control! + later!, expected.means["control_post"]!, tolerance);
    expectClose(control! + treated!, expected.means["treated_pre"]!, tolerance);
    expectClose(control! + treated! + later! + difference!, expected.means["treated_post"]!, tolerance);
    expectClose(difference!, expected.did, tolerance);
    for (const covariance of ["HC0", "HC1", "HC2", "HC3", "HC4"] as const) {
      expectTable(linearModel(data, { ...spec, covariance }), expected.hc[covariance]!, tolerance);
    }
  });

  test("nist_longley: the certified table of the whole model", () => {
    const { expected, tolerance } = witnessCase<Record<string, number> & { estimate: number[]; se: number[] }>(
      "regression",
      "nist_longley",
    );
    const terms = ["x1", "x2", "x3", "x4", "x5", "x6"];
    const model = linearModel(witnessData("nist_longley"), { outcome: "y", terms });
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, expected.estimate[k]!, tolerance);
      expectClose(row.standardError, expected.se[k]!, tolerance);
    });
    expect(model.notes).toEqual([]);
    const pairs: [number, string][] = [
      [model.residualStandardDeviation, "sigma"],
      [model.rSquared, "r2"],
      [model.overallTest!.statistic, "F"],
      [model.overallTest!.df1, "df_regression"],
      [model.dfResidual, "df_residual"],
      [model.residualSumOfSquares, "ss_residual"],
    ];
    for (const [value, key] of pairs) expectClose(value, expected[key]!, tolerance, key);
  });
});
