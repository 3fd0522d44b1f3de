import { describe, expect, test } from "vitest";
import { pathModel } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";

/**
 * Four people. Connection is 2 without mentoring and 5 with it, give or take 1. Wellbeing is 2 + mentored + 2 connection with
 * errors 1, −1, −1, 1, which sum to 0 in either group and do not go with connection.
 */
const people = { mentored: [0, 0, 1, 1], connection: [1, 3, 4, 6], wellbeing: [5, 7, 10, 16] };
const equations = { connection: ["a*mentored"], wellbeing: ["c*mentored", "b*connection"] };
const exact = { rel: 1e-13, abs: 1e-13 };

describe("four people by hand", () => {
  const model = pathModel(people, {
    equations,
    define: { indirect: "a*b" },
    effects: { from: "mentored", to: "wellbeing" },
  });
  const byLabel = (label: string) => model.coefficients.find((row) => row.label === label)!;

  test("paths are 3, 2 and 1, error variances 4/4", () => {
    for (const [label, value] of [
      ["a", 3],
      ["b", 2],
      ["c", 1],
    ] as const)
      expectClose(byLabel(label).estimate, value, exact);
    for (const { estimate } of model.errorVariances) expectClose(estimate, 1, exact);
  });

  test("standard errors: a 1/Σ(x − x̄)² = 1, b 1/Σr² = 1/4, c 1 + 3²/4; an error variance 2·1²/4", () => {
    expectClose(byLabel("a").standardError, 1, exact);
    expectClose(byLabel("b").standardError, 0.5, exact);
    expectClose(byLabel("c").standardError, Math.sqrt(3.25), exact);
    for (const { standardError } of model.errorVariances) expectClose(standardError, Math.sqrt(0.5), exact);
  });

  test("the indirect effect is 6 with variance 2²·1 + 3²/4 = 6.25, the total 13 − 6 = 7", () => {
    expectClose(model.definitions[0]!.estimate, 6, exact);
    expectClose(model.definitions[0]!.standardError, 2.5, exact);
    expectClose(model.effects[0]!.total.estimate, 7, exact);
    expectClose(model.effects[0]!.direct!.estimate, 1, exact);
  });

  test("the log-likelihood is twice −4/2 (log 2π + 1); connection has variance 13/4, of which 1 is error", () => {
    expectClose(model.fit!.logLikelihood, -4 * (Math.log(2 * Math.PI) + 1), exact);
    expectClose(model.equations[0]!.rSquared, 1 - 4 / 13, exact);
    expectClose(byLabel("a").standardized.all, (3 * 0.5) / Math.sqrt(13 / 4), exact);
    expectClose(byLabel("a").standardized.exogenousRaw, 3 / Math.sqrt(13 / 4), exact);
  });

  test("least squares divides by 4 − 2 and 4 − 3: variances 2 and 4, the product 2²·2 + 3²·1 = 17", () => {
    const least = pathModel(people, { equations, define: { indirect: "a*b" }, estimator: "least-squares" });
    expect(least.errorVariances.map(({ estimate }) => Math.round(estimate * 1e12) / 1e12)).toEqual([2, 4]);
    expectClose(least.definitions[0]!.standardError, Math.sqrt(17), exact);
    expect(least.coefficients.map(({ df }) => df)).toEqual([2, 2, 1, 1, 1]);
  });

  test("without the direct path the residual sum of squares is 69 − 29²/13 = 56/13 instead of 4: χ² = 4 log(14/13) on 1", () => {
    const left = pathModel(people, { equations: { ...equations, wellbeing: ["connection"] } });
    expectClose(left.fit!.chiSquare.statistic, 4 * Math.log(14 / 13), { rel: 1e-12, abs: 0 });
    expect(left.fit!.chiSquare.df).toBe(1);
    expectClose(left.coefficients[3]!.estimate, 29 / 13, exact);
  });
});
