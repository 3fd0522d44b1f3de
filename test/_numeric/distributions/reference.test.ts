import { describe, expect, it } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";
import { sharedIsPresent, sharedText } from "../../support/witness.ts";

type Cell = number | boolean | string;

interface Case {
  readonly id: string;
  readonly spec: { readonly columns: readonly string[] };
  readonly expected: { readonly points: readonly (readonly Cell[])[] };
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

const kernels = distributions as unknown as Record<string, (...values: (number | boolean)[]) => number>;

/** R's name → the stem of ours; the parameters come in R's order. */
const stems: Record<string, string> = {
  dnbinom: "negativeBinomialMass",
  pweibull: "weibull",
  pchisq_nc: "noncentralChiSquare",
  pf_nc: "noncentralF",
  psignrank: "signedRank",
  qsignrank: "signedRank",
  pwilcox: "rankSum",
  qwilcox: "rankSum",
  phyper: "hypergeometric",
};

function evaluate(id: string, columns: readonly string[], point: readonly Cell[]): number {
  const at = (name: string) => point[columns.indexOf(name)];
  const numbers = columns.flatMap((name, index) =>
    /^(lower\.tail|log\.p|log|value)$/.test(name) ? [] : [Number(point[index])],
  );
  const lower = at("lower.tail") !== false;
  const log = (at("log.p") ?? at("log")) === true;
  const suffix = { p: lower ? "Lower" : "Upper", q: "Quantile", d: "" }[id[0] as "p" | "q" | "d"];
  return kernels[stems[id]! + suffix]!(...numbers, log);
}

describe.skipIf(!sharedIsPresent)(
  "the rarer distributions against R and 60-digit figures (needs the reference folder)",
  () => {
    const { cases } = JSON.parse(
      sharedIsPresent ? sharedText("reference/models/distributions.json") : '{"cases":[]}',
    ) as { cases: Case[] };

    it.each(cases.filter(({ id }) => id in stems))("meets every point of $id", ({ id, spec, expected, tolerance }) => {
      const misses = expected.points
        .map((point) => ({ point, actual: evaluate(id, spec.columns, point), value: Number(point.at(-1)) }))
        .filter(
          ({ actual, value }) =>
            actual !== value && !(Math.abs(actual - value) <= tolerance.abs + tolerance.rel * Math.abs(value)),
        );
      expect(misses).toEqual([]);
    });
  },
);
