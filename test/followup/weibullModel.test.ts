import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type WeibullModel, type WeibullModelSpec, weibullModel } from "../../src/followup/index.ts";
import type { Cell } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText, type Tolerance } from "../support/witness.ts";

type Columns = Record<string, Cell[]>;

interface Witness {
  readonly id: string;
  readonly tolerance: Tolerance;
  readonly expected: {
    readonly coef: number[];
    readonly se: number[];
    readonly z: number[];
    readonly p: number[];
    readonly scale: number;
    readonly loglik: number;
    readonly loglik_null: number;
    readonly AIC: number;
    readonly n: number;
  };
}

const data = (name: string): Columns => plainColumns(sharedText(`reference/models/data/${name}.csv`));
const witness = (id: string): Witness =>
  (JSON.parse(sharedText("reference/models/survival.json")) as { cases: Witness[] }).cases.find((c) => c.id === id)!;

function veteran(): Columns {
  const d = data("veteran");
  return { ...d, second: d["trt"]!.map((trt) => (trt === 2 ? 1 : 0)) };
}

describe.skipIf(!sharedIsPresent)("R's survreg agrees (reference/models lies beside the project)", () => {
  const lung = { time: "time", event: "event", terms: ["sex", "age", "ph.ecog"] };
  const karno = { time: "time", event: "status", terms: ["karno", "second", "celltype"] };
  const ties = { time: "time", event: "event", terms: ["g"] };
  const exponential = { distribution: "exponential" } as const;
  it.each<[string, () => Columns, WeibullModelSpec]>([
    ["aft_lung_weibull", () => data("lung"), lung],
    ["aft_lung_exponential", () => data("lung"), { ...lung, ...exponential }],
    ["aft_veteran_weibull", veteran, karno],
    ["aft_veteran_exponential", veteran, { ...karno, ...exponential }],
    ["aft_ties_weibull", () => data("tiny_ties"), ties],
    ["aft_ties_exponential", () => data("tiny_ties"), { ...ties, ...exponential }],
    ["aft_weibull_robust", () => data("lung"), { ...lung, terms: ["sex", "age"], cluster: "inst" }],
  ])("%s: coefficients, log scale, tests, likelihoods, AIC", (id, columns, spec) => {
    const { expected, tolerance } = witness(id);
    const model = weibullModel(columns(), spec);
    const rows = [...model.coefficients, ...(model.logScale === null ? [] : [model.logScale])];
    expect(rows.length).toBe(expected.coef.length);
    rows.forEach((row, k) => {
      expectClose(row.estimate, expected.coef[k]!, tolerance, `coefficient ${k}`);
      expectClose(row.standardError, expected.se[k]!, tolerance, `standard error ${k}`);
      expectClose(row.statistic, expected.z[k]!, tolerance, `z ${k}`);
      expectClose(row.pValue, expected.p[k]!, tolerance, `p ${k}`);
    });
    expectClose(model.scale, expected.scale, tolerance, "scale");
    expectClose(model.logLikelihood, expected.loglik, tolerance, "log-likelihood");
    expectClose(model.logLikelihoodNull, expected.loglik_null, tolerance, "log-likelihood without terms");
    expectClose(model.aic, expected.AIC, tolerance, "AIC");
    expect(model.n).toBe(expected.n);
  });
});

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", path), "utf8");
const cohort = (): Columns => {
  const columns: Columns = plainColumns(fixture("cohorts/cohort.csv"));
  return { ...columns, weight: columns["relapse_days"]!.map((_, row) => 1 + ((row + 1) % 3)) };
};
const relapse: WeibullModelSpec = {
  time: "relapse_days",
  event: { column: "relapse_status", event: 1, competing: 2 },
  terms: ["mentored", "severity", "age"],
};

interface Figures {
  readonly coefficients: number[];
  readonly scale: number;
  readonly covariance: number[][];
  readonly logLik: number;
  readonly logLikNull: number;
  readonly aic: number;
  readonly bic: number;
  readonly n: number;
}

describe("relapse in the simulated cohort against R (fixtures/followup/weibull.R)", () => {
  const figures = JSON.parse(fixture("followup/weibull.json")) as Record<string, Record<string, Figures>>;
  const near = { rel: 1e-8, abs: 1e-12 };
  for (const distribution of ["weibull", "exponential"] as const) {
    it.each<[string, Partial<WeibullModelSpec>]>([
      ["model", {}],
      ["weighted", { weights: "weight" }],
      ["clustered", { cluster: "site" }],
    ])(`${distribution}, %s: coefficients, covariance, likelihood, AIC, BIC`, (name, more) => {
      const expected = figures[distribution]![name]!;
      const model = weibullModel(cohort(), { ...relapse, ...more, distribution });
      expected.coefficients.forEach((value, k) => {
        expectClose(model.coefficients[k]!.estimate, value, near, `coefficient ${k}`);
      });
      expected.covariance.forEach((row, i) => {
        row.forEach((value, j) => {
          expectClose(model.covariance[i]![j]!, value, { rel: 1e-7, abs: 1e-11 }, `covariance ${i} ${j}`);
        });
      });
      expectClose(model.scale, expected.scale, near, "scale");
      expectClose(model.logLikelihood, expected.logLik, near, "log-likelihood");
      expectClose(model.logLikelihoodNull, expected.logLikNull, near, "log-likelihood without terms");
      expectClose(model.aic, expected.aic, near, "AIC");
      expectClose(model.bic, expected.bic, near, "BIC");
      expect(model.n).toBe(expected.n);
    });
  }

  it.each(["weibull", "exponential"] as const)(
    "%s, weighted people at sites: the covariance of people written out as often as they weigh",
    (distribution) => {
      const expected = figures[distribution]!["clusteredRepeated"]!;
      const model = weibullModel(cohort(), { ...relapse, weights: "weight", cluster: "site", distribution });
      expected.covariance.forEach((row, i) => {
        row.forEach((value, j) => {
          expectClose(model.covariance[i]![j]!, value, { rel: 1e-7, abs: 1e-11 }, `covariance ${i} ${j}`);
        });
      });
    },
  );

  it("says that deaths count as censored and that twelve sites are few", () => {
    const { notes } = weibullModel(cohort(), { ...relapse, cluster: "site" });
    expect(notes.map(({ code }) => code)).toEqual(["competing-censored", "few-clusters"]);
  });
});

const exact = { rel: 1e-10, abs: 1e-12 };
const eight: Columns = {
  days: [20, 35, 60, 90, 45, 80, 120, 150],
  relapsed: [1, 1, 1, 0, 1, 1, 0, 1],
  mentored: [0, 0, 0, 0, 1, 1, 1, 1],
  age: [30, 42, 51, 28, 33, 46, 38, 40],
};
const bySupport: WeibullModelSpec = { time: "days", event: "relapsed", terms: ["mentored"] };

describe("by hand", () => {
  it("exponential: the time ratio is the ratio of follow-up per event, its log has variance 1/events + 1/events", () => {
    // reference: 205 days, 3 events; mentored: 395 days, 3 events
    const model = weibullModel(eight, { ...bySupport, distribution: "exponential" });
    const [intercept, mentored] = model.coefficients;
    expectClose(intercept!.estimate, Math.log(205 / 3), exact);
    expectClose(intercept!.standardError, Math.sqrt(1 / 3), exact);
    expectClose(mentored!.timeRatio!.estimate, 395 / 205, exact);
    expectClose(mentored!.hazardRatio!.estimate, 205 / 395, exact);
    expectClose(mentored!.standardError, Math.sqrt(1 / 3 + 1 / 3), exact);
    expectClose(model.logLikelihood, 3 * Math.log(3 / 205) - 3 + 3 * Math.log(3 / 395) - 3, exact);
    expectClose(model.logLikelihoodNull, 6 * Math.log(6 / 600) - 6, exact);
    expect(model.scale).toBe(1);
    expect(model.logScale).toBeNull();
  });

  it("exponential: times twenty orders of magnitude apart do not stop the fit", () => {
    // reference: 1e5 + 1 + 1e-7 + 1e-15 days, 4 events; mentored: 2e5 + 3e4 + 1e-3 + 2 days, 3 events
    const days = [1e5, 1, 1e-7, 1e-15, 2e5, 3e4, 1e-3, 2];
    const relapsed = [1, 1, 1, 1, 0, 1, 1, 1];
    const model = weibullModel({ ...eight, days, relapsed }, { ...bySupport, distribution: "exponential" });
    const perEvent = [(1e5 + 1 + 1e-7 + 1e-15) / 4, (2e5 + 3e4 + 1e-3 + 2) / 3];
    expectClose(model.coefficients[1]!.timeRatio!.estimate, perEvent[1]! / perEvent[0]!, exact);
  });

  it("Weibull without terms: Σ t^k log t / Σ t^k − 1/k equals the mean log event time", () => {
    const model = weibullModel(eight, { ...bySupport, terms: [] });
    const shape = 1 / model.scale;
    const days = eight["days"] as number[];
    const powers = days.map((day) => day ** shape);
    const total = powers.reduce((a, b) => a + b, 0);
    const left = days.reduce((sum, day, i) => sum + powers[i]! * Math.log(day), 0) / total - 1 / shape;
    const right = Math.log(20 * 35 * 60 * 45 * 80 * 150) / 6;
    expectClose(left, right, exact);
    // and the characteristic time is the power mean of follow-up per event
    expectClose(Math.exp(model.coefficients[0]!.estimate), (total / 6) ** (1 / shape), exact);
    expect(model.likelihoodRatioTest).toBeNull();
  });
});

function estimatesOf(model: WeibullModel): number[] {
  const { coefficients, logScale } = model;
  return [...coefficients, ...(logScale === null ? [] : [logScale])].flatMap(({ estimate, standardError }) => [
    estimate,
    standardError!,
  ]);
}

function expectSame(actual: number[], expected: number[], tolerance: Tolerance): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, tolerance, String(k));
  });
}

const ordered = (columns: Columns, order: number[]): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row]!)]));

describe("laws", () => {
  const spec: WeibullModelSpec = { ...bySupport, terms: ["mentored", "age"] };
  const model = weibullModel(eight, spec);
  const near = { rel: 1e-9, abs: 1e-10 };

  it("the order of people does not matter", () => {
    expectSame(estimatesOf(weibullModel(ordered(eight, [7, 2, 5, 0, 1, 6, 4, 3]), spec)), estimatesOf(model), near);
  });

  it("a change of the unit of time moves the intercept by its logarithm and nothing else", () => {
    const weeks = weibullModel({ ...eight, days: eight["days"]!.map((day) => Number(day) / 7) }, spec);
    const expected = estimatesOf(model);
    expected[0]! -= Math.log(7);
    expectSame(estimatesOf(weeks), expected, near);
  });

  it("weight 2 is everybody twice, and weight 0 is nobody", () => {
    const twice = weibullModel(ordered(eight, [0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7]), spec);
    const weighted = weibullModel({ ...eight, weight: new Array(8).fill(2) }, { ...spec, weights: "weight" });
    expectSame(estimatesOf(weighted), estimatesOf(twice), near);
    const more = ordered(eight, [0, 1, 2, 3, 4, 5, 6, 7, 1, 5]);
    const without = weibullModel({ ...more, weight: [1, 1, 1, 1, 1, 1, 1, 1, 0, 0] }, { ...spec, weights: "weight" });
    expectSame(estimatesOf(without), estimatesOf(model), near);
    expect(without.dropped.reasons).toEqual([{ reason: "zero-weight", variable: "weight", rows: 2 }]);
  });

  it("the log hazard ratio is −coefficient / scale, its error that of the delta method", () => {
    const { coefficients, scale, covariance } = model;
    const row = coefficients[1]!;
    expectClose(row.logHazardRatio!.estimate, -row.estimate / scale, near);
    const variance =
      (covariance[1]![1]! - 2 * row.estimate * covariance[1]![3]! + row.estimate ** 2 * covariance[3]![3]!) /
      scale ** 2;
    expectClose(row.logHazardRatio!.standardError, Math.sqrt(variance), near);
    expectClose(row.timeRatio!.interval.upper, Math.exp(row.interval!.upper!), near);
  });

  it("clusters of people repeated give the robust errors of the people, each a cluster", () => {
    const ids = { ...eight, person: ["a", "b", "c", "d", "e", "f", "g", "h"] };
    const single = weibullModel(ids, { ...bySupport, cluster: "person" });
    const doubled = ordered(ids, [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7]);
    expectSame(estimatesOf(weibullModel(doubled, { ...bySupport, cluster: "person" })), estimatesOf(single), near);
  });

  it("a person without a time is left out and counted", () => {
    const missing = weibullModel({ ...eight, days: [null, ...eight["days"]!.slice(1)] }, bySupport);
    expect(missing.n).toBe(7);
    expect(missing.dropped.reasons).toEqual([{ reason: "missing", variable: "days", rows: 1 }]);
  });
});

describe("refusals", () => {
  const codeOf = (columns: Columns, more: Partial<WeibullModelSpec> = {}) =>
    refusalOf(() => weibullModel(columns, { ...bySupport, ...more })).code;

  it("a time of 0, with its row and the remedy", () => {
    const refusal = refusalOf(() => weibullModel({ ...eight, days: [20, 0, 60, 90, 45, 80, 120, 150] }, bySupport));
    expect(refusal.code).toBe("time-not-positive");
    expect(refusal.where).toEqual({ row: 2, column: "days" });
    expect(refusal.remedy).toContain("half a day");
  });

  it("a group without events, naming it", () => {
    const refusal = refusalOf(() => weibullModel({ ...eight, relapsed: [1, 1, 1, 0, 0, 0, 0, 0] }, bySupport));
    expect(refusal.code).toBe("no-finite-estimate");
    expect(refusal.where).toEqual({ column: "mentored" });
    expect(codeOf({ ...eight, relapsed: [1, 1, 1, 0, 0, 0, 0, 0] }, { distribution: "exponential" })).toBe(
      "no-finite-estimate",
    );
  });

  it("events all at the same time, which leave no scale", () => {
    expect(codeOf({ ...eight, days: new Array(8).fill(30) }, { terms: [] })).toBe("no-finite-estimate");
  });

  it("no events, wrong codes, negative times, text times, unknown columns and options", () => {
    expect(codeOf({ ...eight, relapsed: new Array(8).fill(0) })).toBe("no-events");
    expect(codeOf({ ...eight, relapsed: [2, 1, 1, 0, 1, 1, 0, 1] })).toBe("event-code");
    expect(codeOf({ ...eight, days: [-1, 35, 60, 90, 45, 80, 120, 150] })).toBe("negative-time");
    expect(codeOf({ ...eight, days: ["a", 35, 60, 90, 45, 80, 120, 150] })).toBe("not-numeric");
    expect(codeOf(eight, { terms: ["mentor"] })).toBe("unknown-column");
    expect(codeOf(eight, { distribution: "lognormal" as "weibull" })).toBe("invalid-option");
    expect(codeOf(eight, { robust: true } as Partial<WeibullModelSpec>)).toBe("unknown-option");
    expect(codeOf(eight, { level: 95 })).toBe("invalid-option");
  });

  it("the time among the terms, terms that determine each other, too many terms, too few clusters", () => {
    expect(codeOf(eight, { terms: ["mentored", "days"] })).toBe("outcome-among-terms");
    expect(codeOf({ ...eight, twin: eight["mentored"]! }, { terms: ["mentored", "twin"] })).toBe("collinear");
    expect(codeOf(ordered(eight, [0, 5]))).toBe("too-few-rows");
    expect(codeOf({ ...eight, site: [1, 1, 2, 2, 3, 3, 1, 2] }, { cluster: "site" })).toBe("too-few-clusters");
    expect(codeOf({ ...eight, site: new Array(8).fill(1) }, { cluster: "site" })).toBe("one-cluster");
    expect(codeOf({ ...eight, weight: [-1, 1, 1, 1, 1, 1, 1, 1] }, { weights: "weight" })).toBe("negative-weight");
  });
});
