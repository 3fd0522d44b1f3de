/** The two tails of a distribution at one point, each computed so that a small one keeps its digits. */
export interface Tails {
  readonly lower: number;
  readonly upper: number;
  readonly logLower: number;
  readonly logUpper: number;
}

export const UNDEFINED: Tails = { lower: Number.NaN, upper: Number.NaN, logLower: Number.NaN, logUpper: Number.NaN };
export const NOTHING_BELOW: Tails = { lower: 0, upper: 1, logLower: Number.NEGATIVE_INFINITY, logUpper: 0 };
export const NOTHING_ABOVE: Tails = { lower: 1, upper: 0, logLower: 0, logUpper: Number.NEGATIVE_INFINITY };

const clampProbability = (p: number) => Math.min(1, Math.max(0, p));

export function fromLogLower(logLower: number): Tails {
  const log = Math.min(0, logLower);
  return { lower: Math.exp(log), upper: -Math.expm1(log), logLower: log, logUpper: logComplement(log) };
}

export function fromLower(lower: number): Tails {
  const p = clampProbability(lower);
  return { lower: p, upper: 1 - p, logLower: Math.log(p), logUpper: Math.log1p(-p) };
}

export function swapped(tails: Tails): Tails {
  return { lower: tails.upper, upper: tails.lower, logLower: tails.logUpper, logUpper: tails.logLower };
}

/** log(1 − e^x) for x ≤ 0 (Mächler 2012). */
export function logComplement(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/** A quantile's request: the log of the tail to meet and whether it is the lower one; the smaller tail is chosen. */
export interface Target {
  readonly logProbability: number;
  readonly lower: boolean;
  /** How much larger a relative error of the probability as given has become in the tail that is met. */
  readonly magnification: number;
}

export function smallerTail(p: number, lower: boolean, log: boolean): Target {
  if (log) {
    if (p <= -Math.LN2) return { logProbability: p, lower, magnification: 1 };
    // a log near 0 is known to its own digits, and so is its complement
    return { logProbability: logComplement(p), lower: !lower, magnification: 1 };
  }
  if (p <= 0.5) return { logProbability: Math.log(p), lower, magnification: 1 };
  // for p ≥ ½ the complement 1 − p is exact
  return { logProbability: Math.log1p(-p), lower: !lower, magnification: p / (1 - p) };
}

/**
 * The root of a concave log tail by Newton's steps, which then approach it from one side (the log of a tail of a
 * log-concave density is concave). `tail(u)` returns the log tail less its target, and its slope.
 * `bound` is a point beyond which the root cannot lie on the thin side.
 */
export function solveLogTail(
  tail: (u: number) => readonly [excess: number, slope: number],
  start: number,
  bound: number,
): number {
  let u = start;
  let previousStep = Number.POSITIVE_INFINITY;
  for (let iteration = 0; iteration < 200; iteration++) {
    const [excess, slope] = tail(u);
    if (excess === 0) return u;
    let next = slope === 0 || !Number.isFinite(slope) ? bound : u - excess / slope;
    if (!Number.isFinite(next) || (next - bound) * (u - bound) < 0) next = bound;
    const step = Math.abs(next - u);
    const tiny = step <= 2e-16 * Math.abs(u);
    // Newton is at the rounding level once a small step fails to shrink
    if (tiny || (step < 1e-9 * Math.max(1, Math.abs(u)) && step >= previousStep / 2)) return tiny ? next : u;
    previousStep = step;
    u = next;
  }
  return u;
}
