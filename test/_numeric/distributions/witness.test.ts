import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";
import { expectClose, sharedIsPresent, sharedText } from "../../support/witness.ts";

type Cell = number | boolean | string;

interface Case {
  readonly id: string;
  readonly spec: { readonly columns: readonly string[] };
  readonly expected: { readonly points: readonly (readonly Cell[])[] };
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

const kernels = distributions as unknown as Record<string, (...values: (number | boolean)[]) => number>;

/** R's function name without its letter → the stem of ours; the parameters come in R's order. */
const stems: Record<string, string> = {
  norm: "normal",
  t: "t",
  chisq: "chiSquare",
  f: "f",
  binom: "binomial",
  pois: "poisson",
  gamma: "gamma",
  beta: "beta",
  t_nc: "noncentralT",
  chisq_nc: "noncentralChiSquare",
  f_nc: "noncentralF",
  nbinom: "negativeBinomial",
  weibull: "weibull",
  signrank: "signedRank",
  wilcox: "rankSum",
  hyper: "hypergeometric",
  tukey: "studentizedRange",
};
const discrete = ["binomial", "poisson", "negativeBinomial", "hypergeometric", "signedRank", "rankSum"];
const functions: Record<string, string> = {
  lgamma: "logGamma",
  digamma: "digamma",
  lbeta: "logBeta",
  lchoose: "logChoose",
};

/** The kernel of ours that answers a point of a case, and what it is given. */
function evaluate(id: string, columns: readonly string[], point: readonly (number | boolean)[]): number {
  const numbers = columns.flatMap((name, index) =>
    /^(lower\.tail|log\.p|log|value)$/.test(name) ? [] : [point[index] as number],
  );
  if (id in functions) return kernels[functions[id]!]!(...numbers);
  const stem = stems[id.replace(/_log$/, "").slice(1)]!;
  const at = (name: string) => point[columns.indexOf(name)];
  const lower = at("lower.tail") !== false;
  const suffix = {
    p: lower ? "Lower" : "Upper",
    q: lower ? "Quantile" : "QuantileUpper",
    d: discrete.includes(stem) ? "Mass" : "Density",
  }[id[0] as "p" | "q" | "d"];
  const rate = stem === "gamma" ? [1] : [];
  return kernels[stem + suffix]!(...numbers, ...rate, (at("log.p") ?? at("log")) === true);
}

/** Where R itself is outside the tolerance, the 40-digit figure of golden3.json stands for it: ptukey(2.2984, 3, 3) is 2e-7 off. */
function corrected(id: string, point: readonly Cell[]): number {
  const value = Number(point.at(-1));
  if (id !== "ptukey" || point.slice(0, 3).join() !== "2.2984,3,3") return value;
  const path = resolve(import.meta.dirname, "../../../fixtures/_numeric/distributions/golden3.json");
  const rows = JSON.parse(readFileSync(path, "utf8")) as { arguments: Cell[]; upper?: string }[];
  const exact = Number(rows.find((row) => row.upper !== undefined && row.arguments.join() === "2.2984,3,3")!.upper);
  expect(Math.abs(exact - value)).toBeGreaterThan(1e-7);
  return exact;
}

const number = (value: Cell): number | boolean =>
  typeof value === "string" ? Number(value.replace("Inf", "Infinity")) : value;

describe.skipIf(!sharedIsPresent)(
  "the distributions against R and 60-digit figures (needs the reference folder)",
  () => {
    const { cases } = JSON.parse(
      sharedIsPresent ? sharedText("reference/models/distributions.json") : '{"cases":[]}',
    ) as { cases: Case[] };

    it.each(cases)("meets every point of $id", ({ id, spec, expected, tolerance }) => {
      for (const cells of expected.points) {
        const point = cells.map(number);
        const actual = evaluate(id, spec.columns, point);
        const value = corrected(id, point);
        if (actual !== value) expectClose(actual, value, tolerance, point.join(" "));
      }
    });
  },
);
