import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import reference from "../../fixtures/regression/simple-slopes.json" with { type: "json" };
import { type CovarianceType, linearModel, type SimpleSlope, simpleSlopes } from "../../src/regression/index.ts";
import type { Cell } from "../../src/table.ts";
import { referenceCases, referenceData } from "../mediation/reference.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, plainColumns, sharedIsPresent } from "../support/witness.ts";

interface Table {
  readonly estimate: number | number[];
  readonly standardError: number | number[];
  readonly df: number | number[];
  readonly pValue: number | number[];
}
interface Case {
  readonly name: string;
  readonly outcome: string;
  readonly focal: string;
  readonly moderators: string[];
  readonly covariates: string[];
  readonly threeWay: boolean;
  readonly n: number;
  readonly slopes: Record<string, Table>;
  readonly interactions: {
    readonly terms: string[];
    readonly rSquaredChange: number;
    readonly F: number;
    readonly df1: number;
    readonly df2: number;
    readonly p: number;
  }[];
  readonly regions: {
    readonly moderator: string;
    readonly given: Record<string, number | string> | [];
    readonly type: string;
    readonly within: [number, number];
    readonly roots: number[];
    readonly shareBelow: number[];
  }[];
  readonly conditionalInteractions: Record<string, Table> | null;
}

function people(): Record<string, Cell[]> {
  const path = resolve(import.meta.dirname, "../../fixtures/cohorts/cohort.csv");
  const columns = plainColumns(readFileSync(path, "utf8"));
  return {
    ...columns,
    stage: columns["action_stage"]!.map((value) => (value === null ? null : value === 1 ? "action" : "before")),
    band: columns["connection_0"]!.map((value) =>
      value === null ? null : ["low", "middle", "top"][Number(Number(value) > 45) + Number(Number(value) > 60)]!,
    ),
  };
}

const cohort = people();
const near = { rel: 1e-8, abs: 1e-11 };

function expectRows(rows: readonly SimpleSlope[], table: Table, label: string): void {
  const expected = [table.estimate].flat();
  expect(rows.length).toBe(expected.length);
  rows.forEach((row, k) => {
    expectClose(row.estimate, expected[k]!, near, `${label} ${k} estimate`);
    expectClose(row.standardError, [table.standardError].flat()[k]!, near, `${label} ${k} standard error`);
    expectClose(row.df, [table.df].flat()[k]!, { rel: 1e-7, abs: 0 }, `${label} ${k} df`);
    expectClose(row.pValue, [table.pValue].flat()[k]!, { rel: 1e-7, abs: 0 }, `${label} ${k} p`);
  });
}

const cases = reference.cases as unknown as Case[];

describe.each(cases.map((c) => [c.name, c] as const))("R agrees on the simulated cohort: %s", (_, c) => {
  const spec = {
    outcome: c.outcome,
    focal: c.focal,
    moderators: c.moderators as [string, string],
    covariates: c.covariates,
    threeWay: c.threeWay,
  };
  const typed = (type: string) =>
    simpleSlopes(
      { ...cohort },
      { ...spec, covariance: type as CovarianceType, ...(type.startsWith("CR") ? { cluster: "site" } : {}) },
    );

  it.each(Object.entries(c.slopes))("effects at the moderators' values, %s", (type, table) => {
    const result = typed(type);
    expect(result.n).toBe(c.n);
    expectRows(result.slopes, table, type);
    if (c.conditionalInteractions !== null) {
      expectRows(result.conditionalInteractions, c.conditionalInteractions[type]!, `${type} interaction`);
    }
  });

  it("tests of the products and the change in R²", () => {
    const { interactions } = typed("classical");
    expect(interactions.length).toBe(c.interactions.length);
    interactions.forEach(({ terms, rSquaredChange, test }, k) => {
      const expected = c.interactions[k]!;
      expect(terms).toEqual(expected.terms);
      expectClose(rSquaredChange, expected.rSquaredChange, { rel: 1e-8, abs: 1e-13 });
      expectClose(test!.statistic, expected.F, { rel: 1e-8, abs: 1e-11 });
      expect([test!.df1, test!.df2]).toEqual([expected.df1, expected.df2]);
      expectClose(test!.pValue, expected.p, near);
    });
  });

  it("Johnson–Neyman roots, with the share of people below them", () => {
    for (const expected of c.regions) {
      const given = Array.isArray(expected.given) ? null : expected.given;
      const [name] = Object.keys(given ?? {});
      const region = typed(expected.type).regions.find(
        (row) =>
          row.moderator === expected.moderator &&
          (given === null
            ? row.given === null
            : Math.abs(Number(row.given![name!]) - Number(given[name!])) < 1e-9 || row.given![name!] === given[name!]),
      )!;
      const [low, high] = expected.within;
      const found = region.roots.filter(({ value }) => value > low && value < high);
      expect(found.length, `${expected.moderator} ${expected.type}`).toBe(expected.roots.length);
      found.forEach(({ value, shareBelow }, k) => {
        expectClose(value, expected.roots[k]!, { rel: 1e-7, abs: 1e-8 }, `${expected.type} root`);
        expect(shareBelow).toBeCloseTo(expected.shareBelow[k]!, 12);
      });
    }
  });
});

interface Moderated {
  readonly johnsonNeyman: Record<string, { roots: number[] | number }>;
  readonly moderator: { readonly mean: number; readonly sd: number };
  readonly conditional: Record<
    string,
    { readonly w: number; readonly direct?: { estimate: number; se: number; seHC3: number } }
  >;
}

describe.skipIf(!sharedIsPresent)(
  "direct effects and roots of moderated mediation as in R (skipped without it)",
  () => {
    const moderated = sharedIsPresent
      ? referenceCases<Moderated>("03-moderated.json").filter(
          ({ expected, spec }) =>
            expected.johnsonNeyman["cPrimePath"] !== undefined &&
            !(spec as unknown as { moderated: { b: boolean } }).moderated.b,
        )
      : [];

    it.each(moderated.map((c) => [c.id, c] as const))("%s", (_, c) => {
      const moderator = (c.spec as unknown as { moderator: string }).moderator;
      const { mean, sd } = c.expected.moderator;
      for (const covariance of ["classical", "HC3"] as const) {
        const result = simpleSlopes(referenceData(c.data), {
          outcome: c.spec.outcome,
          focal: c.spec.treatment,
          moderators: moderator,
          covariates: [...c.spec.mediators, ...c.spec.covariates],
          at: { [moderator]: [mean - sd, mean, mean + sd] },
          covariance,
        });
        ["minus1SD", "mean", "plus1SD"].forEach((place, k) => {
          const direct = c.expected.conditional[place]!.direct!;
          const near = { rel: 1e-7, abs: 1e-9 };
          expectClose(result.slopes[k]!.estimate, direct.estimate, near, place);
          expectClose(result.slopes[k]!.standardError, covariance === "HC3" ? direct.seHC3 : direct.se, near, place);
        });
        if (covariance === "classical" && result.moderators[0]!.kind === "number") {
          const roots = [c.expected.johnsonNeyman["cPrimePath"]!.roots].flat();
          expect(result.regions[0]!.roots.length).toBe(roots.length);
        }
      }
    });

    it("there are cases", () => expect(moderated.length).toBeGreaterThan(2));
  },
);

describe("simpleSlopes by hand", () => {
  // two people at each of four places: cell means 10, 12 (w = 0: effect 2) and 11, 17 (w = 1: effect 6); residuals ±1
  const eight = {
    y: [9, 11, 11, 13, 10, 12, 16, 18],
    x: [0, 0, 1, 1, 0, 0, 1, 1],
    w: [0, 0, 0, 0, 1, 1, 1, 1],
  };
  const result = simpleSlopes(eight, { outcome: "y", focal: "x", moderators: "w" });

  it("both values of a binary moderator: effects 2 and 6, each with standard error √(2 · 8/4 / 2) = √2", () => {
    expect(result.slopes.map(({ at }) => at)).toEqual([{ w: 0 }, { w: 1 }]);
    expect(result.slopes[0]!.estimate).toBeCloseTo(2, 12);
    expect(result.slopes[1]!.estimate).toBeCloseTo(6, 12);
    for (const { standardError, df } of result.slopes) {
      expect(standardError).toBeCloseTo(Math.SQRT2, 12);
      expect(df).toBe(4);
    }
    expect(result.regions).toEqual([]);
  });

  it("the interaction 4 has standard error 2: F = 4 on 1 and 4; it explains 8 of the total sum of squares 66", () => {
    const { test, rSquaredChange } = result.interactions[0]!;
    // total: mean 12.5, Σy² = 1316 − 8 · 156.25 = 66; explained by the product: 4² · 2/4 = 8
    expect(test!.statistic).toBeCloseTo(4, 12);
    expect(rSquaredChange).toBeCloseTo(8 / 66, 12);
  });
});

describe("laws of simpleSlopes", () => {
  const spec = { outcome: "wellbeing_12", focal: "mentored", moderators: "connection_0", covariates: ["wellbeing_0"] };
  const plain = simpleSlopes(cohort, spec);

  it("another zero and unit of the moderator change neither effects nor tests, and move the roots with it", () => {
    const moved = {
      ...cohort,
      connection_0: cohort["connection_0"]!.map((v) => (v === null ? null : 10 * Number(v) - 700)),
    };
    const other = simpleSlopes(moved, spec);
    other.slopes.forEach((row, k) => {
      expectClose(row.estimate, plain.slopes[k]!.estimate, near);
      expectClose(row.standardError, plain.slopes[k]!.standardError!, near);
    });
    expectClose(other.interactions[0]!.test!.pValue, plain.interactions[0]!.test!.pValue, near);
    other.regions[0]!.roots.forEach(({ value, observed }, k) => {
      expectClose(value, 10 * plain.regions[0]!.roots[k]!.value - 700, { rel: 1e-7, abs: 1e-6 });
      expect(observed).toBe(plain.regions[0]!.roots[k]!.observed);
    });
  });

  it("neither the order of rows nor who is called mentored matters but for the sign", () => {
    const reversed = Object.fromEntries(Object.entries(cohort).map(([name, cells]) => [name, [...cells].reverse()]));
    expectClose(simpleSlopes(reversed, spec).slopes[2]!.standardError, plain.slopes[2]!.standardError!, near);
    const swapped = { ...cohort, mentored: cohort["mentored"]!.map((v) => 1 - Number(v)) };
    expectClose(simpleSlopes(swapped, spec).slopes[0]!.estimate, -plain.slopes[0]!.estimate, near);
  });

  it("at a root the p-value is 1 − level, and shares of the regions add to 1", () => {
    for (const cluster of [undefined, "site"]) {
      const wide = simpleSlopes(cohort, {
        outcome: "wellbeing_12",
        focal: "connection_6",
        moderators: "severity",
        level: 0.9,
        ...(cluster === undefined ? {} : { cluster }),
      });
      for (const { roots, regions } of wide.regions) {
        expect(regions.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 12);
        if (roots.length === 0) continue;
        const { slopes } = simpleSlopes(cohort, {
          outcome: "wellbeing_12",
          focal: "connection_6",
          moderators: "severity",
          at: { severity: roots.map(({ value }) => value) },
          ...(cluster === undefined ? {} : { cluster }),
        });
        for (const { pValue } of slopes) expect(pValue).toBeCloseTo(0.1, 8);
      }
    }
  });

  it("the effect at 0 is the coefficient of the focal predictor; the model is the linear model", () => {
    const atZero = simpleSlopes(cohort, { ...spec, at: { connection_0: [0] } });
    const coefficient = plain.model.coefficients.find(({ name }) => name === "mentored")!;
    expectClose(atZero.slopes[0]!.estimate, coefficient.estimate, near);
    expectClose(atZero.slopes[0]!.pValue, coefficient.pValue, near);
    expect(atZero.notes.map(({ code }) => code)).toContain("beyond-data");
    expect(plain.model).toEqual(linearModel(cohort, { outcome: spec.outcome, terms: plain.model.terms }));
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });

  it("counts the rows that miss a moderator", () => {
    const missing = { ...cohort, connection_0: cohort["connection_0"]!.map((v, i) => (i < 5 ? null : v)) };
    const { n, dropped } = simpleSlopes(missing, spec);
    expect(dropped.rowsIn - n).toBe(dropped.reasons.reduce((sum, { rows }) => sum + rows, 0));
    expect(dropped.reasons.some(({ variable }) => variable === "connection_0")).toBe(true);
  });
});

describe("simpleSlopes refuses", () => {
  const spec = { outcome: "wellbeing_12", focal: "mentored", moderators: "connection_0" };
  it.each([
    ["a misspelt option", { moderator: "age" }, "unknown-option"],
    ["three moderators", { moderators: ["age", "female", "severity"] }, "invalid-option"],
    ["the focal predictor as its own moderator", { moderators: "mentored" }, "invalid-option"],
    ["a moderator that is a covariate too", { covariates: ["connection_0"] }, "invalid-option"],
    ["a three-way product of one moderator", { threeWay: true }, "invalid-option"],
    ["values for a column that is no moderator", { at: { age: [30] } }, "invalid-option"],
    ["a text value of a number", { at: { connection_0: ["high"] } }, "invalid-option"],
    ["no values", { at: { connection_0: [] } }, "invalid-option"],
    ["a level that is not there", { moderators: "band", at: { band: ["medium"] } }, "unknown-level"],
    ["an unknown column", { moderators: "conection_0" }, "unknown-column"],
    ["an outcome that is the moderator", { moderators: "wellbeing_12" }, "outcome-among-terms"],
    ["a clustered covariance without a cluster", { covariance: "CR2" }, "cluster-needed"],
    ["a level in per cent", { level: 95 }, "invalid-option"],
  ])("%s", (_, wrong, code) => {
    expect(refusalOf(() => simpleSlopes(cohort, { ...spec, ...wrong } as typeof spec)).code).toBe(code);
  });

  it("a moderator without variation, and one that is the focal predictor in other words", () => {
    const ones = { ...cohort, one: cohort["age"]!.map(() => 1) };
    expect(refusalOf(() => simpleSlopes(ones, { ...spec, moderators: "one" })).code).toBe("collinear");
    const arms = { ...cohort, arm: cohort["mentored"]!.map((v) => (v === 1 ? "mentored" : "usual")) };
    expect(refusalOf(() => simpleSlopes(arms, { ...spec, moderators: "arm" })).code).toBe("collinear");
  });
});
