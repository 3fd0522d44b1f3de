import { fitAcceleratedFailure } from "../../_models/acceleratedFailure.ts";
import { responseModel } from "../../_models/families.ts";
import { fitResponse } from "../../_models/glm.ts";
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
      return jointEquation(
        design,
        negativeBinomialJointModel(response),
        Float64Array.of(...fit.coefficients, Math.log(fit.theta)),
      );
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
