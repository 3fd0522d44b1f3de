import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CoxModelSpec, coxModel, nelsonAalen } from "../../src/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { type CoxFigures, caseOf, dataOf, expectCox } from "./coxReference.ts";

type Figures = Record<string, (number | null)[]>;

describe.skipIf(!sharedIsPresent)("R's survival agrees (reference/models lies beside the project)", () => {
  test("cox_predict_surv: the curve of one profile with its error and log limits", () => {
    const { expected, tolerance } = caseOf("cox_predict_surv");
    const figures = expected as unknown as Figures;
    const model = coxModel(dataOf("lung"), {
      ...{ time: "time", event: "event", terms: ["sex", "age"] },
      predict: { profiles: [{ sex: 2, age: 60 }], limits: "log" },
    });
    const { curve } = model.predictions![0]!;
    expect(curve.map(({ time }) => time)).toEqual(figures["time"]);
    curve.forEach((row, j) => {
      expectClose(row.survival, figures["surv"]![j]!, tolerance, "survival");
      expectClose(row.hazardStandardError, figures["se_cumhaz"]![j]!, tolerance, "error");
      expectClose(row.lower, figures["lo"]![j]!, tolerance, "lower");
      expectClose(row.upper, figures["hi"]![j]!, tolerance, "upper");
    });
  });

  test("cox_tiny_ties_exact: the likelihood of discrete time", () => {
    const { expected, tolerance } = caseOf("cox_tiny_ties_exact");
    const model = coxModel(dataOf("tiny_ties"), { time: "time", event: "event", terms: ["g"], ties: "exact" });
    expectCox(model, expected as unknown as CoxFigures, tolerance);
    expect([model.baseline, model.proportionalHazards, model.residuals]).toEqual([null, null, null]);
    expect(model.notes.map(({ code }) => code)).toContain("discrete-odds");
  });
});

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", name), "utf8");
const figures = JSON.parse(fixture("followup/coxPredict.json"));
const cohort = plainColumns(fixture("cohorts/cohort.csv"));
const days = cohort["relapse_days"] as number[];
const data = {
  ...cohort,
  entered: days.map((day, row) => Math.min((row + 1) % 30, day - 1)),
  weight: days.map((_, row) => 1 + ((row + 1) % 3)),
};
const plain: CoxModelSpec = {
  time: "relapse_days",
  event: { column: "relapse_status", event: 1, competing: 2, censored: 0 },
  terms: ["mentored", "age", "severity"],
};

describe("the simulated cohort against R (fixtures/followup/coxPredict.R)", () => {
  const close = { rel: 1e-8, abs: 1e-10 };

  test.each(["efron", "breslow"] as const)("predictions with late entry, strata, weights and %s ties", (ties) => {
    const profiles = [
      { mentored: 0, age: 30, severity: 0.5, female: 0 },
      { mentored: 1, age: 45, severity: -0.5, female: 1 },
    ];
    const more = { start: "entered", strata: "female", weights: "weight", ties };
    const model = coxModel(data, { ...plain, ...more, predict: { profiles } });
    model.predictions!.forEach(({ curve, stratum }, i) => {
      const expected = figures[ties][i] as Figures;
      expect(stratum).toBe(String(i));
      expect(curve.map(({ time }) => time)).toEqual(expected["time"]);
      curve.forEach((row, j) => {
        expectClose(row.cumulativeHazard, expected["hazard"]![j]!, close, "hazard");
        expectClose(row.hazardStandardError, expected["hazardSe"]![j]!, close, "error");
        expectClose(row.survival, expected["survival"]![j]!, close, "survival");
        if (row.survival === 1) return;
        expectClose(row.lower, expected["lower"]![j]!, close, "lower");
        expectClose(row.upper, expected["upper"]![j]!, close, "upper");
      });
    });
  });

  test.each(["breslow", "efron"] as const)("errors by site of a hazard without terms, weighted, %s ties", (ties) => {
    const month = days.map((day) => Math.ceil(day / 45));
    const model = coxModel(
      { ...data, month },
      { ...plain, time: "month", terms: [], ties, cluster: "site", weights: "weight", predict: { profiles: [{}] } },
    );
    const expected = figures.robust[ties] as Figures;
    const { curve } = model.predictions![0]!;
    expect(curve.map(({ time }) => time)).toEqual(expected["time"]);
    curve.forEach((row, j) => {
      expectClose(row.cumulativeHazard, expected["hazard"]![j]!, close, "hazard");
      expectClose(row.hazardStandardError, expected["hazardSe"]![j]!, close, "error");
    });
  });

  test.each(["exact", "exactLate"] as const)("exact ties: %s", (name) => {
    const month = days.map((day) => Math.ceil(day / 45));
    const from = month.map((value, row) => ((row + 1) % 4 === 0 && value > 1 ? 1 : 0));
    const all = { ...data, month, from };
    const few = Object.fromEntries(Object.entries(all).map(([column, values]) => [column, values.slice(0, 24)]));
    const model =
      name === "exact"
        ? coxModel(all, { ...plain, strata: "female", time: "month", ties: "exact" })
        : coxModel(few, {
            ...{ time: "month", start: "from", ties: "exact", terms: ["mentored", "severity"] },
            event: { column: "relapse_status", event: 1, censored: 0 },
          });
    const { coef, covariance, loglik, score } = figures[name];
    model.coefficients.forEach(({ estimate, name }, j) => {
      expectClose(estimate, coef[j], close, name);
      covariance[j].forEach((value: number, k: number) => {
        expectClose(model.covariance![j]![k]!, value, close, "covariance");
      });
    });
    expectClose(model.nullLogLikelihood, loglik[0], close);
    expectClose(model.logLikelihood, loglik[1], close);
    expectClose(model.tests!.score.statistic, score, close);
  });
});

describe("by hand", () => {
  test("exact: two of five have the event at one time; the likelihood is a ratio of sums over pairs", () => {
    // m = 1, 0, 1, 0, 1: six pairs of product h, three of h², one of 1; the observed pair has h. Then one of three, two with m = 1
    const model = coxModel(
      { d: [1, 1, 2, 2, 3], e: [1, 1, 1, 0, 0], m: [1, 0, 1, 0, 1] },
      { time: "d", event: "e", terms: ["m"], ties: "exact" },
    );
    const b = model.coefficients[0]!.estimate!;
    const at = (b: number) => {
      const h = Math.exp(b);
      return b - Math.log(6 * h + 3 * h * h + 1) + b - Math.log(2 * h + 1);
    };
    expect(model.logLikelihood).toBeCloseTo(at(b), 12);
    expect(model.nullLogLikelihood).toBeCloseTo(-Math.log(10 * 3), 12);
    expect((at(b + 1e-5) - at(b - 1e-5)) / 2e-5).toBeCloseTo(0, 8);
    const second = (at(b + 1e-3) - 2 * at(b) + at(b - 1e-3)) / 1e-6;
    expect(model.coefficients[0]!.standardError).toBeCloseTo(1 / Math.sqrt(-second), 5);
  });

  test("without terms a predicted hazard is Nelson–Aalen's, with its standard error", () => {
    const [time, event] = [
      [1, 3, 3, 4, 6, 6],
      [0, 1, 1, 0, 1, 0],
    ];
    const model = coxModel(
      { time, event },
      { time: "time", event: "event", terms: [], ties: "breslow", predict: { profiles: [{}] } },
    );
    const expected = nelsonAalen({ time, event }).groups[0]!.curve;
    model.predictions![0]!.curve.forEach((row, j) => {
      expect(row.cumulativeHazard).toBeCloseTo(expected[j]!.cumulativeHazard, 14);
      expect(row.hazardStandardError).toBeCloseTo(expected[j]!.standardError, 14);
      expect(row.survival).toBeCloseTo(Math.exp(-row.cumulativeHazard!), 14);
    });
  });

  test("read off at times: 1 before the first event, nothing beyond the last follow-up", () => {
    const model = coxModel(
      { d: [2, 3, 4, 5], e: [1, 1, 1, 0], m: [0, 1, 0, 1] },
      { time: "d", event: "e", terms: ["m"], predict: { profiles: [{ m: 1 }], times: [1, 3.5, 5, 6] } },
    );
    const { curve } = model.predictions![0]!;
    expect(curve[0]).toMatchObject({ survival: 1, lower: 1, upper: 1, cumulativeHazard: 0, hazardStandardError: 0 });
    // hazard at 2: 1/(2 + 2h), at 3: 1/(1 + 2h), each times h for the mentored
    const h = model.coefficients[0]!.hazardRatio!.estimate;
    expect(curve[1]!.cumulativeHazard).toBeCloseTo(h / (2 + 2 * h) + h / (1 + 2 * h), 12);
    expect(curve[3]).toMatchObject({ survival: null, cumulativeHazard: null, lower: null });
  });
});

const people = fc.array(
  fc.record({
    d: fc.integer({ min: 1, max: 25 }),
    e: fc.constantFrom(0, 1, 1),
    x: fc.integer({ min: -30, max: 30 }),
    g: fc.constantFrom("a", "b"),
  }),
  { minLength: 25, maxLength: 60 },
);
type Person = { d: number; e: number; x: number; g: string };
const withSpread = (rows: Person[]) =>
  rows.map((row, i) => (i < 6 ? { d: 1 + ((i * 5) % 7), e: 1, x: [4, -9, 1, 7, -3, 0][i]!, g: "ab"[i % 2]! } : row));
const spec: CoxModelSpec = { time: "d", event: "e", terms: ["x", "g"] };
const numbersOf = (rows: Person[], more: Partial<CoxModelSpec> = {}) => {
  const model = coxModel(rows, { ...spec, predict: { profiles: [{ x: 1, g: "b" }] }, ...more });
  const { cumulativeHazard, hazardStandardError } = model.predictions![0]!.curve.at(-1)!;
  return [
    ...model.coefficients.flatMap(({ estimate, standardError }) => [estimate!, standardError!]),
    model.logLikelihood - model.nullLogLikelihood,
    model.concordance!.estimate,
    cumulativeHazard!,
    hazardStandardError!,
  ];
};
const expectSame = (actual: number[], expected: number[]) => {
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, { rel: 1e-7, abs: 1e-9 }, String(k));
  });
};

describe("laws of coxModel with predictions, on drawn people", () => {
  const check = (law: (rows: Person[], ties: "efron" | "breslow") => void) =>
    fc.assert(
      fc.property(people, fc.constantFrom("efron" as const, "breslow" as const), (drawn, ties) => {
        const rows = withSpread(drawn);
        fc.pre(coxModel(rows, spec).coefficients.every(({ estimate }) => estimate !== null));
        law(rows, ties);
      }),
      { numRuns: 30, seed: 11 },
    );

  test("the order of the rows does not matter", () => {
    check((rows, ties) => expectSame(numbersOf([...rows].reverse(), { ties }), numbersOf(rows, { ties })));
  });

  test("weights of 2 are every row twice, with Breslow ties", () => {
    check((rows) => {
      const weighted = rows.map((row) => ({ ...row, w: 2 }));
      const twice = numbersOf([...rows, ...rows], { ties: "breslow" });
      expectSame(numbersOf(weighted, { ties: "breslow", weights: "w" }), twice);
    });
  });

  test("units of time and of a covariate from 1e-150 to 1e150, and its shift, change nothing but its coefficient", () => {
    fc.assert(
      fc.property(
        people,
        fc.integer({ min: -146, max: 146 }),
        fc.integer({ min: -146, max: 146 }),
        (drawn, timePower, power) => {
          const rows = withSpread(drawn);
          fc.pre(coxModel(rows, spec).coefficients.every(({ estimate }) => estimate !== null));
          const unit = 10 ** power;
          const scaled = rows.map((row) => ({ ...row, d: row.d * 10 ** timePower, x: (row.x + 100) * unit }));
          const found = numbersOf(scaled, { predict: { profiles: [{ x: 101 * unit, g: "b" }] } });
          for (const k of [0, 1]) found[k]! *= unit;
          expectSame(found, numbersOf(rows));
        },
      ),
      { numRuns: 40, seed: 12 },
    );
  });

  test("the ratio of two predicted hazards is the hazard ratio; that of 0 is the baseline", () => {
    check((rows, ties) => {
      const model = coxModel(rows, {
        ...{ ...spec, terms: ["x"], ties },
        predict: { profiles: [{ x: 0 }, { x: 1 }] },
      });
      const [zero, one] = model.predictions!.map(({ curve }) => curve.at(-1)!.cumulativeHazard!);
      expectClose(one! / zero!, model.coefficients[0]!.hazardRatio!.estimate, { rel: 1e-9, abs: 0 });
      expectClose(zero!, model.baseline![0]!.steps.at(-1)!.atZero!, { rel: 1e-9, abs: 0 });
    });
  });

  test("robust errors of predictions: people repeated within a cluster count once; leaving rows out one by one agrees", () => {
    const rows = Array.from({ length: 150 }, (_, i) => ({
      ...{ d: 1 + ((i * 37) % 23), e: (i * 7) % 4 === 0 ? 0 : 1, x: ((i * 29) % 31) / 10, g: i % 3 === 0 ? "a" : "b" },
      id: i,
      from: i % 5 === 0 ? 0.5 : 0,
    }));
    const asked: CoxModelSpec = {
      ...{ time: "d", start: "from", event: "e", terms: ["x", "g"], covariance: "robust" },
      predict: { profiles: [{ x: 2, g: "b" }], times: [4, 12] },
    };
    const of = (some: object[], more: Partial<CoxModelSpec> = {}) =>
      coxModel(some as never, { ...asked, ...more }).predictions![0]!.curve;
    const twice = of([...rows, ...rows], { cluster: "id", ties: "breslow" });
    of(rows, { ties: "breslow" }).forEach((row, k) => {
      expectClose(twice[k]!.hazardStandardError, row.hazardStandardError!, { rel: 1e-9, abs: 0 });
    });
    for (const ties of ["efron", "breslow"] as const) {
      const all = of(rows, { ties });
      const moves = rows.map((_, out) =>
        of(
          rows.filter((_, i) => i !== out),
          { ties },
        ),
      );
      all.forEach(({ cumulativeHazard, hazardStandardError }, k) => {
        const sum = moves.reduce((total, curve) => total + (curve[k]!.cumulativeHazard! - cumulativeHazard!) ** 2, 0);
        expect(Math.sqrt(sum) / hazardStandardError!).toBeGreaterThan(0.97);
        expect(Math.sqrt(sum) / hazardStandardError!).toBeLessThan(1.06);
      });
    }
  });

  test("exact is Efron is Breslow where no times are tied", () => {
    check((rows) => {
      const apart = rows.map((row, i) => ({ ...row, d: row.d + i / 100 }));
      const of = (ties: "exact" | "efron" | "breslow") => {
        const { coefficients, logLikelihood } = coxModel(apart, { ...spec, ties });
        return [logLikelihood, ...coefficients.flatMap(({ estimate, standardError }) => [estimate!, standardError!])];
      };
      expectSame(of("exact"), of("efron"));
      expectSame(of("breslow"), of("efron"));
    });
  });
});

describe("refusals", () => {
  const eight = {
    days: [1, 2, 3, 4, 5, 6, 7, 8],
    relapsed: [1, 0, 1, 1, 0, 1, 0, 1],
    mentored: [0, 0, 1, 0, 1, 0, 1, 1],
    site: ["a", "b", "a", "b", "a", "b", "a", "b"],
  };
  const asked: CoxModelSpec = { time: "days", event: "relapsed", terms: ["mentored"] };
  const codeOf = (more: object) => refusalOf(() => coxModel(eight, { ...asked, ...more } as CoxModelSpec)).code;

  test("profiles without the stratum, or of a stratum that is not there", () => {
    expect(codeOf({ strata: "site", predict: { profiles: [{ mentored: 1 }] } })).toBe("missing-profile-value");
    expect(codeOf({ strata: "site", predict: { profiles: [{ mentored: 1, site: "c" }] } })).toBe("unknown-level");
    expect(codeOf({ predict: { profiles: [{ mentored: 1 }], limits: "arcsin" } })).toBe("invalid-option");
    expect(codeOf({ predict: { profiles: [{ mentored: 1 }], at: [3] } })).toBe("unknown-option");
  });

  test("exact ties with weights, clusters, residuals or predictions, and too many of them", () => {
    for (const more of [
      { weights: "days" },
      { cluster: "site" },
      { covariance: "robust" },
      { residuals: true },
      { predict: { profiles: [{ mentored: 1 }] } },
    ]) {
      expect(codeOf({ ties: "exact", ...more })).toBe("invalid-option");
    }
    const crowd = Array.from({ length: 1200 }, (_, i) => ({ d: i < 600 ? 1 : 2, e: 1, m: i % 2 }));
    const refusal = refusalOf(() => coxModel(crowd, { time: "d", event: "e", terms: ["m"], ties: "exact" }));
    expect(refusal.code).toBe("too-many-ties");
  });

  test("a likelihood without a maximum predicts nothing; the exact one is found too", () => {
    const sure = { d: [1, 1, 2, 3, 3, 3], e: [1, 1, 1, 0, 0, 0], m: [1, 1, 1, 0, 0, 0] };
    const short: CoxModelSpec = { time: "d", event: "e", terms: ["m"] };
    expect(coxModel(sure, { ...short, predict: { profiles: [{ m: 1 }] } }).predictions).toBeNull();
    expect(coxModel(sure, { ...short, ties: "exact" }).coefficients[0]!.diverges).toBe("up");
    // two of one time need not be alike in the exact likelihood: both are above the rest
    const unlike = { ...sure, m: [2, 1, 1, 0, 0, 0] };
    expect(coxModel(unlike, { ...short, ties: "exact" }).coefficients[0]!.diverges).toBe("up");
  });

  test("values and weights whose squares are no numbers", () => {
    expect(refusalOf(() => coxModel({ ...eight, mentored: eight.mentored.map((m) => m * 1e151) }, asked)).code).toBe(
      "extreme-values",
    );
    expect(
      refusalOf(() => coxModel({ ...eight, w: eight.days.map((d) => d * 1e-151) }, { ...asked, weights: "w" })).code,
    ).toBe("extreme-values");
  });

  test("a unit of weights changes the errors by its root and nothing else", () => {
    const of = (unit: number) =>
      coxModel({ ...eight, w: eight.days.map((d) => (d % 3 === 0 ? 2 : 1) * unit) }, { ...asked, weights: "w" });
    const plain = of(1);
    for (const unit of [1e-90, 1e-8, 1e8, 1e90]) {
      const found = of(unit);
      expectClose(found.coefficients[0]!.estimate, plain.coefficients[0]!.estimate!, { rel: 1e-9, abs: 0 });
      const error = plain.coefficients[0]!.standardError! / Math.sqrt(unit);
      expectClose(found.coefficients[0]!.standardError, error, { rel: 1e-9, abs: 0 });
      expectClose(found.concordance!.estimate, plain.concordance!.estimate, { rel: 1e-12, abs: 0 });
    }
  });
});
