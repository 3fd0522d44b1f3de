import type { Quantity } from "./closedFormDelta.ts";

/**
 * The two models as one vector of parameters: coefficients of the mediator model, coefficients of the outcome model,
 * residual variance of a linear mediator model (0 and without variance for a logistic one).
 */
export interface JointModels {
  readonly parameters: Float64Array;
  readonly mediatorFamily: "gaussian" | "binomial";
  /** Whether effects are differences of means, or of logarithms of (expected) exponentials. */
  readonly scale: "identity" | "log";
  /** The row of the mediator design at given values of the exposure's columns and the covariates chosen. */
  mediatorRow(exposure: Float64Array): Float64Array;
  /** Places among the parameters. */
  readonly exposureFrom: number;
  readonly mediator: number;
  /** Of exposure × mediator; `null` without. */
  readonly interactionFrom: number | null;
  readonly variance: number;
}

/** The outcome's linear predictor at an exposure and a mediator value, without what does not depend on either. */
export function controlledMean(models: JointModels, exposure: Float64Array, mediator: number): Quantity {
  const { parameters, exposureFrom } = models;
  const gradient = new Float64Array(parameters.length);
  const slope = slopeAt(models, exposure);
  let value = slope * mediator;
  for (let k = 0; k < exposure.length; k++) {
    value += parameters[exposureFrom + k]! * exposure[k]!;
    gradient[exposureFrom + k] = exposure[k]!;
  }
  writeSlopes(models, exposure, mediator, gradient);
  return { value, gradient };
}

/**
 * The outcome at `outcomeExposure` with the mediator as it is at `mediatorExposure`, without what does not depend on
 * either. Identity: θ₁a + κE(M); log: θ₁a + log E exp(κM), with κ = θ₂ + θ₃a. For a normal mediator log E exp(κM) = κμ + κ²σ²/2,
 * for a binary one log(1 + exp(μ + κ)) − log(1 + exp μ), μ being the mediator's linear predictor
 * (VanderWeele & Vansteelandt 2010; Valeri & VanderWeele 2013, appendix).
 */
export function nestedMean(
  models: JointModels,
  outcomeExposure: Float64Array,
  mediatorExposure: Float64Array,
): Quantity {
  const { parameters, variance } = models;
  const row = models.mediatorRow(mediatorExposure);
  let predictor = 0;
  for (let j = 0; j < row.length; j++) predictor += parameters[j]! * row[j]!;
  const slope = slopeAt(models, outcomeExposure);
  const part = mediatorPart(models, predictor, slope, parameters[variance]!);
  const { value, gradient } = controlledMean(models, outcomeExposure, 0);
  for (let j = 0; j < row.length; j++) gradient[j] = part.byPredictor * row[j]!;
  gradient[variance] = part.byVariance;
  writeSlopes(models, outcomeExposure, part.bySlope, gradient);
  return { value: value + part.value, gradient };
}

interface MediatorPart {
  readonly value: number;
  readonly bySlope: number;
  readonly byPredictor: number;
  readonly byVariance: number;
}

function mediatorPart(
  { mediatorFamily, scale }: JointModels,
  predictor: number,
  slope: number,
  variance: number,
): MediatorPart {
  if (mediatorFamily === "gaussian") {
    const spread = scale === "log" ? 1 : 0;
    return {
      value: slope * predictor + (spread * slope * slope * variance) / 2,
      bySlope: predictor + spread * slope * variance,
      byPredictor: slope,
      byVariance: (spread * slope * slope) / 2,
    };
  }
  const share = logistic(predictor);
  if (scale === "identity") {
    const byPredictor = slope * share * logistic(-predictor);
    return { value: slope * share, bySlope: share, byPredictor, byVariance: 0 };
  }
  const tilted = logistic(predictor + slope);
  return {
    value: softplus(predictor + slope) - softplus(predictor),
    bySlope: tilted,
    byPredictor: tilted - share,
    byVariance: 0,
  };
}

/** κ: by how much the outcome's linear predictor rises per unit of the mediator at this exposure. */
function slopeAt({ parameters, mediator, interactionFrom }: JointModels, exposure: Float64Array): number {
  let slope = parameters[mediator]!;
  if (interactionFrom === null) return slope;
  for (let k = 0; k < exposure.length; k++) slope += parameters[interactionFrom + k]! * exposure[k]!;
  return slope;
}

function writeSlopes(
  { mediator, interactionFrom }: JointModels,
  exposure: Float64Array,
  bySlope: number,
  gradient: Float64Array,
): void {
  gradient[mediator] = bySlope;
  if (interactionFrom === null) return;
  for (let k = 0; k < exposure.length; k++) gradient[interactionFrom + k] = bySlope * exposure[k]!;
}

function logistic(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
