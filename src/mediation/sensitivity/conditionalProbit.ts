import { bivariateNormalLower, normalDensity, normalLower } from "../../_numeric/distributions/index.ts";
import { leastSquares } from "../../_numeric/leastSquares.ts";
import { KithpathError } from "../../errors.ts";
import type { JointAnalysis } from "./jointAnalysis.ts";

const mostSteps = 60;

/**
 * Log-likelihood of a binary outcome given the mediator, P(Y = 1 | M = 1) = Φ₂(index, latent; ρ)/Φ(latent), with its
 * derivative by the outcome's index and the expected information.
 */
export function conditionalScore(
  index: number,
  happened: boolean,
  latent: number,
  present: boolean,
  rho: number,
): { logLikelihood: number; score: number; information: number } {
  const side = present ? 1 : -1;
  const way = happened ? 1 : -1;
  const known = normalLower(side * latent);
  const chance = bivariateNormalLower(way * index, side * latent, way * side * rho) / known;
  const found = Math.min(1, Math.max(chance, Number.MIN_VALUE));
  const spread = Math.sqrt((1 - rho) * (1 + rho));
  const slope = (normalDensity(index) * normalLower((side * (latent - rho * index)) / spread)) / known;
  return {
    logLikelihood: Math.log(found),
    score: (way * slope) / found,
    information: (slope * slope) / Math.max(found * (1 - found), smallestVariance),
  };
}

/** Below it 1 − probability is rounding. */
const smallestVariance = 1e-15;

/** The outcome's coefficients at ρ, the mediator's model given: a concave likelihood, climbed by Fisher scoring. Error: "no-convergence". */
export function conditionalProbit(
  joint: JointAnalysis,
  latent: Float64Array,
  rho: number,
  start: Float64Array,
): Float64Array {
  const { rows, outcomeDesign: design, mediator, outcome } = joint;
  const working = new Float64Array(rows);
  const weights = new Float64Array(rows);
  const stateAt = (beta: Float64Array) => {
    let logLikelihood = 0;
    for (let i = 0; i < rows; i++) {
      let index = 0;
      for (let j = 0; j < design.columns; j++) index += beta[j]! * design.data[j * rows + i]!;
      const at = conditionalScore(index, outcome[i] === 1, latent[i]!, mediator[i] === 1, rho);
      logLikelihood += at.logLikelihood;
      weights[i] = at.information;
      working[i] = at.information > 0 ? at.score / at.information : 0;
    }
    return logLikelihood;
  };
  let beta = Float64Array.from(start);
  let reached = stateAt(beta);
  for (let step = 0; step < mostSteps; step++) {
    const { coefficients: direction, fitted } = leastSquares(design, working, weights);
    const gain = fitted.reduce((sum, value, i) => sum + weights[i]! * value * value, 0);
    if (!Number.isFinite(gain)) break;
    if (gain < 1e-20 * rows) return beta;
    let length = 1;
    for (;;) {
      const next = beta.map((value, j) => value + length * direction[j]!);
      const found = stateAt(next);
      if (found >= reached - 1e-12 * Math.abs(reached)) {
        beta = next;
        reached = found;
        break;
      }
      length /= 2;
      if (length < 1e-6) return gain < 1e-12 * rows ? beta : noConvergence(rho);
    }
  }
  return noConvergence(rho);
}

function noConvergence(rho: number): never {
  throw new KithpathError("no-convergence", `sensitivityToErrorCorrelation: no finite coefficients at rho = ${rho}`, {
    expected: "an outcome model with finite coefficients",
    remedy: "Ask for correlations nearer to 0, or use fewer covariates.",
  });
}
