import { describe, expect, test } from "vitest";
import { firthGradient, fitFirth } from "../../src/_models/firth.ts";
import { FirthProfile } from "../../src/_models/firthProfile.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { expectClose } from "../support/witness.ts";

const x = [-2, -1.5, -1, -0.4, 0.3, 0.9, 1.6, 2.2];
const design = fromColumns([x.map(() => 1), x]);
const outcome = Float64Array.from([0, 0, 0, 0, 1, 1, 1, 1]);

describe("fitFirth", () => {
  test("the gradient of the penalised likelihood vanishes at the estimate", () => {
    const fit = fitFirth(design, outcome)!;
    expect(fit.converged).toBe(true);
    for (const value of firthGradient(design, outcome, fit.coefficients)!) expect(Math.abs(value)).toBeLessThan(1e-10);
  });

  test("the gradient is the derivative of the penalised log-likelihood", () => {
    const at = (b0: number, b1: number) =>
      fitFirth(design, outcome, Float64Array.of(b0, b1), [0, 1])!.penalizedLogLikelihood;
    const [g0, g1] = firthGradient(design, outcome, Float64Array.of(0.3, 0.8))!;
    const h = 1e-5;
    expectClose((at(0.3 + h, 0.8) - at(0.3 - h, 0.8)) / (2 * h), g0!, { rel: 1e-7, abs: 0 });
    expectClose((at(0.3, 0.8 + h) - at(0.3, 0.8 - h)) / (2 * h), g1!, { rel: 1e-7, abs: 0 });
  });

  test("a held coefficient stays and the others move to the maximum beside it", () => {
    const fit = fitFirth(design, outcome, Float64Array.of(0, 1), [1])!;
    expect(fit.coefficients[1]).toBe(1);
    expect(Math.abs(firthGradient(design, outcome, fit.coefficients)![0]!)).toBeLessThan(1e-10);
  });

  test("a start so far out that the information vanishes is null, and so is a dependent design", () => {
    expect(fitFirth(design, outcome, Float64Array.of(0, 1e6))).toBeNull();
    expect(fitFirth(fromColumns([x, x]), outcome)).toBeNull();
  });

  test("the profile loses its quantile at each of its limits", () => {
    const fit = fitFirth(design, outcome)!;
    const profile = new FirthProfile(design, outcome, fit, 1);
    for (const side of [-1, 1] as const) {
      expectClose(profile.loss(profile.limit(side, 3.84)!)!.loss, 3.84, { rel: 1e-9, abs: 0 });
    }
  });
});
