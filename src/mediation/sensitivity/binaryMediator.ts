import type { GeneralizedLinearFit } from "../../_models/glm.ts";
import { fitLinear } from "../../_models/linear.ts";
import { bivariateNormalLower, normalDensity, normalLower } from "../../_numeric/distributions/index.ts";
import type { Matrix } from "../../_numeric/matrix.ts";
import { conditionalProbit, conditionalScore } from "./conditionalProbit.ts";
import { estimatingCovariance } from "./estimatingEquations.ts";
import {
  covariatePart,
  type ErrorCorrelationKernel,
  effectsOfMeans,
  exposurePart,
  firstCovariate,
  type JointAnalysis,
  slopeAt,
} from "./jointAnalysis.ts";
import { fitProbit, latentRSquared, linearRSquared, refuseDependent } from "./marginalFits.ts";

/**
 * A binary mediator, present where a latent normal variable is positive. Its probit model is fitted alone, whatever ρ; the
 * outcome's model then takes the mean of the outcome's error given the mediator into account.
 */
export function binaryMediator(joint: JointAnalysis, link: "identity" | "probit"): ErrorCorrelationKernel {
  const mediatorFit = fitProbit(joint.mediatorDesign, joint.mediator, joint.mediatorName);
  return link === "identity" ? linearOutcome(joint, mediatorFit) : probitOutcome(joint, mediatorFit);
}

/** E[e_M | M] and 1 − Var(e_M | M) of the latent error, given the predictor (Heckman 1979). */
export function truncatedError(predictor: number, present: boolean): { mean: number; lost: number } {
  const signed = present ? predictor : -predictor;
  const mills = Math.exp(normalDensity(signed, true) - normalLower(signed, true));
  const mean = present ? mills : -mills;
  return { mean, lost: mean * (mean + predictor) };
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
    productInto(mediatorDesign, theta, 0, predictor);
    productInto(outcomeDesign, theta, p, fitted);
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

function probitOutcome(joint: JointAnalysis, mediatorFit: GeneralizedLinearFit): ErrorCorrelationKernel {
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
  const equations = (theta: Float64Array, rho: number, out: Matrix) => {
    productInto(mediatorDesign, theta, 0, predictor);
    productInto(outcomeDesign, theta, p, index);
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
      covariatePart(mediatorDesign, theta, 0, firstCovariate(joint, "mediator"), predictor);
      covariatePart(outcomeDesign, theta, p, firstCovariate(joint, "outcome"), index);
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

function standardErrors(covariance: Matrix, factor: number): Float64Array {
  return Float64Array.from({ length: covariance.rows }, (_, j) =>
    Math.sqrt(factor * covariance.data[j * covariance.rows + j]!),
  );
}

function productInto(design: Matrix, theta: Float64Array, first: number, into: Float64Array): void {
  covariatePart(design, theta, first, 1, into);
}
