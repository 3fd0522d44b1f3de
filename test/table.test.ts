import { describe, expect, test } from "vitest";
import { categoriesOf, columnOf, completeRows, numbersOf, takeRows, toTable } from "../src/table.ts";
import { refusalOf } from "./support/refusal.ts";

describe("data as a table", () => {
  const rows = [
    { id: 1, arm: "mentor", score: 3, seen: true },
    { id: 2, arm: "usual", score: null, seen: false },
    { id: 3, arm: null, score: Number.NaN, seen: true },
  ];
  const columns = {
    id: [1, 2, 3],
    arm: ["mentor", "usual", null],
    score: [3, null, Number.NaN],
    seen: [true, false, true],
  };

  test("rows and columns give the same table", () => expect(toTable(rows)).toEqual(toTable(columns)));

  test("numbers and booleans are numeric, text is a category with levels in code-point order", () => {
    const table = toTable({ arm: ["b", "a", "B"], flag: [true, false, true] });
    expect(table.columns.get("arm")).toMatchObject({ kind: "category", levels: ["B", "a", "b"] });
    expect([...numbersOf(table, "flag")]).toEqual([1, 0, 1]);
  });

  test("a key that only some rows have is missing in the others", () => {
    expect(completeRows(toTable([{ a: 1 }, { a: 2, b: 3 }]), ["a", "b"]).dropped.reasons).toEqual([
      { reason: "missing", variable: "b", rows: 1 },
    ]);
  });

  test("__proto__ as a column name is a column and pollutes nothing", () => {
    const table = toTable(JSON.parse('[{"__proto__": 1, "a": 2}]'));
    expect([...numbersOf(table, "__proto__")]).toEqual([1]);
    expect(({} as Record<string, unknown>)["a"]).toBeUndefined();
  });

  test("the empty table has no rows", () => expect(toTable([]).rows).toBe(0));

  test("what is no data is refused", () => {
    expect(refusalOf(() => toTable(null as never)).code).toBe("not-data");
    expect(refusalOf(() => toTable([1] as never)).code).toBe("not-data");
    expect(refusalOf(() => toTable({ a: 1 } as never)).code).toBe("not-data");
    expect(refusalOf(() => toTable({ a: [1, 2], b: [1] })).code).toBe("unequal-columns");
    expect(refusalOf(() => toTable({ a: [1, Number.POSITIVE_INFINITY] }))).toMatchObject({
      code: "infinite-value",
      where: { row: 2, column: "a" },
    });
  });
});

describe("columns by name", () => {
  const table = toTable({ Age: [1, 2], arm: ["x", "y"] });
  test("an unknown name is refused with the nearest one", () => {
    expect(refusalOf(() => columnOf(table, "age"))).toMatchObject({
      code: "unknown-column",
      remedy: 'Did you mean "Age"?',
    });
  });
  test("text where numbers are needed is refused", () =>
    expect(refusalOf(() => numbersOf(table, "arm")).code).toBe("not-numeric"));
  test("numbers as categories are in numeric order", () => {
    expect(categoriesOf(toTable({ n: [10, 9, 2, Number.NaN] }), "n")).toMatchObject({
      levels: ["2", "9", "10"],
      codes: Int32Array.of(2, 1, 0, -1),
    });
  });
});

describe("complete rows", () => {
  const table = toTable({ a: [1, null, 3, null], b: [null, null, 3, 4] });
  test("each row that is left out is counted once, under its first missing variable", () => {
    expect(completeRows(table, ["a", "b"])).toEqual({
      rows: Int32Array.of(2),
      dropped: {
        rowsIn: 4,
        rowsUsed: 1,
        reasons: [
          { reason: "missing", variable: "b", rows: 1 },
          { reason: "missing", variable: "a", rows: 2 },
        ],
      },
    });
  });
  test("taking rows keeps their order", () => expect([...numbersOf(takeRows(table, [3, 2]), "b")]).toEqual([4, 3]));
});
