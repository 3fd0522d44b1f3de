import type { GeneralizedLinearFit } from "../../_models/glm.ts";
import { fitLinear } from "../../_models/linear.ts";
import { normalLower } from "../../_numeric/distributions/index.ts";
import type { Matrix } from "../../_numeric/matrix.ts";
import { binaryPair } from "./binaryPair.ts";
import { estimatingCovariance, predictorInto, standardErrors } from "./estimatingEquations.ts";
import {
  covariatePart,
  type ErrorCorrelationKernel,
  exposurePart,
  firstCovariate,
  type JointAnalysis,
  slopeAt,
} from "./jointAnalysis.ts";
import { fitProbit, latentRSquared, linearRSquared, refuseDependent } from "./marginalFits.ts";
import { truncatedError } from "./truncatedError.ts";

/**
 * A binary mediator, present where a latent normal variable is positive. Its probit model is fitted alone, whatever ρ; the
 * outcome's model then takes the mean of the outcome's error given the mediator into account.
 */
export function binaryMediator(joint: JointAnalysis, link: "identity" | "probit"): ErrorCorrelationKernel {
  const mediatorFit = fitProbit(joint.mediatorDesign, joint.mediator, joint.mediatorName);
  return link === "identity" ? linearOutcome(joint, mediatorFit) : binaryPair(joint, mediatorFit);
}

function linearOutcome(joint: JointAnalysis, mediatorFit: GeneralizedLinearFit): ErrorCorrelationKernel {
  const { rows, mediatorDesign, outcomeDesign, mediator, outcome } = joint;
  const p = mediatorDesign.columns;
  const q = outcomeDesign.columns;
  const dfShare = (rows - q) / rows;
  const plain = fitLinear(outcomeDesign, outcome);
  refuseDependent(plain.aliased, joint.outcomeName);
  const control = new Float64Array(rows);
  let lost = 0;
  for (let i = 0; i < rows; i++) {
    const error = truncatedError(mediatorFit.linearPredictor[i]!, mediator[i] === 1);
    control[i] = error.mean;
    lost += error.lost;
  }
  const controlFit = fitLinear(outcomeDesign, control);
  let crossed = 0;
  for (let i = 0; i < rows; i++) crossed += plain.residuals[i]! * controlFit.residuals[i]!;

  const units = Float64Array.from([
    ...standardErrors(mediatorFit.covariance, 1),
    ...standardErrors(plain.crossInverse, plain.residualVariance),
    Math.sqrt(plain.residualVariance / (2 * rows)),
  ]);
  const predictor = new Float64Array(rows);
  const fitted = new Float64Array(rows);
  const equations = (theta: Float64Array, rho: number, out: Matrix) => {
    const sigma = theta[p + q]!;
    predictorInto(mediatorDesign, theta, 0, predictor);
    predictorInto(outcomeDesign, theta, p, fitted);
    for (let i = 0; i < rows; i++) {
      const error = truncatedError(predictor[i]!, mediator[i] === 1);
      const left = outcome[i]! - fitted[i]! - rho * sigma * error.mean;
      for (let j = 0; j < p; j++) out.data[j * rows + i] = error.mean * mediatorDesign.data[j * rows + i]!;
      for (let j = 0; j < q; j++) out.data[(p + j) * rows + i] = left * outcomeDesign.data[j * rows + i]!;
      out.data[(p + q) * rows + i] = left * left - dfShare * sigma * sigma * (1 - rho * rho * error.lost);
    }
  };
  return {
    mediatorRSquared: latentRSquared(mediatorFit.linearPredictor),
    outcomeRSquared: linearRSquared(plain, outcome),
    at(rho) {
      // Σ(r_Y − ρσ r_λ)² = σ²(1 − q/n)Σ(1 − ρ²δ) is a quadratic in σ with one positive root.
      const square = dfShare * (rows - rho * rho * lost) - rho * rho * controlFit.residualSumOfSquares;
      const linear = rho * crossed;
      const sigma = (-linear + Math.sqrt(linear * linear + square * plain.residualSumOfSquares)) / square;
      const parameters = Float64Array.from([
        ...mediatorFit.coefficients,
        ...plain.coefficients.map((b, j) => b - rho * sigma * controlFit.coefficients[j]!),
        sigma,
      ]);
      return {
        parameters,
        covariance: estimatingCovariance(parameters, units, rows, joint.clusters, (t, out) => equations(t, rho, out)),
      };
    },
    effects(theta) {
      const { from, to } = joint;
      const share = shareWithMediator(joint, theta, predictor);
      const shareFrom = share(from);
      const shareTo = share(to);
      const exposed = exposurePart(theta, p + 1, to) - exposurePart(theta, p + 1, from);
      const slopeFrom = slopeAt(joint, theta, p, from);
      const slopeTo = slopeAt(joint, theta, p, to);
      const pureDirect = exposed + (slopeTo - slopeFrom) * shareFrom;
      const totalIndirect = slopeTo * (shareTo - shareFrom);
      return Float64Array.of(
        pureDirect + totalIndirect,
        pureDirect,
        totalIndirect,
        exposed + (slopeTo - slopeFrom) * shareTo,
        slopeFrom * (shareTo - shareFrom),
      );
    },
  };
}

/** The share of people with the mediator at an exposure. */
function shareWithMediator(joint: JointAnalysis, theta: Float64Array, room: Float64Array) {
  covariatePart(joint.mediatorDesign, theta, 0, firstCovariate(joint, "mediator"), room);
  return (at: Float64Array) => {
    const exposed = exposurePart(theta, 1, at);
    let sum = 0;
    for (let i = 0; i < joint.rows; i++) sum += normalLower(room[i]! + exposed);
    return sum / joint.rows;
  };
}
