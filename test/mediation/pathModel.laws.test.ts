import { describe, expect, test } from "vitest";
import { type PathModel, type PathModelSpec, pathModel } from "../../src/mediation/index.ts";
import { evaluate, parseExpression } from "../../src/mediation/pathModelExpression.ts";
import { linearModel } from "../../src/regression/index.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";

const cohort = simulatedCohort(160, 3);
/** Over-identified and not in closed form. */
const unlike: PathModelSpec = {
  equations: {
    connection: ["a*mentored", "before"],
    support: ["mentored", "severity"],
    wellbeing: ["b*connection", "support", "before"],
  },
  correlatedErrors: [["connection", "support"]],
  define: { indirect: "a*b" },
};
/** Every path there is. */
const whole: PathModelSpec = {
  equations: {
    connection: ["mentored", "before"],
    support: ["mentored", "before", "connection"],
    wellbeing: ["mentored", "before", "connection", "support"],
  },
  effects: { from: "mentored", to: "wellbeing" },
};
const tight = { rel: 1e-9, abs: 1e-10 };
const kinds = ["expected", "observed", "robust"] as const;

function row(model: PathModel, outcome: string, name: string) {
  return model.coefficients.find((one) => one.outcome === outcome && one.name === name)!;
}

/** Everything of a model but the order of its equations. */
function expectSame(one: PathModel, two: PathModel): void {
  for (const left of one.coefficients) {
    const right = row(two, left.outcome, left.name);
    expectClose(right.estimate, left.estimate, tight, `${left.outcome} ~ ${left.name}`);
    expectClose(right.standardError, left.standardError!, tight, `${left.outcome} ~ ${left.name} SE`);
  }
  for (const left of one.errorVariances) {
    const right = two.errorVariances.find(({ outcome }) => outcome === left.outcome)!;
    expectClose(right.standardError, left.standardError!, tight, left.outcome);
  }
  expectClose(two.fit!.chiSquare.statistic, one.fit!.chiSquare.statistic, tight);
  if (one.fit!.scaled !== null) expectClose(two.fit!.scaled!.scalingFactor, one.fit!.scaled.scalingFactor!, tight);
}

describe("laws of path models", () => {
  test.each(kinds)("the order of rows, equations, predictors and pairs does not matter (%s)", (standardErrors) => {
    const one = pathModel(cohort, { ...unlike, standardErrors });
    const reversed = Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, [...values].reverse()]));
    const two = pathModel(reversed, {
      ...unlike,
      standardErrors,
      equations: Object.fromEntries(
        Object.entries(unlike.equations)
          .reverse()
          .map(([name, terms]) => [name, [...terms].reverse()]),
      ),
      correlatedErrors: [["support", "connection"]],
    });
    expectSame(one, two);
  });

  test.each(kinds)(
    "units and origins of columns carry over, tests and standardised paths stay (%s)",
    (standardErrors) => {
      const one = pathModel(cohort, { ...unlike, standardErrors });
      const two = pathModel(
        {
          ...cohort,
          connection: cohort.connection!.map((value) => 1e6 * value - 3e7),
          before: cohort.before!.map((value) => 1e-5 * value + 2),
        },
        { ...unlike, standardErrors },
      );
      const changed: [string, string, number][] = [
        ["connection", "mentored", 1e6],
        ["connection", "before", 1e11],
        ["wellbeing", "connection", 1e-6],
        ["wellbeing", "before", 1e5],
        ["wellbeing", "support", 1],
      ];
      for (const [outcome, name, factor] of changed) {
        const left = row(one, outcome, name);
        const right = row(two, outcome, name);
        expectClose(right.estimate, left.estimate * factor, { rel: 1e-8, abs: 0 }, `${outcome} ~ ${name}`);
        expectClose(right.standardError, left.standardError! * factor, { rel: 1e-8, abs: 0 }, `${outcome} ~ ${name}`);
        expectClose(right.standardized.all, left.standardized.all!, { rel: 1e-8, abs: 1e-10 });
      }
      expectClose(two.fit!.chiSquare.statistic, one.fit!.chiSquare.statistic, { rel: 1e-7, abs: 0 });
      expectClose(two.definitions[0]!.estimate, one.definitions[0]!.estimate, { rel: 1e-8, abs: 0 });
    },
  );

  test.each(kinds)(
    "everybody twice: the same estimates, standard errors over √2, χ² doubled (%s)",
    (standardErrors) => {
      const one = pathModel(cohort, { ...unlike, standardErrors });
      const doubled = Object.fromEntries(
        Object.entries(cohort).map(([name, values]) => [name, [...values, ...values]]),
      );
      const two = pathModel(doubled, { ...unlike, standardErrors });
      one.coefficients.forEach((left, k) => {
        expectClose(two.coefficients[k]!.estimate, left.estimate, tight);
        expectClose(two.coefficients[k]!.standardError, left.standardError! / Math.SQRT2, tight);
      });
      expectClose(two.fit!.chiSquare.statistic, 2 * one.fit!.chiSquare.statistic, tight);
    },
  );

  test("a model of every path fits perfectly, whichever way the arrow between the mediators points or if it is a covariance", () => {
    const turned = {
      ...whole.equations,
      connection: ["mentored", "before", "support"],
      support: ["mentored", "before"],
    };
    const parallel = { ...whole.equations, support: ["mentored", "before"] };
    const models = [
      pathModel(cohort, whole),
      pathModel(cohort, { equations: turned }),
      pathModel(cohort, { equations: parallel, correlatedErrors: [["connection", "support"]] }),
    ];
    for (const { fit, notes } of models) {
      expect(fit!.chiSquare).toEqual({ statistic: 0, df: 0, pValue: null });
      expectClose(fit!.logLikelihood, fit!.saturatedLogLikelihood, { rel: 1e-13, abs: 0 });
      expect(fit!.comparativeFitIndex).toBe(1);
      expectClose(fit!.srmr, 0, { rel: 0, abs: 1e-14 });
      expect(notes.map(({ code }) => code)).toContain("saturated");
    }
  });

  test("there the total effect is the coefficient of the outcome's regression on the exposure, and direct + indirect", () => {
    const [effect] = pathModel(cohort, whole).effects;
    const regression = linearModel(cohort, { outcome: "wellbeing", terms: ["mentored", "before"] });
    expectClose(effect!.total.estimate, regression.coefficients[1]!.estimate, { rel: 1e-12, abs: 0 });
    expectClose(effect!.direct!.estimate + effect!.totalIndirect!.estimate, effect!.total.estimate, {
      rel: 1e-12,
      abs: 0,
    });
    expect(effect!.indirect.map(({ through }) => through)).toEqual([
      ["connection"],
      ["support"],
      ["connection", "support"],
    ]);
    const parts = effect!.indirect.reduce((sum, { estimate }) => sum + estimate, 0);
    expectClose(parts, effect!.totalIndirect!.estimate, { rel: 1e-12, abs: 0 });
  });

  test("there standard errors of maximum likelihood are those of least squares times √((n − p)/n), expected as observed", () => {
    const likelihood = pathModel(cohort, whole);
    const observed = pathModel(cohort, { ...whole, standardErrors: "observed" });
    const least = pathModel(cohort, { ...whole, estimator: "least-squares" });
    likelihood.coefficients.forEach((left, k) => {
      const right = least.coefficients[k]!;
      expectClose(left.estimate, right.estimate, { rel: 1e-11, abs: 1e-13 });
      expectClose(
        left.standardError,
        right.standardError! * Math.sqrt(right.df! / (right.df! + likelihood.n - right.df!)),
        tight,
      );
      expectClose(observed.coefficients[k]!.standardError, left.standardError!, tight);
    });
    likelihood.equations.forEach(({ rSquared }, j) => {
      expectClose(rSquared, least.equations[j]!.rSquared, tight);
    });
  });

  test("an error covariance in a group of like equations changes the contrast's error, not the estimates", () => {
    const equations = { ...whole.equations, support: ["mentored", "before"] };
    const spec: PathModelSpec = {
      equations,
      effects: { from: "mentored", to: "wellbeing" },
      estimator: "least-squares",
    };
    const apart = pathModel(cohort, spec);
    const joined = pathModel(cohort, { ...spec, correlatedErrors: [["connection", "support"]] });
    expect(apart.notes.map(({ code }) => code)).toContain("errors-taken-as-uncorrelated");
    expect(joined.notes).toEqual([]);
    expect(joined.effects[0]!.contrasts[0]!.estimate).toBe(apart.effects[0]!.contrasts[0]!.estimate);
    expect(joined.effects[0]!.totalIndirect!.standardError).toBeGreaterThan(
      apart.effects[0]!.totalIndirect!.standardError,
    );
    expect(joined.effects[0]!.contrasts[0]!.standardError).toBeLessThan(apart.effects[0]!.contrasts[0]!.standardError);
  });

  test("a definition is the effect of its paths, a definition of definitions their combination", () => {
    const model = pathModel(cohort, {
      equations: { connection: ["a*mentored"], wellbeing: ["c*mentored", "b*connection"] },
      define: {
        indirect: "a*b",
        total: "c + indirect",
        twice: "2*(indirect) - -indirect/2",
        alike: "(a*b + c) - total",
      },
      effects: [{ from: "mentored", to: "wellbeing" }],
    });
    const [indirect, total, twice, alike] = model.definitions;
    expect(model.effects[0]!.total.standardError).toBeCloseTo(total!.standardError, 14);
    expect(model.effects[0]!.indirect[0]!.estimate).toBe(indirect!.estimate);
    expectClose(twice!.estimate, 2.5 * indirect!.estimate, { rel: 1e-14, abs: 0 });
    expectClose(twice!.standardError, 2.5 * indirect!.standardError, { rel: 1e-14, abs: 0 });
    expectClose(alike!.estimate, 0, { rel: 0, abs: 1e-14 });
  });

  test("the derivatives of an expression are those of its differences", () => {
    const places: Record<string, number> = { a: 0, b: 1, "c.1": 2, ä_2: 3 };
    const expression = parseExpression(
      "define.x",
      "-(a + 2*b)/(c.1 − .5e1) * ä_2 + a*a/3",
      (name) => ({ kind: "parameter", index: places[name]! }),
      () => [],
    );
    const at = [1.25, -0.75, 2, 3];
    const { value, gradient } = evaluate(expression, at);
    expectClose(value, (-(1.25 - 1.5) / (2 - 5)) * 3 + 1.25 ** 2 / 3, { rel: 1e-14, abs: 0 });
    at.forEach((_, k) => {
      const shifted = (by: number) =>
        evaluate(
          expression,
          at.map((x, j) => (j === k ? x + by : x)),
        ).value;
      expectClose(gradient[k]!, (shifted(1e-5) - shifted(-1e-5)) / 2e-5, { rel: 1e-8, abs: 1e-9 });
    });
  });

  test("incomplete rows are left out and counted under their first missing column", () => {
    const data = { ...cohort, connection: cohort.connection!.map((value, k) => (k < 3 ? null : value)) };
    const model = pathModel(data, whole);
    expect(model.dropped).toEqual({
      rowsIn: 160,
      rowsUsed: 157,
      reasons: [{ reason: "missing", variable: "connection", rows: 3 }],
    });
  });

  test("a result is plain data without NaN", () => {
    for (const standardErrors of kinds) {
      const model = pathModel(cohort, { ...unlike, standardErrors });
      const text = JSON.stringify(model, (_, value) =>
        typeof value === "number" && !Number.isFinite(value) ? "NaN!" : value,
      );
      expect(text).not.toContain("NaN!");
      expect(JSON.parse(JSON.stringify(model))).toEqual(model);
    }
  });
});
