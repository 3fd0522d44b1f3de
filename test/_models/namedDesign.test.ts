import { describe, expect, test } from "vitest";
import { buildDesign, refuseCollinear, refuseTooFewRows } from "../../src/_models/namedDesign.ts";
import { columnOfMatrix } from "../../src/_numeric/matrix.ts";
import { KithpathError } from "../../src/errors.ts";
import { toTable } from "../../src/table.ts";

const table = toTable({
  age: [30, 40, 50, 60],
  site: ["b", "a", "c", "a"],
  sex: ["f", "m", "f", "m"],
  "ratio a:b": [1, 2, 3, 5],
});

describe("buildDesign", () => {
  test("the intercept first, numbers as they are, categories as indicators against the first level in code-point order", () => {
    const { names, columns, design, references } = buildDesign(table, ["age", "site"]);
    expect(names).toEqual(["(Intercept)", "age", "site: b", "site: c"]);
    expect(columns.map((column) => column.variable)).toEqual(["(Intercept)", "age", "site", "site"]);
    expect([...columnOfMatrix(design, 2)]).toEqual([1, 0, 0, 0]);
    expect([...columnOfMatrix(design, 3)]).toEqual([0, 0, 1, 0]);
    expect(references).toEqual({ site: "a" });
  });

  test("extra columns stand right after the intercept", () => {
    const extra = { name: "mentored", variable: "mentored", values: Float64Array.of(0, 1, 0, 1), reference: "0" };
    const { names, references, design } = buildDesign(table, ["age"], [extra]);
    expect(names).toEqual(["(Intercept)", "mentored", "age"]);
    expect(references).toEqual({ mentored: "0" });
    expect([...columnOfMatrix(design, 1)]).toEqual([0, 1, 0, 1]);
  });

  test("a:b enters as products and its categories keep their reference; a column of that very name wins", () => {
    const products = buildDesign(table, ["age:sex"]);
    expect(products.names).toEqual(["(Intercept)", "age × sex: m"]);
    expect([...columnOfMatrix(products.design, 1)]).toEqual([0, 40, 0, 60]);
    expect(products.references).toEqual({ sex: "f" });
    expect(buildDesign(table, ["ratio a:b"]).names).toEqual(["(Intercept)", "ratio a:b"]);
  });

  test("an unknown column is refused by name", () => {
    expect(() => buildDesign(table, ["age", "Site"])).toThrow(
      expect.objectContaining({ code: "unknown-column", remedy: 'Did you mean "site"?' }),
    );
  });

  test("a category with one level is refused", () => {
    const one = toTable({ site: ["a", "a"] });
    expect(() => buildDesign(one, ["site"])).toThrow(expect.objectContaining({ code: "constant-column" }));
  });
});

describe("refusals shared by the models", () => {
  test("collinear names the dependent columns", () => {
    expect(() => refuseCollinear("ancova", [], ["(Intercept)"])).not.toThrow();
    try {
      refuseCollinear("ancova", [2], ["(Intercept)", "age", "birth year"]);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(KithpathError);
      expect((error as KithpathError).code).toBe("collinear");
      expect((error as KithpathError).message).toContain('"birth year"');
    }
  });

  test("rows must exceed coefficients", () => {
    expect(() => refuseTooFewRows("ancova", 4, 3)).not.toThrow();
    expect(() => refuseTooFewRows("ancova", 3, 3)).toThrow(expect.objectContaining({ code: "too-few-rows" }));
  });
});
