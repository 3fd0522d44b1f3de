import { describe, expect, it } from "vitest";
import { bivariateNormalLower, normalLower } from "../../src/_numeric/distributions/index.ts";

describe("bivariate normal distribution", () => {
  // mpmath, ∫ φ(x) Φ((k − rx)/√(1 − r²)) dx at 30 digits
  it.each([
    [0.3, -0.4, 0.2, 0.2408080150976448],
    [1, 1.2, 0.9, 0.820499449335317],
    [-1, 0.5, -0.95, 0.002322899490085126],
    [0.1, 0.2, 0.99, 0.5319414646931108],
    [2, -2.5, 0.99, 0.006209665325776135],
    [-0.5, -0.6, -0.49, 0.0309420943225923],
    [0.7, 0.69, 0.975, 0.7284593257741409],
    [-3, -2.9, 0.98, 0.001150431970482131],
  ])("P(X ≤ %f, Y ≤ %f), r = %f", (h, k, r, expected) => {
    expect(Math.abs(bivariateNormalLower(h, k, r) - expected)).toBeLessThan(1e-14);
  });

  it("quadrants at the means are ¼ + arcsin(r)/2π, and margins add up", () => {
    for (const r of [-0.99, -0.7, -0.2, 0, 0.5, 0.93]) {
      expect(bivariateNormalLower(0, 0, r)).toBeCloseTo(0.25 + Math.asin(r) / (2 * Math.PI), 14);
      const both = bivariateNormalLower(0.4, -0.8, r) + bivariateNormalLower(0.4, 0.8, -r);
      expect(both).toBeCloseTo(normalLower(0.4), 14);
    }
  });
});
