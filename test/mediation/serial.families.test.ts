import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, it } from "vitest";
import { mediate } from "../../src/mediation/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const file = resolve(import.meta.dirname, "../../fixtures/mediation/serial.csv");
const data = plainColumns(readFileSync(file, "utf8")) as Record<string, number[]>;
const expit = (eta: number) => 1 / (1 + Math.exp(-eta));

describe("two normal mediators in parallel whose errors covary, then a binary one, then a logistic outcome", () => {
  it("every mean of the decomposition against a sum over a grid of both errors, person by person", async () => {
    const result = await mediate(data, {
      exposure: "mentored",
      mediators: ["connection", "support", { column: "goes", family: "binomial" }],
      outcome: { column: "relapsed", family: "binomial" },
      covariates: ["before"],
      structure: { goes: ["connection", "support"] },
      exposureMediatorInteraction: false,
      inference: { draws: 20, seed: 1 },
    });
    const slopes = result.models
      .filter(({ model }) => model !== "total")
      .map(({ coefficients }) => new Map(coefficients.map(({ name, estimate }) => [name, estimate])));
    const predict = (model: number, values: Readonly<Record<string, number>>) =>
      [...slopes[model]!].reduce((sum, [name, slope]) => sum + slope * (name === "(Intercept)" ? 1 : values[name]!), 0);
    const people = data["before"]!.map((before, i) => ({ before, mentored: data["mentored"]![i]! }));
    const residuals = ["connection", "support"].map((name, k) =>
      people.map((person, i) => data[name]![i]! - predict(k, person)),
    );
    const covariance = (k: number, l: number) =>
      people.reduce((sum, _, i) => sum + residuals[k]![i]! * residuals[l]![i]!, 0) / (people.length - 3);
    const first = Math.sqrt(covariance(0, 0));
    const shared = covariance(0, 1) / first;
    const own = Math.sqrt(covariance(1, 1) - shared ** 2);
    // Trapezoidal sums over ±7 standard deviations: both integrands are analytic, the error far below 1e-8.
    const grid = Array.from({ length: 57 }, (_, j) => -7 + j / 4);
    const density = grid.map((z) => Math.exp((-z * z) / 2));
    const mass = density.reduce((sum, value) => sum + value, 0);
    const mean = (t: number, s: readonly number[]) => {
      let total = 0;
      for (const { before } of people) {
        const one = predict(0, { mentored: s[0]!, before });
        const two = predict(1, { mentored: s[1]!, before });
        // Linear predictors of the binary mediator and of the outcome at errors of 0 and what the errors add to them.
        const third = predict(2, { mentored: s[2]!, before, connection: one, support: two });
        const last = predict(3, { mentored: t, before, connection: one, support: two, goes: 0 });
        const [g1, g2] = [slopes[2]!.get("connection")!, slopes[2]!.get("support")!];
        const [y1, y2, y3] = [slopes[3]!.get("connection")!, slopes[3]!.get("support")!, slopes[3]!.get("goes")!];
        grid.forEach((z, i) => {
          grid.forEach((w, j) => {
            const [e1, e2] = [first * z, shared * z + own * w];
            const goes = expit(third + g1 * e1 + g2 * e2);
            const eta = last + y1 * e1 + y2 * e2;
            total += density[i]! * density[j]! * (goes * expit(eta + y3) + (1 - goes) * expit(eta));
          });
        });
      }
      return total / mass ** 2 / people.length;
    };
    const estimate = (effect: string, mediator: string | null = null) =>
      result.effects.find(
        (row) => row.effect === effect && row.mediator === mediator && row.scale === "riskDifference",
      )!.estimate;
    const chain = [
      [1, 1, 1],
      [0, 1, 1],
      [0, 0, 1],
      [0, 0, 0],
    ].map((s) => mean(1, s));
    const near = { rel: 1e-7, abs: 1e-9 };
    ["connection", "support", "goes"].forEach((name, k) => {
      expectClose(estimate("indirect", name), chain[k]! - chain[k + 1]!, near, name);
    });
    const y00 = mean(0, [0, 0, 0]);
    expectClose(estimate("pureNaturalDirect"), chain[3]! - y00, near, "direct");
    expectClose(estimate("total"), chain[0]! - y00, near, "total");
    expectClose(estimate("pureNaturalIndirect"), mean(0, [1, 1, 1]) - y00, near, "pure indirect");
  });
});
