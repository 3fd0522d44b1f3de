import {
  type AcceleratedFailureFit,
  errorQuantile,
  type FailureTimes,
  failureSurvival,
} from "../_models/acceleratedFailure.ts";
import { type Profile, profileDesign } from "../_models/profiles.ts";
import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { type Matrix, quadraticForm } from "../_numeric/matrix.ts";
import type { Estimate } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import type { Table } from "../table.ts";
import { completeNumbers } from "./kaplanMeier.ts";

export interface FailurePredictionSpec {
  /** The people to predict for: a value of every variable of the terms. */
  readonly profiles: readonly Profile[];
  /** Times at which the probability of no event is wanted. Default none. */
  readonly times?: readonly number[];
}

/** What the model expects of one profile. */
export interface FailurePrediction {
  readonly profile: Profile;
  /** The time by which half of such people have the event; limits on its logarithm. `null` where it is too large for a number. */
  readonly median: Estimate | null;
  /** The probability of no event by each time; limits on the scale of (log t − xβ)/σ. */
  readonly survival: readonly (Estimate & { readonly time: number })[];
}

/** Errors: those of the profiles and "invalid-option". */
export function failurePredictions(
  caller: string,
  table: Table,
  terms: readonly string[],
  spec: FailurePredictionSpec,
  fit: AcceleratedFailureFit,
  times: FailureTimes,
  level: number,
): FailurePrediction[] {
  refuseUnknown(`${caller} predict`, spec, ["profiles", "times"]);
  const design = profileDesign(caller, table, terms, spec.profiles);
  const wanted = completeNumbers(caller, "predict.times", spec.times ?? [], Number.POSITIVE_INFINITY);
  const z = normalQuantileUpper((1 - level) / 2);
  return spec.profiles.map((profile, row) => {
    const covariates = [1, ...Array.from({ length: design.columns }, (_, j) => design.data[j * design.rows + row]!)];
    const predictor = covariates.reduce((sum, value, j) => sum + value * fit.coefficients[j]!, 0);
    return {
      profile,
      median: median(covariates, predictor, fit, times, z, level),
      survival: wanted.map((time) => ({ time, ...survivalAt(time, covariates, predictor, fit, times, z, level) })),
    };
  });
}

function median(
  covariates: readonly number[],
  predictor: number,
  fit: AcceleratedFailureFit,
  times: FailureTimes,
  z: number,
  level: number,
): Estimate | null {
  const beyond = fit.scale * errorQuantile(times, 0.5);
  const estimate = Math.exp(predictor + beyond);
  const logError = deltaError([...covariates, beyond], fit.covariance);
  const factor = Math.exp(z * logError);
  if (!Number.isFinite(estimate * logError)) return null;
  const upper = Number.isFinite(estimate * factor) ? estimate * factor : null;
  return {
    estimate,
    standardError: estimate * logError,
    interval: { level, lower: estimate / factor, upper, method: "normal on the logarithm" },
  };
}

function survivalAt(
  time: number,
  covariates: readonly number[],
  predictor: number,
  fit: AcceleratedFailureFit,
  times: FailureTimes,
  z: number,
  level: number,
): Estimate {
  const method = "normal on the scale of log time";
  if (time === 0) return { estimate: 1, standardError: 0, interval: { level, lower: 1, upper: 1, method } };
  const { scale, covariance } = fit;
  const w = (Math.log(time) - predictor) / scale;
  const error = deltaError([...covariates.map((value) => -value / scale), -w], covariance);
  const at = (place: number) => failureSurvival(times, place, 0, 1);
  const { survival, byPredictor } = at(w);
  return {
    estimate: survival,
    standardError: byPredictor * error,
    interval: { level, lower: at(w + z * error).survival, upper: at(w - z * error).survival, method },
  };
}

/** √(g′Vg), g cut to the size of V where the scale is fixed. */
function deltaError(gradient: readonly number[], covariance: Matrix): number {
  return Math.sqrt(Math.max(quadraticForm(covariance, gradient), 0));
}
