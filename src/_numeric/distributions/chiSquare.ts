import { gammaDensity, gammaLower, gammaQuantile, gammaQuantileUpper, gammaUpper } from "./gamma.ts";

/** Density of the chi-square distribution; its natural log with `log`. */
export function chiSquareDensity(x: number, df: number, log = false): number {
  return gammaDensity(x, df / 2, 0.5, log);
}

/** P(X ≤ x) of the chi-square distribution; its natural log with `log`. */
export function chiSquareLower(x: number, df: number, log = false): number {
  return gammaLower(x, df / 2, 0.5, log);
}

/** P(X > x) of the chi-square distribution; its natural log with `log`. */
export function chiSquareUpper(x: number, df: number, log = false): number {
  return gammaUpper(x, df / 2, 0.5, log);
}

/** The x with P(X ≤ x) = p; with `log`, p is a natural log. */
export function chiSquareQuantile(p: number, df: number, log = false): number {
  return gammaQuantile(p, df / 2, 0.5, log);
}

/** The x with P(X > x) = p; with `log`, p is a natural log. */
export function chiSquareQuantileUpper(p: number, df: number, log = false): number {
  return gammaQuantileUpper(p, df / 2, 0.5, log);
}
