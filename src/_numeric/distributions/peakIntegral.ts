/** A log integrand that rises to one peak and falls from it, analytic and positive. */
type LogPeak = (u: number) => number;

/** Share of the peak's narrower half width that one step covers: the rule's error is then far below rounding. */
const share = 0.3;

/**
 * log ∫ e^f(u) du over the real line by the trapezoidal rule, which converges geometrically for such integrands and, all
 * terms being positive, loses no tail to cancellation (Trefethen & Weideman 2014). `start` is a guess of the peak, `stride`
 * of its width; `widest` bounds the step by the strip in which the integrand is analytic.
 */
export function logPeakIntegral(f: LogPeak, start: number, stride: number, widest: number): number {
  const peak = placeOfPeak(f, start, stride);
  const top = f(peak);
  if (!Number.isFinite(top)) return top;
  const left = halfWidth(f, peak, top, -stride);
  const right = halfWidth(f, peak, top, stride);
  const step = Math.min(widest, share * Math.min(left, right));
  let sum = 1;
  for (const direction of [-1, 1]) {
    let previous = 1;
    for (let node = 1; ; node++) {
      const term = Math.exp(f(peak + direction * node * step) - top);
      sum += term;
      if (!(term > previous || term >= sum * 1e-18)) break;
      previous = term;
    }
  }
  return top + Math.log(step * sum);
}

const golden = 0.6180339887498949;

/** A point near the top, by doubling strides uphill and golden sections until the bracket lies within the peak. */
function placeOfPeak(f: LogPeak, start: number, stride: number): number {
  let middle = start;
  let best = f(start);
  const direction = f(start + stride) > best ? 1 : -1;
  let back = start - direction * stride;
  let step = stride;
  let front = start + direction * step;
  for (let value = f(front); value > best && Number.isFinite(front); value = f(front)) {
    back = middle;
    middle = front;
    best = value;
    step *= 2;
    front += direction * step;
  }
  let low = Math.min(back, front);
  let high = Math.max(back, front);
  let atLow = f(low);
  let atHigh = f(high);
  let left = high - golden * (high - low);
  let right = low + golden * (high - low);
  let atLeft = f(left);
  let atRight = f(right);
  for (let section = 0; section < 200; section++) {
    const top = Math.max(atLeft, atRight);
    if (top - Math.min(atLow, atHigh) < 2) break;
    if (atLeft > atRight) {
      [high, atHigh] = [right, atRight];
      [right, atRight] = [left, atLeft];
      left = high - golden * (high - low);
      atLeft = f(left);
    } else {
      [low, atLow] = [left, atLeft];
      [left, atLeft] = [right, atRight];
      right = low + golden * (high - low);
      atRight = f(right);
    }
  }
  return atLeft > atRight ? left : right;
}

/** How far from the peak the integrand has fallen by about half a unit of its log, as a standard deviation would. */
function halfWidth(f: LogPeak, peak: number, top: number, stride: number): number {
  let distance = stride;
  let fall = top - f(peak + distance);
  while (!(fall < 1) && Math.abs(distance) > 1e-12) {
    distance /= 2;
    fall = top - f(peak + distance);
  }
  for (let widening = 0; fall < 0.2 && widening < 40; widening++) {
    distance *= 1.5;
    fall = top - f(peak + distance);
  }
  return Math.abs(distance) / Math.sqrt(2 * Math.max(fall, 0.2));
}
