import { describe, it } from "vitest";
import { randomStream } from "../../src/_numeric/random.ts";
import { mediationEstimator } from "../../src/mediation/analysis.ts";
import { expectClose } from "../support/witness.ts";

/** A normal mediator that drives a binary one the more the older people are: not at all at 40, steeply at 70. */
function steepCohort(first: number): Record<string, number[]> {
  const stream = randomStream(5, 0);
  const columns: Record<string, number[]> = { x: [], age: [], m1: [], m2: [], y: [] };
  for (let i = 0; i < 200; i++) {
    const age = 40 + 30 * (i / 199);
    const x = i % 2;
    const m1 = 0.4 * x + stream.normal();
    const m2 = stream.uniform() < 1 / (1 + Math.exp(-0.25 * (age - 40) * m1)) ? 1 : 0;
    const y = stream.uniform() < 1 / (1 + Math.exp(-(0.3 * x + m2 - 0.5))) ? 1 : 0;
    const row = { x, age, m1, m2, y };
    for (const [name, value] of Object.entries(row)) columns[name]!.push(value);
  }
  for (const values of Object.values(columns)) values.unshift(...values.splice(first, 1));
  return columns;
}

describe("a moderated arrow between mediators", () => {
  it("whoever stands first in the data, the estimates are the same", () => {
    const pointOf = (first: number) =>
      mediationEstimator(steepCohort(first), {
        exposure: "x",
        mediators: ["m1", { column: "m2", family: "binomial" }],
        outcome: { column: "y", family: "binomial" },
        structure: "serial",
        exposureMediatorInteraction: false,
        moderator: { column: "age", on: ["mediator-mediator"] },
      });
    const [flat, steep] = [pointOf(0), pointOf(199)];
    flat.point.forEach((estimate, k) => {
      expectClose(estimate, steep.point[k]!, { rel: 1e-8, abs: 1e-9 }, flat.keys[k]!.effect);
    });
  });
});
