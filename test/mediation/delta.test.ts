import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { familyCohort } from "./familyCohort.ts";
import { effect, referenceCases, referenceData } from "./reference.ts";

describe.skipIf(!sharedIsPresent)("robust delta errors against stacked HC0 in R (needs ../shared/reference)", () => {
  interface Single {
    readonly ab: number;
    readonly stackedHC0: { readonly indirect: { readonly estimate: number; readonly se: number } };
    readonly ols: { readonly indirect: { readonly sobelFirstOrder: { readonly se: number } } };
  }
  const cases = sharedIsPresent ? referenceCases<Single>("01-linear-single.json") : [];
  for (const { id, data, spec, expected } of cases.filter((one) => one.expected.stackedHC0 !== undefined)) {
    it(`${id}: the indirect effect with the sandwich of both models stacked, and Sobel's error from the models`, async () => {
      const [from, to] = spec.treatmentLevels.length === 2 ? spec.treatmentLevels.map(Number) : [0, 1];
      const asked: MediateSpec = {
        exposure: { column: spec.treatment, from: from!, to: to! },
        mediators: spec.mediators,
        outcome: spec.outcome,
        covariates: spec.covariates,
        exposureMediatorInteraction: false,
      };
      const step = to! - from!;
      const near = { rel: 1e-8, abs: 1e-11 };
      const robust = await mediate(referenceData(data), {
        ...asked,
        inference: { method: "delta", covariance: "robust" },
      });
      const row = effect(robust, "totalNaturalIndirect");
      expectClose(row.estimate, expected.stackedHC0.indirect.estimate * step, near);
      expectClose(row.standardError, expected.stackedHC0.indirect.se * Math.abs(step), near);
      const model = await mediate(referenceData(data), { ...asked, inference: { method: "delta" } });
      const sobel = expected.ols.indirect.sobelFirstOrder.se * Math.abs(step);
      expectClose(effect(model, "totalNaturalIndirect").standardError, sobel, near);
    });
  }
});

const cohort = familyCohort();
const specs: [string, Partial<MediateSpec>][] = [
  [
    "binary mediator, counts",
    {
      mediators: [{ column: "supported", family: "binomial" }],
      outcome: { column: "readmissions", family: "poisson" },
    },
  ],
  [
    "counts, binary outcome",
    {
      mediators: [{ column: "groups", family: "poisson" }],
      outcome: { column: "abstinent_12", family: "binomial", link: "probit" },
    },
  ],
  [
    "levels, levels",
    {
      mediators: [{ column: "closeness", family: "ordinal" }],
      outcome: { column: "mood", family: "ordinal" },
      exposureMediatorInteraction: false,
    },
  ],
];

describe("standard errors of the delta method, Monte Carlo draws and the bootstrap agree on several hundred people", () => {
  it.each(specs)("%s", async (_, part) => {
    const spec = { exposure: "mentored", covariates: ["wellbeing_0", "severity"], ...part } as MediateSpec;
    const run = (inference: MediateSpec["inference"]) =>
      mediate(cohort, { ...spec, inference: { seed: 3, ...inference! } });
    const robust = await run({ method: "delta", covariance: "robust" });
    const delta = await run({ method: "delta" });
    const drawn = await run({ method: "monte-carlo", draws: 600 });
    const resampled = await run({ method: "bootstrap", draws: 400 });
    const bayesian = await run({ method: "bayesian-bootstrap", draws: 400 });
    expect(resampled.draws.failed).toBe(0);
    for (const name of ["total", "pureNaturalDirect", "totalNaturalIndirect"] as const) {
      const of = (result: typeof delta) => effect(result, name).standardError!;
      // The error of a standard deviation of 400 draws is 3.5 %; resamples also move the people averaged over.
      expect(Math.abs(of(drawn) / of(delta) - 1), `${name}: Monte Carlo`).toBeLessThan(0.15);
      expect(Math.abs(of(resampled) / of(robust) - 1), `${name}: bootstrap`).toBeLessThan(0.2);
      expect(Math.abs(of(bayesian) / of(resampled) - 1), `${name}: Bayesian bootstrap`).toBeLessThan(0.2);
    }
  });
});

describe("the delta method by hand", () => {
  it("binary mediator and outcome without covariates: shares of a table, with the errors of shares", async () => {
    // 40 people an arm. Mediator: 10 of 40 without, 24 of 40 with the exposure; outcome in the eight cells as below.
    const cells = [
      [0, 0, 30, 6],
      [0, 1, 10, 5],
      [1, 0, 16, 4],
      [1, 1, 24, 15],
    ] as const;
    const data = { arm: [] as number[], m: [] as number[], y: [] as number[] };
    for (const [arm, m, people, events] of cells)
      for (let i = 0; i < people; i++) {
        data.arm.push(arm);
        data.m.push(m);
        data.y.push(i < events ? 1 : 0);
      }
    const result = await mediate(data, {
      exposure: "arm",
      mediators: [{ column: "m", family: "binomial" }],
      outcome: { column: "y", family: "binomial" },
      inference: { method: "delta" },
    });
    const [m0, m1] = [10 / 40, 24 / 40];
    const [y00, y01, y10, y11] = [6 / 30, 5 / 10, 4 / 16, 15 / 24];
    const near = { rel: 1e-8, abs: 1e-11 };
    // (m1 − m0)(y11 − y10), variance of the product of independent differences of shares to first order
    const indirect = effect(result, "totalNaturalIndirect", "riskDifference");
    expectClose(indirect.estimate, (m1 - m0) * (y11 - y10), near);
    const va = (m0 * (1 - m0)) / 40 + (m1 * (1 - m1)) / 40;
    const vb = (y11 * (1 - y11)) / 24 + (y10 * (1 - y10)) / 16;
    expectClose(indirect.standardError, Math.sqrt((y11 - y10) ** 2 * va + (m1 - m0) ** 2 * vb), near);
    const direct = effect(result, "pureNaturalDirect", "riskDifference");
    expectClose(direct.estimate, (1 - m0) * (y10 - y00) + m0 * (y11 - y01), near);
    const total = effect(result, "total", "riskDifference");
    expectClose(total.estimate, 19 / 40 - 11 / 40, near);
  });
});
