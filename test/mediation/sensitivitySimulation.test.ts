import { describe, expect, it } from "vitest";
import { normalLower } from "../../src/_numeric/distributions/index.ts";
import { gaussLegendre } from "../../src/_numeric/quadrature.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import type { MediateSpec } from "../../src/mediation/index.ts";
import { binaryMediator } from "../../src/mediation/sensitivity/binaryMediator.ts";
import { continuousMediator } from "../../src/mediation/sensitivity/continuousMediator.ts";
import { deltaStandardErrors, numericGradients } from "../../src/mediation/sensitivity/influence.ts";
import { readJoint } from "../../src/mediation/sensitivity/readJoint.ts";

type Kind = "linear" | "probit";
const indexOf = (t: number, m: number, x: number) => 0.1 + 0.3 * t + 0.5 * m + 0.2 * t * m - 0.3 * x;
const latentOf = (t: number, x: number) => -0.2 + 0.6 * t + 0.4 * x;

function trial(index: number, people: number, rho: number, mediator: Kind, outcome: Kind) {
  const stream = randomStream(77, index);
  const rows: Record<string, number>[] = [];
  for (let i = 0; i < people; i++) {
    const [t, x] = [i % 2, i % 4 < 2 ? 1 : -1];
    const e1 = stream.normal();
    const latent = latentOf(t, x) + e1;
    const m = mediator === "probit" ? Number(latent > 0) : latent;
    const y = indexOf(t, m, x) + rho * e1 + Math.sqrt(1 - rho * rho) * stream.normal();
    rows.push({ t, x, m, y: outcome === "probit" ? Number(y > 0) : y });
  }
  return rows;
}

const rule = gaussLegendre(120);

/** E[Y(t, M(s))] by quadrature over the mediator's error, piece by piece where M jumps. */
function meanOf(t: number, s: number, rho: number, mediator: Kind, outcome: Kind): number {
  let mean = 0;
  for (const x of [-1, 1]) {
    const jump = mediator === "probit" ? -latentOf(s, x) : 0;
    for (const [low, high] of [
      [-9, jump],
      [jump, 9],
    ] as const) {
      rule.nodes.forEach((node, k) => {
        const e = (low + high) / 2 + ((high - low) / 2) * node;
        const m = mediator === "probit" ? Number(low === jump) : latentOf(s, x) + e;
        const given = indexOf(t, m, x) + rho * e;
        const y = outcome === "probit" ? normalLower(given / Math.sqrt(1 - rho * rho)) : given;
        mean += (rule.weights[k]! * (high - low) * y * Math.exp((-e * e) / 2)) / 4 / Math.sqrt(2 * Math.PI);
      });
    }
  }
  return mean;
}

const model = (column: string, kind: Kind) =>
  kind === "linear" ? column : { column, family: "binomial" as const, link: "probit" as const };

function coverage(
  trials: number,
  people: number,
  rho: number,
  mediator: Kind,
  outcome: Kind,
  deviations: "estimated" | "seemingly-unrelated" = "estimated",
) {
  const [y11, y10, y00] = (
    [
      [1, 1],
      [1, 0],
      [0, 0],
    ] as const
  ).map(([t, s]) => meanOf(t, s, rho, mediator, outcome)) as [number, number, number];
  const truth = [y10 - y00, y11 - y10];
  const spec: MediateSpec = {
    exposure: "t",
    mediators: [model("m", mediator)],
    outcome: model("y", outcome),
    covariates: ["x"],
  };
  const held = [0, 0];
  for (let index = 0; index < trials; index++) {
    const { joint } = readJoint(trial(index, people, rho, mediator, outcome), spec);
    const link = outcome === "probit" ? "probit" : "identity";
    const kernel = mediator === "probit" ? binaryMediator(joint, link) : continuousMediator(joint, link, deviations);
    const { parameters, covariance } = kernel.at(rho);
    const estimates = kernel.effects(parameters, rho);
    const gradients =
      kernel.gradients?.(parameters, rho) ??
      numericGradients((theta) => kernel.effects(theta, rho), parameters, covariance);
    const errors = deltaStandardErrors(gradients, covariance);
    truth.forEach((wanted, k) => {
      if (Math.abs(estimates[k + 1]! - wanted) <= 1.959963984540054 * errors[k + 1]!) held[k]!++;
    });
  }
  return { direct: held[0]! / trials, indirect: held[1]! / trials };
}

describe("coverage of 95 % limits at the true error correlation", () => {
  it.each([
    ["linear", "linear", 500, 300, 0.8],
    ["linear", "probit", 150, 400, -0.5],
    ["probit", "linear", 200, 400, 0.6],
    ["probit", "probit", 100, 500, 0.5],
  ] as const)("%s mediator, %s outcome, %d trials of %d people, ρ = %f", (mediator, outcome, trials, people, rho) => {
    const found = coverage(trials, people, rho, mediator, outcome);
    const allowed = 3.3 * Math.sqrt((0.95 * 0.05) / trials);
    expect(Math.abs(found.direct - 0.95)).toBeLessThan(allowed);
    expect(Math.abs(found.indirect - 0.95)).toBeLessThan(allowed);
  });

  it("limits that take the residual deviations as known hold the effects less often at ρ = 0.8", () => {
    const estimated = coverage(500, 300, 0.8, "linear", "linear");
    const known = coverage(500, 300, 0.8, "linear", "linear", "seemingly-unrelated");
    expect(known.direct).toBeLessThan(estimated.direct);
    expect(known.indirect).toBeLessThan(estimated.indirect);
  });
});
