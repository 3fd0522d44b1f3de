import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { tidy, toText } from "../../src/report/index.ts";
import { simulatedCohort } from "../mediation/cohort.ts";

const base = simulatedCohort(200, 3, 20);
const column = (values: (row: number) => number) => base["age"]!.map((_, row) => values(row));
const cohort = {
  ...base,
  days: column((i) => 5 + ((i * 37) % 300)),
  relapse: column((i) => (i % 3 === 0 ? 0 : 1)),
  level: column((i) => Math.max(0, Math.min(3, Math.round((base["support"]![i]! - 30) / 10)))),
  visits: column((i) => Math.max(0, Math.round((base["support"]![i]! - 30) / 10) + (i % 3))),
};
const text = async (outcome: MediateSpec["outcome"], more: Partial<MediateSpec> = {}) => {
  const spec = { exposure: "mentored", mediators: ["connection"], covariates: ["age"], outcome, ...more };
  const result = await mediate(cohort, { ...spec, inference: { method: "delta", ...more.inference } });
  return {
    result,
    told: toText(result, { labels: { relapse: "Relapse", level: "Tie strength" } }).replaceAll(/\s+/g, " "),
  };
};

describe("a mediation in words", () => {
  it("tells a time to an event as people in every 100 by a day, and as mean time without it", async () => {
    const { result, told } = await text(
      { time: "days", event: "relapse", at: 180 },
      { inference: { method: "bootstrap", draws: 20 } },
    );
    const total = result.effects.find(({ effect, scale }) => effect === "total" && scale === "riskDifference")!;
    expect(told).toContain(
      `The total difference in Relapse by day 180 is ${(100 * total.estimate!).toFixed(1).replace("-", "−")} people in every 100`,
    );
    const days = result.effects.find(
      ({ effect, scale }) => effect === "total" && scale === "restrictedMeanDifference",
    )!;
    expect(told).toContain(
      `The mean time without Relapse up to day 180 differs by ${days.estimate!.toFixed(1).replace("-", "−")}`,
    );
    expect(told).toContain("limits by percentile bootstrap (20 draws, seed 1)");
  });

  it("tells an ordinal outcome as the share at a level or above, a count without points, and no draws of the delta method", async () => {
    const ordinal = await text({ column: "level", family: "ordinal" });
    expect(ordinal.told).toContain("The total difference in Tie strength of 1 or higher is");
    expect(ordinal.told).toContain("limits by the delta method");
    const counts = await text({ column: "visits", family: "poisson" });
    expect(counts.told).not.toContain(" points (95");
  });

  it("has tidy rows that no other row shares its name with", async () => {
    const analyses = [
      await text({ time: "days", event: "relapse", at: [90, 180], model: "weibull" }),
      await text("wellbeing", { moderator: { column: "severity", on: ["exposure-mediator"] } }),
      await text("wellbeing", { mediators: ["connection", "support"], structure: "serial" }),
      await text({ column: "level", family: "ordinal" }),
    ];
    for (const { result } of analyses) {
      const rows = tidy(result);
      const names = rows.map(({ term, group, scale }) => [term, group, scale].join(" | "));
      expect(names.filter((name, place) => names.indexOf(name) !== place)).toEqual([]);
    }
  });
});
