import { describe, expect, it } from "vitest";
import { gaussHermite } from "../../src/_numeric/quadrature.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { closedFormEffects } from "../../src/mediation/closedForm.ts";
import type { ClosedFormModel } from "../../src/mediation/closedFormFits.ts";
import type { ClosedFormEffects } from "../../src/mediation/closedFormResult.ts";
import { linkScale } from "./closedFormSupport.ts";

/** Mentoring, connection (normal) and relapse whose log odds without mentoring and at mean connection are `intercept`. */
function cohortWith(intercept: number, people: number) {
  const stream = randomStream(11, 0);
  const rows = Array.from({ length: people }, (_, i) => {
    const mentored = i % 2;
    const connection = 0.8 * mentored + stream.normal();
    const logOdds = intercept - 0.3 * mentored - 0.9 * connection;
    return { mentored, connection, relapsed: stream.uniform() < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0 };
  });
  return Object.fromEntries(
    (["mentored", "connection", "relapsed"] as const).map((name) => [name, rows.map((row) => row[name])]),
  );
}

const coefficient = (model: ClosedFormModel, k: number) => model.coefficients[k]!.estimate;

/** The nested risk from the fitted models, by quadrature over the normal mediator. */
function exactRisk({ models }: ClosedFormEffects, exposure: number, mediatorExposure: number): number {
  const [mediator, outcome] = models as [ClosedFormModel, ClosedFormModel];
  const { nodes, weights } = gaussHermite(60);
  const mean = coefficient(mediator, 0) + coefficient(mediator, 1) * mediatorExposure;
  const deviation = Math.sqrt(mediator.residualVariance!);
  return nodes.reduce((risk, node, k) => {
    const m = mean + deviation * node;
    const logOdds =
      coefficient(outcome, 0) +
      coefficient(outcome, 1) * exposure +
      coefficient(outcome, 2) * m +
      coefficient(outcome, 3) * exposure * m;
    return risk + weights[k]! / (1 + Math.exp(-logOdds));
  }, 0);
}

const logOddsOf = (risk: number) => Math.log(risk / (1 - risk));

function errorsOf(intercept: number) {
  const result = closedFormEffects(cohortWith(intercept, 40_000), {
    exposure: "mentored",
    mediator: "connection",
    outcome: { column: "relapsed", family: "binomial" },
    controlledAt: 0,
  });
  const reference = logOddsOf(exactRisk(result, 0, 0));
  const direct = logOddsOf(exactRisk(result, 1, 0));
  const both = logOddsOf(exactRisk(result, 1, 1));
  return {
    result,
    share: exactRisk(result, 0, 0),
    indirect: linkScale(result, "totalNaturalIndirect") / (both - direct) - 1,
    total: linkScale(result, "total") / (both - reference) - 1,
  };
}

describe("the rare-outcome approximation of odds ratios against exact integration of the logistic model", () => {
  it("is a tenth or more too large for the indirect effect at a risk near one half, and the result says so", () => {
    const common = errorsOf(0);
    expect(common.share).toBeGreaterThan(0.45);
    expect(common.indirect).toBeGreaterThan(0.1);
    expect(common.result.approximation).toBe("rare-outcome");
    expect(common.result.notes.map((note) => note.code)).toContain("rare-outcome");
  });

  it("comes within 2 % as the risk falls to 1 %, without the note", () => {
    const rare = errorsOf(-5.3);
    expect(rare.share).toBeLessThan(0.012);
    expect(Math.abs(rare.indirect)).toBeLessThan(0.02);
    expect(Math.abs(rare.total)).toBeLessThan(0.02);
    expect(rare.result.notes.map((note) => note.code)).not.toContain("rare-outcome");
  });

  it("errs less the rarer the outcome", () => {
    const errors = [0, -1.5, -3, -4.5].map((intercept) => Math.abs(errorsOf(intercept).indirect));
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
  });
});

describe("formulas that need no rare outcome are exact", () => {
  it("the log risk ratio of a log-linear model is that of integrating its risks", () => {
    const result = closedFormEffects(cohortWith(-2, 4000), {
      exposure: "mentored",
      mediator: "connection",
      outcome: { column: "relapsed", family: "binomial", link: "log" },
    });
    const [mediator, outcome] = result.models as [ClosedFormModel, ClosedFormModel];
    const { nodes, weights } = gaussHermite(60);
    const risk = (exposure: number, mediatorExposure: number) =>
      nodes.reduce((total, node, k) => {
        const m =
          coefficient(mediator, 0) +
          coefficient(mediator, 1) * mediatorExposure +
          Math.sqrt(mediator.residualVariance!) * node;
        const slope = coefficient(outcome, 2) + coefficient(outcome, 3) * exposure;
        return total + weights[k]! * Math.exp(coefficient(outcome, 0) + coefficient(outcome, 1) * exposure + slope * m);
      }, 0);
    expect(linkScale(result, "total")).toBeCloseTo(Math.log(risk(1, 1) / risk(0, 0)), 12);
    expect(linkScale(result, "pureNaturalDirect")).toBeCloseTo(Math.log(risk(1, 0) / risk(0, 0)), 12);
    expect(linkScale(result, "totalNaturalIndirect")).toBeCloseTo(Math.log(risk(1, 1) / risk(1, 0)), 12);
    expect(linkScale(result, "pureNaturalIndirect")).toBeCloseTo(Math.log(risk(0, 1) / risk(0, 0)), 12);
  });
});
