import type { Coefficient } from "../_models/coefficientTable.ts";
import type { Result, TestedEstimate } from "../estimate.ts";
import type { PathModelFit } from "./pathModelFit.ts";
import type { PathEstimator, PathStandardErrors } from "./pathModelSpec.ts";

/** A parameter in standard deviations; `null` where that makes no number. */
export interface StandardizedPath {
  /** All variables in standard deviations (lavaan: std.all). */
  readonly all: number | null;
  /** Exogenous variables in their own units, outcomes in standard deviations (std.nox): preferred for a 0/1 exposure. */
  readonly exogenousRaw: number | null;
}

export interface PathCoefficient extends Coefficient {
  readonly outcome: string;
  /** The name given to the path in its equation. */
  readonly label: string | null;
  readonly standardized: StandardizedPath;
}

export interface ErrorVariance extends TestedEstimate {
  readonly outcome: string;
  /** The part of the outcome's variance. */
  readonly proportion: number;
}

export interface ErrorCovariance extends TestedEstimate {
  readonly outcomes: readonly [string, string];
  readonly correlation: number;
}

/** An estimate by the delta method with a normal test. `statistic` and `pValue` are `null` where its error is 0. */
export interface DerivedEstimate {
  readonly estimate: number;
  readonly standardError: number;
  readonly interval: TestedEstimate["interval"];
  readonly statistic: number | null;
  readonly pValue: number | null;
  readonly standardized: StandardizedPath;
}

export interface PathDefinition extends DerivedEstimate {
  readonly name: string;
  readonly expression: string;
}

export interface IndirectPath extends DerivedEstimate {
  /** The outcomes on the way, in their order. */
  readonly through: readonly string[];
}

export interface IndirectContrast extends DerivedEstimate {
  readonly first: readonly string[];
  readonly second: readonly string[];
}

/** What one unit of a variable does to an outcome, told apart by the ways it takes. */
export interface PathEffect {
  /** A column, or an indicator `column: level`. */
  readonly from: string;
  readonly to: string;
  readonly total: DerivedEstimate;
  /** `null` where no arrow leads there directly. */
  readonly direct: DerivedEstimate | null;
  readonly totalIndirect: DerivedEstimate | null;
  readonly indirect: readonly IndirectPath[];
  /** Every pair of indirect paths: first less second. */
  readonly contrasts: readonly IndirectContrast[];
}

export interface PathModelEquation {
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly rSquared: number;
  /** Of least squares; `null` for maximum likelihood. */
  readonly dfResidual: number | null;
}

export interface PathModel extends Result {
  readonly kind: "path-model";
  readonly estimator: PathEstimator;
  /** `null` for least squares. */
  readonly standardErrors: PathStandardErrors | null;
  /** In causal order. */
  readonly equations: readonly PathModelEquation[];
  /** Equation by equation, the intercept first. */
  readonly coefficients: readonly PathCoefficient[];
  readonly references: Readonly<Record<string, string>>;
  readonly errorVariances: readonly ErrorVariance[];
  readonly errorCovariances: readonly ErrorCovariance[];
  readonly effects: readonly PathEffect[];
  readonly definitions: readonly PathDefinition[];
  /** Covariance matrix of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  /** `null` for least squares. */
  readonly fit: PathModelFit | null;
  /** 0 where the solution is closed. */
  readonly iterations: number;
  readonly level: number;
}
