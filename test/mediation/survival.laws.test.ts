import { describe, it } from "vitest";
import { mediationEstimator } from "../../src/mediation/analysis.ts";
import { keyName } from "../../src/mediation/effectPlan.ts";
import type { MediateSpec } from "../../src/mediation/index.ts";
import { expectClose } from "../support/witness.ts";
import { survivalCohort } from "./survivalCohort.ts";

const cohort = survivalCohort();
const outcomes: [string, MediateSpec["outcome"]][] = [
  ["Cox, Breslow", { time: "relapse_days", event: "relapsed", at: [90, 365], ties: "breslow" }],
  ["competing", { time: "relapse_days", event: "relapsed", competing: "died", at: [90, 365], ties: "breslow" }],
  ["Weibull", { time: "relapse_days", event: "relapsed", at: [90, 365], model: "weibull" }],
];

function means(data: Record<string, number[]>, outcome: MediateSpec["outcome"], change: Partial<MediateSpec> = {}) {
  const { keys, point } = mediationEstimator(data, {
    exposure: "mentored",
    mediators: ["connection_6"],
    outcome,
    covariates: ["severity", "wellbeing_0"],
    controlledAt: 50,
    ...change,
  });
  return new Map(keys.map((key, k) => [keyName(key), { value: point[k]!, scale: key.scale }]));
}

const close = { rel: 1e-6, abs: 1e-8 };
const taken = (order: readonly number[]) =>
  Object.fromEntries(Object.entries(cohort).map(([name, values]) => [name, order.map((row) => values[row]!)]));
const rows = [...cohort["mentored"]!.keys()];

describe.each(outcomes)("laws of mediation of times to events: %s", (_, outcome) => {
  const reference = means(cohort, outcome);
  function same(found: ReturnType<typeof means>, factor: (scale: string) => number = () => 1): void {
    const values = [...found.values()];
    [...reference].forEach(([name, { value, scale }], k) => {
      const size = scale === "restrictedMeanDifference" ? 365 : 1;
      if (Number.isFinite(value))
        expectClose(values[k]!.value, value * factor(scale), { ...close, abs: close.abs * size }, name);
    });
  }

  it("the order of people does not matter", () => same(means(taken(rows.toReversed()), outcome)));

  it("everybody twice is everybody once: a binary mediator has no error variance whose divisor would change", () => {
    const binary: Partial<MediateSpec> = {
      mediators: [{ column: "supported", family: "binomial" }],
      exposureMediatorInteraction: false,
      controlledAt: 1,
    };
    const once = [...means(cohort, outcome, binary).values()];
    [...means(taken([...rows, ...rows]), outcome, binary)].forEach(([name, { value, scale }], k) => {
      const size = scale === "restrictedMeanDifference" ? 365 : 1;
      if (Number.isFinite(value)) expectClose(value, once[k]!.value, { ...close, abs: close.abs * size }, name);
    });
  });

  it("the mediator's unit and origin do not matter", () => {
    const moved = { ...cohort, connection_6: cohort["connection_6"]!.map((value) => 0.1 * value - 3) };
    same(means(moved, outcome, { controlledAt: 2 }));
  });

  it("in years the risks stay and event-free time is in years", () => {
    const years = { ...cohort, relapse_days: cohort["relapse_days"]!.map((day) => day / 365) };
    const changed = { ...(outcome as object), at: [90 / 365, 1] } as unknown as MediateSpec["outcome"];
    same(means(years, changed), (scale) => (scale === "restrictedMeanDifference" ? 1 / 365 : 1));
  });
});
