import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  cholesky,
  choleskySolve,
  columnOfMatrix,
  fromColumns,
  invertSymmetric,
  type Matrix,
  matrix,
  multiply,
  rowsOfMatrix,
  symmetricEigen,
  symmetricPower,
  transpose,
  transposeTimes,
} from "../../src/_numeric/matrix.ts";

function expectMatrix(actual: Matrix, expected: Matrix, tolerance: number): void {
  expect([actual.rows, actual.columns]).toEqual([expected.rows, expected.columns]);
  expected.data.forEach((value, k) => {
    expect(Math.abs(actual.data[k]! - value)).toBeLessThanOrEqual(tolerance * (1 + Math.abs(value)));
  });
}

const identity = (size: number): Matrix => {
  const result = matrix(size, size);
  for (let k = 0; k < size; k++) result.data[k * size + k] = 1;
  return result;
};

describe("matrices by hand", () => {
  const a = fromColumns([
    [1, 2, 3],
    [4, 5, 6],
  ]);

  test("column-major with columns as views", () => {
    expect([...a.data]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...columnOfMatrix(a, 1)]).toEqual([4, 5, 6]);
    expect(rowsOfMatrix(a)).toEqual([
      [1, 4],
      [2, 5],
      [3, 6],
    ]);
  });

  test("products", () => {
    expect([...transposeTimes(a, a).data]).toEqual([14, 32, 32, 77]);
    expect([...multiply(a, transpose(a)).data]).toEqual([17, 22, 27, 22, 29, 36, 27, 36, 45]);
  });

  test("Cholesky of [[4, 2], [2, 5]] is [[2, 0], [1, 2]]", () => {
    const s = fromColumns([
      [4, 2],
      [2, 5],
    ]);
    const lower = cholesky(s)!;
    expect([...lower.data]).toEqual([2, 1, 0, 2]);
    expect([...choleskySolve(lower, [8, 12])]).toEqual([1, 2]);
    expectMatrix(
      invertSymmetric(s)!,
      fromColumns([
        [5 / 16, -1 / 8],
        [-1 / 8, 1 / 4],
      ]),
      1e-15,
    );
  });

  test("eigenvalues of [[2, 1], [1, 2]] are 3 and 1", () => {
    const { values, vectors } = symmetricEigen(
      fromColumns([
        [2, 1],
        [1, 2],
      ]),
    );
    expect(Math.abs(values[0]! - 3)).toBeLessThan(1e-15);
    expect(Math.abs(values[1]! - 1)).toBeLessThan(1e-15);
    expect(Math.abs(vectors.data[0]! - vectors.data[1]!)).toBeLessThan(1e-15);
  });

  test("what is singular or indefinite has no factor and no inverse", () => {
    const singular = fromColumns([
      [1, 2],
      [2, 4],
    ]);
    const indefinite = fromColumns([
      [1, 2],
      [2, 1],
    ]);
    for (const s of [singular, indefinite, matrix(2, 2)]) {
      expect(cholesky(s)).toBeNull();
      expect(invertSymmetric(s)).toBeNull();
    }
  });

  test("the power −½ of a singular matrix is that of its Moore–Penrose inverse", () => {
    const projection = fromColumns([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expectMatrix(symmetricPower(projection, -0.5), projection, 1e-15);
  });
});

describe("matrices: laws", () => {
  const definite = fc
    .tuple(fc.integer({ min: 1, max: 7 }), fc.infiniteStream(fc.double({ min: -1, max: 1, noNaN: true })))
    .map(([size, stream]) => {
      const a = matrix(size + 4, size);
      for (let k = 0; k < a.data.length; k++) a.data[k] = stream.next().value as number;
      const s = transposeTimes(a, a);
      for (let k = 0; k < size; k++) s.data[k * size + k]! += 0.5;
      return s;
    });

  test("LLᵀ, the inverse and the square root give the matrix back", () => {
    fc.assert(
      fc.property(definite, (s) => {
        const lower = cholesky(s)!;
        expectMatrix(multiply(lower, transpose(lower)), s, 1e-13);
        expectMatrix(multiply(s, invertSymmetric(s)!), identity(s.rows), 1e-12);
        const root = symmetricPower(s, 0.5);
        expectMatrix(multiply(root, root), s, 1e-12);
        expectMatrix(multiply(symmetricPower(s, -1), s), identity(s.rows), 1e-11);
      }),
    );
  });

  test("eigenvectors are orthonormal, values fall, and VΛVᵀ is the matrix", () => {
    fc.assert(
      fc.property(definite, (s) => {
        const { values, vectors } = symmetricEigen(s);
        expectMatrix(transposeTimes(vectors, vectors), identity(s.rows), 1e-13);
        const scaled = fromColumns([...values].map((value, k) => columnOfMatrix(vectors, k).map((x) => x * value)));
        expectMatrix(multiply(scaled, transpose(vectors)), s, 1e-13);
        expect([...values]).toEqual([...values].sort((x, y) => y - x));
      }),
    );
  });

  test("the inverse does not depend on units: diagonal scaling by 1e±100", () => {
    fc.assert(
      fc.property(definite, fc.constantFrom(1e-100, 1e100), (s, unit) => {
        const scaled = { ...s, data: Float64Array.from(s.data) };
        for (let k = 0; k < s.rows; k++) {
          scaled.data[k]! *= unit;
          scaled.data[k * s.rows]! *= unit;
        }
        const plain = invertSymmetric(s)!;
        const other = invertSymmetric(scaled)!;
        expect(Math.abs(other.data[0]! * unit * unit - plain.data[0]!)).toBeLessThan(1e-11 * (1 + plain.data[0]!));
      }),
    );
  });
});
