import type { Clusters } from "../_models/covariance.ts";
import { fitGeneralizedLinear } from "../_models/glm.ts";
import { refuseCollinear, refuseTooFewRows } from "../_models/namedDesign.ts";
import { normalDensity } from "../_numeric/distributions/index.ts";
import { type Matrix, matrix, multiply } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { coefficientRow, designOf, type FittedModel, type ModelRequest, variance } from "./coefficientTables.ts";

/**
 * Logistic or probit regression with model-based standard errors and z tests; with clusters the CR1 sandwich (Liang & Zeger
 * 1986, times G/(G − 1)) and t tests on G − 1 degrees of freedom. Errors: "too-few-rows", "collinear", "separation".
 */
export function fitBinaryModel(request: ModelRequest, link: "logit" | "probit"): FittedModel {
  const { model, response, columns, clusters, level } = request;
  const n = response.values.length;
  const { names, design } = designOf(columns, n);
  refuseTooFewRows("mediate", n, names.length);
  const fit = fitGeneralizedLinear(design, response.values, { family: "binomial", link });
  refuseCollinear("mediate", fit.aliased, names);
  if (fit.separation !== null || !fit.converged) throw separated(response.name, names, fit.separation?.columns ?? []);
  const residuals = Float64Array.from(response.values, (value, row) => value - fit.fitted[row]!);
  const covariance =
    clusters === null
      ? fit.covariance
      : clusteredCovariance(
          design,
          scoreResiduals(residuals, fit.fitted, fit.linearPredictor, link),
          fit.covariance,
          clusters,
        );
  const df = clusters === null ? null : clusters.count - 1;
  return {
    names,
    coefficients: fit.coefficients,
    covariance,
    df: df === null ? null : new Float64Array(names.length).fill(df),
    residuals,
    table: {
      model,
      response: response.name,
      family: "binomial",
      link,
      n,
      dfResidual: n - names.length,
      covariance: clusters === null ? "classical" : "CR1",
      residualStandardDeviation: null,
      rSquared: null,
      coefficients: names.map((name, j) =>
        coefficientRow(name, fit.coefficients[j]!, variance(covariance, j), df, level),
      ),
    },
  };
}

/** Derivative of the log likelihood by the linear predictor. */
function scoreResiduals(
  residuals: Float64Array,
  fitted: Float64Array,
  predictor: Float64Array,
  link: "logit" | "probit",
): Float64Array {
  if (link === "logit") return residuals;
  return residuals.map((value, row) => {
    const p = fitted[row]!;
    return (value * normalDensity(predictor[row]!)) / (p * (1 - p));
  });
}

function clusteredCovariance(design: Matrix, residuals: Float64Array, bread: Matrix, clusters: Clusters): Matrix {
  const { rows, columns } = design;
  const sums = new Float64Array(clusters.count * columns);
  for (let j = 0; j < columns; j++)
    for (let i = 0; i < rows; i++)
      sums[clusters.codes[i]! * columns + j]! += residuals[i]! * design.data[j * rows + i]!;
  const meat = matrix(columns, columns);
  const factor = clusters.count / (clusters.count - 1);
  for (let g = 0; g < clusters.count; g++)
    for (let i = 0; i < columns; i++)
      for (let j = 0; j < columns; j++)
        meat.data[j * columns + i]! += factor * sums[g * columns + i]! * sums[g * columns + j]!;
  return multiply(multiply(bread, meat), bread);
}

function separated(outcome: string, names: readonly string[], columns: readonly number[]): KithpathError {
  const listed = columns.filter((column) => column > 0).map((column) => `"${names[column]}"`);
  const which = listed.length === 0 ? "the columns of the model" : listed.join(", ");
  return new KithpathError(
    "separation",
    `"${outcome}" is predicted without error by ${which}: its model has no finite coefficients`,
    {
      expected: "people with and without the outcome at every combination the model tells apart",
      received: `a separation along ${which}`,
      where: { column: columns.length > 0 ? names[columns.find((column) => column > 0) ?? columns[0]!]! : outcome },
      remedy: "Use fewer covariates, merge rare categories, or leave out the exposure-mediator interaction.",
    },
  );
}
