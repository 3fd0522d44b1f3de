import { innerProduct, matrix, timesVector, transposeTimes } from "../_numeric/matrix.ts";
import { type Clusters, membersOf, restingOn } from "./clusterCovariance.ts";
import type { WorkingFit } from "./glmCovariance.ts";
import { inverseRootTimes } from "./inverseRootTimes.ts";
import { type CoefficientCovariance, sandwich } from "./sandwich.ts";
import { clusterTraces } from "./satterthwaite.ts";

/**
 * Bias-reduced cluster-robust covariance CR2 of a generalised linear model with Satterthwaite df per coefficient (Pustejovsky &
 * Tipton 2018, equations 8 and 11), the working model being the model's own: `variance` Φ of each row's outcome, its variance
 * function over its case weight. With Q of √W·X = QR (W the working weights) and D = Φ^½, a cluster's A is D G^(−½) D with
 * G = D²(I − QQ′)D² of its rows, so that with residuals e = y − μ its scores are R′Q′G^(−½)De and, for row r of R⁻¹,
 * P_gh = [g = h] ‖D²G^(−½)Qr‖² − (S_g r)′(S_h r) with S = Q′D²G^(−½)Q.
 * `null` where a cluster is too large for what the model fits exactly in it.
 */
export function workingClusterCovariance(
  { fit, weights }: WorkingFit,
  variance: Float64Array,
  clusters: Clusters,
): CoefficientCovariance | null {
  const members = membersOf(clusters, weights);
  const { rank, rootInverse } = fit;
  const scores = matrix(members.length, rank);
  const exact: Float64Array[] = [];
  const minusIdentity = matrix(rank, rank);
  for (let k = 0; k < rank; k++) minusIdentity.data[k * rank + k] = -1;
  const freedom = clusterTraces(rootInverse, minusIdentity);
  for (const [cluster, rows] of members.entries()) {
    const size = rows.length;
    const q = matrix(size, rank);
    for (let k = 0; k < rank; k++) {
      rows.forEach((row, i) => {
        q.data[k * size + i] = fit.orthogonal.data[k * fit.orthogonal.rows + row]!;
      });
    }
    const own = Float64Array.from(rows, (row) => variance[row]!);
    const found = inverseRootTimes(q, own);
    if (found === null) return null;
    exact.push(...found.fitted);
    const rootQ = found.product;
    // √W times the working residual is D⁻¹(y − μ)
    const scaled = Float64Array.from(rows, (row) => variance[row]! * Math.sqrt(weights[row]!) * fit.residuals[row]!);
    for (let k = 0; k < rank; k++) {
      scores.data[k * members.length + cluster] = innerProduct(rootQ.data, k * size, scaled, 0, size);
    }
    for (let k = 0; k < rank; k++) for (let i = 0; i < size; i++) rootQ.data[k * size + i]! *= own[i]!;
    const shared = transposeTimes(q, rootQ);
    freedom.add(transposeTimes(rootQ, rootQ), (r) => timesVector(shared, r));
  }
  return { covariance: sandwich(rootInverse, scores), df: freedom.df(), unseen: restingOn(exact, rootInverse) };
}
