import { describe, expect, it } from "vitest";
import { closedFormEffects } from "../../src/mediation/closedForm.ts";
import type { ClosedFormEffectName } from "../../src/mediation/closedFormResult.ts";
import { linkScale, rowOf } from "./closedFormSupport.ts";

describe("closedFormEffects by hand: six people, linear models", () => {
  // connection: 1, 2, 3 and 3, 4, 5, so a = 4 − 2 = 2, σ² = (1+0+1+1+0+1)/4 = 1, var(a) = 1 · (1/3 + 1/3) = 2/3
  // wellbeing: means 4 and 9; products with connection about the means: 2+0+3 = 5 and 2+0+1 = 3; squares of connection 2 and 2
  const people = {
    mentored: [0, 0, 0, 1, 1, 1],
    connection: [1, 2, 3, 3, 4, 5],
    wellbeing: [2, 3, 7, 7, 10, 10],
  };
  const spec = { exposure: "mentored", mediator: "connection", outcome: "wellbeing" } as const;

  it("without interaction: b = 8/4 = 2, c' = 5 − 2·2 = 1, indirect 4, total 5", () => {
    const result = closedFormEffects(people, { ...spec, exposureMediatorInteraction: false });
    expect(linkScale(result, "totalNaturalIndirect")).toBeCloseTo(4, 12);
    expect(linkScale(result, "pureNaturalIndirect")).toBeCloseTo(4, 12);
    expect(linkScale(result, "pureNaturalDirect")).toBeCloseTo(1, 12);
    expect(linkScale(result, "controlledDirect")).toBeCloseTo(1, 12);
    expect(linkScale(result, "total")).toBeCloseTo(5, 12);
    expect(rowOf(result.fourWay, "referenceInteraction")).toMatchObject({
      estimate: 0,
      standardError: 0,
      pValue: null,
    });
    expect(rowOf(result.fourWay, "mediatedInteraction")).toMatchObject({ estimate: 0, standardError: 0, pValue: null });
  });

  it("without interaction: SE(indirect)² = 2²·2/3 + 2²·1/3 = 4, SE(total)² = 32/9", () => {
    // squares of wellbeing about the means 14 + 6 = 20, residual 20 − 2²·4 = 4, s² = 4/3
    // var(b) = (4/3)/4 = 1/3, var(c') = 4/3 · (1/3 + 1/3 + 2²/4) = 20/9, cov(c', b) = −2 · 1/3
    // total = c' + ab: 20/9 + 4·2/3 + 4·1/3 + 2·2·(−2/3) = 32/9
    const result = closedFormEffects(people, { ...spec, exposureMediatorInteraction: false });
    const indirect = rowOf(result.effects, "totalNaturalIndirect");
    expect(indirect.standardError).toBeCloseTo(2, 12);
    expect(indirect.statistic).toBeCloseTo(2, 12);
    expect(indirect.pValue).toBeCloseTo(0.0455002638963584, 12);
    expect(indirect.interval!.lower).toBeCloseTo(4 - 2 * 1.959963984540054, 12);
    expect(rowOf(result.effects, "total").standardError).toBeCloseTo(Math.sqrt(32) / 3, 12);
  });

  it("with interaction: slopes 5/2 and 3/2, so CDE at the mean 3 is 1, PNDE 2, TNIE 3, PNIE 5, TNDE 0", () => {
    // intercepts 4 − 2.5·2 = −1 and 9 − 1.5·4 = 3: the difference at connection m is 4 − m
    const result = closedFormEffects(people, { ...spec, proportions: "always" });
    expect(result.controlledAt).toBe(3);
    expect(linkScale(result, "controlledDirect")).toBeCloseTo(1, 12);
    expect(linkScale(result, "pureNaturalDirect")).toBeCloseTo(2, 12);
    expect(linkScale(result, "totalNaturalDirect")).toBeCloseTo(0, 12);
    expect(linkScale(result, "totalNaturalIndirect")).toBeCloseTo(3, 12);
    expect(linkScale(result, "pureNaturalIndirect")).toBeCloseTo(5, 12);
    expect(rowOf(result.effects, "proportionMediated").estimate).toBeCloseTo(3 / 5, 12);
    expect(rowOf(result.fourWay, "referenceInteraction").estimate).toBeCloseTo(1, 12);
    expect(rowOf(result.fourWay, "mediatedInteraction").estimate).toBeCloseTo(-2, 12);
    expect(rowOf(result.fourWay, "proportionEliminated").estimate).toBeCloseTo(4 / 5, 12);
  });
});

describe("closedFormEffects by hand: eight people, logistic mediator, counts", () => {
  // mean count without mentoring: 1 (alone), 4 (connected); with: 2 and 6. Connected: 1 of 4 without, 2 of 4 with.
  const people = {
    mentored: [0, 0, 0, 0, 1, 1, 1, 1],
    connected: [0, 0, 0, 1, 0, 0, 1, 1],
    contacts: [0, 1, 2, 4, 1, 3, 5, 7],
  };
  const result = closedFormEffects(people, {
    exposure: "mentored",
    mediator: { column: "connected", family: "binomial" },
    outcome: { column: "contacts", family: "poisson" },
    controlledAt: 0,
    proportions: "always",
  });

  it("nested means 7/4, 3, 5/2 and 4 give the ratios 12/7, 4/3, 8/5, 10/7 and 16/7", () => {
    // ¾·1 + ¼·4 = 7/4; ¾·2 + ¼·6 = 3; ½·1 + ½·4 = 5/2; ½·2 + ½·6 = 4
    const ratio = (effect: ClosedFormEffectName) => rowOf(result.effects, effect, "rateRatio").estimate;
    expect(ratio("pureNaturalDirect")).toBeCloseTo(12 / 7, 9);
    expect(ratio("totalNaturalIndirect")).toBeCloseTo(4 / 3, 9);
    expect(ratio("totalNaturalDirect")).toBeCloseTo(8 / 5, 9);
    expect(ratio("pureNaturalIndirect")).toBeCloseTo(10 / 7, 9);
    expect(ratio("total")).toBeCloseTo(16 / 7, 9);
    expect(ratio("controlledDirect")).toBeCloseTo(2, 9);
  });

  it("the excess 9/7 is 4/7 controlled direct, 1/7 reference and 1/7 mediated interaction, 3/7 pure indirect", () => {
    // (2 − 1)/(7/4) = 4/7; 12/7 − 1 − 4/7; 16/7 − 12/7 − 10/7 + 1; 10/7 − 1
    expect(
      result.fourWay.slice(0, 5).map(({ effect, estimate }) => [effect, Math.round(estimate! * 7e6) / 1e6]),
    ).toEqual([
      ["controlledDirect", 4],
      ["referenceInteraction", 1],
      ["mediatedInteraction", 1],
      ["pureNaturalIndirect", 3],
      ["total", 9],
    ]);
    expect(rowOf(result.effects, "proportionMediated").estimate).toBeCloseTo(4 / 9, 9);
    expect(rowOf(result.fourWay, "proportionInteraction").estimate).toBeCloseTo(2 / 9, 9);
    expect(rowOf(result.fourWay, "proportionEliminated").estimate).toBeCloseTo(5 / 9, 9);
  });

  it("one logit: the SE of a log odds ratio of the mediator is the root of the sum of inverse counts", () => {
    const [, slope] = result.models[0]!.coefficients;
    expect(slope!.standardError).toBeCloseTo(Math.sqrt(1 + 1 / 3 + 1 / 2 + 1 / 2), 9);
  });
});
