import fc from "fast-check";
import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import { KithpathError } from "../../src/errors.ts";
import { firthModel, geeModel, generalizedLinearModel, linearModel, ordinalModel } from "../../src/regression/index.ts";
import { expectClose } from "../support/witness.ts";

interface Row {
  readonly estimate: number;
  readonly standardError: number | null;
  readonly statistic: number;
  readonly pValue: number;
}
type Columns = Record<string, readonly number[]>;

const { site, mentored, age, wellbeing, weight } = clustered.data;
const people: Columns = {
  site,
  mentored,
  age,
  wellbeing,
  weight,
  low: wellbeing.map((value) => Number(value < 50)),
  counts: wellbeing.map((value, row) => Math.floor(value / 20) + ((row * row) % 11)),
  grade: wellbeing.map((value) => Math.min(3, Math.floor(value / 25))),
};
const terms = ["mentored", "age"];
const site2 = { cluster: "site" } as const;

/** The slopes of every regression, and the outcome that it is of. */
const models: [name: string, outcome: string, slopes: (data: Columns) => readonly Row[]][] = [
  ["linear", "wellbeing", (d) => linearModel(d, { outcome: "wellbeing", terms }).coefficients],
  ["linear HC3", "wellbeing", (d) => linearModel(d, { outcome: "wellbeing", terms, covariance: "HC3" }).coefficients],
  ["linear CR2", "wellbeing", (d) => linearModel(d, { outcome: "wellbeing", terms, ...site2 }).coefficients],
  [
    "linear weighted",
    "wellbeing",
    (d) => linearModel(d, { outcome: "wellbeing", terms, weights: "weight" }).coefficients,
  ],
  [
    "gaussian",
    "wellbeing",
    (d) => generalizedLinearModel(d, { outcome: "wellbeing", terms, family: "gaussian" }).coefficients,
  ],
  [
    "gaussian GEE",
    "wellbeing",
    (d) => geeModel(d, { outcome: "wellbeing", terms, family: "gaussian", ...site2 }).coefficients,
  ],
  ["logistic", "low", (d) => generalizedLinearModel(d, { outcome: "low", terms, family: "binomial" }).coefficients],
  [
    "logistic CR2",
    "low",
    (d) =>
      generalizedLinearModel(d, { outcome: "low", terms, family: "binomial", ...site2, covariance: "CR2" })
        .coefficients,
  ],
  [
    "probit HC0",
    "low",
    (d) =>
      generalizedLinearModel(d, { outcome: "low", terms, family: "binomial", link: "probit", covariance: "HC0" })
        .coefficients,
  ],
  ["Poisson", "counts", (d) => generalizedLinearModel(d, { outcome: "counts", terms, family: "poisson" }).coefficients],
  [
    "quasi-Poisson",
    "counts",
    (d) => generalizedLinearModel(d, { outcome: "counts", terms, family: "quasi-poisson" }).coefficients,
  ],
  ["logistic GEE", "low", (d) => geeModel(d, { outcome: "low", terms, family: "binomial", ...site2 }).coefficients],
  ["Firth", "low", (d) => firthModel(d, { outcome: "low", terms }).coefficients],
  ["ordinal", "grade", (d) => ordinalModel(d, { outcome: "grade", terms }).coefficients],
];

/** The two slopes, the intercept left out where there is one. */
const slopesOf = (rows: readonly Row[]) => rows.slice(-2);
const near = { rel: 1e-7, abs: 1e-10 };

function expectSameSlopes(moved: readonly Row[], still: readonly Row[], unit = 1): void {
  slopesOf(still).forEach((row, k) => {
    const other = slopesOf(moved)[k]!;
    const scale = k === 1 ? unit : 1;
    expectClose(other.estimate * scale, row.estimate, near, "estimate");
    expectClose(other.standardError! * scale, row.standardError!, near, "standard error");
    expectClose(other.statistic, row.statistic, near, "statistic");
    expectClose(other.pValue, row.pValue, { rel: 1e-6, abs: 0 }, "p");
  });
}

describe.each(models)("laws of regressions: %s", (_, outcome, solve) => {
  const still = solve(people);

  test("the order of the rows changes nothing", () => {
    const places = fc.shuffledSubarray(
      site.map((_, row) => row),
      { minLength: site.length },
    );
    fc.assert(
      fc.property(places, (order) => {
        const shuffled = Object.fromEntries(
          Object.entries(people).map(([name, values]) => [name, order.map((row) => values[row]!)]),
        );
        expectSameSlopes(solve(shuffled), still);
      }),
      { numRuns: 5, seed: 3 },
    );
  });

  test("a shift and a change of the unit of a term leave its test, whatever the unit", () => {
    fc.assert(
      fc.property(fc.integer({ min: -150, max: 150 }), fc.integer({ min: -100, max: 100 }), (power, shift) => {
        const unit = 10 ** power;
        const data = { ...people, age: age.map((value) => (value + shift) * unit) };
        expectSameSlopes(solve(data), still, unit);
      }),
      { numRuns: 12, seed: 3 },
    );
  });

  if (outcome === "wellbeing") {
    test("outcome and term from 1e-150 to 1e150: the same test, or a refusal with a code, never another number", () => {
      const power = fc.integer({ min: -150, max: 150 });
      let answered = 0;
      fc.assert(
        fc.property(power, power, (first, second) => {
          const data = {
            ...people,
            wellbeing: wellbeing.map((value) => value * 10 ** first),
            age: age.map((value) => value * 10 ** second),
          };
          let rows: readonly Row[];
          try {
            rows = solve(data);
          } catch (error) {
            expect(error).toBeInstanceOf(KithpathError);
            expect((error as KithpathError).code).toBe("out-of-scale");
            return;
          }
          answered++;
          slopesOf(still).forEach((row, k) => {
            const other = slopesOf(rows)[k]!;
            expectClose(other.statistic, row.statistic, near, "statistic");
            expectClose(other.estimate / 10 ** (first - (k === 1 ? second : 0)), row.estimate, near, "estimate");
          });
        }),
        { numRuns: 40, seed: 5 },
      );
      expect(answered).toBeGreaterThan(10);
    });
  }
});

describe("laws of weights", () => {
  const double = site.map((_, row) => 1 + (row % 2));
  const rows = site.flatMap((_, row) => (double[row] === 2 ? [row, row] : [row]));
  const repeated = Object.fromEntries(
    Object.entries(people).map(([name, values]) => [name, rows.map((row) => values[row]!)]),
  );
  const weighted = { ...people, double };

  test.each([
    ["low", "binomial", "logit"],
    ["low", "binomial", "probit"],
    ["low", "binomial", "complementary-log-log"],
    ["counts", "poisson", "log"],
    ["counts", "negative-binomial", "log"],
  ] as const)(
    "%s, %s (%s): weight 2 is the row twice, in estimates, errors, tests and likelihood",
    (outcome, family, link) => {
      const spec = { outcome, terms, family, link };
      const once = generalizedLinearModel(weighted, { ...spec, weights: "double" });
      const twice = generalizedLinearModel(repeated, spec);
      expectSameSlopes(once.coefficients, twice.coefficients);
      expectClose(once.logLikelihood, twice.logLikelihood!, { rel: 1e-10, abs: 0 });
      expectClose(once.deviance, twice.deviance, { rel: 1e-9, abs: 0 });
    },
  );

  test("linear: weight 2 has the estimates of the row twice, with every covariance per coefficient in proportion", () => {
    const once = linearModel(weighted, { outcome: "wellbeing", terms, weights: "double" });
    const twice = linearModel(repeated, { outcome: "wellbeing", terms });
    once.coefficients.forEach((row, k) => {
      expectClose(row.estimate, twice.coefficients[k]!.estimate, near);
      const ratio = twice.dfResidual / once.dfResidual;
      expectClose(row.standardError! ** 2, twice.coefficients[k]!.standardError! ** 2 * ratio, near);
    });
  });

  test("every weight times one number: the linear tests stay", () => {
    for (const factor of [1e-120, 0.3, 1e120]) {
      const scaled = { ...weighted, double: double.map((value) => value * factor) };
      const spec = { outcome: "wellbeing", terms, weights: "double" } as const;
      expectSameSlopes(linearModel(scaled, spec).coefficients, linearModel(weighted, spec).coefficients);
    }
  });
});
