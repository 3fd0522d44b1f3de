import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Block, heading, headline, list, paragraph, table } from "../../src/report/document.ts";
import { writeHtml } from "../../src/report/html.ts";
import { writeMarkdown } from "../../src/report/markdown.ts";
import { writePlainText } from "../../src/report/plainText.ts";

const everywhere = (text: string): Block[] => [
  heading(1, text),
  headline(text),
  paragraph(text),
  ...list([text, text]),
  table(text, [text, text], [[text, text]]),
];

const nasty = [
  `<img src=x onerror=alert(1)>`,
  `"><script>alert(1)</script>`,
  "a | b\nc",
  "[x](javascript:alert(1))",
  "`*_#",
  "\u001b[31mred",
];

describe("HTML", () => {
  test.each(nasty)("a label cannot become markup: %j", (text) => {
    const html = writeHtml(everywhere(text), text);
    expect(html).not.toMatch(/<img|<script/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
  });
  test("any text in any place leaves the page's own elements only", () => {
    const elements = (html: string) => [...html.matchAll(/<(\/?[a-z0-9!]+)/gi)].map((match) => match[1]);
    const expected = elements(writeHtml(everywhere("x"), "x"));
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(elements(writeHtml(everywhere(text), text))).toEqual(expected);
      }),
    );
  });
  test("is self-contained: no script, nothing fetched", () => {
    const html = writeHtml(everywhere("x"), "x");
    expect(html).not.toMatch(/<script|<link|https?:|url\(/);
    expect(html).toContain("default-src 'none'");
  });
});

describe("Markdown", () => {
  test.each(nasty)("a label cannot become markup: %j", (text) => {
    const markdown = writeMarkdown(everywhere(text));
    expect(markdown).not.toMatch(/<img|<script|(?<!\\)\[x(?<!\\)\]\(/);
  });
  test("a table keeps its columns whatever stands in a cell", () => {
    const lines = writeMarkdown([table("t", ["a", "b"], [["x | y", "1\n2"]])])
      .trim()
      .split("\n");
    expect(lines.at(-1)!.match(/(?<!\\)\|/g)).toHaveLength(3);
  });
});

describe("plain text", () => {
  test("aligns columns and drops control characters", () => {
    expect(
      writePlainText([
        table(
          "t",
          ["a", "b"],
          [
            ["long name", "1"],
            ["x", "\u001b[31m20"],
          ],
        ),
      ]),
    ).toBe("t\na               b\nlong name       1\nx          [31m20\n");
  });
  test("wraps at the width", () => {
    const lines = writePlainText([paragraph("word ".repeat(60).trim())], 40)
      .trim()
      .split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});
