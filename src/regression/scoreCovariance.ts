import type { Clusters } from "../_models/covariance.ts";
import type { GeneralizedLinearFit } from "../_models/glm.ts";
import { type Matrix, matrix, multiply, transposeTimes } from "../_numeric/matrix.ts";

export type ScoreCovarianceType = "classical" | "HC0" | "CR0" | "CR1";

/**
 * Covariance of the coefficients of a generalised linear model: inverse expected information, or the sandwich of it around
 * the squared scores of people (HC0; Huber 1967, White 1982) or clusters (CR0; CR1 × G/(G−1); Liang & Zeger 1986).
 */
export function scoreCovariance(
  fit: GeneralizedLinearFit,
  design: Matrix,
  type: ScoreCovarianceType,
  clusters: Clusters | null,
): Matrix {
  if (type === "classical") return fit.covariance;
  const groups = clusters?.count ?? design.rows;
  const scores = matrix(groups, design.columns);
  for (let j = 0; j < design.columns; j++) {
    for (let i = 0; i < design.rows; i++) {
      const group = clusters === null ? i : clusters.codes[i]!;
      scores.data[j * groups + group]! += design.data[j * design.rows + i]! * fit.score[i]!;
    }
  }
  const bread = { ...fit.covariance, data: fit.covariance.data.map((value) => value / fit.dispersion) };
  const influences = multiply(scores, bread);
  const covariance = transposeTimes(influences, influences);
  if (type === "CR1") {
    for (let k = 0; k < covariance.data.length; k++) covariance.data[k]! *= groups / (groups - 1);
  }
  return covariance;
}
