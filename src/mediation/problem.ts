import type { DesignColumn } from "../design.ts";
import { type RowMajor, rowMajor } from "./crossProduct.ts";
import type { Exposure } from "./exposure.ts";

/** The columns of an analysis, as they stand in the data. */
export interface RawColumns {
  readonly exposure: Exposure;
  readonly mediatorCovariates: readonly DesignColumn[];
  readonly outcomeCovariates: readonly DesignColumn[];
  readonly mediators: readonly DesignColumn[];
  readonly outcome: DesignColumn;
}

/**
 * The analysis in centred and scaled coordinates, where cross-products are well conditioned. Natural effects do not depend
 * on where variables are centred, so nothing is mapped back but the scale of a continuous outcome.
 *
 * The order of coefficients: a mediator model has [1, exposure…, covariates…]; the outcome model has
 * [1, exposure…, covariates…, mediators…, interactions… (mediator by mediator)].
 */
export interface Problem {
  readonly rows: number;
  readonly exposures: number;
  readonly mediators: number;
  readonly interaction: boolean;
  readonly link: "identity" | "logit" | "probit";
  /** [1, exposure…, mediator covariates…, mediators…] */
  readonly mediatorDesign: RowMajor;
  /** Coefficients of one mediator model. */
  readonly mediatorSize: number;
  /** [1, exposure…, outcome covariates…, mediators…, interactions…, outcome] */
  readonly outcomeDesign: RowMajor;
  /** Coefficients of the outcome model. */
  readonly outcomeSize: number;
  /** Position of the first mediator among the outcome model's coefficients. */
  readonly firstMediator: number;
  readonly outcome: Float64Array;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly controlledAt: Float64Array;
  readonly outcomeScale: number;
  /** Whether both designs agree up to the mediators, so that one cross-product answers both. */
  readonly sameCovariates: boolean;
}

interface Standard {
  readonly values: Float64Array;
  readonly centre: number;
  readonly scale: number;
}

/** Coefficients of a mediator's model and of the outcome's, and the residual covariance of the mediators. */
export interface Parameters {
  /** mediators × mediatorSize */
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  /** mediators × mediators, divisor n − p */
  readonly sigma: Float64Array;
  /** Weighted means of the mediator design's columns; 0 where everybody counts once, the columns being centred. */
  readonly means: Float64Array;
}

export function emptyParameters(problem: Problem): Parameters {
  return {
    alpha: new Float64Array(problem.mediators * problem.mediatorSize),
    beta: new Float64Array(problem.outcomeSize),
    sigma: new Float64Array(problem.mediators * problem.mediators),
    means: new Float64Array(problem.mediatorSize),
  };
}

export function buildProblem(
  raw: RawColumns,
  interaction: boolean,
  link: Problem["link"],
  controlledAt: Float64Array,
): Problem {
  const rows = raw.outcome.values.length;
  const ones = new Float64Array(rows).fill(1);
  const exposure = raw.exposure.columns.map((column) => standardise(column.values));
  const mediators = raw.mediators.map((column) => standardise(column.values));
  const products = interaction
    ? mediators.flatMap((m) => exposure.map((e) => m.values.map((value, row) => value * e.values[row]!)))
    : [];
  const mediatorCovariates = raw.mediatorCovariates.map((column) => standardise(column.values).values);
  const outcomeCovariates = raw.outcomeCovariates.map((column) => standardise(column.values).values);
  const outcome: Standard =
    link === "identity"
      ? standardise(raw.outcome.values)
      : { values: Float64Array.from(raw.outcome.values), centre: 0, scale: 1 };
  const exposureValues = exposure.map((e) => e.values);
  const mediatorValues = mediators.map((m) => m.values);
  const place = (at: Float64Array) => Float64Array.from(exposure, (e, index) => (at[index]! - e.centre) / e.scale);
  const firstMediator = 1 + exposure.length + outcomeCovariates.length;
  return {
    rows,
    exposures: exposure.length,
    mediators: mediators.length,
    interaction,
    link,
    mediatorDesign: rowMajor([ones, ...exposureValues, ...mediatorCovariates, ...mediatorValues], rows),
    mediatorSize: 1 + exposure.length + mediatorCovariates.length,
    outcomeDesign: rowMajor(
      [ones, ...exposureValues, ...outcomeCovariates, ...mediatorValues, ...products, outcome.values],
      rows,
    ),
    outcomeSize: firstMediator + mediators.length + products.length,
    firstMediator,
    outcome: outcome.values,
    from: place(raw.exposure.fromValues),
    to: place(raw.exposure.toValues),
    controlledAt: Float64Array.from(mediators, (m, k) => (controlledAt[k]! - m.centre) / m.scale),
    outcomeScale: outcome.scale,
    sameCovariates:
      raw.mediatorCovariates.length === raw.outcomeCovariates.length &&
      raw.mediatorCovariates.every((column, j) => column.name === raw.outcomeCovariates[j]!.name),
  };
}

function standardise(values: ArrayLike<number>): Standard {
  const n = values.length;
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, Math.abs(values[i]!));
  const unit = largest === 0 ? 1 : largest;
  let total = 0;
  for (let i = 0; i < n; i++) total += values[i]! / unit;
  const middle = total / n;
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! / unit - middle) ** 2;
  const spread = Math.sqrt(squares / n);
  const scale = spread > 0 ? spread * unit : unit;
  const centre = middle * unit;
  return { values: Float64Array.from(values, (value) => (value - centre) / scale), centre, scale };
}
