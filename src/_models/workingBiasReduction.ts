import { innerProduct, type Matrix, matrix, symmetricEigen, transposeTimes } from "../_numeric/matrix.ts";
import { type Clusters, membersOf, restingOn } from "./clusterCovariance.ts";
import type { WorkingFit } from "./glmCovariance.ts";
import { type CoefficientCovariance, sandwich } from "./sandwich.ts";

/** An eigenvalue this small beside the largest is zero: its direction holds no residual. */
const singular = 1e-12;

/**
 * Bias-reduced cluster-robust covariance CR2 of a generalised linear model with Satterthwaite df per coefficient (Pustejovsky &
 * Tipton 2018, equations 8 and 11), the working model being the model's own: `variance` Φ of each row's outcome, its variance
 * function over its case weight. With Q of √W·X = QR (W the working weights) and D = Φ^½, a cluster's A is D G^(−½) D with
 * G = D²(I − QQ′)D² of its rows, so that with residuals e = y − μ its scores are R′Q′G^(−½)De and, for row r of R⁻¹,
 * P_gh = [g = h] ‖D²G^(−½)Qr‖² − (S_g r)′(S_h r) with S = Q′D²G^(−½)Q.
 */
export function workingClusterCovariance(
  { fit, weights }: WorkingFit,
  variance: Float64Array,
  clusters: Clusters,
): CoefficientCovariance {
  const members = membersOf(clusters, weights);
  const { rank, rootInverse } = fit;
  const scores = matrix(members.length, rank);
  const exact: Float64Array[] = [];
  const directions = Array.from({ length: rootInverse.rows }, (_, c) => unitRow(rootInverse, c));
  const crosses = directions.map(() => matrix(rank, rank));
  const traces = new Float64Array(directions.length);
  const squares = new Float64Array(directions.length);
  members.forEach((rows, cluster) => {
    const size = rows.length;
    const q = matrix(size, rank);
    for (let k = 0; k < rank; k++) {
      rows.forEach((row, i) => {
        q.data[k * size + i] = fit.orthogonal.data[k * fit.orthogonal.rows + row]!;
      });
    }
    const own = Float64Array.from(rows, (row) => variance[row]!);
    const { root, fitted } = inverseRoot(q, own);
    exact.push(...fitted);
    const rootQ = transposeTimes(root, q);
    // √W times the working residual is D⁻¹(y − μ)
    const scaled = Float64Array.from(rows, (row) => variance[row]! * Math.sqrt(weights[row]!) * fit.residuals[row]!);
    for (let k = 0; k < rank; k++) {
      scores.data[k * members.length + cluster] = innerProduct(rootQ.data, k * size, scaled, 0, size);
    }
    for (let k = 0; k < rank; k++) for (let i = 0; i < size; i++) rootQ.data[k * size + i]! *= own[i]!;
    const shared = transposeTimes(q, rootQ);
    const squared = transposeTimes(rootQ, rootQ);
    directions.forEach((r, c) => {
      const b = times(shared, r);
      const alone = innerProduct(r, 0, times(squared, r), 0, rank);
      const common = innerProduct(b, 0, b, 0, rank);
      traces[c]! += alone - common;
      squares[c]! += alone * (alone - 2 * common);
      const sums = crosses[c]!.data;
      for (let j = 0; j < rank; j++) for (let i = 0; i < rank; i++) sums[j * rank + i]! += b[i]! * b[j]!;
    });
  });
  const df = traces.map((trace, c) => {
    const total = squares[c]! + crosses[c]!.data.reduce((sum, value) => sum + value * value, 0);
    return total > 0 ? (trace * trace) / total : 1;
  });
  return { covariance: sandwich(rootInverse, scores), df, unseen: restingOn(exact, rootInverse) };
}

/** G^(−½) of one cluster (Moore–Penrose), and the parts of Q in the directions that the model fits exactly. */
function inverseRoot(q: Matrix, variance: Float64Array): { root: Matrix; fitted: Float64Array[] } {
  const size = q.rows;
  const g = matrix(size, size);
  // in units of the largest variance, so that only proportions count
  const unit = variance.reduce((most, value) => Math.max(most, value), 0);
  for (let k = 0; k < q.columns; k++) {
    for (let j = 0; j < size; j++) {
      const right = (q.data[k * size + j]! * variance[j]!) / unit;
      for (let i = 0; i < size; i++) g.data[j * size + i]! -= ((q.data[k * size + i]! * variance[i]!) / unit) * right;
    }
  }
  for (let i = 0; i < size; i++) g.data[i * size + i]! += (variance[i]! / unit) ** 2;
  const { values, vectors } = symmetricEigen(g);
  const floor = singular * values[0]!;
  const root = matrix(size, size);
  const fitted: Float64Array[] = [];
  for (let k = 0; k < size; k++) {
    if (!(values[k]! > floor)) {
      const back = Float64Array.from({ length: size }, (_, i) => vectors.data[k * size + i]! * (variance[i]! / unit));
      const length = Math.hypot(...back);
      fitted.push(
        Float64Array.from({ length: q.columns }, (_, j) => innerProduct(q.data, j * size, back, 0, size) / length),
      );
      continue;
    }
    const factor = 1 / (Math.sqrt(values[k]!) * unit);
    for (let j = 0; j < size; j++) {
      const right = factor * vectors.data[k * size + j]!;
      for (let i = 0; i < size; i++) root.data[j * size + i]! += vectors.data[k * size + i]! * right;
    }
  }
  return { root, fitted };
}

/** Row c of R⁻¹ with its largest element 1: the df do not depend on the unit of the coefficient. */
function unitRow(rootInverse: Matrix, c: number): Float64Array {
  const row = Float64Array.from({ length: rootInverse.columns }, (_, k) => rootInverse.data[k * rootInverse.rows + c]!);
  const largest = row.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest === 0 ? row : row.map((value) => value / largest);
}

function times(a: Matrix, x: Float64Array): Float64Array {
  const result = new Float64Array(a.rows);
  for (let k = 0; k < a.columns; k++) for (let i = 0; i < a.rows; i++) result[i]! += a.data[k * a.rows + i]! * x[k]!;
  return result;
}
