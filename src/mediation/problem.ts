import type { RawColumns } from "./columns.ts";
import { type RowMajor, rowMajor } from "./crossProduct.ts";
import { type Place, placeOf } from "./system/layout.ts";

/**
 * The analysis in centred and scaled coordinates, where cross-products are well conditioned. Natural effects do not depend
 * on where variables are centred, so nothing is mapped back but the scale of the outcome.
 *
 * The order of coefficients: a mediator model has [1, exposure…, covariates…]; the outcome model has
 * [1, exposure…, covariates…, mediators…, interactions… (mediator by mediator)].
 */
export interface Problem {
  readonly rows: number;
  readonly exposures: number;
  readonly mediators: number;
  readonly interaction: boolean;
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
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly controlledAt: Float64Array;
  /** Whether both designs agree up to the mediators, so that one cross-product answers both. */
  readonly sameCovariates: boolean;
}

interface Standard extends Place {
  readonly values: Float64Array;
}

/** Coefficients of the mediators' models and of the outcome's. */
export interface Parameters {
  /** mediators × mediatorSize */
  readonly alpha: Float64Array;
  readonly beta: Float64Array;
  /** Weighted means of the mediator design's columns; 0 where everybody counts once, the columns being centred. */
  readonly means: Float64Array;
}

export function emptyParameters(problem: Problem): Parameters {
  return {
    alpha: new Float64Array(problem.mediators * problem.mediatorSize),
    beta: new Float64Array(problem.outcomeSize),
    means: new Float64Array(problem.mediatorSize),
  };
}

export function buildProblem(raw: RawColumns, interaction: boolean, controlledAt: Float64Array): Problem {
  const rows = raw.outcome.values.length;
  const ones = new Float64Array(rows).fill(1);
  const exposure = raw.exposure.columns.map((column) => standardise(column.values));
  const mediators = raw.mediators.map((column) => standardise(column.values));
  const products = interaction
    ? mediators.flatMap((m) => exposure.map((e) => m.values.map((value, row) => value * e.values[row]!)))
    : [];
  const mediatorCovariates = raw.mediatorCovariates.map((column) => standardise(column.values).values);
  const outcomeCovariates = raw.outcomeCovariates.map((column) => standardise(column.values).values);
  const outcome = standardise(raw.outcome.values);
  const exposureValues = exposure.map((e) => e.values);
  const mediatorValues = mediators.map((m) => m.values);
  const place = (at: Float64Array) => Float64Array.from(exposure, (e, index) => (at[index]! - e.centre) / e.scale);
  const firstMediator = 1 + exposure.length + outcomeCovariates.length;
  return {
    rows,
    exposures: exposure.length,
    mediators: mediators.length,
    interaction,
    mediatorDesign: rowMajor([ones, ...exposureValues, ...mediatorCovariates, ...mediatorValues], rows),
    mediatorSize: 1 + exposure.length + mediatorCovariates.length,
    outcomeDesign: rowMajor(
      [ones, ...exposureValues, ...outcomeCovariates, ...mediatorValues, ...products, outcome.values],
      rows,
    ),
    outcomeSize: firstMediator + mediators.length + products.length,
    firstMediator,
    from: place(raw.exposure.fromValues),
    to: place(raw.exposure.toValues),
    controlledAt: Float64Array.from(mediators, (m, k) => (controlledAt[k]! - m.centre) / m.scale),
    sameCovariates:
      raw.mediatorCovariates.length === raw.outcomeCovariates.length &&
      raw.mediatorCovariates.every((column, j) => column.name === raw.outcomeCovariates[j]!.name),
  };
}

function standardise(values: Float64Array): Standard {
  const place = placeOf(values);
  return { ...place, values: values.map((value) => (value - place.centre) / place.scale) };
}
