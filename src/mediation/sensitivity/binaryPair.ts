import type { GeneralizedLinearFit } from "../../_models/glm.ts";
import { mean } from "../../_numeric/describe.ts";
import { bivariateNormalLower, normalDensity, normalLower } from "../../_numeric/distributions/index.ts";
import { innerProduct, type Matrix } from "../../_numeric/matrix.ts";
import { conditionalProbit, conditionalScore } from "./conditionalProbit.ts";
import { estimatingCovariance, predictorInto, standardErrors } from "./estimatingEquations.ts";
import {
  covariatePart,
  type ErrorCorrelationKernel,
  effectsOfMeans,
  exposurePart,
  firstCovariate,
  type JointAnalysis,
  slopeAt,
} from "./jointAnalysis.ts";
import { fitProbit, latentRSquared } from "./marginalFits.ts";
import { truncatedError } from "./truncatedError.ts";

/**
 * Mediator and outcome both binary, with correlated latent errors: the outcome's coefficients maximise its likelihood given the
 * mediator, P(Y = 1 | M = 1) = Φ₂(index, latent; ρ)/Φ(latent), the mediator's probit model being fitted alone.
 */
export function binaryPair(joint: JointAnalysis, mediatorFit: GeneralizedLinearFit): ErrorCorrelationKernel {
  const { rows, mediatorDesign, outcomeDesign, mediator, outcome } = joint;
  const p = mediatorDesign.columns;
  const q = outcomeDesign.columns;
  const plain = fitProbit(outcomeDesign, outcome, joint.outcomeName);
  const units = Float64Array.from([
    ...standardErrors(mediatorFit.covariance, 1),
    ...standardErrors(plain.covariance, 1),
  ]);
  const predictor = new Float64Array(rows);
  const index = new Float64Array(rows);
  const [byLatent, byIndex, byPresent] = [new Float64Array(rows), new Float64Array(rows), new Float64Array(rows)];
  const equations = (theta: Float64Array, rho: number, out: Matrix) => {
    predictorInto(mediatorDesign, theta, 0, predictor);
    predictorInto(outcomeDesign, theta, p, index);
    for (let i = 0; i < rows; i++) {
      const present = mediator[i] === 1;
      const first = truncatedError(predictor[i]!, present).mean;
      const second = conditionalScore(index[i]!, outcome[i] === 1, predictor[i]!, present, rho).score;
      for (let j = 0; j < p; j++) out.data[j * rows + i] = first * mediatorDesign.data[j * rows + i]!;
      for (let j = 0; j < q; j++) out.data[(p + j) * rows + i] = second * outcomeDesign.data[j * rows + i]!;
    }
  };
  return {
    mediatorRSquared: latentRSquared(mediatorFit.linearPredictor),
    outcomeRSquared: latentRSquared(plain.linearPredictor),
    at(rho) {
      const beta = conditionalProbit(joint, mediatorFit.linearPredictor, rho, plain.coefficients);
      const parameters = Float64Array.from([...mediatorFit.coefficients, ...beta]);
      return {
        parameters,
        covariance: estimatingCovariance(parameters, units, rows, joint.clusters, (t, out) => equations(t, rho, out)),
      };
    },
    effects(theta, rho) {
      parts(theta);
      const mean = (t: Float64Array, m: Float64Array) => {
        const mediatorAt = exposurePart(theta, 1, m);
        const exposed = exposurePart(theta, p + 1, t);
        const slope = slopeAt(joint, theta, p, t);
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          const latent = predictor[i]! + mediatorAt;
          const without = index[i]! + exposed;
          sum += bivariateNormalLower(without + slope, latent, rho) + bivariateNormalLower(without, -latent, -rho);
        }
        return sum / rows;
      };
      const { from, to } = joint;
      return effectsOfMeans(mean(to, to), mean(to, from), mean(from, to), mean(from, from));
    },
    gradients(theta, rho) {
      parts(theta);
      const spread = Math.sqrt((1 - rho) * (1 + rho));
      const gradient = (t: Float64Array, m: Float64Array) => {
        const mediatorAt = exposurePart(theta, 1, m);
        const exposed = exposurePart(theta, p + 1, t);
        const slope = slopeAt(joint, theta, p, t);
        for (let i = 0; i < rows; i++) {
          const latent = predictor[i]! + mediatorAt;
          const without = index[i]! + exposed;
          const present = without + slope;
          byPresent[i] = normalDensity(present) * normalLower((latent - rho * present) / spread);
          byIndex[i] = byPresent[i]! + normalDensity(without) * normalLower((rho * without - latent) / spread);
          const gained =
            normalLower((present - rho * latent) / spread) - normalLower((without - rho * latent) / spread);
          byLatent[i] = normalDensity(latent) * gained;
        }
        return [...chained(mediatorDesign, byLatent, m, null), ...chained(outcomeDesign, byIndex, t, byPresent)];
      };
      const { from, to } = joint;
      const [both, exposure, mediatorOnly, neither] = [
        gradient(to, to),
        gradient(to, from),
        gradient(from, to),
        gradient(from, from),
      ];
      return both.map((value, j) => effectsOfMeans(value, exposure[j]!, mediatorOnly[j]!, neither[j]!));
    },
  };

  function parts(theta: Float64Array): void {
    covariatePart(mediatorDesign, theta, 0, firstCovariate(joint, "mediator"), predictor);
    covariatePart(outcomeDesign, theta, p, firstCovariate(joint, "outcome"), index);
  }

  /** Derivatives of a mean by the coefficients of a design, from those by its rows' predictors. */
  function chained(design: Matrix, by: Float64Array, at: Float64Array, byMediator: Float64Array | null): number[] {
    const whole = mean(by);
    const through = byMediator === null ? 0 : mean(byMediator);
    const exposed = Array.from(at, (value) => whole * value);
    const products = joint.interaction ? Array.from(at, (value) => through * value) : [];
    const found = [whole, ...exposed, ...(byMediator === null ? [] : [through, ...products])];
    for (let j = found.length; j < design.columns; j++)
      found.push(innerProduct(design.data, j * rows, by, 0, rows) / rows);
    return found;
  }
}
