import { logPoissonTerm } from "./saddlePoint.ts";
import { fromLogLower, logComplement, swapped, type Tails } from "./tails.ts";

/** A family of tails by j = 0, 1, …, whose lower tails fall by `step(j)` from j to j + 1. */
interface TailFamily {
  readonly tails: (j: number) => Tails;
  readonly logStep: (j: number) => number;
  /** step(j + 1)/step(j). */
  readonly ratio: (j: number) => number;
}

const DROP = 42;

/** Where a log-concave sequence over 0, 1, … peaks, and where it has dropped by e^−42 on either side. */
function windowOf(value: (j: number) => number, start: number): { low: number; high: number; top: number } {
  let below = -1;
  let above = Math.max(1, Math.ceil(start));
  while (value(above + 1) > value(above)) {
    below = above;
    above *= 2;
  }
  while (above - below > 1) {
    const middle = Math.floor((above + below) / 2);
    if (value(middle + 1) > value(middle)) below = middle;
    else above = middle;
  }
  const top = value(above);
  const end = (direction: number): number => {
    let near = 0;
    let far = 1;
    while (above + direction * far > 0 && value(above + direction * far) > top - DROP) {
      near = far;
      far *= 2;
    }
    while (far - near > 1 + far / 16) {
      const middle = Math.floor((far + near) / 2);
      if (above + direction * middle > 0 && value(above + direction * middle) > top - DROP) near = middle;
      else far = middle;
    }
    return Math.max(0, above + direction * far);
  };
  return { low: end(-1), high: end(1), top };
}

/**
 * log Σ w(j)·upper(j) with Poisson weights of this mean. From the first j that counts, each upper tail is the one before
 * plus a step: only positive numbers are added.
 */
function logUpperOf(family: TailFamily, mean: number): number {
  const { low, high, top } = windowOf((j) => logPoissonTerm(j, mean) + family.tails(j).logUpper, mean);
  const logWeight = logPoissonTerm(low, mean) - top;
  let tail = Math.exp(logWeight + family.tails(low).logUpper);
  let step = Math.exp(logWeight + family.logStep(low));
  let sum = tail;
  for (let j = low; j < high; j++) {
    const weight = mean / (j + 1);
    tail = (tail + step) * weight;
    step *= weight * family.ratio(j);
    sum += tail;
  }
  return Math.min(0, top + Math.log(sum));
}

/** log Σ w(j)·lower(j), likewise from the last j that counts downward. */
function logLowerOf(family: TailFamily, mean: number): number {
  const { low, high, top } = windowOf((j) => logPoissonTerm(j, mean) + family.tails(j).logLower, mean);
  const logWeight = logPoissonTerm(high, mean) - top;
  let tail = Math.exp(logWeight + family.tails(high).logLower);
  let step = Math.exp(logWeight + family.logStep(high));
  let sum = tail;
  for (let j = high; j > low; j--) {
    const weight = j / mean;
    const smallerStep = step / family.ratio(j - 1);
    tail = (tail + smallerStep) * weight;
    step = smallerStep * weight;
    sum += tail;
  }
  return Math.min(0, top + Math.log(sum));
}

/** Both tails of the mixture; `lowerFirst` says which is likely the smaller one. */
export function mixtureTails(family: TailFamily, mean: number, lowerFirst: boolean): Tails {
  const first = lowerFirst ? logLowerOf(family, mean) : logUpperOf(family, mean);
  let tails = fromLogLower(first);
  if (first > -Math.LN2) {
    const second = lowerFirst ? logUpperOf(family, mean) : logLowerOf(family, mean);
    tails = second < first ? swapped(fromLogLower(second)) : { ...tails, logUpper: logComplement(first) };
  }
  return lowerFirst ? tails : swapped(tails);
}

/** log Σ w(j)·e^logDensity(j) for densities whose ratio density(j + 1)/density(j) is given, peaking near `start`. */
export function logMixtureDensity(
  logDensity: (j: number) => number,
  ratio: (j: number) => number,
  mean: number,
  start: number,
): number {
  const peak = Math.max(0, Math.round(start));
  let sum = 1;
  let term = 1;
  for (let j = peak; term > sum * 1e-17; j++) {
    term *= (mean / (j + 1)) * ratio(j);
    sum += term;
  }
  term = 1;
  for (let j = peak; j > 0 && term > sum * 1e-17; j--) {
    term *= j / mean / ratio(j - 1);
    sum += term;
  }
  return logPoissonTerm(peak, mean) + logDensity(peak) + Math.log(sum);
}
