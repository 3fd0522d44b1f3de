import { fitAcceleratedFailure } from "../_models/acceleratedFailure.ts";
import { fitCox } from "../_models/cox.ts";
import { clusteredScores, coxResiduals, hazardSteps, robustCovariance } from "../_models/coxResiduals.ts";
import { responseModel } from "../_models/families.ts";
import { fitResponse, type GeneralizedLinearFit } from "../_models/glm.ts";
import { sandwichOfWorkingFit, workingFit } from "../_models/glmCovariance.ts";
import { ordinalJointModel } from "../_models/jointModels.ts";
import { createJointRefit } from "../_models/jointRefit.ts";
import { refuseTooFewRows } from "../_models/namedDesign.ts";
import { fitNegativeBinomial, type NegativeBinomialFit } from "../_models/negativeBinomial.ts";
import { fitOrdinal } from "../_models/ordinal.ts";
import { invertSymmetric, type Matrix, matrix, multiply, transposeTimes } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { type FittedModel, fitLinearModel, type ModelRequest, namesOf, tabulated } from "./coefficientTables.ts";
import { refuseDependentTerms } from "./dependentTerms.ts";
import type { CompleteSurvival } from "./specTypes.ts";

/** The model of a mediator or outcome that is not a time. Errors: "too-few-rows", "collinear", "separation", "no-overdispersion", "not-converged". */
export function fitModel(request: ModelRequest): FittedModel {
  switch (request.response.family) {
    case "gaussian":
      return fitLinearModel(request);
    case "ordinal":
      return fitOrdinalModel(request);
    default:
      return fitGeneralizedModel(request);
  }
}

/**
 * Generalised linear model with model-based standard errors and z tests; with clusters the CR1 sandwich (Liang & Zeger 1986,
 * times G/(G − 1)) and t tests on G − 1 degrees of freedom, with weights the HC0 sandwich.
 */
function fitGeneralizedModel(request: ModelRequest): FittedModel {
  const { response, terms, design, clusters } = request;
  const { family, link, values } = response;
  const names = namesOf(terms);
  const weights = request.weights ?? new Float64Array(values.length).fill(1);
  refuseTooFewRows("mediate", values.length, terms.length);
  const negative = family === "negative-binomial" ? fitNegativeBinomial(design, values, { weights }) : null;
  const model = responseModel(family === "binomial" ? "binomial" : "poisson", link)!;
  const fit: GeneralizedLinearFit | NegativeBinomialFit = negative ?? fitResponse(design, values, model, { weights });
  refuseDependentTerms(request, fit.aliased);
  if (fit.separation !== null) throw separated(response.name, names, fit.separation.columns);
  if (negative?.theta === Number.POSITIVE_INFINITY) throw notOverdispersed(response.name);
  if (!fit.converged) {
    // A logistic or probit likelihood that climbs for ever without an exact separation is one to rounding.
    if (family === "binomial" && link !== "log") throw separated(response.name, names, []);
    throw notConverged(response.name, family === "binomial");
  }
  const robust = clusters !== null || request.weights !== null;
  const sandwich = () =>
    sandwichOfWorkingFit(
      design,
      workingFit(design, fit, weights),
      clusters === null ? "HC0" : "CR1",
      clusters ?? undefined,
    ).covariance;
  return tabulated(request, {
    coefficients: fit.coefficients,
    covariance: robust ? sandwich() : (negative?.observed?.covariance ?? fit.covariance),
    df: clusters === null ? null : new Float64Array(terms.length).fill(clusters.count - 1),
    residuals: values.map((value, row) => value - fit.fitted[row]!),
    type: clusters !== null ? "CR1" : robust ? "HC0" : "classical",
    others: negative === null ? [] : [negative.theta],
  });
}

/** Proportional odds; robust covariances sum the scores of coefficients and thresholds together. */
function fitOrdinalModel(request: ModelRequest): FittedModel {
  const { response, terms, design, clusters, weights } = request;
  const levels = response.levels!.length;
  const names = namesOf(terms);
  refuseTooFewRows("mediate", response.values.length, terms.length + levels - 1);
  refuseDependent(request);
  const fit = fitOrdinal(design, Int32Array.from(response.values), levels);
  if (fit.separation !== null) {
    throw separated(
      response.name,
      names,
      fit.separation.columns.filter((column) => column < names.length),
    );
  }
  if (!fit.converged) throw notConverged(response.name);
  let parameters = Float64Array.of(...fit.coefficients, ...fit.thresholds);
  let { covariance } = fit;
  if (weights !== null || clusters !== null) {
    const refit = createJointRefit(design, ordinalJointModel(response.values, levels));
    const counted = weights ?? new Float64Array(design.rows).fill(1);
    const found = new Float64Array(parameters.length);
    if (!refit.fit(counted, parameters, found)) throw notConverged(response.name);
    parameters = found;
    const bread = invertSymmetric(refit.information(counted, parameters));
    if (bread === null) throw notConverged(response.name);
    covariance = crossed(bread, refit.scores(parameters), counted, clusters);
  }
  return tabulated(request, {
    coefficients: parameters.slice(0, terms.length),
    covariance,
    df: clusters === null ? null : new Float64Array(terms.length).fill(clusters.count - 1),
    residuals: new Float64Array(0),
    type: clusters !== null ? "CR1" : weights !== null ? "HC0" : "classical",
    others: [...parameters.subarray(terms.length)],
  });
}

/** bread · Σ(weighted scores summed by cluster)(…)′ · bread, times G/(G − 1) with clusters. */
function crossed(
  bread: Matrix,
  scores: Float64Array,
  weights: Float64Array,
  clusters: ModelRequest["clusters"],
): Matrix {
  const size = bread.rows;
  const groups = clusters?.count ?? weights.length;
  const sums = matrix(groups, size);
  weights.forEach((weight, i) => {
    const group = clusters === null ? i : clusters.codes[i]!;
    for (let j = 0; j < size; j++)
      sums.data[j * groups + group] = sums.data[j * groups + group]! + weight * scores[i * size + j]!;
  });
  const found = multiply(multiply(bread, transposeTimes(sums, sums)), bread);
  const factor = clusters === null ? 1 : groups / (groups - 1);
  return { ...found, data: found.data.map((value) => factor * value) };
}

export interface TimeRequest extends ModelRequest {
  /** 1 where the time ends with the event modelled. */
  readonly event: Float64Array;
  readonly survival: CompleteSurvival;
}

/** A Cox, Weibull or exponential model. Errors: "collinear", "separation", "not-converged", "too-few-events". */
export function fitTimeModel(request: TimeRequest): FittedModel {
  const { response, terms, design, event, survival } = request;
  const events = event.reduce((sum, value) => sum + value, 0);
  const coefficients = terms.filter(({ name }) => name !== "(Intercept)").length;
  if (events <= coefficients) {
    throw new KithpathError("too-few-events", `the model of "${response.name}" has more coefficients than events`, {
      expected: `more than ${coefficients} events`,
      received: `${events} events for ${coefficients} coefficients`,
      where: { column: survival.event },
      remedy:
        request.model === "competing"
          ? 'Use fewer covariates, or competingModel: "baseline".'
          : "Use fewer covariates, or leave out the exposure-mediator interaction.",
    });
  }
  refuseTooFewRows("mediate", response.values.length, terms.length);
  return survival.model === "cox" ? fitCoxModel(request, design) : fitWeibullModel(request, design);
}

function fitCoxModel(request: TimeRequest, design: Matrix): FittedModel {
  const { response, terms, event, survival, clusters, weights } = request;
  const fit = fitCox({ design, start: null, stop: response.values, event, strata: null, weights }, survival.ties);
  refuseDependentTerms(request, fit.aliased);
  if (fit.monotone !== null) throw separated(response.name, namesOf(terms), fit.monotone);
  if (!fit.converged) throw notConverged(response.name);
  const robust = clusters !== null || weights !== null;
  const factor = clusters === null ? 1 : clusters.count / (clusters.count - 1);
  const sandwich = () => {
    const { score } = coxResiduals(fit.history, fit.relative, hazardSteps(fit.history, fit.relative, survival.ties));
    const found = robustCovariance(clusteredScores(score, weights, clusters), fit.covariance);
    return { ...found, data: found.data.map((value) => factor * value) };
  };
  return tabulated(request, {
    coefficients: fit.coefficients,
    covariance: robust ? sandwich() : fit.covariance,
    df: clusters === null ? null : new Float64Array(terms.length).fill(clusters.count - 1),
    residuals: new Float64Array(0),
    type: clusters !== null ? "CR1" : robust ? "HC0" : "classical",
  });
}

function fitWeibullModel(request: TimeRequest, design: Matrix): FittedModel {
  const { response, terms, event, survival, clusters, weights } = request;
  if (response.values.some((time) => time === 0)) {
    throw new KithpathError("log-of-zero", `a time of 0 in "${response.name}" has no logarithm`, {
      expected: "times above 0 for a Weibull or exponential model",
      received: "0",
      where: { column: response.name },
      remedy: "Add half a day to every time, or use a Cox model.",
    });
  }
  const each = { codes: Int32Array.from(response.values, (_, row) => row), count: response.values.length };
  const robust = clusters ?? (weights === null ? null : each);
  const fit = fitAcceleratedFailure({
    design,
    time: response.values,
    event,
    estimateScale: survival.model === "weibull",
    ...(weights === null ? {} : { weights }),
    ...(robust === null ? {} : { clusters: robust }),
  });
  refuseDependentTerms(request, fit.aliased);
  if (fit.infinite.length > 0) throw separated(response.name, namesOf(terms), fit.infinite);
  if (!fit.converged) throw notConverged(response.name);
  const factor = clusters === null ? 1 : clusters.count / (clusters.count - 1);
  return tabulated(request, {
    coefficients: fit.coefficients,
    covariance: { ...fit.covariance, data: fit.covariance.data.map((value) => factor * value) },
    df: clusters === null ? null : new Float64Array(terms.length).fill(clusters.count - 1),
    residuals: new Float64Array(0),
    type: clusters !== null ? "CR1" : weights !== null ? "HC0" : "classical",
    others: [fit.scale],
  });
}

/** Ordinal and other models without a constant of their own: a column that follows from a constant and the columns before it. */
function refuseDependent(request: ModelRequest): void {
  const { rows, columns, data } = request.design;
  const withConstant = matrix(rows, columns + 1);
  withConstant.data.fill(1, 0, rows);
  withConstant.data.set(data, rows);
  const model = responseModel("gaussian", "identity")!;
  const { aliased } = fitResponse(withConstant, new Float64Array(rows), model, {});
  refuseDependentTerms(
    request,
    aliased.map((column) => column - 1).filter((column) => column >= 0),
  );
}

function separated(response: string, names: readonly string[], columns: readonly number[]): KithpathError {
  const told = columns.filter((column) => names[column] !== "(Intercept)");
  const listed = told.map((column) => `"${names[column]}"`);
  const which = listed.length === 0 ? "the columns of the model" : listed.join(", ");
  return new KithpathError(
    "separation",
    `"${response}" is predicted without error by ${which}: its model has no finite coefficients`,
    {
      expected: "people with and without the outcome at every combination the model tells apart",
      received: `a separation along ${which}`,
      where: { column: columns.length > 0 ? names[told[0] ?? columns[0]!]! : response },
      remedy: "Use fewer covariates, merge rare categories, or leave out the exposure-mediator interaction.",
    },
  );
}

function notOverdispersed(response: string): KithpathError {
  return new KithpathError("no-overdispersion", `"${response}" varies no more than a Poisson model allows`, {
    expected: "counts that vary more than Poisson counts",
    received: "no negative binomial with a finite size",
    where: { column: response },
    remedy: 'Use family "poisson".',
  });
}

function notConverged(response: string, logBinomial = false): KithpathError {
  return new KithpathError("not-converged", `the model of "${response}" did not reach its maximum`, {
    expected: logBinomial
      ? "a largest likelihood at probabilities below 1 for everybody"
      : "a likelihood with a maximum inside its range",
    received: logBinomial ? "people whose probability climbs to 1" : "steps that did not end",
    where: { column: response },
    remedy: logBinomial
      ? 'Use link "logit": the effects come as risk differences and risk ratios all the same.'
      : "Use fewer covariates, or another family or link.",
  });
}
