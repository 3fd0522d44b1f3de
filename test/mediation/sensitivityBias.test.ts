import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type EffectRow,
  eValue,
  type MediateSpec,
  type Mediation,
  mediate,
  mediationalEValues,
  unmeasuredConfounder,
} from "../../src/mediation/index.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";
import { value } from "./reference.ts";

type EffectName = EffectRow["effect"];
type EffectScale = EffectRow["scale"];
type Five = Record<
  "total" | "pureNaturalDirect" | "totalNaturalIndirect" | "totalNaturalDirect" | "pureNaturalIndirect",
  number
>;
interface Figures {
  readonly eValues: Record<
    "deviation" | "direct" | "indirect" | "directRatio" | "indirectRatio" | "directEValue" | "indirectEValue",
    number
  >;
  readonly difference: { outcomeEffect: number; prevalenceDifference: number; known: Five; ignored: Five };
  readonly ratio: {
    outcomeEffect: number;
    exposed: number[];
    unexposed: number[];
    factor: number;
    known: Five;
    ignored: Five;
  };
}

const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: Figures = JSON.parse(readFileSync(resolve(fixtures, "confounder.json"), "utf8"));
const people = plainColumns(readFileSync(resolve(fixtures, "parallel.csv"), "utf8"));
const tight = { rel: 1e-12, abs: 1e-14 };

let linear: Mediation;
let binary: Mediation;
beforeAll(async () => {
  const spec = {
    exposure: "mentored",
    mediators: ["connection"],
    covariates: ["before"],
    exposureMediatorInteraction: false,
    inference: { draws: 400, seed: 3 },
  };
  linear = await mediate(people, { ...spec, outcome: "wellbeing" });
  binary = await mediate(people, { ...spec, outcome: { column: "relapsed", family: "binomial" } });
});

/** A mediation whose effects are given figures, to hold the formulas against. */
function withEffects(effects: Partial<Five>, scale: EffectScale, half = 0.1): Mediation {
  const rows = Object.entries(effects).map(
    ([effect, estimate]): EffectRow => ({
      ...linear.effects[0]!,
      effect: effect as EffectName,
      mediator: null,
      at: null,
      scale,
      estimate,
      standardError: half / 2,
      interval: { level: 0.95, lower: estimate - half, upper: estimate + half, method: "by hand" },
      pValue: null,
    }),
  );
  return { ...linear, effects: rows };
}

describe.skipIf(!sharedIsPresent)("eValue against R (needs ../shared/reference)", () => {
  interface Case {
    readonly id: string;
    readonly spec: {
      measure: string;
      estimate: number;
      ciLow: number;
      ciHigh: number;
      se: number;
      trueValueRR: number;
    };
    readonly expected: { riskRatio: number; riskRatioCiLow: number; riskRatioCiHigh: number } & Record<string, number>;
  }
  const all: Case[] = sharedIsPresent
    ? JSON.parse(sharedText("reference/mediation/06-sensitivity.json")).cases.filter((found: Case) =>
        found.id.startsWith("ev-"),
      )
    : [];
  const measures = { RR: "riskRatio", OR: "oddsRatio", HR: "hazardRatio", SMD: "standardizedDifference" } as const;
  it.each(all.map((found) => [found.id, found] as const))("%s", (_id, { spec, expected }) => {
    const [name, rarity] = spec.measure.split("_");
    const result = eValue({
      measure: measures[name as keyof typeof measures],
      estimate: spec.estimate,
      ...(spec.se === null ? { interval: { lower: spec.ciLow, upper: spec.ciHigh } } : { standardError: spec.se }),
      ...(rarity === undefined ? {} : { rareOutcome: rarity === "rare" }),
      ...(spec.measure === "RR" ? { nullValue: spec.trueValueRR } : {}),
    });
    expectClose(result.riskRatio, expected.riskRatio, tight, "risk ratio");
    expectClose(result.riskRatioInterval!.lower, expected.riskRatioCiLow, tight, "lower limit");
    expectClose(result.riskRatioInterval!.upper, expected.riskRatioCiHigh, tight, "upper limit");
    expectClose(result.estimate, expected["evaluePoint"]!, tight, "E-value");
    expectClose(result.limit, expected["evalueCiLimit"]!, tight, "E-value of the limit");
  });
});

describe("eValue", () => {
  it("by hand: a risk ratio of 2 needs 2 + √2, its inverse the same, none needs 1", () => {
    expect(eValue({ measure: "riskRatio", estimate: 2 }).estimate).toBeCloseTo(2 + Math.SQRT2, 14);
    expect(eValue({ measure: "riskRatio", estimate: 0.5 }).estimate).toBeCloseTo(2 + Math.SQRT2, 14);
    expect(eValue({ measure: "rateRatio", estimate: 1 })).toMatchObject({ estimate: 1, limit: null });
    expect(eValue({ measure: "oddsRatio", estimate: 4, rareOutcome: false }).riskRatio).toBe(2);
  });

  it("rises with the distance from the null and is the same for a ratio and its inverse", () => {
    let before = 1;
    for (const estimate of [1.01, 1.5, 2, 10, 1e6]) {
      const found = eValue({ measure: "hazardRatio", estimate, rareOutcome: false }).estimate;
      expect(found).toBeGreaterThan(before);
      expectClose(
        eValue({ measure: "hazardRatio", estimate: 1 / estimate, rareOutcome: false }).estimate,
        found,
        { rel: 1e-10, abs: 0 },
        "inverse",
      );
      before = found;
    }
  });

  it("refuses what is not an association", () => {
    const code = (code: string) => expect.objectContaining({ code });
    expect(() => eValue({ measure: "riskRatio", estimate: -1 })).toThrow(code("invalid-option"));
    expect(() => eValue({ measure: "riskRatio", estimate: Number.NaN })).toThrow(code("invalid-option"));
    expect(() => eValue({ measure: "risk" as "riskRatio", estimate: 2 })).toThrow(code("invalid-option"));
    expect(() => eValue({ measure: "oddsRatio", estimate: 2 })).toThrow(code("rarity-needed"));
    expect(() => eValue({ measure: "riskRatio", estimate: 2, interval: { lower: 3, upper: 4 } })).toThrow(
      code("invalid-option"),
    );
    expect(() => eValue({ measure: "riskRatio", estimate: 2, standardError: 1 })).toThrow(code("invalid-option"));
    expect(() => eValue({ measure: "riskRatio", estimate: 2, limits: [1, 3] } as never)).toThrow(
      code("unknown-option"),
    );
  });
});

describe("mediationalEValues", () => {
  it("turns a difference into a ratio with the outcome's own deviation, as in R (fixtures/mediation/confounder.R)", () => {
    const result = mediationalEValues(linear);
    const wanted = figures.eValues;
    const row = (name: EffectName) => result.effects.find(({ effect }) => effect === name)!;
    const close = { rel: 1e-9, abs: 0 };
    expectClose(result.outcomeDeviation, wanted.deviation, close, "deviation");
    expectClose(row("pureNaturalDirect").riskRatio, wanted.directRatio, close, "direct");
    expectClose(row("totalNaturalIndirect").riskRatio, wanted.indirectRatio, close, "indirect");
    expectClose(row("pureNaturalDirect").estimate, wanted.directEValue, close, "E-value direct");
    expectClose(row("totalNaturalIndirect").estimate, wanted.indirectEValue, close, "E-value indirect");
  });

  it("takes ratios as they are, the limit next to none, and 1 where the limits hold none", () => {
    const given = withEffects({ pureNaturalDirect: 2, totalNaturalIndirect: 1.05 }, "riskRatio", 0.5);
    const [direct, indirect] = mediationalEValues(given).effects;
    expectClose(direct!.estimate, 2 + Math.SQRT2, tight);
    expectClose(direct!.limit, eValue({ measure: "riskRatio", estimate: 1.5 }).estimate, tight);
    expect(indirect!.limit).toBe(1);
    expect(mediationalEValues(binary).scale).toBe("riskRatio");
    expect(mediationalEValues(binary, { scale: "oddsRatio", rareOutcome: false }).effects).toHaveLength(4);
  });

  it("refuses a scale that is not there, and an odds ratio of unsaid rarity", () => {
    const refusal = (code: string) => expect.objectContaining({ code });
    expect(() => mediationalEValues(linear, { scale: "oddsRatio", rareOutcome: true })).toThrow(
      refusal("scale-not-present"),
    );
    expect(() => mediationalEValues(binary, { scale: "oddsRatio" })).toThrow(refusal("rarity-needed"));
    expect(() => mediationalEValues(linear, { outcomeDeviation: 0 })).toThrow(refusal("invalid-option"));
    expect(() => mediationalEValues({ ...linear, models: [] })).toThrow(refusal("outcome-deviation-needed"));
  });
});

describe("unmeasuredConfounder", () => {
  it("finds the effects of a world in which U is known from those in which it is ignored: differences (R)", () => {
    const { known, ignored, outcomeEffect, prevalenceDifference } = figures.difference;
    const result = unmeasuredConfounder(withEffects(ignored, "difference"), { outcomeEffect, prevalenceDifference });
    for (const { effect, estimate } of result.points[0]!.effects)
      expectClose(estimate, known[effect as keyof Five], tight, effect);
  });

  it("finds them for ratios (R)", () => {
    const { known, ignored, outcomeEffect, exposed, unexposed, factor } = figures.ratio;
    const prevalence = exposed.map((p, m) => ({ exposed: p, unexposed: unexposed[m]! }));
    const result = unmeasuredConfounder(withEffects(ignored, "riskRatio"), { outcomeEffect, prevalence });
    expect(result.points).toHaveLength(2);
    for (const point of result.points) {
      expectClose(point.bias, factor, tight, "factor");
      for (const { effect, estimate } of point.effects)
        expectClose(estimate, known[effect as keyof Five], tight, effect);
    }
  });

  it("by hand: γ = 2, δ = 0.25 moves the direct effect down by half a point with its limits, the indirect up, the total not", () => {
    const given = withEffects({ total: 3, pureNaturalDirect: 2, totalNaturalIndirect: 1 }, "difference", 0.4);
    const { points, tipping } = unmeasuredConfounder(given, { outcomeEffect: 2, prevalenceDifference: 0.25 });
    const rows = points[0]!.effects.map(({ effect, estimate, interval }) => [effect, estimate, interval!.lower]);
    expect(rows).toEqual([
      ["total", 3, 2.6],
      ["pureNaturalDirect", 1.5, 1.1],
      ["totalNaturalIndirect", 1.5, 1.1],
    ]);
    // direct 2 = γ · 0.25 at γ = 8, its lower limit 1.6 at γ = 6.4; indirect 1 = −γ · 0.25 at γ = −4
    expect(tipping[0]).toMatchObject({ bias: 2, biasForLimit: 1.6 });
    expect(tipping[0]!.atPrevalence[0]).toEqual({
      prevalenceDifference: 0.25,
      outcomeEffect: 8,
      outcomeEffectForLimit: 6.4,
    });
    expect(tipping[1]!.atPrevalence[0]!.outcomeEffect).toBe(-4);
  });

  it("changes nothing with γ of no effect or equal prevalences, and keeps direct and indirect adding up", () => {
    for (const [mediation, scale, none] of [
      [linear, "difference", 0],
      [binary, "riskDifference", 0],
      [binary, "riskRatio", 1],
    ] as const) {
      const same = unmeasuredConfounder(mediation, {
        scale,
        outcomeEffect: [none, 3],
        prevalence: [
          { exposed: 0.3, unexposed: 0.3 },
          { exposed: 0.6, unexposed: 0.2 },
        ],
      });
      expect(same.points).toHaveLength(4);
      same.points.forEach((point, index) => {
        const at = (name: EffectName) => point.effects.find(({ effect }) => effect === name)!.estimate;
        if (index < 3)
          expectClose(at("pureNaturalDirect"), value(mediation, "pureNaturalDirect", scale), tight, "unchanged");
        const whole =
          scale === "riskRatio"
            ? at("pureNaturalDirect") * at("totalNaturalIndirect")
            : at("pureNaturalDirect") + at("totalNaturalIndirect");
        expectClose(whole, value(mediation, "total", scale), { rel: 1e-9, abs: 1e-12 }, "whole");
      });
    }
  });

  it("answers for counts, times to an event, levels and moderators, each row by itself", async () => {
    const counted = { ...people, visits: people["support"]!.map((s) => Math.round(Number(s) / 12)) };
    const days = people["support"]!.map((s, i) => 20 + ((i * 37) % 300) + Number(s));
    const timed = {
      ...counted,
      days,
      level: people["connection"]!.map((c) => Math.min(2, Math.floor(Number(c) / 20))),
    };
    const base = { exposure: "mentored", mediators: ["connection"], inference: { draws: 20 } };
    const outcomes: MediateSpec["outcome"][] = [
      { column: "visits", family: "poisson" },
      { time: "days", event: "relapsed", at: [100, 200] },
      { column: "level", family: "ordinal" },
      "wellbeing",
    ];
    for (const outcome of outcomes) {
      const moderator =
        outcome === "wellbeing" ? { moderator: { column: "before", on: ["exposure-mediator"] as const } } : {};
      const mediators =
        typeof outcome === "object" && "column" in outcome && outcome.column === "level" ? ["support"] : base.mediators;
      const mediation = await mediate(timed, { ...base, mediators, outcome, ...moderator });
      const scales = [...new Set(mediation.effects.map(({ scale }) => scale))].filter(
        (scale) => !scale.toLowerCase().endsWith("proportion"),
      );
      for (const scale of scales) {
        const ratio = scale.endsWith("Ratio");
        const { points, tipping } = unmeasuredConfounder(mediation, {
          scale,
          outcomeEffect: ratio ? 1.5 : 0.2,
          prevalence: { exposed: 0.3, unexposed: 0.5 },
        });
        const rows = mediation.effects.filter((row) => row.scale === scale && row.effect === "totalNaturalIndirect");
        const found = points[0]!.effects.filter(({ effect }) => effect === "totalNaturalIndirect");
        expect(found).toHaveLength(rows.length);
        found.forEach((row, k) => {
          const { horizon, threshold, given, estimate } = rows[k]!;
          expect(row).toMatchObject({ horizon, threshold, given });
          const wanted = ratio ? estimate! * (1.15 / 1.25) : estimate! - 0.04;
          expectClose(row.estimate, wanted, tight, `${scale} ${horizon ?? threshold ?? given}`);
        });
        expect(tipping.filter(({ effect }) => effect === "totalNaturalIndirect")).toHaveLength(rows.length);
      }
    }
  });

  it("at the tipping strength the effect is none, and its limit at the strength for the limit", () => {
    for (const scale of ["riskRatio", "oddsRatio", "riskDifference"] as const) {
      const none = scale === "riskDifference" ? 0 : 1;
      const prevalence = [
        { exposed: 0.1, unexposed: 0.9 },
        { exposed: 0.9, unexposed: 0.1 },
      ];
      const { tipping } = unmeasuredConfounder(binary, { scale, prevalence });
      for (const { effect, atPrevalence } of tipping) {
        prevalence.forEach((pair, place) => {
          const { outcomeEffect } = atPrevalence[place]!;
          if (outcomeEffect === null) return;
          const { points } = unmeasuredConfounder(binary, { scale, outcomeEffect, prevalence: pair });
          expectClose(
            points[0]!.effects.find((row) => row.effect === effect)!.estimate,
            none,
            { rel: 0, abs: 1e-12 },
            effect,
          );
        });
      }
    }
  });

  it("refuses prevalences outside 0 to 1, a difference where both are needed, effects that are not ratios, scales not there", () => {
    const refusal = (code: string) => expect.objectContaining({ code });
    const asked = (options: Parameters<typeof unmeasuredConfounder>[1]) => () => unmeasuredConfounder(binary, options);
    expect(asked({ prevalence: { exposed: 1.2, unexposed: 0 } })).toThrow(refusal("invalid-option"));
    expect(asked({ prevalenceDifference: 2 })).toThrow(refusal("invalid-option"));
    expect(asked({ scale: "riskRatio", prevalenceDifference: 0.2 })).toThrow(refusal("prevalence-needed"));
    expect(asked({ scale: "riskRatio", outcomeEffect: 0 })).toThrow(refusal("invalid-option"));
    expect(asked({ scale: "difference" })).toThrow(refusal("scale-not-present"));
    expect(asked({ gamma: 2 } as never)).toThrow(refusal("unknown-option"));
  });
});
