import { chiSquareUpper } from "../_numeric/distributions/index.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { completeChoice, refuseUnknown } from "../options.ts";
import { eventTables } from "./eventTable.ts";
import { addStratum, emptyScores, logRankStatistic } from "./logRankScores.ts";
import { type FollowUp, type GroupValue, readFollowUp } from "./readFollowUp.ts";

export interface LogRankData extends FollowUp {
  readonly group: ArrayLike<GroupValue>;
  /** Compare groups within these only. */
  readonly strata?: ArrayLike<GroupValue>;
}

export interface LogRankOptions {
  /** 0 the log-rank test (default); 1 the Peto–Peto test, which weighs early events more. */
  readonly rho?: 0 | 1;
  /** The groups in the order wanted; by default numbers in order, text in code-point order. */
  readonly order?: readonly (string | number)[];
}

export interface LogRank extends Result {
  readonly kind: "log-rank";
  readonly rho: 0 | 1;
  /** Number of strata; null without strata. */
  readonly strata: number | null;
  /** Events observed, and expected if the groups did not differ; weighted when rho is 1. */
  readonly groups: readonly {
    readonly group: string;
    readonly n: number;
    readonly observed: number;
    readonly expected: number;
  }[];
  /** Covariance of observed − expected, by group. */
  readonly covariance: readonly (readonly number[])[];
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

/**
 * Tests whether two or more groups have the same hazard of the event at every time: the log-rank test (Mantel 1966), and
 * with `rho: 1` the G-rho test of Harrington and Fleming (1982) with weight S(t−), Peto and Peto's modification of
 * Wilcoxon's test. The variance is hypergeometric, exact under ties. With `strata` people are compared within strata.
 * Takes everybody as independent; for clustered people use `followRelapse` with `cluster`.
 *
 * Errors: as `kaplanMeier`, and "one-group"; "no-events" when nobody had the event;
 * "groups-not-comparable" when the groups were never at risk together at an event.
 *
 * Source: Mantel (1966), Cancer Chemother. Rep. 50:163; Harrington and Fleming (1982), Biometrika 69:553.
 * Checked against R 4.2.2, survival 3.5-3 (`survdiff`, with strata, three groups, rho 0 and 1) to 1e-9.
 *
 * @example
 * ```ts
 * import { logRank } from "kithpath";
 * const test = logRank({ time: [1, 2, 3, 4], event: [1, 1, 1, 1], group: ["a", "b", "a", "b"] });
 * test.df; // 1
 * ```
 */
export function logRank(data: LogRankData, options: LogRankOptions = {}): LogRank {
  const caller = "logRank";
  refuseUnknown(caller, options, ["rho", "order"]);
  const rho = completeChoice(caller, "rho", options.rho === undefined ? undefined : `${options.rho}`, ["0", "1"], "0");
  const read = readFollowUp(caller, data, 1, options.order, ["time", "event", "group", "strata"]);
  if (read.groups.length < 2) {
    throw new KithpathError("one-group", `${caller} compares groups, and there is one`, {
      expected: "at least two groups",
      received: read.groups[0] === null ? "no group" : `only "${read.groups[0]}"`,
      where: { column: "group" },
    });
  }
  if (read.cause.every((code) => code === 0)) {
    throw new KithpathError("no-events", "nobody had the event, so the groups cannot be compared", {
      expected: "at least one event",
      received: "0 events",
    });
  }
  const groups = read.groups.length;
  const scores = emptyScores(groups);
  const weight = Number(rho) as 0 | 1;
  for (let stratum = 0; stratum < (read.strata?.count ?? 1); stratum++) {
    const inside = read.strata?.codes.map((code) => (code === stratum ? 1 : 0));
    addStratum(scores, eventTables(read, groups, 1, inside ? Float64Array.from(inside) : null), weight);
  }
  const test = logRankStatistic(scores);
  if (test === null) {
    throw new KithpathError("groups-not-comparable", "the groups were never at risk together when an event happened", {
      expected: "an event while people of different groups were followed",
      remedy: "Check the times and the strata.",
    });
  }
  const sizes = new Float64Array(groups);
  for (const code of read.group) sizes[code]!++;
  return {
    kind: "log-rank",
    n: read.n,
    dropped: read.dropped,
    notes: read.notes,
    method: `${weight === 0 ? "Log-rank test" : "Peto–Peto test (G-rho, rho = 1)"}${read.strata === null ? "" : ", stratified"}`,
    rho: weight,
    strata: read.strata?.count ?? null,
    groups: read.groups.map((group, g) => ({
      group: group!,
      n: sizes[g]!,
      observed: scores.observed[g]!,
      expected: scores.expected[g]!,
    })),
    covariance: read.groups.map((_, g) => read.groups.map((_, h) => scores.covariance.data[h * groups + g]!)),
    statistic: test.statistic,
    df: test.df,
    pValue: Math.max(chiSquareUpper(test.statistic, test.df), Number.MIN_VALUE),
  };
}
