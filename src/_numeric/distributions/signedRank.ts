import {
  massOfCounts,
  quantileOfCounts,
  type SymmetricCounts,
  symmetricCounts,
  tailsOfCounts,
} from "./symmetricCounts.ts";

let held: { readonly n: number; readonly counts: SymmetricCounts } | undefined;

/** How many subsets of 1 … n have each sum: one rank after another is left out or taken (Wilcoxon 1945). */
function countsOf(n: number): SymmetricCounts {
  if (held?.n === n) return held.counts;
  const greatest = (n * (n + 1)) / 2;
  const half = Math.floor(greatest / 2);
  const ways = new Float64Array(half + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = Math.min(half, (rank * (rank + 1)) / 2); sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  }
  const counts = symmetricCounts(ways, greatest);
  held = { n, counts };
  return counts;
}

/** P(V = v), V the sum of the positive ranks of n untied differences (n ≤ 1000), exact; its natural log with `log`. */
export function signedRankMass(v: number, n: number, log = false): number {
  return massOfCounts(countsOf(n), v, log);
}

/** P(V ≤ v), exact; its natural log with `log`. */
export function signedRankLower(v: number, n: number, log = false): number {
  const tails = tailsOfCounts(countsOf(n), v);
  return log ? tails.logLower : tails.lower;
}

/** P(V > v), v itself excluded, exact; its natural log with `log`. */
export function signedRankUpper(v: number, n: number, log = false): number {
  const tails = tailsOfCounts(countsOf(n), v);
  return log ? tails.logUpper : tails.upper;
}

/** The smallest v with P(V ≤ v) ≥ p; with `log`, p is a natural log. */
export function signedRankQuantile(p: number, n: number, log = false): number {
  return quantileOfCounts(countsOf(n), p, true, log);
}

/** The smallest v with P(V > v) ≤ p; with `log`, p is a natural log. */
export function signedRankQuantileUpper(p: number, n: number, log = false): number {
  return quantileOfCounts(countsOf(n), p, false, log);
}
