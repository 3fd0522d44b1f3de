import type { HazardSteps } from "./survivalMeans.ts";

/**
 * Risk of the first cause and mean time free of both by each day, as sums of products of what depends on the first relative hazard
 * and what depends on the second.
 */
export interface CompetingMeans {
  /** Numbers that `factors` writes for each cause. */
  readonly sizes: readonly [number, number];
  /** What depends on the relative hazard of one cause alone. */
  factors(cause: 0 | 1, relative: number, out: Float64Array, at: number): void;
  /** Risk and free time of every day from the factors at `a` and `b`, into out[2q] and out[2q + 1]. */
  combine(first: Float64Array, a: number, second: Float64Array, b: number, out: Float64Array): void;
}

/**
 * Two baseline hazards with steps. Between two steps of the second hazard only the first moves, so that the sums run over stretches
 * that end with a step of the second or with a day. At a time with steps of both the probability of leaving is shared in proportion to
 * the hazards: S(before)·(1 − exp(−Λ))·Λ₁/Λ, Λ = Λ₁ + Λ₂. The steps are read at every call.
 */
export function competingSteps(one: HazardSteps, two: HazardSteps, days: readonly number[]): CompetingMeans {
  const last = Math.max(...days);
  const ends = Float64Array.from(new Set([...two.times, ...days].filter((time) => time <= last))).sort();
  const count = ends.length;
  const secondAt = Int32Array.from(ends, (time) => two.times.indexOf(time));
  const tieAt = Int32Array.from(ends, (time, g) => (secondAt[g]! < 0 ? -1 : one.times.indexOf(time)));
  const daysAt = Array.from(ends, (time) => days.flatMap((day, q) => (day === time ? [q] : [])));
  /** Steps of the first hazard inside stretch g: from[g] to from[g + 1], less a tie at its end. */
  const from = new Int32Array(count + 1);
  for (let g = 0, j = 0; g < count; g++) {
    while (j < one.times.length && one.times[j]! <= ends[g]!) j++;
    from[g + 1] = j;
  }
  // By stretch: survival of the first cause at its start, just before its end, and the time lived in it; then the last start, r.
  const sizes = [3 * count + 2, count + 2] as const;

  return {
    sizes,
    factors(cause, relative, out, at) {
      let free = 1;
      let cumulative = 0;
      if (cause === 1) {
        for (let g = 0; g < count; g++) {
          out[at + g] = free;
          const place = secondAt[g]!;
          if (place < 0 || two.hazard[place] === 0) continue;
          cumulative += two.hazard[place]!;
          free = Math.exp(-cumulative * relative);
        }
        out[at + count] = free;
        out[at + count + 1] = relative;
        return;
      }
      let previous = 0;
      for (let g = 0; g < count; g++) {
        const tie = tieAt[g]!;
        const end = tie < 0 ? from[g + 1]! : from[g + 1]! - 1;
        let lived = 0;
        out[at + 3 * g] = free;
        for (let j = from[g]!; j < end; j++) {
          if (one.hazard[j] === 0) continue;
          lived += free * (one.times[j]! - previous);
          previous = one.times[j]!;
          cumulative += one.hazard[j]!;
          free = Math.exp(-cumulative * relative);
        }
        out[at + 3 * g + 1] = free;
        out[at + 3 * g + 2] = lived + free * (ends[g]! - previous);
        previous = ends[g]!;
        if (tie >= 0 && one.hazard[tie]! > 0) {
          cumulative += one.hazard[tie]!;
          free = Math.exp(-cumulative * relative);
        }
      }
      out[at + 3 * count] = free;
      out[at + 3 * count + 1] = relative;
    },
    combine(first, a, second, b, out) {
      let risk = 0;
      let lived = 0;
      for (let g = 0; g < count; g++) {
        const other = second[b + g]!;
        const place = a + 3 * g;
        risk += other * (first[place]! - first[place + 1]!);
        lived += other * first[place + 2]!;
        const tie = tieAt[g]!;
        if (tie >= 0) {
          const own = first[a + 3 * count + 1]! * one.hazard[tie]!;
          const both = own + second[b + count + 1]! * two.hazard[secondAt[g]!]!;
          if (own > 0) risk += ((first[place + 1]! * other - first[place + 3]! * second[b + g + 1]!) * own) / both;
        }
        const reached = daysAt[g]!;
        for (let k = 0; k < reached.length; k++) {
          out[2 * reached[k]!] = risk;
          out[2 * reached[k]! + 1] = lived;
        }
      }
    },
  };
}
