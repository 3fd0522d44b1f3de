import { columnOfMatrix, type Matrix, matrix } from "./matrix.ts";

const mostSweeps = 60;

/** Eigenvalues in falling order, and orthonormal eigenvectors as columns in the same order, by cyclic Jacobi rotations (Golub & Van Loan 2013, algorithm 8.5.3). */
export function symmetricEigen(a: Matrix): { values: Float64Array; vectors: Matrix } {
  const size = a.rows;
  const work = { ...a, data: Float64Array.from(a.data) };
  const vectors = matrix(size, size);
  for (let j = 0; j < size; j++) vectors.data[j * size + j] = 1;
  const floor = 1e-18 * work.data.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  for (let sweep = 0; sweep < mostSweeps; sweep++) {
    let rotated = false;
    for (let p = 0; p < size - 1; p++) {
      for (let q = p + 1; q < size; q++) rotated = rotate(work, vectors, p, q, floor) || rotated;
    }
    if (!rotated) break;
  }
  return sorted(work, vectors);
}

/** Makes element (p, q) zero; false where it already is, to working precision. */
function rotate(work: Matrix, vectors: Matrix, p: number, q: number, floor: number): boolean {
  const { data, rows: size } = work;
  const apq = data[q * size + p]!;
  const app = data[p * size + p]!;
  const aqq = data[q * size + q]!;
  if (Math.abs(apq) <= Math.max(floor, 2 ** -54 * Math.sqrt(Math.abs(app)) * Math.sqrt(Math.abs(aqq)))) return false;
  const theta = (aqq - app) / (2 * apq);
  const tangent = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(1, theta));
  const cosine = 1 / Math.hypot(1, tangent);
  const sine = tangent * cosine;
  for (let k = 0; k < size; k++) {
    const akp = data[p * size + k]!;
    const akq = data[q * size + k]!;
    data[p * size + k] = cosine * akp - sine * akq;
    data[q * size + k] = sine * akp + cosine * akq;
  }
  for (let k = 0; k < size; k++) {
    const apk = data[k * size + p]!;
    const aqk = data[k * size + q]!;
    data[k * size + p] = cosine * apk - sine * aqk;
    data[k * size + q] = sine * apk + cosine * aqk;
    const vkp = vectors.data[p * size + k]!;
    const vkq = vectors.data[q * size + k]!;
    vectors.data[p * size + k] = cosine * vkp - sine * vkq;
    vectors.data[q * size + k] = sine * vkp + cosine * vkq;
  }
  data[q * size + p] = 0;
  data[p * size + q] = 0;
  return true;
}

function sorted(work: Matrix, vectors: Matrix): { values: Float64Array; vectors: Matrix } {
  const size = work.rows;
  const diagonal = Float64Array.from({ length: size }, (_, j) => work.data[j * size + j]!);
  const order = Array.from({ length: size }, (_, j) => j).sort((i, j) => diagonal[j]! - diagonal[i]!);
  const ordered = matrix(size, size);
  order.forEach((from, to) => {
    ordered.data.set(columnOfMatrix(vectors, from), to * size);
  });
  return { values: Float64Array.from(order, (from) => diagonal[from]!), vectors: ordered };
}

/**
 * A power of a positive semidefinite matrix. Eigenvalues at or below 1e-12 of the largest count as zero and stay zero,
 * so that negative powers are powers of the Moore–Penrose inverse.
 */
export function symmetricPower(a: Matrix, power: number): Matrix {
  const { values, vectors } = symmetricEigen(a);
  const floor = 1e-12 * Math.max(0, values[0] ?? 0);
  const result = matrix(a.rows, a.rows);
  for (let k = 0; k < a.rows; k++) {
    if (!(values[k]! > floor)) continue;
    const value = values[k]! ** power;
    const vector = columnOfMatrix(vectors, k);
    for (let j = 0; j < a.rows; j++) {
      for (let i = 0; i < a.rows; i++) result.data[j * a.rows + i]! += value * vector[i]! * vector[j]!;
    }
  }
  return result;
}
