import { describe, expect, it } from "vitest";
import { closedFormEffects } from "../../src/mediation/closedForm.ts";
import type { ClosedFormSpec } from "../../src/mediation/closedFormSpec.ts";
import { refusalOf } from "../support/refusal.ts";
import { simulatedStudy } from "./closedFormCohort.ts";
import { rowOf } from "./closedFormSupport.ts";

const study = simulatedStudy();
const good: ClosedFormSpec = {
  exposure: "mentored",
  mediator: "connection_6",
  outcome: "wellbeing_12",
  covariates: ["severity", "age"],
};
const withColumn = (name: string, value: (row: number) => number | string | null) => ({
  ...study,
  [name]: study.mentored!.map((_, row) => value(row)),
});
const binary = { column: "abstinent_12", family: "binomial" } as const;
const timed = { time: "relapse_days", event: "relapsed", model: "cox" } as const;

const specs: [string, string, object][] = [
  ["unknown-option", "a misspelt option", { covariate: ["age"] }],
  ["unknown-option", "a misspelt part of the outcome", { outcome: { column: "wellbeing_12", links: "log" } }],
  ["unknown-option", "the competing event as an option", { outcome: { ...timed, competing: "death" } }],
  ["invalid-option", "a level in per cent", { level: 95 }],
  ["invalid-option", "several mediators", { mediator: ["connection_6", "recovery_support_6"] }],
  ["invalid-option", "an interaction that is neither true nor false", { exposureMediatorInteraction: "yes" }],
  ["invalid-option", "a mediator value that is no number", { controlledAt: "high" }],
  ["invalid-option", "covariates that are no list", { covariates: "age" }],
  ["invalid-option", "a value of a column that is no covariate", { at: { female: 1 } }],
  ["invalid-option", "a covariate value that is no number", { at: { age: "old" } }],
  ["invalid-option", "ties in a Weibull model", { outcome: { ...timed, model: "weibull", ties: "efron" } }],
  ["invalid-option", "ties of another kind", { outcome: { ...timed, ties: "exact" } }],
  ["invalid-option", "an unknown wish for proportions", { proportions: "never" }],
  ["not-supported", "a probit link", { outcome: { ...binary, link: "probit" } }],
  ["not-supported", "a count mediator", { mediator: { column: "connection_6", family: "poisson" } }],
  ["not-supported", "a lognormal model", { outcome: { ...timed, model: "lognormal" } }],
  ["not-supported", "an ordinal outcome", { outcome: { column: "wellbeing_12", family: "ordinal" } }],
  ["same-variable", "the mediator among the covariates", { covariates: ["age", "connection_6"] }],
  ["same-variable", "the time among the covariates", { outcome: timed, covariates: ["relapse_days"] }],
  ["same-variable", "a product with the exposure among the covariates", { covariates: ["age:mentored"] }],
  ["unknown-column", "a mediator that is not there", { mediator: "conection_6" }],
  ["not-numeric", "a mediator of texts", { mediator: "stage" }],
  ["not-binary", "a score as a logistic mediator", { mediator: { column: "connection_6", family: "binomial" } }],
  ["not-binary", "a score as a binomial outcome", { outcome: { column: "wellbeing_12", family: "binomial" } }],
  ["not-counts", "scores with decimals as counts", { outcome: { column: "recovery_support_6", family: "poisson" } }],
  [
    "event-code",
    "a status of three values without the value of the event",
    { outcome: { ...timed, event: "relapse_status" } },
  ],
  [
    "no-events",
    "a status value that nobody has",
    { outcome: { ...timed, event: { column: "relapse_status", event: 9 } } },
  ],
  ["unknown-level", "a level that nobody has", { covariates: ["stage"], at: { stage: "late" } }],
  ["not-two-arms", "an exposure of many values without a contrast", { exposure: "sessions" }],
  ["collinear", "a covariate twice under two names", { covariates: ["action_stage", "stage"] }],
];

const tables: [string, string, Parameters<typeof closedFormEffects>[0], object][] = [
  ["constant-mediator", "a mediator that is the same for everybody", withColumn("connection_6", () => 5), {}],
  ["constant-outcome", "an outcome that is the same for everybody", withColumn("wellbeing_12", () => 5), {}],
  [
    "one-arm",
    "nobody unexposed",
    withColumn("mentored", () => 1),
    { exposure: { column: "mentored", from: 0, to: 1 } },
  ],
  ["no-complete-rows", "nobody with complete rows", withColumn("wellbeing_12", () => null), {}],
  ["no-events", "nobody with the event", withColumn("relapsed", () => 0), { outcome: timed }],
  ["negative-time", "a negative time", withColumn("relapse_days", (row) => row - 1), { outcome: timed }],
  [
    "time-not-positive",
    "a time of 0",
    withColumn("relapse_days", (row) => row),
    { outcome: { ...timed, model: "weibull" } },
  ],
  ["infinite-value", "an infinite mediator", withColumn("connection_6", (row) => 1 / row), {}],
  [
    "separation",
    "an outcome that the mediator tells exactly",
    withColumn("abstinent_12", (row) => (Number(study.connection_6![row] ?? 0) > 50 ? 1 : 0)),
    { outcome: binary },
  ],
  [
    "separation",
    "a logistic mediator that nobody unexposed has",
    withColumn("connected", (row) => Number(study.mentored![row]) * (row % 3 === 0 ? 1 : 0)),
    { mediator: { column: "connected", family: "binomial" } },
  ],
  [
    "no-finite-estimate",
    "no relapse among the exposed",
    withColumn("relapsed", (row) => (study.mentored![row] === 0 ? 1 : 0)),
    { outcome: timed },
  ],
  [
    "no-finite-estimate",
    "no relapse among the exposed, Weibull",
    withColumn("relapsed", (row) => (study.mentored![row] === 0 ? 1 : 0)),
    { outcome: { ...timed, model: "weibull" }, exposureMediatorInteraction: false },
  ],
  [
    "no-overdispersion",
    "counts that vary less than Poisson counts",
    withColumn("readmissions", (row) => 2 + (row % 2)),
    { outcome: { column: "readmissions", family: "negative-binomial" } },
  ],
  [
    "effect-overflow",
    "a contrast a long way off the data",
    study,
    { outcome: binary, exposure: { column: "sessions", from: 0, to: 1e6 } },
  ],
];

describe("closedFormEffects refuses", () => {
  it.each(specs)("%s: %s", (code, _, change) => {
    expect(refusalOf(() => closedFormEffects(study, { ...good, ...change })).code).toBe(code);
  });

  it.each(tables)("%s: %s", (code, _, data, change) => {
    expect(refusalOf(() => closedFormEffects(data, { ...good, ...change })).code).toBe(code);
  });

  it("too-few-rows: as many people as coefficients", () => {
    const few = Object.fromEntries(Object.entries(study).map(([name, values]) => [name, values.slice(0, 6)]));
    expect(refusalOf(() => closedFormEffects(few, good)).code).toBe("too-few-rows");
  });

  it("collinear or perfect-fit: a mediator that follows from exposure and covariates", () => {
    const data = withColumn("connection_6", (row) => 2 * Number(study.mentored![row]) + Number(study.age![row]));
    expect(["collinear", "perfect-fit"]).toContain(refusalOf(() => closedFormEffects(data, good)).code);
  });

  it("names the row and the column of a value that its model cannot take", () => {
    const data = withColumn("abstinent_12", (row) => (row === 4 ? 3 : row % 2));
    const { where } = refusalOf(() =>
      closedFormEffects(data, { ...good, outcome: binary, mediator: "age", covariates: [] }),
    );
    expect(where).toEqual({ row: 5, column: "abstinent_12" });
  });
});

describe("closedFormEffects tells", () => {
  const codes = (change: object) => closedFormEffects(study, { ...good, ...change }).notes.map((note) => note.code);

  it("nothing about a linear outcome in the range of the data", () => {
    expect(codes({})).toEqual([]);
  });

  it("that the outcome is not rare, with its share", () => {
    const { notes } = closedFormEffects(study, { ...good, outcome: binary });
    expect(notes.map((note) => note.code)).toEqual(["rare-outcome"]);
    expect(notes[0]!.text).toMatch(/^62\.3 % had the event/);
    expect(codes({ outcome: timed })).toContain("rare-outcome");
    expect(codes({ outcome: { ...binary, link: "log" } })).not.toContain("rare-outcome");
  });

  it("that accelerated failure time models give time ratios", () => {
    expect(codes({ outcome: { ...timed, model: "weibull" } })).toEqual(["time-ratios"]);
  });

  it("that several values of a status column are censoring", () => {
    expect(codes({ outcome: { ...timed, event: { column: "relapse_status", event: 1 } } })).toContain("cause-specific");
  });

  it("few events for the coefficients", () => {
    expect(codes({ outcome: { ...timed, event: { column: "relapse_status", event: 2 } } })).toContain("few-events");
  });

  it("values outside the data", () => {
    expect(codes({ controlledAt: 500 })).toEqual(["outside-data"]);
    expect(codes({ at: { age: 5 } })).toEqual(["outside-data"]);
    expect(codes({ exposure: { column: "sessions", from: 0, to: 40 } })).toEqual(["outside-data"]);
  });

  it("a binary mediator with a linear model, held at a value that nobody has", () => {
    expect(codes({ mediator: "connected" })).toEqual(["binary-mediator", "controlled-between"]);
    expect(codes({ mediator: { column: "connected", family: "binomial" }, controlledAt: 1 })).toEqual([]);
  });

  it("which of two texts is taken as exposed", () => {
    expect(codes({ exposure: "stage" })).toEqual(["arm-order"]);
  });

  it("the covariate values, by default means and reference levels", () => {
    const { at, n, dropped } = closedFormEffects(study, { ...good, covariates: ["age", "stage"] });
    expect(at).toEqual({ age: expect.any(Number), stage: "action" });
    expect(n).toBe(446);
    expect(dropped.rowsIn - dropped.reasons.reduce((total, reason) => total + reason.rows, 0)).toBe(n);
  });

  it("products of covariates at the product of their values", () => {
    const outcome = { column: "abstinent_12", family: "binomial", link: "log" } as const;
    const at = { severity: 1, age: 50 };
    const product = closedFormEffects(study, { ...good, outcome, covariates: ["severity", "age", "severity:age"], at });
    const made = withColumn("both", (row) => Number(study.severity![row]) * Number(study.age![row]));
    const column = closedFormEffects(made, {
      ...good,
      outcome,
      covariates: ["severity", "age", "both"],
      at: { ...at, both: 50 },
    });
    expect(product.effects).toEqual(column.effects);
  });

  it("no proportion where the total effect may be nothing, unless asked for", () => {
    const outcome = { column: "readmissions", family: "poisson" } as const;
    const small = withColumn("mentored", (row) => row % 2);
    const guarded = closedFormEffects(small, { ...good, outcome });
    expect(guarded.proportionWithheld).toMatch(/^The interval of the total effect includes 0/);
    expect(rowOf(guarded.effects, "proportionMediated")).toMatchObject({
      estimate: null,
      interval: null,
      pValue: null,
    });
    const told = closedFormEffects(small, { ...good, outcome, proportions: "always" });
    expect(told.proportionWithheld).toBeNull();
    expect(rowOf(told.effects, "proportionMediated").estimate).not.toBeNull();
  });

  it("plain data that survive JSON", () => {
    const result = closedFormEffects(study, { ...good, outcome: timed });
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});
