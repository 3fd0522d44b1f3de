import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { rowsOfMatrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { completeChoice } from "../options.ts";
import { type LogRankScores, logRankStatistic } from "./logRankScores.ts";

/** A test of observed against expected events in groups. */
export interface GroupComparison extends Result {
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

/** Error: "invalid-option". */
export function completeRho(caller: string, rho: 0 | 1 | undefined): 0 | 1 {
  return completeChoice(caller, "rho", rho === undefined ? undefined : `${rho}`, ["0", "1"], "0") === "0" ? 0 : 1;
}

/** Error: "one-group". */
export function refuseOneGroup(caller: string, groups: readonly (string | null)[], column: string): void {
  if (groups.length > 1) return;
  throw new KithpathError("one-group", `${caller} compares groups, and there is one`, {
    expected: "at least two groups",
    received: groups[0] === null ? "no group" : `only "${groups[0]}"`,
    where: { column },
  });
}

/** Error: "groups-not-comparable". */
export function comparedGroups(
  scores: LogRankScores,
  names: readonly string[],
  codes: ArrayLike<number>,
): Pick<GroupComparison, "groups" | "covariance" | "statistic" | "df" | "pValue"> {
  const test = chiSquareTest(scores);
  if (test === null) {
    throw new KithpathError("groups-not-comparable", "the groups were never at risk together when an event happened", {
      expected: "an event while people of different groups were followed",
      remedy: "Check the times and the strata.",
    });
  }
  const sizes = new Float64Array(names.length);
  for (let row = 0; row < codes.length; row++) sizes[codes[row]!]!++;
  const groups = names.map((group, g) => ({
    group,
    n: sizes[g]!,
    observed: scores.observed[g]!,
    expected: scores.expected[g]!,
  }));
  return { groups, covariance: rowsOfMatrix(scores.covariance), ...test };
}

/** `null` when nothing can be compared. */
export function chiSquareTest(scores: LogRankScores): { statistic: number; df: number; pValue: number } | null {
  const test = logRankStatistic(scores);
  return test && { ...test, pValue: pValueOfChiSquare(test.statistic, test.df) };
}
