import { describe, it } from "vitest";
import { SmoothedExpit } from "../../src/mediation/smoothedProbability.ts";
import { expectClose } from "../support/witness.ts";

/** ∫ expit(η + sz) φ(z) dz by a fine trapezoidal sum. */
function reference(eta: number, s: number): number {
  const step = 0.002;
  let sum = 0;
  for (let i = -4500; i <= 4500; i++) {
    const z = i * step;
    sum += Math.exp(-0.5 * z * z) / (1 + Math.exp(-(eta + s * z)));
  }
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

describe("the smoothed logistic probability", () => {
  for (const s of [0, 1e-4, 0.3, 1, 2.5, 6, 20]) {
    it(`is right to 1e-10 for a standard deviation of ${s}`, () => {
      const table = new SmoothedExpit();
      table.prepare(-7.3, 5.9, s);
      for (const eta of [-7.3, -4.01, -1.27, -0.06, 0, 0.711, 2.34, 5.9])
        expectClose(table.at(eta), reference(eta, s), { rel: 0, abs: 1e-10 }, `s = ${s}, eta = ${eta}`);
    });
  }
});
