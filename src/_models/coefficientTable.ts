import { normalQuantileUpper, tQuantileUpper, twoSidedNormal, twoSidedT } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { TestedEstimate } from "../estimate.ts";

/** One coefficient of a model, tested against 0. */
export interface Coefficient extends TestedEstimate {
  /** `(Intercept)`; a number column's name; `column: level` of an indicator; `a × b` of a product. */
  readonly name: string;
  readonly variable: string;
  /** The level an indicator is compared with. */
  readonly reference: string | null;
}

/**
 * Coefficients with intervals and tests: by t where degrees of freedom are given, one per coefficient, by the normal
 * distribution where they are `null`. Errors: "perfect-fit" where a standard error is 0, "out-of-scale" where its square leaves
 * the range of doubles.
 */
export function coefficientTable(
  columns: readonly DesignColumn[],
  estimates: Float64Array,
  covariance: Matrix,
  df: Float64Array | null,
  level: number,
): Coefficient[] {
  return columns.map(({ name, variable, reference }, k) => {
    const estimate = estimates[k]!;
    const variance = covariance.data[k * covariance.rows + k]!;
    if (leavesRange(estimate, variance)) throw outOfScale(name, estimate);
    const standardError = Math.sqrt(variance);
    if (!(standardError > 0)) throw perfectFit(name);
    return {
      name,
      variable,
      reference,
      ...testedEstimate(estimate, standardError, df === null ? null : df[k]!, level),
    };
  });
}

/** An estimate against 0, by t where its degrees of freedom are known, else by the normal distribution. */
export function testedEstimate(
  estimate: number,
  standardError: number,
  df: number | null,
  level: number,
): TestedEstimate {
  const tail = (1 - level) / 2;
  const half = (df === null ? normalQuantileUpper(tail) : tQuantileUpper(tail, df)) * standardError;
  const statistic = estimate / standardError;
  return {
    estimate,
    standardError,
    interval: { level, lower: estimate - half, upper: estimate + half, method: df === null ? "normal" : "t" },
    statistic,
    df,
    pValue: df === null ? twoSidedNormal(statistic) : twoSidedT(statistic, df),
  };
}

function perfectFit(name: string): KithpathError {
  return new KithpathError("perfect-fit", `the residuals leave no uncertainty about "${name}"`, {
    expected: "residuals that vary",
    received: "a standard error of 0",
    remedy: "Check whether a term is the outcome in another form.",
  });
}

/** Below this a square has no more the digits of a normal double. */
const leastSquare = 1e-306;

/** Whether a variance, or the estimate itself, was lost to the ends of the range rather than being 0. */
function leavesRange(estimate: number, variance: number): boolean {
  if (!Number.isFinite(estimate) || variance === Number.POSITIVE_INFINITY) return true;
  if (variance > 0) return variance < leastSquare;
  return estimate !== 0 && Math.abs(estimate) < Math.sqrt(leastSquare);
}

function outOfScale(name: string, estimate: number): KithpathError {
  return new KithpathError(
    "out-of-scale",
    `the coefficient of "${name}" is beyond the range in which its error keeps its digits`,
    {
      expected: "coefficients whose squares lie between 1e-306 and 1e308",
      received: String(estimate),
      remedy: "Give the outcome or the term in another unit.",
    },
  );
}
