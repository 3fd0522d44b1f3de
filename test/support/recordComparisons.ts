import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, expect } from "vitest";
import { root } from "./sources.ts";
import { agreements, comparisons } from "./witness.ts";

export const recordFolder = join(root, "node_modules", ".cache", "kithpath-validation");

/** After each test file: every figure that it held against an expected one, and how close it came. */
afterAll(() => {
  const path = expect.getState().testPath;
  if (path === undefined || comparisons.length + agreements.length === 0) return;
  const file = relative(root, path);
  const record = { file, comparisons, agreements };
  mkdirSync(recordFolder, { recursive: true });
  writeFileSync(join(recordFolder, `${file.replace(/[\\/]/g, "+")}.json`), JSON.stringify(record));
});
