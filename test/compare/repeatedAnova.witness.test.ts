import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { chiSquareUpper } from "../../src/_numeric/distributions/index.ts";
import {
  type AnovaEffect,
  type RepeatedAnova,
  type RepeatedAnovaSpec,
  repeatedAnova,
} from "../../src/compare/index.ts";
import type { Cell } from "../../src/table.ts";
import { expectClose, sharedIsPresent, type Tolerance } from "../support/witness.ts";
import { referenceCases, referenceData } from "./reference.ts";

type Columns = Record<string, Cell[]>;

interface Expected {
  readonly univariate: {
    readonly effect: string[];
    readonly ss: number[];
    readonly num_df: number[];
    readonly error_ss: number[];
    readonly den_df: number[];
    readonly F: number[];
    readonly p: number[];
  };
  readonly mauchly: { readonly effect: string[]; readonly W: number[]; readonly p: number[] };
  readonly correction: {
    readonly effect: string[];
    readonly gg_eps: number[];
    readonly gg_p: number[];
    readonly hf_eps: number[];
    readonly hf_p: number[];
  };
  readonly ges: { readonly effect: string[]; readonly ges: number[] };
  readonly partial_eta2: { readonly effect: string[]; readonly pes: number[] };
}

/** One row per value of the `by` columns, with the mean of `value`. */
function averaged(data: Columns, value: string, by: string[]): Columns {
  const groups = new Map<string, number[]>();
  data[value]!.forEach((_, row) => {
    const key = JSON.stringify(by.map((name) => data[name]![row]));
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  const rows = [...groups.values()];
  const result: Columns = Object.fromEntries(by.map((name) => [name, rows.map((own) => data[name]![own[0]!]!)]));
  result[value] = rows.map((own) => own.reduce((sum, row) => sum + Number(data[value]![row]), 0) / own.length);
  return result;
}

function helpAtThreeWaves(): Columns {
  const data = referenceData("help_long.csv") as Columns;
  const rows = data["time"]!.map((_, row) => row).filter((row) => [0, 6, 12].includes(Number(data["time"]![row])));
  return Object.fromEntries(Object.entries(data).map(([name, cells]) => [name, rows.map((row) => cells[row]!)]));
}

const obk = () => referenceData("obk_long.csv") as Columns;
const of = { outcome: "value", person: "id" };
const cases: Record<string, readonly [() => Columns, RepeatedAnovaSpec]> = {
  rmanova_one: [() => referenceData("sleepstudy.csv"), { outcome: "Reaction", person: "Subject", within: ["Days"] }],
  rmanova_mixed: [
    () => averaged(obk(), "value", ["id", "treatment", "gender", "phase"]),
    { ...of, within: ["phase"], between: ["treatment", "gender"] },
  ],
  rmanova_two_within: [obk, { ...of, within: ["phase", "hour"] }],
  rmanova_mixed_1: [
    () => averaged(obk(), "value", ["id", "treatment", "hour"]),
    { ...of, within: ["hour"], between: ["treatment"] },
  ],
  rmanova_help: [helpAtThreeWaves, { outcome: "mcs", person: "id", within: ["time"], between: ["treat"] }],
};

describe.skipIf(!sharedIsPresent)("afex and car agree (reference/models lies beside the project)", () => {
  test.each(Object.keys(cases))("%s: every sum of squares, F, p, Mauchly, both corrections, both etas", (id) => {
    const [data, spec] = cases[id]!;
    const found = referenceCases("repeated.json", id).find((candidate) => candidate.id === id)!;
    const expected = found.expected as unknown as Expected;
    const result = repeatedAnova(data(), spec);
    const { tolerance } = found;
    const effects = new Map(
      [result.intercept, ...result.effects].map((row) => [row.effect.replaceAll(" × ", ":"), row]),
    );
    expect([...effects.keys()]).toEqual(expected.univariate.effect);
    expected.univariate.effect.forEach((name, k) => {
      expectEffect(effects.get(name)!, expected.univariate, k, tolerance);
    });
    expected.ges.effect.forEach((name, k) => {
      expectClose(effects.get(name)!.generalizedEtaSquared, expected.ges.ges[k]!, tolerance, `${name} ges`);
      expectClose(effects.get(name)!.partialEtaSquared, expected.partial_eta2.pes[k]!, tolerance, `${name} pes`);
    });
    const tested = [...effects].filter(([, { sphericity }]) => sphericity !== null).map(([name]) => name);
    expect(tested).toEqual(expected.mauchly.effect);
    expected.mauchly.effect.forEach((name, k) => {
      const { mauchly, greenhouseGeisser, huynhFeldt } = effects.get(name)!.sphericity!;
      const { gg_eps, gg_p, hf_eps, hf_p } = expected.correction;
      expectClose(mauchly!.statistic, expected.mauchly.W[k]!, tolerance, `${name} W`);
      const { df2 } = effects.get(name)!;
      const contrasts = df2 / result.intercept.df2;
      const asInR = mauchlyOfR(
        mauchly!.statistic,
        result.intercept.df2,
        contrasts,
        result.cells.length / groupsOf(result),
      );
      expectClose(asInR, expected.mauchly.p[k]!, tolerance, `${name} Mauchly p as R has it`);
      expectClose(mauchly!.pValue, expected.mauchly.p[k]!, { rel: 0.03, abs: 0 }, `${name} Mauchly p`);
      expectClose(greenhouseGeisser.epsilon, gg_eps[k]!, tolerance, `${name} GG ε`);
      expectClose(greenhouseGeisser.pValue, gg_p[k]!, tolerance, `${name} GG p`);
      expectClose(huynhFeldt!.epsilon, hf_eps[k]!, tolerance, `${name} HF ε`);
      expectClose(huynhFeldt!.pValue, hf_p[k]!, tolerance, `${name} HF p`);
    });
  });
});

const groupsOf = ({ between }: RepeatedAnova) => between.reduce((product, { levels }) => product * levels.length, 1);

/**
 * The second-order term of `mauchly.test` of R 4.2.2, and so of car, has 3 times the number of cells where Anderson (1958,
 * section 10.7.4) has 3 times the number of contrasts; ours is Anderson's, as Box's expansion confirms (test of sphericityOf).
 */
function mauchlyOfR(statistic: number, n: number, k: number, cells: number): number {
  const rho = 1 - (2 * k * k + k + 2) / (6 * k * n);
  const second = ((k + 2) * (k - 1) * (k - 2) * (2 * k ** 3 + 6 * k * k + 3 * cells + 2)) / (288 * (n * k * rho) ** 2);
  const z = -n * rho * Math.log(statistic);
  const f = (k * (k + 1)) / 2 - 1;
  return chiSquareUpper(z, f) * (1 - second) + second * chiSquareUpper(z, f + 4);
}

function expectEffect(row: AnovaEffect, expected: Expected["univariate"], k: number, tolerance: Tolerance): void {
  expect([row.df1, row.df2]).toEqual([expected.num_df[k], expected.den_df[k]]);
  expectClose(row.sumOfSquares, expected.ss[k]!, tolerance, `${row.effect} SS`);
  expectClose(row.errorSumOfSquares, expected.error_ss[k]!, tolerance, `${row.effect} error SS`);
  expectClose(row.statistic, expected.F[k]!, tolerance, `${row.effect} F`);
  expectClose(row.pValue, expected.p[k]!, tolerance, `${row.effect} p`);
}

interface Simulated {
  readonly data: Columns;
  readonly effects: (Record<"ss" | "error_ss" | "df1" | "df2" | "F" | "p" | "ges", number> &
    Partial<Record<"W" | "W_p" | "gg" | "gg_p" | "hf" | "hf_p", number>> & { within: string; between: string })[];
}

describe("simulated people in unequal groups, by matrices in R (fixtures/compare/repeated-anova.R)", () => {
  const path = resolve(import.meta.dirname, "../../fixtures/compare/repeated-anova.json");
  const { data, effects } = JSON.parse(readFileSync(path, "utf8")) as Simulated;
  const result = repeatedAnova(data, {
    outcome: "score",
    person: "person",
    within: ["month", "scale"],
    between: ["arm", "place"],
  });
  const near = { rel: 1e-10, abs: 1e-13 };
  test.each(effects)("$between within $within", (expected) => {
    const factors = [expected.between, expected.within].filter((name) => name !== "(Intercept)");
    const name = factors.join(":").replaceAll(":", " × ") || "(Intercept)";
    const row = [result.intercept, ...result.effects].find(({ effect }) => effect === name)!;
    expect([row.df1, row.df2]).toEqual([expected.df1, expected.df2]);
    expectClose(row.sumOfSquares, expected.ss, near, "SS");
    expectClose(row.errorSumOfSquares, expected.error_ss, near, "error SS");
    expectClose(row.statistic, expected.F, near, "F");
    expectClose(row.pValue, expected.p, near, "p");
    expectClose(row.generalizedEtaSquared, expected.ges, near, "generalised eta squared");
    if (expected.W === undefined) return expect(row.sphericity).toBeNull();
    const { mauchly, greenhouseGeisser, huynhFeldt } = row.sphericity!;
    expectClose(mauchly!.statistic, expected.W, near, "W");
    expectClose(mauchly!.pValue, expected.W_p!, near, "Mauchly p");
    expectClose(greenhouseGeisser.epsilon, expected.gg!, near, "GG ε");
    expectClose(greenhouseGeisser.pValue, expected.gg_p!, near, "GG p");
    expectClose(huynhFeldt!.epsilon, expected.hf!, near, "HF ε");
    expectClose(huynhFeldt!.pValue, expected.hf_p!, near, "HF p");
  });
});
