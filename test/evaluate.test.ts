import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type Cohort,
  type CompareChange,
  defineStudy,
  type Evaluation,
  evaluate,
  type FollowRelapse,
  type Mediation,
  parseCohort,
  type Study,
  tidy,
  toHtml,
  toJson,
  toMarkdown,
  toText,
} from "../src/index.ts";
import { rejectionOf } from "./support/refusal.ts";
import { root, textOf } from "./support/sources.ts";
import { expectClose, sharedIsPresent } from "./support/witness.ts";

// biome-ignore lint/suspicious/noExplicitAny: the figures of R are a tree of numbers, read by name
type Figures = any;

const digits = { rel: 1e-8, abs: 1e-9 };

function open(studyPath: string): { cohort: Cohort; study: Study } {
  const study = defineStudy(JSON.parse(textOf(studyPath)));
  const { file, ...options } = study.data!;
  return {
    cohort: parseCohort(readFileSync(join(root, dirname(studyPath), file)), { ...options, id: study.id }),
    study,
  };
}

function expectTested(actual: Figures, expected: Figures, label: string): void {
  expectClose(actual.estimate, expected.estimate, digits, `${label} estimate`);
  expectClose(actual.standardError, expected.standardError, digits, `${label} standard error`);
  expectClose(actual.interval.lower, expected.lower, digits, `${label} lower`);
  expectClose(actual.interval.upper, expected.upper, digits, `${label} upper`);
  expectClose(actual.df, expected.df, { rel: 1e-6, abs: 0 }, `${label} df`);
  expectClose(actual.pValue, expected.pValue, { rel: 1e-6, abs: 1e-300 }, `${label} p`);
}

function expectLedger(
  { dropped }: { readonly dropped: Evaluation["description"]["dropped"] },
  expected: Figures,
): void {
  expect(dropped.rowsIn).toBe(expected.rowsIn);
  expect(dropped.rowsUsed).toBe(expected.rowsUsed);
  expect(Object.fromEntries(dropped.reasons.map(({ variable, rows }) => [variable, rows]))).toEqual({
    ...expected.byFirstMissing,
  });
}

function expectDescription({ description }: Evaluation, figures: Figures): void {
  for (const expected of figures.baseline) {
    const rows = description.baseline.filter(({ variable }) => variable === expected.variable);
    expect(rows.length, expected.variable).toBeGreaterThan(0);
    const difference = rows[0]!.standardizedDifference!;
    if (expected.type === "category") {
      expectClose(difference, expected.distance, digits, expected.variable);
      continue;
    }
    const proportions = expected.standardizedDifferenceOfProportions;
    expectClose(difference, proportions ?? expected.standardizedDifference, digits, expected.variable);
    for (const [index, arm] of [expected.treated, expected.reference].entries()) {
      const group = rows[0]!.groups[index]!;
      expect([group.n, group.missing]).toEqual([arm.n, arm.missing]);
      if (proportions !== undefined) expectClose(group.proportion!, arm.mean, digits, expected.variable);
      else {
        expectClose(group.mean!, arm.mean, digits, expected.variable);
        expectClose(group.sd!, arm.sd, digits, expected.variable);
      }
    }
  }
}

function expectComparison(comparison: CompareChange, expected: Figures, covariance: "classical" | "CR2"): void {
  expect(comparison.n).toBe(expected.n);
  expectLedger(comparison, expected.dropped);
  for (const name of ["treated", "reference"] as const) {
    const group = comparison.groups.find(({ arm }) => arm === comparison.arm![name])!;
    const figures = expected.groups[name];
    expect(group.n).toBe(figures.n);
    for (const wave of ["before", "after"] as const) {
      expectClose(group[wave].mean, figures[wave].mean, digits, `${name} ${wave}`);
      expectClose(group[wave].sd, figures[wave].sd, digits, `${name} ${wave}`);
    }
    expectTested(group.change, figures.change[covariance], `${name} change`);
    expectClose(group.standardizedChange.dz.estimate, figures.dz.estimate, digits, `${name} d_z`);
    expectClose(group.standardizedChange.dav.estimate, figures.davRootMeanSquareSd, digits, `${name} d_av`);
  }
  expectTested(comparison.adjusted, expected.adjusted[covariance], "adjusted");
  expectTested(comparison.changeScore, expected.changeScore[covariance], "change score");
  expectTested(comparison.unadjustedAfter, expected.unadjustedAfter[covariance], "unadjusted");
  expectClose(comparison.standardizedAdjusted!.estimate, expected.standardizedAdjusted, digits, "standardised");
}

function expectRelapse(relapse: FollowRelapse, expected: Figures): void {
  expect(relapse.n).toBe(expected.n);
  expectLedger(relapse, expected.dropped);
  for (const name of ["treated", "reference"] as const) {
    const group = relapse.groups.find(({ arm }) => arm === relapse.arm[name])!;
    const figures = expected.groups[name];
    expect([group.n, group.events, group.competingEvents, group.censored]).toEqual([
      figures.n,
      figures.events,
      figures.competingEvents,
      figures.censored,
    ]);
    expectClose(group.risk.estimate, figures.risk.estimate, digits, `${name} risk`);
    expectClose(group.netRisk.estimate, figures.netRisk.estimate, digits, `${name} net risk`);
    expectClose(group.restrictedMean.estimate, figures.restrictedMeanEventFree.estimate, digits, `${name} days free`);
    if (relapse.cluster === null) {
      expectClose(group.risk.standardError, figures.risk.standardError, digits, `${name} risk SE`);
      expectClose(
        group.restrictedMean.standardError,
        figures.restrictedMeanEventFree.standardError,
        digits,
        `${name} days SE`,
      );
    }
  }
  expectClose(relapse.riskDifference.estimate, expected.riskDifference.estimate, digits, "risk difference");
  expectClose(relapse.riskRatio!.estimate, expected.riskRatio, digits, "risk ratio");
  expectClose(
    relapse.restrictedMeanDifference.estimate,
    expected.restrictedMeanDifferenceEventFree.estimate,
    digits,
    "days",
  );
  if (relapse.cluster === null) {
    expectClose(
      relapse.riskDifference.standardError,
      expected.riskDifference.standardErrorIndependentArms,
      digits,
      "RD SE",
    );
    expectClose(
      relapse.restrictedMeanDifference.standardError,
      expected.restrictedMeanDifferenceEventFree.standardErrorIndependentArms,
      digits,
      "days SE",
    );
    expectClose(relapse.logRank!.statistic, expected.logRankRelapse.statistic, digits, "log-rank");
    expectClose(relapse.logRank!.pValue, expected.logRankRelapse.pValue, { rel: 1e-7, abs: 0 }, "log-rank p");
  } else {
    expectSimulated(relapse.riskDifference, expected.clusterBootstrap.riskDifference, "risk difference");
    expectSimulated(
      relapse.restrictedMeanDifference,
      expected.clusterBootstrap.restrictedMeanDifferenceEventFree,
      "days",
    );
  }
}

/** Limits from draws agree with R's within five Monte Carlo errors of the two runs together. */
function expectSimulated(actual: Figures, expected: Figures, label: string): void {
  for (const side of ["lower", "upper"] as const) {
    const error = expected.monteCarloErrorOfLimits[side];
    expectClose(actual.interval[side], expected[side], { rel: 0, abs: 5 * Math.SQRT2 * error }, `${label} ${side}`);
  }
}

function expectMediation(mediation: Mediation, expected: Figures, covariance: "classical" | "CR2"): void {
  expect(mediation.n).toBe(expected.n);
  expectLedger(mediation, expected.dropped);
  const scale = mediation.outcome.family === "gaussian" ? "difference" : "riskDifference";
  const effectOf = (name: string, mediator: string | null = null) =>
    mediation.effects.find((row) => row.effect === name && row.mediator === mediator && row.scale === scale);
  for (const name of [
    "total",
    "pureNaturalDirect",
    "totalNaturalIndirect",
    "totalNaturalDirect",
    "pureNaturalIndirect",
  ]) {
    const row = effectOf(name)!;
    expectClose(row.estimate, expected.effects[name], { rel: 1e-7, abs: 1e-8 }, name);
    if (expected.bootstrap?.[name] !== undefined) expectSimulated(row, expected.bootstrap[name], name);
  }
  if (mediation.outcome.family !== "gaussian") return;
  for (const mediator of mediation.mediators) {
    const specific = expected.effects[`totalNaturalIndirect:${mediator}`];
    if (mediation.mediators.length > 1)
      expectClose(effectOf("indirect", mediator)!.estimate, specific, digits, mediator);
    const a = mediation.paths.find(({ path, mediator: through }) => path === "a" && through === mediator)!;
    expectTested(a, expected.paths[`a: ${mediation.exposure.column} -> ${mediator}`][covariance], `a ${mediator}`);
  }
  const c = mediation.paths.find(({ path }) => path === "c")!;
  expectTested(c, expected.paths["c (total, outcome on exposure and covariates)"][covariance], "c");
}

function describeAgainstR(name: string, studyPath: string, figuresPath: string, covariance: "classical" | "CR2"): void {
  const figures: Figures = JSON.parse(textOf(figuresPath));
  let evaluation: Evaluation;
  beforeAll(async () => {
    const { cohort, study } = open(studyPath);
    evaluation = await evaluate(cohort, study, { draws: 4000 });
  });

  test("no question is refused", () => expect(evaluation.refusals).toEqual([]));
  test("the baseline table agrees with R", () => expectDescription(evaluation, figures));
  test("every comparison agrees with R", () => {
    expect(evaluation.comparisons).toHaveLength(figures.comparisons.length);
    for (const [index, comparison] of evaluation.comparisons.entries())
      expectComparison(comparison, figures.comparisons[index], covariance);
  });
  test("relapse agrees with R", () => expectRelapse(evaluation.relapse!, figures.relapse));
  test("every mediation agrees with R", () => {
    expect(evaluation.mediations).toHaveLength(figures.mediations.length);
    for (const [index, mediation] of evaluation.mediations.entries())
      expectMediation(mediation, figures.mediations[index], covariance);
  });
  test(`the report of ${name} tells every section and no NaN`, () => {
    const markdown = toMarkdown(evaluation);
    for (const section of [
      "What was asked",
      "Who was in it",
      "What changed",
      "Who relapsed",
      "ran through connection",
      "What would change",
      "Methods",
    ]) {
      expect(markdown).toContain(section);
    }
    for (const text of [markdown, toHtml(evaluation), toText(evaluation)]) {
      expect(text).not.toMatch(/\bNaN\b|undefined|\[object|Infinity/);
      expect(text).not.toMatch(/\bproves?\b|full mediation/i);
    }
    expect(JSON.parse(toJson(evaluation)).kind).toBe("evaluation");
    for (const row of tidy(evaluation))
      for (const value of Object.values(row))
        expect(typeof value === "number" ? Number.isFinite(value) : true).toBe(true);
  });
}

describe("the shipped cohort", () =>
  describeAgainstR("the shipped cohort", "fixtures/cohorts/study.json", "fixtures/evaluation/cohort.json", "CR2"));

describe.skipIf(!sharedIsPresent)("the HELP trial (data beside the project; skipped where they are absent)", () =>
  describeAgainstR(
    "the HELP trial",
    "fixtures/evaluation/help-study.json",
    "fixtures/evaluation/help.json",
    "classical",
  ),
);

describe("evaluate", () => {
  test("gives the same digits for the same seed, whatever the order of rows", async () => {
    const { cohort, study } = open("fixtures/cohorts/study.json");
    const first = await evaluate(cohort, study, { draws: 200, seed: 3 });
    expect(await evaluate(cohort, study, { draws: 200, seed: 3 })).toEqual(first);
    expect(first.seed).toBe(3);
    expect(first.study.inference.draws).toBe(200);
  });

  test("tells progress by question, and stops when asked", async () => {
    const { cohort, study } = open("fixtures/cohorts/study.json");
    const questions = new Set<string>();
    const controller = new AbortController();
    const error = await rejectionOf(() =>
      evaluate(cohort, study, {
        draws: 50_000,
        signal: controller.signal,
        onProgress: (question, done) => {
          questions.add(question);
          if (done > 0) controller.abort();
        },
      }),
    );
    expect(error.code).toBe("aborted");
    expect(questions.size).toBeGreaterThan(1);
  });

  test("refuses an option it does not know", async () => {
    const { cohort, study } = open("fixtures/cohorts/study.json");
    expect((await rejectionOf(() => evaluate(cohort, study, { drawz: 5 } as object))).code).toBe("unknown-option");
  });

  test("answers the other questions where one cannot be answered, and says which", async () => {
    const { cohort, study } = open("fixtures/cohorts/study.json");
    const impossible = { ...study, relapse: { ...study.relapse!, horizon: 4000 } };
    const evaluation = await evaluate(cohort, impossible, { draws: 100 });
    expect(evaluation.relapse).toBeNull();
    expect(evaluation.refusals.map(({ code }) => code)).toEqual(["horizon-beyond-followup"]);
    expect(toMarkdown(evaluation)).toContain("Not answered");
  });

  test("gives the tipping point as the estimate over the share not seen", async () => {
    const { cohort, study } = open("fixtures/cohorts/study.json");
    const { comparisons, tippingPoints } = await evaluate(cohort, study, { draws: 100 });
    const [point] = tippingPoints;
    const share = point!.treatedUnseen / point!.treatedTotal;
    expectClose(point!.shift, comparisons[0]!.adjusted!.estimate / share, { rel: 1e-12, abs: 0 });
  });
});

test("a mediation question that names no covariates takes those of the study", async () => {
  const { cohort, study } = open("fixtures/cohorts/study.json");
  const { exposure, mediators, outcome } = study.mediation[0]!;
  const asked = {
    ...study,
    covariates: ["age", "female", ...mediators],
    waves: [],
    compare: [],
    mediation: [{ exposure, mediators, outcome }],
  };
  const { mediations } = await evaluate(cohort, asked, { draws: 100 });
  expect(mediations[0]!.covariates).toEqual(["age", "female"]);
});

test("the report of a single arm speaks of no comparison group, not of arms", async () => {
  const cohort = parseCohort("id,a,b\n1,2,4\n2,3,3\n3,5,9\n4,1,2\n", { id: "id" });
  const compare = [{ outcome: "Wellbeing", before: "a", after: "b", better: "higher" }];
  const text = toMarkdown(
    await evaluate(cohort, defineStudy({ title: "One", design: "single-arm", id: "id", compare })),
  );
  expect(text).toContain("There is no comparison group");
  expect(text).not.toContain("assigned to the arms");
});
