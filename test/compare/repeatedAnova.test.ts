import { describe, expect, test } from "vitest";
import {
  pairedT,
  type RepeatedAnova,
  type RepeatedAnovaSpec,
  repeatedAnova,
  repeatedMeasures,
} from "../../src/compare/index.ts";
import { linearModel } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose } from "../support/witness.ts";

type Columns = Record<string, Cell[]>;

const exact = { rel: 1e-10, abs: 1e-12 };

/** People by waves, a row each. */
function long(
  outcomes: number[][],
  months: number[],
  more: (person: number) => Record<string, Cell> = () => ({}),
): Columns {
  const rows = outcomes.flatMap((waves, person) =>
    waves.map((y, wave) => ({ person: person + 1, month: months[wave]!, y, ...more(person) })),
  );
  return Object.fromEntries(
    Object.keys(rows[0]!).map((name) => [name, rows.map((row) => (row as Record<string, Cell>)[name]!)]),
  );
}

const spec: RepeatedAnovaSpec = { outcome: "y", person: "person", within: ["month"] };

describe("by hand: four people at three waves", () => {
  const outcomes = [
    [1, 2, 6],
    [2, 6, 7],
    [3, 4, 2],
    [2, 4, 9],
  ];
  const result = repeatedAnova(long(outcomes, [0, 6, 12]), spec);
  const [month] = result.effects;

  test("wave means 2, 4, 6: SS 4(4 + 0 + 4) = 32; total 68, people 3(1 + 1 + 1 + 1) = 12, error 24", () => {
    expectClose(month!.sumOfSquares, 32, exact);
    expectClose(month!.errorSumOfSquares, 24, exact);
    expect([month!.df1, month!.df2]).toEqual([2, 6]);
    expectClose(month!.statistic, 32 / 2 / (24 / 6), exact);
    expectClose(month!.partialEtaSquared, 32 / 56, exact);
    expectClose(month!.generalizedEtaSquared, 32 / 68, exact);
    expect(result.cells.map((cell) => [cell.levels["month"], cell.n, cell.mean])).toEqual([
      ["0", 4, 2],
      ["6", 4, 4],
      ["12", 4, 6],
    ]);
  });

  test("the mean 4 against 0: SS 12·16 = 192, error the 12 of people", () => {
    expectClose(result.intercept.sumOfSquares, 192, exact);
    expectClose(result.intercept.errorSumOfSquares, 12, exact);
    expectClose(result.intercept.statistic, 48, exact);
  });

  test("Greenhouse and Geisser's ε by Box's formula: 9(12 − 4)² / (2(792 − 6·80 + 9·16)) = 12/19", () => {
    // products of the centred waves: 2 8 26 on the diagonal, 2 −4 2 beside it; row means 0 4 8, overall 4, squares 792
    const { greenhouseGeisser, huynhFeldt } = month!.sphericity!;
    expectClose(greenhouseGeisser.epsilon, 12 / 19, exact);
    expectClose(greenhouseGeisser.df2, 6 * (12 / 19), exact);
    // (4·2·12/19 − 2) / (2(3 − 2·12/19)) = (96 − 38) / (2(57 − 24))
    expectClose(huynhFeldt!.epsilon, 58 / 66, exact);
  });
});

/** 14 people in arms of 8 and 6, at four waves, without a random generator. */
const outcomes = Array.from({ length: 14 }, (_, i) =>
  [0, 1, 2, 3].map((wave) => 40 + ((i * 7) % 5) + wave * (i < 8 ? 2 : 1) + ((i * 13 + wave * 11) % 9) / 2),
);
const arms = (person: number) => ({ arm: person < 8 ? "mentored" : "usual" });
const data = long(outcomes, [0, 3, 6, 12], arms);
const mixed: RepeatedAnovaSpec = { ...spec, between: ["arm"] };
const figures = ({ effects }: RepeatedAnova) =>
  effects.flatMap(({ statistic, pValue, generalizedEtaSquared, sphericity }) => [
    statistic,
    pValue,
    generalizedEtaSquared,
    sphericity?.mauchly?.pValue ?? 0,
    sphericity?.greenhouseGeisser.pValue ?? 0,
    sphericity?.huynhFeldt?.epsilon ?? 0,
  ]);
const expectSame = (actual: number[], expected: number[], tolerance = { rel: 1e-8, abs: 1e-12 }) => {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, k) => {
    expectClose(value, expected[k]!, tolerance, String(k));
  });
};
const reordered = (columns: Columns, order: number[]): Columns =>
  Object.fromEntries(Object.entries(columns).map(([name, cells]) => [name, order.map((row) => cells[row]!)]));

describe("laws", () => {
  const result = repeatedAnova(data, mixed);

  test("the order of rows and of levels does not matter", () => {
    const order = Array.from({ length: 56 }, (_, i) => (i * 23) % 56);
    expectSame(figures(repeatedAnova(reordered(data, order), mixed)), figures(result));
    const renamed = {
      ...data,
      arm: data["arm"]!.map((arm) => (arm === "usual" ? "a" : "b")),
      month: data["month"]!.map((month) => `${12 - Number(month)} months left`),
    };
    expectSame(figures(repeatedAnova(renamed, mixed)), figures(result));
  });

  test.each([1e-6, 1e6])("the outcome times %d and shifted: the same tests", (factor) => {
    const changed = { ...data, y: (data["y"] as number[]).map((y) => factor * (y - 30)) };
    expectSame(figures(repeatedAnova(changed, mixed)), figures(result), { rel: 1e-7, abs: 1e-12 });
  });

  test("everyone twice: sums of squares double, ε stays", () => {
    const twice = long([...outcomes, ...outcomes], [0, 3, 6, 12], (person) => arms(person % 14));
    repeatedAnova(twice, mixed).effects.forEach((row, k) => {
      const once = result.effects[k]!;
      expectSame([row.sumOfSquares, row.errorSumOfSquares], [2 * once.sumOfSquares, 2 * once.errorSumOfSquares]);
      expectSame([row.sphericity?.greenhouseGeisser.epsilon ?? 1], [once.sphericity?.greenhouseGeisser.epsilon ?? 1]);
    });
  });

  test("two waves: F is the square of the paired t; with arms the square of t between their changes", () => {
    const two = outcomes.map(([before, , , after]) => [before!, after!]);
    const paired = pairedT({ before: two.map(([before]) => before!), after: two.map(([, after]) => after!) });
    const [month] = repeatedAnova(long(two, [0, 12]), spec).effects;
    expectSame([month!.statistic, month!.pValue], [paired.statistic ** 2, paired.pValue]);
    expect(month!.sphericity).toBeNull();
    const change = linearModel(
      { change: two.map(([before, after]) => after! - before!), arm: two.map((_, person) => arms(person).arm) },
      { outcome: "change", terms: ["arm"] },
    ).coefficients[1]!;
    const interaction = repeatedAnova(long(two, [0, 12], arms), mixed).effects.at(-1)!;
    expect(interaction.effect).toBe("arm × month");
    expectSame([interaction.statistic, interaction.pValue], [change.statistic ** 2, change.pValue]);
  });

  test("complete people: the error mean squares are those of compound symmetry by restricted likelihood", () => {
    const { residual } = repeatedMeasures(data, {
      ...{ outcome: "y", person: "person", wave: "month", correlation: "compound-symmetry" },
      terms: ["month", "arm", "month:arm"],
    });
    const [between, within] = [result.effects[0]!, result.effects[1]!];
    const variance = residual.covariance[0]![0]!;
    const shared = residual.covariance[0]![1]!;
    expectClose(within.errorSumOfSquares / within.df2, variance - shared, { rel: 1e-9, abs: 0 });
    expectClose(between.errorSumOfSquares / between.df2, variance + 3 * shared, { rel: 1e-9, abs: 0 });
  });

  test("people who lack a wave are left out with all their rows, and counted", () => {
    const gaps = { ...data, y: [null, ...data["y"]!.slice(1)] };
    const { n, dropped, notes } = repeatedAnova(gaps, mixed);
    expect([n, dropped]).toEqual([
      13,
      {
        rowsIn: 56,
        rowsUsed: 52,
        reasons: [
          { reason: "missing", variable: "y", rows: 1 },
          { reason: "incomplete-person", variable: "person", rows: 3 },
        ],
      },
    ]);
    expect(notes.map(({ code }) => code)).toEqual(["incomplete-people"]);
  });
});

describe("refusals", () => {
  const codeOf = (columns: Columns, more: Partial<RepeatedAnovaSpec> = {}) =>
    refusalOf(() => repeatedAnova(columns, { ...mixed, ...more })).code;

  test("unknown options and columns, factors that are no list, a column in two roles", () => {
    expect(codeOf(data, { covariates: [] } as Partial<RepeatedAnovaSpec>)).toBe("unknown-option");
    expect(codeOf(data, { within: "month" as unknown as string[] })).toBe("invalid-option");
    expect(codeOf(data, { within: [] })).toBe("invalid-option");
    expect(codeOf(data, { within: ["month", "month"] })).toBe("invalid-option");
    expect(codeOf(data, { within: ["wave"] })).toBe("unknown-column");
    expect(codeOf(data, { between: ["month"] })).toBe("repeated-variable");
    expect(codeOf({ ...data, y: data["arm"]! })).toBe("not-numeric");
  });

  test("two rows of a person at a wave, with their row; a factor between people that changes", () => {
    const twice = { ...data, month: data["month"]!.map((month, row) => (row === 1 ? 0 : month)) };
    const refusal = refusalOf(() => repeatedAnova(twice, mixed));
    expect([refusal.code, refusal.where]).toEqual(["repeated-wave", { row: 2, column: "month" }]);
    const changing = refusalOf(() =>
      repeatedAnova({ ...data, arm: data["arm"]!.map((arm, row) => (row === 2 ? "usual" : arm)) }, mixed),
    );
    expect([changing.code, changing.where]).toEqual(["varies-within-person", { row: 3, column: "arm" }]);
  });

  test("one wave, one arm, an empty group, too few people, nobody complete", () => {
    expect(codeOf({ ...data, month: data["person"]!.map(() => 0), person: data["person"]!.map((_, row) => row) })).toBe(
      "constant-column",
    );
    expect(codeOf({ ...data, arm: data["arm"]!.map(() => "usual") })).toBe("constant-column");
    const site = data["arm"]!.map((arm, row) =>
      arm === "usual" || Number(data["person"]![row]) < 4 ? "north" : "south",
    );
    expect(codeOf({ ...data, site }, { between: ["arm", "site"] })).toBe("empty-cell");
    expect(codeOf(long(outcomes.slice(0, 1), [0, 3, 6, 12]), { between: [] })).toBe("too-few-people");
    expect(codeOf({ ...data, month: data["month"]!.map((month, row) => (row % 4 === 3 ? 100 + row : month)) })).toBe(
      "no-complete-rows",
    );
  });

  test("a constant outcome; changes that are the same for everybody", () => {
    expect(codeOf({ ...data, y: data["y"]!.map(() => 5) })).toBe("constant-outcome");
    const same = outcomes.map((_, person) => [0, 1, 2, 3].map((wave) => person + wave ** 2));
    expect(codeOf(long(same, [0, 3, 6, 12], arms))).toBe("perfect-fit");
  });
});
