import { describe, expect, it } from "vitest";
import { mediate } from "../../src/mediation/index.ts";
import { value } from "./reference.ts";

/*
 * Eight people. Unexposed: m = 1, 2, 3, 2 and y = 1 + 2m ± 1; exposed: m = 3, 4, 5, 4 and y = 2 + 3m ± 1, the signs
 * + − + − being uncorrelated with m in each arm. So a = 4 − 2 = 2, b = 2, d = 3 − 2 = 1, direct effect at m: 1 + m.
 */
const eight = {
  t: [0, 0, 0, 0, 1, 1, 1, 1],
  m: [1, 2, 3, 2, 3, 4, 5, 4],
  y: [4, 4, 8, 4, 12, 13, 18, 13],
};

describe("mediate by hand, eight people", () => {
  const spec = { exposure: "t", mediators: ["m"], outcome: "y", controlledAt: 0 } as const;
  const inference = { draws: 200, method: "monte-carlo" } as const;

  it("decomposes the difference of the arms' means, 14 − 5 = 9, in both orders and four ways", async () => {
    const result = await mediate(eight, { ...spec, inference });
    expect(value(result, "total")).toBeCloseTo(9, 12);
    expect(value(result, "pureNaturalDirect")).toBeCloseTo(1 + 2, 12);
    expect(value(result, "totalNaturalIndirect")).toBeCloseTo(2 * (2 + 1), 12);
    expect(value(result, "totalNaturalDirect")).toBeCloseTo(1 + 4, 12);
    expect(value(result, "pureNaturalIndirect")).toBeCloseTo(2 * 2, 12);
    expect(value(result, "controlledDirect")).toBeCloseTo(1, 12);
    expect(value(result, "referenceInteraction")).toBeCloseTo(3 - 1, 12);
    expect(value(result, "mediatedInteraction")).toBeCloseTo(6 - 4, 12);
    expect(value(result, "proportionMediated")).toBeCloseTo(6 / 9, 12);
  });

  it("tells b at the reference exposure and c' at the controlled mediator", async () => {
    const result = await mediate(eight, { ...spec, controlledAt: 3, inference });
    const path = (name: string) => result.paths.find((row) => row.path === name)!;
    expect(path("a").estimate).toBeCloseTo(2, 12);
    expect(path("b").estimate).toBeCloseTo(2, 12);
    expect(path("b").at).toBe(0);
    expect(path("d").estimate).toBeCloseTo(1, 12);
    expect(path("c").estimate).toBeCloseTo(9, 12);
    expect(path("c'").estimate).toBeCloseTo(1 + 3, 12);
    expect(path("c'").at).toBe(3);
    // Residuals ±1 in eight rows, four coefficients: residual variance 8 / (8 − 4) = 2.
    expect(result.models.find((model) => model.model === "outcome")!.residualStandardDeviation).toBeCloseTo(
      Math.SQRT2,
      12,
    );
  });
});
