import type { Target } from "./tails.ts";

const SLACK = 64 * 2 ** -52;

/**
 * The smallest whole k in [low, high] whose lower tail reaches the target, or whose upper tail falls to it. A relative
 * slack of 64 rounding units, and more where the log of the tail is itself coarser, makes the quantile undo a tail
 * computed at a whole number.
 */
export function smallestReaching(
  target: Target,
  tails: (k: number) => { readonly logLower: number; readonly logUpper: number },
  guess: number,
  low: number,
  high: number,
): number {
  const slack = SLACK * Math.max(target.magnification, -target.logProbability / 8);
  const reaches = (k: number): boolean => {
    const { logLower, logUpper } = tails(k);
    return target.lower ? logLower >= target.logProbability - slack : logUpper <= target.logProbability + slack;
  };
  let below = low - 1;
  let above = Math.min(high, Math.max(low, Math.round(guess)));
  let stride = 1;
  if (reaches(above)) {
    while (above - stride > below && reaches(above - stride)) {
      above -= stride;
      stride *= 2;
    }
    below = Math.max(below, above - stride);
  } else {
    below = above;
    while (below + stride < high && !reaches(below + stride)) {
      below += stride;
      stride *= 2;
    }
    above = Math.min(high, below + stride);
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (reaches(middle)) above = middle;
    else below = middle;
  }
  return above;
}
