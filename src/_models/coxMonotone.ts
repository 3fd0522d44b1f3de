import type { CoxHistory } from "./coxHistory.ts";
import type { CoxTies } from "./coxRiskSets.ts";

const TOLERANCE = 1e-6;

/**
 * Columns whose coefficients grow without end along `direction`, or `null`. The likelihood rises for ever along a direction exactly
 * when, at every event, no row at risk has a larger value of the covariates' sum along it than every row with the event
 * (Bryson & Johnson 1981; Albert & Anderson 1984 for its logistic kin). In the exact likelihood, which compares sets of rows,
 * those who have the event need not be alike: no other row at risk may be larger.
 */
export function monotoneColumns(
  history: CoxHistory,
  direction: Float64Array,
  ties: CoxTies = "breslow",
): number[] | null {
  const { rows, columns, covariates, groups } = history;
  const along = new Float64Array(rows);
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) along[i]! += covariates[i * columns + j]! * direction[j]!;
    low = Math.min(low, along[i]!);
    high = Math.max(high, along[i]!);
  }
  const allowance = TOLERANCE * (high - low);
  if (!(allowance > 0)) return null;
  for (const { group, most } of largestAtRisk(history, along, ties === "exact")) {
    for (let i = groups[group]!.from; i < groups[group]!.from + groups[group]!.deaths; i++) {
      if (along[i]! < most - allowance) return null;
    }
  }
  const most = direction.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return Array.from(direction.keys()).filter((j) => Math.abs(direction[j]!) > 10 * TOLERANCE * most);
}

/** For every time with events the largest value among the rows at risk, or among those of them without the event. */
function* largestAtRisk(
  history: CoxHistory,
  values: Float64Array,
  othersOnly: boolean,
): Generator<{ group: number; most: number }> {
  const { groups, entries, enteredAfter } = history;
  let stratum = -1;
  let first = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (let g = 0; g < groups.length; g++) {
    const group = groups[g]!;
    if (group.stratum !== stratum) {
      stratum = group.stratum;
      first = group.from;
      most = Number.NEGATIVE_INFINITY;
    }
    const events = group.from + group.deaths;
    for (let i = events; i < group.end; i++) most = Math.max(most, values[i]!);
    let others = most;
    for (let i = group.from; i < events; i++) most = Math.max(most, values[i]!);
    if (group.deaths === 0) continue;
    if (entries.length > 0) {
      others = Number.NEGATIVE_INFINITY;
      for (let i = first; i < group.end; i++) {
        const own = i >= group.from && i < events;
        if (enteredAfter[i]! > g && !(own && othersOnly)) others = Math.max(others, values[i]!);
      }
      yield { group: g, most: others };
    } else {
      yield { group: g, most: othersOnly ? others : most };
    }
  }
}
