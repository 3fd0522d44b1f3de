import type { Estimator } from "./estimator.ts";

/** Which cluster each row belongs to: codes from 0 to count − 1. */
export interface Clusters {
  readonly codes: Int32Array;
  readonly count: number;
}

/** An analysis of rows as an analysis of whole clusters: a cluster's weight is the weight of each of its rows. */
export function clusterEstimator(inner: Estimator, clusters: Clusters): Estimator {
  const { codes, count } = clusters;
  const rowWeights = new Float64Array(inner.units);
  return {
    names: inner.names,
    units: count,
    estimate(weights, out) {
      for (let row = 0; row < rowWeights.length; row++) rowWeights[row] = weights[codes[row]!]!;
      inner.estimate(rowWeights, out);
    },
  };
}
