import { type Clusters, linearCovariance } from "../_models/covariance.ts";
import { fitLinear } from "../_models/linear.ts";
import { refuseTooFewRows } from "../_models/namedDesign.ts";
import { normalQuantile, tQuantile, twoSidedNormal, twoSidedT } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import type { TestedEstimate } from "../estimate.ts";
import type { RawVariable } from "./columns.ts";
import { refuseDependentTerms, refuseDetermined } from "./dependentTerms.ts";
import type { ModelLink, OutcomeFamily } from "./specTypes.ts";
import type { Term } from "./system/terms.ts";

export interface CoefficientRow extends TestedEstimate {
  readonly name: string;
}

/** One fitted model. */
export interface ModelTable {
  readonly model: "mediator" | "outcome" | "total" | "competing";
  readonly response: string;
  readonly family: OutcomeFamily;
  readonly link: ModelLink;
  readonly n: number;
  readonly dfResidual: number;
  readonly covariance: "classical" | "CR2" | "CR1" | "HC1" | "HC0";
  /** With divisor n − p; `null` but for a linear model. */
  readonly residualStandardDeviation: number | null;
  readonly rSquared: number | null;
  readonly coefficients: readonly CoefficientRow[];
  /** Size θ of negative binomial counts, scale σ of Weibull times, thresholds of ordinal levels; otherwise empty. */
  readonly others: readonly number[];
}

/** A fitted model with what further computations need. */
export interface FittedModel {
  readonly table: ModelTable;
  readonly terms: readonly Term[];
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly df: Float64Array | null;
  /** Response less fitted mean; empty for a time to an event. */
  readonly residuals: Float64Array;
}

export interface ModelRequest {
  readonly model: ModelTable["model"];
  readonly response: RawVariable;
  readonly terms: readonly Term[];
  readonly design: Matrix;
  readonly clusters: Clusters | null;
  readonly weights: Float64Array | null;
  readonly level: number;
}

/** Least squares with classical covariance, with clusters CR2, with weights HC1. Errors: "too-few-rows", "collinear". */
export function fitLinearModel(request: ModelRequest): FittedModel {
  const { response, terms, design, clusters, weights } = request;
  const n = response.values.length;
  refuseTooFewRows("mediate", n, terms.length);
  const fit = weights === null ? fitLinear(design, response.values) : fitLinear(design, response.values, weights);
  refuseDependentTerms(request, fit.aliased);
  refuseDetermined(request, fit.residuals);
  const type = clusters !== null ? "CR2" : weights !== null ? "HC1" : "classical";
  const { covariance, df } = linearCovariance(fit, design, type, {
    ...(weights === null ? {} : { weights }),
    ...(clusters === null ? {} : { clusters }),
  });
  refuseExtremes(covariance, fit.coefficients, response.name);
  return tabulated(request, {
    coefficients: fit.coefficients,
    covariance,
    df,
    residuals: fit.residuals,
    type,
    residualStandardDeviation: Math.sqrt(fit.residualVariance),
    rSquared: determination(response.values, fit.residuals, weights),
  });
}

/** Units so far apart that a variance is too large or too small for a number. Error: "extreme-values". */
function refuseExtremes(covariance: Matrix, coefficients: Float64Array, response: string): void {
  for (let j = 0; j < covariance.rows; j++) {
    const value = variance(covariance, j);
    const lost = value === 0 && coefficients[j] !== 0 && coefficients[j]! ** 2 < 1e-290;
    if (Number.isFinite(value) && !lost) continue;
    throw new KithpathError("extreme-values", `the units in the model of "${response}" lie too far apart`, {
      expected: "columns whose sizes differ by less than about 1e150",
      received: `a variance of ${value}`,
      where: { column: response },
      remedy: "Tell the variables in other units.",
    });
  }
}

export interface FittedParts {
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly df: Float64Array | null;
  readonly residuals: Float64Array;
  readonly type: ModelTable["covariance"];
  readonly residualStandardDeviation?: number;
  readonly rSquared?: number | null;
  readonly others?: readonly number[];
}

export function tabulated({ model, response, terms, level }: ModelRequest, parts: FittedParts): FittedModel {
  const { coefficients, covariance, df, residuals } = parts;
  const n = response.values.length;
  return {
    terms,
    coefficients,
    covariance,
    df,
    residuals,
    table: {
      model,
      response: response.name,
      family: response.family,
      link: response.link,
      n,
      dfResidual: n - terms.length,
      covariance: parts.type,
      residualStandardDeviation: parts.residualStandardDeviation ?? null,
      rSquared: parts.rSquared ?? null,
      coefficients: terms.map(({ name }, j) =>
        coefficientRow(name, coefficients[j]!, variance(covariance, j), df === null ? null : df[j]!, level),
      ),
      others: parts.others ?? [],
    },
  };
}

export function namesOf(terms: readonly Term[]): string[] {
  return terms.map(({ name }) => name);
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
export function determination(
  response: Float64Array,
  residuals: Float64Array,
  weights: Float64Array | null,
): number | null {
  let total = 0;
  let mass = 0;
  response.forEach((value, i) => {
    total += (weights?.[i] ?? 1) * value;
    mass += weights?.[i] ?? 1;
  });
  const mean = total / mass;
  let about = 0;
  let left = 0;
  response.forEach((value, i) => {
    about += (weights?.[i] ?? 1) * (value - mean) ** 2;
    left += (weights?.[i] ?? 1) * residuals[i]! ** 2;
  });
  return about > 0 ? 1 - left / about : null;
}
