import { BinaryFit } from "./binaryFit.ts";
import { activeRows, weightedCross } from "./crossProduct.ts";
import { type EffectKey, keyName } from "./effectKeys.ts";
import type { EffectsKernel } from "./linearEffects.ts";
import type { MediationEstimator } from "./linearEstimator.ts";
import { MediatorModels } from "./mediatorModels.ts";
import { emptyParameters, type Problem } from "./problem.ts";

/** Mediators linear, outcome binary: cross-products for the mediators, a few Newton steps from the full-sample fit for the outcome. */
export function binaryEstimator(
  problem: Problem,
  keys: readonly EffectKey[],
  effects: EffectsKernel,
): MediationEstimator {
  const { mediatorDesign, outcomeDesign, outcomeSize, rows, link } = problem;
  if (link === "identity") throw new RangeError("a linear outcome has its own estimator");
  const active = new Int32Array(rows);
  const cross = new Float64Array(mediatorDesign.stride ** 2);
  const models = new MediatorModels(problem, mediatorDesign, problem.mediatorSize);
  const logistic = new BinaryFit(outcomeDesign, outcomeSize, problem.outcome, link);
  const parameters = emptyParameters(problem);
  const start = new Float64Array(outcomeSize);
  const everyone = new Float64Array(rows).fill(1);
  if (!logistic.fit(everyone, active, activeRows(everyone, active), start)) start.fill(0);
  return {
    names: keys.map(keyName),
    units: rows,
    parameters,
    estimate(weights, out) {
      const count = activeRows(weights, active);
      weightedCross(mediatorDesign, weights, active, count, cross);
      parameters.beta.set(start);
      if (!models.fit(cross, cross[0]!, parameters) || !logistic.fit(weights, active, count, parameters.beta)) {
        out.fill(Number.NaN);
        return;
      }
      effects.write(parameters, weights, active, count, out);
    },
  };
}
