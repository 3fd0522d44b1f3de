import { chiSquareDensity } from "./chiSquare.ts";
import { gammaDensity } from "./gamma.ts";
import { gammaTails } from "./incompleteGamma.ts";
import { logMixtureDensity, mixtureTails } from "./poissonMixture.ts";
import { rootOfTail } from "./rootOfTail.ts";
import { logPoissonTerm } from "./saddlePoint.ts";
import { NOTHING_ABOVE, NOTHING_BELOW, smallerTail, type Tails, UNDEFINED } from "./tails.ts";

/** Density of the noncentral chi-square, a Poisson mixture of gamma densities (Fisher 1928); its natural log with `log`. */
export function noncentralChiSquareDensity(x: number, df: number, ncp: number, log = false): number {
  if (ncp === 0) return chiSquareDensity(x, df, log);
  let value: number;
  if (x > 0 && x < Number.POSITIVE_INFINITY) {
    const a = df / 2;
    const half = x / 2;
    const spread = Math.hypot(a, Math.sqrt(ncp * x));
    const start = (ncp * half) / (a + spread);
    value =
      logMixtureDensity(
        (j) => gammaDensity(half, a + j, 1, true),
        (j) => half / (a + j),
        ncp / 2,
        start,
      ) - Math.LN2;
  } else value = chiSquareDensity(x, df, true) - (x === 0 ? ncp / 2 : 0);
  return log ? value : Math.exp(value);
}

/** Both tails of the noncentral chi-square at x. */
export function noncentralChiSquareTails(x: number, df: number, ncp: number): Tails {
  if (Number.isNaN(x + df + ncp)) return UNDEFINED;
  if (x <= 0) return NOTHING_BELOW;
  if (x === Number.POSITIVE_INFINITY) return NOTHING_ABOVE;
  const a = df / 2;
  const half = x / 2;
  if (ncp === 0) return gammaTails(a, half);
  const family = {
    tails: (j: number) => gammaTails(a + j, half),
    logStep: (j: number) => logPoissonTerm(a + j, half),
    ratio: (j: number) => half / (a + j + 1),
  };
  return mixtureTails(family, ncp / 2, x < df + ncp);
}

/** P(X ≤ x) of the noncentral chi-square; its natural log with `log`. */
export function noncentralChiSquareLower(x: number, df: number, ncp: number, log = false): number {
  const tails = noncentralChiSquareTails(x, df, ncp);
  return log ? tails.logLower : tails.lower;
}

/** P(X > x) of the noncentral chi-square; its natural log with `log`. */
export function noncentralChiSquareUpper(x: number, df: number, ncp: number, log = false): number {
  const tails = noncentralChiSquareTails(x, df, ncp);
  return log ? tails.logUpper : tails.upper;
}

function noncentralChiSquarePoint(p: number, df: number, ncp: number, lower: boolean, log: boolean): number {
  const target = smallerTail(p, lower, log);
  if (target.logProbability === Number.NEGATIVE_INFINITY) return target.lower ? 0 : Number.POSITIVE_INFINITY;
  const tails = (u: number) => noncentralChiSquareTails(Math.exp(u), df, ncp);
  const spread = Math.sqrt(2 * df + 4 * ncp) / (df + ncp);
  return Math.exp(rootOfTail(target, tails, Math.log(df + ncp), spread));
}

/** The x with P(X ≤ x) = p; with `log`, p is a natural log. */
export function noncentralChiSquareQuantile(p: number, df: number, ncp: number, log = false): number {
  return noncentralChiSquarePoint(p, df, ncp, true, log);
}

/** The x with P(X > x) = p; with `log`, p is a natural log. */
export function noncentralChiSquareQuantileUpper(p: number, df: number, ncp: number, log = false): number {
  return noncentralChiSquarePoint(p, df, ncp, false, log);
}
