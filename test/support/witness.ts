import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect } from "vitest";

const shared = resolve(import.meta.dirname, "../../../shared");

/** Reference figures and data that are not ours to redistribute lie beside the project; tests skip loudly without them. */
export const sharedIsPresent = existsSync(resolve(shared, "reference"));

export function sharedText(path: string): string {
  return readFileSync(resolve(shared, path), "utf8");
}

export interface Tolerance {
  readonly rel: number;
  readonly abs: number;
}

/** One comparison with an outside witness, kept so that docs/validation.md can be written from the test run. */
export interface Comparison {
  /** |actual − expected| on the scale that `rel` is measured on. */
  readonly error: number;
  readonly rel: number;
}

export const comparisons: Comparison[] = [];

/** The worst relative error of one subject (a distribution, say) in one part of its range, for docs/validation.md. */
export interface Agreement {
  readonly subject: string;
  readonly part: string;
  readonly error: number;
}

export const agreements: Agreement[] = [];

/** Passes when |actual − expected| ≤ abs + rel·|expected|. */
export function expectClose(actual: number | null, expected: number, { rel, abs }: Tolerance, label = ""): void {
  if (actual === null || !(Math.abs(actual - expected) <= abs + rel * Math.abs(expected))) {
    expect.fail(`${label}: got ${actual}, expected ${expected} within rel ${rel}, abs ${abs}`);
  }
  if (rel > 0) comparisons.push({ error: Math.abs(actual - expected) / (Math.abs(expected) + abs / rel), rel });
}

/** The columns of a plain CSV (no quotes): numbers as numbers, empty and NA as null. For reference data only. */
export function plainColumns(text: string): Record<string, (number | string | null)[]> {
  const [head, ...lines] = text.trim().split(/\r?\n/);
  const names = head!.split(",").map((name) => name.replace(/^"|"$/g, ""));
  const columns: Record<string, (number | string | null)[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (const line of lines) {
    line.split(",").forEach((cell, index) => {
      const text = cell.replace(/^"|"$/g, "");
      const number = Number(text);
      columns[names[index]!]!.push(text === "" || text === "NA" ? null : Number.isNaN(number) ? text : number);
    });
  }
  return columns;
}
