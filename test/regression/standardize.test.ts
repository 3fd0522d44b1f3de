import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/standardize.json" with { type: "json" };
import { type StandardizeSpec, standardize } from "../../src/regression/standardize.ts";
import { rejectionOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { witnessCase, witnessData } from "./witnessSetup.ts";

const cohort = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));
const exact = { rel: 1e-12, abs: 1e-14 };

interface Witnessed {
  readonly risk0: number;
  readonly risk1: number;
  readonly se_risk0: number;
  readonly se_risk1: number;
  readonly rd: number;
  readonly se_rd: number;
  readonly rd_ci: [number, number];
  readonly se_log_rr: number;
  readonly rr: number;
  readonly rr_ci: [number, number];
  readonly log_or?: number;
  readonly se_log_or?: number;
}

const people = sharedIsPresent ? witnessData("help_reg") : {};
const help = {
  ...people,
  relapse: (people.anysub ?? []).map((value) => (value === null ? null : Number(value === "yes"))),
};
const shared: [string, StandardizeSpec][] = [
  [
    "gcomp_a",
    { outcome: "relapse", terms: ["treat", "age", "sex", "homeless"], exposure: "treat", family: "binomial" },
  ],
  [
    "gcomp_int",
    {
      outcome: "relapse",
      terms: ["treat", "substance", "treat:substance", "age"],
      exposure: "treat",
      family: "binomial",
    },
  ],
  ["gcomp_pois", { outcome: "i1", terms: ["treat", "age", "sex"], exposure: "treat", family: "poisson" }],
];

describe.skipIf(!sharedIsPresent)("standardize: the reference figures of R (needs the shared reference)", () => {
  describe.each(shared)("%s", (id, spec) => {
    test.each([
      ["model", "classical"],
      ["HC0", "HC0"],
    ] as const)("%s", async (key, covariance) => {
      const { expected, tolerance } = witnessCase<Record<string, Witnessed>>("regression", id);
      const wanted = expected[key]!;
      const result = await standardize(help, { ...spec, covariance });
      const near = (value: number | null | undefined, figure: number, label: string) =>
        expectClose(value ?? null, figure, tolerance, label);
      near(result.reference.estimate, wanted.risk0, "risk of the reference");
      near(result.treated.estimate, wanted.risk1, "risk of the treated");
      near(result.reference.standardError, wanted.se_risk0, "its standard error");
      near(result.treated.standardError, wanted.se_risk1, "its standard error");
      near(result.difference.estimate, wanted.rd, "difference");
      near(result.difference.standardError, wanted.se_rd, "its standard error");
      near(result.difference.interval!.lower, wanted.rd_ci[0], "lower");
      near(result.difference.interval!.upper, wanted.rd_ci[1], "upper");
      near(result.ratio!.estimate, wanted.rr, "ratio");
      near(result.ratio!.logStandardError, wanted.se_log_rr, "its standard error");
      near(result.ratio!.interval!.lower, wanted.rr_ci[0], "lower");
      near(result.ratio!.interval!.upper, wanted.rr_ci[1], "upper");
      if (wanted.log_or === undefined) expect(result.oddsRatio).toBeNull();
      else {
        near(Math.log(result.oddsRatio!.estimate), wanted.log_or, "log odds ratio");
        near(result.oddsRatio!.logStandardError, wanted.se_log_or!, "its standard error");
      }
    });
  });
});

describe.each(reference.cases)("standardize: R agrees on the simulated cohort: $name", (c) => {
  test.each(Object.entries(c.result.errors))("%s", async (covariance, errors) => {
    const result = await standardize(cohort, {
      outcome: c.outcome,
      terms: c.terms,
      exposure: "mentored",
      family: c.family as StandardizeSpec["family"],
      link: c.link as "logit",
      covariance: covariance as "HC0",
      ...(covariance.startsWith("CR") ? { cluster: "site" } : {}),
    });
    const wanted = c.result.values as Record<string, number>;
    const deviations = errors as Record<string, number>;
    // R stops by the change of the deviance, which leaves the probit short of the maximum
    const near = { rel: c.link === "probit" ? 1e-7 : 1e-9, abs: 1e-11 };
    expect(result.n).toBe(c.result.n);
    for (const name of ["reference", "treated", "difference"] as const) {
      expectClose(result[name].estimate, wanted[name]!, near, name);
      expectClose(result[name].standardError, deviations[name]!, near, `${name} standard error`);
    }
    for (const [name, key] of [
      ["ratio", "logRatio"],
      ["oddsRatio", "logOddsRatio"],
    ] as const) {
      if (wanted[key] === undefined) expect(result[name]).toBeNull();
      else {
        expectClose(Math.log(result[name]!.estimate), wanted[key], near, key);
        expectClose(result[name]!.logStandardError, deviations[key]!, near, `${key} standard error`);
      }
    }
  });
});

describe("standardize: by hand", () => {
  const eight = { mentored: [0, 0, 0, 0, 1, 1, 1, 1], relapse: [1, 1, 0, 0, 1, 0, 0, 0] };
  const spec = { outcome: "relapse", terms: ["mentored"], exposure: "mentored", family: "binomial" } as const;

  test("without covariates: the plain 2 × 2 table", async () => {
    // 2 of 4 and 1 of 4: difference −1/4 with variance (1/2 · 1/2 + 1/4 · 3/4)/4; ratio 1/2 with variance 1/1 − 1/4 + 1/2 − 1/4
    const { reference, treated, difference, ratio, oddsRatio } = await standardize(eight, spec);
    expectClose(reference.estimate, 1 / 2, exact);
    expectClose(treated.estimate, 1 / 4, exact);
    expectClose(difference.estimate, -1 / 4, exact);
    expectClose(difference.standardError, Math.sqrt(7 / 64), exact);
    expectClose(ratio!.estimate, 1 / 2, exact);
    expectClose(ratio!.logStandardError, 1, exact);
    // odds 1/3 against 1, variance 1/1 + 1/3 + 1/2 + 1/2
    expectClose(oddsRatio!.estimate, 1 / 3, exact);
    expectClose(oddsRatio!.logStandardError, Math.sqrt(7 / 3), exact);
  });

  test("a saturated model: cell means weighted by the strata of everyone", async () => {
    // women 3 of 8: means 4 (reference) and 10; men 5 of 8: 2 and 3. Reference (3·4 + 5·2)/8, treated (3·10 + 5·3)/8
    const data = {
      female: [1, 1, 1, 0, 0, 0, 0, 0],
      mentored: [0, 0, 1, 0, 0, 1, 1, 1],
      wellbeing: [3, 5, 10, 1, 3, 2, 3, 4],
    };
    const result = await standardize(data, {
      outcome: "wellbeing",
      terms: ["mentored", "female", "mentored:female"],
      exposure: "mentored",
      family: "gaussian",
    });
    expectClose(result.reference.estimate, 22 / 8, exact);
    expectClose(result.treated.estimate, 45 / 8, exact);
    // residual squares 2 + 0 + 2 + 2 on 4 df: σ² = 1.5; variances of the cells σ²/2, σ², σ²/2, σ²/3
    const variance = 1.5 * ((3 / 8) ** 2 * (1 / 2 + 1) + (5 / 8) ** 2 * (1 / 2 + 1 / 3));
    expectClose(result.difference.standardError, Math.sqrt(variance), exact);
    expect([result.ratio, result.oddsRatio]).toEqual([null, null]);
  });
});

const abstinence: StandardizeSpec = {
  outcome: "abstinent_12",
  terms: ["mentored", "severity", "age"],
  exposure: "mentored",
  family: "binomial",
};

describe("standardize: laws", () => {
  test("which arm is treated only turns the contrasts round", async () => {
    const one = await standardize(cohort, abstinence);
    const other = await standardize(cohort, {
      ...abstinence,
      exposure: { column: "mentored", treated: 0, reference: 1 },
    });
    expectClose(other.difference.estimate, -one.difference.estimate, { rel: 1e-9, abs: 0 });
    expectClose(other.difference.standardError, one.difference.standardError!, { rel: 1e-9, abs: 0 });
    expectClose(other.ratio!.estimate, 1 / one.ratio!.estimate, { rel: 1e-9, abs: 0 });
    expectClose(other.oddsRatio!.interval!.lower, 1 / one.oddsRatio!.interval!.upper!, { rel: 1e-9, abs: 0 });
  });

  test("everyone twice: the same estimates, standard errors smaller by √2", async () => {
    const twice = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values, ...values]]));
    const one = await standardize(cohort, abstinence);
    const two = await standardize(twice, abstinence);
    expectClose(two.oddsRatio!.estimate, one.oddsRatio!.estimate, { rel: 1e-9, abs: 0 });
    expectClose(two.difference.standardError! * Math.SQRT2, one.difference.standardError!, { rel: 1e-9, abs: 0 });
  });

  test("without a product the gaussian difference is the coefficient, and a shift of a covariate changes nothing", async () => {
    const spec: StandardizeSpec = {
      outcome: "wellbeing_12",
      terms: ["mentored", "age"],
      exposure: "mentored",
      family: "gaussian",
    };
    const age = cohort.age!.map((value) => (value === null ? null : Number(value) + 1000));
    const still = await standardize(cohort, spec);
    const moved = await standardize({ ...cohort, age }, spec);
    expectClose(still.difference.estimate, still.coefficients[1]!.estimate, { rel: 1e-10, abs: 0 });
    expectClose(still.difference.standardError, still.coefficients[1]!.standardError!, { rel: 1e-10, abs: 0 });
    expectClose(moved.treated.estimate, still.treated.estimate, { rel: 1e-9, abs: 0 });
  });

  test("limits of a risk stay between 0 and 1", async () => {
    const rare = { mentored: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1], relapse: [1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0] };
    const result = await standardize(rare, {
      outcome: "relapse",
      terms: ["mentored"],
      exposure: "mentored",
      family: "binomial",
    });
    expect(result.reference.interval!.lower!).toBeGreaterThan(0);
    expect(result.treated.interval!.upper!).toBeLessThan(1);
  });
});

describe("standardize: bootstrap limits", () => {
  const drawn: StandardizeSpec = { ...abstinence, interval: "bootstrap", draws: 400, seed: 3 };

  test("the same estimates as with the delta method, and limits near it", async () => {
    const delta = await standardize(cohort, abstinence);
    const result = await standardize(cohort, drawn);
    expectClose(result.ratio!.estimate, delta.ratio!.estimate, exact);
    expectClose(result.difference.standardError, delta.difference.standardError!, { rel: 0.15, abs: 0 });
    expectClose(result.oddsRatio!.logStandardError, delta.oddsRatio!.logStandardError, { rel: 0.15, abs: 0 });
    expect(result.resampled).toEqual({ seed: 3, draws: { requested: 400, used: 400, failed: 0 } });
    expect(result.difference.interval!.method).toBe("percentile bootstrap");
    expect(result.ratio!.interval!.lower!).toBeLessThan(result.ratio!.estimate);
    expect(result.ratio!.interval!.upper!).toBeGreaterThan(result.ratio!.estimate);
  });

  test("one seed gives one result, another seed another", async () => {
    const small = { ...drawn, draws: 40 };
    const first = await standardize(cohort, small);
    expect(await standardize(cohort, small)).toEqual(first);
    expect((await standardize(cohort, { ...small, seed: 4 })).difference.interval).not.toEqual(
      first.difference.interval,
    );
  });

  test("with a cluster whole clusters are drawn", async () => {
    const pairs = { ...cohort, pair: cohort.id!.map((_, row) => Math.floor(row / 2) % 150) };
    const spec: StandardizeSpec = { ...drawn, cluster: "pair" };
    const twice = Object.fromEntries(Object.entries(pairs).map(([name, values]) => [name, [...values, ...values]]));
    const one = await standardize(pairs, spec);
    const two = await standardize(twice, spec);
    expect(one.clusters).toBe(150);
    // the same clusters with everyone twice: the very same draws
    expectClose(two.difference.standardError, one.difference.standardError!, { rel: 1e-6, abs: 0 });
  });

  test("the result survives JSON", async () => {
    const result = await standardize(cohort, { ...drawn, draws: 20 });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe("standardize: refusals", () => {
  test.each([
    ["unknown-option", { ...abstinence, weight: "age" } as StandardizeSpec],
    ["invalid-option", { ...abstinence, family: undefined } as unknown as StandardizeSpec],
    ["invalid-option", { ...abstinence, covariance: "HC0", cluster: "site" }],
    ["cluster-needed", { ...abstinence, covariance: "CR0" }],
    ["unknown-link", { ...abstinence, link: "identity" }],
    ["unknown-column", { ...abstinence, terms: ["mentored", "height"] }],
    ["not-two-arms", { ...abstinence, terms: ["site"], exposure: "site" }],
    ["exposure-not-among-terms", { ...abstinence, terms: ["age"] }],
    ["outcome-among-terms", { ...abstinence, terms: ["mentored", "abstinent_12"] }],
    ["not-binary", { ...abstinence, outcome: "wellbeing_12" }],
    ["not-counts", { ...abstinence, outcome: "severity", terms: ["mentored"], family: "poisson" }],
    ["not-numeric", { ...abstinence, outcome: "site" }],
    ["collinear", { ...abstinence, terms: ["mentored", "age", "age:age", "age:age"] }],
    ["invalid-option", { ...abstinence, level: 95 }],
    ["invalid-option", { ...abstinence, interval: "bootstrap", draws: 0 }],
  ] as [string, StandardizeSpec][])("%s", async (code, spec) => {
    expect((await rejectionOf(() => standardize(cohort, spec))).code).toBe(code);
  });

  test("separation names the terms", async () => {
    const data = { mentored: [0, 0, 0, 1, 1, 1, 0, 1], relapse: [1, 1, 0, 0, 0, 0, 1, 0] };
    const error = await rejectionOf(() =>
      standardize(data, { outcome: "relapse", terms: ["mentored"], exposure: "mentored", family: "binomial" }),
    );
    expect(error.code).toBe("separation");
    expect(error.message).toContain("mentored");
  });

  test("an outcome that does not vary", async () => {
    const data = { mentored: [0, 0, 1, 1], relapse: [1, 1, 1, 1] };
    const error = await rejectionOf(() =>
      standardize(data, { outcome: "relapse", terms: ["mentored"], exposure: "mentored", family: "binomial" }),
    );
    expect(error.code).toBe("constant-outcome");
  });

  test("a signal that stops the draws", async () => {
    const error = await rejectionOf(() =>
      standardize(cohort, { ...abstinence, interval: "bootstrap", signal: AbortSignal.abort() }),
    );
    expect(error.code).toBe("aborted");
  });
});
