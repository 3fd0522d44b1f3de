import {
  cholesky,
  choleskySolve,
  innerProduct,
  type Matrix,
  matrix,
  symmetricEigen,
  transposeTimes,
} from "../_numeric/matrix.ts";

/** An eigenvalue this small beside the largest is zero: its direction holds no residual. */
const singular = 1e-12;
/** From this size on the integral is cheaper than the eigenvectors. */
const large = 40;
/** Variances further apart than this would be taken for zero by the eigenvectors, the squares of them being those of G. */
const farApart = 1e4;
/** The least eigenvalue of I − Q′Q at which the integral keeps its digits. */
const wellAway = 1e-6;
/** Eigenvectors of larger clusters would take seconds. */
const largest = 200;

interface RootTimes {
  /** G^(−½)Q (Moore–Penrose). */
  readonly product: Matrix;
  /** The parts of Q in the directions of a zero eigenvalue of I − QQ′: what the model fits exactly. */
  readonly fitted: readonly Float64Array[];
}

/**
 * G^(−½)Q for G = Φ(I − QQ′)Φ, Φ the diagonal `variance` and Q with Q′Q ≤ I: by the eigenvectors of G where it is small, else
 * by an integral of its resolvents. `null` for a large G that is singular.
 */
export function inverseRootTimes(q: Matrix, variance: Float64Array): RootTimes | null {
  if (q.rows > large || largestOf(variance) > farApart * smallestOf(variance)) {
    const least = leastOutside(q);
    if (least > wellAway) return { product: byIntegral(q, variance, least), fitted: [] };
    if (q.rows > largest) return null;
  }
  return byEigenvectors(q, variance);
}

/** The least eigenvalue of I − Q′Q. */
function leastOutside(q: Matrix): number {
  return 1 - symmetricEigen(transposeTimes(q, q)).values[0]!;
}

const step = 0.25;
const reach = 37;

/**
 * G^(−½) = (2/π) ∫ (G + t²)^(−1) dt, by the trapezoidal rule in log t, whose integrand is analytic within π/2 of the real line; each
 * resolvent is diagonal but for the rank of Q (Woodbury 1950).
 */
export function byIntegral(q: Matrix, variance: Float64Array, least: number): Matrix {
  const { rows, columns } = q;
  const top = largestOf(variance);
  const bottom = smallestOf(variance);
  const from = Math.log(bottom) + Math.log(least) / 2 - reach;
  const nodes = Math.ceil((Math.log(top) + reach - from) / step);
  const total = matrix(rows, columns);
  const outside = transposeTimes(q, q);
  for (let k = 0; k < outside.data.length; k++) outside.data[k] = -outside.data[k]!;
  for (let j = 0; j < columns; j++) outside.data[j * columns + j]! += 1;
  const share = new Float64Array(rows);
  const weighted = matrix(rows, columns);
  for (let node = 0; node <= nodes; node++) {
    const t = Math.exp(from + node * step);
    // I − Q′Φ²(Φ² + t²)⁻¹Q, as I − Q′Q and what t adds
    const kernel = productWith(q, weighted, (i) => 1 / (1 + (variance[i]! / t) ** 2));
    for (let k = 0; k < kernel.data.length; k++) kernel.data[k]! += outside.data[k]!;
    for (let i = 0; i < rows; i++) share[i] = t / (variance[i]! ** 2 + t * t);
    const cross = productWith(q, weighted, (i) => (share[i]! * variance[i]!) / t);
    const lower = cholesky(kernel);
    if (lower === null) throw new RangeError("a resolvent is not positive definite");
    for (let j = 0; j < columns; j++) {
      const b = choleskySolve(lower, cross.data.subarray(j * columns, (j + 1) * columns));
      for (let i = 0; i < rows; i++) {
        let inner = 0;
        for (let k = 0; k < columns; k++) inner += q.data[k * rows + i]! * b[k]!;
        total.data[j * rows + i]! += share[i]! * (q.data[j * rows + i]! + variance[i]! * inner);
      }
    }
  }
  const scale = (2 / Math.PI) * step;
  for (let k = 0; k < total.data.length; k++) total.data[k]! *= scale;
  return total;
}

/** Q′ diag(weight) Q. */
function productWith(q: Matrix, weighted: Matrix, weight: (row: number) => number): Matrix {
  for (let i = 0; i < q.rows; i++) {
    const own = weight(i);
    for (let k = 0; k < q.columns; k++) weighted.data[k * q.rows + i] = own * q.data[k * q.rows + i]!;
  }
  return transposeTimes(q, weighted);
}

export function byEigenvectors(q: Matrix, variance: Float64Array): RootTimes {
  const size = q.rows;
  const g = matrix(size, size);
  // in units of the largest variance, so that only proportions count
  const unit = largestOf(variance);
  for (let k = 0; k < q.columns; k++) {
    for (let j = 0; j < size; j++) {
      const right = (q.data[k * size + j]! * variance[j]!) / unit;
      for (let i = 0; i < size; i++) g.data[j * size + i]! -= ((q.data[k * size + i]! * variance[i]!) / unit) * right;
    }
  }
  for (let i = 0; i < size; i++) g.data[i * size + i]! += (variance[i]! / unit) ** 2;
  const { values, vectors } = symmetricEigen(g);
  const rotated = transposeTimes(vectors, q);
  const product = matrix(size, q.columns);
  const fitted: Float64Array[] = [];
  for (let k = 0; k < size; k++) {
    if (!(values[k]! > singular * values[0]!)) {
      fitted.push(exactPart(q, variance, vectors, k));
      continue;
    }
    const factor = 1 / (Math.sqrt(values[k]!) * unit);
    for (let j = 0; j < q.columns; j++) {
      const amount = factor * rotated.data[j * size + k]!;
      for (let i = 0; i < size; i++) product.data[j * size + i]! += amount * vectors.data[k * size + i]!;
    }
  }
  return { product, fitted };
}

/** Φv at length 1 is a direction of I − QQ′ without residual, for a zero eigenvector v of G. */
function exactPart(q: Matrix, variance: Float64Array, vectors: Matrix, k: number): Float64Array {
  const size = q.rows;
  const unit = largestOf(variance);
  const back = Float64Array.from({ length: size }, (_, i) => vectors.data[k * size + i]! * (variance[i]! / unit));
  const length = Math.hypot(...back);
  return Float64Array.from({ length: q.columns }, (_, j) => innerProduct(q.data, j * size, back, 0, size) / length);
}

const largestOf = (values: Float64Array) => values.reduce((most, value) => Math.max(most, value), 0);
const smallestOf = (values: Float64Array) => values.reduce((most, value) => Math.min(most, value), Number.MAX_VALUE);
