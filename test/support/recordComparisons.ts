import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, expect } from "vitest";
import { root } from "./sources.ts";
import { comparisons } from "./witness.ts";

export const recordFolder = join(root, "node_modules", ".cache", "kithpath-validation");

/** After each test file: how many figures it held against an outside witness, and how close they came. */
afterAll(() => {
  const path = expect.getState().testPath;
  if (path === undefined || comparisons.length === 0) return;
  const file = relative(root, path);
  const record = {
    file,
    comparisons: comparisons.length,
    worst: Math.max(...comparisons.map(({ error }) => error)),
    within: Math.max(...comparisons.map(({ rel }) => rel)),
  };
  mkdirSync(recordFolder, { recursive: true });
  writeFileSync(join(recordFolder, `${file.replace(/[\\/]/g, "+")}.json`), JSON.stringify(record));
});
