import type { Draws } from "../_inference/draws.ts";
import { monteCarlo } from "../_inference/monteCarlo.ts";
import type { Clusters } from "../_models/covariance.ts";
import type { ResamplingOptions } from "../estimate.ts";
import { coefficientLaw, splitLaw } from "./coefficientLaw.ts";
import type { EffectsKernel } from "./linearEffects.ts";
import { emptyParameters, type Parameters, type Problem } from "./problem.ts";

/** Effects of coefficients drawn from their normal approximation; the mediators' residual variance and the people stay as they are. */
export async function drawCoefficients(
  problem: Problem,
  parameters: Parameters,
  clusters: Clusters | null,
  effects: EffectsKernel,
  names: readonly string[],
  pace: ResamplingOptions,
): Promise<Draws> {
  const law = coefficientLaw(problem, parameters, clusters);
  const drawn = emptyParameters(problem);
  drawn.sigma.set(parameters.sigma);
  drawn.means.set(parameters.means);
  const everyone = new Float64Array(problem.rows).fill(1);
  const active = Int32Array.from({ length: problem.rows }, (_, row) => row);
  return monteCarlo({
    ...pace,
    ...law,
    names,
    transform(values, out) {
      splitLaw(problem, values, drawn);
      effects.write(drawn, everyone, active, problem.rows, out);
    },
  });
}
