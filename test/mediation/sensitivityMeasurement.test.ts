import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { type EffectRow, type MediateSpec, measurementError, mediate } from "../../src/mediation/index.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";

type Figures = Record<
  | "total"
  | "pureNaturalDirect"
  | "totalNaturalIndirect"
  | "totalNaturalDirect"
  | "pureNaturalIndirect"
  | "controlledDirect",
  number
>;
const fixtures = resolve(import.meta.dirname, "../../fixtures/mediation");
const figures: { single: Figures; interaction: Figures; two: Figures; partial: number } = JSON.parse(
  readFileSync(resolve(fixtures, "measurement.json"), "utf8"),
);
const people = plainColumns(readFileSync(resolve(fixtures, "parallel.csv"), "utf8"));
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection"],
  outcome: "wellbeing",
  covariates: ["before", "age"],
  inference: { draws: 60, seed: 2 },
};
const at = (rows: readonly EffectRow[], name: string) =>
  rows.find(({ effect, mediator }) => effect === name && mediator === null)!;

describe("measurementError against the corrected moments in R (fixtures/mediation/measurement.R)", () => {
  it.each([
    ["one mediator, no interaction", "single", { ...spec, exposureMediatorInteraction: false }, 0.8],
    ["one mediator, interaction", "interaction", spec, 0.8],
    [
      "two mediators, interactions",
      "two",
      { ...spec, mediators: ["connection", "support"] },
      { connection: 0.8, support: 0.9 },
    ],
  ] as const)("%s", async (_title, key, asked, reliability) => {
    const result = await measurementError(people, asked, { reliability });
    for (const [name, figure] of Object.entries(figures[key])) {
      if (name === "slope") continue;
      expectClose(at(result.corrected, name).estimate, figure, { rel: 1e-9, abs: 1e-10 }, name);
    }
    if (key !== "two") expectClose(result.mediators[0]!.partialReliability, figures.partial, { rel: 1e-10, abs: 0 });
  });
});

describe("measurementError by hand", () => {
  it("b = 1 becomes 1/λ', λ' being the reliability of what exposure leaves unexplained", async () => {
    // Arms 1, 1, 3, 3 and 4, 4, 6, 6: S_MM = 26 about the mean 3.5, of which 8 within arms, so R² = 18/26; error variance 0.1 · 26 = 2.6.
    // b = 8/8 = 1 becomes 8/(8 − 2.6) = 40/27; a = 3, so the indirect effect 3 becomes 40/9, and the direct one 4 becomes 7 − 40/9.
    const data = {
      mentored: [0, 0, 0, 0, 1, 1, 1, 1],
      connection: [1, 1, 3, 3, 4, 4, 6, 6],
      wellbeing: [3, 5, 5, 7, 10, 12, 12, 14],
    };
    const asked: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection"],
      outcome: "wellbeing",
      exposureMediatorInteraction: false,
      inference: { draws: 200, interval: "basic" },
    };
    const { corrected, observed, mediators } = await measurementError(data, asked, { reliability: 0.9 });
    expect(at(observed, "totalNaturalIndirect").estimate).toBeCloseTo(3, 12);
    expect(at(corrected, "totalNaturalIndirect").estimate).toBeCloseTo(40 / 9, 12);
    expect(at(corrected, "pureNaturalDirect").estimate).toBeCloseTo(23 / 9, 12);
    expect(mediators[0]!.partialReliability).toBeCloseTo((0.9 - 18 / 26) / (8 / 26), 12);
  });
});

describe("laws of measurementError", () => {
  const cohort = simulatedCohort(300, 4);
  const asked: MediateSpec = { ...spec, mediators: ["connection", "support"], cluster: "site" };

  it("with reliability 1 it is mediate, estimates and limits alike, clusters too", async () => {
    const { corrected, observed } = await measurementError(cohort, asked, { reliability: 1 });
    const { effects } = await mediate(cohort, asked);
    effects.forEach((row, k) => {
      for (const found of [corrected[k]!, observed[k]!]) {
        if (row.estimate === null) expect(found.estimate).toBeNull();
        else {
          expectClose(found.estimate, row.estimate, { rel: 1e-9, abs: 1e-10 }, row.effect);
          expectClose(found.interval!.lower, row.interval!.lower!, { rel: 1e-8, abs: 1e-9 }, row.effect);
          expectClose(found.interval!.upper, row.interval!.upper!, { rel: 1e-8, abs: 1e-9 }, row.effect);
        }
      }
    });
  });

  it("without interaction the total stays, and the less reliable the measure the larger the indirect effect", async () => {
    const plain: MediateSpec = { ...spec, exposureMediatorInteraction: false };
    let before = 0;
    for (const reliability of [1, 0.9, 0.8, 0.7]) {
      const { corrected } = await measurementError(people, plain, { reliability });
      expectClose(at(corrected, "total").estimate, figures.single.total, { rel: 1e-9, abs: 0 }, "total");
      const indirect = at(corrected, "totalNaturalIndirect").estimate!;
      expect(indirect).toBeGreaterThan(before);
      before = indirect;
    }
  });

  it("other units of the mediator change nothing", async () => {
    const other = { ...cohort, connection: cohort["connection"]!.map((c) => 1000 - 3 * c) };
    const one: MediateSpec = { ...spec, inference: { draws: 40, interval: "bca" } };
    const { corrected } = await measurementError(cohort, one, { reliability: 0.75 });
    const again = await measurementError(other, one, { reliability: 0.75 });
    corrected.forEach(({ estimate, interval }, k) => {
      if (estimate === null) return;
      expectClose(again.corrected[k]!.estimate, estimate, { rel: 1e-8, abs: 1e-9 });
      expectClose(again.corrected[k]!.interval!.lower, interval!.lower!, { rel: 1e-6, abs: 1e-8 });
    });
  });

  it("with interaction: people whose connection is measured with error have the effects of their true connection", async () => {
    const stream = randomStream(11, 0);
    const rows = Array.from({ length: 20_000 }, (_, i) => {
      const mentored = i % 2;
      const truly = 40 + 4 * mentored + 5 * stream.normal();
      const wellbeing = 10 + mentored + 0.5 * truly + 0.3 * mentored * (truly - 40) + 4 * stream.normal();
      return { mentored, truly, measured: truly + 3 * stream.normal(), wellbeing };
    });
    const variance = 25 + 4;
    const noisy: MediateSpec = {
      exposure: "mentored",
      mediators: ["measured"],
      outcome: "wellbeing",
      inference: { draws: 60 },
    };
    const { corrected, observed } = await measurementError(rows, noisy, { reliability: variance / (variance + 9) });
    // total indirect 4 · (0.5 + 0.3), pure direct 1 + 0.3 · 0
    for (const [name, truth] of [
      ["totalNaturalIndirect", 3.2],
      ["pureNaturalDirect", 1],
      ["pureNaturalIndirect", 2],
    ] as const) {
      const { estimate, standardError } = at(corrected, name);
      expect(Math.abs(estimate! - truth) / standardError!).toBeLessThan(3.5);
    }
    expect(at(observed, "totalNaturalIndirect").estimate).toBeLessThan(2.7);
  });
});

describe.skipIf(!sharedIsPresent)("the brief connection scale of the simulated cohort (needs ../shared/data)", () => {
  it("has limits below the true 1.2 points, and with reliability 0.75 limits that hold it", async () => {
    const cohort = plainColumns(sharedText("data/cohort/cohort-complete.csv"));
    const asked: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection_brief_6", "recovery_support_6"],
      outcome: "wellbeing_12",
      covariates: [
        "severity",
        "female",
        "action_stage",
        "alcohol_primary",
        "age",
        "connection_0",
        "recovery_support_0",
        "wellbeing_0",
      ],
      inference: { draws: 1000, seed: 1 },
    };
    const reliability = { connection_brief_6: 0.75, recovery_support_6: 1 };
    const { corrected, observed } = await measurementError(cohort, asked, { reliability });
    const through = (rows: readonly EffectRow[]) =>
      rows.find(({ effect, mediator }) => effect === "indirect" && mediator === "connection_brief_6")!.interval!;
    expect(through(observed).upper).toBeLessThan(1.2);
    expect(through(corrected).lower).toBeLessThan(1.2);
    expect(through(corrected).upper).toBeGreaterThan(1.2);
  });
});

describe("refusals of measurementError", () => {
  const refused = (asked: MediateSpec, reliability: unknown, code: string) =>
    expect(measurementError(people, asked, { reliability } as never)).rejects.toMatchObject({ code });

  it("reliabilities that are none, or leave nothing of the mediator", async () => {
    await refused(spec, 0, "invalid-option");
    await refused(spec, 1.1, "invalid-option");
    await refused(spec, undefined, "invalid-option");
    await refused(spec, { conection: 0.8 }, "invalid-option");
    await refused(spec, 0.05, "reliability-too-low");
    await expect(measurementError(people, spec, { lambda: 0.8 } as never)).rejects.toMatchObject({
      code: "unknown-option",
    });
  });

  it("models that are not linear, and inference without draws of people", async () => {
    await refused({ ...spec, outcome: { column: "relapsed", family: "binomial" } }, 0.8, "not-supported");
    await refused({ ...spec, inference: { method: "monte-carlo" } }, 0.8, "not-supported");
    await refused({ ...spec, mediators: ["connection", "support"], structure: "serial" }, 0.8, "not-supported");
  });
});
