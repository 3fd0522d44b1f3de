import { inverseForm, type Matrix, matrix, partOfMatrix } from "../_numeric/matrix.ts";
import type { EventTable } from "./eventTable.ts";

/** Weighted events observed and expected per group under equal hazards, and the covariance of their differences. */
export interface LogRankScores {
  readonly observed: Float64Array;
  readonly expected: Float64Array;
  readonly covariance: Matrix;
}

/**
 * Adds one stratum: at each event time, events are compared with their expectation given the numbers at risk, the
 * variance being hypergeometric (Mantel 1966). `rho` weighs each time by S(t−)^rho, S of the stratum's groups together
 * (Harrington and Fleming 1982).
 */
export function addStratum(scores: LogRankScores, tables: readonly EventTable[], rho: number): void {
  const groups = tables.length;
  const { observed, expected, covariance } = scores;
  let survival = 1;
  for (let j = 0; j < tables[0]!.times.length; j++) {
    let d = 0;
    let n = 0;
    for (const table of tables) {
      d += table.events[0]![j]!;
      n += table.atRisk[j]!;
    }
    if (d === 0) continue;
    const weight = rho === 0 ? 1 : survival ** rho;
    const spread = n > 1 ? (weight ** 2 * d * (n - d)) / (n - 1) : 0;
    for (let g = 0; g < groups; g++) {
      const share = tables[g]!.atRisk[j]! / n;
      observed[g]! += weight * tables[g]!.events[0]![j]!;
      expected[g]! += weight * d * share;
      for (let h = 0; h < groups; h++) {
        const other = tables[h]!.atRisk[j]! / n;
        covariance.data[h * groups + g]! += spread * share * ((g === h ? 1 : 0) - other);
      }
    }
    survival *= (n - d) / n;
  }
}

export function emptyScores(groups: number): LogRankScores {
  return {
    observed: new Float64Array(groups),
    expected: new Float64Array(groups),
    covariance: matrix(groups, groups),
  };
}

/**
 * The chi-square of observed less expected over the groups that expect any event, one of them left out (any gives the
 * same). Null when nothing can be compared.
 */
export function logRankStatistic(scores: LogRankScores): { statistic: number; df: number } | null {
  const groups = scores.observed.length;
  const compared = Array.from({ length: groups }, (_, g) => g)
    .filter((g) => scores.expected[g]! > 0)
    .slice(1);
  if (compared.length === 0) return null;
  const difference = Float64Array.from(compared, (g) => scores.observed[g]! - scores.expected[g]!);
  const statistic = inverseForm(partOfMatrix(scores.covariance, compared), difference);
  return statistic === null ? null : { statistic, df: compared.length };
}
