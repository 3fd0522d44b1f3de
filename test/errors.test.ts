import { describe, expect, test } from "vitest";
import { KithpathError } from "../src/errors.ts";
import { completeChoice, completeInteger, completeLevel, refuseUnknown } from "../src/options.ts";
import { refusalOf } from "./support/refusal.ts";

describe("KithpathError", () => {
  test("tells place, problem, expectation, finding and remedy in one line", () => {
    const error = new KithpathError("text-in-number-column", "not a number", {
      expected: "a number",
      received: '"n/a"',
      where: { file: "data.csv", line: 3, row: 2, column: "age" },
      remedy: "Declare the code as missing.",
    });
    expect(error.message).toBe(
      'data.csv, line 3, row 2, column "age": not a number; expected a number; got "n/a". Declare the code as missing.',
    );
    expect(error.problems).toHaveLength(1);
  });

  test("lists every problem where there are several", () => {
    const error = new KithpathError("invalid-study", "the study has 2 problems", {
      problems: [
        { code: "a", message: "first", where: { path: "compare[0]" } },
        { code: "b", message: "second" },
      ],
    });
    expect(error.message).toBe("the study has 2 problems\n- at compare[0]: first\n- second");
    expect(error.problems.map(({ code }) => code)).toEqual(["a", "b"]);
  });
});

describe("options", () => {
  test("an unknown option is refused, never ignored", () => {
    expect(refusalOf(() => refuseUnknown("f", { levl: 0.9 }, ["level"])).code).toBe("unknown-option");
  });
  test("a level is a proportion", () => {
    expect(completeLevel("f", undefined)).toBe(0.95);
    expect(refusalOf(() => completeLevel("f", 95)).code).toBe("invalid-option");
    expect(refusalOf(() => completeLevel("f", Number.NaN)).code).toBe("invalid-option");
  });
  test("choices and whole numbers are checked", () => {
    expect(completeChoice("f", "ties", undefined, ["efron", "breslow"], "efron")).toBe("efron");
    expect(refusalOf(() => completeChoice("f", "ties", "x" as "a", ["a"], "a")).code).toBe("invalid-option");
    expect(refusalOf(() => completeInteger("f", "draws", 0.5, 0, 9, 1)).code).toBe("invalid-option");
  });
});
