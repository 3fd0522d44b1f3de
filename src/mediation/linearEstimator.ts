import type { Estimator } from "../_inference/estimator.ts";
import { activeRows, carriedCoefficients, choleskyInPlace, subBlock, weightedCross } from "./crossProduct.ts";
import { type EffectPlan, keyName } from "./effectPlan.ts";
import { linearMeans } from "./linearMeans.ts";
import { MediatorModels } from "./mediatorModels.ts";
import { emptyParameters, type Problem } from "./problem.ts";
import { regimesOf } from "./system/regimes.ts";

/** All models linear and mediators parallel: the cross-product of the outcome design answers them all, and no model is fitted row by row. */
export function linearEstimator(problem: Problem, plan: EffectPlan): Estimator {
  const { outcomeDesign, mediatorDesign, outcomeSize: r, rows } = problem;
  const active = new Int32Array(rows);
  const cross = new Float64Array(outcomeDesign.stride ** 2);
  const mediatorCross = problem.sameCovariates ? cross : new Float64Array(mediatorDesign.stride ** 2);
  const models = problem.sameCovariates
    ? new MediatorModels(problem, outcomeDesign, problem.firstMediator)
    : new MediatorModels(problem, mediatorDesign, problem.mediatorSize);
  const index = Int32Array.from({ length: r + 1 }, (_, j) => j);
  const block = new Float64Array((r + 1) ** 2);
  const parameters = emptyParameters(problem);
  const regimes = regimesOf(problem.mediators, false);
  const writeMeans = linearMeans(problem, regimes);
  const means = new Float64Array(regimes.all.length + 2);
  return {
    names: plan.keys.map(keyName),
    units: rows,
    estimate(weights, out) {
      const count = activeRows(weights, active);
      weightedCross(outcomeDesign, weights, active, count, cross);
      if (!problem.sameCovariates) weightedCross(mediatorDesign, weights, active, count, mediatorCross);
      subBlock(cross, outcomeDesign.stride, index, block);
      if (!models.fit(mediatorCross, cross[0]!, parameters) || !choleskyInPlace(block, r + 1, r)) {
        out.fill(Number.NaN);
        return;
      }
      carriedCoefficients(block, r + 1, r, r, parameters.beta, 0);
      writeMeans(parameters, means);
      plan.write(means, out);
    },
  };
}
