import type { CoxFit } from "../_models/cox.ts";
import { clusteredScores, coxResiduals, hazardSteps, robustCovariance } from "../_models/coxResiduals.ts";
import { relativeHazards } from "../_models/coxRiskSets.ts";
import type { PartialFit } from "../_models/partialLikelihood.ts";
import { normalQuantileUpper, pValueOfChiSquare, twoSidedNormal } from "../_numeric/distributions/index.ts";
import { inverseForm, type Matrix, multiply, transposeTimes } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import type { Interval } from "../estimate.ts";

/** A log hazard ratio, tested against 0. Its figures are `null` where the likelihood has no finite maximum. */
export interface CoxCoefficient {
  /** A number column's name; `column: level` of an indicator; `a × b` of a product. */
  readonly name: string;
  readonly variable: string;
  /** The level an indicator is compared with. */
  readonly reference: string | null;
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Estimate / standard error, referred to the normal distribution. */
  readonly statistic: number | null;
  readonly pValue: number | null;
  /** exp(estimate) with its limits. */
  readonly hazardRatio: { readonly estimate: number; readonly interval: Interval } | null;
  /** Where the likelihood rises for ever: the way in which the coefficient grows; `null` for one that is only left undetermined. */
  readonly diverges: "up" | "down" | null;
}

/** A test of all coefficients together, by chi-squared. */
export interface CoxTest {
  readonly statistic: number;
  readonly df: number;
  readonly pValue: number;
}

export interface CoxTests {
  readonly likelihoodRatio: CoxTest;
  /** With the covariance of the result. `null` where the likelihood has no finite maximum, or a robust covariance has too few clusters. */
  readonly wald: CoxTest | null;
  readonly score: CoxTest;
  /** The score test with its variance from the (clusters of) rows themselves; `null` for a classical covariance. */
  readonly robustScore: CoxTest | null;
}

export function coxCoefficients(
  columns: readonly DesignColumn[],
  { coefficients, monotone, undetermined }: Pick<CoxFit, "coefficients" | "monotone" | "undetermined">,
  covariance: Matrix,
  level: number,
): CoxCoefficient[] {
  const quantile = normalQuantileUpper((1 - level) / 2);
  return columns.map(({ name, variable, reference }, j) => {
    const estimate = coefficients[j]!;
    const standardError = Math.sqrt(covariance.data[j * covariance.rows + j]!);
    if (monotone?.includes(j) || undetermined.includes(j)) {
      const diverges = undetermined.includes(j) ? null : estimate > 0 ? "up" : "down";
      const none = { estimate: null, standardError: null, interval: null, statistic: null, pValue: null };
      return { name, variable, reference, ...none, hazardRatio: null, diverges };
    }
    const lower = estimate - quantile * standardError;
    const upper = estimate + quantile * standardError;
    const statistic = standardError > 0 ? estimate / standardError : null;
    return {
      name,
      variable,
      reference,
      estimate,
      standardError,
      interval: { level, lower, upper, method: "normal" },
      statistic,
      pValue: statistic === null ? null : twoSidedNormal(statistic),
      hazardRatio: hazardRatio(estimate, lower, upper, level),
      diverges: null,
    };
  });
}

function hazardRatio(estimate: number, lower: number, upper: number, level: number): CoxCoefficient["hazardRatio"] {
  if (!Number.isFinite(Math.exp(estimate))) return null;
  const above = Math.exp(upper);
  return {
    estimate: Math.exp(estimate),
    interval: {
      level,
      lower: Math.exp(lower),
      upper: Number.isFinite(above) ? above : null,
      method: "normal, log scale",
    },
  };
}

/** The robust covariance, what each row or cluster adds to the coefficients, and the robust score test. */
export function robustness(
  fit: CoxFit,
  weights: Float64Array | null,
  clusters: { readonly codes: Int32Array; readonly count: number } | null,
): { covariance: Matrix; influence: Matrix; robustScore: number | null } {
  const { history, relative, ties } = fit;
  const { score } = coxResiduals(history, relative, hazardSteps(history, relative, ties));
  const scores = clusteredScores(score, weights, clusters);
  const none = relativeHazards(history, new Float64Array(history.columns));
  const atZero = clusteredScores(
    coxResiduals(history, none, hazardSteps(history, none, ties)).score,
    weights,
    clusters,
  );
  const gradient = new Float64Array(history.columns);
  for (let j = 0; j < atZero.columns; j++) {
    for (let i = 0; i < atZero.rows; i++) gradient[j]! += atZero.data[j * atZero.rows + i]!;
  }
  return {
    covariance: robustCovariance(scores, fit.covariance),
    influence: multiply(scores, fit.covariance),
    robustScore: inverseForm(transposeTimes(atZero, atZero), gradient),
  };
}

export function coxTests(fit: CoxFit, covariance: Matrix, robustScore: number | null): CoxTests | null {
  const df = fit.coefficients.length;
  if (df === 0) return null;
  return {
    likelihoodRatio: coxTest(Math.max(2 * (fit.logLikelihood - fit.nullLogLikelihood), 0), df)!,
    wald: waldTest(fit, covariance),
    score: coxTest(fit.scoreStatistic, df)!,
    robustScore: coxTest(robustScore, df),
  };
}

/** All coefficients against 0; `null` where one has no finite maximum. */
export function waldTest({ monotone, coefficients }: PartialFit, covariance: Matrix): CoxTest | null {
  return coxTest(monotone === null ? inverseForm(covariance, coefficients) : null, coefficients.length);
}

function coxTest(statistic: number | null, df: number): CoxTest | null {
  if (statistic === null) return null;
  return { statistic, df, pValue: pValueOfChiSquare(statistic, df) };
}
