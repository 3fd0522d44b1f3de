import { describe, expect, it } from "vitest";
import { chiSquareUpper, gammaLower, normalLower } from "../../src/_numeric/distributions/index.ts";
import { RandomStream, randomStream } from "../../src/_numeric/random.ts";

/** Upper tail probability of Pearson's statistic for `counts` against equal or given shares. */
function fitOf(counts: ArrayLike<number>, shares?: number[]): number {
  const observed = Array.from(counts);
  const total = observed.reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  observed.forEach((count, i) => {
    const expected = total * (shares === undefined ? 1 / observed.length : shares[i]!);
    statistic += (count - expected) ** 2 / expected;
  });
  return chiSquareUpper(statistic, observed.length - 1);
}

/** Counts of draws in 64 cells that a distribution function makes equally likely. */
function cells(draw: () => number, lower: (x: number) => number, draws = 100_000): Float64Array {
  const counts = new Float64Array(64);
  for (let i = 0; i < draws; i++) counts[Math.min(63, Math.floor(64 * lower(draw())))]!++;
  return counts;
}

describe("a random stream", () => {
  it("is xoshiro128** of Blackman and Vigna: the first words from state 1, 2, 3, 4, computed with whole numbers", () => {
    const stream = new RandomStream();
    stream.state.set([1, 2, 3, 4]);
    let state = [1n, 2n, 3n, 4n];
    const mask = 0xffffffffn;
    const turn = (x: bigint, by: bigint) => ((x << by) | (x >> (32n - by))) & mask;
    for (let i = 0; i < 1000; i++) {
      let [s0, s1, s2, s3] = state as [bigint, bigint, bigint, bigint];
      const expected = (turn((s1 * 5n) & mask, 7n) * 9n) & mask;
      const t = (s1 << 9n) & mask;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= t;
      s3 = turn(s3, 11n);
      state = [s0, s1, s2, s3];
      expect(stream.uint32()).toBe(Number(expected));
    }
  });

  it("begins from 1, 2, 3, 4 with 11520, 0, 5927040, 70819200", () => {
    const stream = new RandomStream();
    stream.state.set([1, 2, 3, 4]);
    expect([1, 2, 3, 4].map(() => stream.uint32())).toEqual([11520, 0, 5927040, 70819200]);
  });

  it("gives the same digits for the same seed and index, on every machine", () => {
    const words = (seed: number, index: number) => {
      const stream = randomStream(seed, index);
      return [stream.uint32(), stream.uint32(), stream.uint32()];
    };
    expect(words(1, 0)).toEqual(words(1, 0));
    expect({ first: words(1, 0), next: words(1, 1), large: words(Number.MAX_SAFE_INTEGER, 7) }).toMatchInlineSnapshot(`
      {
        "first": [
          628970495,
          74904445,
          1057514385,
        ],
        "large": [
          2518745626,
          4136341898,
          660259394,
        ],
        "next": [
          1825535397,
          3480605251,
          350365410,
        ],
      }
    `);
  });

  it("starts anew in place: a restarted stream is a new stream", () => {
    const used = randomStream(5, 5);
    for (let i = 0; i < 100; i++) used.normal();
    used.restart(9, 3);
    const fresh = randomStream(9, 3);
    for (let i = 0; i < 100; i++) expect(used.uint32()).toBe(fresh.uint32());
  });

  it("uses the seed above 32 bits and the index above 32 bits", () => {
    const first = (seed: number, index: number) => randomStream(seed, index).uint32();
    const two32 = 2 ** 32;
    expect(new Set([first(1, 1), first(1 + two32, 1), first(1, 1 + two32), first(1 + two32, 1 + two32)]).size).toBe(4);
  });

  it("never starts two streams at the same state, and exchanging seed and index gives another stream", () => {
    const starts = new Set<string>();
    for (let seed = 0; seed < 100; seed++) for (let i = 0; i < 100; i++) starts.add(randomStream(seed, i).state.join());
    expect(starts.size).toBe(10_000);
  });

  it("changes half of the state's bits when one bit of seed or index changes", () => {
    let changed = 0;
    let trials = 0;
    for (let bit = 0; bit < 31; bit++) {
      for (let base = 0; base < 50; base++) {
        const from = randomStream(base, 1000 + base).state;
        const other =
          bit % 2 === 0 ? randomStream(base ^ (1 << bit), 1000 + base) : randomStream(base, (1000 + base) ^ (1 << bit));
        const to = other.state;
        for (let word = 0; word < 4; word++) {
          for (let bits = (from[word]! ^ to[word]!) >>> 0; bits > 0; bits = Math.floor(bits / 2)) changed += bits % 2;
        }
        trials += 128;
      }
    }
    // 198 400 bits, each changed with probability ½: four standard deviations are 0.0044
    expect(Math.abs(changed / trials - 0.5)).toBeLessThan(0.0045);
  });
});

describe("random numbers", () => {
  it("uniform: strictly between 0 and 1, equally often in 64 cells, from one stream and across first numbers of streams", () => {
    const stream = randomStream(2, 0);
    let smallest = 1;
    let largest = 0;
    const within = cells(
      () => {
        const u = stream.uniform();
        smallest = Math.min(smallest, u);
        largest = Math.max(largest, u);
        return u;
      },
      (u) => u,
    );
    expect(smallest > 0 && largest < 1).toBe(true);
    expect(fitOf(within)).toBeGreaterThan(1e-4);
    let index = 0;
    expect(
      fitOf(
        cells(
          () => randomStream(2, index++).uniform(),
          (u) => u,
        ),
      ),
    ).toBeGreaterThan(1e-4);
    let seed = 0;
    expect(
      fitOf(
        cells(
          () => randomStream(seed++, 0).uniform(),
          (u) => u,
        ),
      ),
    ).toBeGreaterThan(1e-4);
  });

  it("neighbouring streams are independent: pairs of their numbers fill 16 × 16 cells equally", () => {
    for (const [seedStep, indexStep] of [
      [0, 1],
      [1, 0],
      [1, 1],
    ] as const) {
      const counts = new Float64Array(256);
      for (let i = 0; i < 20_000; i++) {
        const a = randomStream(i * seedStep, i * indexStep);
        const b = randomStream((i + 1) * seedStep, (i + 1) * indexStep);
        for (let k = 0; k < 3; k++) counts[(a.uint32() >>> 28) * 16 + (b.uint32() >>> 28)]!++;
      }
      expect(fitOf(counts)).toBeGreaterThan(1e-4);
    }
  });

  it("below(n): every number equally likely, also where n is no power of two, and above 32 bits", () => {
    const stream = randomStream(3, 0);
    for (const n of [1, 2, 3, 7, 10, 100]) {
      const counts = new Float64Array(n);
      for (let i = 0; i < 50_000; i++) counts[stream.below(n)]!++;
      if (n > 1) expect(fitOf(counts)).toBeGreaterThan(1e-4);
      else expect(counts[0]).toBe(50_000);
    }
    const wide = 3 * 2 ** 40;
    const thirds = new Float64Array(3);
    for (let i = 0; i < 30_000; i++) thirds[Math.floor(stream.below(wide) / 2 ** 40)]!++;
    expect(fitOf(thirds)).toBeGreaterThan(1e-4);
  });

  it("normal, exponential and gamma follow their distribution functions", () => {
    const stream = randomStream(4, 0);
    expect(
      fitOf(
        cells(
          () => stream.normal(),
          (x) => normalLower(x),
          200_000,
        ),
      ),
    ).toBeGreaterThan(1e-4);
    expect(
      fitOf(
        cells(
          () => stream.exponential(),
          (x) => -Math.expm1(-x),
          200_000,
        ),
      ),
    ).toBeGreaterThan(1e-4);
    for (const shape of [0.3, 1, 2.5, 40]) {
      expect(
        fitOf(
          cells(
            () => stream.gamma(shape),
            (x) => gammaLower(x, shape),
          ),
        ),
      ).toBeGreaterThan(1e-4);
    }
  });

  it("normal has the tails it should: 0.0027 beyond three standard deviations, both sides alike", () => {
    const stream = randomStream(6, 0);
    let low = 0;
    let high = 0;
    const draws = 400_000;
    for (let i = 0; i < draws; i++) {
      const z = stream.normal();
      if (z > 3) high++;
      if (z < -3) low++;
    }
    const expected = draws * 0.00134989803163009;
    for (const count of [low, high]) expect(Math.abs(count - expected)).toBeLessThan(4.5 * Math.sqrt(expected));
  });

  it("binomial and Poisson have their mean and variance, small and large", () => {
    const stream = randomStream(7, 0);
    const draws = 40_000;
    const check = (draw: () => number, mean: number, variance: number) => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < draws; i++) {
        const x = draw();
        expect(Number.isInteger(x) && x >= 0).toBe(true);
        sum += x;
        squares += (x - mean) ** 2;
      }
      expect(Math.abs(sum / draws - mean)).toBeLessThan(4.5 * Math.sqrt(variance / draws));
      // the variance of (x − mean)² is below 3·variance² + variance
      expect(Math.abs(squares / draws - variance)).toBeLessThan(
        4.5 * Math.sqrt((3 * variance ** 2 + variance) / draws),
      );
    };
    for (const [n, p] of [
      [5, 0.3],
      [40, 0.9],
      [1000, 0.02],
      [100_000, 0.5],
    ] as const) {
      check(() => stream.binomial(n, p), n * p, n * p * (1 - p));
    }
    for (const mean of [0.4, 5, 30, 2000]) check(() => stream.poisson(mean), mean, mean);
    expect(stream.binomial(10, 0)).toBe(0);
    expect(stream.binomial(100, 1)).toBe(100);
    expect(stream.poisson(0)).toBe(0);
  });

  it("binomial(3, 0.4) takes 0 to 3 with 0.216, 0.432, 0.288, 0.064", () => {
    const stream = randomStream(8, 0);
    const counts = new Float64Array(4);
    for (let i = 0; i < 100_000; i++) counts[stream.binomial(3, 0.4)]!++;
    expect(fitOf(counts, [0.216, 0.432, 0.288, 0.064])).toBeGreaterThan(1e-4);
  });
});
