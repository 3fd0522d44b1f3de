import { randomStream } from "../_numeric/random.ts";
import type { ResamplingOptions } from "../estimate.ts";
import type { Draws } from "./draws.ts";
import type { Estimator } from "./estimator.ts";
import { completePace } from "./pacing.ts";
import { collect, type StoppingRule } from "./stopping.ts";
import { drawCounts, drawDirichlet } from "./weights.ts";

export interface BootstrapOptions extends ResamplingOptions {
  /**
   * "multinomial" (the default): units are drawn with replacement (Efron 1979). "dirichlet": every unit keeps a positive
   * weight (the Bayesian bootstrap, Rubin 1981), so that small groups never vanish from a draw.
   */
  readonly weighting?: "multinomial" | "dirichlet";
  /** Draws on, in blocks of `draws`, until the limits are stable. */
  readonly until?: StoppingRule;
}

/**
 * Repeats an analysis with random case weights. Draw i uses the random stream (seed, i) and nothing else, so that the
 * first thousand of five thousand draws are the thousand draws.
 *
 * Errors: `invalid-option`, `aborted`, `too-many-failed-draws` (more than half could not be estimated).
 */
export async function bootstrap(estimator: Estimator, o: BootstrapOptions): Promise<Draws> {
  const pace = completePace(o);
  const fill = o.weighting === "dirichlet" ? drawDirichlet : drawCounts;
  const stream = randomStream(pace.seed, 0);
  const weights = new Float64Array(estimator.units);
  return collect({
    scheme: o.weighting === "dirichlet" ? "Bayesian bootstrap" : "bootstrap",
    names: estimator.names,
    pace,
    until: o.until,
    draw(index, out) {
      stream.restart(pace.seed, index);
      fill(stream, weights);
      estimator.estimate(weights, out);
    },
  });
}

/** The analysis of the data as they are: every weight 1. */
export function pointEstimate(estimator: Estimator): Float64Array {
  const out = new Float64Array(estimator.names.length);
  estimator.estimate(new Float64Array(estimator.units).fill(1), out);
  return out;
}
