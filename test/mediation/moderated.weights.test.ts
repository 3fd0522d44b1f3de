import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { simulatedCohort } from "./cohort.ts";

describe("the values at which a numeric moderator is told", () => {
  it("are the weighted mean, and a weighted standard deviation to each side", async () => {
    const people = simulatedCohort(60, 21, 6);
    const counts = people["age"]!.map((_, row) => row % 3);
    const twice = Object.fromEntries(
      Object.entries(people).map(([name, values]) => [
        name,
        values.flatMap((value, row) => Array(counts[row]!).fill(value)),
      ]),
    );
    const spec: MediateSpec = {
      exposure: "mentored",
      mediators: ["connection"],
      outcome: "wellbeing",
      moderator: { column: "before", on: ["exposure-mediator"], regions: false },
      inference: { method: "delta" },
    };
    const weighted = await mediate({ ...people, counts }, { ...spec, weights: "counts" });
    const repeated = await mediate(twice, spec);
    const [low, middle, high] = weighted.moderator!.at.map(Number) as [number, number, number];
    const [below, centre, above] = repeated.moderator!.at.map(Number) as [number, number, number];
    expectClose(middle, centre, { rel: 1e-12, abs: 0 }, "mean");
    // Weights count for as many people as have one: the divisor differs from that of rows written twice.
    expectClose(high - low, above - below, { rel: 0.01, abs: 0 }, "two standard deviations");
    const plain = await mediate(people, spec);
    expect(plain.moderator!.at[1]).not.toBe(middle);
  });
});
