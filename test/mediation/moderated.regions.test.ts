import { describe, expect, it } from "vitest";
import { tQuantileUpper } from "../../src/_numeric/distributions/index.ts";
import { type MediateSpec, type ModeratedPath, type Moderation, mediate } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";
import { referenceCases, referenceData } from "./reference.ts";

const present = describe.skipIf(!sharedIsPresent);
const delta = { method: "delta" } as const;

present("Johnson–Neyman values of moderated paths against R (needs ../shared/reference)", () => {
  type Roots = { readonly roots: readonly number[]; readonly tCrit: number };
  interface Expected {
    readonly johnsonNeyman: Partial<Record<"aPath" | "bPath" | "cPrimePath", Roots>>;
  }
  for (const { id, data, spec, expected } of sharedIsPresent ? referenceCases<Expected>("03-moderated.json") : []) {
    it(`${id}: roots and critical values`, async () => {
      const { moderator, moderated } = spec as unknown as {
        moderator: string;
        moderated: { a: boolean; b: boolean; cPrime: boolean };
      };
      const on: ModeratedPath[] = [
        ...(moderated.a ? (["exposure-mediator"] as const) : []),
        ...(moderated.b ? (["mediator-outcome"] as const) : []),
        ...(moderated.cPrime ? (["exposure-outcome"] as const) : []),
      ];
      const { moderation } = await mediate(referenceData(data), {
        exposure: { column: spec.treatment, from: 0, to: 1 },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
        moderator: { column: moderator, on },
        inference: delta,
      });
      const names = { a: "aPath", b: "bPath", "c'": "cPrimePath", m: "" } as const;
      expect(moderation!.paths.map(({ path }) => names[path]).sort()).toEqual(
        Object.keys(expected.johnsonNeyman).sort(),
      );
      for (const { path, roots, critical, regions } of moderation!.paths) {
        const figures = expected.johnsonNeyman[names[path] as "aPath"]!;
        expectClose(critical, figures.tCrit, { rel: 1e-10, abs: 0 }, "critical");
        expect(roots).toHaveLength(figures.roots.length);
        roots.forEach(({ value }, k) => {
          expectClose(value, figures.roots[k]!, { rel: 1e-7, abs: 1e-9 }, path);
        });
        expectClose(
          regions.reduce((sum, { share }) => sum + share, 0),
          1,
          { rel: 1e-12, abs: 0 },
        );
      }
      expect(moderation!.indirect).toHaveLength(moderated.a || moderated.b ? 1 : 0);
    });
  }
});

const cohort = simulatedCohort(400, 3);
const base: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  covariates: ["severity"],
  moderator: { column: "before", on: ["exposure-mediator", "mediator-outcome"] },
  inference: delta,
};

/** At a root the limit of the effect at that value of the moderator is 0, and inside a region its sign is as told. */
async function expectRootsAtLimits(spec: MediateSpec, moderation: Moderation): Promise<void> {
  for (const { effect, mediator, path, roots, regions, critical } of moderation.indirect) {
    const middles = regions.map(({ from, to }) => (from! + to!) / 2);
    const at = [...roots.map(({ value }) => value), ...middles];
    const again = await mediate(cohort, { ...spec, moderator: { ...spec.moderator!, at, regions: false } });
    expect(again.moderation).toBeNull();
    const rows = at.map((w) => {
      const row = again.effects.find(
        (found) =>
          found.effect === effect &&
          found.given === w &&
          found.mediator === mediator &&
          String(found.path) === String(path),
      )!;
      return { estimate: row.estimate!, ratio: row.estimate! / row.standardError! };
    });
    roots.forEach((_, k) => {
      expectClose(Math.abs(rows[k]!.ratio), critical, { rel: 1e-5, abs: 0 }, "at a root");
    });
    regions.forEach(({ significant, sign }, k) => {
      const { ratio } = rows[roots.length + k]!;
      expect(Math.abs(ratio) > critical).toBe(significant);
      expect(sign).toBe(significant ? Math.sign(ratio) : null);
    });
    expect(regions[0]!.from).toBe(moderation.lowest);
    expect(regions.at(-1)!.to).toBe(moderation.highest);
  }
}

describe("Johnson–Neyman regions of indirect effects", () => {
  it("linear models: at a root the delta limit of the conditional indirect effect is 0", async () => {
    const { moderation } = await mediate(cohort, base);
    expect(moderation!.paths.map(({ path }) => path)).toEqual(["a", "b"]);
    expect(moderation!.indirect[0]!.roots.length).toBeGreaterThan(0);
    await expectRootsAtLimits(base, moderation!);
  });

  it("two mediators, one moderated: the joint effect and that through the moderated one only", async () => {
    const spec: MediateSpec = {
      ...base,
      mediators: ["connection", "support"],
      moderator: { column: "before", on: [{ from: "mentored", to: "support" }] },
    };
    const { moderation, effects } = await mediate(cohort, spec);
    expect(moderation!.indirect.map(({ effect, mediator }) => [effect, mediator])).toEqual([
      ["totalNaturalIndirect", null],
      ["indirect", "support"],
    ]);
    expect(effects.filter(({ effect }) => effect === "index").map(({ mediator }) => mediator)).toEqual([
      null,
      "support",
    ]);
    await expectRootsAtLimits(spec, moderation!);
  });

  it("serial mediators: along each moderated path", async () => {
    const spec: MediateSpec = {
      ...base,
      mediators: ["connection", "support"],
      structure: "serial",
      moderator: { column: "before", on: ["mediator-mediator"] },
    };
    const { moderation } = await mediate(cohort, spec);
    expect(moderation!.paths.map(({ path, from, to }) => [path, from, to])).toEqual([["m", "connection", "support"]]);
    expect(moderation!.indirect.map(({ path }) => path)).toEqual([
      null,
      ["mentored", "connection", "support", "wellbeing"],
    ]);
    await expectRootsAtLimits(spec, moderation!);
  });

  it("a logistic outcome: regions of the conditional risk difference, where asked for", async () => {
    const plain: MediateSpec = { ...base, outcome: { column: "relapsed", family: "binomial" } };
    expect((await mediate(cohort, plain)).moderation!.indirect).toEqual([]);
    const spec: MediateSpec = { ...plain, moderator: { ...plain.moderator!, regions: true } };
    const { moderation } = await mediate(cohort, spec);
    expect(moderation!.indirect.map(({ scale }) => scale)).toEqual(["riskDifference"]);
    expect(moderation!.paths.find(({ path }) => path === "b")!.critical).toBeCloseTo(1.959963984540054, 12);
    await expectRootsAtLimits(spec, moderation!);
  });

  it("a Cox model: regions of paths, none of the effect", async () => {
    const people = { ...cohort, days: cohort.wellbeing!.map((value) => Math.max(1, Math.round(value * 5))) };
    const { moderation } = await mediate(people, {
      ...base,
      outcome: { time: "days", event: "relapsed", at: 200 },
      inference: { draws: 20 },
    });
    expect(moderation!.paths.length).toBe(2);
    expect(moderation!.indirect).toEqual([]);
  });

  it("clusters: the fewer of the degrees of freedom of the path and its product; a note where nobody is that far out", async () => {
    const { moderation, models, notes } = await mediate(cohort, {
      ...base,
      cluster: "site",
      moderator: { column: "before", on: ["exposure-mediator"], at: [50, 500] },
    });
    const rows = models[0]!.coefficients.filter(({ name }) => name === "mentored" || name === "mentored × before");
    const df = Math.min(...rows.map((row) => row.df!));
    expectClose(moderation!.paths[0]!.critical, tQuantileUpper(0.025, df), { rel: 1e-12, abs: 0 });
    expect(notes.find(({ code }) => code === "moderator-outside-data")?.text).toContain('"before" as far out as 500');
  });

  it("no regions for a moderator of groups, nor without a moderator", async () => {
    const people = { ...cohort, town: cohort.site!.map((site) => ["north", "south", "west"][site % 3]!) };
    const town = await mediate(people, { ...base, moderator: { column: "town", on: ["exposure-mediator"] } });
    expect(town.moderation).toBeNull();
    const { moderator: _moderator, ...plain } = base;
    expect((await mediate(cohort, plain)).moderation).toBeNull();
  });

  it("regions must be true or false", async () => {
    const wrong = { ...base.moderator!, regions: "yes" as unknown as boolean };
    await expect(mediate(cohort, { ...base, moderator: wrong })).rejects.toMatchObject({ code: "invalid-option" });
  });
});
