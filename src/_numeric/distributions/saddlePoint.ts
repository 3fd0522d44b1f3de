import { logGammaOnePlus, stirlingError } from "./logGamma.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/** x − log(1 + x) without cancellation near 0 (Abramowitz & Stegun 1964, 4.1.27, with v = x/(2 + x)). */
function excessOverLog1p(x: number): number {
  if (x < -0.4 || x > 0.7) return x - Math.log1p(x);
  const v = x / (2 + x);
  const square = v * v;
  let sum = 0;
  let power = 1;
  for (let odd = 3; ; odd += 2) {
    const term = power / odd;
    sum += term;
    if (!(term >= sum * 1e-17)) break;
    power *= square;
  }
  return v * (x - 2 * square * sum);
}

/** Half the Poisson deviance, x log(x/mean) + mean − x (Loader 2000, x·D₀(mean/x)). */
function halfDeviance(x: number, mean: number): number {
  if (x === 0) return mean;
  if (mean === 0) return Number.POSITIVE_INFINITY;
  const relative = (mean - x) / x;
  // beyond this ratio 1 + relative would overflow or lose the small mean
  if (relative > 1e300) return mean;
  if (relative < -0.9) return x * (Math.log(x) - Math.log(mean)) + mean - x;
  return x * excessOverLog1p(relative);
}

/** log of mean^x e^(−mean) / Γ(x + 1), for real x ≥ 0 (Loader 2000, eq. 4). */
export function logPoissonTerm(x: number, mean: number): number {
  if (x === 0) return -mean;
  if (mean === 0) return Number.NEGATIVE_INFINITY;
  if (x < 10) return x * Math.log(mean) - mean - logGammaOnePlus(x);
  return -HALF_LOG_TWO_PI - 0.5 * Math.log(x) - stirlingError(x) - halfDeviance(x, mean);
}

/** log of x^a y^b Γ(a + b) / (Γ(a) Γ(b)), where y = 1 − x is given for itself (Loader 2000, eq. 5). */
export function logBetaTerm(a: number, b: number, x: number, y: number): number {
  const total = a + b;
  return (
    0.5 * Math.log(a) +
    0.5 * Math.log(b / total) -
    HALF_LOG_TWO_PI +
    stirlingError(total) -
    stirlingError(a) -
    stirlingError(b) -
    halfDeviance(a, total * x) -
    halfDeviance(b, total * y)
  );
}

/** log of the beta function, by Stirling errors so that large arguments do not cancel. */
export function logBeta(a: number, b: number): number {
  const total = a + b;
  return (
    HALF_LOG_TWO_PI -
    0.5 * Math.log(a) -
    0.5 * Math.log(b / total) +
    stirlingError(a) +
    stirlingError(b) -
    stirlingError(total) -
    a * Math.log1p(b / a) -
    b * Math.log1p(a / b)
  );
}

/** log of the number of ways to choose k of n. */
export function logChoose(n: number, k: number): number {
  return -Math.log1p(n) - logBeta(n - k + 1, k + 1);
}
