import { describe, expect, test } from "vitest";
import * as kithpath from "../src/index.ts";
import { filesUnder, textOf } from "./support/sources.ts";

const functions = Object.entries(kithpath)
  .filter(([, value]) => typeof value === "function")
  .map(([name]) => name);

/** Private floors may use the same words for their kernels. */
const sources = filesUnder("src", ".ts")
  .filter((path) => !path.startsWith("src/_"))
  .map(textOf);
const tests = filesUnder("test", ".test.ts")
  .filter((path) => !path.includes("public-names"))
  .map(textOf);
const pages = filesUnder("docs", ".md").map(textOf);
/** Public functions that estimate nothing: they read, define, check, name, convert or write. */
const computesNothing = new Set([
  "KithpathError",
  "assertStudyFits",
  "checkStudy",
  "defineStudy",
  "guessStudy",
  "mediationCovariates",
  "parseCohort",
  "studyJsonSchema",
  "studyProblems",
  "timingOf",
  "tidy",
  "toCohort",
  "toHtml",
  "toJson",
  "toMarkdown",
  "toText",
]);

/** A test holds figures against a fixture when it reads one of the project's own or of the shared reference. */
const readsFixture = /fixtures\b|sharedText\(|\.\/reference\.ts"|from "[^"]*\.json"/;
const asWord = (name: string) => new RegExp(`\\b${name}\\b`);

/** The documentation comment that stands right above the declaration of `name`. */
function docstringOf(name: string): string {
  const declared = new RegExp(
    `/\\*\\*((?:(?!\\*/)[\\s\\S])*)\\*/\\s*export (?:async )?(?:function|class|const) ${name}\\b`,
  );
  for (const source of sources) {
    const match = declared.exec(source);
    if (match) return match[1]!;
  }
  return "";
}

describe.each(functions)("%s, a public name", (name) => {
  test("has a documentation comment with an example", () => {
    expect(docstringOf(name)).toContain("@example");
  });

  test("has a test", () => {
    expect(tests.some((text) => asWord(name).test(text))).toBe(true);
  });

  if (!computesNothing.has(name)) {
    test("is held against a fixture, since it computes", () => {
      expect(tests.some((text) => asWord(name).test(text) && readsFixture.test(text))).toBe(true);
    });
  }

  test("has a page in docs", () => {
    expect(pages.some((text) => asWord(name).test(text))).toBe(true);
  });
});
