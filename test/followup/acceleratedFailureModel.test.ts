import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failureSurvival } from "../../src/_models/acceleratedFailure.ts";
import {
  type AcceleratedFailureModel,
  type AcceleratedFailureModelSpec,
  acceleratedFailureModel,
  type FailureDistribution,
  weibullModel,
} from "../../src/followup/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";
import { caseOf, dataOf } from "./coxReference.ts";

type Columns = Record<string, (number | string | null)[]>;
const distributions = ["weibull", "exponential", "lognormal", "loglogistic"] as const;

describe.skipIf(!sharedIsPresent)("R's survreg agrees (reference/models lies beside the project)", () => {
  const studies: readonly [string, string, Omit<AcceleratedFailureModelSpec, "distribution">][] = [
    ["lung", "lung", { time: "time", event: "event", terms: ["sex", "age", "ph.ecog"] }],
    ["veteran", "veteran", { time: "time", event: "status", terms: ["karno", "second", "celltype"] }],
    ["ties", "tiny_ties", { time: "time", event: "event", terms: ["g"] }],
  ];
  const columnsOf = (name: string): Columns => {
    const columns = dataOf(name);
    return name === "veteran" ? { ...columns, second: columns["trt"]!.map((trt) => (trt === 2 ? 1 : 0)) } : columns;
  };
  for (const [study, file, spec] of studies) {
    it.each(distributions)(`aft_${study}_%s: coefficients, log scale, tests, likelihoods, AIC`, (distribution) => {
      const { expected, tolerance } = caseOf(`aft_${study}_${distribution}`);
      const figures = expected as unknown as Record<string, number[]> & Record<"scale" | "loglik", number>;
      const model = acceleratedFailureModel(columnsOf(file), { ...spec, distribution });
      const rows = [...model.coefficients, ...(model.logScale === null ? [] : [model.logScale])];
      expect(rows.length).toBe(figures["coef"]!.length);
      rows.forEach((row, k) => {
        expectClose(row.estimate, figures["coef"]![k]!, tolerance, `coefficient ${k}`);
        expectClose(row.standardError, figures["se"]![k]!, tolerance, `standard error ${k}`);
        expectClose(row.statistic, figures["z"]![k]!, tolerance, `z ${k}`);
        expectClose(row.pValue, figures["p"]![k]!, tolerance, `p ${k}`);
      });
      expectClose(model.scale, figures.scale, tolerance, "scale");
      expectClose(model.logLikelihood, figures.loglik, tolerance, "log-likelihood");
      expectClose(model.logLikelihoodNull, Number(figures["loglik_null"]), tolerance, "log-likelihood without terms");
      expectClose(model.aic, Number(figures["AIC"]), tolerance, "AIC");
      expect(model.n).toBe(figures["n"]);
    });
  }
});

const fixture = (path: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures", path), "utf8");
const cohort = (): Columns => {
  const columns = plainColumns(fixture("cohorts/cohort.csv"));
  return { ...columns, weight: columns["relapse_days"]!.map((_, row) => 1 + ((row + 1) % 3)) };
};
const relapse = {
  time: "relapse_days",
  event: { column: "relapse_status", event: 1, competing: 2 },
  terms: ["mentored", "severity", "age"],
};

describe("relapse in the simulated cohort against R (fixtures/followup/failure.R)", () => {
  const figures = JSON.parse(fixture("followup/failure.json"));

  it.each(
    distributions.flatMap((distribution) =>
      (["model", "weighted", "clustered"] as const).map((kind) => ({ distribution, kind })),
    ),
  )("$distribution, $kind: coefficients, covariance, likelihoods", ({ distribution, kind }) => {
    const expected = figures[distribution][kind];
    const more = { model: {}, weighted: { weights: "weight" }, clustered: { cluster: "site" } }[kind];
    const model = acceleratedFailureModel(cohort(), { ...relapse, ...more, distribution });
    const close = { rel: 1e-8, abs: 1e-10 };
    model.coefficients.forEach((row, k) => {
      expectClose(row.estimate, expected.coefficients[k], close, row.name);
    });
    expectClose(model.scale, expected.scale, close, "scale");
    expectClose(model.logLikelihood, expected.logLik, close, "log-likelihood");
    expectClose(model.logLikelihoodNull, expected.logLikNull, close, "log-likelihood without terms");
    expected.covariance.flat().forEach((value: number, k: number) => {
      expectClose(model.covariance.flat()[k]!, value, { rel: 1e-6, abs: 1e-10 }, `covariance ${k}`);
    });
  });

  it.each(distributions)("%s: predicted medians and survival with their errors", (distribution) => {
    const expected = figures[distribution].predictions;
    const model = acceleratedFailureModel(cohort(), {
      ...relapse,
      distribution,
      predict: {
        profiles: [
          { mentored: 0, severity: 0.5, age: 30 },
          { mentored: 1, severity: -0.5, age: 45 },
        ],
        times: [60, 200],
      },
    });
    model.predictions!.forEach(({ median, survival }, i) => {
      expectClose(median!.estimate, expected.median[i], { rel: 1e-8, abs: 0 }, "median");
      expectClose(median!.standardError, expected.medianSe[i], { rel: 1e-6, abs: 0 }, "median error");
      survival.forEach((row, t) => {
        expectClose(row.estimate, expected.survival[i][t], { rel: 1e-8, abs: 0 }, "survival");
        expectClose(row.standardError, expected.survivalSe[i][t], { rel: 1e-6, abs: 0 }, "survival error");
        expect(row.interval!.lower).toBeLessThan(row.estimate);
        expect(row.interval!.upper).toBeGreaterThan(row.estimate);
      });
    });
  });
});

const eight: Columns = {
  days: [20, 35, 60, 90, 45, 80, 120, 150],
  relapsed: [1, 1, 1, 0, 1, 1, 0, 1],
  mentored: [0, 0, 0, 0, 1, 1, 1, 1],
  age: [30, 42, 51, 28, 33, 46, 38, 40],
};
const spec = { time: "days", event: "relapsed", terms: ["mentored"] } as const;
const near = { rel: 1e-9, abs: 1e-10 };

describe("by hand", () => {
  it("lognormal without censoring is least squares of log time, with the maximum-likelihood variance", () => {
    const days = [10, 20, 40, 30, 60, 90];
    const model = acceleratedFailureModel(
      { days, relapsed: [1, 1, 1, 1, 1, 1], mentored: [0, 0, 0, 1, 1, 1] },
      { ...spec, distribution: "lognormal" },
    );
    // geometric means 20 and (30·60·90)^(1/3)
    const means = [20, (30 * 60 * 90) ** (1 / 3)].map(Math.log);
    const variance = days.reduce((sum, day, i) => sum + (Math.log(day) - means[i < 3 ? 0 : 1]!) ** 2, 0) / 6;
    expectClose(model.coefficients[0]!.estimate, means[0]!, near);
    expectClose(model.coefficients[1]!.timeRatio!.estimate, Math.exp(means[1]! - means[0]!), near);
    expectClose(model.scale, Math.sqrt(variance), near);
    expectClose(model.coefficients[1]!.standardError, Math.sqrt(variance * (1 / 3 + 1 / 3)), near);
    expectClose(model.logScale!.standardError, 1 / Math.sqrt(12), near);
    expect(model.coefficients[1]).toMatchObject({ hazardRatio: null, oddsRatio: null });
  });

  it("log-logistic, two times of each of two people: the score equations hold", () => {
    const model = acceleratedFailureModel(eight, { ...spec, terms: [], distribution: "loglogistic" });
    const b = model.coefficients[0]!.estimate;
    // Σ over people of (events + 1)·p − events = 0 for the constant, p the probability of the event by their time
    const total = (eight["days"] as number[]).reduce((sum, day, i) => {
      const p = 1 / (1 + Math.exp(-(Math.log(day) - b) / model.scale));
      const d = Number(eight["relapsed"]![i]);
      return sum + (d + 1) * p - d;
    }, 0);
    expect(total).toBeCloseTo(0, 9);
    expect(model.predictions).toBeNull();
  });

  it("log-logistic: the odds of relapse by any day differ by the odds ratio", () => {
    const model = acceleratedFailureModel(eight, {
      ...spec,
      distribution: "loglogistic",
      predict: { profiles: [{ mentored: 0 }, { mentored: 1 }], times: [30, 100] },
    });
    const odds = model.predictions!.map(({ survival }) => survival.map(({ estimate }) => (1 - estimate) / estimate));
    for (const t of [0, 1]) {
      expectClose(odds[1]![t]! / odds[0]![t]!, model.coefficients[1]!.oddsRatio!.estimate, near);
    }
    expectClose(
      model.predictions![1]!.median!.estimate / model.predictions![0]!.median!.estimate,
      model.coefficients[1]!.timeRatio!.estimate,
      near,
    );
  });

  it("Weibull and exponential are weibullModel's", () => {
    for (const distribution of ["weibull", "exponential"] as const) {
      const ours = acceleratedFailureModel(eight, { ...spec, distribution });
      const { coefficients, logLikelihood, scale } = weibullModel(eight, { ...spec, distribution });
      expect([ours.logLikelihood, ours.scale]).toEqual([logLikelihood, scale]);
      expect(ours.coefficients[1]!.hazardRatio).toEqual(coefficients[1]!.hazardRatio);
    }
  });
});

describe("the survival kernel", () => {
  it("has the derivatives it says it has", () => {
    for (const times of ["weibull", "lognormal", "loglogistic"] as const) {
      const at = (t: number, x: number, s: number) => failureSurvival(times, t, x, Math.exp(s));
      const [t, x, s] = [4.2, 4.6, -0.3];
      const { survival, logSurvival, byPredictor, byLogScale, byLogTime } = at(t, x, s);
      const h = 1e-5;
      const slope = (f: (h: number) => number) => (f(h) - f(-h)) / (2 * h);
      expect(Math.exp(logSurvival)).toBe(survival);
      expect(byPredictor).toBeCloseTo(
        slope((h) => at(t, x + h, s).survival),
        8,
      );
      expect(byLogScale).toBeCloseTo(
        slope((h) => at(t, x, s + h).survival),
        8,
      );
      expect(byLogTime).toBeCloseTo(
        slope((h) => at(t + h, x, s).survival),
        8,
      );
    }
  });

  it("stays finite far out", () => {
    for (const times of ["weibull", "lognormal", "loglogistic"] as const) {
      for (const w of [-700, -40, 40, 700, 1e5]) {
        const values = Object.entries(failureSurvival(times, w, 0, 1)).filter(([name]) => name !== "logSurvival");
        for (const [name, value] of values) expect(Number.isFinite(value), `${times} ${name} at ${w}`).toBe(true);
      }
    }
  });
});

const estimatesOf = ({ coefficients, logScale }: AcceleratedFailureModel) =>
  [...coefficients, ...(logScale === null ? [] : [logScale])].flatMap((row) => [row.estimate, row.standardError!]);

/** Forty people with a category and censoring, from a seed of their own. */
const people = fc.record({
  days: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 40, maxLength: 40 }),
  relapsed: fc.array(fc.constantFrom(0, 1, 1), { minLength: 40, maxLength: 40 }),
});
const withTerms = ({ days, relapsed }: { days: number[]; relapsed: number[] }) => ({
  days,
  relapsed: relapsed.map((value, i) => (i % 13 === 0 ? 1 : value)),
  mentored: days.map((_, i) => i % 2),
  age: days.map((_, i) => 20 + ((i * 17) % 40)),
});

describe("laws", () => {
  const both = { ...spec, terms: ["mentored", "age"] };
  const check = (law: (columns: ReturnType<typeof withTerms>, distribution: FailureDistribution) => void) =>
    fc.assert(
      fc.property(people, fc.constantFrom(...distributions), (drawn, distribution) => {
        law(withTerms(drawn), distribution);
      }),
      { numRuns: 25, seed: 3 },
    );
  const expectSame = (actual: number[], expected: number[]) =>
    actual.forEach((value, k) => {
      expectClose(value, expected[k]!, { rel: 1e-7, abs: 1e-8 }, String(k));
    });

  it("the order of people does not matter", () => {
    check((columns, distribution) => {
      const turned = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values].reverse()]));
      expectSame(
        estimatesOf(acceleratedFailureModel(turned, { ...both, distribution })),
        estimatesOf(acceleratedFailureModel(columns, { ...both, distribution })),
      );
    });
  });

  it("units of time, from 1e-150 to 1e150, move the intercept alone; units of a covariate its coefficient alone", () => {
    fc.assert(
      fc.property(
        people,
        fc.constantFrom(...distributions),
        fc.integer({ min: -146, max: 146 }),
        fc.integer({ min: -146, max: 146 }),
        (drawn, distribution, power, covariatePower) => {
          const columns = withTerms(drawn);
          const expected = estimatesOf(acceleratedFailureModel(columns, { ...both, distribution }));
          const scaled = estimatesOf(
            acceleratedFailureModel(
              {
                ...columns,
                days: columns.days.map((day) => day * 10 ** power),
                age: columns.age.map((age) => age * 10 ** covariatePower),
              },
              { ...both, distribution },
            ),
          );
          scaled[0]! -= power * Math.LN10;
          for (const k of [4, 5]) scaled[k]! *= 10 ** covariatePower;
          expected.forEach((value, k) => {
            expectClose(scaled[k]!, value, { rel: 1e-6, abs: 1e-7 }, `${k} at 1e${power}, 1e${covariatePower}`);
          });
        },
      ),
      { numRuns: 40, seed: 5 },
    );
  });

  it("weight 2 is everybody twice", () => {
    check((columns, distribution) => {
      const twice = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values, ...values]]));
      expectSame(
        estimatesOf(
          acceleratedFailureModel(
            { ...columns, weight: columns.days.map(() => 2) },
            { ...both, distribution, weights: "weight" },
          ),
        ),
        estimatesOf(acceleratedFailureModel(twice, { ...both, distribution })),
      );
    });
  });
});

describe("refusals", () => {
  const codeOf = (columns: Columns, more: object = {}) =>
    refusalOf(() =>
      acceleratedFailureModel(columns, { ...spec, distribution: "lognormal", ...more } as AcceleratedFailureModelSpec),
    ).code;

  it("a distribution that is not said or not known", () => {
    expect(codeOf(eight, { distribution: undefined })).toBe("invalid-option");
    expect(codeOf(eight, { distribution: "gompertz" })).toBe("invalid-option");
  });

  it("a group without events, whatever the distribution", () => {
    const none = { ...eight, relapsed: [1, 1, 1, 0, 0, 0, 0, 0] };
    for (const distribution of distributions) expect(codeOf(none, { distribution })).toBe("no-finite-estimate");
  });

  it("events all at the same time, which leave no scale", () => {
    for (const distribution of ["lognormal", "loglogistic"]) {
      expect(codeOf({ ...eight, days: new Array(8).fill(30) }, { terms: [], distribution })).toBe("no-finite-estimate");
    }
  });

  it("profiles that say too little, too much, or what no analysed row has", () => {
    const site = { ...eight, site: ["a", "b", "a", "b", "b", "a", "b", "a"] };
    const predict = (profile: object) => ({ terms: ["mentored", "site"], predict: { profiles: [profile] } });
    expect(codeOf(site, predict({ mentored: 1 }))).toBe("missing-profile-value");
    expect(codeOf(site, predict({ mentored: 1, site: "a", age: 3 }))).toBe("unknown-option");
    expect(codeOf(site, predict({ mentored: 1, site: "c" }))).toBe("unknown-level");
    expect(codeOf(site, predict({ mentored: "yes", site: "a" }))).toBe("not-numeric");
    expect(codeOf(site, { predict: { profiles: [] } })).toBe("invalid-option");
    expect(codeOf(site, { predict: { profiles: [{ mentored: 1 }], times: [-1] } })).toBe("invalid-option");
  });

  it("values and weights whose squares are no numbers; ratios too large for one are null", () => {
    const age = (eight["age"] as number[]).map((value) => value * 1e150);
    expect(codeOf({ ...eight, age }, { terms: ["mentored", "age"] })).toBe("extreme-values");
    const weight = new Array(8).fill(1e-120);
    expect(codeOf({ ...eight, weight }, { weights: "weight" })).toBe("extreme-values");
    const small = (eight["age"] as number[]).map((value) => value * 1e-151);
    const model = acceleratedFailureModel(
      { ...eight, small },
      { ...spec, terms: ["small"], distribution: "lognormal" },
    );
    const { timeRatio, estimate } = model.coefficients[1]!;
    expect(estimate > 0 ? timeRatio : null).toBeNull();
  });

  it("a unit of weights changes the errors by its root and nothing else", () => {
    for (const unit of [1e-90, 1e-6, 1e6, 1e90]) {
      for (const distribution of distributions) {
        const weighted = { ...eight, one: new Array(8).fill(1), weight: new Array(8).fill(unit) };
        const asked = { ...spec, distribution };
        const plain = estimatesOf(acceleratedFailureModel(weighted, { ...asked, weights: "one" }));
        const found = estimatesOf(acceleratedFailureModel(weighted, { ...asked, weights: "weight" }));
        found.forEach((value, k) => {
          const expected = k % 2 === 0 ? plain[k]! : plain[k]! / Math.sqrt(unit);
          expectClose(value, expected, { rel: 1e-7, abs: 0 }, `${distribution} ${k} at ${unit}`);
        });
      }
    }
  });

  it("a time of 0, and an option that does not exist", () => {
    expect(codeOf({ ...eight, days: [20, 0, 60, 90, 45, 80, 120, 150] })).toBe("time-not-positive");
    expect(codeOf(eight, { robust: true })).toBe("unknown-option");
  });
});
