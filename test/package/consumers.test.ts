import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/sources.ts";

const chromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);
const program = `pairedT({ before: [3, 5, 4, 6], after: [5, 6, 7, 9] }).estimate`;

let folder: string;
let tarball: string;

/** A consumer's folder: the packed tarball unpacked into node_modules, its dependencies beside it. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kithpath-consumer-"));
  execFileSync("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], {
    cwd: root,
    stdio: "pipe",
  });
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "kithpath"), { recursive: true });
  execFileSync("tar", ["-xzf", tarball, "--strip-components=1", "-C", join(modules, "kithpath")]);
  mkdirSync(join(modules, "@humanwhocodes"));
  for (const name of ["csv-parse", "simple-statistics", "zod", "@humanwhocodes/momoa"])
    symlinkSync(join(root, "node_modules", name), join(modules, name));
}, 120_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (file: string, text: string) => {
  writeFileSync(join(folder, file), text);
  return execFileSync("node", [join(folder, file)], { encoding: "utf8", cwd: folder }).trim();
};

describe("the packed tarball", () => {
  test("has nothing for publint to say", async () => {
    const { messages } = await publint({ pkgDir: join(folder, "node_modules", "kithpath"), strict: true });
    expect(messages).toEqual([]);
  });

  test("resolves with types from every ES module consumer (attw, whose exit status is its verdict)", () => {
    const attw = join(root, "node_modules", ".bin", "attw");
    const report = execFileSync(attw, [tarball, "--profile", "esm-only", "--no-color"], {
      encoding: "utf8",
      cwd: root,
    });
    expect(report).toContain(`"kithpath/node"`);
  }, 120_000);

  test("is imported", () => {
    expect(run("import.mjs", `import { pairedT } from "kithpath"; console.log(${program});`)).toBe("2.25");
  });

  test("is required from CommonJS", () => {
    expect(run("require.cjs", `const { pairedT } = require("kithpath/compare"); console.log(${program});`)).toBe(
      "2.25",
    );
  });

  test("starts its command", () => {
    const command = join(folder, "node_modules", "kithpath", "dist", "kithpath.js");
    expect(execFileSync("node", [command, "--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+/);
  });

  test("bundles for a browser without Node, and one function is small", async () => {
    const entry = (file: string, text: string) => {
      writeFileSync(join(folder, file), text);
      return join(folder, file);
    };
    const options = {
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      absWorkingDir: folder,
    } as const;
    const whole = await build({ ...options, entryPoints: [entry("whole.js", `export * from "kithpath";`)] });
    const single = await build({
      ...options,
      entryPoints: [entry("single.js", `export { pairedT } from "kithpath";`)],
    });
    expect(whole.outputFiles[0]!.text).not.toMatch(/from\s*["']node:/);
    expect(single.outputFiles[0]!.contents.length).toBeLessThan(whole.outputFiles[0]!.contents.length / 4);
  });

  test.skipIf(chromium === undefined && process.env["CI"] === undefined)(
    "runs in headless Chromium (skipped where no Chromium is installed)",
    async () => {
      expect(chromium, "CI installs Chromium").toBeDefined();
      const text = `import { parseCohort, pairedT } from "kithpath";
        const cohort = parseCohort("id,before,after\\n1,3,5\\n2,5,6\\n3,4,7\\n4,6,9\\n");
        document.title = "ran";
        document.body.textContent = "estimate " + ${program} + ", rows " + cohort.rows;`;
      writeFileSync(join(folder, "page.js"), text);
      await build({
        entryPoints: [join(folder, "page.js")],
        bundle: true,
        format: "iife",
        platform: "browser",
        outfile: join(folder, "bundle.js"),
        absWorkingDir: folder,
      });
      writeFileSync(
        join(folder, "page.html"),
        `<!doctype html><meta charset="utf-8"><body><script src="bundle.js"></script></body>`,
      );
      const page = execFileSync(
        chromium!,
        [
          "--headless",
          "--no-sandbox",
          "--disable-gpu",
          "--disable-quic",
          "--no-first-run",
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--allow-file-access-from-files",
          `--user-data-dir=${join(folder, "profile")}`,
          "--virtual-time-budget=5000",
          "--dump-dom",
          `file://${join(folder, "page.html")}`,
        ],
        { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 60_000 },
      );
      expect(page).toContain("estimate 2.25, rows 4");
    },
    90_000,
  );
});
