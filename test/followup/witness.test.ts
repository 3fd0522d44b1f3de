import { describe, expect, it } from "vitest";
import {
  cumulativeIncidence,
  kaplanMeier,
  type LogRankData,
  logRank,
  restrictedMean,
  type SurvivalLimits,
} from "../../src/followup/index.ts";
import { expectClose, plainColumns, sharedIsPresent, sharedText, type Tolerance } from "../support/witness.ts";

interface Case {
  readonly id: string;
  readonly data: string | null;
  readonly spec: Readonly<Record<string, unknown>>;
  readonly expected: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance;
}
type Figures = Readonly<Record<string, (number | string | null)[]>>;

const cases: readonly Case[] = sharedIsPresent
  ? (JSON.parse(sharedText("reference/models/survival.json")) as { cases: Case[] }).cases
  : [];
const caseOf = (id: string) => cases.find((candidate) => candidate.id === id)!;
const columnsOf = (found: Case) => plainColumns(sharedText(`reference/models/data/${found.data}`));

/** Column names of the reference files: time, event, group. */
const columnNames: Readonly<Record<string, readonly [string, string, string]>> = {
  lung: ["time", "event", "sex"],
  help_link: ["dayslink", "linkstatus", "treat"],
  tiny_ties: ["time", "event", "g"],
};

function followUpOf(name: string, found: Case) {
  const columns = columnsOf(found);
  const [time, event, group] = columnNames[name]!;
  return {
    time: columns[time] as (number | null)[],
    event: columns[event] as (number | null)[],
    group: columns[group] as (string | number)[],
  };
}

const title = "R's survival and cmprsk (reference figures beside the project; skipped where they are absent)";

describe.skipIf(!sharedIsPresent)(title, () => {
  for (const name of ["lung", "help_link", "tiny_ties"]) {
    for (const [suffix, limits] of [
      ["plain", "plain"],
      ["log", "log"],
      ["loglog", "log-log"],
    ] as [string, SurvivalLimits][]) {
      it(`Kaplan–Meier of ${name}: every row of the curve with ${limits} limits`, () => {
        const found = caseOf(`km_${name}_${suffix}`);
        const result = kaplanMeier(followUpOf(name, found), { limits });
        const expected = Object.values(found.expected) as Figures[];
        expect(result.groups.length).toBe(expected.length);
        result.groups.forEach((group, g) => {
          const figures = expected[g]!;
          expect(group.curve.map((row) => row.time)).toEqual(figures["time"]);
          expect(group.curve.map((row) => row.atRisk)).toEqual(figures["n_risk"]);
          expect(group.curve.map((row) => row.events)).toEqual(figures["n_event"]);
          expect(group.curve.map((row) => row.censored)).toEqual(figures["n_censor"]);
          group.curve.forEach((row, j) => {
            for (const [actual, key] of [
              [row.survival, "surv"],
              [row.standardError, "se_surv"],
              [row.lower, "lo"],
              [row.upper, "hi"],
            ] as const) {
              const value = figures[key]![j]!;
              if (typeof value === "number") expectClose(actual, value, found.tolerance, `${key} at ${row.time}`);
              else expect(actual, `${key} at ${row.time}`).toBeNull();
            }
          });
        });
      });

      it(`quantiles of ${name} with limits by inverting ${limits} limits`, () => {
        const found = caseOf(`quant_${name}_${suffix}`);
        const result = kaplanMeier(followUpOf(name, found), { limits });
        const expected = Object.values(found.expected) as Figures[];
        result.groups.forEach((group, g) => {
          const figures = expected[g]!;
          expect(group.quantiles.map((quantile) => quantile.time)).toEqual(figures["quantile"]);
          expect(group.quantiles.map((quantile) => quantile.lower)).toEqual(figures["lo"]);
          expect(group.quantiles.map((quantile) => quantile.upper)).toEqual(figures["hi"]);
          expect(group.median).toEqual(group.quantiles[1]);
        });
      });
    }

    it(`Kaplan–Meier of ${name} read off at given times, 90 % log limits`, () => {
      const found = caseOf(`km_at_${name}`);
      const figures = found.expected as Figures;
      const { time, event } = followUpOf(name, found);
      const times = figures["time"] as number[];
      const result = kaplanMeier({ time, event }, { limits: "log", level: 0.9, times });
      result.groups[0]!.at.forEach((row, j) => {
        expect(row.atRisk).toBe(figures["n_risk"]![j]);
        expectClose(row.survival, figures["surv"]![j] as number, found.tolerance);
        expectClose(row.standardError, figures["se"]![j] as number, found.tolerance);
        expectClose(row.lower, figures["lo"]![j] as number, found.tolerance);
        expectClose(row.upper, figures["hi"]![j] as number, found.tolerance);
      });
    });

    for (const rho of [0, 1] as const) {
      it(`log-rank of ${name} with rho ${rho}: observed, expected, variance, chi-square, p`, () => {
        const found = caseOf(`logrank_rho${rho}_${name}`);
        expectLogRank(found, followUpOf(name, found), rho);
      });
    }
  }

  it("stratified log-rank; a person without a stratum is left out and counted", () => {
    const found = caseOf("logrank_strat");
    const strata = columnsOf(found)["ph.ecog"]!;
    const result = expectLogRank(found, { ...followUpOf("lung", found), strata }, 0);
    expect(result.dropped.reasons).toEqual([{ reason: "missing", variable: "strata", rows: 1 }]);
  });

  it("stratified G-rho test with rho 1", () => {
    const found = caseOf("logrank_strat_rho1");
    const strata = columnsOf(found)["substance"]!;
    expectLogRank(found, { ...followUpOf("help_link", found), strata }, 1);
  });

  it("log-rank of three groups", () => {
    const found = caseOf("logrank_3groups");
    const data = { ...followUpOf("help_link", found), group: columnsOf(found)["substance"]! };
    const { pairs } = expectLogRank(found, data, 0);
    const figures = found.expected as Figures;
    expect(pairs!.map(({ groups }) => groups.join("|"))).toEqual(figures["pairs"]);
    pairs!.forEach(({ pValue, adjustedPValue }, k) => {
      expectClose(pValue, figures["p_raw"]![k] as number, found.tolerance, "p of a pair");
      expectClose(adjustedPValue, figures["p_holm"]![k] as number, found.tolerance, "Holm's p of a pair");
    });
  });

  for (const [id, time, event, group] of [
    ["rmst_a", "time", "event", "sex"],
    ["rmst_b", "dayslink", "linkstatus", "treat"],
    ["rmst_c", "time", "event", "g"],
    ["rmst_v", "time", "status", "trt"],
  ] as const) {
    it(`restricted mean, ${id}: by group, difference and ratio`, () => {
      const found = caseOf(id);
      const columns = columnsOf(found);
      const expected = found.expected as Readonly<Record<string, number>> & {
        groups: Record<string, { rmst: number; se: number }>;
        ci: number[];
        ratio_ci: number[];
        rmtl: Record<string, number>;
      };
      const result = restrictedMean(
        { time: columns[time] as number[], event: columns[event] as number[], group: columns[group]! },
        { horizon: expected["tau"]! },
      );
      const close = (actual: number | null, value: number) => expectClose(actual, value, found.tolerance);
      for (const row of result.groups) {
        close(row.estimate, expected.groups[row.group!]!.rmst);
        close(row.standardError, expected.groups[row.group!]!.se);
        close(row.timeLost, expected.rmtl[row.group!]!);
      }
      close(result.difference!.estimate, expected["difference"]!);
      close(result.difference!.standardError, expected["se"]!);
      close(result.difference!.statistic, expected["z"]!);
      close(result.difference!.pValue, expected["p"]!);
      close(result.difference!.interval!.lower, expected.ci[0]!);
      close(result.difference!.interval!.upper, expected.ci[1]!);
      close(result.ratio!.estimate, expected["ratio"]!);
      close(result.ratio!.logStandardError, expected["se_log_ratio"]!);
      close(result.ratio!.pValue, expected["p_ratio"]!);
      close(result.ratio!.interval!.lower, expected.ratio_ci[0]!);
      close(result.ratio!.interval!.upper, expected.ratio_ci[1]!);
    });
  }

  it("restricted mean equals survival's own", () => {
    const found = caseOf("rmst_survmean_check");
    const figures = found.expected as Figures;
    restrictedMean(followUpOf("lung", found), { horizon: 365 }).groups.forEach((row, g) => {
      expectClose(row.estimate, figures["rmean"]![g] as number, found.tolerance);
      expectClose(row.standardError, figures["se"]![g] as number, found.tolerance);
    });
  });

  for (const id of ["cuminc_gray", "cuminc_all", "cuminc_tiny"]) {
    it(`cumulative incidence and Aalen's variance, ${id}`, () => {
      const found = caseOf(id);
      const columns = found.data === null ? null : columnsOf(found);
      const data = {
        time: (columns?.["etime"] ?? found.spec["time"]) as number[],
        event: (columns?.["event"] ?? found.spec["status"]) as number[],
      };
      const group = (columns?.["sex"] ?? found.spec["group"]) as string[];
      const expected = found.expected as { times: number[]; curves: string[]; est: Figures[]; var: Figures[] };
      const result = cumulativeIncidence(id === "cuminc_all" ? data : { ...data, group }, { times: expected.times });
      expected.curves.forEach((curve, c) => {
        const [name, cause] = curve.split(" ");
        const found1 = result.groups.find((candidate) => (candidate.group ?? "all") === name)!;
        const at = found1.causes.find((candidate) => String(candidate.cause) === cause)!.at;
        expected.times.forEach((_, t) => {
          const value = (expected.est[c] as unknown as (number | null)[])[t]!;
          const variance = (expected.var[c] as unknown as (number | null)[])[t]!;
          if (value === null) {
            expect(at[t]!.incidence).toBeNull();
            return;
          }
          expectClose(at[t]!.incidence, value, found.tolerance, `${curve} at ${at[t]!.time}`);
          expectClose(at[t]!.standardError! ** 2, variance, found.tolerance, `variance of ${curve} at ${at[t]!.time}`);
        });
      });
    });
  }

  it("Aalen–Johansen with Greenwood-type variance equals survival's multi-state fit (infinitesimal jackknife)", () => {
    const found = caseOf("aj_full");
    const columns = columnsOf(found);
    const result = cumulativeIncidence(
      { time: columns["etime"] as number[], event: columns["event"] as number[], group: columns["sex"]! },
      { variance: "greenwood" },
    );
    const expected = Object.values(found.expected) as { time: number[]; pstate: number[][]; se_ij: number[][] }[];
    result.groups.forEach((group, g) => {
      const figures = expected[g]!;
      expect(group.eventFree.slice(0, figures.time.length).map((row) => row.time)).toEqual(figures.time);
      figures.time.forEach((_, j) => {
        expectClose(group.eventFree[j]!.survival, figures.pstate[0]![j]!, found.tolerance);
        group.causes.forEach((cause, k) => {
          expectClose(cause.curve[j]!.incidence, figures.pstate[k + 1]![j]!, found.tolerance);
          expectClose(cause.curve[j]!.standardError, figures.se_ij[k + 1]![j]!, found.tolerance, `se at row ${j}`);
        });
      });
    });
  });
});

function expectLogRank(found: Case, data: LogRankData, rho: 0 | 1) {
  const expected = found.expected as { n: number[]; observed: number[]; expected: number[]; var: number[][] } & Record<
    "chi2" | "df" | "p",
    number
  >;
  const result = logRank(data, { rho });
  expect(result.groups.map((group) => group.n)).toEqual(expected.n);
  result.groups.forEach((group, g) => {
    expectClose(group.observed, expected.observed[g]!, found.tolerance, "observed");
    expectClose(group.expected, expected.expected[g]!, found.tolerance, "expected");
    result.covariance[g]!.forEach((value, h) => {
      expectClose(value, expected.var[g]![h]!, found.tolerance, "variance");
    });
  });
  expectClose(result.statistic, expected.chi2, found.tolerance, "chi-square");
  expect(result.df).toBe(expected.df);
  expectClose(result.pValue, expected.p, found.tolerance, "p");
  return result;
}
