import { logGammaOnePlus } from "./logGamma.ts";
import { logPeakIntegral } from "./peakIntegral.ts";
import { logPoissonTerm } from "./saddlePoint.ts";

/** log of the density of w = log S, S = √(V/df) with V chi-square, less log df. */
export function logChiScale(w: number, df: number): number {
  const half = df / 2;
  const s = Math.exp(w);
  // s² would underflow
  return s < 1e-150 ? half * (Math.log(half) + 2 * w) - logGammaOnePlus(half) : logPoissonTerm(half, half * s * s);
}

/** The strip around the real w in which the chi density stays bounded is π/4 wide on either side. */
const widestStep = 0.125;

/**
 * log E[e^g(S)] for S = √(V/df), V chi-square with df degrees of freedom, by the trapezoidal rule in log S; `start` is where
 * about log S the integrand is largest.
 */
export function logMeanOverChiScale(g: (s: number) => number, df: number, start = 0): number {
  const logIntegrand = (w: number) => logChiScale(w, df) + g(Math.exp(w));
  const stride = Math.min(1, 1 / Math.sqrt(2 * df));
  return Math.log(df) + logPeakIntegral(logIntegrand, start, stride, widestStep);
}

/** log S at the peak of S^df e^(−df·S²/2 − slope²·S²/2): where a normal tail or density at slope·S meets the chi density. */
export function scaleAgainst(slope: number, df: number): number {
  const ratio = Math.abs(slope) / Math.sqrt(df);
  return ratio > 1e100 ? -Math.log(ratio) : -0.5 * Math.log1p(ratio * ratio);
}
