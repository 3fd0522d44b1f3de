import type { GeneralizedLinearFit } from "../../_models/glm.ts";
import { fitLinear, type LinearFit } from "../../_models/linear.ts";
import { normalLower } from "../../_numeric/distributions/index.ts";
import { fromColumns, type Matrix } from "../../_numeric/matrix.ts";
import { blockDiagonal, influenceCovariance, scaled, squareOf } from "./influence.ts";
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
 * How the variances of the errors count: "estimated" with the rest; or "seemingly-unrelated", as known numbers with divisor n − 1, the
 * limits of Imai, Keele & Yamamoto (2010).
 */
export type DeviationsCount = "estimated" | "seemingly-unrelated";

/**
 * A continuous mediator. Given the mediator's error, the outcome's error has mean ρ(σ_Y/σ_M)e_M: the ordinary regressions
 * of mediator and of outcome on mediator hold everything, and the coefficients at ρ follow from them in closed form, with
 * interaction too (the fixed point of the iterated feasible generalised least squares of Imai, Keele & Yamamoto 2010).
 */
export function continuousMediator(
  joint: JointAnalysis,
  link: "identity" | "probit",
  count: DeviationsCount,
): ErrorCorrelationKernel {
  const mediatorFit = fitLinear(joint.mediatorDesign, joint.mediator);
  refuseDependent(mediatorFit.aliased, joint.mediatorName);
  return link === "identity" ? linearOutcome(joint, mediatorFit, count) : probitOutcome(joint, mediatorFit);
}

function linearOutcome(joint: JointAnalysis, mediatorFit: LinearFit, count: DeviationsCount): ErrorCorrelationKernel {
  const outcomeFit = fitLinear(joint.outcomeDesign, joint.outcome);
  refuseDependent(outcomeFit.aliased, joint.outcomeName);
  const p = joint.mediatorDesign.columns;
  const beta = p + 1;
  const end = beta + joint.outcomeDesign.columns;
  const half = (fit: LinearFit) => Math.log(fit.residualSumOfSquares / (joint.rows - 1)) / 2;
  const parameters = Float64Array.from([
    ...mediatorFit.coefficients,
    half(mediatorFit),
    ...outcomeFit.coefficients,
    half(outcomeFit),
  ]);
  const fits = [
    { fit: mediatorFit, design: joint.mediatorDesign },
    { fit: outcomeFit, design: joint.outcomeDesign },
  ];
  const covariance =
    joint.clusters !== null && count === "estimated"
      ? influenceCovariance(
          fromColumns(fits.flatMap(({ fit, design }) => linearInfluence(fit, design))),
          joint.clusters,
        )
      : blockDiagonal(fits.flatMap(({ fit }) => linearCovariance(fit, joint.rows, count)));
  return {
    mediatorRSquared: linearRSquared(mediatorFit, joint.mediator),
    outcomeRSquared: linearRSquared(outcomeFit, joint.outcome),
    at: () => ({ parameters, covariance }),
    effects(theta, rho) {
      const { from, to } = joint;
      const k = (rho / Math.sqrt((1 - rho) * (1 + rho))) * Math.exp(theta[end]! - theta[p]!);
      const moved = exposurePart(theta, 1, to) - exposurePart(theta, 1, from);
      const slopeFrom = slopeAt(joint, theta, beta, from) - k;
      const slopeTo = slopeAt(joint, theta, beta, to) - k;
      let held = theta[0]!;
      for (let j = firstCovariate(joint, "mediator"); j < p; j++)
        held += theta[j]! * meanOfColumn(joint.mediatorDesign, j);
      const exposed = exposurePart(theta, beta + 1, to) - exposurePart(theta, beta + 1, from) + k * moved;
      const steeper = slopeTo - slopeFrom;
      const mean = (at: Float64Array) => held + exposurePart(theta, 1, at);
      const pureDirect = exposed + steeper * mean(from);
      const totalDirect = exposed + steeper * mean(to);
      const totalIndirect = moved * slopeTo;
      return Float64Array.of(pureDirect + totalIndirect, pureDirect, totalIndirect, totalDirect, moved * slopeFrom);
    },
  };
}

function probitOutcome(joint: JointAnalysis, mediatorFit: LinearFit): ErrorCorrelationKernel {
  const outcomeFit = fitProbit(joint.outcomeDesign, joint.outcome, joint.outcomeName);
  const { rows } = joint;
  const p = joint.mediatorDesign.columns;
  const beta = p + 1;
  const parameters = Float64Array.from([
    ...mediatorFit.coefficients,
    Math.log(mediatorFit.residualVariance) / 2,
    ...outcomeFit.coefficients,
  ]);
  const covariance =
    joint.clusters === null
      ? blockDiagonal([...linearCovariance(mediatorFit, rows, "estimated"), outcomeFit.covariance])
      : influenceCovariance(
          fromColumns([
            ...linearInfluence(mediatorFit, joint.mediatorDesign),
            ...scoreInfluence(outcomeFit, joint.outcomeDesign),
          ]),
          joint.clusters,
        );
  const mediatorPart = new Float64Array(rows);
  const outcomePart = new Float64Array(rows);
  return {
    mediatorRSquared: linearRSquared(mediatorFit, joint.mediator),
    outcomeRSquared: latentRSquared(outcomeFit.linearPredictor),
    at: () => ({ parameters, covariance }),
    effects(theta, rho) {
      const s = Math.exp(theta[p]!);
      const root = Math.sqrt((1 - rho) * (1 + rho));
      covariatePart(joint.mediatorDesign, theta, 0, firstCovariate(joint, "mediator"), mediatorPart);
      covariatePart(joint.outcomeDesign, theta, beta, firstCovariate(joint, "outcome"), outcomePart);
      const mean = (t: Float64Array, m: Float64Array) => {
        const observedSlope = slopeAt(joint, theta, beta, t);
        const slope = root * observedSlope - rho / s;
        const spread = Math.sqrt(1 + slope * slope * s * s + 2 * rho * slope * s);
        const mediatorAtM = exposurePart(theta, 1, m);
        const exposed = root * exposurePart(theta, beta + 1, t) + (rho / s) * (exposurePart(theta, 1, t) - mediatorAtM);
        let sum = 0;
        for (let i = 0; i < rows; i++) {
          const index = root * (outcomePart[i]! + observedSlope * (mediatorPart[i]! + mediatorAtM)) + exposed;
          sum += normalLower(index / spread);
        }
        return sum / rows;
      };
      const { from, to } = joint;
      return effectsOfMeans(mean(to, to), mean(to, from), mean(from, to), mean(from, from));
    },
  };
}

/** Of the coefficients and of the logarithm of the deviation, whose variance is 1/(2 df) for normal errors. */
function linearCovariance(fit: LinearFit, rows: number, count: DeviationsCount): Matrix[] {
  const known = count === "seemingly-unrelated";
  return [
    scaled(fit.crossInverse, fit.residualSumOfSquares / (known ? rows - 1 : fit.dfResidual)),
    squareOf(known ? 0 : 1 / (2 * fit.dfResidual)),
  ];
}

function linearInfluence(fit: LinearFit, design: Matrix): Float64Array[] {
  const variance = fit.residualSumOfSquares / design.rows;
  return [
    ...rowsTimes(design, fit.crossInverse, fit.residuals),
    fit.residuals.map((e) => ((e * e) / variance - 1) / (2 * design.rows)),
  ];
}

function scoreInfluence(fit: GeneralizedLinearFit, design: Matrix): Float64Array[] {
  return rowsTimes(design, fit.covariance, fit.score);
}

/** The columns of diag(factor)·design·bread. */
function rowsTimes(design: Matrix, bread: Matrix, factor: Float64Array): Float64Array[] {
  return Array.from({ length: design.columns }, (_, k) => {
    const column = new Float64Array(design.rows);
    for (let j = 0; j < design.columns; j++) {
      const weight = bread.data[k * design.columns + j]!;
      for (let i = 0; i < design.rows; i++) column[i]! += weight * design.data[j * design.rows + i]!;
    }
    for (let i = 0; i < design.rows; i++) column[i]! *= factor[i]!;
    return column;
  });
}

function meanOfColumn(design: Matrix, j: number): number {
  let sum = 0;
  for (let i = 0; i < design.rows; i++) sum += design.data[j * design.rows + i]!;
  return sum / design.rows;
}
