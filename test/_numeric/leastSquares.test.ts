import fc from "fast-check";
import { describe, expect, test } from "vitest";
import nist from "../../fixtures/regression/nist.json" with { type: "json" };
import { leastSquares } from "../../src/_numeric/leastSquares.ts";
import { columnOfMatrix, fromColumns, type Matrix, transposeTimes } from "../../src/_numeric/matrix.ts";
import { witnessCase, witnessData } from "../regression/witnessSetup.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";

const ones = (rows: number) => new Array<number>(rows).fill(1);
const powers = (x: readonly number[], degree: number): Matrix =>
  fromColumns(Array.from({ length: degree + 1 }, (_, k) => x.map((value) => value ** k)));

function standardErrors(design: Matrix, y: readonly number[]): number[] {
  const fit = leastSquares(design, y);
  const variance = fit.residuals.reduce((total, e) => total + e * e, 0) / (y.length - fit.rank);
  return y.slice(0, fit.rank).map((_, k) => Math.sqrt(variance * fit.crossInverse.data[k * design.columns + k]!));
}

describe("leastSquares: the certified values of NIST StRD", () => {
  test.each(nist.cases)("$name: $digits digits of the coefficients", ({ x, y, degree, estimate, digits }) => {
    const fit = leastSquares(powers(x, degree), y);
    expect(fit.aliased).toEqual([]);
    estimate.forEach((value, k) => {
      expectClose(fit.coefficients[k]!, value, { rel: 10 ** -digits, abs: 0 }, `B${k}`);
    });
  });

  test.each(nist.cases.filter((c) => c.standardError !== null))("$name: standard errors", (c) => {
    const errors = standardErrors(powers(c.x, c.degree), c.y);
    const rel = c.name === "Filip" ? 1e-7 : 1e-11;
    c.standardError!.forEach((value, k) => {
      expectClose(errors[k]!, value, { rel, abs: 0 }, `B${k}`);
    });
  });

  test.each(nist.throughTheOrigin)("$name: one column and no constant", ({ x, y, estimate, standardError }) => {
    const design = fromColumns([x]);
    expectClose(leastSquares(design, y).coefficients[0]!, estimate, { rel: 1e-14, abs: 0 });
    expectClose(standardErrors(design, y)[0]!, standardError, { rel: 1e-13, abs: 0 });
  });

  test.skipIf(!sharedIsPresent)("Longley: 12 digits (reference/models lies beside the project)", () => {
    const d = witnessData("nist_longley") as Record<string, number[]>;
    const { expected } = witnessCase<{ estimate: number[]; se: number[] }>("regression", "nist_longley");
    const design = fromColumns([ones(16), ...["x1", "x2", "x3", "x4", "x5", "x6"].map((name) => d[name]!)]);
    const fit = leastSquares(design, d["y"]!);
    const errors = standardErrors(design, d["y"]!);
    expected.estimate.forEach((value, k) => {
      expectClose(fit.coefficients[k]!, value, { rel: 1e-12, abs: 0 });
      expectClose(errors[k]!, expected.se[k]!, { rel: 1e-12, abs: 0 });
    });
  });
});

describe("leastSquares: dependent columns", () => {
  const x = [1, 2, 4, 8, 3];
  const z = [0.1, 0.7, 0.2, 0.9, 0.4];

  test("the later column of a dependent set is aliased, and the fit is that without it", () => {
    const y = [2, 3, 5, 7, 11];
    const sum = x.map((value, i) => 3 * value - z[i]!);
    const fit = leastSquares(fromColumns([ones(5), x, z, sum]), y);
    const without = leastSquares(fromColumns([ones(5), x, z]), y);
    expect(fit.aliased).toEqual([3]);
    expect(fit.rank).toBe(3);
    expect(fit.coefficients[3]).toBe(0);
    fit.fitted.forEach((value, i) => {
      expectClose(value, without.fitted[i]!, { rel: 1e-13, abs: 0 });
    });
    expect(leastSquares(fromColumns([ones(5), sum, z, x]), y).aliased).toEqual([3]);
  });

  test("a constant column after the intercept, a column of zeros and a copy are aliased", () => {
    const design = fromColumns([ones(5), ones(5).map(() => 7), x, [0, 0, 0, 0, 0], x]);
    expect(leastSquares(design, [1, 0, 1, 0, 1]).aliased).toEqual([1, 3, 4]);
  });

  test("indicators of every level beside the intercept: the last is aliased", () => {
    const design = fromColumns([ones(5), [1, 1, 0, 0, 0], [0, 0, 1, 1, 0], [0, 0, 0, 0, 1]]);
    expect(leastSquares(design, [1, 2, 3, 4, 5]).aliased).toEqual([3]);
  });

  test("rows without weight cannot make a column independent", () => {
    const design = fromColumns([ones(5), x, [1, 2, 4, 8, 5]]);
    expect(leastSquares(design, [1, 0, 1, 0, 1]).aliased).toEqual([]);
    expect(leastSquares(design, [1, 0, 1, 0, 1], [1, 1, 1, 1, 0]).aliased).toEqual([2]);
  });

  test("more columns than rows: the surplus is aliased", () => {
    const design = fromColumns([ones(2), [1, 2], [4, 9]]);
    expect(leastSquares(design, [1, 0]).aliased).toEqual([2]);
  });

  test("a year and a date in milliseconds beside the intercept are not taken for constants", () => {
    const dates = [1.7e12, 1.7e12 + 86_400_000, 1.7e12 + 3 * 86_400_000, 1.7e12 + 4 * 86_400_000, 1.7e12];
    const design = fromColumns([ones(5), [2021, 2022, 2021, 2022, 2023], dates]);
    expect(leastSquares(design, [1, 0, 1, 0, 1]).aliased).toEqual([]);
  });
});

describe("leastSquares: laws", () => {
  const value = fc.double({ min: -100, max: 100, noNaN: true });
  const problem = fc
    .integer({ min: 6, max: 25 })
    .chain((rows) =>
      fc.record({
        x: fc.array(value, { minLength: rows, maxLength: rows }),
        z: fc.array(value, { minLength: rows, maxLength: rows }),
        y: fc.array(value, { minLength: rows, maxLength: rows }),
        w: fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: rows, maxLength: rows }),
      }),
    )
    .filter(({ x, z }) => leastSquares(fromColumns([ones(x.length), x, z]), x).aliased.length === 0)
    .filter(({ x, z }) => {
      const inverse = leastSquares(fromColumns([ones(x.length), x, z]), x).crossInverse.data;
      return inverse[0]! < 1e3 && inverse[4]! < 1e3 && inverse[8]! < 1e3;
    });

  test("weighted residuals are orthogonal to the design, and QᵀQ is the identity", () => {
    fc.assert(
      fc.property(problem, ({ x, z, y, w }) => {
        const design = fromColumns([ones(x.length), x, z]);
        const fit = leastSquares(design, y, w);
        const gradient = transposeTimes(design, fromColumns([fit.residuals.map((e, i) => e * w[i]!)]));
        for (const g of gradient.data) expect(Math.abs(g)).toBeLessThan(1e-7);
        const identity = transposeTimes(fit.orthogonal, fit.orthogonal);
        identity.data.forEach((v, k) => {
          expect(Math.abs(v - (k % 4 === 0 ? 1 : 0))).toBeLessThan(1e-13);
        });
        const trace = fit.leverage.reduce((total, h) => total + h, 0);
        expect(Math.abs(trace - 3)).toBeLessThan(1e-12);
      }),
    );
  });

  test("units do not matter: a column times 1e±150 has its coefficient divided by it", () => {
    fc.assert(
      fc.property(problem, fc.constantFrom(1e-150, 1e-9, 1e9, 1e150), ({ x, z, y, w }, unit) => {
        const fit = leastSquares(fromColumns([ones(x.length), x, z]), y, w);
        const scaled = leastSquares(fromColumns([ones(x.length), x.map((v) => v * unit), z]), y, w);
        expect(scaled.aliased).toEqual([]);
        const rel = { rel: 1e-9, abs: 1e-9 };
        expectClose(scaled.coefficients[1]! * unit, fit.coefficients[1]!, rel);
        expectClose(scaled.coefficients[2]!, fit.coefficients[2]!, rel);
        expectClose(Math.sqrt(scaled.crossInverse.data[4]!) * unit, Math.sqrt(fit.crossInverse.data[4]!), rel);
      }),
    );
  });

  test("whole weights are rows repeated", () => {
    fc.assert(
      fc.property(problem, ({ x, z, y }) => {
        const counts = x.map((_, i) => (i % 3) + 1);
        const repeat = (column: number[]) => column.flatMap((v, i) => new Array<number>(counts[i]!).fill(v));
        const weighted = leastSquares(fromColumns([ones(x.length), x, z]), y, counts);
        const repeated = leastSquares(fromColumns([repeat(ones(x.length)), repeat(x), repeat(z)]), repeat(y));
        for (let k = 0; k < 3; k++) {
          expectClose(weighted.coefficients[k]!, repeated.coefficients[k]!, { rel: 1e-9, abs: 1e-9 });
        }
        weighted.crossInverse.data.forEach((v, k) => {
          expectClose(v, repeated.crossInverse.data[k]!, { rel: 1e-8, abs: 1e-12 });
        });
      }),
    );
  });

  test("(X′WX)⁻¹ is R⁻¹(R⁻¹)′ and the inputs stay as they were", () => {
    const x = Float64Array.of(1, 2, 4, 8);
    const design = fromColumns([ones(4), x]);
    const before = Float64Array.from(design.data);
    const y = Float64Array.of(1, 3, 2, 5);
    const fit = leastSquares(design, y);
    // Σx = 15, Σx² = 85, n = 4: determinant 4·85 − 225 = 115
    expectClose(fit.crossInverse.data[0]!, 85 / 115, { rel: 1e-14, abs: 0 });
    expectClose(fit.crossInverse.data[1]!, -15 / 115, { rel: 1e-14, abs: 0 });
    expect(design.data).toEqual(before);
    expect(y).toEqual(Float64Array.of(1, 3, 2, 5));
    const row = [columnOfMatrix(fit.rootInverse, 0)[1]!, columnOfMatrix(fit.rootInverse, 1)[1]!];
    expectClose(row[0]! ** 2 + row[1]! ** 2, 4 / 115, { rel: 1e-14, abs: 0 });
  });
});
