import type { Draws } from "../../src/_inference/draws.ts";
import type { Estimator } from "../../src/_inference/estimator.ts";

/** The weighted mean, and the weighted mean of squares. */
export function meanEstimator(values: number[]): Estimator {
  return {
    names: ["mean", "mean square"],
    units: values.length,
    estimate(weights, out) {
      let total = 0;
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < values.length; i++) {
        total += weights[i]!;
        sum += weights[i]! * values[i]!;
        squares += weights[i]! * values[i]! ** 2;
      }
      out[0] = sum / total;
      out[1] = squares / total;
    },
  };
}

/** Draws of one quantity, as given. */
export function drawsOf(values: number[], requested = values.length): Draws {
  return {
    scheme: "bootstrap",
    names: ["x"],
    values: Float64Array.from(values),
    requested,
    used: values.length,
    failed: requested - values.length,
    seed: 1,
  };
}
