import { beforeAll, describe, expect, test } from "vitest";
import { defineStudy, type Evaluation, evaluate, tidy, toCohort, toJson, toMarkdown } from "../../src/index.ts";
import { refusalOf } from "../support/refusal.ts";

const people = Array.from({ length: 80 }, (_, i) => {
  const arm = i % 2 === 0 ? "usual" : "mentor";
  const before = 40 + ((i * 7) % 11);
  const connection = 50 + (i % 2) * 3 + ((i * 5) % 13);
  const lost = i % 9 === 0;
  return {
    id: `p${i}`,
    arm,
    before,
    connection,
    after: lost ? null : before + (i % 2) * 2 + ((i * 3) % 5),
    days: 30 + ((i * 37) % 300),
    relapsed: (i * 3) % 4 === 0 ? 1 : 0,
    rare: i === 3 || i === 7 ? 1 : 0,
  };
});

const definition = {
  title: "Mentors <script>alert(1)</script> | in *one* town",
  design: "two-arm-randomised",
  id: "id",
  arm: {
    column: "arm",
    treated: "mentor",
    reference: "usual",
    label: { treated: "with a mentor", reference: "as usual" },
  },
  covariates: ["rare"],
  compare: [{ outcome: "Wellbeing", before: "before", after: "after", better: "higher" }],
  relapse: { time: "days", event: "relapsed", horizon: 250 },
  mediation: [{ exposure: "arm", mediators: ["connection"], outcome: "after", covariates: ["before"] }],
  labels: { after: "Wellbeing after a year", connection: "Connection" },
  inference: { draws: 200 },
};

let evaluation: Evaluation;
beforeAll(async () => {
  evaluation = await evaluate(toCohort(people, { id: "id" }), defineStudy(definition));
});

describe("the report of an evaluation", () => {
  test("opens with the study's title, escaped", () => {
    expect(toMarkdown(evaluation)).toMatch(/^# Mentors &lt;script&gt;/);
  });

  test("tells the adjusted difference with the arms' own names and the scale's direction", () => {
    const { adjusted } = evaluation.comparisons[0]!;
    const points = Math.abs(adjusted!.estimate).toFixed(1);
    expect(toMarkdown(evaluation)).toContain(
      `People in the group with a mentor scored about ${points} points ${adjusted!.estimate > 0 ? "higher (better)" : "lower (worse)"}`,
    );
  });

  test("says who was left out and why", () => {
    expect(toMarkdown(evaluation)).toContain(
      "71 of 80 people are in this analysis; 9 are left out: Wellbeing after a year missing 9.",
    );
  });

  test("hides small counts unless asked to show them", () => {
    expect(toMarkdown(evaluation)).toMatch(/\| rare \| &lt; 5 \|/);
    expect(toMarkdown(evaluation, { suppressBelow: 0 })).toMatch(/\| rare \| 2 \(5%\) \|/);
  });

  test("gives the tipping point, the sensitivity, the software and the seed", () => {
    const markdown = toMarkdown(evaluation);
    expect(markdown).toContain("The adjusted difference would vanish if their scores lay");
    expect(markdown).toContain("correlated by");
    expect(markdown).toMatch(/Computed with kithpath \d+\.\d+\.\d+; seed 1, 200 draws/);
  });

  test("says that a comparison of relapse is unadjusted where nobody was assigned at random", async () => {
    const observational = defineStudy({ ...definition, design: "two-arm-observational" });
    const told = toMarkdown(await evaluate(toCohort(people, { id: "id" }), observational));
    expect(told).toContain("The arms are compared as they are.");
    expect(toMarkdown(evaluation)).not.toContain("The arms are compared as they are.");
  });

  test("of a single arm calls a change a change", async () => {
    const { arm: _arm, relapse: _relapse, mediation: _mediation, ...rest } = definition;
    const single = await evaluate(toCohort(people, { id: "id" }), defineStudy({ ...rest, design: "single-arm" }));
    expect(toMarkdown(single)).toContain("This is a change, not an effect");
  });

  test("refuses an option it does not know", () => {
    expect(refusalOf(() => toMarkdown(evaluation, { label: {} } as object)).code).toBe("unknown-option");
  });
});

describe("tidy", () => {
  test("gives one flat row per estimate, the same numbers as the result", () => {
    const rows = tidy(evaluation);
    expect(rows.find(({ term }) => term === "adjusted difference")!.estimate).toBe(
      evaluation.comparisons[0]!.adjusted!.estimate,
    );
    expect(rows.find(({ term }) => term === "risk difference")!.upper).toBe(
      evaluation.relapse!.riskDifference.interval!.upper,
    );
    expect(rows.every((row) => Object.values(row).every((value) => value === null || typeof value !== "object"))).toBe(
      true,
    );
  });
});

describe("toJson", () => {
  test("gives every number back as it was", () => {
    const { schema, kithpathVersion, ...back } = JSON.parse(toJson(evaluation));
    expect(schema).toBe("kithpath.evaluation/1");
    expect(kithpathVersion).toBe(evaluation.software.version);
    expect(back).toEqual(JSON.parse(JSON.stringify(evaluation)));
    expect(back.comparisons[0].adjusted.pValue).toBe(evaluation.comparisons[0]!.adjusted!.pValue);
  });

  test("refuses a result that holds NaN", () => {
    expect(refusalOf(() => toJson({ kind: "broken", estimate: Number.NaN } as { kind: string })).code).toBe(
      "not-a-number",
    );
  });
});
