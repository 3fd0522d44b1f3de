import { describe, expect, it } from "vitest";
import { findRoot } from "../../src/_numeric/roots.ts";

describe("findRoot", () => {
  it.each([
    ["x² − 2", (x: number) => x * x - 2, 0, 2, Math.SQRT2],
    ["cos x − x", (x: number) => Math.cos(x) - x, 0, 1, 0.7390851332151607],
    ["x³, flat at its root", (x: number) => x ** 3, -1, 2, 0],
    ["a step at 1/3", (x: number) => (x < 1 / 3 ? -1 : 1), 0, 1, 1 / 3],
    ["10⁻³⁰⁰ (x − 5)", (x: number) => 1e-300 * (x - 5), 0, 1000, 5],
  ] as const)("finds the root of %s", (_, f, low, high, root) => {
    expect(Math.abs(findRoot(f, low, high, { tolerance: 1e-13 }) - root)).toBeLessThan(1e-12);
  });

  it("takes an end that is a root, and the ends in either order", () => {
    expect(findRoot((x) => x, 0, 1)).toBe(0);
    expect(findRoot((x) => x - 1, 0, 1)).toBe(1);
    expect(Math.abs(findRoot((x) => x - 0.25, 1, 0) - 0.25)).toBeLessThan(1e-12);
  });

  it("needs few evaluations: fewer than fifteen for a smooth function", () => {
    let evaluations = 0;
    findRoot(
      (x) => {
        evaluations++;
        return Math.exp(x) - 3;
      },
      0,
      4,
    );
    expect(evaluations).toBeLessThan(15);
  });

  it("refuses ends of the same sign and values that are no numbers", () => {
    for (const f of [(x: number) => x * x + 1, () => Number.NaN]) {
      expect(() => findRoot(f, -1, 1)).toThrow(expect.objectContaining({ code: "no-sign-change" }));
    }
  });
});
