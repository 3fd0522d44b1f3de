import { describe, it } from "vitest";
import type { Response } from "../../src/mediation/system/smoothedMean.ts";
import { expitResponse, tabulatedMean } from "../../src/mediation/system/smoothedMean.ts";
import {
  stepRestrictedMean,
  stepRisk,
  weibullRestrictedMean,
  weibullRisk,
} from "../../src/mediation/system/survivalMeans.ts";
import { expectClose } from "../support/witness.ts";

/** ∫ g(η + sz) φ(z) dz by a fine trapezoidal sum. */
function reference(g: (eta: number) => number, eta: number, s: number): number {
  const step = 0.002;
  let sum = 0;
  for (let i = -4500; i <= 4500; i++) {
    const z = i * step;
    sum += Math.exp(-0.5 * z * z) * g(eta + s * z);
  }
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

const steps = { times: Float64Array.of(3, 8, 21, 40), hazard: Float64Array.of(0.2, 0.1, 0.4, 0.3) };
const risk = stepRisk(steps, 25);
const free = stepRestrictedMean(steps, 30);
const weibull = weibullRisk(90);
const weibullFree = weibullRestrictedMean(90);
risk.prepare();
free.prepare();
weibull.prepare(1.7);
weibullFree.prepare(1.7);
const hazardAt = (day: number) => steps.times.reduce((sum, time, j) => sum + (time <= day ? steps.hazard[j]! : 0), 0);
const cases: [string, Response, (eta: number) => number, number][] = [
  ["logistic probability", expitResponse, (eta) => 1 / (1 + Math.exp(-eta)), 1],
  ["risk from a stepped hazard", risk, (eta) => 1 - Math.exp(-hazardAt(25) * Math.exp(eta)), 1],
  [
    "event-free time from a stepped hazard",
    free,
    (eta) =>
      3 + 5 * Math.exp(-0.2 * Math.exp(eta)) + 13 * Math.exp(-0.3 * Math.exp(eta)) + 9 * Math.exp(-0.7 * Math.exp(eta)),
    30,
  ],
  ["Weibull risk", weibull, (xi) => 1 - Math.exp(-(90 ** (1 / 1.7)) * Math.exp(xi)), 1],
];

describe("means of an outcome whose linear predictor is normal", () => {
  for (const [name, response, g, size] of cases)
    for (const s of [0, 1e-4, 0.3, 1, 2.5, 6, 20]) {
      it(`${name}: right to 1e-9 of its size for a standard deviation of ${s}`, () => {
        const mean = tabulatedMean(response);
        for (const eta of [-7.3, -4.01, -1.27, -0.06, 0, 0.711, 2.34, 5.9, 71])
          expectClose(mean.at(eta, s), reference(g, eta, s), { rel: 0, abs: 1e-9 * size }, `s = ${s}, eta = ${eta}`);
      });
    }

  it("Weibull event-free time is the integral of its survival", () => {
    for (const xi of [-30, -6, -3.2, -1, 0, 2]) {
      // Gauss's midpoints in the variable t = 90·u³, whose integrand is smooth at 0.
      const parts = 200_000;
      let sum = 0;
      for (let j = 0; j < parts; j++) {
        const u = (j + 0.5) / parts;
        sum += Math.exp(-((90 * u ** 3) ** (1 / 1.7)) * Math.exp(xi)) * 270 * u * u;
      }
      expectClose(weibullFree.at(xi), sum / parts, { rel: 1e-9, abs: 1e-9 }, `xi = ${xi}`);
    }
  });
});
