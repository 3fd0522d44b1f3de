import type { CoxHistory } from "./coxHistory.ts";

/** Weighted counts of pairs of which one is known to have had the event first, and of pairs tied in time. */
interface Concordance {
  readonly estimate: number;
  /** How much `estimate` moves when a row's weight goes from 0 to 1 in the linear approximation, by row of the data. */
  readonly influence: Float64Array;
  readonly concordant: number;
  readonly discordant: number;
  readonly tiedPredictor: number;
  readonly tiedTime: number;
  readonly tiedBoth: number;
}

/**
 * Harrell's concordance (Harrell and others 1996) of a predictor of hazard, within strata: pairs whose one row has the event while the other
 * is at risk and remains so. Sums come from Fenwick trees over the ranks of the predictor. `null` without such a pair.
 */
export function concordance(history: CoxHistory, predictor: Float64Array): Concordance | null {
  const { rows, order } = history;
  // by sorted position: what the row is compared with that is concordant, discordant and tied
  const pairs = {
    concordant: new Float64Array(rows),
    discordant: new Float64Array(rows),
    tied: new Float64Array(rows),
  };
  const ranks = ranksOf(predictor);
  const size = ranks.reduce((most, rank) => Math.max(most, rank), 0) + 1;
  const counts = { concordant: 0, discordant: 0, tied: 0, tiedTime: 0, tiedBoth: 0 };
  for (const { from, end } of strataOf(history)) {
    countAtRisk(history, ranks, size, from, end, pairs, counts);
    countEventsBefore(history, ranks, size, from, end, pairs);
  }
  const total = counts.concordant + counts.discordant + counts.tied;
  if (!(total > 0)) return null;
  const estimate = (counts.concordant + counts.tied / 2) / total;
  const influence = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const own = pairs.concordant[i]! + pairs.tied[i]! / 2;
    const all = pairs.concordant[i]! + pairs.discordant[i]! + pairs.tied[i]!;
    influence[order[i]!] = (own - estimate * all) / total;
  }
  return {
    estimate,
    influence,
    concordant: counts.concordant,
    discordant: counts.discordant,
    tiedPredictor: counts.tied,
    tiedTime: counts.tiedTime,
    tiedBoth: counts.tiedBoth,
  };
}

interface Pairs {
  readonly concordant: Float64Array;
  readonly discordant: Float64Array;
  readonly tied: Float64Array;
}

/** Groups of each stratum: [from, end). */
function* strataOf({ groups }: CoxHistory): Generator<{ from: number; end: number }> {
  for (let from = 0, end = 0; from < groups.length; from = end) {
    for (end = from; end < groups.length && groups[end]!.stratum === groups[from]!.stratum; end++);
    yield { from, end };
  }
}

/** Every row with the event beside those at risk who go on: times fall, the tree holds who is at risk. */
function countAtRisk(
  { groups, entries, weights }: CoxHistory,
  ranks: Int32Array,
  size: number,
  from: number,
  end: number,
  pairs: Pairs,
  counts: { concordant: number; discordant: number; tied: number; tiedTime: number; tiedBoth: number },
): void {
  const tree = new Float64Array(size + 1);
  let total = 0;
  let removed = 0;
  const move = (i: number, sign: number) => {
    plant(tree, ranks[i]!, sign * weights[i]!);
    total += sign * weights[i]!;
  };
  while (removed < entries.length && entries[removed]! < groups[from]!.from) removed++;
  for (let g = from; g < end; g++) {
    const group = groups[g]!;
    const firstCensored = group.from + group.deaths;
    for (let i = firstCensored; i < group.end; i++) move(i, 1);
    for (; removed < group.notEntered; removed++) move(entries[removed]!, -1);
    for (let i = group.from; i < firstCensored; i++) {
      const below = sumTo(tree, ranks[i]!);
      const same = sumTo(tree, ranks[i]! + 1) - below;
      pairs.concordant[i]! += below;
      pairs.tied[i]! += same;
      pairs.discordant[i]! += total - below - same;
      counts.concordant += weights[i]! * below;
      counts.tied += weights[i]! * same;
      counts.discordant += weights[i]! * (total - below - same);
    }
    const tied = tiedDeaths(ranks, weights, group.from, firstCensored);
    counts.tiedBoth += tied.both;
    counts.tiedTime += tied.all - tied.both;
    for (let i = group.from; i < firstCensored; i++) move(i, 1);
  }
}

/** Every row beside the events that happened while it was at risk and before its end: times rise, the tree holds the events. */
function countEventsBefore(
  { groups, weights, enteredAfter }: CoxHistory,
  ranks: Int32Array,
  size: number,
  from: number,
  end: number,
  pairs: Pairs,
): void {
  const tree = new Float64Array(size + 1);
  let total = 0;
  const waiting = new Map<number, number[]>();
  for (let i = groups[from]!.from; i < groups[end - 1]!.end; i++) {
    const entered = enteredAfter[i]!;
    if (entered < groups.length) waiting.set(entered, [...(waiting.get(entered) ?? []), i]);
  }
  const compare = (i: number, sign: number) => {
    const below = sumTo(tree, ranks[i]!);
    const same = sumTo(tree, ranks[i]! + 1) - below;
    pairs.discordant[i]! += sign * below;
    pairs.tied[i]! += sign * same;
    pairs.concordant[i]! += sign * (total - below - same);
  };
  for (let g = end - 1; g >= from; g--) {
    const group = groups[g]!;
    const firstCensored = group.from + group.deaths;
    for (let i = group.from; i < firstCensored; i++) compare(i, 1);
    for (let i = group.from; i < firstCensored; i++) {
      plant(tree, ranks[i]!, weights[i]!);
      total += weights[i]!;
    }
    for (let i = firstCensored; i < group.end; i++) compare(i, 1);
    for (const i of waiting.get(g) ?? []) compare(i, -1);
  }
}

function tiedDeaths(
  ranks: Int32Array,
  weights: Float64Array,
  from: number,
  end: number,
): { all: number; both: number } {
  let sum = 0;
  let squares = 0;
  const byRank = new Map<number, { sum: number; squares: number }>();
  for (let i = from; i < end; i++) {
    sum += weights[i]!;
    squares += weights[i]! ** 2;
    const own = byRank.get(ranks[i]!) ?? { sum: 0, squares: 0 };
    byRank.set(ranks[i]!, { sum: own.sum + weights[i]!, squares: own.squares + weights[i]! ** 2 });
  }
  let both = 0;
  for (const own of byRank.values()) both += (own.sum ** 2 - own.squares) / 2;
  return { all: (sum ** 2 - squares) / 2, both };
}

/** Ranks from 0; equal values share one. */
function ranksOf(values: Float64Array): Int32Array {
  const distinct = [...new Set(values)].sort((a, b) => a - b);
  const rank = new Map(distinct.map((value, index) => [value, index]));
  return Int32Array.from(values, (value) => rank.get(value)!);
}

/** Adds `amount` at `rank` of a Fenwick tree. */
function plant(tree: Float64Array, rank: number, amount: number): void {
  for (let at = rank + 1; at < tree.length; at += at & -at) tree[at]! += amount;
}

/** The sum over ranks below `rank`. */
function sumTo(tree: Float64Array, rank: number): number {
  let sum = 0;
  for (let at = rank; at > 0; at -= at & -at) sum += tree[at]!;
  return sum;
}
