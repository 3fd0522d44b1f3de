import { logGamma, normalDensity, normalLower } from "../_numeric/distributions/index.ts";

export type Family = "gaussian" | "binomial" | "poisson";
export type Link = "identity" | "logit" | "probit" | "log" | "complementary-log-log";

/** What one row of outcome `y` says about its linear predictor. The object is written over by every call. */
interface RowFit {
  mean: number;
  /** Derivative of the log-likelihood by the linear predictor. */
  score: number;
  /** Expected information about the linear predictor; 0 where it underflows. */
  information: number;
  /** NaN where the model has no such linear predictor. */
  logLikelihood: number;
}

/** A family with its link, as far as the fit needs it. */
export interface ResponseModel {
  readonly family: Family | "negative-binomial";
  readonly link: Link;
  /** With a canonical link the expected information is the observed one and Newton's steps are quadratic. */
  readonly canonical: boolean;
  row(y: number, linearPredictor: number, out: RowFit): void;
  deviance(y: number, mean: number): number;
  /** Variance of an outcome with this mean, at dispersion 1. */
  variance(mean: number): number;
  /** The linear predictor that gives this mean. */
  linkOf(mean: number): number;
}

export function emptyRow(): RowFit {
  return { mean: 0, score: 0, information: 0, logLikelihood: 0 };
}

/** The model for a family and link, or `null` for a pair that is not offered. */
export function responseModel(family: Family, link: Link): ResponseModel | null {
  return models.find((model) => model.family === family && model.link === link) ?? null;
}

const gaussian: ResponseModel = {
  family: "gaussian",
  link: "identity",
  canonical: true,
  row(y, eta, out) {
    out.mean = eta;
    out.score = y - eta;
    out.information = 1;
    out.logLikelihood = -0.5 * (y - eta) ** 2;
  },
  deviance: (y, mean) => (y - mean) ** 2,
  variance: () => 1,
  linkOf: (mean) => mean,
};

const logistic: ResponseModel = {
  family: "binomial",
  link: "logit",
  canonical: true,
  row(y, eta, out) {
    const small = Math.exp(-Math.abs(eta));
    const larger = 1 / (1 + small);
    const smaller = small * larger;
    const p = eta < 0 ? smaller : larger;
    const q = eta < 0 ? larger : smaller;
    out.mean = p;
    out.score = y * q - (1 - y) * p;
    out.information = p * q;
    out.logLikelihood = y * eta - Math.max(eta, 0) - Math.log1p(small);
  },
  deviance: binomialDeviance,
  variance: binomialVariance,
  linkOf: (mean) => Math.log(mean / (1 - mean)),
};

const probit: ResponseModel = {
  family: "binomial",
  link: "probit",
  canonical: false,
  row(y, eta, out) {
    const logDensity = normalDensity(eta, true);
    const logLower = normalLower(eta, true);
    const logUpper = normalLower(-eta, true);
    out.mean = Math.exp(logLower);
    // φ/Φ through logarithms: both vanish in the far tail, their quotient does not
    out.score = y * Math.exp(logDensity - logLower) - (1 - y) * Math.exp(logDensity - logUpper);
    out.information = Math.exp(2 * logDensity - logLower - logUpper);
    out.logLikelihood = mixed(y, logLower, logUpper);
  },
  deviance: binomialDeviance,
  variance: binomialVariance,
  // only a start: a normal quantile by way of the logistic one
  linkOf: (mean) => Math.log(mean / (1 - mean)) / 1.7,
};

const logBinomial: ResponseModel = {
  family: "binomial",
  link: "log",
  canonical: false,
  row(y, eta, out) {
    const p = Math.exp(eta);
    const q = -Math.expm1(eta);
    out.mean = p;
    out.score = (y - p) / q;
    out.information = p / q;
    out.logLikelihood = q > 0 ? mixed(y, eta, Math.log(q)) : Number.NaN;
  },
  deviance: binomialDeviance,
  variance: binomialVariance,
  linkOf: Math.log,
};

const complementaryLogLog: ResponseModel = {
  family: "binomial",
  link: "complementary-log-log",
  canonical: false,
  row(y, eta, out) {
    const hazard = Math.exp(eta);
    const p = -Math.expm1(-hazard);
    const odds = Math.expm1(hazard);
    // hazard / odds tends to 1 where both underflow
    const ratio = hazard > 0 ? hazard / odds : 1;
    out.mean = p;
    out.score = y * ratio - (1 - y) * hazard;
    out.information = hazard * ratio;
    out.logLikelihood = mixed(y, p > 0 ? Math.log(p) : eta, -hazard);
  },
  deviance: binomialDeviance,
  variance: binomialVariance,
  linkOf: (mean) => Math.log(-Math.log1p(-mean)),
};

const poisson: ResponseModel = {
  family: "poisson",
  link: "log",
  canonical: true,
  row(y, eta, out) {
    const mean = Math.exp(eta);
    out.mean = mean;
    out.score = y - mean;
    out.information = mean;
    out.logLikelihood = y * eta - mean - logGamma(y + 1);
  },
  deviance: (y, mean) => 2 * ((y > 0 ? y * Math.log(y / mean) : 0) - (y - mean)),
  variance: (mean) => mean,
  linkOf: Math.log,
};

const models: readonly ResponseModel[] = [gaussian, logistic, probit, logBinomial, complementaryLogLog, poisson];

function mixed(y: number, logSuccess: number, logFailure: number): number {
  return (y > 0 ? y * logSuccess : 0) + (y < 1 ? (1 - y) * logFailure : 0);
}

function binomialDeviance(y: number, mean: number): number {
  const success = y > 0 ? y * Math.log(y / mean) : 0;
  const failure = y < 1 ? (1 - y) * Math.log((1 - y) / (1 - mean)) : 0;
  return 2 * (success + failure);
}

function binomialVariance(mean: number): number {
  return mean * (1 - mean);
}
