import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type EffectRow, type MediateSpec, type Mediation, mediate } from "../../src/mediation/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";

type Effects = Readonly<
  Record<"total" | "pureNaturalDirect" | "totalNaturalIndirect" | "totalNaturalDirect" | "pureNaturalIndirect", number>
>;
interface At {
  readonly at: readonly (number | string)[];
  readonly effects: readonly Effects[];
}
interface Figures {
  readonly groups: At & { readonly whole: Effects };
  readonly women: At & { readonly set: readonly Effects[]; readonly whole: Effects };
  readonly covariate: At;
  readonly visits: At;
}

const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: Figures = JSON.parse(readFileSync(resolve(fixtures, "serial.json"), "utf8"));
const data = plainColumns(readFileSync(resolve(fixtures, "serial.csv"), "utf8"));
const near = { rel: 1e-7, abs: 1e-9 };

function row(result: Mediation, name: EffectRow["effect"], given: EffectRow["given"]): EffectRow {
  const found = result.effects.find(
    ({ effect, mediator, path, scale, given: at }) =>
      effect === name && mediator === null && path === null && at === given && scale.endsWith("ifference"),
  );
  if (found === undefined) throw new Error(`no effect ${name} at ${given}`);
  return found;
}

function expectEffects(result: Mediation, expected: Effects, given: EffectRow["given"]): void {
  for (const [name, figure] of Object.entries(expected))
    expectClose(row(result, name as keyof Effects, given).estimate, figure, near, `${name} at ${given}`);
}

const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: { column: "relapsed", family: "binomial" },
  covariates: ["before"],
  inference: { draws: 20, seed: 1 },
};

describe("conditional effects against summing person by person in R (fixtures/mediation/serial.R)", () => {
  it("groups, logistic outcome: risk differences in every group, over everybody, and between every two groups", async () => {
    const result = await mediate(data, {
      ...spec,
      moderator: { column: "stage", on: ["exposure-mediator", "mediator-outcome", "exposure-outcome"] },
    });
    const { at, effects, whole } = figures.groups;
    expect(result.moderator!.at).toEqual(at);
    at.forEach((group, k) => {
      expectEffects(result, effects[k]!, group);
    });
    expectEffects(result, whole, null);
    const differences = result.effects.filter(({ effect }) => effect === "moderation");
    expect(differences.map(({ given }) => given)).toEqual(["early − action", "late − action", "late − early"]);
    expectClose(
      differences[2]!.estimate,
      effects[2]!.totalNaturalIndirect - effects[1]!.totalNaturalIndirect,
      near,
      "late − early",
    );
    expect(result.effects.some(({ effect }) => effect === "index")).toBe(false);
    expect(result.paths.filter(({ path }) => path === "moderation").map(({ from, to }) => [from, to])).toEqual([
      ["mentored × stage: early", "connection"],
      ["mentored × stage: late", "connection"],
      ["mentored × stage: early", "relapsed"],
      ["mentored × stage: late", "relapsed"],
      ["connection × stage: early", "relapsed"],
      ["connection × stage: late", "relapsed"],
    ]);
  });

  it("a two-valued moderator: both values, in the sample and with a covariate set for everybody", async () => {
    const moderated: MediateSpec = {
      ...spec,
      exposureMediatorInteraction: false,
      moderator: { column: "woman", on: ["exposure-mediator", "mediator-outcome"], regions: false },
    };
    const { at, effects, set, whole } = figures.women;
    const result = await mediate(data, moderated);
    const elsewhere = await mediate(data, { ...moderated, population: { before: 60 } });
    expect(result.moderator!.at).toEqual(at);
    at.forEach((value, k) => {
      expectEffects(result, effects[k]!, value);
      expectEffects(elsewhere, set[k]!, value);
    });
    expectEffects(elsewhere, whole, null);
  });

  it("a moderator that is a covariate too, at values of one's own", async () => {
    const { at, effects } = figures.covariate;
    const result = await mediate(data, {
      ...spec,
      covariates: ["before", "age"],
      exposureMediatorInteraction: false,
      moderator: { column: "before", on: ["exposure-mediator"], at, regions: false },
    });
    at.forEach((value, k) => {
      expectEffects(result, effects[k]!, value);
    });
    const terms = result.models.map(({ coefficients }) => coefficients.map(({ name }) => name));
    expect(terms[0]).toEqual(["(Intercept)", "mentored", "before", "age", "mentored × before"]);
    expect(terms[1]).toEqual(["(Intercept)", "mentored", "connection", "before", "age"]);
  });

  it("a count mediator of a linear outcome", async () => {
    const { at, effects } = figures.visits;
    const result = await mediate(data, {
      ...spec,
      mediators: [{ column: "visits", family: "poisson" }],
      outcome: "wellbeing",
      exposureMediatorInteraction: false,
      moderator: { column: "woman", on: ["exposure-mediator", "mediator-outcome"], regions: false },
    });
    at.forEach((value, k) => {
      expectEffects(result, effects[k]!, value);
    });
  });
});

describe("by hand", () => {
  it("in the first group 2 × 3, in the second 4 × 1: a difference of −2", async () => {
    // m = 2x + 2xg + e, y = 3m − 2mg + x + g; e is −1 or 1 in every cell and carries m on.
    const rows = [0, 1].flatMap((g) =>
      [0, 1].flatMap((x) =>
        [-1, 1].map((e) => {
          const m = 2 * x + 2 * x * g + e;
          return { g: g === 0 ? "first" : "second", x, m, y: 3 * m - 2 * m * g + x + g };
        }),
      ),
    );
    const result = await mediate(rows, {
      exposure: "x",
      mediators: ["m"],
      outcome: "y",
      exposureMediatorInteraction: false,
      moderator: { column: "g", on: ["exposure-mediator", "mediator-outcome"] },
      inference: { method: "delta" },
    });
    const exact = { rel: 1e-10, abs: 1e-12 };
    expectClose(row(result, "totalNaturalIndirect", "first").estimate, 6, exact);
    expectClose(row(result, "totalNaturalIndirect", "second").estimate, 4, exact);
    expectClose(row(result, "moderation", "second − first").estimate, -2, exact);
    expectClose(row(result, "pureNaturalDirect", "first").estimate, 1, exact);
  });
});

describe("laws of moderated mediation", () => {
  const cohort = simulatedCohort(300, 21);
  const everywhere = ["exposure-mediator", "mediator-outcome", "exposure-outcome"] as const;

  it.each<[string, MediateSpec["outcome"]]>([
    ["linear", "wellbeing"],
    ["logistic", { column: "relapsed", family: "binomial" }],
  ])(
    "%s outcome, all arrows moderated by a group, no covariates: each group as analysed by itself",
    async (_n, outcome) => {
      // Groups have one error variance in the joint model, which a linear outcome does not use.
      const analysis: MediateSpec = {
        exposure: "mentored",
        mediators: outcome === "wellbeing" ? ["connection"] : [{ column: "calm", family: "binomial" }],
        outcome,
        exposureMediatorInteraction: false,
        inference: { draws: 20 },
      };
      const people: Record<string, number[]> = {
        ...cohort,
        calm: cohort.support!.map((value) => (value > 46 ? 1 : 0)),
      };
      const together = await mediate(people, {
        ...analysis,
        moderator: { column: "severity", on: everywhere, regions: false },
      });
      for (const group of [0, 1]) {
        const keep = people.severity!.map((value) => value === group);
        const alone = Object.fromEntries(
          Object.entries(people).map(([name, values]) => [name, values.filter((_, i) => keep[i])]),
        );
        const apart = await mediate(alone, analysis);
        for (const name of ["total", "pureNaturalDirect", "totalNaturalIndirect", "pureNaturalIndirect"] as const)
          expectClose(row(together, name, group).estimate, row(apart, name, null).estimate!, { rel: 1e-8, abs: 1e-10 });
      }
    },
  );

  it("in every group and at every value direct and indirect effect add up to the total", async () => {
    const people = { ...cohort, town: cohort.site!.map((site) => ["north", "south", "west"][site % 3]!) };
    for (const outcome of ["wellbeing", { column: "relapsed", family: "binomial" }] as const) {
      const result = await mediate(people, {
        exposure: "mentored",
        mediators: ["connection", "support"],
        outcome,
        moderator: { column: "town", on: everywhere },
        inference: { draws: 20 },
      });
      for (const given of [null, ...result.moderator!.at]) {
        const total = row(result, "total", given).estimate!;
        const of = (name: EffectRow["effect"]) => row(result, name, given).estimate!;
        expectClose(of("pureNaturalDirect") + of("totalNaturalIndirect"), total, { rel: 1e-10, abs: 1e-12 });
        expectClose(of("totalNaturalDirect") + of("pureNaturalIndirect"), total, { rel: 1e-10, abs: 1e-12 });
      }
    }
  });

  it("another zero and unit of a numeric moderator: the same effects at the same people, the index in the new unit", async () => {
    const analysis = (column: string, at: number[]) =>
      mediate(
        { ...cohort, decades: cohort.age!.map((age) => (age - 40) / 10) },
        {
          exposure: "mentored",
          mediators: ["connection"],
          outcome: "wellbeing",
          moderator: { column, on: ["exposure-mediator"], at },
          inference: { method: "delta" },
        },
      );
    const years = await analysis("age", [30, 50]);
    const decades = await analysis("decades", [-1, 1]);
    for (const [old, now] of [
      [30, -1],
      [50, 1],
    ] as const) {
      const [one, other] = [row(years, "totalNaturalIndirect", old), row(decades, "totalNaturalIndirect", now)];
      expectClose(other.estimate, one.estimate!, { rel: 1e-9, abs: 1e-11 });
      expectClose(other.standardError, one.standardError!, { rel: 1e-7, abs: 1e-11 });
    }
    expectClose(row(decades, "index", null).estimate, 10 * row(years, "index", null).estimate!, { rel: 1e-9, abs: 0 });
    const roots = (result: Mediation) => result.moderation!.indirect[0]!.roots.map(({ value }) => value);
    roots(decades).forEach((value, k) => {
      expectClose(value * 10 + 40, roots(years)[k]!, { rel: 1e-7, abs: 1e-7 });
    });
  });

  it("the delta method and the bootstrap tell standard errors of conditional effects alike", async () => {
    const analysis: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection"],
      outcome: "wellbeing",
      covariates: ["before"],
      exposureMediatorInteraction: false,
      moderator: { column: "age", on: ["exposure-mediator", "mediator-outcome"] },
    };
    const large = simulatedCohort(800, 5);
    const byDelta = await mediate(large, { ...analysis, inference: { method: "delta", covariance: "HC3" } });
    const byDraws = await mediate(large, { ...analysis, inference: { draws: 1000, seed: 3 } });
    for (const given of byDelta.moderator!.at) {
      const ratio =
        row(byDraws, "totalNaturalIndirect", given).standardError! /
        row(byDelta, "totalNaturalIndirect", given).standardError!;
      expect(Math.abs(ratio - 1)).toBeLessThan(0.15);
    }
  });

  it.each<[string, Partial<NonNullable<MediateSpec["moderator"]>>, string]>([
    ["that is the mediator", { column: "connection" }, "same-variable"],
    ["that is not in the data", { column: "height" }, "unknown-column"],
    ["on an arrow between mediators where there is one mediator", { on: ["mediator-mediator"] }, "invalid-option"],
    ["on an arrow that does not exist", { on: [{ from: "support", to: "wellbeing" }] }, "invalid-option"],
    ["on nothing", { on: [] }, "invalid-option"],
    ["at a text, where it is a number", { at: ["old"] }, "invalid-option"],
    ["at no value", { at: [] }, "invalid-option"],
  ])("refuses a moderator %s", async (_name, wrong, code) => {
    const analysis: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection"],
      outcome: "wellbeing",
      moderator: { column: "age", on: ["exposure-mediator"], ...wrong },
      inference: { draws: 20 },
    };
    await expect(mediate(cohort, analysis)).rejects.toMatchObject({ code });
  });

  it("refuses a moderator that is the same for everybody, a group that is not there, and HC3 where models are not linear", async () => {
    const people = { ...cohort, same: cohort.age!.map(() => 1), town: cohort.site!.map((s) => (s % 2 ? "a" : "b")) };
    const analysis: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection"],
      outcome: "wellbeing",
      inference: { draws: 20 },
    };
    const on = ["exposure-mediator"] as const;
    await expect(mediate(people, { ...analysis, moderator: { column: "same", on } })).rejects.toMatchObject({
      code: "constant-column",
    });
    await expect(mediate(people, { ...analysis, moderator: { column: "town", on, at: ["c"] } })).rejects.toMatchObject({
      code: "invalid-option",
    });
    const sandwich: MediateSpec = {
      ...analysis,
      outcome: { column: "relapsed", family: "binomial" },
      inference: { method: "delta", covariance: "HC3" },
    };
    await expect(mediate(people, sandwich)).rejects.toMatchObject({ code: "not-supported" });
    await expect(
      mediate(people, { ...analysis, cluster: "site", inference: { method: "delta", covariance: "HC3" } }),
    ).rejects.toMatchObject({ code: "invalid-option" });
  });
});
