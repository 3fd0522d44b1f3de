import { describe, expect, test } from "vitest";
import { designColumns } from "../src/design.ts";
import { toTable } from "../src/table.ts";
import { refusalOf } from "./support/refusal.ts";

const table = toTable({
  age: [20, 30, 40],
  drug: ["heroin", "alcohol", "cocaine"],
  one: ["x", "x", "x"],
  "a:b": [1, 2, 3],
});

describe("a term as design columns", () => {
  test("numbers stand as they are", () =>
    expect(designColumns(table, "age")[0]).toMatchObject({ name: "age", reference: null }));

  test("a category becomes indicators against its first level", () => {
    expect(designColumns(table, "drug").map(({ name, reference, values }) => [name, reference, ...values])).toEqual([
      ["drug: cocaine", "alcohol", 0, 0, 1],
      ["drug: heroin", "alcohol", 1, 0, 0],
    ]);
  });

  test("a product multiplies the columns of its parts", () => {
    expect(designColumns(table, "age:drug").map(({ name, values }) => [name, ...values])).toEqual([
      ["age × drug: cocaine", 0, 0, 40],
      ["age × drug: heroin", 20, 0, 0],
    ]);
  });

  test("a column that has a colon in its name is itself", () =>
    expect([...designColumns(table, "a:b")[0]!.values]).toEqual([1, 2, 3]));

  test("a category with one level is refused", () =>
    expect(refusalOf(() => designColumns(table, "one")).code).toBe("constant-column"));
});
