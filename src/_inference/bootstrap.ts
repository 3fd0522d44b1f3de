import { randomStream } from "../_numeric/random.ts";
import type { ResamplingOptions } from "../estimate.ts";
import { collectDraws, type Draws } from "./draws.ts";
import type { Estimator } from "./estimator.ts";
import { completePace, runPaced } from "./pacing.ts";
import { drawCounts, drawDirichlet } from "./weights.ts";

export interface BootstrapOptions extends ResamplingOptions {
  /**
   * "multinomial" (the default): units are drawn with replacement (Efron 1979). "dirichlet": every unit keeps a positive
   * weight (the Bayesian bootstrap, Rubin 1981), so that small groups never vanish from a draw.
   */
  readonly weighting?: "multinomial" | "dirichlet";
}

/**
 * Repeats an analysis with random case weights. Draw i uses the random stream (seed, i) and nothing else, so that the
 * first thousand of five thousand draws are the thousand draws.
 *
 * Errors: `invalid-option`, `aborted`, `too-many-failed-draws` (more than half could not be estimated).
 */
export async function bootstrap(estimator: Estimator, o: BootstrapOptions): Promise<Draws> {
  const pace = completePace(o);
  const width = estimator.names.length;
  const fill = o.weighting === "dirichlet" ? drawDirichlet : drawCounts;
  const stream = randomStream(pace.seed, 0);
  const weights = new Float64Array(estimator.units);
  const out = new Float64Array(width);
  const values = new Float64Array(pace.draws * width);
  let used = 0;
  await runPaced(pace, (draw) => {
    stream.restart(pace.seed, draw);
    fill(stream, weights);
    estimator.estimate(weights, out);
    if (out.every(Number.isFinite)) {
      values.set(out, used * width);
      used++;
    }
  });
  return collectDraws({
    scheme: o.weighting === "dirichlet" ? "Bayesian bootstrap" : "bootstrap",
    names: estimator.names,
    values,
    requested: pace.draws,
    used,
    seed: pace.seed,
  });
}

/** The analysis of the data as they are: every weight 1. */
export function pointEstimate(estimator: Estimator): Float64Array {
  const out = new Float64Array(estimator.names.length);
  estimator.estimate(new Float64Array(estimator.units).fill(1), out);
  return out;
}
