import type { RandomStream } from "../_numeric/random.ts";

/**
 * Writes how often each unit is drawn when as many units as there are are drawn with replacement. Up to 65 536 units the
 * draws are exact 16-bit draws, two to a word: the product method with rejection of Lemire (2019).
 */
export function drawCounts(stream: RandomStream, counts: Float64Array): void {
  counts.fill(0);
  const units = counts.length;
  if (units > 65536) {
    for (let draw = 0; draw < units; draw++) counts[stream.below(units)]!++;
    return;
  }
  const threshold = 65536 % units;
  const state = stream.state;
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  let drawn = 0;
  while (drawn < units) {
    const times5 = Math.imul(s1, 5);
    const word = Math.imul((times5 << 7) | (times5 >>> 25), 9);
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    const upper = (word >>> 16) * units;
    if ((upper & 65535) >= threshold) {
      counts[Math.floor(upper / 65536)]!++;
      if (++drawn === units) break;
    }
    const lower = (word & 65535) * units;
    if ((lower & 65535) >= threshold) {
      counts[Math.floor(lower / 65536)]!++;
      drawn++;
    }
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

/** Writes Dirichlet(1, …, 1) weights that sum to the number of units: the Bayesian bootstrap of Rubin (1981). */
export function drawDirichlet(stream: RandomStream, weights: Float64Array): void {
  const units = weights.length;
  let total = 0;
  for (let unit = 0; unit < units; unit++) {
    const gap = stream.exponential();
    weights[unit] = gap;
    total += gap;
  }
  const scale = units / total;
  for (let unit = 0; unit < units; unit++) weights[unit]! *= scale;
}
