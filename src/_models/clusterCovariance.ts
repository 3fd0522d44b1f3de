import { columnOfMatrix, innerProduct, type Matrix, matrix, transposeTimes } from "../_numeric/matrix.ts";
import { adjustedRows } from "./biasReduction.ts";
import type { LinearFit } from "./linear.ts";
import { type CoefficientCovariance, sandwich } from "./sandwich.ts";
import { satterthwaite } from "./satterthwaite.ts";

/** A code from 0 to count − 1 per row. */
export interface Clusters {
  readonly codes: Int32Array;
  readonly count: number;
}

/**
 * Cluster-robust covariance (Liang & Zeger 1986) of a full-rank fit. With G clusters, N rows and p coefficients: CR0 no
 * correction, CR1 × G/(G−1), CR1S × G(N−1)/((G−1)(N−p)), all with df G − 1; CR2 bias-reduced linearisation under the
 * identity working model with Satterthwaite df per coefficient (Bell & McCaffrey 2002; Pustejovsky & Tipton 2018).
 * Rows with zero weight, and clusters that hold no other, do not count.
 */
export function clusterCovariance(
  fit: LinearFit,
  type: "CR0" | "CR1" | "CR1S" | "CR2",
  clusters: Clusters,
  weights?: Float64Array,
): CoefficientCovariance {
  const members = membersOf(clusters, weights);
  const count = members.length;
  const scores = matrix(count, fit.rank);
  const kernel = kernelOf(fit, weights);
  const exact: Float64Array[] = [];
  const freedom = satterthwaite(fit.rootInverse, kernel);
  members.forEach((rows, cluster) => {
    const { z, weightedZ, residuals } = partOf(fit, rows, weights);
    const { adjusted, fitted } = adjustedRows(z, weightedZ, kernel);
    exact.push(...fitted);
    const working = type === "CR2" ? adjusted : weightedZ;
    if (type === "CR2") freedom.add(z, weightedZ, working);
    for (let k = 0; k < fit.rank; k++) {
      scores.data[k * count + cluster] = innerProduct(working.data, k * z.rows, residuals, 0, z.rows);
    }
  });
  const covariance = sandwich(fit.rootInverse, scores);
  const unseen = restingOn(exact, fit.rootInverse);
  if (type === "CR2") return { covariance, df: freedom.df(), unseen };
  const correction = correctionOf(type, count, fit);
  for (let k = 0; k < covariance.data.length; k++) covariance.data[k]! *= correction;
  return { covariance, df: new Float64Array(fit.rootInverse.rows).fill(count - 1), unseen };
}

/** A share of a coefficient's weight this small in directions fitted exactly is rounding. */
const rounding = 1e-8;

/** The coefficients whose row of R⁻¹ has a part in one of the directions. */
export function restingOn(exact: readonly Float64Array[], rootInverse: Matrix): number[] {
  return Array.from({ length: rootInverse.rows }, (_, c) => c).filter((c) => {
    const row = Float64Array.from(
      { length: rootInverse.columns },
      (_, k) => rootInverse.data[k * rootInverse.rows + c]!,
    );
    const length = Math.hypot(...row);
    return exact.some((direction) => {
      const share = innerProduct(direction, 0, row, 0, row.length) / length;
      return Math.abs(share) > rounding * Math.hypot(...direction);
    });
  });
}

function correctionOf(type: "CR0" | "CR1" | "CR1S", count: number, fit: LinearFit): number {
  if (type === "CR0") return 1;
  if (type === "CR1") return count / (count - 1);
  return (count * (fit.observations - 1)) / ((count - 1) * fit.dfResidual);
}

/** The rows of each cluster that have a weight. */
export function membersOf(clusters: Clusters, weights: Float64Array | undefined): number[][] {
  const members: number[][] = Array.from({ length: clusters.count }, () => []);
  clusters.codes.forEach((code, row) => {
    if (weights === undefined || weights[row]! > 0) members[code]!.push(row);
  });
  return members.filter((rows) => rows.length > 0);
}

/** One cluster's rows of Z = XR⁻¹ (Z′WZ = I), of WZ, and its residuals. */
interface Part {
  readonly z: Matrix;
  readonly weightedZ: Matrix;
  readonly residuals: Float64Array;
}

function partOf(fit: LinearFit, rows: readonly number[], weights: Float64Array | undefined): Part {
  const size = rows.length;
  const z = matrix(size, fit.rank);
  const weightedZ = weights === undefined ? z : matrix(size, fit.rank);
  for (let k = 0; k < fit.rank; k++) {
    const column = columnOfMatrix(fit.orthogonal, k);
    for (let i = 0; i < size; i++) {
      const root = weights === undefined ? 1 : Math.sqrt(weights[rows[i]!]!);
      z.data[k * size + i] = column[rows[i]!]! / root;
      weightedZ.data[k * size + i] = column[rows[i]!]! * root;
    }
  }
  return { z, weightedZ, residuals: Float64Array.from(rows, (row) => fit.residuals[row]!) };
}

/** Z′W²Z, which is I where all weights are 1. */
function kernelOf(fit: LinearFit, weights: Float64Array | undefined): Matrix {
  const scaled = { ...fit.orthogonal, data: Float64Array.from(fit.orthogonal.data) };
  if (weights !== undefined) {
    for (let k = 0; k < fit.rank; k++) {
      const column = columnOfMatrix(scaled, k);
      for (let i = 0; i < column.length; i++) column[i]! *= Math.sqrt(weights[i]!);
    }
  }
  return transposeTimes(scaled, scaled);
}
