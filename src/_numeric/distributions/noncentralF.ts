import { fDensity } from "./fisherF.ts";
import { betaTails } from "./incompleteBeta.ts";
import { noncentralChiSquareDensity, noncentralChiSquareTails } from "./noncentralChiSquare.ts";
import { logMixtureDensity, mixtureTails } from "./poissonMixture.ts";
import { rootOfTail } from "./rootOfTail.ts";
import { logBetaTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, type Tails, UNDEFINED } from "./tails.ts";

/** Density of the noncentral F, a Poisson mixture of beta densities (Tang 1938); its natural log with `log`. */
export function noncentralFDensity(x: number, df1: number, df2: number, ncp: number, log = false): number {
  if (ncp === 0) return fDensity(x, df1, df2, log);
  let value: number;
  if (df2 === Number.POSITIVE_INFINITY) {
    value = noncentralChiSquareDensity(df1 * x, df1, ncp, true) + Math.log(df1);
  } else if (x > 0 && x < Number.POSITIVE_INFINITY) {
    const a = df1 / 2;
    const b = df2 / 2;
    const total = df1 * x + df2;
    const inside = (df1 * x) / total;
    const drive = (ncp / 2) * inside;
    // the mode solves drive (a + j + b) = j (a + j)
    const offset = a - drive;
    const root = Math.hypot(offset, 2 * Math.sqrt(drive * (a + b)));
    const start = offset > 0 ? (2 * drive * (a + b)) / (offset + root) : (root - offset) / 2;
    value =
      logMixtureDensity(
        (j) => logBetaTerm(a + j, b, inside, df2 / total),
        (j) => (inside * (a + j + b)) / (a + j),
        ncp / 2,
        start,
      ) - Math.log(x);
  } else value = fDensity(x, df1, df2, true) - (x === 0 ? ncp / 2 : 0);
  return log ? value : Math.exp(value);
}

function noncentralFTails(x: number, df1: number, df2: number, ncp: number): Tails {
  if (Number.isNaN(x + df1 + df2 + ncp)) return UNDEFINED;
  if (x <= 0) return NOTHING_BELOW;
  if (x === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  if (df2 === Number.POSITIVE_INFINITY) return noncentralChiSquareTails(df1 * x, df1, ncp);
  const a = df1 / 2;
  const b = df2 / 2;
  const total = df1 * x + df2;
  const inside = (df1 * x) / total;
  const outside = df2 / total;
  if (ncp === 0) return betaTails(a, b, inside, outside);
  const family = {
    tails: (j: number) => betaTails(a + j, b, inside, outside),
    logStep: (j: number) => logBetaTerm(a + j, b, inside, outside) - Math.log(a + j),
    ratio: (j: number) => (inside * (a + j + b)) / (a + j + 1),
  };
  return mixtureTails(family, ncp / 2, x * df1 < df1 + ncp);
}

/** P(F ≤ x) of the noncentral F (df2 may be Infinity); its natural log with `log`. */
export function noncentralFLower(x: number, df1: number, df2: number, ncp: number, log = false): number {
  const tails = noncentralFTails(x, df1, df2, ncp);
  return log ? tails.logLower : tails.lower;
}

/** P(F > x) of the noncentral F (df2 may be Infinity); its natural log with `log`. */
export function noncentralFUpper(x: number, df1: number, df2: number, ncp: number, log = false): number {
  const tails = noncentralFTails(x, df1, df2, ncp);
  return log ? tails.logUpper : tails.upper;
}

function noncentralFPoint(p: number, df1: number, df2: number, ncp: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const tails = (u: number) => noncentralFTails(Math.exp(u), df1, df2, ncp);
  const spread = Math.sqrt((2 * df1 + 4 * ncp) / (df1 + ncp) ** 2 + 2 / df2);
  return Math.exp(rootOfTail(target, tails, Math.log1p(ncp / df1), spread));
}

/** The x with P(F ≤ x) = p; with `log`, p is a natural log. */
export function noncentralFQuantile(p: number, df1: number, df2: number, ncp: number, log = false): number {
  return noncentralFPoint(p, df1, df2, ncp, true, log);
}

/** The x with P(F > x) = p; with `log`, p is a natural log. */
export function noncentralFQuantileUpper(p: number, df1: number, df2: number, ncp: number, log = false): number {
  return noncentralFPoint(p, df1, df2, ncp, false, log);
}
