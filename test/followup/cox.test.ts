import { describe, expect, test } from "vitest";
import { type CoxModelSpec, coxModel } from "../../src/index.ts";
import { refusalOf } from "../support/refusal.ts";

/** Eight people: days until relapse or the end of follow-up. */
const eight = {
  days: [1, 2, 3, 4, 5, 6, 7, 8],
  relapsed: [1, 0, 1, 1, 0, 1, 0, 1],
  mentored: [0, 0, 1, 0, 1, 0, 1, 1],
};
const spec: CoxModelSpec = { time: "days", event: "relapsed", terms: ["mentored"] };

/** 120 people of four sites with ties, late entry and weights. */
const many = {
  days: Array.from({ length: 120 }, (_, i) => 20 + ((i * 37) % 61)),
  entered: Array.from({ length: 120 }, (_, i) => (i * 11) % 19),
  relapsed: Array.from({ length: 120 }, (_, i) => ((i * 7) % 5 < 3 ? 1 : 0)),
  mentored: Array.from({ length: 120 }, (_, i) => ((i * 13) % 7 < 3 ? 1 : 0)),
  age: Array.from({ length: 120 }, (_, i) => 25 + ((i * 29) % 31)),
  site: Array.from({ length: 120 }, (_, i) => `site ${i % 4}`),
};
const wide: CoxModelSpec = { time: "days", event: "relapsed", terms: ["mentored", "age"] };
const log = (model: ReturnType<typeof coxModel>) => model.coefficients.map(({ estimate }) => estimate!);
const errors = (model: ReturnType<typeof coxModel>) => model.coefficients.map(({ standardError }) => standardError!);
const expectSame = (actual: readonly number[], expected: readonly number[], digits = 9) =>
  actual.forEach((value, at) => {
    expect(value).toBeCloseTo(expected[at]!, digits);
  });

describe("coxModel by hand", () => {
  test("four relapses in turn, every other person mentored: the likelihood written out", () => {
    // times 1 (not mentored), 2 (mentored), 3 (not mentored), 4 (mentored); h the hazard ratio
    // L = 1/(2 + 2h) · h/(1 + 2h) · 1/(1 + h) · 1, so with x = log h the derivative
    // 1 − h/(1 + h) − 2h/(1 + 2h) − h/(1 + h) is 0 at the estimate
    const model = coxModel(
      { d: [1, 2, 3, 4], e: [1, 1, 1, 1], m: [0, 1, 0, 1] },
      { time: "d", event: "e", terms: ["m"] },
    );
    const h = model.coefficients[0]!.hazardRatio!.estimate;
    expect(1 - h / (1 + h) - (2 * h) / (1 + 2 * h) - h / (1 + h)).toBeCloseTo(0, 12);
    const logLikelihood = -Math.log(2 + 2 * h) + Math.log(h) - Math.log(1 + 2 * h) - Math.log(1 + h);
    expect(model.logLikelihood).toBeCloseTo(logLikelihood, 12);
    expect(model.nullLogLikelihood).toBeCloseTo(-Math.log(24), 12);
    // information: Σ p(1 − p), p the share of the mentored in each risk set
    const shares = [h / (1 + h), (2 * h) / (1 + 2 * h), h / (1 + h)];
    const information = shares.reduce((sum, p) => sum + p * (1 - p), 0);
    expect(model.coefficients[0]!.standardError).toBeCloseTo(1 / Math.sqrt(information), 12);
    // hazard at a time: 1 / Σ h over the risk set
    expectSame(
      model.baseline![0]!.steps.slice(0, 2).map(({ atZero }) => atZero!),
      [1 / (2 + 2 * h), 1 / (2 + 2 * h) + 1 / (1 + 2 * h)],
      12,
    );
  });

  test("two tied events: Efron takes half of them out of the second denominator, Breslow none", () => {
    const tied = { d: [1, 1, 2], e: [1, 1, 1], m: [1, 0, 1] };
    const without = { time: "d", event: "e", terms: [] };
    expect(coxModel(tied, without).logLikelihood).toBeCloseTo(-Math.log(3) - Math.log(2), 12);
    expect(coxModel(tied, { ...without, ties: "breslow" }).logLikelihood).toBeCloseTo(-2 * Math.log(3), 12);
  });

  test("a row is not at risk at or before its start", () => {
    const late = { d: [1, 2, 3], s: [0, 1, 1], e: [1, 1, 1] };
    const model = coxModel(late, { time: "d", start: "s", event: "e", terms: [] });
    expect(model.baseline![0]!.steps.map(({ atRisk }) => atRisk)).toEqual([1, 2, 1]);
    expectSame(
      model.baseline![0]!.steps.map(({ atMeans }) => atMeans),
      [1, 1.5, 2.5],
    );
  });

  test("martingale residuals are events less expected events and add up to nothing", () => {
    const { residuals } = coxModel(eight, { ...spec, residuals: true });
    expect(residuals!.martingale.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(residuals!.schoenfeld.reduce((sum, { values }) => sum + values[0]!, 0)).toBeCloseTo(0, 9);
    expect(residuals!.rows).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe("laws of coxModel", () => {
  const base = coxModel(many, { ...wide, start: "entered", cluster: "site" });
  const take = (rows: readonly number[]) =>
    Object.fromEntries(Object.entries(many).map(([name, values]) => [name, rows.map((row) => values[row]!)]));
  const every = Array.from({ length: 120 }, (_, i) => i);

  test("the order of the rows does not matter", () => {
    const shuffled = coxModel(take(every.map((i) => (i * 49) % 120)), { ...wide, start: "entered", cluster: "site" });
    expectSame(log(shuffled), log(base), 12);
    expectSame(errors(shuffled), errors(base), 12);
    expect(shuffled.concordance!.estimate).toBeCloseTo(base.concordance!.estimate, 12);
  });

  test("shifting and scaling a covariate scales its coefficient only", () => {
    const moved = coxModel(
      { ...many, age: many.age.map((age) => 1e6 + age * 100) },
      { ...wide, start: "entered", cluster: "site" },
    );
    expectSame([log(moved)[0]!, log(moved)[1]! * 100], log(base));
    expect(moved.logLikelihood).toBeCloseTo(base.logLikelihood, 9);
    expect(moved.proportionalHazards!.global.statistic).toBeCloseTo(base.proportionalHazards!.global.statistic, 6);
    expectSame(
      moved.baseline![0]!.steps.map(({ atMeans }) => atMeans),
      base.baseline![0]!.steps.map(({ atMeans }) => atMeans),
    );
  });

  test("any rising transformation of the time gives the same coefficients", () => {
    const warped = coxModel({ ...many, days: many.days.map((day) => Math.exp(day / 20)) }, wide);
    expectSame(log(warped), log(coxModel(many, wide)), 12);
  });

  test("case weights of 2 are every row twice, with Breslow ties", () => {
    const weighted = coxModel({ ...many, twice: every.map(() => 2) }, { ...wide, ties: "breslow", weights: "twice" });
    const doubled = coxModel(take([...every, ...every]), { ...wide, ties: "breslow" });
    expectSame(log(weighted), log(doubled), 10);
    expectSame(errors(weighted), errors(doubled), 10);
  });

  test("rows cut into two at a time between events say the same", () => {
    const cut = every.flatMap((i) => [
      { s: 0, d: 15, e: 0, m: many.mentored[i]!, a: many.age[i]!, id: i },
      { s: 15, d: many.days[i]!, e: many.relapsed[i]!, m: many.mentored[i]!, a: many.age[i]!, id: i },
    ]);
    const split = coxModel(cut, { time: "d", start: "s", event: "e", terms: ["m", "a"], cluster: "id" });
    const whole = coxModel(many, { ...wide, covariance: "robust" });
    expectSame(log(split), log(whole), 10);
    expectSame(errors(split), errors(whole), 10);
  });

  test("the score test of two groups is the log-rank test when no times are tied", () => {
    // observed less expected of the mentored and its hypergeometric variance over the five relapses
    let difference = 0;
    let variance = 0;
    eight.days.forEach((day, i) => {
      if (eight.relapsed[i] !== 1) return;
      const atRisk = eight.mentored.filter((_, k) => eight.days[k]! >= day);
      const share = atRisk.filter((value) => value === 1).length / atRisk.length;
      difference += eight.mentored[i]! - share;
      variance += share * (1 - share);
    });
    expect(coxModel(eight, spec).tests!.score.statistic).toBeCloseTo(difference ** 2 / variance, 12);
  });

  test("dfbeta is close to what leaving a row out does", () => {
    const { residuals, ...whole } = coxModel(many, { ...wide, residuals: true });
    const without = coxModel(take(every.filter((i) => i !== 7)), wide);
    expect(residuals!.dfbeta[7]![0]).toBeCloseTo(whole.coefficients[0]!.estimate! - log(without)[0]!, 2);
  });
});

describe("a likelihood without a maximum", () => {
  const sure = { d: [1, 2, 3, 4, 5, 6], e: [1, 1, 1, 0, 0, 0], m: [0, 0, 0, 1, 1, 1], a: [3, 1, 2, 1, 3, 2] };

  test("is named with the direction; the other coefficient stands", () => {
    const model = coxModel(sure, { time: "d", event: "e", terms: ["m", "a"] });
    expect(model.coefficients[0]).toMatchObject({ estimate: null, standardError: null, diverges: "down" });
    // in the limit only the three who relapse count
    const limit = coxModel({ d: [1, 2, 3], e: [1, 1, 1], a: [3, 1, 2] }, { time: "d", event: "e", terms: ["a"] });
    expect(model.coefficients[1]!.estimate).toBeCloseTo(limit.coefficients[0]!.estimate!, 6);
    expect(model.logLikelihood).toBeCloseTo(limit.logLikelihood, 6);
    expect(model.baseline).toBeNull();
    expect(model.notes.find(({ code }) => code === "monotone-likelihood")!.text).toContain("m grows");
  });

  test("leaves a term undetermined about which the limit says nothing", () => {
    const data = { d: [1, 2, 3, 4, 5, 6], e: [1, 1, 1, 1, 1, 0], a: [1, 2, 3, 4, 5, 6], b: [3, 2, 5, 1, 4, 3] };
    const [a, b] = coxModel(data, { time: "d", event: "e", terms: ["a", "b"] }).coefficients;
    expect(a).toMatchObject({ estimate: null, diverges: "down" });
    expect(b).toMatchObject({ estimate: null, standardError: null, diverges: null });
  });

  test("is found where a single close pair decides", () => {
    const x = [1000, 900, 800, 700, 600, 0, 0, 0, 1, 0.5];
    const data = { d: x.map((_, i) => i + 1), e: [1, 1, 1, 1, 1, 0, 0, 0, 1, 0], x };
    expect(coxModel(data, { time: "d", event: "e", terms: ["x"] }).coefficients[0]!.diverges).toBe("up");
  });

  test("is found with late entry too", () => {
    const model = coxModel({ ...sure, s: [0, 0, 0, 0, 0, 2] }, { time: "d", start: "s", event: "e", terms: ["m"] });
    expect(model.coefficients[0]!.diverges).toBe("down");
  });
});

describe("coxModel refuses", () => {
  const codeOf = (data: Parameters<typeof coxModel>[0], wanted: CoxModelSpec) =>
    refusalOf(() => coxModel(data, wanted)).code;

  test.each([
    ["no-events", { ...eight, relapsed: eight.relapsed.map(() => 0) }, spec],
    ["event-code", { ...eight, relapsed: [1, 0, 2, 1, 0, 1, 0, 1] }, spec],
    ["negative-time", { ...eight, days: [-1, 2, 3, 4, 5, 6, 7, 8] }, spec],
    ["start-not-before-time", { ...eight, from: eight.days }, { ...spec, start: "from" }],
    [
      "collinear",
      { ...eight, same: eight.mentored.map((value) => 3 - value) },
      { ...spec, terms: ["mentored", "same"] },
    ],
    ["collinear", { ...eight, one: eight.mentored.map(() => 1) }, { ...spec, terms: ["one"] }],
    ["collinear", eight, { ...spec, strata: "mentored" }],
    ["outcome-among-terms", eight, { ...spec, terms: ["days"] }],
    ["unknown-column", eight, { ...spec, terms: ["mentor"] }],
    ["unknown-option", eight, { ...spec, tie: "efron" } as CoxModelSpec],
    ["invalid-option", eight, { ...spec, ties: "both" } as unknown as CoxModelSpec],
    ["invalid-option", eight, { ...spec, cluster: "mentored", covariance: "classical" as const }],
    ["negative-weight", { ...eight, w: eight.days.map((day) => day - 2) }, { ...spec, weights: "w" }],
    ["log-of-zero", { ...eight, days: [0, 2, 3, 4, 5, 6, 7, 8] }, { ...spec, timeTransform: "log" as const }],
  ])("%s", (code, data, wanted) => expect(codeOf(data, wanted)).toBe(code));

  test("few events for many coefficients are told, not refused", () => {
    expect(coxModel(eight, spec).notes.map(({ code }) => code)).toContain("few-events");
  });

  test("missing values are left out and counted", () => {
    const model = coxModel({ ...eight, mentored: [0, null, 1, 0, 1, 0, 1, 1] }, spec);
    expect(model.dropped).toMatchObject({ rowsIn: 8, rowsUsed: 7 });
  });
});
