import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";
import { agreements } from "../../support/witness.ts";

interface Written {
  readonly function: string;
  readonly arguments: readonly (number | "Infinity")[];
  readonly lower?: string;
  readonly upper?: string;
  readonly logLower?: string;
  readonly logUpper?: string;
  readonly log?: string;
  readonly value?: string;
}

const folder = resolve(import.meta.dirname, "../../../fixtures/_numeric/distributions");
const golden = ["golden2.json", "golden3.json"].flatMap((file) =>
  (JSON.parse(readFileSync(resolve(folder, file), "utf8")) as readonly Written[]).map((row) => ({
    ...row,
    arguments: row.arguments.map(Number),
  })),
);
const kernels = distributions as unknown as Record<string, (...values: (number | boolean)[]) => number>;

const relativeError = (actual: number, expected: number) => (actual === expected ? 0 : Math.abs(actual / expected - 1));
const functionsWith = (key: "lower" | "log" | "value") => [
  ...new Set(golden.filter((row) => key in row).map((row) => row.function)),
];
const rowsOf = (name: string) => golden.filter((row) => row.function === name);
const withRate = (name: string, numbers: readonly number[]) => (name === "gamma" ? [...numbers, 1] : numbers);

// near e^−690 one rounding of the exponent moves a probability by 1e-13
const BODY = 1e-12;
const TAIL = 1e-10;

const discrete = ["negativeBinomial", "hypergeometric", "signedRank", "rankSum"];

describe("the rarer distributions against 50-digit figures (fixtures/_numeric/distributions/golden2.py and golden3.py)", () => {
  it.each(functionsWith("lower"))("%s: both tails are right to 1e-12 in the body and 1e-10 down to 1e-300", (name) => {
    const misses: unknown[] = [];
    let worstBody = 0;
    let worstTail = 0;
    for (const row of rowsOf(name)) {
      const numbers = withRate(name, row.arguments);
      for (const side of ["Lower", "Upper"] as const) {
        const expected = Number(row[side === "Lower" ? "lower" : "upper"]);
        const logExpected = Number(row[`log${side}`]);
        if (expected >= 1e-305) {
          const error = relativeError(kernels[name + side]!(...numbers), expected);
          const body = expected > 1e-10;
          worstBody = Math.max(worstBody, body ? error : 0);
          worstTail = Math.max(worstTail, body ? 0 : error);
          if (!(error <= (body ? BODY : TAIL))) misses.push({ side, arguments: row.arguments, expected, error });
        }
        if (!Number.isFinite(logExpected)) continue;
        const logError = relativeError(kernels[name + side]!(...numbers, true), logExpected);
        // the log of a probability near one is the other tail
        const logBody = Math.abs(logExpected) > 1e-10;
        if (Math.abs(logExpected) < 1e-305) continue;
        worstBody = Math.max(worstBody, logBody ? logError : 0);
        worstTail = Math.max(worstTail, logBody ? 0 : logError);
        if (!(logError <= (logBody ? BODY : TAIL)))
          misses.push({ side, arguments: row.arguments, logExpected, logError });
      }
    }
    agreements.push(
      { subject: name, part: "body", error: worstBody },
      { subject: name, part: "tail", error: worstTail },
    );
    expect(misses).toEqual([]);
  });

  const continuous = functionsWith("lower").filter((name) => !discrete.includes(name));
  it.each(continuous)("%s: the quantile of the smaller 50-digit tail gives back the argument", (name) => {
    const misses: unknown[] = [];
    let worst = 0;
    for (const row of rowsOf(name)) {
      const [x, ...rest] = row.arguments as [number, ...number[]];
      const side = Number(row.lower) <= Number(row.upper) ? "lower" : "upper";
      const p = Number(row[side]);
      if (p < 1e-300) continue;
      const suffix = side === "upper" ? "QuantileUpper" : "Quantile";
      const error = relativeError(kernels[name + suffix]!(p, ...withRate(name, rest)), x);
      worst = Math.max(worst, error);
      if (!(error <= 1e-12)) misses.push({ side, p, arguments: row.arguments, error });
    }
    agreements.push({ subject: name, part: "quantile", error: worst });
    expect(misses).toEqual([]);
  });

  it.each(discrete)("%s: the quantile of the smaller 50-digit tail gives back the whole number", (name) => {
    const misses: unknown[] = [];
    for (const row of rowsOf(name)) {
      const [k, ...rest] = row.arguments as [number, ...number[]];
      const side = Number(row.lower) <= Number(row.upper) ? "lower" : "upper";
      const log = Number(row[side === "lower" ? "logLower" : "logUpper"]);
      const suffix = side === "upper" ? "QuantileUpper" : "Quantile";
      const actual = kernels[name + suffix]!(log, ...rest, true);
      if (actual !== k) misses.push({ side, log, arguments: row.arguments, actual });
    }
    expect(misses).toEqual([]);
  });

  it.each(functionsWith("log"))("%s and its log are right to 1e-12, far out to 1e-10", (name) => {
    const misses: unknown[] = [];
    let worst = 0;
    for (const row of rowsOf(name)) {
      const log = Number(row.log);
      const logError = Math.abs(kernels[name]!(...row.arguments, true) - log) / Math.max(1, Math.abs(log));
      const error = Math.abs(log) > 690 ? 0 : relativeError(kernels[name]!(...row.arguments), Math.exp(log));
      worst = Math.max(worst, logError);
      if (!(logError <= BODY && error <= (log > -23 ? BODY : TAIL))) {
        misses.push({ arguments: row.arguments, log, logError, error });
      }
    }
    agreements.push({ subject: name, part: "body", error: worst });
    expect(misses).toEqual([]);
  });

  it.each(functionsWith("value"))("%s is right to 1e-14", (name) => {
    const misses = rowsOf(name)
      .map((row) => ({ ...row, error: relativeError(kernels[name]!(...row.arguments), Number(row.value)) }))
      .filter((row) => Number(row.value) > 1e-305 || Number(row.value) < 0)
      .filter(({ error }) => !(error <= 1e-14));
    expect(misses).toEqual([]);
  });
});
