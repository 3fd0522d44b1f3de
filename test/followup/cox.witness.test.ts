import { describe, expect, test } from "vitest";
import { type CoxModelSpec, coxModel } from "../../src/index.ts";
import { expectClose, sharedIsPresent } from "../support/witness.ts";
import { type CoxFigures, caseOf, dataOf, expectCox } from "./coxReference.ts";

const studies = {
  lung: { data: "lung", spec: { time: "time", event: "event", terms: ["sex", "age", "ph.ecog"] } },
  help_link: {
    data: "help_link",
    spec: { time: "dayslink", event: "linkstatus", terms: ["treat", "sex", "age", "homeless"] },
  },
  tiny_ties: { data: "tiny_ties", spec: { time: "time", event: "event", terms: ["g"] } },
} as const;
const fits = Object.keys(studies).flatMap((study) =>
  (["efron", "breslow"] as const).map((ties) => ({ study: study as keyof typeof studies, ties })),
);
const modelOf = (study: keyof typeof studies, more: Partial<CoxModelSpec>) =>
  coxModel(dataOf(studies[study].data), { ...studies[study].spec, ...more });
const expectRow = (
  actual: readonly (number | null)[],
  expected: readonly number[],
  tolerance = { rel: 1e-7, abs: 1e-9 },
) => {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, at) => {
    expectClose(value, expected[at]!, tolerance, `place ${at}`);
  });
};

describe.skipIf(!sharedIsPresent)(
  "coxModel against R 4.2.2 survival 3.5-3 (skipped without the shared reference)",
  () => {
    test.each(fits)("$study with $ties ties: coefficients, tests and likelihoods", ({ study, ties }) => {
      const { expected, tolerance } = caseOf(`cox_${study}_${ties}`);
      expectCox(modelOf(study, { ties }), expected as unknown as CoxFigures, tolerance);
    });

    test.each(fits)("$study with $ties ties: cumulative baseline hazard at covariates of 0", ({ study, ties }) => {
      const { expected, tolerance } = caseOf(`basehaz_${study}_${ties}`);
      const steps = modelOf(study, { ties }).baseline![0]!.steps;
      expect(steps.map(({ time }) => time)).toEqual(expected.time);
      expectRow(
        steps.map(({ atZero }) => atZero),
        expected.cumhaz!,
        tolerance,
      );
    });

    test("strata have baselines of their own", () => {
      const { expected, tolerance } = caseOf("cox_strata");
      const model = modelOf("lung", { terms: ["sex", "age"], strata: "ph.ecog" });
      expectCox(model, expected.fit as unknown as CoxFigures, tolerance);
      const basehaz = expected.basehaz as unknown as { time: number[]; cumhaz: number[]; strata: string[] };
      const rows = model.baseline!.flatMap(({ stratum, steps }) => steps.map((step) => ({ stratum, ...step })));
      expect(rows.map(({ time }) => time)).toEqual(basehaz.time);
      expectRow(
        rows.map(({ atZero }) => atZero),
        basehaz.cumhaz,
        tolerance,
      );
    });

    test("robust standard errors, each row on its own", () => {
      const { expected, tolerance } = caseOf("cox_robust");
      const model = modelOf("help_link", { terms: ["treat", "cesd"], covariance: "robust" });
      expectCox(model, expected as unknown as CoxFigures, tolerance);
    });

    test("robust standard errors by cluster", () => {
      const { expected, tolerance } = caseOf("cox_cluster");
      const model = modelOf("lung", { terms: ["sex", "age"], cluster: "inst" });
      expectCox(model, expected as unknown as CoxFigures, tolerance);
    });

    test("a category in a product with a number", () => {
      const { expected, tolerance } = caseOf("cox_interaction");
      const model = coxModel(dataOf("veteran"), {
        time: "time",
        event: "status",
        terms: ["trt", "celltype", "karno", "trt:celltype"],
      });
      expectCox(model, expected as unknown as CoxFigures, tolerance);
    });

    test("cause-specific hazards, the other cause competing", () => {
      const { expected, tolerance } = caseOf("cause_specific_cox");
      for (const [event, competing, figures] of [
        [1, 2, expected.c1],
        [2, 1, expected.c2],
      ] as const) {
        const model = coxModel(dataOf("mgus2"), {
          time: "etime",
          event: { column: "event", event, competing },
          terms: ["age", "sex", "hgb"],
        });
        expectCox(model, figures as unknown as CoxFigures, tolerance);
      }
    });

    test("monotone likelihood is named, and the score test stands", () => {
      const { expected, tolerance } = caseOf("cox_monotone");
      const model = coxModel(
        { t: [1, 2, 3, 4, 5, 6, 7, 8], e: [1, 1, 0, 1, 0, 0, 0, 0], g: [1, 1, 1, 1, 0, 0, 0, 0] },
        { time: "t", event: "e", terms: ["g"] },
      );
      expect(model.coefficients[0]).toMatchObject({ estimate: null, hazardRatio: null, pValue: null, diverges: "up" });
      expect(model.notes.map(({ code }) => code)).toContain("monotone-likelihood");
      expect(model.tests?.wald).toBeNull();
      expectClose(model.tests!.score.statistic, expected.score!, tolerance);
      expectClose(model.tests!.score.pValue, expected.score_p!, tolerance);
    });

    test.each(fits)("$study with $ties ties: concordance and its pairs", ({ study, ties }) => {
      const { expected, tolerance } = caseOf(`concord_${study}_${ties}`);
      const found = modelOf(study, { ties }).concordance!;
      expectClose(found.estimate, expected.concordance!, tolerance);
      expectClose(found.standardError, expected.se!, tolerance);
      const { concordant, discordant, tiedPredictor, tiedTime, tiedBoth } = found;
      expect([concordant, discordant, tiedPredictor, tiedTime, tiedBoth]).toEqual(Object.values(expected.counts!));
    });

    test.each(fits)("$study with $ties ties: residuals", ({ study, ties }) => {
      const { expected, tolerance } = caseOf(`cox_resid_${study}_${ties}`);
      const residuals = modelOf(study, { ties, residuals: true }).residuals!;
      expectRow(residuals.martingale.slice(0, 25), expected.martingale!, tolerance);
      expectRow(residuals.deviance.slice(0, 25), expected.deviance!, tolerance);
      const squares = residuals.schoenfeld[0]!.values.map((_, j) =>
        residuals.schoenfeld.reduce((sum, { values }) => sum + values[j]! ** 2, 0),
      );
      expectRow(squares, expected.schoenfeld_ss!, tolerance);
    });

    const scales = (["km", "identity", "log", "rank"] as const).flatMap((timeTransform) =>
      (Object.keys(studies) as (keyof typeof studies)[]).map((study) => ({ study, timeTransform })),
    );
    test.each(scales)("$study: proportional hazards against $timeTransform time", ({ study, timeTransform }) => {
      const { expected, tolerance } = caseOf(`zph_${study}_${timeTransform}`);
      const { terms, global } = modelOf(study, { timeTransform }).proportionalHazards!;
      expect([...terms.map(({ term }) => term), "GLOBAL"]).toEqual(expected.term);
      expect([...terms, global].map(({ df }) => df)).toEqual(expected.df);
      expectRow(
        [...terms, global].map(({ statistic }) => statistic),
        expected.chisq!,
        tolerance,
      );
      expectRow(
        [...terms, global].map(({ pValue }) => pValue),
        expected.p!,
        tolerance,
      );
    });

    test.each(["efron", "breslow"] as const)("several rows per person, %s ties (Andersen–Gill)", (ties) => {
      const { expected, tolerance } = caseOf(`andersen_gill_${ties}`);
      const rows = dataOf("cgd");
      // R orders levels by locale, kithpath by code point, so the indicator is made by hand
      const linked = rows.inherit!.map((value) => (value === "X-linked" ? 1 : 0));
      const model = coxModel(
        { ...rows, linked },
        {
          ...{ time: "tstop", start: "tstart", event: "status", cluster: "id", ties },
          terms: ["treat", "age", "linked"],
        },
      );
      const figures = expected as unknown as CoxFigures & { term: string[] };
      expect(figures.term).toEqual(["treatrIFN-g", "age", "inheritX-linked"]);
      expectCox(model, figures, tolerance);
    });

    test("strata by the number of the event (Prentice–Williams–Peterson)", () => {
      const { expected, tolerance } = caseOf("pwp_total_time");
      const rows = dataOf("cgd");
      const kept = rows.enum!.flatMap((value, row) => (Number(value) <= 3 ? [row] : []));
      const some = Object.fromEntries(
        Object.entries(rows).map(([name, values]) => [name, kept.map((row) => values[row]!)]),
      );
      const model = coxModel(some, {
        ...{ time: "tstop", start: "tstart", event: "status", cluster: "id", strata: "enum" },
        terms: ["treat", "age"],
      });
      expectCox(model, expected as unknown as CoxFigures, tolerance);
    });

    test("without terms the baseline is the Nelson–Aalen estimate of each stratum", () => {
      const { expected, tolerance } = caseOf("ag_basehaz_mcf");
      const model = coxModel(dataOf("cgd"), {
        ...{ time: "tstop", start: "tstart", event: "status", strata: "treat", ties: "breslow" },
        terms: [],
      });
      const steps = model.baseline!.flatMap(({ steps }) => steps.filter(({ events }) => events > 0));
      expect(steps.map(({ time }) => time)).toEqual(expected.time);
      expectRow(
        steps.map(({ atZero }) => atZero),
        expected.cumhaz!,
        tolerance,
      );
    });
  },
);
