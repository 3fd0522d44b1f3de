import { logBeta, logBetaTerm } from "./saddlePoint.ts";
import { fromLogLower, NOTHING_ABOVE, NOTHING_BELOW, swapped, type Tails, UNDEFINED } from "./tails.ts";

const TERMS = 1_000_000;
const TINY = 1e-300;

/** I_x(a, b) B(a, b) / (x^a y^b) by the continued fraction of DiDonato & Morris (1992, eq. 9), Lentz's evaluation. */
function fraction(a: number, b: number, x: number, y: number): number {
  const lambda = a * y - b * x;
  let denominator = (a / (a + 1)) * (lambda + 1) || TINY;
  let c = 1 / TINY;
  let d = 1 / denominator;
  let value = d;
  for (let n = 1; n < TERMS; n++) {
    const width = a + 2 * n - 1;
    const numerator = ((((a + n - 1) / width) * (a + b + n - 1)) / width) * n * (b - n) * x * x;
    denominator = n + (n * (b - n) * x) / width + ((a + n) / (width + 2)) * (lambda + 1 + n * (1 + y));
    d = 1 / (numerator * d + denominator || TINY);
    c = denominator + numerator / c || TINY;
    const factor = c * d;
    value *= factor;
    if (Math.abs(factor - 1) < 2e-16) break;
  }
  return value;
}

/** Both tails of the beta distribution at x, where y = 1 − x is given for itself so that neither is rounded away. */
export function betaTails(a: number, b: number, x: number, y: number): Tails {
  if (Number.isNaN(a + b + x + y)) return UNDEFINED;
  if (x <= 0) return NOTHING_BELOW;
  if (y <= 0) return NOTHING_ABOVE;
  if (x * (b + 1) <= (a + 1) * y) return fromLogLower(logBetaTerm(a, b, x, y) + Math.log(fraction(a, b, x, y)));
  return swapped(fromLogLower(logBetaTerm(b, a, y, x) + Math.log(fraction(b, a, y, x))));
}

/** Both tails of the beta distribution by the log odds u = log(x/y), which reach where x or y would underflow. */
export function betaTailsAtLogOdds(a: number, b: number, u: number): Tails {
  if (u < -650) return fromLogLower(a * u - Math.log(a) - logBeta(a, b));
  if (u > 650) return swapped(fromLogLower(-b * u - Math.log(b) - logBeta(a, b)));
  return betaTails(a, b, 1 / (1 + Math.exp(-u)), 1 / (1 + Math.exp(u)));
}
