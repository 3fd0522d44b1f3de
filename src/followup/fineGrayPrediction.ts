import { type Profile, profileDesign } from "../_models/profiles.ts";
import type { SubdistributionFit } from "../_models/subdistribution.ts";
import { baselineScores, subdistributionScores } from "../_models/subdistributionScores.ts";
import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { type Matrix, multiply } from "../_numeric/matrix.ts";
import { refuseUnknown } from "../options.ts";
import type { Table } from "../table.ts";
import type { IncidenceAt } from "./cumulativeIncidence.ts";
import { countUpTo } from "./eventTable.ts";
import { completeNumbers } from "./kaplanMeier.ts";
import { incidenceLimits } from "./limits.ts";

export interface IncidencePredictionSpec {
  /** The people to predict for: a value of every variable of the terms. */
  readonly profiles: readonly Profile[];
  /** Times by which the share of such people with the event is wanted. */
  readonly times: readonly number[];
}

/** The share of people with a profile who have had the event by each time; null beyond the last time of the data. */
export interface IncidencePrediction {
  readonly profile: Profile;
  readonly incidence: readonly IncidenceAt[];
}

interface Fitted {
  readonly fit: SubdistributionFit;
  readonly covarianceType: "fine-gray" | "known-weights" | "classical";
  readonly clusters: { readonly codes: Int32Array; readonly count: number } | null;
  readonly table: Table;
  readonly terms: readonly string[];
  readonly level: number;
}

/**
 * F = 1 − exp(−H), H = Λ(t) e^(x′b), Λ = Σ d/S₀ (Fine & Gray 1999, section 4). The standard error of H is the root of the sum over rows
 * (or clusters) of the squares of what each adds to it: e^(x′b) (∫ω dM/S₀ + ∫(x − x̄) dΛ′ Ω⁻¹ (η + ψ)). Limits on log(−log(1 − F)).
 */
export function incidencePredictions(
  caller: string,
  spec: IncidencePredictionSpec,
  { fit, covarianceType, clusters, table, terms, level }: Fitted,
): IncidencePrediction[] | null {
  refuseUnknown(`${caller} predict`, spec, ["profiles", "times"]);
  const design = profileDesign(caller, table, terms, spec.profiles);
  const times = completeNumbers(caller, "predict.times", spec.times, Number.POSITIVE_INFINITY);
  if (fit.monotone !== null) return null;
  const { history, fates, relative, coefficients } = fit;
  const { columns, centre, scale } = history;
  const estimated = covarianceType === "fine-gray";
  const influence =
    covarianceType === "classical" ? null : multiply(subdistributionScores(fit, estimated), fit.covariance);
  const z = normalQuantileUpper((1 - level) / 2);
  const at = times.map((time) => {
    const through = countUpTo(fates.times, time);
    const base = influence === null ? null : baselineScores(fit, through, estimated);
    return { time, known: time <= fates.times.at(-1)!, base, ...cumulated(fit, through) };
  });
  return spec.profiles.map((profile, row) => {
    const scaled = Float64Array.from(scale, (unit, j) => (design.data[j * design.rows + row]! - centre[j]!) / unit);
    let predictor = -relative.shift[0]!;
    for (let j = 0; j < columns; j++) predictor += scaled[j]! * scale[j]! * coefficients[j]!;
    const share = Math.exp(predictor);
    const incidence = at.map(({ time, known, base, hazard, means }): IncidenceAt => {
      const unknown = { time, incidence: null, standardError: null, lower: null, upper: null };
      if (!known || !Number.isFinite(share)) return unknown;
      const estimate = -Math.expm1(-share * hazard);
      if (influence === null || base === null) return { ...unknown, incidence: estimate };
      const gradient = means.map((mean, j) => (scaled[j]! * hazard - mean) * scale[j]!);
      const error = share * influenceError(base, influence, gradient, clusters);
      const standardError = (1 - estimate) * error;
      return { time, incidence: estimate, standardError, ...incidenceLimits(estimate, standardError, z, "log-log") };
    });
    return { profile, incidence };
  });
}

/** Λ and ∫x̄ dΛ over the first `through` times, in the scaled covariates. */
function cumulated({ history, fates, sums }: SubdistributionFit, through: number) {
  const means = new Float64Array(history.columns);
  let hazard = 0;
  for (let g = 0; g < through; g++) {
    if (fates.events[g] === 0) continue;
    const step = fates.events[g]! / sums.zero[g]!;
    hazard += step;
    for (let j = 0; j < means.length; j++) means[j]! += step * sums.mean[g * means.length + j]!;
  }
  return { hazard, means };
}

function influenceError(
  base: Float64Array,
  influence: Matrix,
  gradient: Float64Array,
  clusters: Fitted["clusters"],
): number {
  const sums = new Float64Array(clusters?.count ?? base.length);
  for (let row = 0; row < base.length; row++) {
    let value = base[row]!;
    for (let j = 0; j < gradient.length; j++) value += gradient[j]! * influence.data[j * influence.rows + row]!;
    sums[clusters?.codes[row] ?? row]! += value;
  }
  return Math.sqrt(sums.reduce((total, value) => total + value * value, 0));
}
