import { describe, expect, it } from "vitest";
import * as distributions from "../../../src/_numeric/distributions/index.ts";
import { sharedIsPresent, sharedText } from "../../support/witness.ts";

type Point = readonly (number | boolean)[];
type Kernel = (...values: number[]) => number;

interface Case {
  readonly id: string;
  readonly spec: { readonly columns: readonly string[] };
  readonly expected: { readonly points: readonly (readonly (number | boolean | string)[])[] };
  readonly tolerance: { readonly rel: number; readonly abs: number };
}

const kernels = distributions as unknown as Record<string, (...values: (number | boolean)[]) => number>;

/** R's function name → the stem of ours, and whether a rate or mean must be fitted in. */
const families: Record<string, { stem: string; arrange?: (values: number[]) => number[] }> = {
  norm: { stem: "normal" },
  t: { stem: "t" },
  chisq: { stem: "chiSquare" },
  f: { stem: "f" },
  binom: { stem: "binomial" },
  pois: { stem: "poisson" },
  gamma: { stem: "gamma", arrange: (values) => [...values, 1] },
  beta: { stem: "beta" },
  t_nc: { stem: "noncentralT" },
};

function evaluate(id: string, columns: readonly string[], point: Point): number {
  const base = id.replace(/_log$/, "");
  const { stem, arrange = (values: number[]) => values } = families[base.slice(1)]!;
  const at = (name: string) => point[columns.indexOf(name)];
  const numbers = arrange(
    columns.flatMap((name, index) => (/^(lower\.tail|log\.p|log|value)$/.test(name) ? [] : [point[index] as number])),
  );
  const lower = at("lower.tail") !== false;
  const log = (at("log.p") ?? at("log")) === true;
  const suffix = {
    p: lower ? "Lower" : "Upper",
    q: lower ? "Quantile" : "QuantileUpper",
    d: ["binomial", "poisson"].includes(stem) ? "Mass" : "Density",
  }[base[0] as "p" | "q" | "d"];
  return kernels[stem + suffix]!(...numbers, log);
}

describe.skipIf(!sharedIsPresent)(
  "the distributions against R and 60-digit figures (needs the reference folder)",
  () => {
    const { cases } = JSON.parse(
      sharedIsPresent ? sharedText("reference/models/distributions.json") : '{"cases":[]}',
    ) as {
      cases: Case[];
    };
    const number = (value: number | boolean | string): number | boolean =>
      typeof value === "string" ? Number(value.replace("Inf", "Infinity")) : value;

    for (const { id, spec, expected, tolerance } of cases) {
      if (!/^[pqd](norm|t|chisq|f|binom|pois|gamma|beta|t_nc)(_log)?$/.test(id)) continue;
      it(`meets every point of ${id}`, () => {
        const misses = expected.points
          .map((point) => point.map(number))
          .map((point) => ({ point, actual: evaluate(id, spec.columns, point), value: point.at(-1) as number }))
          .filter(({ actual, value }) => actual !== value)
          .filter(
            ({ actual, value }) => !(Math.abs(actual - value) <= tolerance.abs + tolerance.rel * Math.abs(value)),
          );
        expect(misses).toEqual([]);
      });
    }

    const special: Record<string, Kernel> = { lgamma: distributions.logGamma, lbeta: distributions.logBeta };
    for (const { id, expected, tolerance } of cases) {
      const kernel = special[id];
      if (!kernel) continue;
      it(`meets every point of ${id} with positive arguments`, () => {
        for (const point of expected.points.filter(([x]) => (x as number) > 0)) {
          const value = point.at(-1) as number;
          const actual = kernel(...(point.slice(0, -1) as number[]));
          expect(Math.abs(actual - value), String(point)).toBeLessThanOrEqual(tolerance.rel * Math.abs(value));
        }
      });
    }
  },
);
