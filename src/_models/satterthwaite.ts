import { innerProduct, type Matrix, matrix, multiply, transposeTimes } from "../_numeric/matrix.ts";

export interface Satterthwaite {
  /** Takes one cluster in: its rows of Z, of WZ and of AWZ. */
  add(z: Matrix, weightedZ: Matrix, adjusted: Matrix): void;
  /** Degrees of freedom per coefficient. */
  df(): Float64Array;
}

/**
 * Satterthwaite df of bias-reduced cluster-robust variances under the identity working model (Bell & McCaffrey 2002;
 * Pustejovsky & Tipton 2018, equation 11): (tr P)² / tr P² with, for coefficient c and r row c of R⁻¹,
 * P_gh = [g = h] a_g′a_g − b_g′d_h − d_g′b_h + b_g′Kb_h, where a = AWZr, b = Z′a, d = Z′Wa and K = Z′W²Z.
 * Written as P = Δ + s′Js with s = (b, d), both traces are sums over clusters of matrices of coefficient size;
 * the clusters × clusters matrix is never made.
 */
export function satterthwaite(rootInverse: Matrix, kernel: Matrix): Satterthwaite {
  const rank = rootInverse.columns;
  const joint = jointKernel(kernel);
  const directions = Array.from({ length: rootInverse.rows }, (_, c) => direction(rootInverse, c));
  const crosses = directions.map(() => matrix(2 * rank, 2 * rank));
  const traces = new Float64Array(directions.length);
  const squares = new Float64Array(directions.length);

  const add = (z: Matrix, weightedZ: Matrix, adjusted: Matrix) => {
    const inZ = transposeTimes(z, adjusted);
    const inWeighted = transposeTimes(weightedZ, adjusted);
    const own = transposeTimes(adjusted, adjusted);
    directions.forEach((r, c) => {
      const s = new Float64Array(2 * rank);
      s.set(times(inZ, r));
      s.set(times(inWeighted, r), rank);
      const alone = innerProduct(r, 0, times(own, r), 0, rank);
      const shared = innerProduct(s, 0, times(joint, s), 0, s.length);
      traces[c]! += alone + shared;
      squares[c]! += alone * (alone + 2 * shared);
      const sums = crosses[c]!.data;
      for (let j = 0; j < s.length; j++) for (let i = 0; i < s.length; i++) sums[j * s.length + i]! += s[i]! * s[j]!;
    });
  };

  const df = () =>
    traces.map((trace, c) => {
      const total = squares[c]! + traceOfSquare(multiply(joint, crosses[c]!));
      return total > 0 ? (trace * trace) / total : 1;
    });

  return { add, df };
}

/** J = [[K, −I], [−I, 0]]. */
function jointKernel(kernel: Matrix): Matrix {
  const size = kernel.rows;
  const joint = matrix(2 * size, 2 * size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) joint.data[j * 2 * size + i] = kernel.data[j * size + i]!;
    joint.data[j * 2 * size + size + j] = -1;
    joint.data[(size + j) * 2 * size + j] = -1;
  }
  return joint;
}

/** Row c of R⁻¹ at length 1: the df do not depend on the unit of the coefficient. */
function direction(rootInverse: Matrix, c: number): Float64Array {
  const row = Float64Array.from({ length: rootInverse.columns }, (_, k) => rootInverse.data[k * rootInverse.rows + c]!);
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? row : row.map((value) => value / largest);
}

function times(a: Matrix, x: Float64Array): Float64Array {
  const result = new Float64Array(a.rows);
  for (let k = 0; k < a.columns; k++) for (let i = 0; i < a.rows; i++) result[i]! += a.data[k * a.rows + i]! * x[k]!;
  return result;
}

function traceOfSquare(a: Matrix): number {
  let total = 0;
  for (let j = 0; j < a.columns; j++) {
    for (let i = 0; i < a.rows; i++) total += a.data[j * a.rows + i]! * a.data[i * a.rows + j]!;
  }
  return total;
}
