import { describe, expect, test } from "vitest";
import { fitLinear } from "../../src/_models/linear.ts";
import { buildDesign } from "../../src/_models/namedDesign.ts";
import { fromColumns } from "../../src/_numeric/matrix.ts";
import { categoryColumn, toTable } from "../../src/table.ts";
import { witnessCase, witnessData } from "../regression/witnessSetup.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";

describe("fitLinear", () => {
  test("by hand: a line through (0, 1), (1, 3), (2, 2), (3, 6)", () => {
    // means 1.5 and 3; Sxy = -1.5·-2 + -.5·0 + .5·-1 + 1.5·3 = 7; Sxx = 5; slope 1.4; intercept 3 − 2.1 = 0.9
    // fitted .9, 2.3, 3.7, 5.1; residuals .1, .7, −1.7, .9; RSS = .01 + .49 + 2.89 + .81 = 4.2; variance 4.2 / 2
    const design = fromColumns([
      [1, 1, 1, 1],
      [0, 1, 2, 3],
    ]);
    const fit = fitLinear(design, Float64Array.of(1, 3, 2, 6));
    expectClose(fit.coefficients[0]!, 0.9, { rel: 1e-14, abs: 0 });
    expectClose(fit.coefficients[1]!, 1.4, { rel: 1e-14, abs: 0 });
    expectClose(fit.residualVariance, 2.1, { rel: 1e-14, abs: 0 });
    // leverage of x = 0: 1/4 + 1.5² / 5 = 0.7; var(slope) / σ² = 1/5
    expectClose(fit.leverage[0]!, 0.7, { rel: 1e-14, abs: 0 });
    expectClose(fit.crossInverse.data[3]!, 0.2, { rel: 1e-14, abs: 0 });
  });

  test("rows with zero weight are not observations and keep their own residual", () => {
    const design = fromColumns([
      [1, 1, 1, 1, 1],
      [0, 1, 2, 3, 9],
    ]);
    const fit = fitLinear(design, Float64Array.of(1, 3, 2, 6, 0), Float64Array.of(1, 1, 1, 1, 0));
    expect(fit.observations).toBe(4);
    expect(fit.dfResidual).toBe(2);
    expectClose(fit.coefficients[1]!, 1.4, { rel: 1e-14, abs: 0 });
    expectClose(fit.residuals[4]!, 0 - (0.9 + 9 * 1.4), { rel: 1e-14, abs: 0 });
    expect(fit.leverage[4]).toBe(0);
  });

  test("as many rows as coefficients leave a residual variance of 0", () => {
    const fit = fitLinear(
      fromColumns([
        [1, 1],
        [0, 1],
      ]),
      Float64Array.of(1, 3),
    );
    expect([fit.dfResidual, fit.residualVariance]).toEqual([0, 0]);
  });
});

describe.skipIf(!sharedIsPresent)("leverage (reference/models lies beside the project)", () => {
  test("R's hatvalues of the anorexia model", () => {
    const { expected, tolerance } = witnessCase<{ hat: number[] }>("regression", "influence");
    const data = witnessData("anorexia");
    const table = toTable(data);
    const treat = categoryColumn("treat", data["treat"] as string[]);
    const { design } = buildDesign({ ...table, columns: new Map([...table.columns, ["treat", treat]]) }, [
      "pre",
      "treat",
    ]);
    const fit = fitLinear(design, Float64Array.from(data["post"] as number[]));
    expected.hat.forEach((value, row) => {
      expectClose(fit.leverage[row]!, value, tolerance, `row ${row}`);
    });
  });
});
