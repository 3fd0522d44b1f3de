import { cholesky, type Matrix, matrix, timesOwnTranspose } from "../_numeric/matrix.ts";

export type ResidualStructure =
  | "unstructured"
  | "compound-symmetry"
  | "heterogeneous-compound-symmetry"
  | "ar1"
  | "heterogeneous-ar1"
  | "continuous-ar1";

/** A family of covariance matrices of the waves, with parameters free to take any value. */
export interface ResidualCovariance {
  readonly waves: number;
  readonly parameters: number;
  /** Parameters near a given covariance matrix. */
  near(covariance: Matrix): Float64Array;
  /** The covariance matrix; only `slopes` costs more than the matrix itself. */
  at(parameters: Float64Array): Matrix;
  /** ∂V/∂θ, one matrix per parameter. */
  slopes(parameters: Float64Array): Matrix[];
  /** Σ over a and b of weights_ab ∂²V_ab/∂θ∂θ′, for symmetric weights. */
  curvature(parameters: Float64Array, weights: Matrix): Matrix;
  /** The one correlation of a structure that has one: of any two waves, or of waves at distance 1. */
  correlation(parameters: Float64Array): number | null;
}

/** `times` gives the distances of the waves for "continuous-ar1"; the others take them as 0, 1, 2 … */
export function residualCovariance(structure: ResidualStructure, times: Float64Array): ResidualCovariance {
  if (structure === "unstructured") return unstructured(times.length);
  const equal = structure.endsWith("compound-symmetry");
  const place = structure === "continuous-ar1" ? times : times.map((_, wave) => wave);
  const heterogeneous = structure.startsWith("heterogeneous");
  if (equal) return oneCorrelation(times.length, heterogeneous, () => 1, evenly(times.length));
  return oneCorrelation(
    times.length,
    heterogeneous,
    (a, b) => Math.abs(place[a]! - place[b]!),
    structure === "continuous-ar1" ? positive : either,
  );
}

/** Structures in which every wave has a variance of its own. */
export function hasOwnVariances(structure: ResidualStructure): boolean {
  return structure === "unstructured" || structure.startsWith("heterogeneous");
}

/** Matrices of which V is a sum with the parameters as factors; `null` for structures that are not linear. */
export function linearBasis(structure: ResidualStructure, waves: number): Matrix[] | null {
  const basis: Matrix[] = [];
  const add = (has: (a: number, b: number) => boolean) => {
    const part = matrix(waves, waves);
    for (let b = 0; b < waves; b++) for (let a = 0; a < waves; a++) part.data[b * waves + a] = Number(has(a, b));
    basis.push(part);
  };
  if (structure === "compound-symmetry") {
    add((a, b) => a === b);
    add(() => true);
    return basis;
  }
  if (structure !== "unstructured") return null;
  for (let j = 0; j < waves; j++) {
    for (let i = 0; i <= j; i++) add((a, b) => Math.min(a, b) === i && Math.max(a, b) === j);
  }
  return basis;
}

/** V = LL′ with the logarithms of the diagonal of L and its elements below, row by row. */
function unstructured(waves: number): ResidualCovariance {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let a = 0; a < waves; a++) {
    for (let b = 0; b <= a; b++) {
      rows.push(a);
      columns.push(b);
    }
  }
  const lower = (parameters: Float64Array) => {
    const l = matrix(waves, waves);
    parameters.forEach((value, i) => {
      l.data[columns[i]! * waves + rows[i]!] = rows[i] === columns[i] ? Math.exp(value) : value;
    });
    return l;
  };
  /** ∂L/∂θ is one element: 1, or the diagonal element itself. */
  const slope = (l: Matrix, i: number) => (rows[i] === columns[i] ? l.data[rows[i]! * waves + rows[i]!]! : 1);
  return {
    waves,
    parameters: rows.length,
    near: (covariance) => {
      const l = cholesky(covariance)!;
      return Float64Array.from(rows, (row, i) => {
        const value = l.data[columns[i]! * waves + row]!;
        return row === columns[i] ? Math.log(value) : value;
      });
    },
    at: (parameters) => timesOwnTranspose(lower(parameters)),
    slopes: (parameters) => {
      const l = lower(parameters);
      return rows.map((row, i) => {
        const result = matrix(waves, waves);
        for (let a = 0; a < waves; a++) {
          const value = slope(l, i) * l.data[columns[i]! * waves + a]!;
          result.data[a * waves + row]! += value;
          result.data[row * waves + a]! += value;
        }
        return result;
      });
    },
    curvature: (parameters, weights) => {
      const l = lower(parameters);
      const result = matrix(rows.length, rows.length);
      rows.forEach((a, i) => {
        rows.forEach((b, j) => {
          if (columns[i] !== columns[j]) return;
          result.data[j * rows.length + i] = 2 * slope(l, i) * slope(l, j) * weights.data[b * waves + a]!;
        });
        if (a !== columns[i]) return;
        let own = 0;
        for (let b = 0; b < waves; b++) own += weights.data[b * waves + a]! * l.data[a * waves + b]!;
        result.data[i * rows.length + i]! += 2 * slope(l, i) * own;
      });
      return result;
    },
    correlation: () => null,
  };
}

/** A correlation as a function of a free parameter, with two derivatives, and the parameter of a correlation. */
interface FreeCorrelation {
  readonly at: (parameter: number) => readonly [value: number, first: number, second: number];
  readonly of: (correlation: number) => number;
}

const either: FreeCorrelation = {
  at: (parameter) => {
    const value = Math.tanh(parameter);
    const first = Math.cosh(parameter) ** -2;
    return [value, first, -2 * value * first];
  },
  of: (correlation) => Math.atanh(Math.max(-0.9, Math.min(0.9, correlation))),
};

const positive: FreeCorrelation = between(0);

/** Equal correlations of m waves are above −1/(m − 1). */
function evenly(waves: number): FreeCorrelation {
  return between(-1 / (waves - 1));
}

function between(low: number): FreeCorrelation {
  const width = 1 - low;
  return {
    at: (parameter) => {
      const share = 1 / (1 + Math.exp(-parameter));
      const first = width * share * (1 - share);
      return [low + width * share, first, first * (1 - 2 * share)];
    },
    of: (correlation) => {
      const share = Math.max(0.05, Math.min(0.95, (correlation - low) / width));
      return Math.log(share / (1 - share));
    },
  };
}

/** V_ab = s_a s_b ρ^distance, with the logarithms of one s or of one per wave, and then the parameter of ρ. */
function oneCorrelation(
  waves: number,
  heterogeneous: boolean,
  distance: (a: number, b: number) => number,
  free: FreeCorrelation,
): ResidualCovariance {
  const scales = heterogeneous ? waves : 1;
  const size = scales + 1;
  /** How often parameter c stands in log s_a + log s_b. */
  const times = (c: number, a: number, b: number) => (heterogeneous ? Number(a === c) + Number(b === c) : 2);
  const build = (parameters: Float64Array, element: (spread: number, a: number, b: number) => number) => {
    const result = matrix(waves, waves);
    for (let b = 0; b < waves; b++) {
      for (let a = 0; a < waves; a++) {
        const spread = Math.exp(parameters[heterogeneous ? a : 0]! + parameters[heterogeneous ? b : 0]!);
        result.data[b * waves + a] = element(spread, a, b);
      }
    }
    return result;
  };
  /** ρ^distance and its two derivatives by the parameter. */
  const correlationAt = (parameter: number) => {
    const [rho, first, second] = free.at(parameter);
    return (a: number, b: number): readonly [number, number, number] => {
      if (a === b) return [1, 0, 0];
      const d = distance(a, b);
      const slope = d * rho ** (d - 1);
      const bend = d === 1 ? 0 : d * (d - 1) * rho ** (d - 2);
      return [rho ** d, slope * first, bend * first ** 2 + slope * second];
    };
  };
  return {
    waves,
    parameters: size,
    near: (covariance) => {
      const spread = Float64Array.from({ length: waves }, (_, a) => Math.log(covariance.data[a * waves + a]!) / 2);
      let closest = [0, 1];
      for (let a = 0; a < waves; a++) {
        for (let b = 0; b < a; b++) if (distance(a, b) < distance(closest[0]!, closest[1]!)) closest = [b, a];
      }
      const nearest = distance(closest[0]!, closest[1]!);
      let total = 0;
      let pairs = 0;
      for (let a = 0; a < waves; a++) {
        for (let b = 0; b < a; b++) {
          if (distance(a, b) > nearest) continue;
          total += covariance.data[b * waves + a]! / Math.exp(spread[a]! + spread[b]!);
          pairs++;
        }
      }
      const mean = total / pairs;
      const rho = nearest === 1 ? mean : Math.max(0.05, mean) ** (1 / nearest);
      const own = heterogeneous ? spread : [spread.reduce((sum, value) => sum + value, 0) / waves];
      return Float64Array.from([...own, free.of(rho)]);
    },
    at: (parameters) => {
      const rho = correlationAt(parameters[scales]!);
      return build(parameters, (spread, a, b) => spread * rho(a, b)[0]);
    },
    slopes: (parameters) => {
      const rho = correlationAt(parameters[scales]!);
      const own = Array.from({ length: scales }, (_, c) =>
        build(parameters, (spread, a, b) => times(c, a, b) * spread * rho(a, b)[0]),
      );
      return [...own, build(parameters, (spread, a, b) => spread * rho(a, b)[1])];
    },
    curvature: (parameters, weights) => {
      const rho = correlationAt(parameters[scales]!);
      const result = matrix(size, size);
      const whole = (factor: (a: number, b: number) => number, order: 0 | 1 | 2) =>
        build(parameters, (spread, a, b) => factor(a, b) * spread * rho(a, b)[order]).data.reduce(
          (sum, value, k) => sum + value * weights.data[k]!,
          0,
        );
      for (let c = 0; c < scales; c++) {
        for (let d = 0; d <= c; d++) {
          const value = whole((a, b) => times(c, a, b) * times(d, a, b), 0);
          result.data[d * size + c] = value;
          result.data[c * size + d] = value;
        }
        const cross = whole((a, b) => times(c, a, b), 1);
        result.data[c * size + scales] = cross;
        result.data[scales * size + c] = cross;
      }
      result.data[scales * size + scales] = whole(() => 1, 2);
      return result;
    },
    correlation: (parameters) => free.at(parameters[scales]!)[0],
  };
}
