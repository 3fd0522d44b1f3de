import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import { linearDiagnostics, linearModel } from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { anorexiaData, regressionData } from "./witnessFrames.ts";
import { witnessCase } from "./witnessSetup.ts";

const people = clustered.data;
const spec = { outcome: "wellbeing", terms: ["mentored", "age"] };
const near = { rel: 1e-11, abs: 1e-13 };

describe.skipIf(!sharedIsPresent)("R agrees (skipped without the shared reference)", () => {
  test("bptest: Breusch–Pagan in both forms, and RESET, as lmtest", () => {
    type Tests = Record<"koenker" | "original", { stat: number; p: number }> & {
      reset: { F: number; df: number[]; p: number };
    };
    const { expected, tolerance } = witnessCase<Tests>("regression", "bptest");
    const found = linearDiagnostics(regressionData(), { outcome: "mcs", terms: ["treat", "age", "sex", "cesd"] });
    const { koenker, breuschPagan } = found.heteroskedasticity;
    expectClose(koenker.statistic, expected.koenker.stat, tolerance, "Koenker");
    expectClose(koenker.pValue, expected.koenker.p, tolerance, "p of Koenker");
    expectClose(breuschPagan.statistic, expected.original.stat, tolerance, "Breusch–Pagan");
    expectClose(breuschPagan.pValue, expected.original.p, tolerance, "p of Breusch–Pagan");
    const { statistic, df1, df2, pValue } = found.specification!;
    expectClose(statistic, expected.reset.F, tolerance, "RESET");
    expectClose(pValue, expected.reset.p, tolerance, "p of RESET");
    expect([koenker.df, df1, df2]).toEqual([4, ...expected.reset.df]);
  });

  test("influence: generalised variance inflation, as car::vif", () => {
    const { expected, tolerance } = witnessCase<{ gvif: { values: number[][] } }>("regression", "influence");
    const { inflation } = linearDiagnostics(anorexiaData(), { outcome: "post", terms: ["pre", "treat"] });
    inflation.forEach(({ factor, df, perCoefficient }, k) => {
      const [gvif, freedom, root] = expected.gvif.values[k]!;
      expectClose(factor, gvif!, tolerance, "GVIF");
      expect(df).toBe(freedom);
      expectClose(perCoefficient, root!, tolerance, "GVIF^(1/2df)");
    });
  });
});

describe("linearDiagnostics", () => {
  test("by hand: two groups with residuals ±1 and ±2: squares 1, 1, 4, 4 over their mean 2.5, all explained by the group", () => {
    // scaled squares 0.4, 0.4, 1.6, 1.6 about 1: explained 4 · 0.36 = 1.44 = total; n·R² = 4, half of 1.44 is 0.72
    const data = { y: [-1, 1, 3, 7], late: [0, 0, 1, 1] };
    const { heteroskedasticity, specification, inflation } = linearDiagnostics(data, { outcome: "y", terms: ["late"] });
    expectClose(heteroskedasticity.koenker.statistic, 4, near);
    expectClose(heteroskedasticity.breuschPagan.statistic, 0.72, near);
    // two fitted values: their square is a line in them
    expect(specification).toBeNull();
    expect(inflation).toEqual([{ term: "late", df: 1, factor: 1, perCoefficient: 1 }]);
  });

  test("the inflation of one of two columns is 1 / (1 − r²) for both", () => {
    const other = linearModel(people, { outcome: "age", terms: ["mentored"] });
    for (const { factor } of linearDiagnostics(people, spec).inflation) {
      expectClose(factor, 1 / (1 - other.rSquared), { rel: 1e-9, abs: 0 });
    }
  });

  test("units and shifts of outcome and terms change nothing, nor does the order of rows", () => {
    const still = linearDiagnostics(people, spec);
    const turned = (column: readonly number[]) => [...column].reverse();
    const other = linearDiagnostics(
      {
        wellbeing: turned(people.wellbeing).map((y) => 1e60 * y),
        mentored: turned(people.mentored),
        age: turned(people.age).map((x) => x / 7 + 40),
      },
      spec,
    );
    expectClose(other.heteroskedasticity.koenker.statistic, still.heteroskedasticity.koenker.statistic, {
      rel: 1e-8,
      abs: 0,
    });
    expectClose(other.specification!.statistic, still.specification!.statistic, { rel: 1e-8, abs: 0 });
    expectClose(other.inflation[0]!.factor, still.inflation[0]!.factor!, { rel: 1e-9, abs: 0 });
  });

  test.each([
    ["invalid-option", { outcome: "wellbeing", terms: [] }],
    ["unknown-option", { ...spec, weights: "weight" }],
    ["perfect-fit", { outcome: "double", terms: ["age"] }],
    ["collinear", { outcome: "wellbeing", terms: ["age", "double"] }],
  ])("%s is refused", (code, wrong) => {
    const data = { ...people, double: people.age.map((value) => 2 * value) };
    expect(refusalOf(() => linearDiagnostics(data, wrong as typeof spec)).code).toBe(code);
  });
});
