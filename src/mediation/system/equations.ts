import { fitAcceleratedFailure } from "../../_models/acceleratedFailure.ts";
import { responseModel } from "../../_models/families.ts";
import { fitResponse } from "../../_models/glm.ts";
import { createRefit } from "../../_models/glmRefit.ts";
import { negativeBinomialJointModel, ordinalJointModel, weibullJointModel } from "../../_models/jointModels.ts";
import { fitNegativeBinomial } from "../../_models/negativeBinomial.ts";
import { fitOrdinal } from "../../_models/ordinal.ts";
import type { Matrix } from "../../_numeric/matrix.ts";
import type { RawVariable } from "../columns.ts";
import { type Equation, generalizedEquation, jointEquation, linearEquation } from "./equation.ts";
import { binaryLaw, countLaw, type DiscreteLaw, ordinalLaw } from "./mediatorLaw.ts";

/** The model of a variable as a function of case weights, started from its full-sample fit. `response` is centred and scaled for a gaussian one. */
export function equationOf(variable: RawVariable, design: Matrix, response: Float64Array): Equation {
  switch (variable.family) {
    case "gaussian":
      return linearEquation(design, response);
    case "ordinal": {
      const levels = variable.levels!.length;
      const fit = fitOrdinal(design, Int32Array.from(response), levels);
      return jointEquation(
        design,
        ordinalJointModel(response, levels),
        Float64Array.of(...fit.coefficients, ...fit.thresholds),
      );
    }
    case "negative-binomial": {
      const fit = fitNegativeBinomial(design, response, {});
      return negativeBinomialEquation(design, response, Float64Array.of(...fit.coefficients, Math.log(fit.theta)));
    }
    case "binomial":
    case "poisson": {
      const link = variable.link === "identity" ? "log" : variable.link;
      const model = responseModel(variable.family, link)!;
      return generalizedEquation(design, response, model, fitResponse(design, response, model, {}).coefficients);
    }
    case "time-to-event":
      throw new RangeError("a time to an event has its own equations");
  }
}

/** log θ of counts that vary no more than Poisson counts: the distributions agree to 12 digits from there on. */
const poissonLogTheta = 30;

/**
 * Coefficients and log θ. Weights (those of a resample) under which the counts vary no more than Poisson counts have their
 * largest likelihood at θ = ∞: the coefficients are then those of the Poisson model.
 */
export function negativeBinomialEquation(design: Matrix, response: Float64Array, start: Float64Array): Equation {
  const joint = jointEquation(design, negativeBinomialJointModel(response), start);
  const coefficients = start.slice(0, design.columns);
  const poisson = createRefit(design, response, responseModel("poisson", "log")!);
  const limit = new Float64Array(design.columns);
  return {
    ...joint,
    fit(weights, active, count) {
      if (joint.fit(weights, active, count)) return true;
      if (!poisson(weights, coefficients, limit)) return false;
      let logTheta = poissonLogTheta;
      if (excessVariance(design, response, weights, limit) > 0) {
        // Close to that limit the likelihood bends so little that Newton's method from afar loses its way.
        const careful = fitNegativeBinomial(design, response, { weights });
        if (!careful.converged && !(careful.theta > 1e8)) return false;
        if (careful.converged) {
          limit.set(careful.coefficients);
          logTheta = Math.log(careful.theta);
        }
      }
      joint.parameters.set(limit);
      joint.parameters[design.columns] = logTheta;
      return true;
    },
  };
}

/** Σw((y − μ)² − y), which has the sign of the likelihood's slope by 1/θ at the Poisson model. */
function excessVariance(
  { rows, columns, data }: Matrix,
  counts: Float64Array,
  weights: Float64Array,
  coefficients: Float64Array,
): number {
  let excess = 0;
  for (let i = 0; i < rows; i++) {
    let eta = 0;
    for (let j = 0; j < columns; j++) eta += data[j * rows + i]! * coefficients[j]!;
    excess += weights[i]! * ((counts[i]! - Math.exp(eta)) ** 2 - counts[i]!);
  }
  return excess;
}

/** Coefficients of the terms, then log σ unless it is fixed at 1. */
export function weibullEquation(
  design: Matrix,
  time: Float64Array,
  event: Float64Array,
  estimateScale: boolean,
): Equation {
  const fit = fitAcceleratedFailure({ design, time, event, estimateScale });
  const shared = estimateScale ? [Math.log(fit.scale)] : [];
  return jointEquation(
    design,
    weibullJointModel(time, event, estimateScale),
    Float64Array.of(...fit.coefficients, ...shared),
  );
}

/** The distribution of a discrete mediator, whose parameters beyond its predictor are those of the equation; `null` for a gaussian one. */
export function lawOf(variable: RawVariable, equation: Equation, terms: number): DiscreteLaw | null {
  switch (variable.family) {
    case "binomial":
      return binaryLaw(variable.link === "probit" ? "probit" : "logit");
    case "poisson":
      return countLaw(null);
    case "negative-binomial":
      return countLaw(equation.parameters.subarray(terms));
    case "ordinal":
      return ordinalLaw(equation.parameters.subarray(terms));
    default:
      return null;
  }
}
