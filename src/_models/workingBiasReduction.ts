import { innerProduct, type Matrix, matrix, symmetricEigen, timesVector, transposeTimes } from "../_numeric/matrix.ts";
import { type Clusters, membersOf, restingOn } from "./clusterCovariance.ts";
import type { WorkingFit } from "./glmCovariance.ts";
import { type CoefficientCovariance, sandwich } from "./sandwich.ts";
import { clusterTraces } from "./satterthwaite.ts";

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
  const minusIdentity = matrix(rank, rank);
  for (let k = 0; k < rank; k++) minusIdentity.data[k * rank + k] = -1;
  const freedom = clusterTraces(rootInverse, minusIdentity);
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
    freedom.add(transposeTimes(rootQ, rootQ), (r) => timesVector(shared, r));
  });
  return { covariance: sandwich(rootInverse, scores), df: freedom.df(), unseen: restingOn(exact, rootInverse) };
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
