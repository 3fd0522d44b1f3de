import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";
import { agreements } from "../../support/witness.ts";

interface Golden {
  readonly distribution: string;
  readonly arguments: readonly number[];
  readonly lower: string;
  readonly upper: string;
  readonly logLower: string;
  readonly logUpper: string;
  readonly value?: string;
}

const path = resolve(import.meta.dirname, "../../../fixtures/_numeric/distributions/golden.json");
const golden = JSON.parse(readFileSync(path, "utf8")) as readonly Golden[];
const kernels = distributions as unknown as Record<string, (...values: (number | boolean)[]) => number>;

const relativeError = (actual: number, expected: number) => (actual === expected ? 0 : Math.abs(actual / expected - 1));

// near e^−690 one rounding of the exponent moves a probability by 1e-13
const BODY = 1e-12;
const TAIL = 1e-10;

const names = [...new Set(golden.map(({ distribution }) => distribution))].filter((name) => name !== "logGamma");

describe("the distributions against 50-digit figures (fixtures/_numeric/distributions/golden.py)", () => {
  it.each(names)("%s: both tails are right to 1e-12 in the body and 1e-10 down to 1e-300", (name) => {
    const misses: unknown[] = [];
    let worstBody = 0;
    let worstTail = 0;
    for (const row of golden.filter(({ distribution }) => distribution === name)) {
      const numbers = name === "gamma" ? [...row.arguments, 1] : row.arguments;
      for (const side of ["Lower", "Upper"] as const) {
        const expected = Number(row[side === "Lower" ? "lower" : "upper"]);
        if (expected < 1e-305) continue;
        const error = relativeError(kernels[name + side]!(...numbers), expected);
        const logExpected = Number(row[`log${side}`]);
        const logError = relativeError(kernels[name + side]!(...numbers, true), logExpected);
        const body = expected > 1e-10;
        // the log of a probability near one is the other tail
        const logBody = Math.abs(logExpected) > 1e-10;
        worstBody = Math.max(worstBody, body ? error : 0, logBody ? logError : 0);
        worstTail = Math.max(worstTail, body ? 0 : error, logBody ? 0 : logError);
        if (!(error <= (body ? BODY : TAIL) && logError <= (logBody ? BODY : TAIL))) {
          misses.push({ side, arguments: row.arguments, expected, error, logError });
        }
      }
    }
    agreements.push(
      { subject: name, part: "body", error: worstBody },
      { subject: name, part: "tail", error: worstTail },
    );
    expect(misses).toEqual([]);
  });

  const invertible = names.filter((name) => `${name}Quantile` in kernels && !["binomial", "poisson"].includes(name));
  it.each(invertible)("%s: the quantile of either 50-digit tail gives back the argument", (name) => {
    const misses: unknown[] = [];
    let worst = 0;
    for (const row of golden.filter(({ distribution }) => distribution === name)) {
      const [x, ...rest] = row.arguments as [number, ...number[]];
      const parameters = name === "gamma" ? [...rest, 1] : rest;
      // only the smaller tail determines the argument
      const side = Number(row.lower) <= Number(row.upper) ? "lower" : "upper";
      const p = Number(row[side]);
      if (p < 1e-300 || Math.abs(p - 0.5) < 0.01) continue;
      const actual = kernels[`${name}Quantile${side === "upper" ? "Upper" : ""}`]!(p, ...parameters);
      // zero is no special point of the noncentral t: beside it a probability fixes the distance, not the digits
      const error = name === "noncentralT" ? Math.abs(actual - x) / Math.max(1, Math.abs(x)) : relativeError(actual, x);
      worst = Math.max(worst, error);
      if (!(error <= 1e-12)) misses.push({ side, p, arguments: row.arguments, error });
    }
    agreements.push({ subject: name, part: "quantile", error: worst });
    expect(misses).toEqual([]);
  });

  it("logGamma is right to 1e-14", () => {
    for (const row of golden.filter(({ distribution }) => distribution === "logGamma")) {
      const [x] = row.arguments as [number];
      const expected = Number(row.value);
      expect(Math.abs(distributions.logGamma(x) - expected), String(x)).toBeLessThanOrEqual(1e-14 * Math.abs(expected));
    }
  });
});
