import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate, sensitivity } from "../../src/mediation/index.ts";
import { simulatedCohort } from "./cohort.ts";

const cohort = simulatedCohort(60, 2, 6);
const good: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  covariates: ["age"],
  inference: { draws: 20 },
};
const withColumn = (name: string, values: (row: number) => number | string) => ({
  ...cohort,
  [name]: cohort["age"]!.map((_, row) => values(row)),
});

const withWeights = {
  ...withColumn("negative", (row) => (row === 3 ? -1 : 1)),
  nothing: cohort["age"]!.map(() => 0),
};

const specs: [string, string, object][] = [
  ["unknown-option", "a misspelt option", { exposureMediatorInteractions: false }],
  ["unknown-option", "a misspelt inference option", { inference: { draw: 100 } }],
  ["same-variable", "a covariate as weights", { weights: "age" }],
  ["unusable-weights", "weights below 0", { weights: "negative" }],
  ["unusable-weights", "weights of 0 throughout", { weights: "nothing" }],
  ["not-counts", "a score as counts", { outcome: { column: "wellbeing", family: "poisson" } }],
  ["invalid-option", "a time to an event without a day", { outcome: { time: "before", event: "relapsed" } }],
  [
    "not-supported",
    "a log link for a binary mediator",
    { mediators: [{ column: "relapsed", family: "binomial", link: "log" }] },
  ],
  ["not-supported", "a family that is not known", { outcome: { column: "relapsed", family: "gamma" } }],
  [
    "invalid-option",
    "the models' own covariance with weights",
    { weights: "severity", inference: { method: "delta", covariance: "model" } },
  ],
  [
    "invalid-option",
    "the models' own covariance with clusters",
    { cluster: "site", inference: { method: "delta", covariance: "model" } },
  ],
  ["invalid-option", "BCa limits by the delta method", { inference: { method: "delta", interval: "bca" } }],
  ["same-variable", "the mediator as moderator", { moderator: { column: "connection", on: ["exposure-outcome"] } }],
  [
    "invalid-option",
    "a moderated arrow that is not there",
    { moderator: { column: "severity", on: ["mediator-mediator"] } },
  ],
  [
    "invalid-option",
    "a structure against the order",
    { mediators: ["connection", "support"], structure: { connection: ["support"] } },
  ],
  ["invalid-option", "a population of what is no covariate", { population: { severity: 1 } }],
  ["invalid-option", "BCa limits of Monte Carlo draws", { inference: { method: "monte-carlo", interval: "bca" } }],
  ["invalid-option", "a level in per cent", { inference: { level: 95 } }],
  ["invalid-option", "a controlled value for a column that is no mediator", { controlledAt: { support: 1 } }],
  ["unknown-option", "a misspelt contrast", { exposure: { column: "age", from: 3, too: 4 }, covariates: [] }],
  [
    "invalid-option",
    "a contrast from a value to itself",
    { exposure: { column: "age", from: 3, to: 3 }, covariates: [] },
  ],
  ["no-mediator", "no mediator", { mediators: [] }],
  ["same-variable", "the mediator as exposure", { mediators: ["mentored"] }],
  ["same-variable", "the outcome as covariate", { covariates: ["wellbeing"] }],
  ["same-variable", "the exposure as cluster", { cluster: "mentored" }],
  ["same-variable", "the same mediator twice", { mediators: ["connection", "connection"] }],
  ["same-variable", "a covariate that is a product with the exposure", { covariates: ["age", "mentored:age"] }],
  ["same-variable", "a covariate that is a product with a mediator", { covariates: ["age", "connection:age"] }],
  [
    "same-variable",
    "a product of what is set to a value",
    { covariates: ["age", "severity", "age:severity"], population: { age: 40 } },
  ],
  [
    "same-variable",
    "a product with the moderator",
    { covariates: ["age:severity"], moderator: { column: "severity", on: ["exposure-mediator"] } },
  ],
  ["unknown-column", "a column that is not there", { outcome: "wellbeeing" }],
  ["not-two-arms", "a continuous exposure without a contrast", { exposure: "age", covariates: [] }],
  ["unknown-level", "a level that is not there", { exposure: { column: "mentored", treated: 2, reference: 0 } }],
  ["not-binary", "a score as binary outcome", { outcome: { column: "wellbeing", family: "binomial" } }],
];

describe("mediate refuses", () => {
  for (const [code, what, part] of specs) {
    it(`${what}: ${code}`, async () => {
      await expect(mediate(withWeights, { ...good, ...part } as MediateSpec)).rejects.toMatchObject({ code });
    });
  }

  it("a constant mediator: constant-mediator", async () => {
    const data = withColumn("connection", () => 5);
    await expect(mediate(data, good)).rejects.toMatchObject({
      code: "constant-mediator",
      where: { column: "connection" },
    });
  });

  it("a text mediator: not-numeric", async () => {
    await expect(
      mediate(
        withColumn("connection", (row) => `v${row % 3}`),
        good,
      ),
    ).rejects.toMatchObject({ code: "not-numeric" });
  });

  it("a constant outcome: constant-outcome, one-level-outcome for a binary one", async () => {
    await expect(
      mediate(
        withColumn("wellbeing", () => 1),
        good,
      ),
    ).rejects.toMatchObject({ code: "constant-outcome" });
    const binary: MediateSpec = { ...good, outcome: { column: "relapsed", family: "binomial" } };
    await expect(
      mediate(
        withColumn("relapsed", () => 1),
        binary,
      ),
    ).rejects.toMatchObject({ code: "one-level-outcome" });
  });

  it("a covariate that the others determine: collinear, naming it", async () => {
    const data = { ...cohort, months: cohort["age"]!.map((age) => 12 * age) };
    const refused = mediate(data, { ...good, covariates: ["age", "months"] });
    await expect(refused).rejects.toMatchObject({ code: "collinear" });
    await expect(refused).rejects.toThrow(/months|age/);
  });

  it("more coefficients than rows: too-few-rows", async () => {
    const few = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, values.slice(0, 5)]));
    await expect(mediate(few, good)).rejects.toMatchObject({ code: "too-few-rows" });
  });

  it("a binary outcome that a column predicts without error: separation, naming the column", async () => {
    const data = withColumn("relapsed", (row) => (cohort["connection"]![row]! > 50 ? 1 : 0));
    const refused = mediate(data, {
      ...good,
      outcome: { column: "relapsed", family: "binomial" },
      exposureMediatorInteraction: false,
    });
    await expect(refused).rejects.toMatchObject({ code: "separation" });
    await expect(refused).rejects.toThrow(/"connection"/);
  });

  it("a single cluster: one-cluster", async () => {
    const data = withColumn("house", () => 1);
    await expect(mediate(data, { ...good, cluster: "house" })).rejects.toMatchObject({ code: "one-cluster" });
  });

  it("an arm without complete rows: not-two-arms", async () => {
    const data = {
      ...cohort,
      connection: cohort["connection"]!.map((x, row) => (cohort["mentored"]![row] === 1 ? null : x)),
    };
    await expect(mediate(data, good)).rejects.toMatchObject({ code: "not-two-arms" });
  });

  it("sensitivity of a binary outcome: not-supported", async () => {
    const result = await mediate(cohort, {
      ...good,
      outcome: { column: "relapsed", family: "binomial" },
      exposureMediatorInteraction: false,
    });
    expect(() => sensitivity(result)).toThrow(expect.objectContaining({ code: "not-supported" }));
  });

  it("units so far apart that a variance is no number: extreme-values", async () => {
    for (const [small, large] of [
      ["connection", "wellbeing"],
      ["wellbeing", "connection"],
    ] as const) {
      const data = {
        ...cohort,
        [small]: cohort[small]!.map((value) => value * 1e-120),
        [large]: cohort[large]!.map((value) => value * 1e120),
      };
      await expect(mediate(data, good)).rejects.toMatchObject({ code: "extreme-values" });
    }
  });
});
