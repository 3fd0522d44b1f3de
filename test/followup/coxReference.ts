import { expect } from "vitest";
import type { CoxModel } from "../../src/index.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText, type Tolerance } from "../support/witness.ts";

export interface Case {
  readonly id: string;
  readonly expected: Record<string, never>;
  readonly tolerance: Tolerance;
}

const cases: Case[] = sharedIsPresent ? JSON.parse(sharedText("reference/models/survival.json")).cases : [];

export function caseOf(id: string): Case {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
}

export const dataOf = (name: string) => plainColumns(sharedText(`reference/models/data/${name}.csv`));

export interface CoxFigures {
  readonly n: number;
  readonly n_event: number;
  readonly coef: number[];
  readonly hr: number[];
  readonly se: number[];
  readonly z: number[];
  readonly p: number[];
  readonly hr_lo: number[];
  readonly hr_hi: number[];
  readonly loglik_null: number;
  readonly loglik: number;
  readonly lr: number;
  readonly score: number;
  readonly wald: number;
  readonly AIC: number;
  readonly robust_score?: number;
  readonly vcov: number[][];
}

/** `places`: our coefficients' positions in R's order. */
export function expectCox(
  model: CoxModel,
  expected: CoxFigures,
  tolerance: Tolerance,
  places = expected.coef.map((_, index) => index),
): void {
  const close = (actual: number | null | undefined, figure: number, label: string) =>
    expectClose(actual ?? null, figure, tolerance, label);
  expect([model.n, model.events]).toEqual([expected.n, expected.n_event]);
  expect(model.coefficients).toHaveLength(expected.coef.length);
  model.coefficients.forEach((row, at) => {
    const k = places[at]!;
    close(row.estimate, expected.coef[k]!, `${row.name} estimate`);
    close(row.standardError, expected.se[k]!, `${row.name} standard error`);
    close(row.statistic, expected.z[k]!, `${row.name} z`);
    close(row.pValue, expected.p[k]!, `${row.name} p`);
    close(row.hazardRatio?.estimate, expected.hr[k]!, `${row.name} hazard ratio`);
    close(row.hazardRatio?.interval.lower, expected.hr_lo[k]!, `${row.name} lower`);
    close(row.hazardRatio?.interval.upper, expected.hr_hi[k]!, `${row.name} upper`);
    places.forEach((other, b) => {
      close(model.covariance?.[at]?.[b], expected.vcov[k]![other]!, "covariance");
    });
  });
  close(model.nullLogLikelihood, expected.loglik_null, "null log likelihood");
  close(model.logLikelihood, expected.loglik, "log likelihood");
  close(model.tests?.likelihoodRatio.statistic, expected.lr, "likelihood ratio");
  close(model.tests?.score.statistic, expected.score, "score");
  if (expected.robust_score !== undefined) {
    close(model.tests?.robustScore?.statistic, expected.robust_score, "robust score");
  }
  // R rounds this one to two decimals
  expectClose(model.tests?.wald?.statistic ?? null, expected.wald, { rel: 0, abs: 0.0051 }, "Wald");
  close(model.aic, expected.AIC, "AIC");
}
