import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type PathStandardErrors, pathModel } from "../../src/mediation/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

interface Witness {
  n: number;
  models: Record<
    string,
    {
      equations: Record<string, string[]>;
      pairs: [string, string][];
      parameters: string[];
      estimates: number[];
      standardised: number[];
      se: Record<PathStandardErrors, number[]>;
      derived: Record<string, { estimate: number } & Record<PathStandardErrors, number>>;
      fit: Record<string, number | null>;
    }
  >;
}

const folder = `${import.meta.dirname}/../../fixtures/mediation/`;
const data = plainColumns(readFileSync(`${folder}parallel.csv`, "utf8"));
const witness: Witness = JSON.parse(readFileSync(`${folder}path-model.json`, "utf8"));
const close = { rel: 1e-8, abs: 1e-9 };
const define: Record<string, string> = { first: "a*b", contrast: "a*b - c*d" };
const labels: Record<string, string> = {
  "connection ~ mentored": "a",
  "wellbeing ~ connection": "b",
  "support ~ mentored": "c",
  "wellbeing ~ support": "d",
};

const cases = Object.entries(witness.models).flatMap(([name, model]) =>
  (["expected", "observed", "robust"] as const).map((standardErrors) => ({ name, standardErrors, model })),
);

describe("path models of the simulated cohort, against matrices written out in R", () => {
  test.each(cases)("$name errors, $standardErrors", ({ model: expected, standardErrors }) => {
    const equations = Object.fromEntries(
      Object.entries(expected.equations).map(([outcome, terms]) => [
        outcome,
        terms.map((term) => {
          const label = labels[`${outcome} ~ ${term}`];
          return label === undefined ? term : `${label}*${term}`;
        }),
      ]),
    );
    const model = pathModel(data, {
      equations,
      correlatedErrors: expected.pairs,
      standardErrors,
      define: Object.fromEntries(Object.keys(expected.derived).map((name) => [name, define[name]!])),
    });
    expect(model.n).toBe(witness.n);
    const rows = [...model.coefficients, ...model.errorVariances, ...model.errorCovariances];
    expect(rows.length).toBe(expected.parameters.length);
    rows.forEach((row, k) => {
      expectClose(row.estimate, expected.estimates[k]!, close, expected.parameters[k]);
      expectClose(row.standardError, expected.se[standardErrors][k]!, close, `${expected.parameters[k]} SE`);
    });
    model.coefficients.forEach(({ standardized }, k) => {
      expectClose(standardized.all, expected.standardised[k]!, close, `${expected.parameters[k]} standardised`);
    });
    for (const { name, estimate, standardError } of model.definitions) {
      expectClose(estimate, expected.derived[name]!.estimate, close, name);
      expectClose(standardError, expected.derived[name]![standardErrors], close, `${name} SE`);
    }
    const fit = model.fit!;
    const found: Record<string, number | null | undefined> = {
      logLikelihood: fit.logLikelihood,
      saturated: fit.saturatedLogLikelihood,
      chisq: fit.chiSquare.statistic,
      df: fit.chiSquare.df,
      p: fit.chiSquare.pValue,
      baseline: fit.baseline.statistic,
      baselineDf: fit.baseline.df,
      cfi: fit.comparativeFitIndex,
      tli: expected.fit.tli === null ? null : fit.tuckerLewisIndex,
      rmsea: fit.rmsea.estimate,
      lower: fit.rmsea.interval.lower,
      upper: fit.rmsea.interval.upper,
      close: fit.rmsea.closeFitPValue,
      srmr: fit.srmr,
      aic: fit.aic,
      bic: fit.bic,
      ...(standardErrors === "robust"
        ? { scaling: fit.scaled!.scalingFactor, baselineScaling: fit.scaled!.baselineScalingFactor }
        : {}),
    };
    for (const [name, value] of Object.entries(found)) {
      const figure = expected.fit[name]!;
      if (figure === null) expect(value, name).toBeNull();
      else expectClose(value ?? null, figure, name === "scaling" ? { rel: 1e-7, abs: 1e-8 } : close, name);
    }
  });
});
