import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import {
  type GeneralizedLinearModel,
  type GeneralizedLinearModelSpec,
  generalizedLinearModel,
  linearModel,
} from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";

const exact = { rel: 1e-12, abs: 1e-14 };
const { site, mentored, age, wellbeing } = clustered.data;
const middle = [...wellbeing].sort((a, b) => a - b)[Math.floor(wellbeing.length / 2)]!;
const people = {
  site,
  mentored,
  age,
  wellbeing,
  well: wellbeing.map((value) => Number(value > middle)),
  calls: wellbeing.map((value, row) => Math.floor(((value * 7 + row * row) % 11) ** 2 / 9)),
};
const specs: GeneralizedLinearModelSpec[] = [
  { outcome: "well", terms: ["mentored", "age"], family: "binomial" },
  { outcome: "well", terms: ["mentored", "age"], family: "binomial", link: "probit" },
  { outcome: "well", terms: ["mentored", "age"], family: "binomial", link: "complementary-log-log" },
  { outcome: "calls", terms: ["mentored", "age"], family: "poisson" },
  { outcome: "calls", terms: ["mentored", "age"], family: "quasi-poisson" },
  { outcome: "calls", terms: ["mentored", "age"], family: "negative-binomial" },
  { outcome: "calls", terms: ["mentored", "age"], family: "negative-binomial", covariance: "observed" },
  { outcome: "wellbeing", terms: ["mentored", "age"], family: "gaussian", covariance: "HC3" },
];
const titled = specs.map(
  (spec) => [[spec.family, spec.link, spec.covariance].filter(Boolean).join(" "), spec] as const,
);

function rearranged(order: readonly number[]): Record<string, number[]> {
  return Object.fromEntries(Object.entries(people).map(([name, values]) => [name, order.map((row) => values[row]!)]));
}

function expectSame(actual: GeneralizedLinearModel, expected: GeneralizedLinearModel, factor = 1): void {
  expected.coefficients.forEach((row, k) => {
    expectClose(actual.coefficients[k]!.estimate, row.estimate, { rel: 1e-8, abs: 1e-10 }, row.name);
    expectClose(actual.coefficients[k]!.standardError, row.standardError! * factor, { rel: 1e-8, abs: 0 }, row.name);
  });
}

describe("generalizedLinearModel: by hand", () => {
  const relapse = [1, 0, 1, 1, 0, 1, 0, 0];
  const arm = [0, 0, 0, 0, 1, 1, 1, 1];
  const data = { relapse, arm };

  test("logit: the odds ratio of a 2 × 2 table, its standard error, its likelihood", () => {
    // reference arm 3 of 4, odds 3; mentored 1 of 4, odds 1/3; log ratio −log 9; variance 1/3 + 1 + 1 + 1/3
    const model = generalizedLinearModel(data, { outcome: "relapse", terms: ["arm"], family: "binomial" });
    const [intercept, slope] = model.coefficients;
    expectClose(intercept!.estimate, Math.log(3), exact);
    expectClose(slope!.estimate, -Math.log(9), exact);
    expectClose(slope!.standardError, Math.sqrt(8 / 3), exact);
    expectClose(slope!.ratio!.estimate, 1 / 9, exact);
    expect(slope!.df).toBeNull();
    // 6 rows with probability 3/4 of what happened, 2 with 1/4; with a constant only 8 rows with 1/2
    const likelihood = 6 * Math.log(3 / 4) + 2 * Math.log(1 / 4);
    expectClose(model.logLikelihood, likelihood, exact);
    expectClose(model.deviance, -2 * likelihood, exact);
    expectClose(model.nullDeviance, 16 * Math.log(2), exact);
    expectClose(model.aic, 4 - 2 * likelihood, exact);
    // each arm: 4 people, Σ(y − p)² / pq = n
    expectClose(model.pearsonChiSquare, 8, exact);
  });

  test("HC0 of two groups is the model-based one for the logit, HC1 is n/(n − p) of it", () => {
    const spec = { outcome: "relapse", terms: ["arm"], family: "binomial" } as const;
    const errors = (["classical", "HC0", "HC1"] as const).map(
      (covariance) => generalizedLinearModel(data, { ...spec, covariance }).coefficients[1]!.standardError!,
    );
    expectClose(errors[1]!, errors[0]!, exact);
    expectClose(errors[2]!, errors[0]! * Math.sqrt(8 / 6), exact);
  });

  test.each([
    ["log", (p: number) => Math.log(p)],
    ["complementary-log-log", (p: number) => Math.log(-Math.log(1 - p))],
  ] as const)("%s: the difference of the two transformed risks", (link, transform) => {
    const spec = { outcome: "relapse", terms: ["arm"], family: "binomial", link } as const;
    const model = generalizedLinearModel(data, spec);
    expectClose(model.coefficients[0]!.estimate, transform(3 / 4), { rel: 1e-9, abs: 1e-11 });
    expectClose(model.coefficients[1]!.estimate, transform(1 / 4) - transform(3 / 4), { rel: 1e-9, abs: 1e-11 });
  });

  test("Poisson with offset: events by person-years; quasi-Poisson stretches the standard error", () => {
    // reference 2 + 4 events in 1 + 2 years, rate 2; mentored 1 + 2 in 3 + 3 years, rate 1/2; variance 1/6 + 1/3
    const years = { events: [2, 4, 1, 2], arm: [0, 0, 1, 1], logYears: [1, 2, 3, 3].map(Math.log) };
    const spec = { outcome: "events", terms: ["arm"], offset: "logYears" } as const;
    const poisson = generalizedLinearModel(years, { ...spec, family: "poisson" });
    expectClose(poisson.coefficients[0]!.estimate, Math.log(2), exact);
    expectClose(poisson.coefficients[1]!.ratio!.estimate, 1 / 4, exact);
    expectClose(poisson.coefficients[1]!.standardError, Math.sqrt(1 / 2), exact);
    // fitted 2, 4, 1.5, 1.5: Pearson 0 + 0 + .25/1.5 + .25/1.5 = 1/3 on 2 degrees of freedom
    const quasi = generalizedLinearModel(years, { ...spec, family: "quasi-poisson" });
    expectClose(quasi.dispersion, 1 / 6, { rel: 1e-10, abs: 0 });
    expectClose(quasi.coefficients[1]!.standardError, Math.sqrt(1 / 12), { rel: 1e-10, abs: 0 });
    expect(quasi.coefficients[1]!.df).toBe(2);
    // with a constant rate of 9 events in 9 years the fitted counts are the years
    const nothing = 2 * (2 * Math.log(2) - 1 + 4 * Math.log(2) - 2 + Math.log(1 / 3) + 2 + 2 * Math.log(2 / 3) + 1);
    expectClose(poisson.nullDeviance, nothing, { rel: 1e-10, abs: 0 });
  });

  test("gaussian is the linear model", () => {
    for (const covariance of ["classical", "HC3"] as const) {
      const terms = ["mentored", "age"];
      const model = generalizedLinearModel(people, { outcome: "wellbeing", terms, family: "gaussian", covariance });
      const linear = linearModel(people, { outcome: "wellbeing", terms, covariance });
      linear.coefficients.forEach((row, k) => {
        expectClose(model.coefficients[k]!.estimate, row.estimate, { rel: 1e-10, abs: 1e-12 });
        expectClose(model.coefficients[k]!.standardError, row.standardError!, { rel: 1e-10, abs: 0 });
        expect(model.coefficients[k]!.df).toBe(row.df);
      });
      expectClose(model.logLikelihood, linear.logLikelihood, exact);
      expectClose(model.bic, linear.bic, exact);
    }
  });
});

describe.each(titled)("generalizedLinearModel: laws, %s", (_, spec) => {
  const model = generalizedLinearModel(people, spec);

  test("the order of the rows does not matter", () => {
    expectSame(generalizedLinearModel(rearranged([...site.keys()].reverse()), spec), model);
  });

  test("weight 2 gives the coefficients of every row twice", () => {
    const weighted = generalizedLinearModel({ ...people, two: site.map(() => 2) }, { ...spec, weights: "two" });
    const twice = generalizedLinearModel(rearranged([...site.keys(), ...site.keys()]), spec);
    model.coefficients.forEach((row, k) => {
      expectClose(weighted.coefficients[k]!.estimate, row.estimate, { rel: 1e-8, abs: 1e-10 });
      expectClose(twice.coefficients[k]!.estimate, row.estimate, { rel: 1e-8, abs: 1e-10 });
    });
    if (spec.family === "binomial" || spec.family === "poisson") expectSame(twice, model, Math.SQRT1_2);
  });

  test("another unit of a term divides its coefficient and standard error", () => {
    const months = generalizedLinearModel({ ...people, age: age.map((years) => years * 12) }, spec);
    expectClose(months.coefficients[2]!.estimate * 12, model.coefficients[2]!.estimate, { rel: 1e-8, abs: 1e-11 });
    expectClose(months.coefficients[2]!.standardError! * 12, model.coefficients[2]!.standardError!, {
      rel: 1e-8,
      abs: 0,
    });
    expectClose(months.deviance, model.deviance, { rel: 1e-9, abs: 0 });
  });

  test("plain data that survive JSON", () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    expect(model.iterations).toBeGreaterThan(0);
  });
});

describe("generalizedLinearModel: what the result carries", () => {
  test("a cluster means CR1; one row per cluster gives n/(n − 1) of HC0", () => {
    const own = { ...people, person: site.map((_, row) => row) };
    const spec = specs[0]!;
    const robust = generalizedLinearModel(own, { ...spec, cluster: "person" });
    expect([robust.covarianceType, robust.clusters]).toEqual(["CR1", site.length]);
    const factor = Math.sqrt(site.length / (site.length - 1));
    expectSame(robust, generalizedLinearModel(own, { ...spec, covariance: "HC0" }), factor);
    expect(generalizedLinearModel(own, { ...spec, cluster: "site" }).notes.map((note) => note.code)).toContain(
      "few-clusters",
    );
  });

  test("the only treated site is noted; one site against another is refused", () => {
    const sites = { y: [1, 0, 1, 0, 0, 1, 1, 0, 1], arm: [1, 1, 1, 0, 0, 0, 0, 0, 0] };
    const spec = { outcome: "y", terms: ["arm"], family: "binomial", cluster: "site" } as const;
    const model = generalizedLinearModel({ ...sites, site: [1, 1, 1, 2, 2, 2, 3, 3, 3] }, spec);
    expect(model.notes.map((note) => note.code)).toEqual(["few-clusters", "cluster-fitted-exactly"]);
    const two = { ...sites, site: [1, 1, 1, 2, 2, 2, 2, 2, 2] };
    expect(refusalOf(() => generalizedLinearModel(two, spec)).code).toBe("too-few-clusters");
  });

  test("a gaussian fit without residual is noted", () => {
    const data = { y: [1, 2, 3, 4, 5, 6], x: [2, 4, 6, 8, 10, 12] };
    const model = generalizedLinearModel(data, { outcome: "y", terms: ["x"], family: "gaussian" });
    expect(model.notes.map((note) => note.code)).toEqual(["perfect-fit"]);
  });

  test("missing values and weights of 0 are left out and counted", () => {
    const w = site.map((_, row) => (row === 3 ? 0 : 1));
    const well = people.well.map((value, row) => (row === 0 ? null : value));
    const model = generalizedLinearModel({ ...people, well, w }, { ...specs[0]!, weights: "w" });
    expect(model.n).toBe(site.length - 2);
    expect(model.dropped.reasons.map(({ reason, variable }) => [reason, variable])).toEqual([
      ["missing", "well"],
      ["zero-weight", "w"],
    ]);
  });
});

describe("generalizedLinearModel: refusals", () => {
  const code = (data: Record<string, (number | string)[]>, spec: object) =>
    refusalOf(() => generalizedLinearModel(data, spec as GeneralizedLinearModelSpec)).code;
  const binomial = specs[0]!;
  const { link: _, covariance: __, ...counts } = { link: 0, ...specs[5]!, covariance: 0 };

  test.each([
    ["unknown-option", people, { ...binomial, familly: 1 }],
    ["invalid-option", people, { outcome: "well", terms: ["age"] }],
    ["invalid-option", people, { ...binomial, family: "gamma" }],
    ["invalid-option", people, { ...binomial, link: "identity" }],
    ["cluster-needed", people, { ...binomial, covariance: "CR2" }],
    ["invalid-option", people, { ...binomial, covariance: "observed" }],
    ["invalid-option", people, { ...binomial, covariance: "HC1", cluster: "site" }],
    ["cluster-needed", people, { ...binomial, covariance: "CR1" }],
    ["outcome-among-terms", people, { ...binomial, terms: ["well"] }],
    ["unknown-column", people, { ...binomial, offset: "days" }],
    ["not-binary", people, { ...binomial, outcome: "calls" }],
    ["not-counts", people, { ...counts, outcome: "half" }],
    ["not-counts", people, { ...counts, family: "quasi-poisson", outcome: "below" }],
    ["constant-outcome", people, { ...binomial, outcome: "one" }],
    ["collinear", people, { ...binomial, terms: ["age", "half"] }],
    ["negative-weight", people, { ...binomial, weights: "below" }],
    ["no-overdispersion", people, { ...counts, outcome: "even" }],
  ])("%s", (expected, data, spec) => {
    const extra = {
      ...data,
      half: age.map((value) => value / 2 + 0.25),
      below: age.map((value) => -value),
      one: age.map(() => 1),
      even: age.map((_, row) => 5 + (row % 2)),
    };
    expect(code(extra, spec)).toBe(expected);
  });

  test("too-few-rows", () => {
    expect(code({ y: [0, 1], x: [1, 2] }, { outcome: "y", terms: ["x"], family: "binomial" })).toBe("too-few-rows");
  });

  test("separation, also of counts by a group without events, names the column", () => {
    const data = { calls: [0, 0, 0, 2, 1, 3], group: [1, 1, 1, 0, 0, 0] };
    for (const family of ["poisson", "negative-binomial"] as const) {
      const refusal = refusalOf(() => generalizedLinearModel(data, { outcome: "calls", terms: ["group"], family }));
      expect([refusal.code, refusal.where?.column]).toEqual(["separation", "group"]);
      expect(refusal.remedy).toContain("firthModel");
    }
  });

  test("not-converged tells the path of the likelihood", () => {
    // the risk rises to 1 at the edge of the data: the log-binomial maximum lies on the boundary
    const data = { y: [0, 0, 1, 0, 1, 1, 1, 1], x: [0, 1, 2, 3, 4, 5, 6, 7] };
    const spec = { outcome: "y", terms: ["x"], family: "binomial", link: "log" } as const;
    const refusal = refusalOf(() => generalizedLinearModel(data, spec));
    expect(refusal.code).toBe("not-converged");
    expect(refusal.received).toMatch(/\d+ iterations; log-likelihood/);
    expect(refusal.remedy).toContain("HC1");
  });
});
