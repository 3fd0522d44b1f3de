import type { Draws } from "../_inference/draws.ts";
import { type MonteCarloOptions, monteCarlo } from "../_inference/monteCarlo.ts";
import type { Analysis } from "./analysis.ts";
import { deltaErrors } from "./system/delta.ts";
import { type ParameterLaw, parameterLaw } from "./system/parameterLaw.ts";

/** The system at the fit of everybody's weights, and the normal law of its parameters. Error: "not-supported". */
export function parametersOf({ asked, raw, clusters, system: build }: Analysis) {
  const { system, estimator } = build();
  const everyone = new Float64Array(system.rows).fill(1);
  const out = new Float64Array(estimator.names.length);
  estimator.estimate(everyone, out);
  const weights = raw.weights ?? everyone;
  const kind = raw.weights === null ? asked.covariance : "robust";
  const law = parameterLaw(system, estimator.equations, weights, kind, clusters);
  const active = Int32Array.from({ length: system.rows }, (_, row) => row).filter((row) => weights[row]! > 0);
  return { law, system, estimator, weights, active };
}

/** Effects as a function of all parameters, and the normal law of these; the error variances and the people stay as they are. */
function parametric(analysis: Analysis): {
  law: ParameterLaw;
  names: readonly string[];
  transform: (parameters: Float64Array, out: Float64Array) => void;
} {
  const { law, estimator, weights, active } = parametersOf(analysis);
  return {
    law,
    names: estimator.names,
    transform(parameters, into) {
      law.place(parameters);
      estimator.standardise(weights, active, active.length, false, into);
    },
  };
}

/** Effects of parameters drawn from their normal approximation. */
export async function drawParameters(
  analysis: Analysis,
  pace: Pick<MonteCarloOptions, "draws" | "seed" | "signal" | "onProgress" | "until">,
): Promise<Draws> {
  const { law, names, transform } = parametric(analysis);
  return monteCarlo({ ...pace, mean: law.mean, covariance: law.covariance, names, transform });
}

/** First-order standard errors of all effects. */
export function deltaOf(analysis: Analysis): Float64Array {
  const { law, names, transform } = parametric(analysis);
  return deltaErrors(law, names.length, transform);
}
