import {
  columnOfMatrix,
  innerProduct,
  type Matrix,
  matrix,
  multiply,
  transpose,
  transposeTimes,
} from "../_numeric/matrix.ts";
import { symmetricEigen } from "../_numeric/symmetricEigen.ts";

/** An eigenvalue of B at or below this is zero: its direction holds no residual. */
const singular = 1e-12;

/** A column with a smaller part outside the basis so far lies in its span. */
const spanned = 1e-13;

/**
 * A·WZ for one cluster, A = B^(−1/2) (Moore–Penrose) and B the cluster's block of (I − H)(I − H)′, the covariance of its
 * residuals under the identity working model (Pustejovsky & Tipton 2018, equation 8). B − I lives in the span of Z and WZ,
 * so the root is taken there: a cluster of any size costs only a matrix of twice the number of coefficients.
 * `kernel` is Z′W²Z of all clusters. `fitted` are the parts of WZ in directions that the model fits exactly (one row per
 * direction): what happens there leaves no residual, and no variance can be seen.
 */
export function adjustedRows(
  z: Matrix,
  weightedZ: Matrix,
  kernel: Matrix,
): { adjusted: Matrix; fitted: Float64Array[] } {
  const basis = orthonormalBasis(z, weightedZ);
  const inZ = transposeTimes(basis, z);
  const inWeighted = transposeTimes(basis, weightedZ);
  const cross = multiply(inZ, transpose(inWeighted));
  const block = multiply(multiply(inZ, kernel), transpose(inZ));
  const size = basis.columns;
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) block.data[j * size + i]! -= cross.data[j * size + i]! + cross.data[i * size + j]!;
  }
  const { values, vectors } = symmetricEigen(block);
  const rotated = transposeTimes(vectors, inWeighted);
  const exact = Array.from(values.keys()).filter((k) => 1 + values[k]! <= singular);
  const fitted = exact.map((k) => rowOf(rotated, k));
  for (let k = 0; k < size; k++) {
    const own = 1 + values[k]!;
    const change = own > singular ? 1 / Math.sqrt(own) - 1 : -1;
    for (let j = 0; j < rotated.columns; j++) rotated.data[j * size + k]! *= change;
  }
  const adjusted = multiply(basis, multiply(vectors, rotated));
  for (let i = 0; i < adjusted.data.length; i++) adjusted.data[i]! += weightedZ.data[i]!;
  return { adjusted, fitted };
}

/** Orthonormal columns spanning those of both matrices, by Gram–Schmidt with each column orthogonalised thrice. */
function orthonormalBasis(first: Matrix, second: Matrix): Matrix {
  const { rows } = first;
  const found: Float64Array[] = [];
  for (const source of [first, second]) {
    for (let j = 0; j < source.columns; j++) {
      const column = Float64Array.from(columnOfMatrix(source, j));
      const before = normalize(column);
      if (before === 0) continue;
      orthogonalize(column, found);
      if (normalize(column) <= spanned) continue;
      orthogonalize(column, found);
      orthogonalize(column, found);
      normalize(column);
      found.push(column);
    }
  }
  const basis = matrix(rows, found.length);
  found.forEach((column, k) => {
    basis.data.set(column, k * rows);
  });
  return basis;
}

function orthogonalize(column: Float64Array, against: readonly Float64Array[]): void {
  for (const other of against) {
    const share = innerProduct(column, 0, other, 0, column.length);
    for (let i = 0; i < column.length; i++) column[i]! -= share * other[i]!;
  }
}

/** Divides by the length and returns it. */
function normalize(column: Float64Array): number {
  const length = Math.sqrt(innerProduct(column, 0, column, 0, column.length));
  if (length > 0) for (let i = 0; i < column.length; i++) column[i]! /= length;
  return length;
}

function rowOf(a: Matrix, row: number): Float64Array {
  return Float64Array.from({ length: a.columns }, (_, j) => a.data[j * a.rows + row]!);
}
