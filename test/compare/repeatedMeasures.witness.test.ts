import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type RepeatedMeasures, type RepeatedMeasuresSpec, repeatedMeasures } from "../../src/compare/index.ts";
import type { Cell } from "../../src/table.ts";
import { expectClose, plainColumns, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { type ReferenceCase, referenceCases, referenceData } from "./reference.ts";

type Columns = Record<string, Cell[]>;
type Structure = NonNullable<RepeatedMeasuresSpec["correlation"]>;

interface Gls {
  readonly method: "REML" | "ML";
  readonly n: number;
  readonly estimate: number[];
  readonly se: number[];
  readonly p: number[];
  readonly logLik: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly within_cov: number[][];
}

/** The summary of an nlme fit by maximum likelihood widens its errors by √(n / (n − p)), as if by restricted likelihood. */
const widening = (method: string, rows: number, coefficients: number) =>
  method === "ML" ? Math.sqrt(rows / (rows - coefficients)) : 1;

function expectMatrix(actual: readonly (readonly number[])[], expected: number[][], tolerance: Tolerance): void {
  expected.forEach((row, a) => {
    row.forEach((value, b) => {
      expectClose(actual[a]![b]!, value, tolerance, `covariance of ${a} and ${b}`);
    });
  });
}

function expectGls(model: RepeatedMeasures, expected: Gls, tolerance: Tolerance): void {
  expect(model.rows).toBe(expected.n);
  const widened = widening(expected.method, expected.n, expected.estimate.length);
  expected.estimate.forEach((value, k) => {
    const row = model.coefficients[k]!;
    expectClose(row.estimate, value, tolerance, `${row.name} estimate`);
    expectClose(row.standardError! * widened, expected.se[k]!, tolerance, `${row.name} error`);
    expect(row.df).toBe(expected.n - expected.estimate.length);
    if (widened === 1)
      expectClose(row.pValue, expected.p[k]!, { rel: tolerance.rel * 100, abs: 1e-12 }, `${row.name} p`);
  });
  expectMatrix(model.residual.covariance, expected.within_cov, tolerance);
  // where nlme stops short of the top, its likelihood is the lower one
  expect(model.logLikelihood).toBeGreaterThan(expected.logLik - 1e-10);
  const near = { rel: 1e-10, abs: 0 };
  expectClose(model.logLikelihood, expected.logLik, near, "log-likelihood");
  expectClose(model.aic, expected.AIC, near, "AIC");
  expectClose(model.bic, expected.BIC, near, "BIC");
}

const structureOf = (id: string): Structure => {
  if (id.includes("_un_")) return "unstructured";
  if (id.includes("_cs_")) return "compound-symmetry";
  return id.includes("_arh1_") ? "heterogeneous-ar1" : "ar1";
};

const help = { outcome: "mcs", person: "id", wave: "time" } as const;
const sleep = { outcome: "Reaction", terms: ["Days"], person: "Subject", wave: "Days", waveAs: "number" } as const;

describe.skipIf(!sharedIsPresent)("nlme and lmerTest agree (reference/models lies beside the project)", () => {
  test.each(referenceCases("repeated.json", "gls_"))("$id", ({ id, expected, tolerance }: ReferenceCase) => {
    const balanced = id.includes("_b_");
    const spec: RepeatedMeasuresSpec = {
      ...(balanced ? sleep : { ...help, terms: ["time", "treat", "time:treat"], waves: [0, 6, 12] }),
      correlation: structureOf(id),
      method: id.endsWith("_ml") ? "ML" : "REML",
      degreesOfFreedom: "residual",
    };
    const model = repeatedMeasures(referenceData(balanced ? "sleepstudy.csv" : "help_long.csv"), spec);
    expectGls(model, expected as unknown as Gls, tolerance);
  });

  interface Mixed {
    readonly n: number;
    readonly term: string[];
    readonly estimate: number[];
    readonly se: number[];
    readonly df_satterthwaite: number[];
    readonly p: number[];
    readonly logLik: number;
    readonly AIC: number;
  }
  const mixed = [
    ["lmm_sleep_ri", "sleepstudy.csv", sleep],
    ["lmm_help_ri", "help_long.csv", { ...help, terms: ["treat", "time", "sex", "treat:time"], waveAs: "number" }],
    ["lmm_resp_cat", "help_long.csv", { ...help, outcome: "pcs", terms: ["time", "age"] }],
  ] as const;
  describe.each(mixed)("compound symmetry is a random intercept: %s", (name, file, spec) => {
    test.each(["REML", "ML"] as const)("%s: estimates, errors, Satterthwaite df, log-likelihood", (method) => {
      const id = `${name}_${method.toLowerCase()}`;
      const found = referenceCases("repeated.json", id)[0]!;
      const expected = found.expected as unknown as Mixed;
      const model = repeatedMeasures(referenceData(file), { ...spec, correlation: "compound-symmetry", method });
      expect(model.rows).toBe(expected.n);
      expected.estimate.forEach((value, k) => {
        const row = model.coefficients[k]!;
        expectClose(row.estimate, value, { rel: 1e-5, abs: 1e-6 }, row.name);
        expectClose(row.standardError, expected.se[k]!, { rel: 1e-5, abs: 1e-6 }, `${row.name} error`);
        expectClose(row.df, expected.df_satterthwaite[k]!, { rel: 1e-3, abs: 0 }, `${row.name} df`);
        expectClose(row.pValue, expected.p[k]!, { rel: 1e-3, abs: 1e-6 }, `${row.name} p`);
      });
      expectClose(model.logLikelihood, expected.logLik, { rel: 1e-9, abs: 0 }, "log-likelihood");
      expectClose(model.aic, expected.AIC, { rel: 1e-9, abs: 0 }, "AIC");
    });
  });
});

describe.skipIf(!sharedIsPresent)("lmerTest agrees on F (reference/models lies beside the project)", () => {
  test("lmm_anova3: each term with Satterthwaite degrees of freedom", () => {
    interface Anova {
      readonly F: number[];
      readonly num_df: number[];
      readonly den_df: number[];
      readonly p: number[];
    }
    const found = referenceCases("repeated.json", "lmm_anova3")[0]!;
    const expected = found.expected as unknown as Anova;
    const model = repeatedMeasures(referenceData("help_long.csv"), {
      ...help,
      terms: ["time", "treat", "sex"],
      correlation: "compound-symmetry",
    });
    model.termTests.forEach((row, k) => {
      expect(row.df1).toBe(expected.num_df[k]);
      expectClose(row.statistic, expected.F[k]!, found.tolerance, `${row.term} F`);
      expectClose(row.df2, expected.den_df[k]!, found.tolerance, `${row.term} df`);
      expectClose(row.pValue, expected.p[k]!, found.tolerance, `${row.term} p`);
    });
  });
});

const fixtures = resolve(import.meta.dirname, "../../fixtures");

interface Roger {
  readonly covariance: number[][];
  readonly df: number[];
  readonly F: number;
  readonly F_df: number;
  readonly p: number;
}

interface Dense {
  readonly joint: { readonly F: number; readonly df: number; readonly p: number };
  readonly contrast: { readonly estimate: number; readonly se: number; readonly df: number };
  readonly roger: Roger | null;
  readonly name: Structure;
  readonly method: "REML" | "ML";
  readonly estimate: number[];
  readonly covariance: number[][];
  readonly df: number[];
  readonly logLik: number;
  readonly V: number[][];
}

interface Simulated {
  readonly data: Columns;
  readonly nlme: {
    readonly name: Structure;
    readonly method: "REML" | "ML";
    readonly rows: number;
    readonly estimate: number[];
    readonly nlme_se: number[];
    readonly nlme_p: number[];
    readonly logLik: number;
    readonly AIC: number;
    readonly BIC: number;
    readonly V: number[][];
  }[];
  readonly dense: Dense[];
  readonly pbkrtest: Roger;
  readonly cohort: Dense & { readonly people: number; readonly rows: number };
}

const simulated = JSON.parse(readFileSync(resolve(fixtures, "compare/repeated-measures.json"), "utf8")) as Simulated;
const spec: RepeatedMeasuresSpec = {
  outcome: "wellbeing",
  terms: ["month", "mentored", "age", "month:mentored"],
  person: "person",
  wave: "month",
};

function expectDense(model: RepeatedMeasures, expected: Dense): void {
  const near = { rel: 1e-9, abs: 1e-9 };
  expected.estimate.forEach((value, k) => {
    expectClose(model.coefficients[k]!.estimate, value, near, `coefficient ${k}`);
    expectClose(model.coefficients[k]!.df, expected.df[k]!, near, `df ${k}`);
  });
  expectMatrix(model.covariance, expected.covariance, near);
  expectMatrix(model.residual.covariance, expected.V, near);
  expectClose(model.logLikelihood, expected.logLik, { rel: 1e-13, abs: 0 }, "log-likelihood");
  const { statistic, df2, pValue } = model.termTests.at(-1)!;
  expectClose(statistic, expected.joint.F, near, "F");
  expectClose(df2, expected.joint.df, near, "df of F");
  expectClose(pValue, expected.joint.p, near, "p of F");
}

function expectRoger(model: RepeatedMeasures, expected: Roger, tolerance: Tolerance): void {
  expectMatrix(model.covariance, expected.covariance, tolerance);
  expected.df.forEach((value, k) => {
    expectClose(model.coefficients[k]!.df, value, tolerance, `df ${k}`);
  });
  const { statistic, df2, pValue } = model.termTests.at(-1)!;
  expectClose(statistic, expected.F, tolerance, "F");
  expectClose(df2, expected.F_df, tolerance, "df of F");
  expectClose(pValue, expected.p, tolerance, "p of F");
}

describe("simulated people with gaps, in R (fixtures/compare/repeated-measures.R)", () => {
  test.each(simulated.nlme)("nlme $name $method", (expected) => {
    const { name, method, rows, nlme_se, nlme_p, V } = expected;
    const model = repeatedMeasures(simulated.data, {
      ...spec,
      correlation: name,
      method,
      degreesOfFreedom: "residual",
    });
    const figures = { ...expected, n: rows, se: nlme_se, p: nlme_p, within_cov: V };
    // nlme stops short of the top, most of all where unstructured; the dense matrices below get there
    expectGls(model, figures, { rel: name === "unstructured" ? 1e-3 : 1e-4, abs: 1e-6 });
  });

  test.each(simulated.dense)(
    "dense matrices, $name $method: coefficients, both covariances, df, likelihood, F, a contrast",
    (expected) => {
      const { name, method, contrast } = expected;
      const contrasts = { half: { "month: 6": 1, "month: 24 × mentored": 0.5 } };
      const model = repeatedMeasures(simulated.data, { ...spec, correlation: name, method, contrasts });
      expectDense(model, expected);
      const [half] = model.contrasts;
      const near = { rel: 1e-9, abs: 0 };
      expectClose(half!.estimate, contrast.estimate, near, "contrast");
      expectClose(half!.standardError, contrast.se, near, "error of the contrast");
      expectClose(half!.df, contrast.df, near, "df of the contrast");
    },
  );

  test.each(simulated.dense.filter(({ roger }) => roger !== null))(
    "Kenward and Roger with dense matrices, $name: covariance, df, scaled F",
    ({ name, roger }) => {
      const model = repeatedMeasures(simulated.data, { ...spec, correlation: name, degreesOfFreedom: "kenward-roger" });
      expectRoger(model, roger!, { rel: 1e-8, abs: 1e-9 });
    },
  );

  test("Kenward and Roger with pbkrtest, the random intercept that compound symmetry is", () => {
    const roger = { correlation: "compound-symmetry", degreesOfFreedom: "kenward-roger" } as const;
    expectRoger(repeatedMeasures(simulated.data, { ...spec, ...roger }), simulated.pbkrtest, { rel: 1e-6, abs: 1e-9 });
  });

  test("connection of the cohort at two waves, arms equal at the first", () => {
    const cohort = plainColumns(readFileSync(resolve(fixtures, "cohorts/cohort.csv"), "utf8"));
    const column = (name: string) => cohort[name]!;
    const model = repeatedMeasures(
      {
        id: [...column("id"), ...column("id")],
        mentored: [...column("mentored"), ...column("mentored")],
        month: [...column("id").map(() => 0), ...column("id").map(() => 6)],
        connection: [...column("connection_0"), ...column("connection_6")],
      },
      { outcome: "connection", terms: ["month", "month:mentored"], person: "id", wave: "month" },
    );
    expect([model.n, model.rows]).toEqual([simulated.cohort.people, simulated.cohort.rows]);
    expectDense(model, simulated.cohort);
  });
});
