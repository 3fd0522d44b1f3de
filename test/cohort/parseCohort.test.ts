import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCohort, toCohort } from "../../src/cohort/index.ts";
import { categoriesOf, columnOf, numbersOf } from "../../src/table.ts";
import { plainColumns, sharedIsPresent, sharedText } from "../support/witness.ts";
import { refusal } from "./refusal.ts";

const numbers = (csv: string | Uint8Array, name: string, options = {}) =>
  Array.from(numbersOf(parseCohort(csv, options), name));
const bytes = (...parts: (string | number[])[]) =>
  new Uint8Array(parts.flatMap((part) => (typeof part === "string" ? [...new TextEncoder().encode(part)] : part)));

describe("parseCohort reads", () => {
  test("numbers as numbers, texts as categories in code-point order, blanks as missing", () => {
    const cohort = parseCohort("id,age,stage\n1,34,plan\n2,,action\n3,41.5,\n");
    expect(Array.from(numbersOf(cohort, "age"))).toEqual([34, Number.NaN, 41.5]);
    expect(columnOf(cohort, "stage")).toMatchObject({ levels: ["action", "plan"], codes: Int32Array.of(1, 0, -1) });
    expect(cohort.missingCodes).toEqual([
      { column: "age", code: "", count: 1 },
      { column: "stage", code: "", count: 1 },
    ]);
  });

  test("the id as text, so that 001 stays 001", () => {
    expect(columnOf(parseCohort("id,x\n001,1\n002,2\n", { id: "id" }), "id")).toMatchObject({
      levels: ["001", "002"],
    });
  });

  test("an undeclared column with leading zeros as text, and says so", () => {
    const cohort = parseCohort("clinic,x\n01,1\n02,2\n");
    expect(columnOf(cohort, "clinic").kind).toBe("category");
    expect(cohort.issues.map((issue) => issue.code)).toEqual(["leading-zeros"]);
    expect(numbers("clinic,x\n01,1\n02,2\n", "clinic", { columns: { clinic: { type: "number" } } })).toEqual([1, 2]);
  });

  test.each([
    [",", "a,b\n1,2\n"],
    [";", "a;b\n1;2\n"],
    ["\t", "a\tb\n1\t2\n"],
    ["|", "a|b\n1|2\n"],
  ])("a file delimited by %j without being told", (delimiter, csv) => {
    const cohort = parseCohort(csv);
    expect(cohort.source).toMatchObject({ delimiter, rows: 1, columns: 2 });
    expect(Array.from(numbersOf(cohort, "b"))).toEqual([2]);
  });

  test("a delimiter in a quoted header does not count", () => {
    expect(parseCohort('"a;b;c",d\n1,2\n').source.delimiter).toBe(",");
  });

  test("a decimal comma where the delimiter is a semicolon", () => {
    const cohort = parseCohort("a;b\n1,5;2\n-0,25;3\n");
    expect(Array.from(numbersOf(cohort, "a"))).toEqual([1.5, -0.25]);
    expect(cohort.source.decimal).toBe(",");
  });

  test("quotes: delimiters, doubled quotes and line ends inside a cell", () => {
    const cohort = parseCohort('name,x\n"Doe, ""J""\nsen.",1\nb,2\n');
    expect(categoriesOf(cohort, "name").levels).toEqual(['Doe, "J"\nsen.', "b"]);
  });

  test.each([
    ["\\n", "\n"],
    ["\\r\\n", "\r\n"],
    ["\\r", "\r"],
  ])("lines that end in %s", (_, end) => {
    expect(numbers(["a,b", "1,2", "3,4", ""].join(end), "b")).toEqual([2, 4]);
  });

  test("a byte order mark, in bytes and in text", () => {
    expect(numbers(bytes([0xef, 0xbb, 0xbf], "a,b\n1,2\n"), "a")).toEqual([1]);
    expect(numbers("\uFEFFa,b\n1,2\n", "a")).toEqual([1]);
  });

  test("UTF-16 with its mark, as spreadsheets write it", () => {
    const text = [..."a\tb\n1\t2\n"].flatMap((letter) => [letter.charCodeAt(0), 0]);
    expect(numbers(new Uint8Array([0xff, 0xfe, ...text]), "b")).toEqual([2]);
  });

  test("a Latin-1 file, and says so", () => {
    const cohort = parseCohort(bytes("name,x\nJos", [0xe9], ",1\nMai,2\n"));
    expect(categoriesOf(cohort, "name").levels).toEqual(["José", "Mai"]);
    expect(cohort.issues.map((issue) => issue.code)).toEqual(["not-utf8"]);
    expect(cohort.source.encoding).toBe("windows-1252");
    expect(refusal(() => parseCohort(bytes("a\n", [0xe9], "\n"), { encoding: "utf-8" })).code).toBe("wrong-encoding");
  });

  test("blank lines between rows are passed over and counted among the issues", () => {
    const cohort = parseCohort("a,b\n1,2\n\n3,4\n\n");
    expect(cohort.rows).toBe(2);
    expect(cohort.issues[0]).toMatchObject({ code: "blank-lines", message: "1 blank line is passed over" });
  });

  test("__proto__, constructor and prototype as plain names that pollute nothing", () => {
    const cohort = parseCohort("__proto__,constructor,prototype\n1,2,3\n", {
      columns: JSON.parse('{"__proto__": {"label": "odd"}}'),
    });
    expect([...cohort.columns.keys()]).toEqual(["__proto__", "constructor", "prototype"]);
    expect(Array.from(numbersOf(cohort, "__proto__"))).toEqual([1]);
    expect(Object.hasOwn(cohort.labels, "__proto__")).toBe(true);
    expect(({} as Record<string, unknown>)["label"]).toBeUndefined();
    expect(Object.getPrototypeOf(cohort.labels)).toBe(Object.prototype);
    expect(toCohort(JSON.parse('[{"__proto__": 1, "constructor": 2}]')).columns.size).toBe(2);
  });

  test("a file of 200 columns of which 3 are used", () => {
    const names = Array.from({ length: 200 }, (_, index) => `v${index}`);
    const cohort = parseCohort(`${names.join(",")}\n${names.map((_, index) => index).join(",")}\n`);
    expect(cohort.columns.size).toBe(200);
    expect(numbersOf(cohort, "v199")[0]).toBe(199);
  });

  test("10,000 rows of 200 columns in the time of a breath, on a busy machine too", () => {
    const line = Array.from({ length: 200 }, (_, index) => (index * 7) / 10).join(",");
    const csv = `${Array.from({ length: 200 }, (_, index) => `v${index}`).join(",")}\n${`${line}\n`.repeat(10_000)}`;
    const start = performance.now();
    expect(parseCohort(csv).rows).toBe(10_000);
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

describe("missing codes", () => {
  const csv = "id,pss,site\n1,7,NA\n2,3,A\n3,-99.0,B\n";

  test("of the whole file replace the usual ones; those of a column are added; all are counted", () => {
    const cohort = parseCohort(csv, { id: "id", missing: { pss: ["7", "-99"] } });
    expect(Array.from(numbersOf(cohort, "pss"))).toEqual([Number.NaN, 3, Number.NaN]);
    expect(cohort.missingCodes).toEqual([
      { column: "pss", code: "-99", count: 1 },
      { column: "pss", code: "7", count: 1 },
      { column: "site", code: "NA", count: 1 },
    ]);
    const replaced = parseCohort(csv, { missing: ["-99"], columns: { pss: { missing: [7] } } });
    expect(Array.from(numbersOf(replaced, "pss"))).toEqual([Number.NaN, 3, Number.NaN]);
    expect(categoriesOf(replaced, "site").levels).toEqual(["A", "B", "NA"]);
  });

  test("an identifier is matched as text: the code 99 is not the person 099", () => {
    expect(parseCohort("id,x\n099,1\n98,2\n", { id: "id", missing: ["99"] }).missingCodes).toEqual([]);
  });

  test("nobody declared are pointed out: −99 as the only negative values", () => {
    expect(parseCohort(csv).issues.map((issue) => issue.code)).toEqual(["possible-missing-code"]);
    expect(parseCohort("change\n-9\n-3\n4\n").issues).toEqual([]);
  });
});

describe("declared columns", () => {
  test("categories keep the declared order, whose first is the reference", () => {
    const options = { columns: { stage: { levels: ["plan", "action"], label: "Stage of change" } } };
    const cohort = parseCohort("stage\naction\nplan\n", options);
    expect(categoriesOf(cohort, "stage")).toMatchObject({ levels: ["plan", "action"], codes: Int32Array.of(1, 0) });
    expect(cohort.labels).toEqual({ stage: "Stage of change" });
  });

  test("numbers declared as categories are in numeric order", () => {
    const cohort = parseCohort("g\n10\n9\n1\n", { columns: { g: { type: "category" } } });
    expect(categoriesOf(cohort, "g").levels).toEqual(["1", "9", "10"]);
  });
});

describe("the order of rows and the way of writing change nothing", () => {
  const rows = [
    { id: "a", x: 1.5, g: "m" },
    { id: "b", x: null, g: "f" },
    { id: "c", x: -2, g: null },
  ];

  test("a semicolon file with decimal commas equals the plain one", () => {
    const plain = parseCohort("id,x,g\na,1.5,m\nb,,f\nc,-2,\n", { id: "id" });
    const continental = parseCohort("id;x;g\na;1,5;m\nb;;f\nc;-2;\n", { id: "id" });
    expect(continental.columns).toEqual(plain.columns);
  });

  test("text equals rows equals columns equals the cohort itself", () => {
    const parsed = parseCohort("id,x,g\na,1.5,m\nb,,f\nc,-2,\n", { id: "id" });
    const fromRows = toCohort(rows, { id: "id" });
    const fromColumns = toCohort({ id: ["a", "b", "c"], x: [1.5, null, -2], g: ["m", "f", null] }, { id: "id" });
    expect(fromRows.columns).toEqual(parsed.columns);
    expect(fromColumns.columns).toEqual(parsed.columns);
    expect(toCohort(parsed, { id: "id" }).columns).toEqual(parsed.columns);
    expect(fromRows.missingCodes).toEqual(parsed.missingCodes);
  });

  test("reversed rows give the same levels and reversed values", () => {
    const forward = toCohort(rows, { id: "id" });
    const backward = toCohort([...rows].reverse(), { id: "id" });
    expect(categoriesOf(backward, "g").levels).toEqual(categoriesOf(forward, "g").levels);
    expect([...numbersOf(backward, "x")].reverse()).toEqual([...numbersOf(forward, "x")]);
  });

  test("whatever is written with quotes is read back", () => {
    const cell = fc.string({ unit: "binary" }).map((text) => `_${text.replace(/\0/g, "")}_`);
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), fc.constantFrom(",", ";", "\t", "|"), (cells, delimiter) => {
        const csv =
          ["a", "b"].join(delimiter) + cells.map((text) => `\n"${text.replaceAll('"', '""')}"${delimiter}1`).join("");
        const column = categoriesOf(parseCohort(csv, { delimiter }), "a");
        expect(Array.from(column.codes, (code) => column.levels[code])).toEqual(cells);
      }),
    );
  });

  test("values that are texts stay texts unless declared as numbers", () => {
    const data = { x: ["1", "2", ""] };
    expect(columnOf(toCohort(data), "x").kind).toBe("category");
    const declared = toCohort(data, { columns: { x: { type: "number" } } });
    expect(Array.from(numbersOf(declared, "x"))).toEqual([1, 2, Number.NaN]);
    expect(Array.from(numbersOf(toCohort({ x: [true, false] }), "x"))).toEqual([1, 0]);
  });
});

describe.skipIf(!sharedIsPresent)("real files beside the project (skipped where they are absent)", () => {
  test("the simulated cohort has the types of its codebook and the cells of a plain reader", () => {
    const text = sharedText("data/cohort/cohort.csv");
    const cohort = parseCohort(text, { id: "id" });
    expect([cohort.rows, cohort.columns.size, cohort.issues]).toEqual([600, 23, []]);
    const texts = [...cohort.columns.values()].filter((column) => column.kind === "category");
    expect(texts.map((column) => column.name)).toEqual(["id", "site", "mentor", "status_12"]);
    const plain = plainColumns(text);
    for (const column of cohort.columns.values()) {
      if (column.kind === "number")
        expect(Array.from(column.values, (value) => (Number.isNaN(value) ? null : value))).toEqual(plain[column.name]);
    }
  });

  test("the HELP trial: 470 people and 223 columns of numbers; 1472 interviews by id and wave", () => {
    const wide = parseCohort(sharedText("data/help/help-wide.csv"), { id: "id" });
    expect([wide.rows, wide.columns.size, wide.issues]).toEqual([470, 223, []]);
    expect([...wide.columns.values()].filter((column) => column.kind === "category").length).toBe(1);
    const long = parseCohort(sharedText("data/help/help-long.csv"), { id: "id", wave: "wave" });
    expect([long.rows, long.columns.size]).toEqual([1472, 53]);
    expect(refusal(() => parseCohort(sharedText("data/help/help-long.csv"), { id: "id" })).code).toBe("duplicate-id");
  });

  test("the item file of HELP: 7 is missing only in the columns that say so", () => {
    const items = parseCohort(sharedText("data/help/help-pss-items.csv"), { missing: { fr1: ["7"] } });
    expect(items.missingCodes.find(({ column, code }) => column === "fr1" && code === "7")!.count).toBeGreaterThan(0);
    expect(Array.from(numbersOf(items, "fr2"))).toContain(7);
  });
});
