import type { Clusters } from "../_inference/cluster.ts";
import { eventTables, type Histories } from "./eventTable.ts";

/**
 * The score test of equal hazards with people correlated within clusters (Lin and Wei 1989; Lee, Wei and Amato 1992):
 * U² / Σ (sum of the cluster's score residuals)², U = observed − expected events of group 1, Breslow's form under ties.
 * Null when nothing can be compared.
 */
export function clusterScoreTest(histories: Histories, clusters: Clusters): number | null {
  const [first, second] = eventTables(histories, 2, 1);
  const times = histories.order.times.length;
  const share = new Float64Array(times);
  const hazard = new Float64Array(times);
  const shareHazard = new Float64Array(times);
  let sum = 0;
  let shareSum = 0;
  for (let j = 0; j < times; j++) {
    const n = first!.atRisk[j]! + second!.atRisk[j]!;
    const step = (first!.events[0]![j]! + second!.events[0]![j]!) / n;
    share[j] = second!.atRisk[j]! / n;
    sum += step;
    shareSum += step * share[j]!;
    hazard[j] = sum;
    shareHazard[j] = shareSum;
  }
  const residuals = new Float64Array(clusters.count);
  for (let row = 0; row < histories.cause.length; row++) {
    const j = histories.order.slot[row]!;
    const group = histories.group[row]!;
    const happened = histories.cause[row] === 0 ? 0 : group - share[j]!;
    residuals[clusters.codes[row]!]! += happened - (group * hazard[j]! - shareHazard[j]!);
  }
  let score = 0;
  let spread = 0;
  for (const residual of residuals) {
    score += residual;
    spread += residual ** 2;
  }
  return spread > 0 ? score ** 2 / spread : null;
}
