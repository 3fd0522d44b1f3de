import { smallestReaching } from "./discreteQuantile.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, type Tails, UNDEFINED } from "./tails.ts";

/** Counts of arrangements by the value 0 … greatest of a symmetric statistic, kept for the lower half only. */
export interface SymmetricCounts {
  readonly counts: Float64Array;
  /** Running sums of `counts`: arrangements with a value ≤ k. */
  readonly below: Float64Array;
  readonly greatest: number;
  readonly total: number;
}

export function symmetricCounts(lowerHalf: Float64Array, greatest: number): SymmetricCounts {
  const below = new Float64Array(lowerHalf.length);
  let sum = 0;
  for (let k = 0; k < lowerHalf.length; k++) {
    sum += lowerHalf[k]!;
    below[k] = sum;
  }
  const middle = greatest % 2 === 0 ? lowerHalf[lowerHalf.length - 1]! : 0;
  return { counts: lowerHalf, below, greatest, total: 2 * sum - middle };
}

export function massOfCounts({ counts, greatest, total }: SymmetricCounts, k: number, log: boolean): number {
  if (Number.isNaN(k)) return k;
  const inside = Number.isInteger(k) && k >= 0 && k <= greatest;
  const share = inside ? counts[Math.min(k, greatest - k)]! / total : 0;
  return log ? Math.log(share) : share;
}

export function tailsOfCounts({ below, greatest, total }: SymmetricCounts, k: number): Tails {
  if (Number.isNaN(k)) return UNDEFINED;
  const whole = Math.floor(k);
  if (whole < 0) return NOTHING_BELOW;
  if (whole >= greatest) return NOTHING_ABOVE;
  // P(X > k) = P(X ≤ greatest − k − 1): one of the two always lies in the kept half
  const mirrored = greatest - whole - 1;
  const lowerCount = whole <= mirrored ? below[whole]! : total - below[mirrored]!;
  const upperCount = mirrored <= whole ? below[mirrored]! : total - below[whole]!;
  const lower = lowerCount / total;
  const upper = upperCount / total;
  return {
    lower,
    upper,
    logLower: lower < 0.5 ? Math.log(lower) : Math.log1p(-upper),
    logUpper: upper < 0.5 ? Math.log(upper) : Math.log1p(-lower),
  };
}

export function quantileOfCounts(held: SymmetricCounts, p: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : held.greatest;
  return smallestReaching(target, (k) => tailsOfCounts(held, k), held.greatest / 2, 0, held.greatest);
}
