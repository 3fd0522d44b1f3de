import { normalDensity, normalQuantile, normalUpper } from "../_numeric/distributions/index.ts";

/**
 * What log time is spread by in an accelerated failure time model, log T = xβ + σW: W of the smallest extreme value (Weibull times),
 * standard normal (lognormal times) or standard logistic distribution (log-logistic times).
 */
export type FailureTimes = "weibull" | "lognormal" | "loglogistic";

/** What a row says of its w = (log t − xβ)/σ. */
export interface RowLikelihood {
  /** Log density at w of an event, log survival at w of a censored row. */
  value: number;
  /** Its derivative by w. */
  slope: number;
  /** Less its second derivative; never negative, since all three distributions are log-concave. */
  curvature: number;
}

/** Writes a row's likelihood to `row`; nothing is allocated. */
type ErrorKernel = (w: number, happened: boolean, row: RowLikelihood) => void;

/** Standard deviation of W. */
export const errorDeviation: Readonly<Record<FailureTimes, number>> = {
  weibull: Math.PI / Math.sqrt(6),
  lognormal: 1,
  loglogistic: Math.PI / Math.sqrt(3),
};

/** Kalbfleisch & Prentice (2002), section 2.2. */
export const errorKernels: Readonly<Record<FailureTimes, ErrorKernel>> = {
  weibull(w, happened, row) {
    const expected = Math.exp(w);
    row.value = (happened ? w : 0) - expected;
    row.slope = (happened ? 1 : 0) - expected;
    row.curvature = expected;
  },
  lognormal(w, happened, row) {
    if (happened) {
      row.value = normalDensity(w, true);
      row.slope = -w;
      row.curvature = 1;
      return;
    }
    const hazard = normalHazard(w);
    row.value = normalUpper(w, true);
    row.slope = -hazard;
    row.curvature = w < FAR ? hazard * (hazard - w) : 1 - 1 / (w * w);
  },
  loglogistic(w, happened, row) {
    const below = 1 / (1 + Math.exp(-w));
    const above = 1 / (1 + Math.exp(w));
    const logAbove = w > 0 ? -w - Math.log1p(Math.exp(-w)) : -Math.log1p(Math.exp(w));
    row.value = happened ? w + 2 * logAbove : logAbove;
    row.slope = happened ? above - below : -below;
    row.curvature = (happened ? 2 : 1) * below * above;
  },
};

/** From there the hazard less w is rounding; its expansion is exact to 1e-15. */
const FAR = 1e4;

function normalHazard(w: number): number {
  if (w >= FAR) return w + 1 / w;
  return Math.exp(normalDensity(w, true) - normalUpper(w, true));
}

/** S at one time and its derivatives. */
export interface FailureSurvival {
  readonly survival: number;
  readonly logSurvival: number;
  /** ∂S/∂(xβ), ≥ 0. */
  readonly byPredictor: number;
  /** ∂S/∂(log σ). */
  readonly byLogScale: number;
  /** ∂S/∂(log t) = −t × density, ≤ 0. */
  readonly byLogTime: number;
}

/**
 * The probability of no event by the time whose logarithm is `logTime`, for a linear predictor xβ of log time and a scale σ, with
 * its derivatives: S = P(W > w), w = (log t − xβ)/σ; ∂S/∂w is less the density of W.
 */
export function failureSurvival(
  times: FailureTimes,
  logTime: number,
  predictor: number,
  scale: number,
): FailureSurvival {
  const w = (logTime - predictor) / scale;
  const row: RowLikelihood = { value: 0, slope: 0, curvature: 0 };
  errorKernels[times](w, false, row);
  const logSurvival = row.value;
  errorKernels[times](w, true, row);
  const density = Math.exp(row.value);
  return {
    survival: Math.exp(logSurvival),
    logSurvival,
    byPredictor: density / scale,
    byLogScale: density === 0 ? 0 : density * w,
    byLogTime: -density / scale,
  };
}

/** The w by which a proportion `p` of W lies below: log t = xβ + σw is the p-quantile of log time. */
export function errorQuantile(times: FailureTimes, p: number): number {
  if (times === "lognormal") return normalQuantile(p);
  const logAbove = Math.log1p(-p);
  return times === "weibull" ? Math.log(-logAbove) : Math.log(p) - logAbove;
}
