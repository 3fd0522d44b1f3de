import { betaLogOdds } from "./betaLogOdds.ts";
import { chiSquareQuantile, chiSquareQuantileUpper } from "./chiSquare.ts";
import { betaTails, betaTailsAtLogOdds } from "./incompleteBeta.ts";
import { gammaTails } from "./incompleteGamma.ts";
import { logBeta, logBetaTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, swapped, type Tails } from "./tails.ts";

function fTails(x: number, df1: number, df2: number): Tails {
  if (x <= 0) return NOTHING_BELOW;
  if (x === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  if (df2 === Number.POSITIVE_INFINITY) return gammaTails(df1 / 2, (df1 * x) / 2);
  if (df1 === Number.POSITIVE_INFINITY) return swapped(gammaTails(df2 / 2, df2 / x / 2));
  const product = df1 * x;
  if (product > 1e280 || product < 1e-280) {
    return betaTailsAtLogOdds(df1 / 2, df2 / 2, Math.log(df1 / df2) + Math.log(x));
  }
  const total = product + df2;
  return betaTails(df1 / 2, df2 / 2, product / total, df2 / total);
}

/** Density of the F distribution; its natural log with `log`. */
export function fDensity(x: number, df1: number, df2: number, log = false): number {
  let value = Number.NEGATIVE_INFINITY;
  if (x === 0) {
    if (df1 <= 2) value = df1 < 2 ? Number.POSITIVE_INFINITY : Math.log(df1 / df2) - logBeta(df1 / 2, df2 / 2);
  } else if (x > 0 && x < Number.POSITIVE_INFINITY) {
    const total = df1 * x + df2;
    value = logBetaTerm(df1 / 2, df2 / 2, (df1 * x) / total, df2 / total) - Math.log(x);
  }
  return log ? value : Math.exp(value);
}

/** P(F ≤ x) with df1 and df2 degrees of freedom (either may be Infinity); its natural log with `log`. */
export function fLower(x: number, df1: number, df2: number, log = false): number {
  const tails = fTails(x, df1, df2);
  return log ? tails.logLower : tails.lower;
}

/** P(F > x) with df1 and df2 degrees of freedom (either may be Infinity); its natural log with `log`. */
export function fUpper(x: number, df1: number, df2: number, log = false): number {
  const tails = fTails(x, df1, df2);
  return log ? tails.logUpper : tails.upper;
}

function fPoint(p: number, df1: number, df2: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  if (df2 === Number.POSITIVE_INFINITY) {
    return (lower ? chiSquareQuantile(p, df1, log) : chiSquareQuantileUpper(p, df1, log)) / df1;
  }
  if (df1 === Number.POSITIVE_INFINITY) {
    return df2 / (lower ? chiSquareQuantileUpper(p, df2, log) : chiSquareQuantile(p, df2, log));
  }
  const u = betaLogOdds(target, df1 / 2, df2 / 2);
  return (df2 / df1) * Math.exp(u);
}

/** The x with P(F ≤ x) = p; with `log`, p is a natural log. */
export function fQuantile(p: number, df1: number, df2: number, log = false): number {
  return fPoint(p, df1, df2, true, log);
}

/** The x with P(F > x) = p; with `log`, p is a natural log. */
export function fQuantileUpper(p: number, df1: number, df2: number, log = false): number {
  return fPoint(p, df1, df2, false, log);
}
