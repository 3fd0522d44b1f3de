import { type RandomStream, randomStream } from "../../src/_numeric/random.ts";

/** X, M = aX + e, Y = c'X + bM + e with X and both e standard normal. */
export interface Chain {
  readonly a: number;
  readonly b: number;
  readonly people: number;
}

export interface ChainSample {
  readonly x: Float64Array;
  readonly m: Float64Array;
  readonly y: Float64Array;
}

/** Least squares of M on X and of Y on X and M, with their standard errors and degrees of freedom. */
export interface Paths {
  readonly a: number;
  readonly seA: number;
  readonly dfA: number;
  readonly b: number;
  readonly seB: number;
  readonly dfB: number;
}

export function emptySample(people: number): ChainSample {
  return { x: new Float64Array(people), m: new Float64Array(people), y: new Float64Array(people) };
}

export function drawChain(stream: RandomStream, { a, b }: Chain, { x, m, y }: ChainSample): void {
  for (let i = 0; i < x.length; i++) {
    const exposure = stream.normal();
    const mediator = a * exposure + stream.normal();
    x[i] = exposure;
    m[i] = mediator;
    y[i] = b * mediator + stream.normal();
  }
}

/** Closed form from the centred sums of squares and products. */
export function fitPaths({ x, m, y }: ChainSample): Paths {
  const n = x.length;
  let [sumX, sumM, sumY] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sumX += x[i]!;
    sumM += m[i]!;
    sumY += y[i]!;
  }
  const [meanX, meanM, meanY] = [sumX / n, sumM / n, sumY / n];
  let [xx, xm, mm, xy, my, yy] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    const p = x[i]! - meanX;
    const q = m[i]! - meanM;
    const r = y[i]! - meanY;
    xx += p * p;
    xm += p * q;
    mm += q * q;
    xy += p * r;
    my += q * r;
    yy += r * r;
  }
  const a = xm / xx;
  const left = mm - a * xm;
  const b = (my - a * xy) / left;
  const direct = (xy - b * xm) / xx;
  const dfA = n - 2;
  const dfB = n - 3;
  return {
    a,
    seA: Math.sqrt(left / dfA / xx),
    dfA,
    b,
    seB: Math.sqrt((yy - direct * xy - b * my) / dfB / left),
    dfB,
  };
}

/** Calls `use` with the fit of every sample; sample i of a seed is always the same. */
export function overSamples(
  chain: Chain,
  repetitions: number,
  seed: number,
  use: (paths: Paths, sample: ChainSample) => void,
): void {
  const stream = randomStream(seed, 0);
  const sample = emptySample(chain.people);
  for (let index = 0; index < repetitions; index++) {
    stream.restart(seed, index);
    drawChain(stream, chain, sample);
    use(fitPaths(sample), sample);
  }
}
