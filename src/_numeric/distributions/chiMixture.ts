import { logChiScale } from "./chiScale.ts";
import { normalUpper } from "./normal.ts";

/** (density/upper tail) of the standard normal at u, its hazard. */
function hazard(u: number): number {
  const logDensity = -0.5 * u * u - 0.9189385332046728;
  return Math.exp(logDensity - normalUpper(u, true));
}

/**
 * log E[1 − Φ(slope·S − shift)] with S = √(V/df), V chi-square: the trapezoidal rule in w = log S, whose integrand is
 * entire and positive, so that it converges geometrically and no tail is lost to cancellation (Trefethen & Weideman 2014).
 */
export function logChiMixture(slope: number, shift: number, df: number): number {
  const logIntegrand = (w: number) => logChiScale(w, df) + normalUpper(slope * Math.exp(w) - shift, true);
  // the integrand is log-concave in S: its derivative has one zero
  let low = -720;
  let high = 20;
  while (high - low > 1e-6) {
    const w = (low + high) / 2;
    const s = Math.exp(w);
    if (df * (1 - s * s) > slope * s * hazard(slope * s - shift)) low = w;
    else high = w;
  }
  const peak = (low + high) / 2;
  const top = logIntegrand(peak);
  if (!Number.isFinite(top)) return top;
  const scale = Math.exp(peak);
  // half the width of the integrand's peak, whose curvature is at most 2·df·S² + 2·(slope·S)²
  const step = 0.5 * Math.min(0.25, 1 / Math.hypot(scale * Math.sqrt(2 * df), scale * slope * Math.SQRT2));
  let sum = 1;
  for (const direction of [-1, 1]) {
    let previous = 1;
    for (let node = 1; ; node++) {
      const term = Math.exp(logIntegrand(peak + direction * node * step) - top);
      sum += term;
      if (term <= previous && term < sum * 1e-18) break;
      previous = term;
    }
  }
  return Math.min(0, top + Math.log(df * step * sum));
}
