import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import reference from "../../fixtures/regression/firth.json" with { type: "json" };
import { type FirthModelSpec, firthModel } from "../../src/regression/firthModel.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { type WitnessTable, witnessCase, witnessData } from "./witnessSetup.ts";

const cohort = plainColumns(readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv"), "utf8"));

interface Witnessed {
  readonly coef: WitnessTable;
  readonly loglik: number;
  readonly penalized_loglik: number;
  readonly profile_lo: number[];
  readonly profile_hi: number[];
  readonly plr_chi2: number[];
  readonly plr_p: number[];
}

const help = sharedIsPresent ? witnessData("help_reg") : {};
const relapse = (help.anysub ?? []).map((value) => (value === null ? null : Number(value === "yes")));
const zeroCell = {
  y: [...Array(10).fill(0), ...Array(12).fill(1)] as number[],
  x: [...Array(15).fill(0), ...Array(7).fill(1)] as number[],
};
const shared: [string, Record<string, (number | string | null)[]>, FirthModelSpec][] = [
  ["firth_separated", sharedIsPresent ? witnessData("separated") : {}, { outcome: "y", terms: ["x", "z"] }],
  ["firth_quasi_separated", sharedIsPresent ? witnessData("quasi_separated") : {}, { outcome: "y", terms: ["x", "z"] }],
  ["firth_large", { ...help, relapse }, { outcome: "relapse", terms: ["treat", "age", "sex", "homeless"] }],
  ["firth_2x2_zero", zeroCell, { outcome: "y", terms: ["x"] }],
];

describe.skipIf(!sharedIsPresent)("firthModel: the reference figures of R (needs the shared reference)", () => {
  test.each(shared)("%s", (id, data, spec) => {
    const { expected, tolerance } = witnessCase<Witnessed>("regression", id);
    const model = firthModel(data, spec);
    expect(model.coefficients.length).toBe(expected.coef.estimate.length);
    expectClose(model.logLikelihood, expected.loglik, tolerance, "log-likelihood");
    expectClose(model.penalizedLogLikelihood, expected.penalized_loglik, tolerance, "penalised log-likelihood");
    model.coefficients.forEach((row, k) => {
      const near = (value: number | null, wanted: number, what: string) =>
        expectClose(value, wanted, tolerance, `${row.name} ${what}`);
      near(row.estimate, expected.coef.estimate[k]!, "estimate");
      near(row.standardError, expected.coef.se[k]!, "standard error");
      near(row.wald.statistic, expected.coef.statistic[k]!, "z");
      near(row.wald.pValue, expected.coef.p[k]!, "p of z");
      near(row.wald.interval.lower, expected.coef.lo[k]!, "Wald lower");
      near(row.wald.interval.upper, expected.coef.hi[k]!, "Wald upper");
      near(row.interval!.lower, expected.profile_lo[k]!, "profile lower");
      near(row.interval!.upper, expected.profile_hi[k]!, "profile upper");
      near(row.statistic, expected.plr_chi2[k]!, "χ²");
      near(row.pValue, expected.plr_p[k]!, "p of χ²");
    });
  });

  test("the estimates of brglm2", () => {
    const { expected } = witnessCase<{ brglm2: number[] }>("regression", "firth_large");
    const model = firthModel(...(shared[2]!.slice(1) as [typeof help, FirthModelSpec]));
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, expected.brglm2[k]!, { rel: 1e-10, abs: 1e-12 }, row.name);
    });
  });
});

describe("firthModel: R agrees on the simulated cohort", () => {
  test.each(reference.cases)("$name", (c) => {
    const rows = cohort
      .site!.map((site, row) => (c.site === "all" || site === c.site ? row : -1))
      .filter((r) => r >= 0);
    const data = Object.fromEntries(
      Object.entries(cohort).map(([name, values]) => [name, rows.map((row) => values[row]!)]),
    );
    const model = firthModel(data, { outcome: "abstinent_12", terms: c.terms });
    const { result } = c;
    const near = { rel: 1e-8, abs: 1e-9 };
    expect([model.n, model.events]).toEqual([result.n, result.events]);
    expectClose(model.penalizedLogLikelihood, result.penalized, { rel: 1e-12, abs: 0 });
    expectClose(model.overallTest!.statistic, result.overall, near, "overall");
    expectClose(model.overallTest!.pValue, result.overallP, near, "p of the overall test");
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, result.estimate[k]!, near, `${row.name} estimate`);
      expectClose(row.standardError, result.standardError[k]!, near, `${row.name} standard error`);
      expectClose(row.interval!.lower, result.lower[k]!, near, `${row.name} lower`);
      expectClose(row.interval!.upper, result.upper[k]!, near, `${row.name} upper`);
      expectClose(row.statistic, result.statistic[k]!, near, `${row.name} χ²`);
    });
  });
});

describe("firthModel: by hand", () => {
  test("a 2 × 2 table: half a person is added to each cell, which is what Haldane did", () => {
    // mentored 0 of 4 relapsed, others 2 of 4: odds 0.5/4.5 against 2.5/2.5; SE from p = 1/10 and 1/2 with 4 people each
    const data = { mentored: [0, 0, 0, 0, 1, 1, 1, 1], relapse: [1, 0, 1, 0, 0, 0, 0, 0] };
    const model = firthModel(data, { outcome: "relapse", terms: ["mentored"] });
    const [intercept, mentored] = model.coefficients;
    expectClose(intercept!.estimate, 0, { rel: 0, abs: 1e-12 });
    expectClose(mentored!.oddsRatio.estimate, 1 / 9, { rel: 1e-11, abs: 0 });
    expectClose(mentored!.standardError, Math.sqrt(1 / (4 * 0.09) + 1 / (4 * 0.25)), { rel: 1e-11, abs: 0 });
    expect(mentored!.interval!.upper!).toBeGreaterThan(0);
    expect(model.notes.map((note) => note.code)).toEqual(["separation"]);
  });

  test("no terms: (events + ½) / (people + 1)", () => {
    const model = firthModel({ relapse: [1, 0, 0, 0, 0] }, { outcome: "relapse", terms: [] });
    expectClose(model.coefficients[0]!.oddsRatio.estimate, 1.5 / 4.5, { rel: 1e-12, abs: 0 });
    expect(model.overallTest).toBeNull();
  });
});

const spec: FirthModelSpec = { outcome: "abstinent_12", terms: ["mentored", "severity", "age"] };
const firstSite = Object.fromEntries(
  Object.entries(cohort).map(([name, values]) => [name, values.filter((_, row) => cohort.site![row] === "S01")]),
);

describe("firthModel: laws", () => {
  const model = firthModel(firstSite, spec);

  test("the order of rows changes nothing", () => {
    const turned = Object.fromEntries(Object.entries(firstSite).map(([name, values]) => [name, [...values].reverse()]));
    firthModel(turned, spec).coefficients.forEach((row, k) => {
      const other = model.coefficients[k]!;
      expectClose(row.estimate, other.estimate, { rel: 1e-9, abs: 1e-10 });
      expectClose(row.interval!.lower, other.interval!.lower!, { rel: 1e-8, abs: 1e-9 });
    });
  });

  test("the outcome turned round turns the signs and the limits", () => {
    const relapsed = firstSite.abstinent_12!.map((value) => (value === null ? null : 1 - Number(value)));
    firthModel({ ...firstSite, abstinent_12: relapsed }, spec).coefficients.forEach((row, k) => {
      const other = model.coefficients[k]!;
      expectClose(row.estimate, -other.estimate, { rel: 1e-9, abs: 1e-10 });
      expectClose(row.interval!.lower, -other.interval!.upper!, { rel: 1e-8, abs: 1e-9 });
      expectClose(row.statistic, other.statistic, { rel: 1e-8, abs: 1e-9 });
    });
  });

  test("the unit and the origin of a term do not touch its test", () => {
    const age = firstSite.age!.map((value) => 1000 + 12 * Number(value));
    const moved = firthModel({ ...firstSite, age }, spec).coefficients[3]!;
    expectClose(moved.estimate * 12, model.coefficients[3]!.estimate, { rel: 1e-7, abs: 0 });
    expectClose(moved.statistic, model.coefficients[3]!.statistic, { rel: 1e-7, abs: 0 });
    expectClose(moved.interval!.upper! * 12, model.coefficients[3]!.interval!.upper!, { rel: 1e-7, abs: 0 });
  });

  test("the profile's limits and its test agree about 0", () => {
    for (const level of [0.5, 0.8, 0.95]) {
      for (const row of firthModel(firstSite, { ...spec, level }).coefficients) {
        const inside = row.interval!.lower! < 0 && row.interval!.upper! > 0;
        expect(inside).toBe(row.pValue > 1 - level);
      }
    }
  });

  test("plain data that survive JSON", () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
  });
});

describe("firthModel: refusals", () => {
  test.each([
    ["unknown-option", { ...spec, weights: "age" } as FirthModelSpec],
    ["invalid-option", { ...spec, level: 0 }],
    ["invalid-option", { ...spec, terms: "age" } as unknown as FirthModelSpec],
    ["unknown-column", { ...spec, terms: ["height"] }],
    ["outcome-among-terms", { ...spec, terms: ["abstinent_12"] }],
    ["not-binary", { ...spec, outcome: "wellbeing_12" }],
    ["not-numeric", { ...spec, outcome: "site" }],
    ["collinear", { ...spec, terms: ["age", "age:age", "age:age"] }],
  ] as [string, FirthModelSpec][])("%s", (code, asked) => {
    expect(refusalOf(() => firthModel(cohort, asked)).code).toBe(code);
  });

  test("an outcome that does not vary, no complete row, too few rows", () => {
    const refused = (y: (number | null)[], x: number[]) =>
      refusalOf(() => firthModel({ y, x }, { outcome: "y", terms: ["x"] })).code;
    expect(refused([1, 1, 1], [1, 2, 3])).toBe("constant-outcome");
    expect(refused([null, null, null], [1, 2, 3])).toBe("no-complete-rows");
    expect(refused([1, 0, null], [1, 2, 3])).toBe("too-few-rows");
  });
});
