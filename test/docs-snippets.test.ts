import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { filesUnder, root, textOf } from "./support/sources.ts";

interface Snippet {
  readonly origin: string;
  readonly code: string;
}

const lineAt = (text: string, index: number) => text.slice(0, index).split("\n").length;

function snippetsOf(path: string): Snippet[] {
  const text = textOf(path);
  const inComments = path.endsWith(".ts");
  return [...text.matchAll(/^([ \t]*(?:\* )?)```ts\n([\s\S]*?)^[ \t]*(?:\* ?)?```/gm)].map((match) => ({
    origin: `${path}:${lineAt(text, match.index)}`,
    code: inComments ? match[2]!.replace(/^[ \t]*\* ?/gm, "") : match[2]!,
  }));
}

const snippets = ["README.md", ...filesUnder("docs", ".md"), ...filesUnder("src", ".ts")].flatMap(snippetsOf);

/** Inside the project, so that "kithpath" resolves to the built package itself. */
const folder = join(root, "test", ".snippets");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const outcomes = runAll();

function runAll(): Record<string, string> {
  const runner = [`const outcomes = {};`, `console.log = () => {};`];
  snippets.forEach((snippet, index) => {
    const { code } = transformSync(snippet.code, { loader: "ts", format: "esm" });
    writeFileSync(join(folder, `${index}.mjs`), code);
    runner.push(
      `try { await import("./${index}.mjs"); outcomes["${snippet.origin}"] = "ran"; } catch (error) { outcomes["${snippet.origin}"] = String(error?.stack ?? error); }`,
    );
  });
  runner.push(`process.stdout.write(JSON.stringify(outcomes));`);
  writeFileSync(join(folder, "run.mjs"), runner.join("\n"));
  return JSON.parse(
    execFileSync("node", [join(folder, "run.mjs")], { cwd: root, encoding: "utf8", maxBuffer: 1e8 }),
  ) as Record<string, string>;
}

describe("every code block of the docs runs against the built package", () => {
  test("there are code blocks", () => expect(snippets.length).toBeGreaterThan(10));

  test.each(snippets.map((snippet) => snippet.origin))("%s", (origin) => {
    expect(outcomes[origin]).toBe("ran");
  });
});
