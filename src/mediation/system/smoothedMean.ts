import { normalLower } from "../../_numeric/distributions/index.ts";

/** E[g(η + sZ)], Z standard normal: the mean of an outcome whose linear predictor is normal. */
export interface SmoothedMean {
  /** To be called when g has changed. */
  refresh(): void;
  at(eta: number, s: number): number;
}

/** A smooth g with its first two derivatives. */
export interface Response {
  /** Half the width of the strip about the real line in which g is analytic and stays small. */
  readonly strip: number;
  /** Whether one evaluation costs less than reading a table. */
  readonly cheap: boolean;
  /** Writes g, g′ and g″ at η. */
  write(eta: number, out: Float64Array): void;
}

export const identityMean: SmoothedMean = { refresh() {}, at: (eta) => eta };

export const exponentialMean: SmoothedMean = { refresh() {}, at: (eta, s) => Math.exp(eta + 0.5 * s * s) };

/** E[Φ(η + sZ)] = Φ(η / √(1 + s²)). */
export const probitMean: SmoothedMean = {
  refresh() {},
  at: (eta, s) => normalLower(s === 0 ? eta : eta / Math.sqrt(1 + s * s)),
};

export const expitResponse: Response = {
  strip: Math.PI,
  cheap: true,
  write(eta, out) {
    const small = Math.exp(-Math.abs(eta));
    const larger = 1 / (1 + small);
    const slope = small * larger * larger;
    out[0] = eta < 0 ? 1 - larger : larger;
    out[1] = slope;
    out[2] = eta < 0 ? slope * (2 * larger - 1) : slope * (1 - 2 * larger);
  },
};

/**
 * Abscissas of the trapezoidal rule for ∫ f(z) φ(z) dz, which converges geometrically for an integrand analytic in a strip
 * of half-width y, with error exp(y²/2 − 2πy/h) (Goodwin 1949; Trefethen & Weideman 2014, section 5): the step leaves less than 1e-12.
 */
export function trapezoidStep(strip: number): number {
  // The best y for step h is 2π/h; beyond √56 nothing is won.
  const y = Math.min(strip, Math.sqrt(56));
  return (2 * Math.PI * y) / (28 + 0.5 * y * y);
}

export const trapezoidReach = 7.5;

const cell = 1 / 8;
const farthest = 64;
const cells = (2 * farthest) / cell;
const mostTables = 8;

interface Table {
  s: number;
  readonly known: Uint8Array;
  readonly values: Float64Array;
}

/**
 * E[g(η + sZ)] by the trapezoidal rule. Values are tabulated with two derivatives on cells of 1/8 as they are asked for and
 * interpolated by quintic Hermite polynomials (error below 1e-9 of g's range); with more values of s than there are tables,
 * and far from 0, each is summed by itself.
 */
export function tabulatedMean(response: Response): SmoothedMean {
  const tables: Table[] = [];
  let inUse = 0;
  const here = new Float64Array(3);
  const sums = new Float64Array(3);

  function sum(eta: number, s: number): void {
    if (s === 0) {
      response.write(eta, sums);
      return;
    }
    const step = trapezoidStep(response.strip / s);
    const reach = Math.ceil(trapezoidReach / step);
    sums.fill(0);
    let mass = 0;
    for (let node = -reach; node <= reach; node++) {
      const z = node * step;
      const weight = Math.exp(-0.5 * z * z);
      response.write(eta + s * z, here);
      mass += weight;
      sums[0] = sums[0]! + weight * here[0]!;
      sums[1] = sums[1]! + weight * here[1]!;
      sums[2] = sums[2]! + weight * here[2]!;
    }
    for (let k = 0; k < 3; k++) sums[k] = sums[k]! / mass;
  }

  function tableFor(s: number): Table | null {
    for (let k = 0; k < inUse; k++) if (tables[k]!.s === s) return tables[k]!;
    if (inUse === mostTables) return null;
    if (tables.length === inUse)
      tables.push({ s, known: new Uint8Array(cells + 1), values: new Float64Array(3 * (cells + 1)) });
    const table = tables[inUse++]!;
    table.s = s;
    table.known.fill(0);
    return table;
  }

  function ensure(table: Table, index: number): void {
    if (table.known[index] === 1) return;
    sum((index - cells / 2) * cell, table.s);
    table.values.set(sums, 3 * index);
    table.known[index] = 1;
  }

  return {
    refresh() {
      inUse = 0;
    },
    at(eta, s) {
      const inside = eta > -farthest && eta < farthest;
      const table = inside && !(s === 0 && response.cheap) ? tableFor(s) : null;
      if (table === null) {
        sum(eta, s);
        return sums[0]!;
      }
      const place = eta / cell + cells / 2;
      const index = Math.floor(place);
      ensure(table, index);
      ensure(table, index + 1);
      const x = place - index;
      const v = table.values;
      const at = 3 * index;
      const f0 = v[at]!;
      const d0 = v[at + 1]! * cell;
      const c0 = v[at + 2]! * cell * cell * 0.5;
      const rise = v[at + 3]! - f0 - d0 - c0;
      const slope = v[at + 4]! * cell - d0 - 2 * c0;
      const bend = v[at + 5]! * cell * cell * 0.5 - c0;
      const k3 = 10 * rise - 4 * slope + bend;
      const k4 = -15 * rise + 7 * slope - 2 * bend;
      const k5 = 6 * rise - 3 * slope + bend;
      return f0 + x * (d0 + x * (c0 + x * (k3 + x * (k4 + x * k5))));
    },
  };
}
