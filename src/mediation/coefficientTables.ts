import { type Clusters, linearCovariance } from "../_models/covariance.ts";
import { fitLinear } from "../_models/linear.ts";
import { interceptName, refuseCollinear, refuseTooFewRows } from "../_models/namedDesign.ts";
import { normalQuantile, tQuantile, twoSidedNormal, twoSidedT } from "../_numeric/distributions/index.ts";
import { fromColumns, type Matrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import type { TestedEstimate } from "../estimate.ts";

export interface CoefficientRow extends TestedEstimate {
  readonly name: string;
}

/** One fitted model. */
export interface ModelTable {
  readonly model: "mediator" | "outcome" | "total";
  readonly response: string;
  readonly family: "gaussian" | "binomial";
  readonly link: "identity" | "logit" | "probit";
  readonly n: number;
  readonly dfResidual: number;
  readonly covariance: "classical" | "CR2" | "CR1";
  /** With divisor n − p; `null` for a binary outcome. */
  readonly residualStandardDeviation: number | null;
  readonly rSquared: number | null;
  readonly coefficients: readonly CoefficientRow[];
}

/** A fitted model with what further computations need. */
export interface FittedModel {
  readonly table: ModelTable;
  readonly names: readonly string[];
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly df: Float64Array | null;
  readonly residuals: Float64Array;
}

export interface ModelRequest {
  readonly model: ModelTable["model"];
  readonly response: DesignColumn;
  readonly columns: readonly DesignColumn[];
  readonly clusters: Clusters | null;
  readonly level: number;
}

/** Least squares with classical, or with clusters CR2, covariance. Errors: "too-few-rows", "collinear". */
export function fitLinearModel({ model, response, columns, clusters, level }: ModelRequest): FittedModel {
  const { names, design } = designOf(columns, response.values.length);
  refuseTooFewRows("mediate", response.values.length, names.length);
  const fit = fitLinear(design, response.values);
  refuseCollinear("mediate", fit.aliased, names);
  const { covariance, df } =
    clusters === null ? linearCovariance(fit, design, "classical") : linearCovariance(fit, design, "CR2", { clusters });
  return {
    names,
    coefficients: fit.coefficients,
    covariance,
    df,
    residuals: fit.residuals,
    table: {
      model,
      response: response.name,
      family: "gaussian",
      link: "identity",
      n: response.values.length,
      dfResidual: fit.dfResidual,
      covariance: clusters === null ? "classical" : "CR2",
      residualStandardDeviation: Math.sqrt(fit.residualVariance),
      rSquared: determination(response.values, fit.residuals),
      coefficients: names.map((name, j) =>
        coefficientRow(name, fit.coefficients[j]!, variance(covariance, j), df[j]!, level),
      ),
    },
  };
}

export function designOf(columns: readonly DesignColumn[], rows: number): { names: string[]; design: Matrix } {
  return {
    names: [interceptName, ...columns.map((column) => column.name)],
    design: fromColumns([new Float64Array(rows).fill(1), ...columns.map((column) => column.values)]),
  };
}

export function variance(covariance: Matrix, j: number): number {
  return covariance.data[j * covariance.rows + j]!;
}

/** A coefficient with its t test, or its z test where `df` is null. */
export function coefficientRow(
  name: string,
  estimate: number,
  squaredError: number,
  df: number | null,
  level: number,
): CoefficientRow {
  const standardError = Math.sqrt(Math.max(0, squaredError));
  // An exact fit leaves no residual: the statistic then has no finite value and is told as the largest double.
  const statistic =
    standardError > 0 ? estimate / standardError : estimate === 0 ? 0 : Math.sign(estimate) * Number.MAX_VALUE;
  const quantile = df === null ? normalQuantile((1 + level) / 2) : tQuantile((1 + level) / 2, df);
  return {
    name,
    estimate,
    standardError,
    statistic,
    df,
    pValue: df === null ? twoSidedNormal(statistic) : twoSidedT(statistic, df),
    interval: {
      level,
      lower: estimate - quantile * standardError,
      upper: estimate + quantile * standardError,
      method: df === null ? "normal" : "t",
    },
  };
}

/** 1 − residual sum of squares / sum of squares about the mean; `null` for a constant response. */
export function determination(response: Float64Array, residuals: Float64Array): number | null {
  let total = 0;
  for (const value of response) total += value;
  const mean = total / response.length;
  let about = 0;
  for (const value of response) about += (value - mean) ** 2;
  let left = 0;
  for (const value of residuals) left += value * value;
  return about > 0 ? 1 - left / about : null;
}
