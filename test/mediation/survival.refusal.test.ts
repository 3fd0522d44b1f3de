import { describe, expect, it } from "vitest";
import { type MediateSpec, mediate } from "../../src/mediation/index.ts";
import { survivalCohort } from "./survivalCohort.ts";

const cohort = survivalCohort();
const good = {
  exposure: "mentored",
  mediators: ["connection_6"],
  outcome: { time: "relapse_days", event: "relapsed", at: 365 },
  covariates: ["severity"],
  inference: { draws: 20, seed: 1 },
} satisfies MediateSpec;
const changed = (name: string, value: (row: number) => number) => ({
  ...cohort,
  [name]: cohort[name]!.map((_, row) => value(row)),
});

const refused: [string, string, Record<string, number[]>, object][] = [
  ["horizon-beyond-followup", "a Cox model at a day that nobody was followed to", cohort, { at: 366 }],
  ["horizon-beyond-followup", "one of several days", cohort, { at: [180, 730] }],
  ["not-supported", "a Weibull model with a competing event", cohort, { competing: "died", model: "weibull" }],
  [
    "not-supported",
    "an exponential model of a status with a competing event",
    cohort,
    { event: { column: "relapse_status", event: 1, competing: 2 }, model: "exponential" },
  ],
  ["no-events", "everybody censored", changed("relapsed", () => 0), {}],
  ["event-code", "an event that is neither 0 nor 1", changed("relapsed", (row) => row % 3), {}],
  ["event-code", "both events at once", changed("died", () => 1), { competing: "died" }],
  ["too-few-events", "3 events for 4 coefficients", changed("relapsed", (row) => (row % 183 === 2 ? 1 : 0)), {}],
  ["log-of-zero", "a Weibull model with a time of 0", changed("relapse_days", (row) => row), { model: "weibull" }],
  ["negative-time", "a time before the start", changed("relapse_days", (row) => row - 1), {}],
  ["invalid-option", "ties of a Weibull model", cohort, { model: "weibull", ties: "efron" }],
  ["invalid-option", "a day of 0", cohort, { at: 0 }],
];

describe("mediate refuses times to events that cannot be analysed", () => {
  for (const [code, title, data, outcome] of refused)
    it(`${code}: ${title}`, async () => {
      const spec = { ...good, outcome: { ...good.outcome, ...outcome } } as MediateSpec;
      await expect(mediate(data, spec)).rejects.toMatchObject({ code });
    });

  it("not-supported: limits by the delta method for a Cox model", async () => {
    await expect(mediate(cohort, { ...good, inference: { method: "delta" } })).rejects.toMatchObject({
      code: "not-supported",
    });
  });

  it("takes the last day of follow-up itself, and any day with a Weibull model", async () => {
    await expect(mediate(cohort, good)).resolves.toMatchObject({ kind: "mediation" });
    const beyond = { ...good, outcome: { ...good.outcome, model: "weibull" as const, at: 730 } };
    await expect(mediate(cohort, beyond)).resolves.toMatchObject({ kind: "mediation" });
  });
});
