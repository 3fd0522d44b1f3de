import type { Clusters } from "../_inference/cluster.ts";
import { pValueOfChiSquare } from "../_numeric/distributions/index.ts";
import { clusterScoreTest } from "./clusterScore.ts";
import { causeSpecific, type EventTable, type Histories } from "./eventTable.ts";
import { addStratum, emptyScores, logRankStatistic } from "./logRankScores.ts";

/** The test of equal event-specific hazards over all follow-up. */
export interface RelapseTest {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
  /** "log-rank", or with clusters "cluster-robust score". */
  readonly method: string;
}

/** Competing events end observation here: the hazard of the event itself is compared. */
export function testHazards(
  histories: Histories,
  tables: readonly EventTable[],
  clusters: Clusters | null,
): RelapseTest | null {
  const specific = tables.map((table) => causeSpecific(table, 0));
  const scores = emptyScores(2);
  addStratum(scores, specific, 0);
  const plain = logRankStatistic(scores);
  if (plain === null) return null;
  const ownCause = { ...histories, cause: histories.cause.map((code) => (code === 1 ? 1 : 0)) };
  const statistic = clusters === null ? plain.statistic : clusterScoreTest(ownCause, clusters);
  if (statistic === null) return null;
  return {
    statistic,
    df: 1,
    pValue: pValueOfChiSquare(statistic, 1),
    method: clusters === null ? "log-rank" : "cluster-robust score",
  };
}
