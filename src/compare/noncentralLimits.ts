import { noncentralTLower, noncentralTUpper } from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";

interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Limits of a noncentrality by inverting the noncentral t: the values under which the observed `statistic` lies at the
 * upper and at the lower end of what `level` covers (Steiger & Fouladi 1997; Cumming & Finch 2001).
 */
export function noncentralityLimits(statistic: number, df: number, level: number): Limits {
  const tail = (1 - level) / 2;
  return {
    lower: solve((noncentrality) => noncentralTUpper(statistic, df, noncentrality) - tail, statistic, df),
    upper: solve((noncentrality) => noncentralTLower(statistic, df, noncentrality) - tail, statistic, df),
  };
}

function solve(excess: (noncentrality: number) => number, statistic: number, df: number): number {
  // The spread of t around a noncentrality δ is about √(1 + δ²/2df): the first bracket holds nearly every limit.
  let reach = 4 * Math.sqrt(1 + (statistic * statistic) / (2 * df));
  while (Math.sign(excess(statistic - reach)) === Math.sign(excess(statistic + reach)) && reach < 1e300) reach *= 2;
  return findRoot(excess, statistic - reach, statistic + reach, { tolerance: 1e-12 });
}
