import { leastSquares } from "../_numeric/leastSquares.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import { type Family, type Link, type ResponseModel, responseModel } from "./families.ts";
import { climb, type ScoringProblem, type ScoringState, stateAt, workingWeights } from "./scoring.ts";
import { findSeparation, type Separation } from "./separation.ts";

export interface GeneralizedLinearOptions extends ResponseOptions {
  readonly family: Family;
  readonly link: Link;
}

export interface ResponseOptions {
  /** Case weights ≥ 0: weight 2 is the row twice. */
  readonly weights?: Float64Array;
  /** Added to the linear predictor with coefficient 1. */
  readonly offset?: Float64Array;
  readonly start?: Float64Array;
}

export interface GeneralizedLinearFit {
  readonly coefficients: Float64Array;
  /** Inverse expected information; for the gaussian family times the residual variance (n − p). */
  readonly covariance: Matrix;
  readonly fitted: Float64Array;
  readonly linearPredictor: Float64Array;
  /** Derivative of each row's log-likelihood by its linear predictor, without the case weight. */
  readonly score: Float64Array;
  /** Expected information of each row about its linear predictor, without the case weight. */
  readonly information: Float64Array;
  readonly iterations: number;
  /** The log-likelihood at the start and after every step. */
  readonly record: readonly number[];
  /** False also when there is separation: finite estimates do not exist then, whatever `coefficients` holds. */
  readonly converged: boolean;
  readonly deviance: number;
  readonly logLikelihood: number;
  /** Residual variance of the gaussian family, 1 for the others. */
  readonly dispersion: number;
  /** Rows with a positive weight. */
  readonly observations: number;
  readonly dfResidual: number;
  /** Columns that depend on columns before them; if any, the coefficients are not to be used. */
  readonly aliased: readonly number[];
  readonly separation: Separation | null;
}

/**
 * Maximum likelihood of a generalised linear model by Fisher scoring (Nelder & Wedderburn 1972), each step a weighted least
 * squares by QR, halved until the likelihood does not fall, until every element of the gradient is 10⁻¹⁰ of the sum of
 * the sizes of its terms. Binomial and Poisson fits with rows predicted almost perfectly are checked for separation.
 */
export function fitGeneralizedLinear(
  design: Matrix,
  outcome: Float64Array,
  options: GeneralizedLinearOptions,
): GeneralizedLinearFit {
  const model = responseModel(options.family, options.link);
  if (model === null) {
    throw new KithpathError(
      "unknown-link",
      `The ${options.family} family is not offered with the ${options.link} link`,
      {
        expected: "gaussian identity, binomial logit, probit, log or complementary-log-log, poisson log",
        received: `${options.family} ${options.link}`,
      },
    );
  }
  return fitResponse(design, outcome, model, options);
}

/** The fit of `fitGeneralizedLinear` for a model that is given whole. */
export function fitResponse(
  design: Matrix,
  outcome: Float64Array,
  model: ResponseModel,
  options: ResponseOptions,
): GeneralizedLinearFit {
  const weights = options.weights ?? new Float64Array(design.rows).fill(1);
  const offset = options.offset ?? new Float64Array(design.rows);
  const problem: ScoringProblem = { design, outcome, weights, offset, model };

  const constant = new Float64Array(design.rows).fill(overallLink(problem));
  const first = leastSquares(design, constant, weights);
  let state = stateAt(problem, options.start ?? first.coefficients);
  if (!Number.isFinite(state.logLikelihood)) state = stateAt(problem, first.coefficients);
  let iterations = 0;
  let converged = false;
  let record: readonly number[] = [state.logLikelihood];
  const { aliased } = first;
  if (aliased.length === 0) ({ state, iterations, record, converged } = climb(problem, state));

  const suspicious = model.family !== "gaussian" && (!converged || hasNearCertainRow(problem, state));
  const separation =
    aliased.length === 0 && suspicious
      ? findSeparation(design, outcome, weights, model.link === "log" ? "counted" : "bounded")
      : null;
  const atEnd = leastSquares(design, outcome, workingWeights(weights, state.information));
  if (aliased.length === 0 && separation === null && atEnd.aliased.length > 0) converged = false;
  return describe(problem, state, atEnd.crossInverse, {
    iterations,
    record,
    converged: converged && separation === null,
    aliased,
    separation,
  });
}

/** The linear predictor of a model with a constant only, moved off the ends where it is infinite. */
function overallLink({ outcome, weights, offset, model }: ScoringProblem): number {
  let total = 0;
  let exposure = 0;
  for (let i = 0; i < outcome.length; i++) {
    total += weights[i]! * outcome[i]!;
    exposure +=
      weights[i]! * (model.family === "poisson" || model.family === "negative-binomial" ? Math.exp(offset[i]!) : 1);
  }
  if (model.family === "gaussian") return total / exposure;
  const mean = total > 0 ? total / exposure : 0.5 / exposure;
  return model.linkOf(model.family === "binomial" ? Math.min(mean, 1 - 0.5 / (exposure + 1)) : mean);
}

/** Separation drives rows to certainty: where no row is nearly certain there is none. */
function hasNearCertainRow({ weights, outcome }: ScoringProblem, state: ScoringState): boolean {
  return state.fitted.some(
    (mean, i) => weights[i]! > 0 && Math.abs(outcome[i]! - mean) < 1e-4 && (mean < 1e-4 || mean > 1 - 1e-4),
  );
}

function describe(
  problem: ScoringProblem,
  state: ScoringState,
  crossInverse: Matrix,
  outcome: Pick<GeneralizedLinearFit, "iterations" | "record" | "converged" | "aliased" | "separation">,
): GeneralizedLinearFit {
  const { design, weights, model } = problem;
  let observations = 0;
  let deviance = 0;
  let logWeights = 0;
  for (let i = 0; i < design.rows; i++) {
    if (!(weights[i]! > 0)) continue;
    observations++;
    deviance += weights[i]! * model.deviance(problem.outcome[i]!, state.fitted[i]!);
    logWeights += Math.log(weights[i]!);
  }
  const dfResidual = observations - (design.columns - outcome.aliased.length);
  const gaussian = model.family === "gaussian";
  const dispersion = gaussian ? deviance / Math.max(dfResidual, 1) : 1;
  const covariance = gaussian
    ? { ...crossInverse, data: crossInverse.data.map((value) => value * dispersion) }
    : crossInverse;
  const logLikelihood = gaussian
    ? -0.5 * observations * (Math.log((2 * Math.PI * deviance) / observations) + 1) + 0.5 * logWeights
    : state.logLikelihood;
  const { coefficients, fitted, linearPredictor, score, information } = state;
  return {
    coefficients,
    covariance,
    fitted,
    linearPredictor,
    score,
    information,
    deviance,
    logLikelihood,
    dispersion,
    observations,
    dfResidual,
    ...outcome,
  };
}
