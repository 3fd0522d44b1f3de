const TWO_32 = 4294967296;
const TWO_53 = 9007199254740992;

/**
 * One stream of random numbers: xoshiro128** 1.1 (Blackman & Vigna 2021), period 2^128 − 1.
 *
 * Normal, exponential and gamma numbers are made by ratio of uniforms and rejection: the numbers themselves are sums,
 * products, quotients and square roots, exactly rounded everywhere; `Math.log` only decides a few acceptances. Engines
 * whose `Math.log` differs in the last digit therefore agree but for about one decision in 10^15. The exception is
 * `gamma` with a shape below 1, which needs a power.
 */
export class RandomStream {
  /** The four words of xoshiro128**; loops that need speed may copy them out and back. */
  readonly state = new Int32Array(4);

  /** Makes this the stream `index` of `seed`, both whole numbers from 0 to 2^53 − 1, in constant time. */
  restart(seed: number, index: number): void {
    const state = this.state;
    state[0] = seed | 0;
    state[1] = Math.floor(seed / TWO_32) | 0;
    state[2] = index | 0;
    state[3] = Math.floor(index / TWO_32) | 0;
    scramble(state);
  }

  /** A whole number from 0 to 2^32 − 1. */
  uint32(): number {
    const state = this.state;
    const s1 = state[1]!;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    const s2 = state[2]! ^ state[0]!;
    const s3 = state[3]! ^ s1;
    state[1] = s1 ^ s2;
    state[0] = state[0]! ^ s3;
    state[2] = s2 ^ (s1 << 9);
    state[3] = (s3 << 11) | (s3 >>> 21);
    return result;
  }

  /** A multiple of 2^−53 strictly between 0 and 1. */
  uniform(): number {
    let value = 0;
    while (value === 0) value = (this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6);
    return value / TWO_53;
  }

  /** A whole number from 0 to n − 1, every one exactly as likely; n from 1 to 2^53 − 1. */
  below(n: number): number {
    if (n <= TWO_32) {
      const limit = TWO_32 - (TWO_32 % n);
      let value = this.uint32();
      while (value >= limit) value = this.uint32();
      return value % n;
    }
    const limit = TWO_53 - (TWO_53 % n);
    let value = TWO_53;
    while (value >= limit) value = (this.uint32() >>> 5) * 67108864 + (this.uint32() >>> 6);
    return value % n;
  }

  /** Standard normal: ratio of uniforms (Kinderman & Monahan 1977) with the quick bounds of Leva (1992). */
  normal(): number {
    for (;;) {
      const u = this.uniform();
      const v = 1.7156 * (this.uniform() - 0.5);
      const x = u - 0.449871;
      const y = Math.abs(v) + 0.386595;
      const q = x * x + y * (0.196 * y - 0.25472 * x);
      if (q < 0.27597) return v / u;
      if (q <= 0.27846 && v * v <= -4 * u * u * Math.log(u)) return v / u;
    }
  }

  /** Exponential with mean 1: ratio of uniforms over v ≤ −2u log u; 2u(1 − u) and 2(1 − u) bound that curve. */
  exponential(): number {
    for (;;) {
      const u = this.uniform();
      const v = 0.735758882342885 * this.uniform();
      const rest = 1 - u;
      if (v <= 2 * u * rest) return v / u;
      if (v <= 2 * rest && v <= -2 * u * Math.log(u)) return v / u;
    }
  }

  /** Gamma with scale 1: Marsaglia & Tsang (2000); for a shape below 1 by the power of a uniform, as they say. */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * this.uniform() ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const root = 1 + c * x;
      if (root <= 0) continue;
      const v = root * root * root;
      const u = this.uniform();
      if (u < 1 - 0.0331 * x * x * x * x) return d * v;
      if (Math.log(u) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
    }
  }

  /** Successes in `trials` trials: halved by the beta-distributed middle order statistic (Ahrens & Dieter 1974), then counted. */
  binomial(trials: number, probability: number): number {
    let left = trials;
    let p = probability;
    let successes = 0;
    while (left > 32 && p > 0 && p < 1) {
      const rank = 1 + Math.floor(left / 2);
      const first = this.gamma(rank);
      const middle = first / (first + this.gamma(left + 1 - rank));
      if (middle <= p) {
        successes += rank;
        left -= rank;
        p = (p - middle) / (1 - middle);
      } else {
        left = rank - 1;
        p /= middle;
      }
    }
    if (p <= 0) return successes;
    if (p >= 1) return successes + left;
    for (let trial = 0; trial < left; trial++) if (this.uniform() < p) successes++;
    return successes;
  }

  /** Poisson: large means by gamma waiting times (Ahrens & Dieter 1974), then by counting exponential waiting times. */
  poisson(mean: number): number {
    let left = mean;
    let count = 0;
    while (left > 16) {
      const events = Math.floor(0.875 * left);
      const wait = this.gamma(events);
      if (wait > left) return count + this.binomial(events - 1, left / wait);
      count += events;
      left -= wait;
    }
    for (let wait = this.exponential(); wait <= left; wait += this.exponential()) count++;
    return count;
  }
}

/** Stream `index` of `seed`: whole numbers from 0 to 2^53 − 1. Different pairs start at different states. */
export function randomStream(seed: number, index: number): RandomStream {
  const stream = new RandomStream();
  stream.restart(seed, index);
  return stream;
}

/**
 * A four-word Feistel network whose round function is the 32-bit finaliser of MurmurHash3 (Appleby). Every step can be
 * undone, so different (seed, index) never share a state; four rounds let every bit of the input reach every bit of it.
 */
function scramble(state: Int32Array): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let key = 0x9e3779b9 | 0;
  for (let round = 0; round < 6; round++) {
    b ^= finalise((a + key) | 0);
    c ^= finalise((b + key) | 0);
    d ^= finalise((c + key) | 0);
    a ^= finalise((d + key) | 0);
    key = (key + 0x9e3779b9) | 0;
  }
  // All zeros is the one state xoshiro128** cannot leave; one pair in 2^106 at most would start there.
  if ((a | b | c | d) === 0) a = 1;
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

function finalise(word: number): number {
  let h = word ^ (word >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return h ^ (h >>> 16);
}
