import type { Estimator } from "../../_inference/estimator.ts";
import { activeRows, carriedCoefficients, choleskyInPlace, subBlock, weightedCross } from "../crossProduct.ts";
import type { EffectPlan } from "../effectPlan.ts";
import { linearMeans } from "../linearMeans.ts";
import { MediatorModels } from "../mediatorModels.ts";
import { emptyParameters, type Problem } from "../problem.ts";
import { regimesOf } from "../system/regimes.ts";

/**
 * Mediation effects of linear models with mediators measured with classical error: the cross-product of the outcome's columns
 * less what the errors add to it, (1 − λ)·s_MM in the mediator's own place and, for its products with exposures e, the same
 * error variance times Σe and Σee′ (Fuller 1987, section 2.2; Carroll et al. 2006, section 5.4). The mediators' own models stay as they are.
 */
export function errorsInVariablesEstimator(problem: Problem, plan: EffectPlan, reliability: Float64Array): Estimator {
  const { outcomeDesign, mediatorDesign, outcomeSize: r, rows } = problem;
  const size = r + 1;
  const active = new Int32Array(rows);
  const cross = new Float64Array(outcomeDesign.stride ** 2);
  const mediatorCross = new Float64Array(mediatorDesign.stride ** 2);
  const models = new MediatorModels(problem, mediatorDesign, problem.mediatorSize);
  const index = Int32Array.from({ length: size }, (_, j) => j);
  const block = new Float64Array(size ** 2);
  const parameters = emptyParameters(problem);
  const regimes = regimesOf(problem.mediators, false);
  const writeMeans = linearMeans(problem, regimes);
  const means = new Float64Array(regimes.all.length + 2);
  return {
    names: plan.keys.map((_, k) => `effect ${k}`),
    units: rows,
    estimate(weights, out) {
      const count = activeRows(weights, active);
      weightedCross(outcomeDesign, weights, active, count, cross);
      weightedCross(mediatorDesign, weights, active, count, mediatorCross);
      subBlock(cross, outcomeDesign.stride, index, block);
      takeErrorsOff(problem, block, reliability);
      if (!models.fit(mediatorCross, cross[0]!, parameters) || !choleskyInPlace(block, size, r)) {
        out.fill(Number.NaN);
        return;
      }
      carriedCoefficients(block, size, r, r, parameters.beta, 0);
      writeMeans(parameters, means);
      plan.write(means, out);
    },
  };
}

/** Lower triangle in place; its first rows are those of 1 and the exposure's columns. */
function takeErrorsOff(problem: Problem, block: Float64Array, reliability: Float64Array): void {
  const { exposures, mediators, firstMediator, interaction, outcomeSize } = problem;
  const size = outcomeSize + 1;
  const total = block[0]!;
  for (let k = 0; k < mediators; k++) {
    const own = firstMediator + k;
    const about = block[own * size + own]! - block[own * size]! ** 2 / total;
    const errorVariance = ((1 - reliability[k]!) * about) / total;
    const products = firstMediator + mediators + k * exposures;
    const depth = interaction ? exposures : 0;
    for (let i = 0; i <= depth; i++) {
      const row = i === 0 ? own : products + i - 1;
      for (let j = 0; j <= i; j++) {
        const column = j === 0 ? own : products + j - 1;
        block[row * size + column]! -= errorVariance * block[i * size + j]!;
      }
    }
  }
}
