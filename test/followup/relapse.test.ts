import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { type FollowRelapse, followRelapse } from "../../src/followup/index.ts";
import { expectClose, plainColumns } from "../support/witness.ts";

const fixture = (name: string) => readFileSync(resolve(import.meta.dirname, "../../fixtures/followup", name), "utf8");
const columns = plainColumns(fixture("relapse.csv"));
const figures = JSON.parse(fixture("relapse.json"));
const tolerance = { rel: 1e-9, abs: 1e-11 };
const spec = {
  time: "relapse_days",
  event: { column: "relapse_status", event: 1, competing: 2 },
  arm: "mentored",
  horizon: 300,
} as const;

describe("followRelapse on 120 simulated people against R (fixtures/followup/relapse.R)", async () => {
  const result = await followRelapse(columns, spec);

  it("counts people, relapses and deaths by arm, reference first", () => {
    expect(result.groups.map((group) => group.arm)).toEqual(["0", "1"]);
    expect(result.groups.map((group) => group.n)).toEqual(figures.n);
    expect(result.groups.map((group) => group.events)).toEqual(figures.events);
    expect(result.groups.map((group) => group.competingEvents)).toEqual(figures.competingEvents);
    expect(result.groups.map((group) => group.medianTime)).toEqual(figures.medianTime);
  });

  it("risk, competing risk, net risk and event-free restricted mean by arm with standard errors and limits", () => {
    result.groups.forEach((group, a) => {
      for (const quantity of ["risk", "competingRisk", "netRisk", "restrictedMean"] as const) {
        expectClose(group[quantity]!.estimate, figures[quantity].estimate[a], tolerance, quantity);
        if (figures[quantity].se[a] === 0) expect(group[quantity]!.standardError).toBeNull();
        else expectClose(group[quantity]!.standardError, figures[quantity].se[a], tolerance, `${quantity} se`);
        if (figures[quantity].lower === undefined) continue;
        expectClose(group[quantity]!.interval!.lower, figures[quantity].lower[a], tolerance, `${quantity} lower`);
        expectClose(group[quantity]!.interval!.upper, figures[quantity].upper[a], tolerance, `${quantity} upper`);
      }
    });
  });

  it("differences, ratio and log-rank", () => {
    for (const quantity of ["riskDifference", "restrictedMeanDifference"] as const) {
      const { estimate, se, lower, upper, p } = figures[quantity];
      expectClose(result[quantity].estimate, estimate, tolerance);
      expectClose(result[quantity].standardError, se, tolerance);
      expectClose(result[quantity].interval!.lower, lower, tolerance);
      expectClose(result[quantity].interval!.upper, upper, tolerance);
      expectClose(result[quantity].pValue, p, tolerance);
    }
    expectClose(result.riskRatio!.estimate, figures.riskRatio.estimate, tolerance);
    expectClose(result.riskRatio!.logStandardError, figures.riskRatio.logSe, tolerance);
    expectClose(result.riskRatio!.interval!.lower, figures.riskRatio.lower, tolerance);
    expectClose(result.riskRatio!.interval!.upper, figures.riskRatio.upper, tolerance);
    expectClose(result.logRank!.statistic, figures.logRank.statistic, tolerance);
    expectClose(result.logRank!.pValue, figures.logRank.p, tolerance);
  });

  it("two 0/1 columns say the same as one status column", async () => {
    const status = columns["relapse_status"]!;
    const two = {
      ...columns,
      relapsed: status.map((value) => (value === 1 ? 1 : 0)),
      died: status.map((value) => (value === 2 ? 1 : 0)),
    };
    const again = await followRelapse(two, { ...spec, event: "relapsed", competing: "died" });
    expect(again.groups).toEqual(result.groups);
    const text = { ...columns, end: status.map((value) => ["censored", "relapse", "death"][value as number]!) };
    const named = await followRelapse(text, {
      ...spec,
      event: { column: "end", event: "relapse", competing: "death" },
    });
    expect(named.riskDifference).toEqual(result.riskDifference);
    const study = await followRelapse(columns, {
      ...spec,
      event: "relapse_status",
      competing: { column: "relapse_status", value: 2 },
    });
    expect(study).toEqual(result);
  });

  it("with clusters: the same estimates, resampled limits and R's robust score test", async () => {
    const clustered = await followRelapse(columns, { ...spec, cluster: "site", draws: 400, seed: 7 });
    clustered.groups.forEach((group, a) => {
      expect(group.risk.estimate).toBe(result.groups[a]!.risk.estimate);
      expect(group.risk.interval!.method).toMatch(/percentile/);
    });
    expect(clustered.riskDifference.estimate).toBe(result.riskDifference.estimate);
    expect(clustered.resampled).toMatchObject({ seed: 7, draws: { requested: 400 } });
    expect(clustered.notes.map((note) => note.code)).toContain("few-clusters");
    expectClose(clustered.logRank!.statistic, figures.robustScore.statistic, tolerance);
    expectClose(clustered.logRank!.pValue, figures.robustScore.p, tolerance);
    expect(clustered.riskDifference.standardError).toBeGreaterThan(0);
    expect(clustered.riskRatio!.interval!.lower).toBeGreaterThan(0);
    const again = await followRelapse(columns, { ...spec, cluster: "site", draws: 400, seed: 7 });
    expect(again).toEqual(clustered);
  });

  it("every person a cluster of one: the bootstrap standard errors meet the delta method's", async () => {
    const alone = await followRelapse(columns, { ...spec, cluster: "id", draws: 4000, seed: 1 });
    const near = { rel: 0.06, abs: 0 };
    expectClose(alone.riskDifference.standardError, result.riskDifference.standardError!, near);
    expectClose(alone.restrictedMeanDifference.standardError, result.restrictedMeanDifference.standardError!, near);
    expectClose(alone.riskRatio!.logStandardError, result.riskRatio!.logStandardError!, { rel: 0.12, abs: 0 });
    expect(alone.notes.map((note) => note.code)).not.toContain("few-clusters");
  });

  it("an aborted analysis rejects with its code", async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(followRelapse(columns, { ...spec, cluster: "site", signal: controller.signal })).rejects.toMatchObject(
      { code: "aborted" },
    );
  });
});

/**
 * Eight people, horizon 10. Reference: relapse at 2, death at 4, relapse at 6, followed to 10.
 * Treated: censored at 3, relapse at 5, followed to 10, followed to 10.
 */
const eight = {
  days: [2, 4, 6, 10, 3, 5, 10, 10],
  status: [1, 2, 1, 0, 0, 1, 0, 0],
  mentored: [0, 0, 0, 0, 1, 1, 1, 1],
};
const eightSpec = {
  time: "days",
  event: { column: "status", event: 1, competing: 2 },
  arm: "mentored",
  horizon: 10,
} as const;

describe("followRelapse by hand", async () => {
  const result = await followRelapse(eight, eightSpec);
  const [reference, treated] = result.groups;

  it("risk: in the reference arm 1/4 + 2/4·1/2 = 1/2, in the treated arm 1·1/3", () => {
    expectClose(reference!.risk.estimate, 1 / 2, tolerance);
    expectClose(treated!.risk.estimate, 1 / 3, tolerance);
    expectClose(result.riskDifference.estimate, 1 / 3 - 1 / 2, tolerance);
    expectClose(result.riskRatio!.estimate, 2 / 3, tolerance);
  });

  it("competing risk 3/4·1/3 = 1/4; net risk with the death censored 1 − 3/4·1/2 = 5/8", () => {
    expectClose(reference!.competingRisk!.estimate, 1 / 4, tolerance);
    expectClose(reference!.netRisk.estimate, 5 / 8, tolerance);
    expectClose(treated!.netRisk.estimate, 1 / 3, tolerance);
  });

  it("standard error of an uncensored arm is the binomial √(1/2·1/2/4) = 1/4; of the treated arm √(2/3·1/3/3)", () => {
    expectClose(reference!.risk.standardError, 1 / 4, tolerance);
    expectClose(treated!.risk.standardError, Math.sqrt(2 / 27), tolerance);
    expectClose(result.riskDifference.standardError, Math.sqrt(1 / 16 + 2 / 27), tolerance);
  });

  it("event-free mean: (2 + 4 + 6 + 10)/4 = 5.5 days, and 5 + 5·2/3 = 8 1/3", () => {
    expectClose(reference!.restrictedMean.estimate, 5.5, tolerance);
    expectClose(treated!.restrictedMean.estimate, 25 / 3, tolerance);
    expectClose(result.restrictedMeanDifference.estimate, 25 / 3 - 5.5, tolerance);
  });

  it("counts everybody once, and the median is the middle of the stretch at one half: (4 + 6)/2", () => {
    expect([reference!.events, reference!.competingEvents, reference!.censored]).toEqual([2, 1, 1]);
    expect(reference!.byHorizon).toEqual({ events: 2, competingEvents: 1, atRisk: 1 });
    expect(reference!.medianTime).toBe(5);
    expect(treated!.medianTime).toBeNull();
  });

  it("nobody relapsed in one arm: risk 0, no standard error, upper limit 1 − 0.025^(1/4), finite differences", async () => {
    const none = await followRelapse(
      { ...eight, status: [1, 2, 1, 0, 0, 0, 0, 0], days: [2, 4, 6, 10, 10, 10, 10, 10] },
      eightSpec,
    );
    const risk = none.groups[1]!.risk;
    expect(risk.estimate).toBe(0);
    expect(risk.standardError).toBeNull();
    expect(risk.interval!.lower).toBe(0);
    expectClose(risk.interval!.upper, 1 - 0.025 ** (1 / 4), tolerance);
    expectClose(none.groups[1]!.restrictedMean.interval!.lower, 10 * 0.025 ** (1 / 4), tolerance);
    // MOVER: 0 − 1/2 ± √((0 − 0)² + (u − 1/2)²) below, √((1 − 0.025^(1/4))² + (1/2 − l)²) above.
    const { lower, upper } = none.groups[0]!.risk.interval!;
    expectClose(none.riskDifference.interval!.lower, -0.5 - (upper! - 0.5), tolerance);
    expectClose(none.riskDifference.interval!.upper, -0.5 + Math.hypot(1 - 0.025 ** (1 / 4), 0.5 - lower!), tolerance);
    expect(none.riskRatio).toBeNull();
    expect(none.notes.filter((note) => note.code === "no-spread").length).toBe(2);
    expectFinite(none);
  });

  it("nobody relapsed anywhere: no test, p of the difference 1, everything finite", async () => {
    const none = await followRelapse(
      { ...eight, status: [0, 0, 0, 0, 0, 0, 0, 0], days: eight.days.map(() => 10) },
      {
        ...eightSpec,
        event: "status",
      },
    );
    expect(none.logRank).toBeNull();
    expect(none.riskDifference).toMatchObject({ estimate: 0, statistic: 0, pValue: 1, standardError: null });
    expect(none.notes.map((note) => note.code)).toContain("no-events");
    expectFinite(none);
  });

  it("everybody relapsed in one arm: risk 1 with lower limit 0.025^(1/4), ratio without limits", async () => {
    const all = await followRelapse({ ...eight, status: [1, 1, 1, 1, 0, 1, 0, 0] }, { ...eightSpec, event: "status" });
    expectClose(all.groups[0]!.risk.interval!.lower, 0.025 ** (1 / 4), tolerance);
    expect(all.groups[0]!.risk.interval!.upper).toBe(1);
    expect(all.riskRatio).toMatchObject({ standardError: null, interval: null });
    expectFinite(all);
  });
});

describe("laws of followRelapse", async () => {
  const result = await followRelapse(columns, spec);
  const n = columns["id"]!.length;

  it("the order of the rows changes nothing", async () => {
    const order = Array.from({ length: n }, (_, row) => (row * 77 + 5) % n);
    const shuffled = Object.fromEntries(
      Object.entries(columns).map(([name, values]) => [name, order.map((row) => values[row]!)]),
    );
    expect(await followRelapse(shuffled, spec)).toEqual(result);
  });

  it("everybody twice: the same estimates, variances halved", async () => {
    const twice = Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, [...values, ...values]]));
    const doubled = await followRelapse(twice, spec);
    expectClose(doubled.riskDifference.estimate, result.riskDifference.estimate, tolerance);
    expectClose(doubled.riskDifference.standardError! ** 2, result.riskDifference.standardError! ** 2 / 2, tolerance);
    expectClose(
      doubled.restrictedMeanDifference.standardError! ** 2,
      result.restrictedMeanDifference.standardError! ** 2 / 2,
      tolerance,
    );
  });

  it("weeks for days: risks and tests stay, mean times scale", async () => {
    const weeks = { ...columns, relapse_days: columns["relapse_days"]!.map((day) => (day as number) / 7) };
    const scaled = await followRelapse(weeks, { ...spec, horizon: 300 / 7 });
    expect(scaled.riskDifference).toEqual(result.riskDifference);
    expect(scaled.logRank).toEqual(result.logRank);
    expectClose(scaled.restrictedMeanDifference.estimate, result.restrictedMeanDifference.estimate / 7, tolerance);
    expectClose(scaled.restrictedMeanDifference.pValue, result.restrictedMeanDifference.pValue, tolerance);
  });

  it("arms exchanged: differences change sign, the ratio inverts, the test stays", async () => {
    const swapped = await followRelapse(columns, { ...spec, arm: { column: "mentored", treated: 0, reference: 1 } });
    expectClose(swapped.riskDifference.estimate, -result.riskDifference.estimate, tolerance);
    expectClose(swapped.riskRatio!.estimate, 1 / result.riskRatio!.estimate, tolerance);
    expectClose(swapped.logRank!.statistic, result.logRank!.statistic, tolerance);
  });

  it("nothing competes: the risk is the net risk, with its standard error and limits", async () => {
    const alone = { ...columns, relapsed: columns["relapse_status"]!.map((value) => (value === 1 ? 1 : 0)) };
    const { groups, competing } = await followRelapse(alone, { ...spec, event: "relapsed" });
    expect(competing).toBeNull();
    for (const { risk, netRisk, competingRisk } of groups) {
      expect(competingRisk).toBeNull();
      expectClose(risk.estimate, netRisk.estimate, tolerance);
      expectClose(risk.standardError, netRisk.standardError!, tolerance);
      expectClose(risk.interval!.lower, netRisk.interval!.lower!, tolerance);
      expectClose(risk.interval!.upper, netRisk.interval!.upper!, tolerance);
    }
  });

  it("event-free survival and both risks sum to 1 at every time", () => {
    for (const group of result.groups) {
      for (const row of group.curve) expectClose(row.survival + row.risk + row.competingRisk, 1, tolerance);
    }
  });

  it("plain data: JSON and back is the same", () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });
});

describe("followRelapse refuses", () => {
  const refused = async (data: Parameters<typeof followRelapse>[0], given: object, code: string, row?: number) => {
    const attempt = followRelapse(data, { ...eightSpec, ...given } as Parameters<typeof followRelapse>[1]);
    await expect(attempt).rejects.toMatchObject(row === undefined ? { code } : { code, where: { row } });
  };

  it("a negative time, with its row in the user's data", () =>
    refused({ ...eight, days: [null, 4, 6, 10, 3, -5, 10, 10] }, {}, "negative-time", 6));
  it("an event column that is not coded 0 and 1", () => refused(eight, { event: "status" }, "event-code", 2));
  it("a status value whose meaning was not said", () =>
    refused(eight, { event: { column: "status", event: 1 } }, "event-code", 2));
  it("an event value nobody has", () => refused(eight, { event: { column: "status", event: 7 } }, "unknown-level"));
  it("a horizon that one arm was not followed to, naming the largest usable", async () => {
    await refused(eight, { horizon: 11 }, "horizon-beyond-followup");
    await expect(followRelapse(eight, { ...eightSpec, horizon: 11 })).rejects.toThrow(/at most 10/);
  });
  it("a missing arm", () => refused(eight, { arm: undefined }, "missing-option"));
  it("a missing horizon, and one that is not a time", async () => {
    await refused(eight, { horizon: undefined }, "missing-horizon");
    await refused(eight, { horizon: 0 }, "invalid-option");
  });
  it("covariates, an option that does not exist (yet)", () =>
    refused(eight, { covariates: ["days"] }, "unknown-option"));
  it("a misspelt option inside event", () =>
    refused(eight, { event: { column: "status", event: 1, compete: 2 } }, "unknown-option"));
  it("a competing event said twice", () => refused(eight, { competing: "status" }, "invalid-option"));
  it("three arms", () => refused({ ...eight, mentored: [0, 1, 2, 0, 1, 2, 0, 1] }, {}, "not-two-arms"));
  it("one cluster", () => refused({ ...eight, site: eight.days.map(() => "a") }, { cluster: "site" }, "one-cluster"));
  it("a column that is not there", () => refused(eight, { time: "day" }, "unknown-column"));
});

describe("followRelapse tells", () => {
  it("people left out, by the variable that is missing", async () => {
    const result = await followRelapse({ ...eight, status: [null, 2, 1, 0, 0, 1, 0, 0] }, eightSpec);
    expect(result.dropped).toEqual({
      rowsIn: 8,
      rowsUsed: 7,
      reasons: [{ reason: "missing", variable: "status", rows: 1 }],
    });
  });
  it("events at time 0, which are kept", async () => {
    const result = await followRelapse({ ...eight, days: [0, 4, 6, 10, 3, 5, 10, 10] }, eightSpec);
    expect(result.groups[0]!.events).toBe(2);
    expect(result.notes.map((note) => note.code)).toContain("events-at-time-zero");
  });
  it("people with both events, whose event counts", async () => {
    const both = { ...eight, relapsed: [1, 0, 1, 0, 0, 1, 0, 0], died: [1, 1, 0, 0, 0, 0, 0, 0] };
    const result = await followRelapse(both, { ...eightSpec, event: "relapsed", competing: "died" });
    expect(result.groups[0]!.events).toBe(2);
    expect(result.groups[0]!.competingEvents).toBe(1);
    expect(result.notes.map((note) => note.code)).toContain("event-and-competing");
  });
});

function expectFinite(result: FollowRelapse): void {
  expect(JSON.parse(JSON.stringify(result))).toEqual(result);
}
