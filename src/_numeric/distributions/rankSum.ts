import {
  massOfCounts,
  quantileOfCounts,
  type SymmetricCounts,
  symmetricCounts,
  tailsOfCounts,
} from "./symmetricCounts.ts";

let held: { readonly few: number; readonly many: number; readonly counts: SymmetricCounts } | undefined;

/** How many orders of m and n untied values have each U, by the recursion of Mann & Whitney (1947, eq. 2). */
function countsOf(m: number, n: number): SymmetricCounts {
  const few = Math.min(m, n);
  const many = Math.max(m, n);
  if (held?.few === few && held.many === many) return held.counts;
  const greatest = few * many;
  const half = Math.floor(greatest / 2);
  // ways[i] holds the counts of i values against j others; the largest value is one of the i (then it exceeds all j) or of the j
  const ways = Array.from({ length: few + 1 }, (_, i) => new Float64Array(Math.min(half, i * many) + 1));
  for (const row of ways) row[0] = 1;
  for (let j = 1; j <= many; j++) {
    for (let i = 1; i <= few; i++) {
      const fewer = ways[i - 1]!;
      const row = ways[i]!;
      const end = Math.min(half, i * j);
      for (let u = j; u <= end; u++) row[u]! += fewer[u - j]!;
    }
  }
  const counts = symmetricCounts(ways[few]!, greatest);
  held = { few, many, counts };
  return counts;
}

/** P(U = u), U the pairs in which one of m values exceeds one of n untied others (m, n ≤ 500), exact; its natural log with `log`. */
export function rankSumMass(u: number, m: number, n: number, log = false): number {
  return massOfCounts(countsOf(m, n), u, log);
}

/** P(U ≤ u), exact; its natural log with `log`. */
export function rankSumLower(u: number, m: number, n: number, log = false): number {
  const tails = tailsOfCounts(countsOf(m, n), u);
  return log ? tails.logLower : tails.lower;
}

/** P(U > u), u itself excluded, exact; its natural log with `log`. */
export function rankSumUpper(u: number, m: number, n: number, log = false): number {
  const tails = tailsOfCounts(countsOf(m, n), u);
  return log ? tails.logUpper : tails.upper;
}

/** The smallest u with P(U ≤ u) ≥ p; with `log`, p is a natural log. */
export function rankSumQuantile(p: number, m: number, n: number, log = false): number {
  return quantileOfCounts(countsOf(m, n), p, true, log);
}

/** The smallest u with P(U > u) ≤ p; with `log`, p is a natural log. */
export function rankSumQuantileUpper(p: number, m: number, n: number, log = false): number {
  return quantileOfCounts(countsOf(m, n), p, false, log);
}
