import { describe, expect, it } from "vitest";
import { gaussHermite, gaussLegendre } from "../../src/_numeric/quadrature.ts";

const total = (x: Float64Array) => x.reduce((sum, value) => sum + value, 0);

describe("gaussHermite", () => {
  it("has the three nodes and weights −√3, 0, √3 and 1/6, 2/3, 1/6 that solve the moment equations by hand", () => {
    const { nodes, weights } = gaussHermite(3);
    const close = (actual: Float64Array, expected: number[]) =>
      actual.every((x, i) => Math.abs(x - expected[i]!) < 1e-14);
    expect(close(nodes, [-Math.sqrt(3), 0, Math.sqrt(3)])).toBe(true);
    expect(close(weights, [1 / 6, 2 / 3, 1 / 6])).toBe(true);
  });

  it.each([1, 2, 5, 20, 64, 200, 400])(
    "with %i nodes has ascending, symmetric nodes and weights that sum to 1",
    (count) => {
      const { nodes, weights } = gaussHermite(count);
      for (let i = 1; i < count; i++) expect(nodes[i]! > nodes[i - 1]!).toBe(true);
      expect(Math.abs(total(nodes))).toBeLessThan(1e-12);
      expect(Math.abs(total(weights) - 1)).toBeLessThan(1e-13);
    },
  );

  it.each([2, 5, 10, 20])(
    "with %i nodes integrates every even power up to 2·count − 1 exactly: E z^2k = (2k − 1)!!",
    (count) => {
      const { nodes, weights } = gaussHermite(count);
      let moment = 1;
      for (let k = 1; 2 * k <= 2 * count - 1; k++) {
        moment *= 2 * k - 1;
        let sum = 0;
        for (let i = 0; i < count; i++) sum += weights[i]! * nodes[i]! ** (2 * k);
        expect(Math.abs(sum / moment - 1)).toBeLessThan(1e-12);
      }
    },
  );

  it("gives the mean of a lognormal, e^(1/2), and of a cosine, e^(−1/2)", () => {
    for (const count of [32, 80, 200]) {
      const { nodes, weights } = gaussHermite(count);
      let exponential = 0;
      let cosine = 0;
      for (let i = 0; i < count; i++) {
        exponential += weights[i]! * Math.exp(nodes[i]!);
        cosine += weights[i]! * Math.cos(nodes[i]!);
      }
      expect(Math.abs(exponential - Math.exp(0.5))).toBeLessThan(3e-15 * 10);
      expect(Math.abs(cosine - Math.exp(-0.5))).toBeLessThan(3e-15 * 10);
    }
  });
});

describe("gaussLegendre", () => {
  it("has the two nodes ±1/√3 with weight 1 each", () => {
    const { nodes, weights } = gaussLegendre(2);
    expect(nodes[1]).toBeCloseTo(1 / Math.sqrt(3), 15);
    expect(nodes[0]).toBeCloseTo(-1 / Math.sqrt(3), 15);
    expect([...weights].map((w) => Math.round(w * 1e14) / 1e14)).toEqual([1, 1]);
  });

  it.each([1, 3, 16, 64, 201])("with %i nodes integrates powers up to 2·count − 1 exactly over [−1, 1]", (count) => {
    const { nodes, weights } = gaussLegendre(count);
    expect(Math.abs(total(weights) - 2)).toBeLessThan(1e-13);
    for (let power = 0; power <= 2 * count - 1; power += 2) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += weights[i]! * nodes[i]! ** power;
      expect(Math.abs(sum - 2 / (power + 1))).toBeLessThan(1e-13);
    }
  });
});
