import { describe, expect, test } from "vitest";
import { KithpathError } from "../../src/errors.ts";
import { type PathModelSpec, pathModel } from "../../src/mediation/index.ts";
import { simulatedCohort } from "./cohort.ts";

const cohort: Record<string, (number | string | null)[]> = {
  ...simulatedCohort(80, 5),
};
cohort.copy = cohort.connection!.map((value) => 2 * (value as number) + 1);
cohort.sum = cohort.connection!.map((value, k) => (value as number) + (cohort.support![k] as number));
cohort.constant = cohort.age!.map(() => 4);
cohort.stage = cohort.age!.map((_, k) => ["early", "action", "late"][k % 3]!);
cohort.absent = cohort.age!.map(() => null);
cohort.ageMonths = cohort.age!.map((value) => 12 * (value as number));

const simple = { connection: ["a*mentored"], wellbeing: ["mentored", "b*connection"] };

function codeOf(spec: unknown, data: Parameters<typeof pathModel>[0] = cohort): string {
  try {
    pathModel(data, spec as PathModelSpec);
  } catch (error) {
    if (error instanceof KithpathError) return error.code;
    throw error;
  }
  return "accepted";
}

const refused: [string, string, unknown][] = [
  [
    "two outcomes that predict each other",
    "cycle",
    { equations: { connection: ["wellbeing"], wellbeing: ["connection"] } },
  ],
  ["an outcome that predicts itself", "cycle", { equations: { connection: ["connection"] } }],
  [
    "a circle by way of a product",
    "cycle",
    { equations: { connection: ["age:wellbeing"], wellbeing: ["connection"] } },
  ],
  ["an unknown predictor", "unknown-column", { equations: { connection: ["mentor"] } }],
  ["an unknown outcome", "unknown-column", { equations: { conection: ["mentored"] } }],
  ["a fixed path", "invalid-option", { equations: { connection: ["1*mentored"] } }],
  ["an outcome of categories", "not-numeric", { equations: { stage: ["mentored"] } }],
  ["predictors that determine each other", "collinear", { equations: { connection: ["age", "ageMonths"] } }],
  [
    "exogenous columns of two equations that determine each other",
    "collinear",
    { equations: { connection: ["age"], support: ["ageMonths"] } },
  ],
  [
    "outcomes that determine each other",
    "collinear",
    { equations: { connection: ["age"], support: ["age"], sum: ["age"] } },
  ],
  ["a constant predictor", "collinear", { equations: { connection: ["constant"] } }],
  ["a constant outcome", "constant-outcome", { equations: { constant: ["mentored"] } }],
  [
    "an outcome in another form",
    "perfect-fit",
    { equations: { connection: ["mentored"], copy: ["connection", "mentored"] } },
  ],
  ["no equation", "no-equations", { equations: {} }],
  ["no equations at all", "no-equations", {}],
  ["predictors that are no list", "invalid-option", { equations: { connection: "mentored" } }],
  ["a predictor twice", "repeated-term", { equations: { connection: ["mentored", "a*mentored"] } }],
  ["one name for two paths", "repeated-label", { equations: { connection: ["a*mentored"], support: ["a*mentored"] } }],
  ["a name for three levels", "label-of-several", { equations: { connection: ["a*stage"] } }],
  [
    "a covariance of what has no equation",
    "not-an-outcome",
    { equations: simple, correlatedErrors: [["connection", "mentored"]] },
  ],
  [
    "a covariance of an outcome with itself",
    "invalid-option",
    { equations: simple, correlatedErrors: [["connection", "connection"]] },
  ],
  [
    "a pair twice",
    "repeated-pair",
    {
      equations: { connection: ["age"], support: ["age"] },
      correlatedErrors: [
        ["connection", "support"],
        ["support", "connection"],
      ],
    },
  ],
  [
    "a covariance beside the path of the same two outcomes",
    "not-identified",
    { equations: simple, correlatedErrors: [["connection", "wellbeing"]] },
  ],
  ["an unknown name in a definition", "unknown-path", { equations: simple, define: { indirect: "a*d" } }],
  ["a definition that ends early", "invalid-expression", { equations: simple, define: { indirect: "a*" } }],
  ["a definition with an open parenthesis", "invalid-expression", { equations: simple, define: { indirect: "(a*b" } }],
  ["a definition with a sign of its own", "invalid-expression", { equations: simple, define: { indirect: "a^b" } }],
  ["an empty definition", "invalid-expression", { equations: simple, define: { indirect: " " } }],
  ["a definition called like a path", "repeated-label", { equations: simple, define: { a: "a*b" } }],
  ["a definition without a proper name", "invalid-option", { equations: simple, define: { "in direct": "a*b" } }],
  ["a definition that divides by 0", "undefined-value", { equations: simple, define: { share: "a/(b - b)" } }],
  ["an effect of nothing", "unknown-path", { equations: simple, effects: { from: "age", to: "wellbeing" } }],
  [
    "an effect on what has no equation",
    "not-an-outcome",
    { equations: simple, effects: { from: "mentored", to: "age" } },
  ],
  [
    "an effect along no path",
    "no-path",
    { equations: { connection: ["mentored"], support: ["age"] }, effects: { from: "age", to: "connection" } },
  ],
  [
    "an effect that depends on age",
    "effect-not-constant",
    { equations: { connection: ["mentored", "age", "mentored:age"] }, effects: { from: "mentored", to: "connection" } },
  ],
  [
    "a product of a mediator by maximum likelihood",
    "product-of-outcome",
    { equations: { connection: ["mentored"], wellbeing: ["connection", "age", "connection:age"] } },
  ],
  [
    "unlike equations with correlated errors by least squares",
    "needs-likelihood",
    {
      equations: { connection: ["mentored"], support: ["age"] },
      correlatedErrors: [["connection", "support"]],
      estimator: "least-squares",
    },
  ],
  [
    "standard errors of a likelihood by least squares",
    "invalid-option",
    { equations: simple, estimator: "least-squares", standardErrors: "robust" },
  ],
  ["an unknown estimator", "invalid-option", { equations: simple, estimator: "ml" }],
  ["an unknown option", "unknown-option", { equations: simple, missing: "fiml" }],
  ["a percentage as level", "invalid-option", { equations: simple, level: 95 }],
  ["a column without values", "no-complete-rows", { equations: { connection: ["absent"] } }],
];

describe("what pathModel refuses", () => {
  test.each(refused)("%s: %s", (_, code, spec) => {
    expect(codeOf(spec)).toBe(code);
  });

  test("rows no more than the exogenous columns and outcomes", () => {
    const few = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, values.slice(0, 5)]));
    const equations = { connection: ["age", "before"], support: ["age", "before"], wellbeing: ["connection"] };
    expect(codeOf({ equations }, few)).toBe("too-few-rows");
    expect(codeOf({ equations, estimator: "least-squares" }, few)).toBe("accepted");
  });

  test("values whose powers leave the range of numbers", () => {
    const huge = { ...cohort, connection: cohort.connection!.map((value) => 1e90 * (value as number)) };
    const tiny = { ...cohort, mentored: cohort.mentored!.map((value) => 1e-90 * (value as number)) };
    expect(codeOf({ equations: simple }, huge)).toBe("out-of-scale");
    expect(codeOf({ equations: simple }, tiny)).toBe("out-of-scale");
  });

  test("the circle is told in its order", () => {
    const equations = { connection: ["wellbeing"], support: ["connection"], wellbeing: ["support"] };
    expect(() => pathModel(simulatedCohort(40, 1), { equations })).toThrow(
      /connection → support → wellbeing → connection/,
    );
  });

  test("the covariance that cannot be told is named", () => {
    const spec: PathModelSpec = { equations: simple, correlatedErrors: [["connection", "wellbeing"]] };
    expect(() => pathModel(simulatedCohort(40, 1), spec)).toThrow(/error covariance of "connection" and "wellbeing"/);
  });

  test("a two-valued outcome is told", () => {
    const model = pathModel(simulatedCohort(80, 5), { equations: { relapsed: ["mentored"] } });
    expect(model.notes.map(({ code }) => code)).toContain("two-valued-outcome");
  });
});
