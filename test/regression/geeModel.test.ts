import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type GeeModel, type GeeModelSpec, geeModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { witnessCase, witnessData } from "./witnessSetup.ts";

type Columns = Record<string, Cell[]>;

interface Expected {
  readonly n_clusters: number;
  readonly n: number;
  readonly estimate: number[];
  readonly robust_se: number[];
  readonly naive_se: number[];
  readonly wald: number[];
  readonly p: number[];
  readonly lo: number[];
  readonly hi: number[];
  readonly scale: number;
  readonly alpha?: number[];
}

function expectModel(model: GeeModel, expected: Expected, tolerance: Tolerance): void {
  expect([model.n, model.clusters]).toEqual([expected.n, expected.n_clusters]);
  expect(model.coefficients.length).toBe(expected.estimate.length);
  model.coefficients.forEach((row, k) => {
    expectClose(row.estimate, expected.estimate[k]!, tolerance, `${row.name} estimate`);
    expectClose(row.standardError, expected.robust_se[k]!, tolerance, `${row.name} robust error`);
    expectClose(row.naiveStandardError, expected.naive_se[k]!, tolerance, `${row.name} naive error`);
    expectClose(row.statistic ** 2, expected.wald[k]!, tolerance, `${row.name} Wald`);
    expectClose(row.pValue, expected.p[k]!, tolerance, `${row.name} p`);
    expectClose(row.interval!.lower, expected.lo[k]!, tolerance, `${row.name} lower limit`);
    expectClose(row.interval!.upper, expected.hi[k]!, tolerance, `${row.name} upper limit`);
  });
  expectClose(model.dispersion, expected.scale, tolerance, "dispersion");
  if (expected.alpha === undefined) expect(model.alpha).toBeNull();
  else expectClose(model.alpha, expected.alpha[0]!, tolerance, "alpha");
}

function epil(): Columns {
  const d = witnessData("epil");
  return { ...d, logBase: (d["base"] as number[]).map(Math.log) };
}

const respiratory = () => witnessData("respiratory_long");

describe.skipIf(!sharedIsPresent)("geepack agrees (reference/models lies beside the project)", () => {
  const resp = {
    outcome: "outcome",
    terms: ["treat", "visit", "sex", "age", "baseline"],
    cluster: "cid",
    family: "binomial",
    wave: "visit",
  } as const;
  const seizures = {
    outcome: "y",
    terms: ["trt", "logBase", "age", "period"],
    cluster: "subject",
    family: "poisson",
    wave: "period",
  } as const;
  const help = {
    outcome: "mcs",
    terms: ["treat", "time", "sex", "treat:time"],
    cluster: "id",
    family: "gaussian",
    wave: "time",
  } as const;
  const cases = [
    ["resp", respiratory, resp],
    ["epil", epil, seizures],
    ["help", () => witnessData("help_long"), help],
  ] as const;
  describe.each(cases)("gee_%s", (name, data, { wave, ...spec }) => {
    test.each(["independence", "exchangeable", "ar1"] as const)(
      "%s: coefficients, robust and naive errors, tests, limits, alpha, dispersion",
      (correlation) => {
        const { expected, tolerance } = witnessCase<Expected>("repeated", `gee_${name}_${correlation}`);
        const model = geeModel(data(), { ...spec, correlation, ...(correlation === "ar1" ? { wave } : {}) });
        expectModel(model, expected, tolerance);
      },
    );
  });
});

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", path), "utf8");

interface Simulated {
  readonly data: Columns;
  readonly cases: {
    readonly name: string;
    readonly family: GeeModelSpec["family"];
    readonly link: "identity" | "logit" | "probit" | "log";
    readonly estimate: number[];
    readonly robust: number[][];
    readonly naive: number[][];
    readonly alpha: number;
    readonly dispersion: number;
  }[];
}

describe("simulated people at sites against the formulas written out in R (fixtures/regression/gee.R)", () => {
  const { data, cases } = JSON.parse(fixture("regression/gee.json")) as Simulated;
  test.each(cases)("$name $family $link: coefficients, covariances, alpha, dispersion", (expected) => {
    const { family, link } = expected;
    const model = geeModel(data, { outcome: expected.name, terms: ["mentored", "age"], cluster: "site", family, link });
    const near = { rel: 1e-9, abs: 1e-12 };
    expected.estimate.forEach((value, k) => {
      expectClose(model.coefficients[k]!.estimate, value, near, `coefficient ${k}`);
      expected.robust[k]!.forEach((wanted, j) => {
        expectClose(model.covariance[k]![j]!, wanted, near, `robust ${k} ${j}`);
        expectClose(model.naiveCovariance[k]![j]!, expected.naive[k]![j]!, near, `naive ${k} ${j}`);
      });
    });
    expectClose(model.alpha, expected.alpha, near, "alpha");
    expectClose(model.dispersion, expected.dispersion, near, "dispersion");
  });
});

const exact = { rel: 1e-10, abs: 1e-12 };

describe("by hand", () => {
  // four people at two waves: means 2, 3, 6, 9; overall mean 5
  const pairs: Columns = { person: [1, 1, 2, 2, 3, 3, 4, 4], y: [1, 3, 2, 4, 5, 7, 8, 10] };
  const spec: GeeModelSpec = { outcome: "y", terms: [], cluster: "person", family: "gaussian" };

  test("the mean of four pairs: φ = Σr²/8, α = Σ r r′/(4φ), robust variance = Σ(sum of the pair's residuals)²/64", () => {
    const model = geeModel(pairs, spec);
    const [mean] = model.coefficients;
    // residuals −4 −2, −3 −1, 0 2, 3 5: squares 68, products 8 + 3 + 0 + 15 = 26, sums −6 −4 2 8
    expectClose(mean!.estimate, 5, exact);
    expectClose(model.dispersion, 68 / 8, exact);
    expectClose(model.alpha, 26 / 4 / (68 / 8), exact);
    expectClose(mean!.standardError, Math.sqrt(36 + 16 + 4 + 64) / 8, exact);
    expectClose(mean!.naiveStandardError, Math.sqrt((68 / 8 / 8) * (1 + 26 / 34)), exact);
  });

  test("independence: the naive variance is φ/n", () => {
    const model = geeModel(pairs, { ...spec, correlation: "independence" });
    expectClose(model.coefficients[0]!.naiveStandardError, Math.sqrt(68 / 8 / 8), exact);
    expect(model.alpha).toBeNull();
  });

  test("pairs one wave apart have the same exchangeable and autoregressive model", () => {
    const waves = { ...pairs, month: [0, 6, 0, 6, 0, 6, 0, 6] };
    const ar1 = geeModel(waves, { ...spec, correlation: "ar1", wave: "month" });
    expectClose(ar1.alpha, 26 / 34, exact);
    expectClose(ar1.coefficients[0]!.naiveStandardError, Math.sqrt((68 / 64) * (1 + 26 / 34)), exact);
  });
});

const { data } = JSON.parse(fixture("regression/gee.json")) as Simulated;
const reordered = (columns: Columns, order: number[]): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row]!)]));
const figures = ({ coefficients, alpha, dispersion }: GeeModel) => [
  ...coefficients.flatMap(({ estimate, standardError, naiveStandardError }) => [
    estimate,
    standardError!,
    naiveStandardError,
  ]),
  alpha ?? 0,
  dispersion,
];

function expectSame(actual: number[], expected: number[]): void {
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, { rel: 1e-8, abs: 1e-10 }, String(k));
  });
}

describe("laws", () => {
  const spec: GeeModelSpec = { outcome: "abstinent", terms: ["mentored", "age"], cluster: "site", family: "binomial" };
  const rows = data["site"]!.length;
  const shuffled = Array.from({ length: rows }, (_, i) => (i * 37) % rows);

  test("the order of rows does not matter, with ar1 neither", () => {
    expect(new Set(shuffled).size).toBe(rows);
    for (const more of [{}, { correlation: "ar1", wave: "number" }] as const) {
      const model = geeModel(data, { ...spec, ...more });
      expectSame(figures(geeModel(reordered(data, shuffled), { ...spec, ...more })), figures(model));
    }
  });

  test("every cluster twice: the same estimates, variances halved", () => {
    const sites = data["site"] as number[];
    const twice: Columns = Object.fromEntries(
      Object.entries(data).map(([name, cells]) => [name, [...cells, ...cells]]),
    );
    const model = geeModel(data, spec);
    const doubled = geeModel({ ...twice, site: [...sites, ...sites.map((site) => site + 100)] }, spec);
    expectSame(figures(doubled).slice(-2), figures(model).slice(-2));
    model.coefficients.forEach((row, k) => {
      const other = doubled.coefficients[k]!;
      expectSame(
        [other.estimate, other.standardError! * Math.SQRT2, other.naiveStandardError * Math.SQRT2],
        [row.estimate, row.standardError!, row.naiveStandardError],
      );
    });
  });

  test("the unit of a term divides its coefficient and errors, and nothing else", () => {
    const months = geeModel({ ...data, age: data["age"]!.map((age) => Number(age) * 12) }, spec);
    const model = geeModel(data, spec);
    expectSame(
      [months.coefficients[2]!.estimate * 12, months.coefficients[2]!.standardError! * 12],
      [model.coefficients[2]!.estimate, model.coefficients[2]!.standardError!],
    );
    expectSame(figures(months).slice(-2), figures(model).slice(-2));
  });

  test("the ratio is the exponential of the coefficient; the gaussian family has none", () => {
    const model = geeModel(data, spec);
    expect(model.ratio).toBe("odds ratio");
    expectSame([model.coefficients[1]!.ratio!.estimate], [Math.exp(model.coefficients[1]!.estimate)]);
    expect(geeModel(data, { ...spec, outcome: "wellbeing", family: "gaussian" }).coefficients[1]!.ratio).toBeNull();
  });

  test("missing rows are left out and counted; a wave missing in between is told", () => {
    const missing = { ...data, age: [null, ...data["age"]!.slice(1)] };
    const model = geeModel(missing, spec);
    expect([model.n, model.dropped.reasons]).toEqual([rows - 1, [{ reason: "missing", variable: "age", rows: 1 }]]);
    const gap = { ...data, age: data["age"]!.map((age, row) => (row === 3 ? null : age)) };
    const { notes } = geeModel(gap, { ...spec, correlation: "ar1", wave: "number" });
    expect(notes.map(({ code }) => code)).toContain("waves-missing");
  });
});

describe("refusals", () => {
  const spec: GeeModelSpec = { outcome: "abstinent", terms: ["mentored"], cluster: "site", family: "binomial" };
  const codeOf = (columns: Columns, more: Partial<GeeModelSpec> = {}) =>
    refusalOf(() => geeModel(columns, { ...spec, ...more })).code;
  const rows = data["site"]!.length;

  test("unknown options, families, links, correlations and columns", () => {
    expect(codeOf(data, { weights: "age" } as Partial<GeeModelSpec>)).toBe("unknown-option");
    expect(codeOf(data, { family: "gamma" as "gaussian" })).toBe("invalid-option");
    expect(refusalOf(() => geeModel(data, { ...spec, family: undefined as unknown as "gaussian" })).code).toBe(
      "invalid-option",
    );
    expect(codeOf(data, { link: "identity" })).toBe("invalid-option");
    expect(codeOf(data, { correlation: "unstructured" as "ar1" })).toBe("invalid-option");
    expect(codeOf(data, { cluster: "place" })).toBe("unknown-column");
    expect(codeOf(data, { terms: ["abstinent"] })).toBe("outcome-among-terms");
    expect(codeOf(data, { level: 1 })).toBe("invalid-option");
  });

  test("no cluster, one cluster, clusters of one row, too few clusters, a term that one cluster alone has", () => {
    expect(refusalOf(() => geeModel(data, { ...spec, cluster: undefined as unknown as string })).code).toBe(
      "cluster-needed",
    );
    expect(codeOf({ ...data, site: new Array(rows).fill(1) })).toBe("one-cluster");
    expect(codeOf({ ...data, site: Array.from({ length: rows }, (_, i) => i) })).toBe("no-pairs");
    expect(codeOf({ ...data, site: (data["site"] as number[]).map((site) => site % 2) })).toBe("too-few-clusters");
    const alone = (data["site"] as number[]).map((site) => Number(site === 1));
    const refusal = refusalOf(() =>
      geeModel({ ...data, alone }, { ...spec, outcome: "wellbeing", family: "gaussian", terms: ["alone"] }),
    );
    expect([refusal.code, refusal.where]).toEqual(["too-few-clusters", { column: "alone" }]);
  });

  test("outcomes that the family cannot have, with their row", () => {
    const refusal = refusalOf(() => geeModel(data, { ...spec, outcome: "wellbeing" }));
    expect([refusal.code, refusal.where]).toEqual(["not-binary", { row: 1, column: "wellbeing" }]);
    expect(codeOf(data, { outcome: "wellbeing", family: "poisson" })).toBe("not-counts");
    expect(codeOf({ ...data, abstinent: new Array(rows).fill(1) })).toBe("constant-outcome");
    expect(codeOf({ ...data, twin: data["mentored"]! }, { terms: ["mentored", "twin"] })).toBe("collinear");
    expect(codeOf(data, { terms: ["abstinentToo"] })).toBe("unknown-column");
    expect(codeOf({ ...data, same: data["abstinent"]! }, { terms: ["same"] })).toBe("separation");
  });

  test("waves: needed by ar1, refused elsewhere, one row each", () => {
    expect(codeOf(data, { correlation: "ar1" })).toBe("wave-needed");
    expect(codeOf(data, { wave: "number" })).toBe("invalid-option");
    expect(codeOf(data, { correlation: "ar1", wave: "mentored" })).toBe("repeated-wave");
  });

  test("a correlation that no matrix has", () => {
    // three rows of a person that differ as much as they can: pairs correlate below −1/2
    const apart: Columns = {
      person: [1, 1, 2, 2, 3, 3, 4, 4, 4],
      y: [0, 10, 0, 10, 0, 10, 2, 5, 8],
    };
    expect(codeOf(apart, { outcome: "y", terms: [], cluster: "person", family: "gaussian" })).toBe(
      "correlation-out-of-range",
    );
  });
});
