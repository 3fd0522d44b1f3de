import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { influence, linearModel } from "../../src/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";

const digits = { rel: 1e-9, abs: 1e-11 };

describe.skipIf(!sharedIsPresent)("influence against R (needs the reference folder)", () => {
  test("hat values, Cook's distances and residuals of the anorexia trial", () => {
    const { cases } = JSON.parse(sharedText("reference/models/regression.json"));
    const { expected, tolerance } = cases.find(({ id }: { id: string }) => id === "influence");
    const data = plainColumns(sharedText("reference/models/data/anorexia.csv"));
    const { rows } = influence(data as Record<string, (number | string)[]>, {
      outcome: "post",
      terms: ["pre", "treat"],
    });
    rows.forEach((row, i) => {
      expectClose(row.leverage, expected.hat[i], tolerance, `hat ${i}`);
      expectClose(row.cooksDistance, expected.cook[i], tolerance, `cook ${i}`);
      expectClose(row.studentizedResidual, expected.rstudent[i], tolerance, `rstudent ${i}`);
      expectClose(row.standardizedResidual, expected.rstandard[i], tolerance, `rstandard ${i}`);
    });
  });
});

const people = {
  wellbeing: [41, 44, 50, 52, 47, 85, 60, 49],
  mentored: [0, 0, 0, 1, 1, 1, 0, 1],
  age: [30, 42, 51, 28, 33, 46, 25, 39],
  w: [1, 2, 1, 0.5, 3, 1, 2, 1.5],
};

describe("influence by hand", () => {
  test("of three people about their mean: each has leverage 1/3", () => {
    // residuals −2, −1, 3; s² = 14/2 = 7; standardised by √(7·2/3); without the third: mean 2.5, s² = 0.5
    const { rows } = influence({ y: [2, 3, 7] }, { outcome: "y", terms: [] });
    for (const { leverage } of rows) expectClose(leverage, 1 / 3, digits);
    expectClose(rows[2]!.standardizedResidual, 3 / Math.sqrt(14 / 3), digits);
    expectClose(rows[2]!.studentizedResidual, 3 / Math.sqrt((0.5 * 2) / 3), digits);
    expectClose(rows[2]!.cooksDistance, (9 / (14 / 3)) * (1 / 3 / (2 / 3)), digits);
    // leaving out 7 moves the mean from 4 to 2.5: 1.5 in units of √(0.5/3)
    expectClose(rows[2]!.dfbetas[0]!, 1.5 / Math.sqrt(0.5 / 3), digits);
  });
});

describe("influence by its laws", () => {
  test.each([undefined, "w"] as const)("dfbetas are what a refit without the person shows (weights: %s)", (weights) => {
    const spec = { outcome: "wellbeing", terms: ["mentored", "age"], ...(weights === undefined ? {} : { weights }) };
    const whole = linearModel(people, spec);
    const { rows } = influence(people, spec);
    rows.forEach(({ dfbetas }, left) => {
      const without = (values: number[]) => values.filter((_, row) => row !== left);
      const rest = Object.fromEntries(Object.entries(people).map(([name, values]) => [name, without(values)]));
      const refit = linearModel(rest, spec);
      dfbetas.forEach((moved, k) => {
        const unscaled = whole.coefficients[k]!.standardError! / whole.residualStandardDeviation;
        const expected =
          (whole.coefficients[k]!.estimate - refit.coefficients[k]!.estimate) /
          (refit.residualStandardDeviation * unscaled);
        expectClose(moved, expected, { rel: 1e-8, abs: 1e-10 }, `row ${left} coefficient ${k}`);
      });
    });
  });

  test("leverages add up to the number of coefficients, in any units of the columns", () => {
    fc.assert(
      fc.property(fc.double({ min: -100, max: 100, noNaN: true }), (power) => {
        const scaled = { ...people, age: people.age.map((age) => age * 10 ** power) };
        const { rows } = influence(scaled, { outcome: "wellbeing", terms: ["mentored", "age"] });
        expectClose(
          rows.reduce((total, { leverage }) => total + leverage, 0),
          3,
          digits,
        );
      }),
    );
  });
});

describe("influence", () => {
  test("names rows by their place in the data, and counts those left out", () => {
    const { rows, dropped } = influence(
      { ...people, age: [30, null, 51, 28, 33, 46, 25, 39] },
      { outcome: "wellbeing", terms: ["age"] },
    );
    expect(rows.map(({ row }) => row)).toEqual([1, 3, 4, 5, 6, 7, 8]);
    expect(dropped.reasons).toEqual([{ reason: "missing", variable: "age", rows: 1 }]);
  });

  test("says null, with a note, of a person whom the model fits alone", () => {
    const result = influence({ ...people, only: [0, 0, 0, 0, 0, 0, 0, 1] }, { outcome: "wellbeing", terms: ["only"] });
    expect(result.rows[7]).toMatchObject({ cooksDistance: null, dffits: null, dfbetas: [null, null] });
    expect(result.notes.map(({ code }) => code)).toEqual(["fitted-exactly"]);
  });

  test("refuses what linearModel refuses, in its own name", () => {
    const refusal = refusalOf(() =>
      influence({ ...people, again: people.age }, { outcome: "wellbeing", terms: ["age", "again"] }),
    );
    expect(refusal.code).toBe("collinear");
    expect(refusal.message).toContain("influence");
    expect(refusalOf(() => influence(people, { outcome: "wellbeing", terms: [], level: 0.9 } as never)).code).toBe(
      "unknown-option",
    );
  });
});
