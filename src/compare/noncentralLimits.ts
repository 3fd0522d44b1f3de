import {
  chiSquareQuantile,
  chiSquareQuantileUpper,
  noncentralTLower,
  noncentralTUpper,
  normalQuantileUpper,
} from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";

interface Limits {
  readonly lower: number;
  readonly upper: number;
}

/** From here on the normal part of t is lost beside its chi part, and inverting the distribution takes seconds. */
const enormous = 2000;

/**
 * Limits of a noncentrality by inverting the noncentral t: the values under which the observed `statistic` lies at the
 * upper and at the lower end of what `level` covers (Steiger & Fouladi 1997; Cumming & Finch 2001).
 */
export function noncentralityLimits(statistic: number, df: number, level: number): Limits {
  const tail = (1 - level) / 2;
  if (Math.abs(statistic) > enormous) return limitsFarOut(statistic, df, tail);
  return {
    lower: solve((noncentrality) => noncentralTUpper(statistic, df, noncentrality) - tail, statistic, df),
    upper: solve((noncentrality) => noncentralTLower(statistic, df, noncentrality) - tail, statistic, df),
  };
}

function solve(excess: (noncentrality: number) => number, statistic: number, df: number): number {
  // The spread of t around a noncentrality δ is about √(1 + δ²/2df): the first bracket holds nearly every limit.
  let reach = 4 * Math.sqrt(1 + (statistic * statistic) / (2 * df));
  while (Math.sign(excess(statistic - reach)) === Math.sign(excess(statistic + reach)) && reach < 1e8) reach *= 2;
  return findRoot(excess, statistic - reach, statistic + reach, { tolerance: 1e-12 });
}

/** δ = t√(V/df) − Z with V chi-square and Z normal: the distances of both quantiles from t, put together at right angles. */
function limitsFarOut(statistic: number, df: number, tail: number): Limits {
  const size = Math.abs(statistic);
  const z = normalQuantileUpper(tail);
  const inner = size - Math.hypot(size * (1 - Math.sqrt(chiSquareQuantile(tail, df) / df)), z);
  const outer = size + Math.hypot(size * (Math.sqrt(chiSquareQuantileUpper(tail, df) / df) - 1), z);
  return statistic > 0 ? { lower: inner, upper: outer } : { lower: -outer, upper: -inner };
}
