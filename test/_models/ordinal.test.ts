import { describe, expect, test } from "vitest";
import { fitOrdinal } from "../../src/_models/ordinal.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

function simulated(people: number, effect: number, thresholds: number[], seed: number) {
  const stream = randomStream(seed, 0);
  const x = Array.from({ length: people }, () => stream.normal());
  const codes = Int32Array.from(x, (value) => {
    const p = stream.uniform();
    return thresholds.filter((threshold) => p > 1 / (1 + Math.exp(effect * value - threshold))).length;
  });
  return { design: fromColumns([x]), codes, x };
}

/** The log-likelihood from its definition. */
function logLikelihood(x: number[], codes: Int32Array, effect: number, thresholds: readonly number[]): number {
  const share = (k: number, value: number) =>
    k < 0 ? 0 : k >= thresholds.length ? 1 : 1 / (1 + Math.exp(effect * value - thresholds[k]!));
  return x.reduce((sum, value, i) => sum + Math.log(share(codes[i]!, value) - share(codes[i]! - 1, value)), 0);
}

describe("fitOrdinal", () => {
  const { design, codes, x } = simulated(400, 0.8, [-1, 0.2, 1.5], 7);
  const fit = fitOrdinal(design, codes, 4);

  test("its likelihood is the one of the definition, and no other parameters have a higher one", () => {
    const at = (effect: number, first: number) => logLikelihood(x, codes, effect, [first, ...fit.thresholds.slice(1)]);
    const [effect, first] = [fit.coefficients[0]!, fit.thresholds[0]!];
    expectClose(at(effect, first), fit.logLikelihood, { rel: 1e-13, abs: 0 });
    for (const h of [-1e-3, 1e-3]) {
      expect(at(effect + h, first)).toBeLessThan(fit.logLikelihood);
      expect(at(effect, first + h)).toBeLessThan(fit.logLikelihood);
    }
  });

  test("the curvature of the likelihood is the inverse of the covariance", () => {
    const h = 1e-4;
    const parameters = [fit.coefficients[0]!, ...fit.thresholds];
    const at = (change: number[]) => {
      const moved = parameters.map((value, k) => value + (change[k] ?? 0));
      return logLikelihood(x, codes, moved[0]!, moved.slice(1));
    };
    const size = parameters.length;
    const unit = (k: number) => parameters.map((_, j) => (j === k ? h : 0));
    const sum = (a: number[], b: number[], sign: number) => a.map((value, j) => value + sign * b[j]!);
    // information × covariance = I
    const information = parameters.map((_, i) =>
      parameters.map((_, j) => {
        const [a, b] = [unit(i), unit(j)];
        const minus = (v: number[]) => v.map((value) => -value);
        return (
          -(at(sum(a, b, 1)) - at(sum(a, b, -1)) - at(minus(sum(a, b, -1))) + at(minus(sum(a, b, 1)))) / (4 * h * h)
        );
      }),
    );
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        const product = information[i]!.reduce((t, value, k) => t + value * fit.covariance.data[j * size + k]!, 0);
        expectClose(product, i === j ? 1 : 0, { rel: 0, abs: 1e-4 });
      }
    }
  });

  test("many levels and a strong effect are fitted from the start without one", () => {
    const strong = simulated(2000, 4, [-6, -4, -2, -1, 0, 1, 2, 4, 6], 11);
    const result = fitOrdinal(strong.design, strong.codes, 10);
    expect(result.converged).toBe(true);
    expectClose(result.coefficients[0]!, 4, { rel: 0, abs: 0.4 });
    expect([...result.thresholds].every((value, k, all) => k === 0 || value > all[k - 1]!)).toBe(true);
  });

  test("separation is found and is not called converged", () => {
    const result = fitOrdinal(fromColumns([[1, 2, 3, 4, 5, 6]]), Int32Array.of(0, 0, 1, 1, 2, 2), 3);
    expect(result.converged).toBe(false);
    expect(result.separation?.columns).toContain(0);
  });
});
