import { expect, test } from "vitest";
import { byEigenvectors, byIntegral, inverseRootTimes } from "../../src/_models/inverseRootTimes.ts";
import { leastSquares } from "../../src/_numeric/leastSquares.ts";
import { fromColumns, matrix, symmetricEigen, transposeTimes } from "../../src/_numeric/matrix.ts";
import { randomStream } from "../../src/_numeric/random.ts";
import { expectClose } from "../support/witness.ts";

const draws = randomStream(7, 1);
const normals = (count: number) => Array.from({ length: count }, () => draws.normal());
const whole = leastSquares(fromColumns([normals(90).map(() => 1), normals(90), normals(90)]), normals(90)).orthogonal;

/** Some rows of an orthonormal matrix. */
const rowsOf = (rows: number) => {
  const q = matrix(rows, 3);
  for (let k = 0; k < 3; k++) for (let i = 0; i < rows; i++) q.data[k * rows + i] = whole.data[k * 90 + i]!;
  return q;
};
const leastOutside = (q: ReturnType<typeof rowsOf>) => 1 - symmetricEigen(transposeTimes(q, q)).values[0]!;

test("the integral gives what the eigenvectors give, with equal and with unequal variances", () => {
  const q = rowsOf(60);
  for (const spread of [0, 0.3, 1]) {
    const variance = Float64Array.from(normals(60), (z) => Math.exp(spread * z));
    const exact = byEigenvectors(q, variance).product.data;
    const largest = Math.max(...exact.map(Math.abs));
    byIntegral(q, variance, leastOutside(q)).data.forEach((value, k) => {
      expectClose(value, exact[k]!, { rel: 1e-9, abs: 1e-11 * largest });
    });
  }
});

test("one variance and one column: (I − qq′)^(−½)q is q/√(1 − q′q)", () => {
  const q = matrix(4, 1);
  q.data.set([0.1, 0.3, -0.5, 0.2]);
  const length = 0.01 + 0.09 + 0.25 + 0.04;
  const variance = Float64Array.of(1, 1, 1, 1);
  for (const product of [byEigenvectors(q, variance).product, byIntegral(q, variance, 1 - length)]) {
    product.data.forEach((value, i) => {
      expectClose(value, q.data[i]! / Math.sqrt(1 - length), { rel: 1e-13, abs: 0 });
    });
  }
});

test("a cluster that holds all rows of a column is fitted exactly: a direction is told, and a large one gives null", () => {
  const alone = (rows: number) => {
    const q = matrix(rows, 2);
    for (let i = 0; i < rows; i++) q.data[i] = 1 / Math.sqrt(rows);
    for (let i = 0; i < rows; i++) q.data[rows + i] = (i % 2 === 0 ? 1 : -1) / Math.sqrt(3 * rows);
    return { q, variance: new Float64Array(rows).fill(0.25) };
  };
  const small = alone(30);
  expect(inverseRootTimes(small.q, small.variance)!.fitted.length).toBe(1);
  const large = alone(300);
  expect(inverseRootTimes(large.q, large.variance)).toBeNull();
});
