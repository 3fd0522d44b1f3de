import { fitAcceleratedFailure } from "../_models/acceleratedFailure.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { linearCovariance } from "../_models/covariance.ts";
import { fitCox } from "../_models/cox.ts";
import { fitGeneralizedLinear, type GeneralizedLinearFit } from "../_models/glm.ts";
import { sandwichOfWorkingFit, workingFit } from "../_models/glmCovariance.ts";
import { fitLinear } from "../_models/linear.ts";
import { interceptName, refuseCollinear, refuseTooFewRows } from "../_models/namedDesign.ts";
import { fitNegativeBinomial } from "../_models/negativeBinomial.ts";
import { fromColumns, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import type { ClosedFormColumns } from "./closedFormColumns.ts";
import { noFiniteEstimate, noOverdispersion, notConverged, separated } from "./closedFormRefusals.ts";
import { type CompleteClosedForm, caller, type OutcomeModelName } from "./closedFormSpec.ts";

/** One of the two models. */
export interface ClosedFormModel {
  readonly model: "mediator" | "outcome";
  readonly response: string;
  readonly name: OutcomeModelName;
  readonly n: number;
  /** People with the event; `null` for outcomes that are no time. */
  readonly events: number | null;
  readonly covariance: "classical" | "HC0";
  /** Residual variance of a linear model, divisor n − p. */
  readonly residualVariance: number | null;
  /** σ of log time (1 for the exponential model). */
  readonly scale: number | null;
  /** θ of the negative binomial, variance μ + μ²/θ. */
  readonly theta: number | null;
  /** Partial for a Cox model; `null` for the linear and the modified Poisson model. */
  readonly logLikelihood: number | null;
  /** t tests in a linear model, otherwise z. */
  readonly coefficients: readonly Coefficient[];
}

export interface ClosedFormFit {
  readonly table: ClosedFormModel;
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly residualVariance: number;
  readonly dfResidual: number;
  /** Rows whose fitted risk is above 1 (modified Poisson). */
  readonly aboveOne: number;
}

/** Errors: "too-few-rows", "collinear", "separation", "not-converged", "perfect-fit". */
export function fitMediator(columns: ClosedFormColumns, spec: CompleteClosedForm): ClosedFormFit {
  const { mediator, exposure, covariates, rows } = columns;
  const design = [intercept(rows), ...exposure.columns, ...covariates];
  const name = spec.mediatorFamily === "gaussian" ? "linear" : "logistic";
  return fitResponse("mediator", name, spec.mediator, mediator.values, design, spec.level);
}

/** Errors: those of `fitMediator`, "no-overdispersion", "no-finite-estimate". */
export function fitOutcome(columns: ClosedFormColumns, spec: CompleteClosedForm): ClosedFormFit {
  const { exposure, mediator, covariates, rows, event } = columns;
  const products = spec.interaction ? exposure.columns.map((column) => product(column, mediator)) : [];
  const terms = [...exposure.columns, mediator, ...products, ...covariates];
  if (spec.outcomeModel === "cox") return fitHazards(columns, spec, terms);
  const design = [intercept(rows), ...terms];
  if (event !== null) return fitTimes(columns, spec, design);
  return fitResponse("outcome", spec.outcomeModel, spec.outcome, columns.outcome, design, spec.level);
}

function fitResponse(
  model: "mediator" | "outcome",
  name: OutcomeModelName,
  response: string,
  values: Float64Array,
  columns: readonly DesignColumn[],
  level: number,
): ClosedFormFit {
  const names = columns.map((column) => column.name);
  refuseTooFewRows(caller, values.length, names.length);
  const design = fromColumns(columns.map((column) => column.values));
  if (name === "linear") {
    const fit = fitLinear(design, values);
    refuseCollinear(caller, fit.aliased, names);
    const { covariance, df } = linearCovariance(fit, design, "classical");
    const { coefficients, residualVariance, dfResidual } = fit;
    const rows = coefficientTable(columns, coefficients, covariance, df, level);
    const table = tableOf(model, response, name, values.length, { residualVariance, coefficients: rows });
    return { table, coefficients, covariance, residualVariance, dfResidual, aboveOne: 0 };
  }
  const fit = fitLikelihood(name, design, values);
  refuseCollinear(caller, fit.aliased, names);
  if (fit.separation !== null) throw separated(response, fit.separation.columns, names);
  if (fit.theta === Number.POSITIVE_INFINITY) throw noOverdispersion(response);
  if (!fit.converged) throw notConverged(response, fit.iterations);
  const robust = name === "log-linear";
  const ones = new Float64Array(values.length).fill(1);
  const covariance = robust
    ? sandwichOfWorkingFit(design, workingFit(design, fit, ones), "HC0").covariance
    : fit.covariance;
  const table = tableOf(model, response, name, values.length, {
    covariance: robust ? "HC0" : "classical",
    theta: fit.theta,
    logLikelihood: robust ? null : fit.logLikelihood,
    coefficients: coefficientTable(columns, fit.coefficients, covariance, null, level),
  });
  const aboveOne = robust ? fit.fitted.reduce((count, risk) => count + (risk > 1 ? 1 : 0), 0) : 0;
  const { coefficients, dfResidual } = fit;
  return { table, coefficients, covariance, residualVariance: 0, dfResidual, aboveOne };
}

function fitLikelihood(
  name: OutcomeModelName,
  design: Matrix,
  values: Float64Array,
): GeneralizedLinearFit & { readonly theta: number | null } {
  // with θ taken as known, as its covariance with the coefficients is 0 in expectation
  if (name === "negative-binomial") return fitNegativeBinomial(design, values, {});
  const options =
    name === "logistic"
      ? ({ family: "binomial", link: "logit" } as const)
      : ({ family: "poisson", link: "log" } as const);
  return { ...fitGeneralizedLinear(design, values, options), theta: null };
}

function fitHazards(
  { outcome, event, rows }: ClosedFormColumns,
  { outcome: response, ties, level }: CompleteClosedForm,
  columns: readonly DesignColumn[],
): ClosedFormFit {
  const names = columns.map((column) => column.name);
  refuseTooFewRows(caller, rows, names.length);
  const design = fromColumns(columns.map((column) => column.values));
  const fit = fitCox({ design, start: null, stop: outcome, event: event!, strata: null, weights: null }, ties);
  refuseCollinear(caller, fit.aliased, names);
  if (fit.monotone !== null) throw noFiniteEstimate(response, fit.monotone, names);
  if (!fit.converged) throw notConverged(response, fit.iterations);
  const { coefficients, covariance, logLikelihood } = fit;
  const table = tableOf("outcome", response, "cox", rows, {
    events: fit.history.events,
    logLikelihood,
    coefficients: coefficientTable(columns, coefficients, covariance, null, level),
  });
  return { table, coefficients, covariance, residualVariance: 0, dfResidual: rows - names.length, aboveOne: 0 };
}

function fitTimes(
  { outcome, event, rows }: ClosedFormColumns,
  { outcome: response, outcomeModel, level }: CompleteClosedForm,
  columns: readonly DesignColumn[],
): ClosedFormFit {
  const names = columns.map((column) => column.name);
  refuseTooFewRows(caller, rows, names.length);
  const design = fromColumns(columns.map((column) => column.values));
  const estimateScale = outcomeModel === "weibull";
  const fit = fitAcceleratedFailure({ design, time: outcome, event: event!, estimateScale });
  refuseCollinear(caller, fit.aliased, names);
  if (fit.infinite.length > 0) throw noFiniteEstimate(response, fit.infinite, names);
  if (!fit.converged) throw notConverged(response, fit.iterations);
  const covariance = leading(fit.covariance, names.length);
  const { coefficients, scale, logLikelihood } = fit;
  const table = tableOf("outcome", response, outcomeModel, rows, {
    events: event!.reduce((count, happened) => count + happened, 0),
    scale,
    logLikelihood,
    coefficients: coefficientTable(columns, coefficients, covariance, null, level),
  });
  return { table, coefficients, covariance, residualVariance: 0, dfResidual: rows - names.length, aboveOne: 0 };
}

function tableOf(
  model: ClosedFormModel["model"],
  response: string,
  name: OutcomeModelName,
  n: number,
  rest: Partial<ClosedFormModel> & Pick<ClosedFormModel, "coefficients">,
): ClosedFormModel {
  const empty = { events: null, residualVariance: null, scale: null, theta: null, logLikelihood: null } as const;
  return { model, response, name, n, covariance: "classical", ...empty, ...rest };
}

function intercept(rows: number): DesignColumn {
  return { name: interceptName, variable: interceptName, values: new Float64Array(rows).fill(1), reference: null };
}

function product(a: DesignColumn, b: DesignColumn): DesignColumn {
  const values = a.values.map((value, row) => value * b.values[row]!);
  return { name: `${a.name} × ${b.name}`, variable: `${a.variable}:${b.variable}`, values, reference: a.reference };
}

/** The first rows and columns. */
function leading(a: Matrix, size: number): Matrix {
  const result = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) result.data[j * size + i] = a.data[j * a.rows + i]!;
  }
  return result;
}
