import { describe, expect, test } from "vitest";
import clustered from "../../fixtures/regression/clustered.json" with { type: "json" };
import { type AdjustedMeansSpec, adjustedMeans, linearModel } from "../../src/regression/index.ts";
import { refusalOf } from "../support/refusal.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { anorexiaData, sixMonthData } from "./witnessFrames.ts";
import { witnessCase } from "./witnessSetup.ts";

const near = { rel: 1e-12, abs: 1e-12 };
const people = { ...clustered.data, third: clustered.data.age.map((_, row) => ["a", "b", "c"][row % 3]!) };
const spec: AdjustedMeansSpec = { outcome: "wellbeing", group: "third", covariates: ["age", "mentored"] };

describe.skipIf(!sharedIsPresent)("R's emmeans agrees (skipped without the shared reference)", () => {
  type Columns = Record<string, number[]> & { level: string[]; contrast: string[] };
  test.each([
    ["ancova_anorexia", anorexiaData, { outcome: "post", group: "treat", covariates: ["pre"] }],
    ["ancova_help6", sixMonthData, { outcome: "mcs", group: "treat", covariates: ["mcs0", "sex", "age"] }],
  ] as const)("%s: adjusted means, differences, and p values of pairs", (id, data, asked) => {
    const { expected, tolerance } = witnessCase<{ adjusted: Columns; contrasts: Columns }>("regression", id);
    const result = adjustedMeans(data(), { ...asked, adjustment: "none" });
    expect(result.means.map(({ group }) => group)).toEqual(expected.adjusted.level);
    result.means.forEach(({ mean, df }, k) => {
      expectClose(mean.estimate, expected.adjusted["mean"]![k]!, tolerance, "mean");
      expectClose(mean.standardError, expected.adjusted["se"]![k]!, tolerance, "standard error");
      expectClose(mean.interval!.lower, expected.adjusted["lo"]![k]!, tolerance, "lower limit");
      expectClose(mean.interval!.upper, expected.adjusted["hi"]![k]!, tolerance, "upper limit");
      expect(df).toBe(expected.adjusted["df"]![k]);
    });
    const names = result.contrasts.map(({ group, reference }) => `${group} - ${reference}`);
    expect(names).toEqual(expected.contrasts.contrast.map((text) => text.replaceAll("treat", "")));
    result.contrasts.forEach(({ difference, adjustedPValue }, k) => {
      const pairs: [number | null, string][] = [
        [difference.estimate, "estimate"],
        [difference.standardError, "se"],
        [difference.statistic, "t"],
        [difference.pValue, "p"],
        [difference.interval!.lower, "lo"],
        [difference.interval!.upper, "hi"],
      ];
      for (const [value, name] of pairs) expectClose(value, expected.contrasts[name]![k]!, tolerance, name);
      expect(adjustedPValue).toBe(difference.pValue);
    });
    for (const adjustment of ["bonferroni", "holm", "tukey"] as const) {
      const { contrasts } = adjustedMeans(data(), { ...asked, adjustment });
      // R's ptukey itself is right to 1e-9 only (docs/methods/distributions.md)
      const wanted = adjustment === "tukey" ? { rel: 0, abs: 1e-8 } : tolerance;
      contrasts.forEach(({ adjustedPValue }, k) => {
        expectClose(adjustedPValue, expected.contrasts[`p_${adjustment}`]![k]!, wanted, adjustment);
      });
    }
  });
});

describe("adjustedMeans", () => {
  test("by hand: means without covariates, and at the mean 2.3 of the covariate", () => {
    const data = { y: [3, 4, 7, 8.5, 3.5], x: [1, 2, 3, 4, 1.5], g: ["a", "a", "b", "b", "a"] };
    const flat = adjustedMeans({ ...data, y: [3, 4, 7, 8, 3.4] }, { outcome: "y", group: "g", covariates: [] });
    // without covariates the plain means: (3 + 4 + 3.4) / 3 and (7 + 8) / 2
    expectClose(flat.means[0]!.mean.estimate, 10.4 / 3, near);
    expectClose(flat.means[1]!.mean.estimate, 7.5, near);
    const model = linearModel(data, { outcome: "y", terms: ["x", "g"] });
    const [intercept, slope, group] = model.coefficients.map(({ estimate }) => estimate) as [number, number, number];
    const { means, contrasts, at } = adjustedMeans(data, { outcome: "y", group: "g", covariates: ["x"] });
    expect(at).toEqual({ x: 2.3 });
    expectClose(means[0]!.mean.estimate, intercept + 2.3 * slope, near);
    expectClose(means[1]!.mean.estimate, intercept + 2.3 * slope + group, near);
    expectClose(contrasts[0]!.difference.estimate, group, near);
    expect(contrasts[0]!.adjustedPValue).toBe(contrasts[0]!.difference.pValue);
  });

  test("differences are those of the linear model under every covariance, CR2 with its degrees of freedom", () => {
    const choices = [{}, { covariance: "HC3" }, { cluster: "site" }, { cluster: "site", covariance: "CR1" }] as const;
    for (const choice of choices) {
      const result = adjustedMeans(people, { ...spec, ...choice, weights: "weight" });
      const model = linearModel(people, {
        outcome: "wellbeing",
        terms: ["third", "age", "mentored"],
        weights: "weight",
        ...choice,
      });
      result.contrasts.slice(0, 2).forEach(({ difference }, k) => {
        const row = model.coefficients[k + 1]!;
        expectClose(difference.estimate, row.estimate, { rel: 1e-9, abs: 1e-11 });
        expectClose(difference.standardError, row.standardError!, { rel: 1e-9, abs: 0 });
        expectClose(difference.df, row.df!, { rel: 1e-8, abs: 0 });
      });
      const [first, second, third] = result.contrasts.map(({ difference }) => difference.estimate);
      expectClose(third!, second! - first!, { rel: 1e-9, abs: 1e-11 });
    }
  });

  test("a constant added to a covariate or to the outcome moves no difference; the unit of the outcome scales all", () => {
    const still = adjustedMeans(people, spec);
    const moved = adjustedMeans(
      { ...people, age: people.age.map((x) => x + 1000), wellbeing: people.wellbeing.map((y) => 3 * y - 7) },
      spec,
    );
    moved.contrasts.forEach(({ difference, adjustedPValue }, k) => {
      expectClose(difference.estimate, 3 * still.contrasts[k]!.difference.estimate, { rel: 1e-9, abs: 1e-10 });
      expectClose(adjustedPValue, still.contrasts[k]!.adjustedPValue, { rel: 1e-8, abs: 0 });
    });
    moved.means.forEach(({ mean }, k) => {
      expectClose(mean.estimate, 3 * still.means[k]!.mean.estimate - 7, { rel: 1e-9, abs: 0 });
    });
  });

  test("categories among the covariates count the same on every level", () => {
    const place = people.site.map((site) => (site < 3 ? "few" : "many"));
    const result = adjustedMeans({ ...people, place }, { ...spec, covariates: ["place"] });
    expect(result.at["place"]).toEqual(["few", "many"]);
    const model = linearModel({ ...people, place }, { outcome: "wellbeing", terms: ["third", "place"] });
    const [intercept, , , many] = model.coefficients.map(({ estimate }) => estimate);
    expectClose(result.means[0]!.mean.estimate, intercept! + many! / 2, near);
  });

  test("Holm's p values rise with the single ones and never pass Bonferroni's; all stay at 1 or below", () => {
    const holm = adjustedMeans(people, spec).contrasts;
    const bonferroni = adjustedMeans(people, { ...spec, adjustment: "bonferroni" }).contrasts;
    const tukey = adjustedMeans(people, { ...spec, adjustment: "tukey" }).contrasts;
    holm.forEach(({ difference, adjustedPValue }, k) => {
      expect(adjustedPValue).toBeGreaterThanOrEqual(difference.pValue);
      expect(adjustedPValue).toBeLessThanOrEqual(bonferroni[k]!.adjustedPValue);
      expect(tukey[k]!.adjustedPValue).toBeLessThanOrEqual(bonferroni[k]!.adjustedPValue);
      expect(tukey[k]!.adjustedPValue).toBeGreaterThanOrEqual(difference.pValue);
    });
  });

  test.each([
    ["not-two-groups", { ...people, third: people.third.map(() => "a") }, spec],
    ["invalid-option", people, { ...spec, covariates: ["third"] }],
    ["invalid-option", people, { ...spec, covariates: ["age:mentored"] }],
    ["invalid-option", people, { ...spec, adjustment: "scheffe" }],
    ["invalid-option", people, { ...spec, covariance: "HC3", cluster: "site" }],
    ["outcome-among-terms", people, { ...spec, group: "wellbeing" }],
    ["outcome-among-terms", people, { ...spec, covariates: ["wellbeing"] }],
    ["cluster-needed", people, { ...spec, covariance: "CR2" }],
    ["unknown-option", people, { ...spec, terms: [] }],
    ["unknown-column", people, { ...spec, group: "arm" }],
    ["collinear", { ...people, twice: people.age.map((x) => 2 * x) }, { ...spec, covariates: ["age", "twice"] }],
    ["constant-outcome", { ...people, wellbeing: people.age.map(() => 4) }, spec],
  ])("%s is refused", (code, data, wrong) => {
    expect(refusalOf(() => adjustedMeans(data, wrong as AdjustedMeansSpec)).code).toBe(code);
  });
});
