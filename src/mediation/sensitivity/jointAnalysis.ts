import type { Clusters } from "../../_models/covariance.ts";
import type { Matrix } from "../../_numeric/matrix.ts";

/**
 * One mediator and one outcome as they enter models whose errors may be correlated.
 * Mediator design: [1, exposure…, covariates…]. Outcome design: [1, exposure…, mediator, interactions…, covariates…].
 */
export interface JointAnalysis {
  readonly rows: number;
  readonly exposures: number;
  readonly interaction: boolean;
  readonly from: Float64Array;
  readonly to: Float64Array;
  readonly mediatorDesign: Matrix;
  readonly outcomeDesign: Matrix;
  readonly mediator: Float64Array;
  readonly outcome: Float64Array;
  readonly mediatorName: string;
  readonly outcomeName: string;
  readonly clusters: Clusters | null;
}

/** Coefficients at an assumed error correlation, and what they make of the effects. */
export interface ErrorCorrelationKernel {
  readonly mediatorRSquared: number;
  readonly outcomeRSquared: number;
  /** Parameters with their covariance, at that correlation. */
  at(rho: number): { readonly parameters: Float64Array; readonly covariance: Matrix };
  /** Total, pure direct, total indirect, total direct, pure indirect. */
  effects(parameters: Float64Array, rho: number): Float64Array;
  /** Derivatives of the effects by each parameter, where differences would be slow. */
  gradients?(parameters: Float64Array, rho: number): Float64Array[];
}

/** Σ coefficient × exposure over the exposure's columns, of coefficients that start at `first`. */
export function exposurePart(coefficients: ArrayLike<number>, first: number, at: Float64Array): number {
  let sum = 0;
  for (let e = 0; e < at.length; e++) sum += coefficients[first + e]! * at[e]!;
  return sum;
}

/** The mediator's slope in the outcome's predictor at an exposure. */
export function slopeAt(
  joint: JointAnalysis,
  coefficients: ArrayLike<number>,
  first: number,
  at: Float64Array,
): number {
  const place = first + 1 + joint.exposures;
  return coefficients[place]! + (joint.interaction ? exposurePart(coefficients, place + 1, at) : 0);
}

/** A row's predictor without exposure (and, in an outcome design, without mediator and interactions). */
export function covariatePart(
  design: Matrix,
  coefficients: ArrayLike<number>,
  first: number,
  skipTo: number,
  into: Float64Array,
): void {
  into.fill(coefficients[first]!);
  for (let j = skipTo; j < design.columns; j++) {
    const coefficient = coefficients[first + j]!;
    const from = j * design.rows;
    for (let i = 0; i < design.rows; i++) into[i]! += coefficient * design.data[from + i]!;
  }
}

export function firstCovariate(joint: JointAnalysis, design: "mediator" | "outcome"): number {
  if (design === "mediator") return 1 + joint.exposures;
  return 2 + joint.exposures + (joint.interaction ? joint.exposures : 0);
}

/** From the four means E[Y(t, M(s))]: total, pure direct, total indirect, total direct, pure indirect. */
export function effectsOfMeans(y11: number, y10: number, y01: number, y00: number): Float64Array {
  return Float64Array.of(y11 - y00, y10 - y00, y11 - y10, y11 - y01, y01 - y00);
}
