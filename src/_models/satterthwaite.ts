import {
  type Matrix,
  matrix,
  multiply,
  quadraticForm,
  timesVector,
  traceOfProduct,
  transposeTimes,
} from "../_numeric/matrix.ts";

interface Satterthwaite {
  /** Takes one cluster in: its rows of Z, of WZ and of AWZ. */
  add(z: Matrix, weightedZ: Matrix, adjusted: Matrix): void;
  /** Degrees of freedom per coefficient. */
  df(): Float64Array;
}

/**
 * Satterthwaite df of bias-reduced cluster-robust variances under the identity working model (Bell & McCaffrey 2002;
 * Pustejovsky & Tipton 2018, equation 11), with for coefficient c and r row c of R⁻¹
 * P_gh = [g = h] a_g′a_g − b_g′d_h − d_g′b_h + b_g′Kb_h, where a = AWZr, b = Z′a, d = Z′Wa and K = Z′W²Z: s is (b, d).
 */
export function satterthwaite(rootInverse: Matrix, kernel: Matrix): Satterthwaite {
  const rank = rootInverse.columns;
  const traces = clusterTraces(rootInverse, jointKernel(kernel));
  return {
    add(z, weightedZ, adjusted) {
      const inZ = transposeTimes(z, adjusted);
      const inWeighted = transposeTimes(weightedZ, adjusted);
      traces.add(transposeTimes(adjusted, adjusted), (r) => {
        const s = new Float64Array(2 * rank);
        s.set(timesVector(inZ, r));
        s.set(timesVector(inWeighted, r), rank);
        return s;
      });
    },
    df: traces.df,
  };
}

/**
 * (tr P)² / tr P² for each coefficient, P = Δ + s′Js with one column of s per cluster: both traces are sums over clusters of matrices
 * of coefficient size; the clusters × clusters matrix is never made. Δ_g is r′Or for r the coefficient's row of R⁻¹, at
 * length 1, for the df do not depend on its unit.
 */
export function clusterTraces(rootInverse: Matrix, joint: Matrix) {
  const directions = Array.from({ length: rootInverse.rows }, (_, c) => unitRow(rootInverse, c));
  const size = joint.rows;
  const crosses = directions.map(() => matrix(size, size));
  const traces = new Float64Array(directions.length);
  const squares = new Float64Array(directions.length);
  return {
    /** Takes one cluster in: its O, and its s in the direction r. */
    add(own: Matrix, sharedAlong: (r: Float64Array) => Float64Array): void {
      directions.forEach((r, c) => {
        const s = sharedAlong(r);
        const alone = quadraticForm(own, r);
        const shared = quadraticForm(joint, s);
        traces[c]! += alone + shared;
        squares[c]! += alone * (alone + 2 * shared);
        const sums = crosses[c]!.data;
        for (let j = 0; j < size; j++) for (let i = 0; i < size; i++) sums[j * size + i]! += s[i]! * s[j]!;
      });
    },
    df: () =>
      traces.map((trace, c) => {
        const turned = multiply(joint, crosses[c]!);
        const total = squares[c]! + traceOfProduct(turned, turned);
        return total > 0 ? (trace * trace) / total : 1;
      }),
  };
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

function unitRow(rootInverse: Matrix, c: number): Float64Array {
  const row = Float64Array.from({ length: rootInverse.columns }, (_, k) => rootInverse.data[k * rootInverse.rows + c]!);
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? row : row.map((value) => value / largest);
}
