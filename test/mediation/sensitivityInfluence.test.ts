import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { leaveOneOut, type MediateSpec, mediate, omittedInteraction } from "../../src/mediation/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { value } from "./reference.ts";

const names = ["total", "pureNaturalDirect", "totalNaturalIndirect", "controlledDirect"] as const;
type Name = (typeof names)[number];
type Effects = Record<Name, number>;
interface Figures {
  readonly whole: Effects;
  readonly sites: number[];
  readonly withoutSite: Effects[];
  readonly jackknife: Effects;
  readonly rows: number[];
  readonly influence: number[];
  readonly without: Effects;
}
const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: Figures = JSON.parse(readFileSync(resolve(fixtures, "influence.json"), "utf8"));
const people = plainColumns(readFileSync(resolve(fixtures, "parallel.csv"), "utf8"));
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  covariates: ["before"],
  inference: { draws: 100, seed: 5 },
};
const tight = { rel: 1e-9, abs: 1e-10 };
const without = (data: Record<string, number[]>, keep: (row: number) => boolean) =>
  Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values.filter((_, row) => keep(row))]));

describe("leaveOneOut against refits in R (fixtures/mediation/influence.R)", () => {
  it("gives the effects without each site, their jackknife standard error and range", async () => {
    const result = await leaveOneOut(people, spec, { by: "site" });
    expect(result.units).toBe(figures.sites.length);
    for (const name of names) {
      const place = result.effects.findIndex(({ effect }) => effect === name);
      const row = result.effects[place]!;
      expectClose(row.estimate, figures.whole[name], tight, name);
      expectClose(row.jackknifeStandardError, figures.jackknife[name], tight, `${name} jackknife`);
      figures.sites.forEach((site, index) => {
        const left = result.leftOut.find(({ unit }) => unit === String(site))!;
        expectClose(left.estimates[place]!, figures.withoutSite[index]![name], tight, `${name} without ${site}`);
      });
      expectClose(row.lowest, Math.min(...figures.withoutSite.map((left) => left[name])), tight, "lowest");
      expectClose(row.highest, Math.max(...figures.withoutSite.map((left) => left[name])), tight, "highest");
    }
  });

  it("names the rows on which the indirect effect rests most, with their influence", async () => {
    const { leftOut, units } = await leaveOneOut(people, spec);
    expect(units).toBe(200);
    expect(leftOut.map(({ unit }) => unit)).toEqual(figures.rows);
    leftOut.forEach(({ influence }, k) => {
      expectClose(influence, figures.influence[k]!, { rel: 1e-7, abs: 1e-10 }, `row ${figures.rows[k]}`);
    });
  });
});

describe("leaveOneOut", () => {
  const cohort = simulatedCohort(160, 9, 6);

  it("is mediate without the site, for a binary mediator and outcome too", async () => {
    const high: Record<string, number[]> = { ...cohort, connected: cohort["connection"]!.map((c) => (c > 52 ? 1 : 0)) };
    const asked: MediateSpec = {
      exposure: "mentored",
      mediators: [{ column: "connected", family: "binomial" }, "support"],
      outcome: { column: "relapsed", family: "binomial" },
      covariates: ["before"],
      controlledAt: { connected: 0, support: 45 },
      inference: { draws: 20 },
    };
    const { leftOut, effects } = await leaveOneOut(high, asked, { by: "site" });
    const again = await mediate(
      without(high, (row) => high["site"]![row] !== 3),
      asked,
    );
    const { estimates } = leftOut.find(({ unit }) => unit === "3")!;
    for (const name of names) {
      const place = effects.findIndex(({ effect, scale }) => effect === name && scale === "riskDifference");
      expectClose(estimates[place]!, value(again, name, "riskDifference"), { rel: 1e-6, abs: 1e-9 }, name);
    }
  });

  it("by hand: without the one far-off pair the indirect effect changes its sign, and is said to", async () => {
    // Within arms M and Y move against each other but for one mentored person far out in both.
    const data = {
      mentored: [0, 0, 0, 1, 1, 1, 1],
      connection: [1, 2, 3, 2, 3, 4, 20],
      wellbeing: [3, 2, 1, 4, 3, 2, 30],
    };
    const plain: MediateSpec = { ...spec, covariates: [], exposureMediatorInteraction: false };
    const { leftOut, signChanges, notes, effects } = await leaveOneOut(data, plain);
    expect(leftOut[0]!.unit).toBe(7);
    expect(signChanges).toEqual([7]);
    expect(notes.map(({ code }) => code)).toEqual(["sign-rests-on-one"]);
    // without row 7: a = 3 − 2 = 1, b = −1 exactly
    const place = effects.findIndex(({ effect }) => effect === "totalNaturalIndirect");
    expect(leftOut[0]!.estimates[place]).toBeCloseTo(-1, 10);
    expect(leftOut[0]!.influence).toBeCloseTo(effects[place]!.estimate + 1, 10);
  });

  it("tells rows as they stand in the data, those left out as incomplete counted", async () => {
    const gaps = {
      mentored: [1, 0, 0, 0, 1, 1, 1, 1],
      connection: [null, 1, 2, 3, 2, 3, 4, 20],
      wellbeing: [5, 3, 2, 1, 4, 3, 2, 30],
    };
    const plain: MediateSpec = { ...spec, covariates: [], exposureMediatorInteraction: false };
    expect((await leaveOneOut(gaps, plain, { show: 1 })).leftOut.map(({ unit }) => unit)).toEqual([8]);
  });

  it("says without which value nothing can be estimated", async () => {
    const data = { ...cohort, arm: cohort["mentored"]!.map((t, row) => (t === 1 ? "mentored" : row % 2 ? "a" : "b")) };
    const result = await leaveOneOut(data, spec, { by: "arm" });
    expect(result.leftOut[0]).toMatchObject({ unit: "mentored", influence: null });
    expect(result.leftOut[0]!.estimates.every((one) => one === null)).toBe(true);
    expect(result.notes.map(({ code }) => code)).toContain("cannot-be-left-out");
  });

  it("refuses a column of one value, unknown options and columns, a show of nothing", async () => {
    const refused = (options: object, code: string) =>
      expect(leaveOneOut({ ...cohort, one: cohort["age"]!.map(() => 1) }, spec, options)).rejects.toMatchObject({
        code,
      });
    await refused({ by: "one" }, "one-cluster");
    await refused({ by: "town" }, "unknown-column");
    await refused({ sites: "site" }, "unknown-option");
    await refused({ show: 0 }, "invalid-option");
  });
});

describe("omittedInteraction", () => {
  it("has the effects with and without the interaction side by side (R), and their change", async () => {
    const { effects, interactionTest } = await omittedInteraction(people, spec);
    for (const name of names) {
      const row = effects.find(({ effect }) => effect === name)!;
      expectClose(row.withInteraction.estimate, figures.whole[name], tight, `${name} with`);
      expectClose(row.withoutInteraction.estimate, figures.without[name], tight, `${name} without`);
      expectClose(row.change.estimate, figures.whole[name] - figures.without[name], { rel: 1e-7, abs: 1e-9 }, "change");
    }
    expect(interactionTest!.pValue).toBeGreaterThan(0);
  });

  it("has the limits of mediate with and without, from the same draws, whatever the specification says of the interaction", async () => {
    for (const outcome of ["wellbeing", { column: "relapsed", family: "binomial" as const }]) {
      const asked: MediateSpec = { ...spec, outcome, cluster: "site", exposureMediatorInteraction: false };
      const { effects } = await omittedInteraction(people, asked);
      for (const interaction of [true, false]) {
        const result = await mediate(people, { ...asked, exposureMediatorInteraction: interaction });
        for (const row of effects) {
          const same = result.effects.find((one) => one.effect === row.effect && one.scale === row.scale)!;
          const { estimate, interval } = interaction ? row.withInteraction : row.withoutInteraction;
          expectClose(estimate, same.estimate!, tight, row.effect);
          expectClose(interval!.lower, same.interval!.lower!, { rel: 1e-8, abs: 1e-9 }, row.effect);
        }
      }
    }
  });

  it("refuses limits that are not percentiles of bootstrap draws", async () => {
    for (const inference of [{ method: "delta" as const }, { interval: "bca" as const }])
      await expect(omittedInteraction(people, { ...spec, inference })).rejects.toMatchObject({ code: "not-supported" });
  });
});
