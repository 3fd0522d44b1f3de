import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { observe } from "../../fixtures/cohorts/cohortFile.ts";
import { simulateCohort } from "../../fixtures/cohorts/simulate.ts";
import { mediationEstimator } from "../../src/mediation/analysis.ts";
import type { MediateSpec } from "../../src/mediation/index.ts";

type Truth = Record<"TE" | "PNDE" | "TNIE" | "TNDE" | "PNIE", number>;

const truths = JSON.parse(
  readFileSync(resolve(import.meta.dirname, "../../fixtures/cohorts/truth.json"), "utf8"),
) as Record<string, Truth>;
const names = {
  TE: "total",
  PNDE: "pureNaturalDirect",
  TNIE: "totalNaturalIndirect",
  TNDE: "totalNaturalDirect",
  PNIE: "pureNaturalIndirect",
} as const;

const people = simulateCohort({ people: 20_000, sites: 4000, seed: 7 });
const seen = people.map((person, index) => ({ person, file: observe(person, index) }));
const data = {
  mentored: people.map(({ mentored }) => mentored),
  connection: people.map((person) => person.outcome(person.mentored, person.mentored).connection),
  support: people.map((person) => person.outcome(person.mentored, person.mentored).recoverySupport),
  days: seen.map(({ file }) => Number(file["relapse_days"])),
  status: seen.map(({ file }) => Number(file["relapse_status"])),
  ...Object.fromEntries(
    (["severity", "female", "actionStage", "alcohol", "connection", "recoverySupport", "wellbeing"] as const).map(
      (name) => [`${name}0`, people.map(({ baseline }) => baseline[name])],
    ),
  ),
};
const spec: MediateSpec = {
  exposure: "mentored",
  mediators: ["connection", "support"],
  outcome: { time: "days", event: { column: "status", event: 1, competing: 2, censored: 0 }, at: 365, ties: "breslow" },
  covariates: ["severity0", "female0", "actionStage0", "alcohol0", "connection0", "recoverySupport0", "wellbeing0"],
  exposureMediatorInteraction: false,
};
const relapsed = { ...data, relapsed: data.status.map((status) => (status === 1 ? 1 : 0)) };
const censoring: MediateSpec = { ...spec, outcome: { time: "days", event: "relapsed", at: 365, ties: "breslow" } };

describe("20,000 simulated people, risk of relapse within a year of the mediators' wave, against the true effects", () => {
  for (const [title, truth, scale, estimates, within] of [
    [
      "death competing",
      "relapse_cumulative_incidence_12m",
      "riskDifference",
      () => mediationEstimator(data, spec),
      0.01,
    ],
    [
      "days alive without relapse",
      "event_free_restricted_mean_days",
      "restrictedMeanDifference",
      () => mediationEstimator(data, spec),
      3,
    ],
    [
      "had nobody died: deaths censored",
      "relapse_net_risk_12m",
      "riskDifference",
      () => mediationEstimator(relapsed, censoring),
      0.01,
    ],
  ] as const)
    it(`${title}: total, direct and indirect effects`, () => {
      const { keys, point } = estimates();
      for (const [name, effect] of Object.entries(names)) {
        const place = keys.findIndex((key) => key.effect === effect && key.scale === scale && key.mediator === null);
        const wanted = truths[truth]![name as keyof Truth];
        expect(Math.abs(point[place]! - wanted), `${effect}: ${point[place]} against ${wanted}`).toBeLessThan(within);
      }
    });
});
