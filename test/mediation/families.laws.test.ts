import { describe, expect, it } from "vitest";
import { type MediateSpec, type Mediation, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { familyCohort } from "./familyCohort.ts";
import { value } from "./reference.ts";

type Columns = Record<string, number[]>;
const whole: Columns = familyCohort();
const cohort: Columns = Object.fromEntries(Object.entries(whole).map(([name, values]) => [name, values.slice(0, 200)]));
const n = cohort["mentored"]!.length;
const mediators = {
  gaussian: "connection_6",
  logit: { column: "supported", family: "binomial" },
  probit: { column: "supported", family: "binomial", link: "probit" },
  poisson: { column: "groups", family: "poisson" },
  "negative-binomial": { column: "contacts", family: "negative-binomial" },
  ordinal: { column: "closeness", family: "ordinal" },
} as const;
const outcomes = {
  gaussian: "wellbeing_12",
  logit: { column: "abstinent_12", family: "binomial" },
  probit: { column: "abstinent_12", family: "binomial", link: "probit" },
  log: { column: "readmitted", family: "binomial", link: "log" },
  poisson: { column: "readmissions", family: "poisson" },
  "negative-binomial": { column: "readmissions", family: "negative-binomial" },
  ordinal: { column: "mood", family: "ordinal" },
} as const;

const specOf = (mediator: keyof typeof mediators, outcome: keyof typeof outcomes, part: Partial<MediateSpec> = {}) =>
  ({
    exposure: "mentored",
    mediators: [mediators[mediator]],
    outcome: outcomes[outcome],
    covariates: ["wellbeing_0", "severity"],
    exposureMediatorInteraction: mediator !== "ordinal",
    controlledAt: mediator === "ordinal" ? 2 : 1,
    inference: { method: "delta" },
    ...part,
  }) as MediateSpec;

/** Each family once on either side. */
const pairs: [keyof typeof mediators, keyof typeof outcomes][] = [
  ["gaussian", "ordinal"],
  ["logit", "negative-binomial"],
  ["probit", "logit"],
  ["poisson", "probit"],
  ["negative-binomial", "poisson"],
  ["negative-binomial", "logit"],
  ["ordinal", "ordinal"],
  ["ordinal", "gaussian"],
];

const rowsOf = (data: Columns, order: readonly number[]): Columns =>
  Object.fromEntries(Object.entries(data).map(([name, values]) => [name, order.map((row) => values[row]!)]));
const withColumn = (name: string, values: (row: number) => number): Columns => ({
  ...cohort,
  [name]: cohort["mentored"]!.map((_, row) => values(row)),
});
const near = { rel: 1e-8, abs: 1e-10 };

function sameEffects(actual: Mediation, expected: Mediation, tolerance = near, errors = true) {
  expect(actual.effects.length).toBe(expected.effects.length);
  expected.effects.forEach((row, k) => {
    const other = actual.effects[k]!;
    if (row.estimate === null || other.estimate === null) return;
    const label = `${row.effect} ${row.scale} ${row.threshold ?? ""}`;
    expectClose(other.estimate, row.estimate, tolerance, label);
    if (errors)
      expectClose(
        other.standardError,
        row.standardError!,
        { rel: 100 * tolerance.rel, abs: tolerance.abs },
        `${label} se`,
      );
  });
}

describe.each(pairs)("laws of mediate, %s mediator and %s outcome", (mediator, outcome) => {
  const spec = specOf(mediator, outcome);

  it("rows in another order, the same effects and errors", async () => {
    const order = [...Array(n).keys()].map((row) => (row * 77) % n);
    expect(new Set(order).size).toBe(n);
    sameEffects(await mediate(rowsOf(cohort, order), spec), await mediate(cohort, spec));
  });

  it("weights of 1, 2 and 3 are rows repeated as often; weights count only against each other; 0 leaves a row out", async () => {
    const weights = cohort["mentored"]!.map((_, row) => (row * 7) % 4);
    const repeated = rowsOf(
      cohort,
      weights.flatMap((weight, row) => Array.from({ length: weight }, () => row)),
    );
    const weighted = { ...cohort, w: weights, tenth: weights.map((weight) => weight / 10) };
    const byWeight = await mediate(weighted, { ...spec, weights: "w" });
    sameEffects(await mediate(weighted, { ...spec, weights: "tenth" }), byWeight);
    const kept = weights.map((weight) => (weight > 0 ? 1 : 0));
    sameEffects(
      await mediate({ ...cohort, kept }, { ...spec, weights: "kept" }),
      await mediate(
        rowsOf(
          cohort,
          [...kept.keys()].filter((row) => kept[row] === 1),
        ),
        spec,
      ),
      near,
      false,
    );
    sameEffects(
      await mediate(repeated, spec),
      byWeight,
      mediator === "gaussian" ? { rel: 2e-2, abs: 1e-3 } : near,
      false,
    );
  });

  it("the contrast turned around turns the effects around", async () => {
    const there = await mediate(cohort, { ...spec, exposure: { column: "mentored", from: 0, to: 1 } });
    const back = await mediate(cohort, { ...spec, exposure: { column: "mentored", from: 1, to: 0 } });
    const partner: Record<string, string> = {
      total: "total",
      controlledDirect: "controlledDirect",
      pureNaturalDirect: "totalNaturalDirect",
      totalNaturalDirect: "pureNaturalDirect",
      pureNaturalIndirect: "totalNaturalIndirect",
      totalNaturalIndirect: "pureNaturalIndirect",
    };
    for (const row of there.effects) {
      if (!(row.effect in partner) || row.estimate === null) continue;
      const other = back.effects.find(
        (found) =>
          found.effect === partner[row.effect] && found.scale === row.scale && found.threshold === row.threshold,
      )!;
      const ratio = row.scale.endsWith("Ratio");
      expectClose(other.estimate, ratio ? 1 / row.estimate : -row.estimate, near, `${row.effect} ${row.scale}`);
      if (!ratio) expectClose(other.standardError, row.standardError!, { rel: 1e-6, abs: 1e-10 }, `${row.effect} se`);
    }
  });

  it("0/1, 1/2 and a number with a contrast of one unit are the same exposure", async () => {
    const expected = await mediate(cohort, spec);
    const shifted = withColumn("mentored", (row) => cohort["mentored"]![row]! + 1);
    sameEffects(await mediate(shifted, spec), expected);
    const tenfold = withColumn("mentored", (row) => 10 * cohort["mentored"]![row]! - 3);
    sameEffects(await mediate(tenfold, { ...spec, exposure: { column: "mentored", from: -3, to: 7 } }), expected);
  });

  it("a covariate in other units changes nothing", async () => {
    const moved = withColumn("wellbeing_0", (row) => 1e5 * cohort["wellbeing_0"]![row]! + 3e7);
    sameEffects(await mediate(moved, spec), await mediate(cohort, spec), { rel: 1e-6, abs: 1e-8 });
  });
});

describe("laws of mediate over pairs", () => {
  it("direct and indirect effects add up in both orders and in four parts, in all 42 pairs", async () => {
    for (const mediator of Object.keys(mediators) as (keyof typeof mediators)[])
      for (const outcome of Object.keys(outcomes) as (keyof typeof outcomes)[]) {
        // A log-binomial model of few people has its largest likelihood at probabilities of 1.
        const { effects } = await mediate(outcome === "log" ? whole : cohort, specOf(mediator, outcome));
        const thresholds = [...new Set(effects.map(({ threshold }) => threshold))];
        for (const threshold of thresholds) {
          const of = (name: string) =>
            effects.find((row) => row.effect === name && row.threshold === threshold && /ifference$/.test(row.scale))!
              .estimate!;
          const total = of("total");
          const sums = [
            of("pureNaturalDirect") + of("totalNaturalIndirect"),
            of("totalNaturalDirect") + of("pureNaturalIndirect"),
            of("controlledDirect") + of("referenceInteraction") + of("mediatedInteraction") + of("pureNaturalIndirect"),
          ];
          for (const sum of sums) expectClose(sum, total, { rel: 0, abs: 1e-11 }, `${mediator} ${outcome}`);
        }
      }
  });

  it("a normal mediator in other units and from another zero: the same effects on every outcome", async () => {
    const moved = { ...whole, connection_6: whole["connection_6"]!.map((value) => 1e6 * value - 4e7) };
    for (const outcome of Object.keys(outcomes) as (keyof typeof outcomes)[])
      sameEffects(
        await mediate(moved, specOf("gaussian", outcome, { controlledAt: 52e6 - 4e7 })),
        await mediate(whole, specOf("gaussian", outcome, { controlledAt: 52 })),
        { rel: 1e-7, abs: 1e-9 },
      );
  });

  it("a population of one kind of person has the effects of one such person", async () => {
    const population = { wellbeing_0: 40, severity: 0.5 };
    const plogis = (x: number) => 1 / (1 + Math.exp(-x));
    const found = await mediate(cohort, specOf("logit", "logit", { population }));
    const [mediator, outcome] = found.models;
    const of = (model: typeof mediator, name: string) =>
      model!.coefficients.find((row) => row.name === name)!.estimate!;
    const person = (model: typeof mediator) =>
      of(model, "(Intercept)") + 40 * of(model, "wellbeing_0") + 0.5 * of(model, "severity");
    const y = (t: number, m: number) =>
      plogis(
        person(outcome) +
          of(outcome, "mentored") * t +
          of(outcome, "supported") * m +
          of(outcome, "mentored × supported") * t * m,
      );
    const mean = (t: number, s: number) => {
      const p = plogis(person(mediator) + of(mediator, "mentored") * s);
      return p * y(t, 1) + (1 - p) * y(t, 0);
    };
    expectClose(value(found, "total"), mean(1, 1) - mean(0, 0), near);
    expectClose(value(found, "totalNaturalIndirect"), mean(1, 1) - mean(1, 0), near);
    expectClose(value(found, "pureNaturalDirect", "riskRatio"), mean(1, 0) / mean(0, 0), near);

    const counts = await mediate(cohort, specOf("ordinal", "poisson", { population }));
    const [levels, rate] = counts.models;
    const logMean = (t: number, level: number) =>
      person(rate) + of(rate, "mentored") * t + (level === 1 ? 0 : of(rate, `closeness: ${level}`));
    const latent = (s: number) =>
      40 * of(levels, "wellbeing_0") + 0.5 * of(levels, "severity") + of(levels, "mentored") * s;
    const upTo = (level: number, s: number) =>
      level === 0 ? 0 : level === 4 ? 1 : plogis(levels!.others[level - 1]! - latent(s));
    const expected = (t: number, s: number) =>
      [1, 2, 3, 4].reduce((sum, level) => sum + (upTo(level, s) - upTo(level - 1, s)) * Math.exp(logMean(t, level)), 0);
    expectClose(value(counts, "total"), expected(1, 1) - expected(0, 0), near);
    expectClose(value(counts, "totalNaturalIndirect", "rateRatio"), expected(1, 1) / expected(1, 0), near);
  });

  it("an ordinal variable of two levels is a binary one; numbers for its levels have only their order", async () => {
    const plain = specOf("logit", "logit", { controlledAt: 1 });
    const levels: MediateSpec = {
      ...plain,
      mediators: [{ column: "supported", family: "ordinal" }],
      outcome: { column: "abstinent_12", family: "ordinal" },
    };
    sameEffects(await mediate(cohort, levels), await mediate(cohort, plain), { rel: 1e-7, abs: 1e-9 });
    const spec = specOf("ordinal", "ordinal");
    const renamed = {
      ...cohort,
      closeness: cohort["closeness"]!.map((level) => [0, 10, 11, 500, 501][level]!),
      mood: cohort["mood"]!.map((level) => -1 / level),
    };
    sameEffects(await mediate(renamed, { ...spec, controlledAt: 11 }), await mediate(cohort, spec));
  });

  it("a continuous exposure: effects of the contrast asked for, whatever the unit; of several levels: people elsewhere inform the models", async () => {
    for (const [mediator, outcome] of [
      ["negative-binomial", "logit"],
      ["ordinal", "poisson"],
      ["gaussian", "negative-binomial"],
    ] as const) {
      const spec = specOf(mediator, outcome, { exposure: { column: "sessions", from: 0, to: 8 } });
      const tenths = withColumn("sessions", (row) => 10 * cohort["sessions"]![row]!);
      const expected = await mediate(cohort, spec);
      sameEffects(await mediate(tenths, { ...spec, exposure: { column: "sessions", from: 0, to: 80 } }), expected);
      const arms = ["none", "few", "many"];
      const kind = cohort["sessions"]!.map((count) => arms[count === 0 ? 0 : count < 8 ? 1 : 2]!);
      const contrast = (treated: string, reference: string) =>
        mediate({ ...cohort, kind }, { ...spec, exposure: { column: "kind", treated, reference } });
      const [few, many, more] = [
        await contrast("few", "none"),
        await contrast("many", "none"),
        await contrast("many", "few"),
      ];
      const total = (found: Mediation) => found.effects[0]!.estimate!;
      expectClose(total(few) + total(more), total(many), { rel: 1e-8, abs: 1e-10 }, "totals chain");
      expect(few.n).toBe(n);
    }
  });
});
