import { describe, expect, test } from "vitest";
import { type ParseOptions, parseCohort, toCohort } from "../../src/cohort/index.ts";
import { refusal } from "./refusal.ts";

const refused = (csv: string, options: ParseOptions = {}) => refusal(() => parseCohort(csv, options));

describe("parseCohort refuses, with a code and the place,", () => {
  test.each([
    ["an empty file", "", "empty-file"],
    ["a file of blanks", " \n\n", "empty-file"],
    ["a header only", "id,x\n", "no-rows"],
    ["a spreadsheet", "PK\u0003\u0004…", "not-text"],
    ["binary data", "a,b\n1,\u0000\n", "not-text"],
  ])("%s", (_, csv, code) => {
    expect(refused(csv).code).toBe(code);
  });

  test("a header that stands twice, naming both places", () => {
    const error = refused("id,x,x\n1,2,3\n");
    expect(error.code).toBe("duplicate-header");
    expect(error.message).toContain("columns 2 and 3");
    expect(error.where).toEqual({ line: 1, column: "x" });
  });

  test("a header without a name", () => {
    expect(refused("id,,x\n1,2,3\n")).toMatchObject({ code: "empty-header", where: { line: 1 } });
  });

  test("a row with too few or too many cells, by line, even after a quoted line end", () => {
    const error = refused('a,b\n"1\n1",2\n3\n4,5,6\n');
    expect(error.code).toBe("ragged-row");
    expect(error.problems.map((problem) => problem.where)).toEqual([
      { line: 4, row: 2 },
      { line: 5, row: 3 },
    ]);
    expect(error.problems[0]).toMatchObject({ expected: "2 cells", received: "1 cell" });
  });

  test("a quotation mark that is never closed, at the line that opens it", () => {
    expect(refused('a,b\n1,2\n3,"4\n5,6\n')).toMatchObject({ code: "unclosed-quote", where: { line: 3 } });
  });

  test("a quotation mark inside a cell", () => {
    expect(refused('a,b\n1,5 foot 10"\n')).toMatchObject({ code: "misplaced-quote", where: { line: 2 } });
    expect(refused('a,b\n1,"x"y\n')).toMatchObject({ code: "misplaced-quote", where: { line: 2 } });
  });

  test("a person who is there twice, naming both rows", () => {
    const error = refused("id,x\nA,1\nB,2\nA,3\n", { id: "id" });
    expect(error.code).toBe("duplicate-id");
    expect(error.message).toContain("rows 1 and 3");
    expect(error.where).toEqual({ line: 4, row: 3, column: "id" });
  });

  test("a person who is there twice at one wave, but not at two", () => {
    expect(parseCohort("id,wave\nA,0\nA,6\n", { id: "id", wave: "wave" }).rows).toBe(2);
    expect(refused("id,wave\nA,0\nA,0\n", { id: "id", wave: "wave" }).code).toBe("duplicate-id");
  });

  test("a row without an id", () => {
    expect(refused("id,x\nA,1\n,2\n", { id: "id" })).toMatchObject({ code: "missing-id", where: { row: 2 } });
  });

  test("a text in a declared number column", () => {
    const error = refused("x\n1\nabc\n", { columns: { x: { type: "number" } } });
    expect(error).toMatchObject({
      code: "text-in-number-column",
      received: '"abc"',
      where: { line: 3, row: 2, column: "x" },
    });
  });

  test("a few texts in an undeclared column that is mostly numbers", () => {
    const cells = [1, 2, 3, 4, 5, 6, 7, 8, 9, "n/k"];
    const csv = `x\n${cells.join("\n")}\n`;
    expect(refused(csv)).toMatchObject({ code: "text-in-number-column", where: { row: 10 } });
    expect(parseCohort(csv, { missing: ["n/k"] }).rows).toBe(10);
    expect(parseCohort(csv, { columns: { x: { type: "category" } } }).rows).toBe(10);
  });

  test.each(["3,5", "1,234", "<5", "80 %"])("numbers in other clothes: %s", (cell) => {
    expect(refused(`x,y\n"${cell}",1\n"${cell}",2\n`).code).toBe("text-in-number-column");
  });

  test("half numbers, half texts: read as categories, with an issue", () => {
    const cohort = parseCohort("x\n1\nb\n");
    expect(cohort.issues.map((issue) => issue.code)).toEqual(["mixed-column"]);
  });

  test("two decimal marks in one file", () => {
    expect(refused("a;b\n1,5;2.5\n").code).toBe("mixed-decimal-marks");
    expect(refused("a;b\n1,5;2.5\n", { decimal: "." }).code).toBe("text-in-number-column");
  });

  test("a number too large for a number", () => {
    expect(refused("x\n1e999\n")).toMatchObject({ code: "infinite-value", where: { row: 1, column: "x" } });
  });

  test("a value outside the declared levels", () => {
    const error = refused("g\na\nc\n", { columns: { g: { levels: ["a", "b"] } } });
    expect(error).toMatchObject({ code: "unknown-level", expected: "a, b", received: '"c"' });
  });

  test("settings for columns that are not there, suggesting the nearest", () => {
    const error = refused("person,wellbeing_0\n1,2\n", {
      id: "persn",
      columns: { welbeing_0: { type: "number" } },
      missing: { nothing: ["1"] },
    });
    expect(error.code).toBe("unknown-column");
    expect(error.problems.map((problem) => problem.remedy)).toEqual([
      'Did you mean "person"?',
      'Did you mean "wellbeing_0"?',
      undefined,
    ]);
  });

  test("a file larger or wider than allowed", () => {
    expect(refused("a,b\n1,2\n", { maxBytes: 3 }).code).toBe("too-large");
    expect(refused("a,b\n1,2\n", { maxColumns: 1 }).code).toBe("too-many-columns");
  });

  test("everything at once when several kinds of problem are there", () => {
    const error = refused("id,x,g\nA,1,a\nA,q,z\n,3,a\n", {
      id: "id",
      columns: { x: { type: "number" }, g: { levels: ["a"] } },
    });
    expect(error.code).toBe("file-problems");
    expect(error.problems.map((problem) => problem.code).sort()).toEqual([
      "duplicate-id",
      "missing-id",
      "text-in-number-column",
      "unknown-level",
    ]);
  });

  test("ten thousand wrong cells, telling twenty and counting all", () => {
    const error = refused(`x\n${"bad\n".repeat(10_000)}`, { columns: { x: { type: "number" } } });
    expect(error.problems).toHaveLength(21);
    expect(error.message).toContain("10000 problems");
    expect(error.problems.at(-1)!.message).toContain("10000 in all");
  });

  test.each([
    ["an unknown option", { delimeter: ";" }, "unknown-option"],
    ["an unknown delimiter", { delimiter: ":" }, "invalid-option"],
    ["a comma as both marks", { delimiter: ",", decimal: "," }, "invalid-option"],
    ["a wave without an id", { wave: "wave" }, "invalid-option"],
    ["missing codes that are no list", { missing: "NA" }, "invalid-option"],
    ["an unknown type", { columns: { a: { type: "date" } } }, "invalid-option"],
    ["an unknown key in a declaration", { columns: { a: { kind: "number" } } }, "unknown-option"],
    ["levels that repeat", { columns: { a: { levels: ["x", "x"] } } }, "invalid-option"],
    ["levels of a number", { columns: { a: { type: "number", levels: ["1"] } } }, "invalid-option"],
  ])("%s", (_, options, code) => {
    expect(refused("a,b\n1,2\n", options as ParseOptions).code).toBe(code);
  });

  test("what is neither text nor bytes", () => {
    expect(refusal(() => parseCohort([] as unknown as string)).code).toBe("not-text");
  });
});

describe("toCohort refuses", () => {
  test("a duplicated id, a missing one, no rows, unequal columns, an infinite value, what is no data", () => {
    expect(refusal(() => toCohort([{ id: 1 }, { id: 1 }], { id: "id" })).code).toBe("duplicate-id");
    expect(refusal(() => toCohort([{ id: 1 }, { id: null }], { id: "id" })).code).toBe("missing-id");
    expect(refusal(() => toCohort([])).code).toBe("no-rows");
    expect(refusal(() => toCohort({ a: [1], b: [1, 2] })).code).toBe("unequal-columns");
    expect(refusal(() => toCohort({ a: [Number.POSITIVE_INFINITY] })).code).toBe("infinite-value");
    expect(refusal(() => toCohort("a,b" as unknown as [])).code).toBe("not-data");
    expect(refusal(() => toCohort([null] as unknown as [])).code).toBe("not-data");
  });

  test("a text among numbers, with its row", () => {
    const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, "ten"];
    expect(refusal(() => toCohort({ x }))).toMatchObject({ code: "text-in-number-column", where: { row: 10 } });
  });
});
