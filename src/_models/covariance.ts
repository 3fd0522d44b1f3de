import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { type Clusters, clusterCovariance } from "./clusterCovariance.ts";
import type { LinearFit } from "./linear.ts";
import { type CoefficientCovariance, sandwich } from "./sandwich.ts";

export type { Clusters } from "./clusterCovariance.ts";
export type { CoefficientCovariance } from "./sandwich.ts";

export type CovarianceType = "classical" | "HC0" | "HC1" | "HC2" | "HC3" | "HC4" | "CR0" | "CR1" | "CR1S" | "CR2";

export interface CovarianceOptions {
  readonly weights?: Float64Array;
  /** Needed by the CR types. */
  readonly clusters?: Clusters;
}

/** A leverage this near 1 leaves no residual; the row then adds nothing, as in a generalised inverse. */
const fullLeverage = 1 - 1e-10;

/**
 * The covariance of a full-rank linear fit: classical σ²(X′WX)⁻¹; HC0 White (1980), HC1 MacKinnon & White (1985),
 * HC2 Horn, Horn & Duncan (1975), HC3 Davidson & MacKinnon (1993), HC4 Cribari-Neto (2004), all with df n − p;
 * the CR types with df of `clusterCovariance`.
 */
export function linearCovariance(
  fit: LinearFit,
  design: Matrix,
  type: CovarianceType,
  options: CovarianceOptions = {},
): CoefficientCovariance {
  if (type === "CR0" || type === "CR1" || type === "CR1S" || type === "CR2") {
    if (options.clusters === undefined) throw new RangeError(`${type} needs clusters`);
    return clusterCovariance(fit, type, options.clusters, options.weights);
  }
  const df = new Float64Array(design.columns).fill(fit.dfResidual);
  if (type === "classical") {
    const covariance = {
      ...fit.crossInverse,
      data: fit.crossInverse.data.map((value) => value * fit.residualVariance),
    };
    return { covariance, df, unseen: [] };
  }
  const scores = matrix(design.rows, design.columns);
  for (let i = 0; i < design.rows; i++) {
    const weight = options.weights?.[i] ?? 1;
    const size = Math.sqrt(weight) * fit.residuals[i]! * leverageFactor(type, fit, fit.leverage[i]!);
    for (let k = 0; k < fit.rank; k++) {
      scores.data[k * design.rows + i] = size * fit.orthogonal.data[k * design.rows + i]!;
    }
  }
  return { covariance: sandwich(fit.rootInverse, scores), df, unseen: [] };
}

/** What a residual is multiplied by. */
function leverageFactor(type: "HC0" | "HC1" | "HC2" | "HC3" | "HC4", fit: LinearFit, leverage: number): number {
  if (type === "HC0") return 1;
  if (type === "HC1") return Math.sqrt(fit.observations / fit.dfResidual);
  if (leverage > fullLeverage) return 0;
  const rest = 1 - leverage;
  if (type === "HC2") return 1 / Math.sqrt(rest);
  if (type === "HC3") return 1 / rest;
  const power = Math.min(4, (leverage * fit.observations) / fit.rank);
  return rest ** (-power / 2);
}
