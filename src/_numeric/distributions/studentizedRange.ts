import { logMeanOverChiScale, scaleAgainst } from "./chiScale.ts";
import { logRangeDensity, logRangeLower, logRangeUpper, middleOfRange } from "./normalRange.ts";
import { rootOfTail } from "./rootOfTail.ts";
import { tDensity } from "./studentT.ts";
import { fromLogLower, NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails, UNDEFINED } from "./tails.ts";

type LogOfRange = (width: number, count: number) => number;

/** log E[f(qS)] over S = √(V/df), V chi-square; S is 1 for infinite df. */
function logMean(f: LogOfRange, q: number, count: number, df: number): number {
  if (df === Number.POSITIVE_INFINITY) return f(q, count);
  return logMeanOverChiScale((s) => f(q * s, count), df, f === logRangeLower ? 0 : scaleAgainst(q * Math.SQRT1_2, df));
}

function studentizedRangeTails(q: number, count: number, df: number): Tails {
  if (Number.isNaN(q + count + df)) return UNDEFINED;
  if (q <= 0) return NOTHING_BELOW;
  if (q === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  const upperFirst = q > middleOfRange(count);
  const first = logMean(upperFirst ? logRangeUpper : logRangeLower, q, count, df);
  let tails = fromLogLower(first);
  let upper = upperFirst;
  // near one the other tail carries the digits
  if (first > -Math.LN2) {
    tails = fromLogLower(logMean(upperFirst ? logRangeLower : logRangeUpper, q, count, df));
    upper = !upperFirst;
  }
  return upper ? swapped(tails) : tails;
}

/**
 * Density of the studentized range, the range of `count` ≥ 2 normal means over an independent standard error with `df`
 * degrees of freedom (Newman 1939); its natural log with `log`. Infinite df mean a known standard error.
 */
export function studentizedRangeDensity(q: number, count: number, df: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (Number.isNaN(q + count + df)) value = Number.NaN;
  else if (q === 0 && count === 2) {
    value = tDensity(0, df, true) + Math.LN2 / 2;
  } else if (q > 0 && q < Number.POSITIVE_INFINITY) {
    value =
      df === Number.POSITIVE_INFINITY
        ? logRangeDensity(q, count)
        : logMeanOverChiScale(
            (s) => Math.log(s) + logRangeDensity(q * s, count),
            df,
            scaleAgainst(q * Math.SQRT1_2, df),
          );
  }
  return log ? value : Math.exp(value);
}

/** P(Q ≤ q) of the studentized range of `count` means; its natural log with `log`. */
export function studentizedRangeLower(q: number, count: number, df: number, log = false): number {
  const tails = studentizedRangeTails(q, count, df);
  return log ? tails.logLower : tails.lower;
}

/** P(Q > q) of the studentized range of `count` means; its natural log with `log`. */
export function studentizedRangeUpper(q: number, count: number, df: number, log = false): number {
  const tails = studentizedRangeTails(q, count, df);
  return log ? tails.logUpper : tails.upper;
}

function studentizedRangePoint(p: number, count: number, df: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const tails = (u: number) => studentizedRangeTails(Math.exp(u), count, df);
  return Math.exp(rootOfTail(target, tails, Math.log(middleOfRange(count)), 0.25));
}

/** The q with P(Q ≤ q) = p; with `log`, p is a natural log. */
export function studentizedRangeQuantile(p: number, count: number, df: number, log = false): number {
  return studentizedRangePoint(p, count, df, true, log);
}

/** The q with P(Q > q) = p; with `log`, p is a natural log. */
export function studentizedRangeQuantileUpper(p: number, count: number, df: number, log = false): number {
  return studentizedRangePoint(p, count, df, false, log);
}
