import { describe, expect, it } from "vitest";
import figures from "../../fixtures/mediation/closed-form.json" with { type: "json" };
import { closedFormEffects } from "../../src/mediation/closedForm.ts";
import type { ClosedFormEffectName } from "../../src/mediation/closedFormResult.ts";
import type { ClosedFormSpec } from "../../src/mediation/closedFormSpec.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedStudy } from "./closedFormCohort.ts";
import { rowOf } from "./closedFormSupport.ts";

const outcomes: Record<string, ClosedFormSpec["outcome"]> = {
  linear: "wellbeing_12",
  logistic: { column: "abstinent_12", family: "binomial" },
  "log-linear": { column: "abstinent_12", family: "binomial", link: "log" },
  poisson: { column: "readmissions", family: "poisson" },
  "negative-binomial": { column: "readmissions", family: "negative-binomial" },
  cox: { time: "relapse_days", event: "relapsed", model: "cox" },
  "cox-breslow": { time: "relapse_days", event: "relapsed", model: "cox", ties: "breslow" },
  weibull: { time: "relapse_days", event: "relapsed", model: "weibull" },
  exponential: { time: "relapse_days", event: { column: "relapse_status", event: 1 }, model: "exponential" },
};

function specOf({ id, model, mediator, family, interaction }: (typeof figures)[number]): ClosedFormSpec {
  const common = {
    mediator: { column: mediator, family: family as "gaussian" | "binomial" },
    outcome: outcomes[model]!,
    exposureMediatorInteraction: interaction,
    proportions: "always",
  } as const;
  if (id === "number")
    return { ...common, exposure: { column: "sessions", from: 2, to: 8 }, covariates: ["severity", "age", "female"] };
  if (id === "category") {
    return {
      ...common,
      exposure: { column: "dose", treated: "many", reference: "none" },
      covariates: ["age", "stage"],
      at: { age: 40, stage: "before" },
      controlledAt: 60,
    };
  }
  return {
    ...common,
    exposure: "mentored",
    covariates: ["severity", "age", "female"],
    at: { severity: 0.5, age: 45, female: 1 },
    controlledAt: family === "gaussian" ? 50 : 1,
  };
}

describe("closedFormEffects on the simulated cohort against the printed formulas in R", () => {
  const study = simulatedStudy();
  for (const figure of figures) {
    it(`${figure.id}: effects, decomposition and delta-method standard errors`, () => {
      const result = closedFormEffects(study, specOf(figure));
      expect(result.n).toBe(figure.n);
      const link = result.ratio === null ? "difference" : "log";
      for (const [name, estimate] of Object.entries(figure.estimates)) {
        const [group, effect] = name.includes(".") ? name.split(".") : [null, name];
        const scale = name === "proportionMediated" || group === "share" ? "proportion" : link;
        const row =
          group === null
            ? rowOf(result.effects, effect as ClosedFormEffectName, scale)
            : rowOf(result.fourWay, effect as ClosedFormEffectName, group === "share" ? "proportion" : undefined);
        const error = figure.standardErrors[name as "total"];
        expectClose(row.estimate, estimate, { rel: 1e-9, abs: 1e-11 }, name);
        expectClose(row.standardError, error, { rel: 1e-7, abs: 1e-10 }, `${name} se`);
      }
    });
  }
});
