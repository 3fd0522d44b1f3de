import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type EffectName, type Mediation, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { survivalCohort } from "./survivalCohort.ts";

interface Means {
  readonly "00": number | number[];
  readonly "10": number | number[];
  readonly "01": number | number[];
  readonly "11": number | number[];
  readonly held0: number | number[];
  readonly held1: number | number[];
}

interface SurvivalFigures {
  readonly id: string;
  readonly model: "cox" | "weibull" | "exponential";
  readonly mediators: readonly string[];
  readonly interaction: boolean;
  readonly competing: boolean;
  readonly ties: "efron" | "breslow" | "none";
  readonly at: number | number[];
  readonly coefficients: readonly number[][];
  readonly errors: readonly number[][];
  readonly risk: Means;
  readonly lived: Means;
}

const file = resolve(import.meta.dirname, "../../fixtures/mediation/survival.json");
const { n, cases } = JSON.parse(readFileSync(file, "utf8")) as { n: number; cases: SurvivalFigures[] };
const data = survivalCohort();
const many = (given: number | number[]) => (typeof given === "number" ? [given] : given);
const tolerance = { rel: 1e-7, abs: 1e-9 };
const pairs: readonly [EffectName, keyof Means, keyof Means][] = [
  ["total", "11", "00"],
  ["pureNaturalDirect", "10", "00"],
  ["totalNaturalIndirect", "11", "10"],
  ["totalNaturalDirect", "11", "01"],
  ["pureNaturalIndirect", "01", "00"],
  ["controlledDirect", "held1", "held0"],
];

function analysed(figures: SurvivalFigures): Promise<Mediation> {
  const { model, mediators, interaction, competing, ties } = figures;
  const binary = mediators[0] === "supported";
  return mediate(data, {
    exposure: "mentored",
    mediators: mediators.map((column) => (binary ? { column, family: "binomial" } : column)),
    outcome: {
      time: "relapse_days",
      event: "relapsed",
      ...(competing ? { competing: "died" } : {}),
      model,
      at: many(figures.at),
      ...(ties === "none" ? {} : { ties }),
    },
    covariates: ["severity", "wellbeing_0", "alcohol_primary"],
    exposureMediatorInteraction: interaction,
    controlledAt: Object.fromEntries(mediators.map((name) => [name, binary ? 1 : 50])),
    inference: { draws: 20, seed: 1 },
  });
}

describe("mediation of times to relapse in the simulated cohort against coxph, survreg and sums written out in R", () => {
  for (const figures of cases)
    it(`${figures.id}: means under every regime, coefficients, standard errors`, async () => {
      const result = await analysed(figures);
      expect(result.n).toBe(n);
      many(figures.at).forEach((day, q) => {
        for (const [effect, scale, means, size] of pairs.flatMap(
          ([effect]) =>
            [
              [effect, "riskDifference", figures.risk, 1],
              [effect, "restrictedMeanDifference", figures.lived, day],
            ] as const,
        )) {
          const [, first, second] = pairs.find(([name]) => name === effect)!;
          const row = result.effects.find(
            (one) => one.effect === effect && one.scale === scale && one.horizon === day,
          )!;
          const wanted = many(means[first])[q]! - many(means[second])[q]!;
          expectClose(row.estimate, wanted, { ...tolerance, abs: tolerance.abs * size }, `${effect} ${scale} ${day}`);
        }
      });
      ["outcome", "competing"].forEach((model, cause) => {
        const table = result.models.find((one) => one.model === model);
        if (figures.coefficients[cause] === undefined) return;
        const wanted = figures.coefficients[cause]!;
        const found = table!.coefficients.map(({ estimate }) => estimate);
        // The columns stand in another order: compared as sets.
        const sorted = (values: readonly (number | null)[]) => values.map(Number).toSorted((a, b) => a - b);
        expect(found).toHaveLength(wanted.length);
        sorted(found).forEach((estimate, j) => {
          expectClose(estimate, sorted(wanted)[j]!, tolerance, `coefficient ${j}`);
        });
        const errors = sorted(table!.coefficients.map(({ standardError }) => standardError));
        errors.forEach((error, j) => {
          expectClose(error, sorted(figures.errors[cause]!)[j]!, tolerance, `standard error ${j}`);
        });
      });
    });
});
