import { columnOfMatrix, type Matrix } from "../_numeric/matrix.ts";

export type WorkingCorrelation = "independence" | "exchangeable" | "ar1";

const MAX_ITERATIONS = 200;

/**
 * The working correlation by moments of Pearson residuals, φ being their mean square. Exchangeable: the mean of r r′/φ over all
 * pairs within clusters. Autoregressive: a solves Σ over pairs, k rows apart, of k aᵏ⁻¹ (r r′/φ − aᵏ) = 0, by scoring from 0.
 * Admissible means positive definite in the largest cluster.
 */
export function correlationOf(
  correlation: WorkingCorrelation,
  residuals: Float64Array,
  members: readonly (readonly number[])[],
  dispersion: number,
): { alpha: number; admissible: boolean } {
  if (correlation === "independence") return { alpha: 0, admissible: true };
  const largest = members.reduce((most, rows) => Math.max(most, rows.length), 0);
  const products = new Float64Array(largest);
  const pairs = new Float64Array(largest);
  for (const rows of members) {
    for (let j = 0; j < rows.length; j++) {
      for (let k = 0; k < j; k++) {
        products[j - k]! += (residuals[rows[j]!]! * residuals[rows[k]!]!) / dispersion;
        pairs[j - k]!++;
      }
    }
  }
  const alpha = correlation === "exchangeable" ? total(products) / total(pairs) : autoregressive(products, pairs);
  const low = correlation === "exchangeable" ? -1 / (largest - 1) : -1;
  return { alpha, admissible: alpha > low && alpha < 1 };
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function autoregressive(products: Float64Array, pairs: Float64Array): number {
  let alpha = products[1]! / pairs[1]!;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    let equation = 0;
    let information = 0;
    for (let gap = 1; gap < products.length; gap++) {
      const slope = gap * alpha ** (gap - 1);
      equation += slope * (products[gap]! - pairs[gap]! * alpha ** gap);
      information += pairs[gap]! * slope ** 2;
    }
    const step = equation / information;
    alpha += step;
    if (!(Math.abs(alpha) < 1) || Math.abs(step) <= 1e-16 * Math.abs(alpha)) break;
  }
  return alpha;
}

/** Rows multiplied within each cluster by a square root of the inverse working correlation. */
export function whiten(
  rows: { readonly design: Matrix; readonly residuals: Float64Array },
  correlation: WorkingCorrelation,
  alpha: number,
  members: readonly (readonly number[])[],
): { design: Matrix; residuals: Float64Array } {
  if (correlation === "independence" || alpha === 0) return rows;
  const result = { design: { ...rows.design, data: rows.design.data.slice() }, residuals: rows.residuals.slice() };
  const root = correlation === "exchangeable" ? decorrelateEvenly : decorrelateNeighbours;
  for (const cluster of members) {
    root(result.residuals, cluster, alpha);
    for (let j = 0; j < result.design.columns; j++) root(columnOfMatrix(result.design, j), cluster, alpha);
  }
  return result;
}

/** The symmetric root: the mean of the cluster has the eigenvalue 1 + (m − 1)α, the rest 1 − α. */
function decorrelateEvenly(values: Float64Array, rows: readonly number[], alpha: number): void {
  const size = rows.length;
  const mean = rows.reduce((sum, row) => sum + values[row]!, 0) / size;
  const between = mean / Math.sqrt(1 + (size - 1) * alpha);
  const within = 1 / Math.sqrt(1 - alpha);
  for (const row of rows) values[row] = (values[row]! - mean) * within + between;
}

/** The triangular root: each row less what the row before it tells. */
function decorrelateNeighbours(values: Float64Array, rows: readonly number[], alpha: number): void {
  const spread = 1 / Math.sqrt(1 - alpha ** 2);
  for (let j = rows.length - 1; j > 0; j--) {
    values[rows[j]!] = (values[rows[j]!]! - alpha * values[rows[j - 1]!]!) * spread;
  }
}
