import { gammaTails } from "./incompleteGamma.ts";
import { normalUpper } from "./normal.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;

/**
 * The mixture of `logChiMixture` with the normal part outermost, for slope and shift of one sign where the normal is
 * narrow beside the chi part: ∫ φ(z) P(S < (z + shift)/slope) dz by the trapezoidal rule, S > … for negative ones.
 * `undefined` where the integrand is not a smooth peak well inside z > −|shift|.
 */
export function logChiMixtureFar(slope: number, shift: number, df: number): number | undefined {
  const size = Math.abs(slope);
  const distance = Math.abs(shift);
  const narrow = 20 * Math.sqrt(2 * df);
  if (slope * shift <= 0 || size < narrow || distance < Math.max(40, narrow)) return undefined;
  const half = df / 2;
  const logIntegrand = (z: number): number => {
    const s = (z + distance) / size;
    const { logLower, logUpper } = gammaTails(half, half * s * s);
    return (slope > 0 ? logLower : logUpper) - 0.5 * z * z - HALF_LOG_TWO_PI;
  };
  // log-concave in z: the lower tail of S draws the peak to z > 0, the upper one to z < 0
  let low = slope > 0 ? 0 : -distance;
  let high = slope > 0 ? distance : 0;
  const golden = 0.6180339887498949;
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = logIntegrand(left);
  let atRight = logIntegrand(right);
  while (high - low > 0.01) {
    if (atLeft > atRight) {
      high = right;
      [right, atRight] = [left, atLeft];
      left = high - golden * (high - low);
      atLeft = logIntegrand(left);
    } else {
      low = left;
      [left, atLeft] = [right, atRight];
      right = low + golden * (high - low);
      atRight = logIntegrand(right);
    }
  }
  const peak = (low + high) / 2;
  const top = logIntegrand(peak);
  // what lies beyond z = −|shift| must not count, and the chi part must be smooth at the peak
  if (top < normalUpper(distance, true) + 50 || peak + distance < narrow) return undefined;
  const step = 0.5 / Math.sqrt(1 + (2 * df) / size ** 2 + (2 * df) / (peak + distance) ** 2);
  let sum = 1;
  for (const direction of [-1, 1]) {
    for (let node = 1; ; node++) {
      const z = peak + direction * node * step;
      if (z <= -distance) break;
      const term = Math.exp(logIntegrand(z) - top);
      sum += term;
      if (term < sum * 1e-18) break;
    }
  }
  return Math.min(0, top + Math.log(step * sum));
}
