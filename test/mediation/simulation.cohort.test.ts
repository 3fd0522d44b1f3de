import { describe, expect, it } from "vitest";
import { normalUpper, tQuantileUpper } from "../../src/_numeric/distributions/index.ts";
import {
  confoundedStudy,
  countedStudy,
  exposureInducedStudy,
  linearStudy,
  measurementStudy,
  moderatedStudy,
  nullStudy,
  repeatedStudy,
  type Study,
  survivalStudy,
} from "../simulation/cohortStudies.ts";
import { truth } from "../simulation/cohortTruth.ts";

/**
 * Bias and, where there are limits, coverage within three Monte Carlo standard errors; for the bias, whose error is estimated from
 * few samples, the t quantile in place of 3.
 */
function expectRight({ rows }: Study, designs: readonly string[]): void {
  for (const row of rows.filter(({ design }) => designs.includes(design))) {
    const name = `${row.design}, ${row.effect}, ${row.limits}: mean ${row.mean.value} for ${row.truth}`;
    expect(Math.abs(row.biasInErrors), name).toBeLessThan(tQuantileUpper(normalUpper(3), row.repetitions - 1));
    if (row.coverage === null) continue;
    const reach = 3 * Math.sqrt(0.0475 / row.repetitions);
    expect(Math.abs(row.coverage.value - 0.95), `${name}, coverage ${row.coverage.value}`).toBeLessThan(reach);
  }
}

function rowOf({ rows }: Study, design: string, effect: string) {
  return rows.find((row) => row.design === design && row.effect === effect)!;
}

describe("repeated samples of the simulated mentoring cohort, 600 people", () => {
  it("L1, L2, M1 (12 samples): linear models estimate all effects without bias; without the interaction only the total", async () => {
    const study = await linearStudy(12);
    expectRight(study, ["L1, M1", "L1, 40 sites"]);
    expect(rowOf(study, "L2", "total natural indirect").mean.value).toBeLessThan(truth.wellbeing.TNIE);
    expect(rowOf(study, "L2", "pure natural direct").mean.value).toBeGreaterThan(truth.wellbeing.PNDE);
    expect(Math.abs(rowOf(study, "L2", "total").biasInErrors)).toBeLessThan(3);
    expect(study.figures["decompositionGap"]).toBeLessThan(1e-10);
  });

  it("L3 (one cohort of 8,000): people chose mentoring; only the adjusted analysis is near the truth", async () => {
    const { figures } = await confoundedStudy(8000);
    expect(figures["naive"]).toBeGreaterThan(6);
    expect(Math.abs(figures["adjusted"]! - truth.wellbeing.TE)).toBeLessThan(3 * figures["adjustedError"]!);
  });

  it("B1, C1 (12 samples): risk differences and rate ratios; products of logit coefficients are something else", async () => {
    const study = await countedStudy(12);
    expectRight(study, ["B1", "C1"]);
    expect(study.figures["productOfLogits"]).toBeGreaterThan(3 * truth.abstinent.TNIE);
  });

  it("S1, S2 (5 samples): relapse with deaths competing, days without relapse, net risk with deaths censored", async () => {
    expectRight(await survivalStudy(5), ["S1, deaths compete", "S1, deaths censored", "S2"]);
  });

  it("M2 (6 samples): conditional indirect effects and their difference", async () => {
    expectRight(await moderatedStudy(6), ["M2, action stage", "M2, alcohol"]);
  });

  it("N1 (15 samples): nothing is found where mentoring does nothing, but for 5 %", async () => {
    expectRight(await nullStudy(15), ["N1"]);
  });

  it("E1 (20 samples): the correction for measurement error takes the bias away", async () => {
    const study = await measurementStudy(20);
    expectRight(study, ["E1, corrected"]);
    expect(rowOf(study, "E1, as measured", "through connection").biasInErrors).toBeLessThan(-5);
  });

  it("X1 (25 samples): leaving out a confounder that mentoring changes moves indirect and direct effect, not the total", () => {
    const study = exposureInducedStudy(25);
    const { indirectExcess, indirectExcessError, directExcess, directExcessError } = study.figures;
    expect(Math.abs(rowOf(study, "X1", "total").biasInErrors)).toBeLessThan(3);
    expect(indirectExcess! / indirectExcessError!).toBeGreaterThan(3);
    expect(directExcess! / directExcessError!).toBeLessThan(-3);
  });

  it("R1: the same seed gives the same limits; 1,000 draws give nearly the width of 5,000", async () => {
    const { figures } = await repeatedStudy();
    expect(figures["differenceOfLimits"]).toBe(0);
    expect(Math.abs(figures["widthRatio"]! - 1)).toBeLessThan(0.05);
  });
});
