/**
 * An analysis as a function of case weights. Written once per analysis; every way of being uncertain is written once
 * against it. `units` are the independent units: people, or clusters where the analysis is clustered.
 */
export interface Estimator {
  /** What is estimated, in order. */
  readonly names: readonly string[];
  readonly units: number;
  /**
   * Refits with these weights (≥ 0, one per unit) and writes one number per name into `out`, without allocating.
   * A refit that is impossible with these weights (an empty arm, a singular matrix) writes NaN in every place.
   */
  estimate(weights: Float64Array, out: Float64Array): void;
}
