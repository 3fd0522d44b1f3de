import { logGamma } from "../_numeric/distributions/index.ts";
import type { ResponseModel } from "./families.ts";

/** Counts above this are summed by the gamma function. */
const LONGEST_SUM = 2000;

/**
 * Negative binomial counts with variance μ + μ²/θ at a given θ, log link (Lawless 1987; Venables & Ripley 2002, section 7.4).
 * The log-likelihood is written with Γ(y + θ)/(Γ(θ) θ^y) = Π(1 + j/θ), which keeps its digits when θ is large.
 */
export function negativeBinomialResponse(theta: number): ResponseModel {
  const rising = risingLogarithms(theta);
  return {
    family: "negative-binomial",
    link: "log",
    canonical: false,
    row(y, eta, out) {
      const mean = Math.exp(eta);
      const spread = 1 + mean / theta;
      out.mean = mean;
      out.score = (y - mean) / spread;
      out.information = mean / spread;
      out.logLikelihood = rising(y) + y * eta - (y + theta) * Math.log1p(mean / theta);
    },
    deviance: (y, mean) =>
      2 * ((y > 0 ? y * Math.log(y / mean) : 0) - (y + theta) * Math.log1p((y - mean) / (mean + theta))),
    variance: (mean) => mean + (mean * mean) / theta,
    linkOf: Math.log,
  };
}

/** log Γ(y + θ) − log Γ(θ) − y log θ − log y!, kept for every count met. */
function risingLogarithms(theta: number): (y: number) => number {
  const known = new Map<number, number>();
  return (y) => {
    let value = known.get(y);
    if (value === undefined) {
      value = 0;
      if (y > LONGEST_SUM) value = logGamma(y + theta) - logGamma(theta) - y * Math.log(theta);
      else for (let j = 1; j < y; j++) value += Math.log1p(j / theta);
      value -= logGamma(y + 1);
      known.set(y, value);
    }
    return value;
  };
}

/** First and second derivative of a row's log-likelihood by θ, the mean held fixed. */
export function thetaDerivatives(
  y: number,
  mean: number,
  theta: number,
  sums: { first: number; second: number },
): { first: number; second: number } {
  const total = theta + mean;
  return {
    first: sums.first - Math.log1p(mean / theta) - (y - mean) / total,
    second: -sums.second + mean / (theta * total) + (y - mean) / total ** 2,
  };
}

/** Σ 1/(θ + j) and Σ 1/(θ + j)² over j = 0 … y − 1 for every row: differences of the digamma and trigamma function. */
export function harmonicSums(outcome: Float64Array, theta: number): { first: Float64Array; second: Float64Array } {
  const order = Array.from(outcome.keys()).sort((a, b) => outcome[a]! - outcome[b]!);
  const first = new Float64Array(outcome.length);
  const second = new Float64Array(outcome.length);
  let [reached, once, twice] = [0, 0, 0];
  for (const row of order) {
    for (; reached < outcome[row]!; reached++) {
      const part = 1 / (theta + reached);
      once += part;
      twice += part * part;
    }
    first[row] = once;
    second[row] = twice;
  }
  return { first, second };
}
