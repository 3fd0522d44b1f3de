import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { cumulativeIncidence, kaplanMeier, logRank } from "../../src/followup/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures/followup", name), "utf8");
const columns = plainColumns(fixture("relapse.csv"));
const figures = JSON.parse(fixture("curves.json"));
const tolerance = { rel: 1e-9, abs: 1e-11 };
const time = columns["relapse_days"] as number[];
const status = columns["relapse_status"] as number[];
const event = status.map((value) => (value === 1 ? 1 : 0));
const group = columns["mentored"] as number[];
const site = columns["site"] as string[];

/** R's summary lists one arm after the other. */
const position = (arm: number, j: number, size: number) => arm * size + j;

describe("the follow-up of 120 simulated people against R (fixtures/followup/curves.R)", () => {
  for (const limits of ["plain", "log", "log-log"] as const) {
    it(`Kaplan–Meier with ${limits} limits and its quantiles`, () => {
      const expected = figures.kaplanMeier[limits];
      const { times, probabilities } = figures;
      kaplanMeier({ time, event, group }, { limits, times, probabilities }).groups.forEach((found, arm) => {
        found.at.forEach((row, j) => {
          const place = position(arm, j, times.length);
          expect(row.atRisk).toBe(expected.atRisk[place]);
          expectClose(row.survival, expected.survival[place], tolerance);
          expectClose(row.standardError, expected.se[place], tolerance);
          expectClose(row.lower, expected.lower[place], tolerance);
          expectClose(row.upper, expected.upper[place], tolerance);
        });
        found.quantiles.forEach((quantile, j) => {
          const place = position(arm, j, probabilities.length);
          expect(quantile.time).toBe(expected.quantile[place]);
          expect(quantile.lower).toBe(expected.quantileLower[place]);
          expect(quantile.upper).toBe(expected.quantileUpper[place]);
        });
      });
    });
  }

  it("log-rank: rho 1, stratified by site, and over twelve sites", () => {
    const tests = {
      rho1: logRank({ time, event, group }, { rho: 1 }),
      stratified: logRank({ time, event, group, strata: site }),
      sites: logRank({ time, event, group: site }),
    };
    for (const [name, found] of Object.entries(tests)) {
      expectClose(found.statistic, figures.logRank[name].statistic, tolerance, name);
    }
    expect(tests.sites.df).toBe(figures.logRank.sites.df);
  });

  it("cumulative incidence of relapse and of death with the Greenwood-type variance", () => {
    const { times, incidence } = figures;
    const result = cumulativeIncidence({ time, event: status, group }, { variance: "greenwood", times });
    result.groups.forEach((found, arm) => {
      for (const [k, estimate, error] of [
        [0, "relapse", "seRelapse"],
        [1, "died", "seDied"],
      ] as const) {
        found.causes[k]!.at.forEach((row, j) => {
          const place = position(arm, j, times.length);
          expectClose(row.incidence, incidence[estimate][place], tolerance);
          expectClose(row.standardError, incidence[error][place], tolerance);
        });
      }
    });
  });
});
