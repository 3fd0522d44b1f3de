import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  coxModel,
  cumulativeIncidence,
  type FineGray,
  type FineGraySpec,
  fineGray,
  type GrayTestSpec,
  grayTest,
  logRank,
} from "../../src/followup/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { caseOf, dataOf } from "./coxReference.ts";

type Numbers = Record<string, number[]> & Record<"loglik" | "loglik_null", number>;

describe.skipIf(!sharedIsPresent)("R's cmprsk and survival agree (reference/models lies beside the project)", () => {
  const people = () => {
    const columns = dataOf("mgus2");
    return { ...columns, male: columns["sex"]!.map((sex) => (sex === "M" ? 1 : 0)) };
  };
  const expectCoefficients = (
    model: FineGray,
    expected: Numbers,
    tolerance: Tolerance,
    [low, high, ratio]: string[],
  ) => {
    model.coefficients.forEach((row, j) => {
      expectClose(row.estimate, expected["coef"]![j]!, tolerance, `${row.name} estimate`);
      expectClose(row.standardError, expected["se"]![j]!, tolerance, `${row.name} error`);
      expectClose(row.statistic, expected["z"]![j]!, tolerance, `${row.name} z`);
      expectClose(row.pValue, expected["p"]![j]!, tolerance, `${row.name} p`);
      expectClose(row.hazardRatio!.estimate, expected[ratio!]![j]!, tolerance, `${row.name} ratio`);
      expectClose(row.hazardRatio!.interval.lower, expected[low!]![j]!, tolerance, `${row.name} lower`);
      expectClose(row.hazardRatio!.interval.upper, expected[high!]![j]!, tolerance, `${row.name} upper`);
    });
    expectClose(model.logLikelihood, expected.loglik, tolerance, "log likelihood");
    expectClose(model.nullLogLikelihood, expected.loglik_null, tolerance, "null log likelihood");
  };
  const spec = (cause: number): FineGraySpec => ({
    time: "etime",
    event: { column: "event", event: cause, competing: 3 - cause, censored: 0 },
    terms: ["age", "male", "hgb"],
  });

  test.each([1, 2])("fine_gray_cause%i: crr, the censoring curve as in the paper", (cause) => {
    const { expected, tolerance } = caseOf(`fine_gray_cause${cause}`);
    const figures = expected as unknown as Numbers & Record<"var" | "var_naive", number[][]>;
    const model = fineGray(people(), { ...spec(cause), censoringTies: "together" });
    expectCoefficients(model, figures, tolerance, ["lo", "hi", "shr"]);
    const classical = fineGray(people(), { ...spec(cause), censoringTies: "together", covariance: "classical" });
    figures.var.flat().forEach((value, k) => {
      expectClose(model.covariance!.flat()[k]!, value, tolerance, "covariance");
      expectClose(classical.covariance!.flat()[k]!, figures.var_naive.flat()[k]!, tolerance, "model-based covariance");
    });
  });

  test.each([1, 2])("finegray_survival_cause%i: finegray, the weights as known", (cause) => {
    const { expected, tolerance } = caseOf(`finegray_survival_cause${cause}`);
    const figures = expected as unknown as Numbers & { vcov: number[][]; n_event: number; wald: number };
    const model = fineGray(people(), { ...spec(cause), covariance: "known-weights" });
    expectCoefficients(model, figures, tolerance, ["hr_lo", "hr_hi", "hr"]);
    expect(model.events).toBe(figures.n_event);
    figures.vcov.flat().forEach((value, k) => {
      expectClose(model.covariance!.flat()[k]!, value, tolerance, "covariance");
    });
    // R rounds this one
    expectClose(model.wald!.statistic, figures.wald, { rel: 1e-3, abs: 0.0051 }, "Wald");
  });

  test.each(["cuminc_gray", "cuminc_tiny"])("%s: Gray's test of both causes", (id) => {
    const { expected, tolerance } = caseOf(id);
    const { gray } = expected as unknown as { gray: Record<"stat" | "p" | "df", number[]> };
    const tiny = {
      etime: [1, 1, 2, 2, 3, 3, 3, 4, 5, 6, 6, 7],
      event: [1, 2, 1, 0, 2, 1, 1, 0, 2, 1, 0, 2],
      sex: ["a", "b", "a", "b", "a", "b", "a", "b", "a", "b", "a", "b"],
    };
    for (const cause of [1, 2]) {
      const { time, event } = spec(cause);
      const found = grayTest(id === "cuminc_tiny" ? tiny : dataOf("mgus2"), { time, event, group: "sex" });
      expectClose(found.statistic, gray.stat[cause - 1]!, tolerance, "statistic");
      expectClose(found.pValue, gray.p[cause - 1]!, tolerance, "p");
      expect(found.df).toBe(gray.df[cause - 1]);
    }
  });
});

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", name), "utf8");
const columns = plainColumns(fixture("cohorts/cohort.csv"));
const cohort = {
  ...columns,
  month: columns["relapse_days"]!.map((days) => Math.ceil(Number(days) / 30)),
  third: columns["age"]!.map((age) => (Number(age) < 35 ? "young" : Number(age) < 50 ? "middle" : "old")),
};

describe("relapse and death in the simulated cohort against R (fixtures/followup/competing.R)", () => {
  const figures = JSON.parse(fixture("followup/competing.json"));
  const close = { rel: 1e-7, abs: 1e-9 };
  const spec: FineGraySpec = {
    time: "month",
    event: { column: "relapse_status", event: 1, competing: 2, censored: 0 },
    terms: ["mentored", "age", "severity"],
  };
  const expectCovariance = (model: FineGray, expected: number[][]) =>
    expected.flat().forEach((value, k) => {
      expectClose(model.covariance!.flat()[k]!, value, close, `covariance ${k}`);
    });

  test.each([
    ["days", { time: "relapse_days" }, [90, 300]],
    ["months", {}, [3, 10]],
    ["deaths", { event: { column: "relapse_status", event: 2, competing: 1, censored: 0 } }, [3, 10]],
  ] as const)("crr, %s: coefficients, covariances, predicted incidence", (name, more, times) => {
    const expected = figures.crr[name];
    const profiles = [
      { mentored: 0, age: 30, severity: 0.5 },
      { mentored: 1, age: 45, severity: -0.5 },
    ];
    const asked: FineGraySpec = { ...spec, ...more, censoringTies: "together", predict: { profiles, times } };
    const model = fineGray(cohort, asked);
    model.coefficients.forEach(({ estimate }, j) => {
      expectClose(estimate, expected.coef[j], close, "coefficient");
    });
    expectCovariance(model, expected.covariance);
    expectCovariance(fineGray(cohort, { ...asked, covariance: "classical" }), expected.naive);
    expectClose(model.logLikelihood, expected.loglik, close);
    expectClose(model.nullLogLikelihood, expected.loglikNull, close);
    times.forEach((_, t) => {
      model.predictions!.forEach(({ incidence }, i) => {
        expectClose(incidence[t]!.incidence, expected.incidence[t][i], close, "incidence");
      });
    });
  });

  test("finegray by person and by site", () => {
    for (const [name, more] of [
      ["rows", {}],
      ["sites", { cluster: "site" }],
    ] as const) {
      const expected = figures.known[name];
      const model = fineGray(cohort, { ...spec, ...more, covariance: "known-weights" });
      model.coefficients.forEach(({ estimate }, j) => {
        expectClose(estimate, expected.coef[j], close, "coefficient");
      });
      expectCovariance(model, expected.covariance);
      expectClose(model.logLikelihood, expected.loglik[1], close);
    }
  });

  test.each([
    ["arms", { group: "mentored" }],
    ["ages", { group: "third" }],
    ["sites", { group: "site" }],
    ["strata", { group: "mentored", strata: "site" }],
    ["early", { group: "third", rho: 1 }],
  ] as const)("cuminc, %s: Gray's test of relapse and of death", (name, more) => {
    const expected = figures.gray[name];
    for (const cause of [1, 2]) {
      const event = { column: "relapse_status", event: cause, competing: 3 - cause, censored: 0 };
      const found = grayTest(cohort, { time: "month", event, ...more } as GrayTestSpec);
      expectClose(found.statistic, expected.statistic[cause - 1], { rel: 1e-9, abs: 1e-11 }, "statistic");
      expectClose(found.pValue, expected.p[cause - 1], { rel: 1e-9, abs: 1e-12 }, "p");
      expect(found.df).toBe(expected.df[cause - 1]);
    }
  });
});

const eight = {
  days: [5, 9, 14, 20, 26, 31, 40, 52],
  status: [1, 2, 1, 0, 1, 2, 0, 1],
  mentored: [0, 1, 0, 0, 1, 0, 1, 1],
};
const event = { column: "status", event: 1, competing: 2, censored: 0 };
const spec: FineGraySpec = { time: "days", event, terms: ["mentored"] };

describe("by hand", () => {
  test("who died stays at risk with weight G(t−)/G(s−): the pseudo-score is 0 at the estimate", () => {
    // censored at 20 (five followed) and 40 (two): G is 4/5 after 20, and half of it after 40.
    // h the ratio; the person of day 9 (mentored) died when G was 1, the one of day 31 (not) when it was 4/5
    const model = fineGray(eight, spec);
    const h = model.coefficients[0]!.hazardRatio!.estimate;
    const risk = [
      { plain: 4, mentored: 4 }, // day 5, all
      { plain: 3, mentored: 4 }, // day 14: not mentored 14, 20, 31; mentored 9 (died), 26, 40, 52
      { plain: 1, mentored: 3 + 4 / 5 }, // day 26: 31; 26, 40, 52 and the dead of day 9 at 4/5
      { plain: 1 / 2, mentored: 1 + 2 / 5 }, // day 52: the dead of day 31 at (2/5)/(4/5); 52 and the dead of day 9 at 2/5
    ];
    const events = [0, 0, 1, 1];
    const score = risk.reduce(
      (sum, { plain, mentored }, k) => sum + events[k]! - (mentored * h) / (plain + mentored * h),
      0,
    );
    expect(score).toBeCloseTo(0, 10);
    const logLikelihood = risk.reduce(
      (sum, { plain, mentored }, k) => sum + events[k]! * Math.log(h) - Math.log(plain + mentored * h),
      0,
    );
    expect(model.logLikelihood).toBeCloseTo(logLikelihood, 12);
    expect(model.nullLogLikelihood).toBeCloseTo(-Math.log(8 * 7 * 4.8 * 1.9), 12);
  });

  test("Gray's score with two groups: events less their share of the subdistribution's risk set", () => {
    // days 1 (a has the event), 2 (b dies), 3 (b has it), 4 (a dies); nobody censored, so the dead stay at risk whole
    const data = { d: [1, 2, 3, 4, 5, 5], s: [1, 2, 1, 2, 0, 0], g: ["a", "b", "b", "a", "a", "b"] };
    const { groups } = grayTest(data, { time: "d", event: { ...event, column: "s" }, group: "g" });
    // day 1: 3 of a, 3 of b. Day 3: 2 of a are free of it, 3 of b (one of them dead)
    expect(groups.map(({ observed }) => observed)).toEqual([1, 1]);
    expect(groups[0]!.expected).toBeCloseTo(3 / 6 + 2 / 5, 12);
    expect(groups[1]!.expected).toBeCloseTo(3 / 6 + 3 / 5, 12);
  });
});

const people = fc.array(
  fc.record({
    d: fc.integer({ min: 1, max: 20 }),
    s: fc.constantFrom(0, 1, 1, 2),
    x: fc.integer({ min: -20, max: 20 }),
    g: fc.constantFrom("a", "b", "c"),
  }),
  { minLength: 30, maxLength: 60 },
);
type Person = { d: number; s: number; x: number; g: string };
const withAll = (rows: Person[]) =>
  rows.map((row, i) =>
    i < 9 ? { d: 1 + ((i * 5) % 9), s: [1, 1, 2][i % 3]!, x: ((i * 7) % 11) - 5, g: "abc"[(i * 2) % 3]! } : row,
  );
const byStatus = { column: "s", event: 1, competing: 2, censored: 0 };
const drawn: FineGraySpec = { time: "d", event: byStatus, terms: ["x", "g"] };
const estimatesOf = (model: FineGray) =>
  model.coefficients.flatMap(({ estimate, standardError }) => [estimate!, standardError!]);
const expectSame = (actual: number[], expected: number[], tolerance = { rel: 1e-7, abs: 1e-9 }) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, tolerance, String(k));
  });
};
const check = (law: (rows: Person[]) => void, numRuns = 25) =>
  fc.assert(
    fc.property(people, (rows) => {
      const all = withAll(rows);
      fc.pre(fineGray(all, drawn).coefficients.every(({ estimate }) => estimate !== null));
      law(all);
    }),
    { numRuns, seed: 21 },
  );

describe("laws", () => {
  test("the order of people does not matter", () => {
    check((rows) => {
      const turned = [...rows].reverse();
      expectSame(estimatesOf(fineGray(turned, drawn)), estimatesOf(fineGray(rows, drawn)));
      const asked = { time: "d", event: byStatus, group: "g" };
      expectClose(grayTest(turned, asked).statistic, grayTest(rows, asked).statistic, { rel: 1e-9, abs: 1e-12 });
    });
  });

  test("units of time and of a covariate from 1e-150 to 1e150, and its shift, change nothing but its coefficient", () => {
    const powers = fc.integer({ min: -146, max: 146 });
    fc.assert(
      fc.property(people, powers, powers, (drawnRows, timePower, power) => {
        const rows = withAll(drawnRows);
        fc.pre(fineGray(rows, drawn).coefficients.every(({ estimate }) => estimate !== null));
        const scaled = rows.map((row) => ({ ...row, d: row.d * 10 ** timePower, x: (row.x + 50) * 10 ** power }));
        const found = estimatesOf(fineGray(scaled, drawn));
        for (const k of [0, 1]) found[k]! *= 10 ** power;
        expectSame(found, estimatesOf(fineGray(rows, drawn)));
        const asked = { time: "d", event: byStatus, group: "g" };
        expect(grayTest(scaled, asked).statistic).toBe(grayTest(rows, asked).statistic);
      }),
      { numRuns: 30, seed: 22 },
    );
  });

  test("without deaths it is the Cox model with Breslow's ties, its robust errors and predictions too", () => {
    check((rows) => {
      const alive = rows.map((row) => ({ ...row, s: row.s === 2 ? 1 : row.s, dead: 0 }));
      const cox = coxModel(alive, {
        ...{ time: "d", event: "s", terms: ["x", "g"], ties: "breslow", covariance: "robust" },
        predict: { profiles: [{ x: 1, g: "b" }], times: [9] },
      });
      if (cox.predictions === null) return;
      const model = fineGray(alive, {
        ...{ time: "d", event: "s", competing: "dead", terms: ["x", "g"] },
        predict: { profiles: [{ x: 1, g: "b" }], times: [9] },
      });
      expectSame(
        estimatesOf(model),
        cox.coefficients.flatMap(({ estimate, standardError }) => [estimate!, standardError!]),
      );
      const survival = cox.predictions[0]!.curve[0]!.survival!;
      expectClose(model.predictions![0]!.incidence[0]!.incidence, 1 - survival, { rel: 1e-8, abs: 1e-10 });
      expect(model.notes.map(({ code }) => code)).toContain("no-competing-events");
    });
  });

  test("events first: the weighted risk sets give the Aalen–Johansen curve", () => {
    check((rows) => {
      // a term that says nothing (coefficient of 0 after turning it round) leaves 1 − Π(1 − d/S₀) of the two halves together
      const twice = [...rows.map((row) => ({ ...row, half: 1 })), ...rows.map((row) => ({ ...row, half: 0 }))];
      const times = [...new Set(rows.map(({ d }) => d))].sort((a, b) => a - b);
      const model = fineGray(twice, { ...drawn, terms: ["half"], predict: { profiles: [{ half: 0 }], times } });
      expectClose(model.coefficients[0]!.estimate, 0, { rel: 0, abs: 1e-10 });
      const hazards = model.predictions![0]!.incidence.map(({ incidence }) => -Math.log1p(-incidence!));
      let free = 1;
      const curve = hazards.map((hazard, k) => {
        free *= 1 - (hazard - (k === 0 ? 0 : hazards[k - 1]!));
        return 1 - free;
      });
      const { groups } = cumulativeIncidence(
        { time: rows.map(({ d }) => d), event: rows.map(({ s }) => s) },
        { times },
      );
      groups[0]!.causes[0]!.at.forEach(({ incidence }, k) => {
        if (incidence !== null) expectClose(curve[k]!, incidence, { rel: 1e-9, abs: 1e-10 });
      });
    });
  });

  test("the errors of predicted incidences are near those of the Aalen–Johansen curve where the terms say nothing", () => {
    const days = columns["relapse_days"] as number[];
    const size = days.length;
    // everybody twice, once in each half, and a person as cluster: the halves differ by nothing at all
    const twice = {
      days: [...days, ...days],
      status: [...columns["relapse_status"]!, ...columns["relapse_status"]!],
      half: days.concat(days).map((_, row) => (row < size ? 0 : 1)),
      person: days.concat(days).map((_, row) => row % size),
    };
    const times = [60, 150, 300];
    const of = (covariance: "fine-gray" | "known-weights" | "classical") =>
      fineGray(twice, {
        ...{ time: "days", event, terms: ["half"], covariance, predict: { profiles: [{ half: 1 }], times } },
        ...(covariance === "classical" ? {} : { cluster: "person" }),
      }).predictions![0]!.incidence;
    const { groups } = cumulativeIncidence(
      { time: days, event: columns["relapse_status"] as number[] },
      { times, variance: "greenwood" },
    );
    const predicted = of("fine-gray");
    groups[0]!.causes[0]!.at.forEach((row, k) => {
      expectClose(predicted[k]!.incidence, row.incidence!, { rel: 0.01, abs: 0 });
      expectClose(predicted[k]!.standardError, row.standardError!, { rel: 0.01, abs: 0 });
      expectClose(predicted[k]!.lower, row.lower!, { rel: 0.02, abs: 0 });
      expectClose(predicted[k]!.upper, row.upper!, { rel: 0.02, abs: 0 });
    });
    expect(of("known-weights")[2]!.standardError).not.toBe(predicted[2]!.standardError);
    expect(of("classical")[0]).toMatchObject({ standardError: null, lower: null, upper: null });
  });

  test("leaving people out one by one gives about the standard errors, of coefficients and of predicted incidences", () => {
    const size = columns["age"]!.length;
    const asked: FineGraySpec = {
      ...{ time: "month", terms: ["mentored", "severity"], event: { ...event, column: "relapse_status" } },
      predict: { profiles: [{ mentored: 1, severity: 0.5 }], times: [6] },
    };
    const every = Array.from({ length: size }, (_, row) => row);
    const of = (rows: number[]) => {
      const some = Object.entries(cohort).map(([name, values]) => [name, rows.map((row) => values[row]!)]);
      const model = fineGray(Object.fromEntries(some), asked);
      return { ...model, risk: model.predictions![0]!.incidence[0]! };
    };
    const all = of(every);
    let coefficient = 0;
    let risk = 0;
    for (let out = 0; out < size; out += 5) {
      const without = of(every.filter((row) => row !== out));
      coefficient += 5 * (without.coefficients[0]!.estimate! - all.coefficients[0]!.estimate!) ** 2;
      risk += 5 * (without.risk.incidence! - all.risk.incidence!) ** 2;
    }
    for (const ratio of [
      Math.sqrt(coefficient) / all.coefficients[0]!.standardError!,
      Math.sqrt(risk) / all.risk.standardError!,
    ]) {
      expect(ratio).toBeGreaterThan(0.9);
      expect(ratio).toBeLessThan(1.1);
    }
  });

  test("Gray's test: which group comes first does not matter; without deaths and ties it is near the log-rank test", () => {
    check((rows) => {
      const asked = { time: "d", event: byStatus, group: "g" };
      const named = rows.map((row) => ({ ...row, g: { a: "z", b: "b", c: "c" }[row.g]! }));
      expectClose(grayTest(named, asked).statistic, grayTest(rows, asked).statistic, { rel: 1e-9, abs: 1e-12 });
    });
    const alive = Array.from({ length: 300 }, (_, i) => ({ d: 1 + ((i * 67) % 301), s: 1, dead: 0, g: i % 2 }));
    const gray = grayTest(alive, { time: "d", event: "s", competing: "dead", group: "g" });
    const plain = logRank({
      time: alive.map(({ d }) => d),
      event: alive.map(({ s }) => s),
      group: alive.map(({ g }) => g),
    });
    expect(gray.statistic).toBeCloseTo(plain.statistic, 1);
    expectClose(gray.groups[0]!.expected, plain.groups[0]!.expected, { rel: 1e-12, abs: 0 });
  });
});

describe("refusals", () => {
  const codeOf = (data: object, more: object = {}) =>
    refusalOf(() => fineGray(data as never, { ...spec, ...more } as FineGraySpec)).code;
  const grayCode = (data: object, more: object = {}) =>
    refusalOf(() => grayTest(data as never, { time: "days", event, group: "mentored", ...more } as GrayTestSpec)).code;

  test("no competing event named, no events, no terms, codes not explained", () => {
    expect(codeOf({ ...eight, event: [1, 0, 1, 0, 1, 0, 0, 1] }, { event: "event" })).toBe("competing-needed");
    expect(grayCode({ ...eight, event: [1, 0, 1, 0, 1, 0, 0, 1] }, { event: "event" })).toBe("competing-needed");
    expect(codeOf({ ...eight, event: new Array(8).fill(0) }, { event: "event", competing: "event2" })).toBe(
      "unknown-column",
    );
    expect(
      codeOf({ ...eight, none: new Array(8).fill(0) }, { event: "none", competing: "mentored", terms: ["days"] }),
    ).toBe("outcome-among-terms");
    expect(
      codeOf(
        { ...eight, none: new Array(8).fill(0), died: eight.mentored, age: eight.days },
        {
          ...{ event: "none", competing: "died", time: "age", terms: ["mentored"] },
        },
      ),
    ).toBe("no-events");
    expect(codeOf(eight, { terms: [] })).toBe("invalid-option");
    expect(codeOf({ ...eight, status: [1, 2, 3, 0, 1, 2, 0, 1] })).toBe("event-code");
    expect(codeOf({ ...eight, days: [-5, 9, 14, 20, 26, 31, 40, 52] })).toBe("negative-time");
  });

  test("options that do not exist or do not go together; terms that say the same; too few clusters", () => {
    expect(codeOf(eight, { ties: "efron" })).toBe("unknown-option");
    expect(codeOf(eight, { censoringTies: "later" })).toBe("invalid-option");
    expect(codeOf({ ...eight, site: [1, 2, 1, 2, 1, 2, 1, 2] }, { cluster: "site", covariance: "classical" })).toBe(
      "invalid-option",
    );
    expect(codeOf({ ...eight, twin: eight.mentored }, { terms: ["mentored", "twin"] })).toBe("collinear");
    expect(
      codeOf(
        { ...eight, site: [1, 2, 1, 2, 1, 2, 1, 2], age: eight.days.map((d) => (d * 7) % 11) },
        {
          ...{ cluster: "site", terms: ["mentored", "age"] },
        },
      ),
    ).toBe("too-few-clusters");
    expect(codeOf(eight, { predict: { profiles: [{ mentored: 1 }] } })).toBe("invalid-option");
    expect(codeOf(eight, { predict: { profiles: [{}], times: [3] } })).toBe("missing-profile-value");
  });

  test("Gray's test of one group, of an unknown column, with another rho", () => {
    expect(grayCode({ ...eight, mentored: new Array(8).fill(1) })).toBe("one-group");
    expect(grayCode(eight, { group: "arm" })).toBe("unknown-column");
    expect(grayCode(eight, { rho: 2 })).toBe("invalid-option");
    expect(grayCode({ ...eight, site: eight.mentored }, { strata: "site" })).toBe("groups-not-comparable");
  });

  test("a monotone likelihood is named and gives no numbers", () => {
    const sure = { ...eight, x: [9, 1, 8, 0, 7, 2, 1, 6] };
    const model = fineGray(sure, { ...spec, terms: ["x"], predict: { profiles: [{ x: 1 }], times: [10] } });
    expect(model.coefficients[0]).toMatchObject({ estimate: null, diverges: "up" });
    expect([model.covariance, model.wald, model.predictions]).toEqual([null, null, null]);
    expect(model.notes.map(({ code }) => code)).toContain("monotone-likelihood");
  });
});
