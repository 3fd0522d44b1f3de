import { fitGeneralizedLinear, type GeneralizedLinearFit } from "../../_models/glm.ts";
import type { LinearFit } from "../../_models/linear.ts";
import { variance } from "../../_numeric/describe.ts";
import type { Matrix } from "../../_numeric/matrix.ts";
import { KithpathError } from "../../errors.ts";

export function refuseDependent(aliased: readonly number[], response: string): void {
  if (aliased.length === 0) return;
  throw new KithpathError(
    "collinear",
    `sensitivityToErrorCorrelation: the columns of the model of "${response}" are collinear`,
    {
      expected: "columns that each add something",
      where: { column: response },
      remedy: "Leave out a covariate that the others determine.",
    },
  );
}

/** Probit regression. Errors: "collinear", "separation". */
export function fitProbit(design: Matrix, response: Float64Array, name: string): GeneralizedLinearFit {
  const fit = fitGeneralizedLinear(design, response, { family: "binomial", link: "probit" });
  refuseDependent(fit.aliased, name);
  if (fit.separation === null && fit.converged) return fit;
  throw new KithpathError("separation", `"${name}" is predicted without error: its model has no finite coefficients`, {
    expected: "people with and without it at every combination the model tells apart",
    where: { column: name },
    remedy: "Use fewer covariates, merge rare categories, or leave out the exposure-mediator interaction.",
  });
}

export function linearRSquared(fit: LinearFit, response: Float64Array): number {
  return 1 - fit.residualSumOfSquares / ((response.length - 1) * variance(response));
}

/** Of the latent variable of a probit model: variance of the predictor against it plus 1 (McKelvey & Zavoina 1975). */
export function latentRSquared(predictor: Float64Array): number {
  const explained = variance(predictor);
  return explained / (explained + 1);
}
