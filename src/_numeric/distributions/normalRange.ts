import { gaussLegendre } from "../quadrature.ts";
import { normalDensity, normalQuantile, normalUpper } from "./normal.ts";
import { logPeakIntegral } from "./peakIntegral.ts";
import { logComplement } from "./tails.ts";

const HALF_LOG_TWO_PI = 0.9189385332046728;
const narrow = 1;
/** Beyond it only one pair at a time can be so far apart: the bound of Bonferroni is exact to rounding. */
const far = 1000;
const rule = gaussLegendre(12);

/** log of P(a − w/2 < Z < a + w/2), without the cancellation of two nearly equal tails. */
function logBetween(a: number, width: number): number {
  const x = Math.abs(a);
  if (width < narrow) {
    let sum = 0;
    for (let k = 0; k < rule.nodes.length; k++) {
      const t = (rule.nodes[k]! * width) / 2;
      sum += rule.weights[k]! * Math.exp(-t * (x + t / 2));
    }
    return Math.log((width * sum) / 2) - 0.5 * x * x - HALF_LOG_TWO_PI;
  }
  const near = x - width / 2;
  if (near < 0) return Math.log1p(-normalUpper(-near) - normalUpper(x + width / 2));
  const log = normalUpper(near, true);
  return log + Math.log1p(-Math.exp(normalUpper(x + width / 2, true) - log));
}

/** A round figure between the halves of the range of `count` standard normals (Blom 1958, of its mean). */
export function middleOfRange(count: number): number {
  return 2 * normalQuantile((count - 0.375) / (count + 0.25));
}

/** log P(range ≤ w): the largest value at a + w/2, the others within w below it (Tippett 1925). */
function logWithin(width: number, count: number): number {
  const others = count - 1;
  const logIntegrand = (a: number) => -0.5 * (a + width / 2) ** 2 - HALF_LOG_TWO_PI + others * logBetween(a, width);
  return Math.min(0, Math.log(count) + logPeakIntegral(logIntegrand, 0, 0.7, 0.4));
}

/** log P(range > w): the largest value at a + w/2, all others below it, not all of them within w. */
function logBeyond(width: number, count: number): number {
  const others = count - 1;
  if (width > far) return Math.log(count * others) + normalUpper(width * Math.SQRT1_2, true);
  const logIntegrand = (a: number) => {
    const largest = a + width / 2;
    const logBelow = normalUpper(-largest, true);
    const logFarBelow = normalUpper(width / 2 - a, true);
    const logRatio = logFarBelow - logBelow;
    const logShare =
      logRatio < -40 ? Math.log(others) + logRatio : Math.log(-Math.expm1(others * Math.log1p(-Math.exp(logRatio))));
    return -0.5 * largest * largest - HALF_LOG_TWO_PI + others * logBelow + logShare;
  };
  return Math.min(0, Math.log(count) + logPeakIntegral(logIntegrand, 0, 0.7, 0.4));
}

/** log P(range of `count` standard normals ≤ w), its digits kept on either side. */
export function logRangeLower(width: number, count: number): number {
  return width < middleOfRange(count) ? logWithin(width, count) : logComplement(logBeyond(width, count));
}

/** log P(range > w). */
export function logRangeUpper(width: number, count: number): number {
  return width < middleOfRange(count) ? logComplement(logWithin(width, count)) : logBeyond(width, count);
}

/** log of the density of the range at w. */
export function logRangeDensity(width: number, count: number): number {
  const pairs = Math.log(count * (count - 1));
  if (width > far) return pairs + normalDensity(width * Math.SQRT1_2, true) - Math.LN2 / 2;
  const inner = count - 2;
  const logIntegrand = (a: number) => -a * a + (inner === 0 ? 0 : inner * logBetween(a, width));
  return pairs - 2 * HALF_LOG_TWO_PI - (width * width) / 4 + logPeakIntegral(logIntegrand, 0, 0.7, 0.4);
}
