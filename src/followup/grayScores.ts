import { matrix } from "../_numeric/matrix.ts";
import { type EventTable, eventsAt } from "./eventTable.ts";
import type { LogRankScores } from "./logRankScores.ts";

/**
 * Adds one stratum of Gray's (1988) test that the groups have one cumulative incidence F of the first cause. At each of its times
 * its events are compared with their share of the subdistribution's risk set, R = n (1 − F(t−)) / S(t−) of each group.
 *
 * Under the hypothesis the score of group k is a sum over groups r and times u of what the events of cause 1 and of the
 * others add, with h = n / S(u−), a_kr = w h_k ([k = r] − h_r / Σh), and C_kr(u) the sum of a_kr dF / (1 − F(t−)) over the times after u:
 * cause 1: S_r(u−) (a_kr + C_kr (1 − (1 − F) / S_r)) dM / n_r; others: −S_r(u−) C_kr (1 − F) / S_r dM / n_r. The variance of the first
 * uses the common F, that of the others each group's own events; of d tied events of n only the share 1 − (d − 1)/(n − 1) counts.
 */
export function addGrayStratum(scores: LogRankScores, tables: readonly EventTable[], rho: number): void {
  const groups = tables.length;
  const count = tables[0]!.times.length;
  const { observed, expected, covariance } = scores;
  const before = new Float64Array(groups).fill(1);
  const incidence = new Float64Array(groups);
  let common = 0;
  const moments: TimeOfGray[] = [];
  for (let j = 0; j < count; j++) {
    const own = tables.map((table) => table.events[0]![j]!);
    const d = tables.map((table) => eventsAt(table, j));
    const first = own.reduce((sum, value) => sum + value, 0);
    if (d.every((value) => value === 0)) continue;
    const h = tables.map((table, k) => (before[k]! > 0 ? table.atRisk[j]! / before[k]! : 0));
    const total = h.reduce((sum, value) => sum + value, 0);
    const risk = h.map((value, k) => value * (1 - incidence[k]!));
    const riskTotal = risk.reduce((sum, value) => sum + value, 0);
    const weight = (1 - common) ** rho;
    const step = first / total;
    for (let k = 0; k < groups && first > 0; k++) {
      observed[k]! += weight * own[k]!;
      expected[k]! += (weight * first * risk[k]!) / riskTotal;
    }
    const survivalBefore = before.slice();
    for (let k = 0; k < groups; k++) {
      const n = tables[k]!.atRisk[j]!;
      if (n === 0) continue;
      incidence[k]! += (before[k]! * own[k]!) / n;
      before[k]! *= (n - d[k]!) / n;
    }
    moments.push({
      ...{ first, step, weight, h, total },
      freeBefore: 1 - common,
      freeAfter: 1 - common - step,
      others: d.map((value, k) => value - own[k]!),
      atRisk: tables.map((table) => table.atRisk[j]!),
      survivalBefore,
      survivalAfter: before.slice(),
    });
    common += step;
  }
  addVariance(covariance, moments, groups);
}

/** What happens at one time, in all groups. */
interface TimeOfGray {
  readonly first: number;
  /** Step of the common incidence, and 1 less it before and after. */
  readonly step: number;
  readonly freeBefore: number;
  readonly freeAfter: number;
  readonly weight: number;
  readonly h: readonly number[];
  readonly total: number;
  readonly others: readonly number[];
  readonly atRisk: readonly number[];
  readonly survivalBefore: Float64Array;
  readonly survivalAfter: Float64Array;
}

function addVariance(covariance: LogRankScores["covariance"], moments: readonly TimeOfGray[], groups: number): void {
  const later = matrix(groups, groups).data;
  const direct = new Float64Array(groups);
  for (let m = moments.length - 1; m >= 0; m--) {
    const { first, step, freeBefore, freeAfter, weight, h, total, others, atRisk, survivalBefore, survivalAfter } =
      moments[m]!;
    for (let r = 0; r < groups; r++) {
      if (!(h[r]! > 0)) continue;
      const left = survivalAfter[r]! > 0 ? freeAfter / survivalAfter[r]! : 0;
      for (let k = 0; k < groups; k++) direct[k] = weight * h[k]! * ((k === r ? 1 : 0) - h[r]! / total);
      const ofFirst = first > 0 ? (step / h[r]!) * tied(first, total * survivalBefore[r]!) : 0;
      const ofOthers =
        others[r]! > 0 ? (survivalBefore[r]! / atRisk[r]!) ** 2 * others[r]! * tied(others[r]!, atRisk[r]!) : 0;
      for (let k = 0; k < groups; k++) {
        const laterOfK = later[r * groups + k]!;
        const a = direct[k]! + (left === 0 ? 0 : laterOfK * (1 - left));
        for (let l = 0; l < groups; l++) {
          const laterOfL = later[r * groups + l]!;
          const b = direct[l]! + (left === 0 ? 0 : laterOfL * (1 - left));
          covariance.data[l * groups + k]! += ofFirst * a * b + ofOthers * laterOfK * laterOfL * left * left;
        }
      }
      for (let k = 0; k < groups; k++) later[r * groups + k]! += (direct[k]! * step) / freeBefore;
    }
  }
}

/** The share of the variance that is left when d of n events are tied. */
function tied(d: number, n: number): number {
  return d > 1 && n > 1 ? 1 - (d - 1) / (n - 1) : 1;
}
