import { describe, expect, it } from "vitest";
import figures from "../../fixtures/mediation/families.json" with { type: "json" };
import type { EffectName, EffectScale, MediateSpec, Mediation, MediatorSpec } from "../../src/mediation/index.ts";
import { mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { familyCohort } from "./familyCohort.ts";

const data = familyCohort();
const [y00, y10, y01, y11, held0, held1] = [0, 1, 2, 3, 4, 5] as const;
const contrasts: readonly (readonly [EffectName, number, number])[] = [
  ["total", y11, y00],
  ["pureNaturalDirect", y10, y00],
  ["totalNaturalIndirect", y11, y10],
  ["totalNaturalDirect", y11, y01],
  ["pureNaturalIndirect", y01, y00],
  ["controlledDirect", held1, held0],
];
const odds = (p: number) => p / (1 - p);

function rowOf(result: Mediation, effect: EffectName, scale: EffectScale, measure: number) {
  return result.effects.filter((row) => row.effect === effect && row.scale === scale)[measure]!;
}

describe("every mediator × outcome pair against R (fixtures/mediation/families.R)", () => {
  it("has 6 mediators × 7 outcomes, with and without interaction", () => {
    expect(figures.cases).toHaveLength(84);
  });

  for (const { mediator, outcome, interaction, means, differenceErrors, ratioErrors, ...others } of figures.cases) {
    const name = `${mediator.family} ${mediator.link} × ${outcome.family} ${outcome.link}`;
    it(`${name}${interaction ? ", interaction" : ""}: means, effects and delta standard errors on every scale`, async () => {
      const { held, ...modelled } = mediator;
      const result = await mediate(data, {
        exposure: "mentored",
        mediators: [modelled as MediatorSpec],
        outcome: outcome as MediateSpec["outcome"],
        covariates: figures.covariates,
        exposureMediatorInteraction: interaction,
        controlledAt: held,
        inference: { method: "delta" },
      });
      expect(result.n).toBe(figures.n);
      const kind = outcome.family;
      const binary = kind === "binomial" || kind === "ordinal";
      const difference: EffectScale = binary ? "riskDifference" : "difference";
      const near = { rel: 1e-8, abs: 1e-10 };
      const nearError = { rel: 1e-7, abs: 1e-11 };
      means.forEach((y, q) => {
        contrasts.forEach(([effect, after, before], e) => {
          const row = rowOf(result, effect, difference, q);
          expectClose(row.estimate, y[after]! - y[before]!, near, `${effect} ${q}`);
          expectClose(row.standardError, differenceErrors[q]![e]!, nearError, `${effect} ${q} se`);
          if (kind === "gaussian") return;
          const ratio = rowOf(result, effect, binary ? "riskRatio" : "rateRatio", q);
          expectClose(ratio.estimate, y[after]! / y[before]!, near, `${effect} ratio ${q}`);
          expectClose(ratio.standardError, ratioErrors![q]![e]!, nearError, `${effect} ratio ${q} se`);
          if (!binary) return;
          const oddsRatio = rowOf(result, effect, "oddsRatio", q);
          expectClose(oddsRatio.estimate, odds(y[after]!) / odds(y[before]!), near, `${effect} odds ratio ${q}`);
        });
        const v = (effect: EffectName) => rowOf(result, effect, difference, q).estimate!;
        expect(Math.abs(v("pureNaturalDirect") + v("totalNaturalIndirect") - v("total"))).toBeLessThan(1e-12);
        expect(Math.abs(v("totalNaturalDirect") + v("pureNaturalIndirect") - v("total"))).toBeLessThan(1e-12);
        expectClose(
          v("controlledDirect") + v("referenceInteraction") + v("mediatedInteraction") + v("pureNaturalIndirect"),
          v("total"),
          { rel: 0, abs: 1e-12 },
          "four-way",
        );
      });
      for (const [model, wanted, log] of [
        ["mediator", others.mediatorOthers, mediator.family === "negative-binomial"],
        ["outcome", others.outcomeOthers, kind === "negative-binomial"],
      ] as const) {
        const table = result.models.find((found) => found.model === model)!;
        expect(table.others).toHaveLength(wanted.length);
        table.others.forEach((value, k) => {
          expectClose(log ? Math.log(value) : value, wanted[k]!, near, `${model} parameter ${k}`);
        });
      }
    });
  }
});
