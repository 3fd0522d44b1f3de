import type { CoxFit } from "../_models/cox.ts";
import { type PredictedHazard, predictHazard } from "../_models/coxPrediction.ts";
import type { HazardErrors } from "../_models/coxPredictionErrors.ts";
import type { HazardSteps } from "../_models/coxResiduals.ts";
import { type Profile, profileDesign } from "../_models/profiles.ts";
import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { completeChoice, refuseUnknown } from "../options.ts";
import type { Table } from "../table.ts";
import { countUpTo } from "./eventTable.ts";
import { completeNumbers } from "./kaplanMeier.ts";
import { type SurvivalLimits, survivalLimitChoices, survivalLimits } from "./limits.ts";

export interface CoxPredictionSpec {
  /** The people to predict for: a value of every variable of the terms, and of the strata. */
  readonly profiles: readonly Profile[];
  /** Times at which the curves are wanted. Default: every time at which somebody's row of the stratum ends. */
  readonly times?: readonly number[];
  /** The scale of the limits. Default "log-log". */
  readonly limits?: SurvivalLimits;
}

/** The probability that one with this profile has no event up to and including a time; null beyond the last follow-up. */
export interface CoxSurvivalAt {
  readonly time: number;
  readonly survival: number | null;
  readonly standardError: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly cumulativeHazard: number | null;
  readonly hazardStandardError: number | null;
}

export interface CoxPrediction {
  readonly profile: Profile;
  /** The value of `strata`; `null` without strata. */
  readonly stratum: string | null;
  readonly curve: readonly CoxSurvivalAt[];
}

/** `null` where the likelihood has no finite maximum. Errors: those of the profiles and "invalid-option". */
export function coxPredictions(
  caller: string,
  spec: CoxPredictionSpec,
  model: {
    readonly fit: CoxFit;
    readonly steps: HazardSteps;
    readonly errors: HazardErrors;
    readonly table: Table;
    readonly terms: readonly string[];
    readonly strata: { readonly name: string; readonly levels: readonly string[] } | null;
    readonly level: number;
  },
): CoxPrediction[] | null {
  refuseUnknown(`${caller} predict`, spec, ["profiles", "times", "limits"]);
  const { fit, steps, errors, table, terms, strata, level } = model;
  const limits = completeChoice(caller, "predict.limits", spec.limits, survivalLimitChoices, "log-log");
  const design = profileDesign(caller, table, terms, spec.profiles, strata === null ? [] : [strata.name]);
  const times =
    spec.times === undefined ? null : completeNumbers(caller, "predict.times", spec.times, Number.POSITIVE_INFINITY);
  if (fit.monotone !== null) return null;
  const z = normalQuantileUpper((1 - level) / 2);
  return spec.profiles.map((profile, row) => {
    const covariates = Array.from({ length: design.columns }, (_, j) => design.data[j * design.rows + row]!);
    const stratum = strata === null ? null : String(profile[strata.name]);
    const code = strata === null ? 0 : strata.levels.indexOf(stratum!);
    const hazards = predictHazard(fit, steps, errors, covariates, code);
    const stepTimes = Float64Array.from(hazards, ({ time }) => time);
    const last = stepTimes[stepTimes.length - 1]!;
    const curve =
      times === null
        ? hazards.map((hazard) => survivalOf(hazard.time, hazard, z, limits))
        : times.map((time) => {
            if (time > last) return survivalOf(time, null, z, limits);
            const count = countUpTo(stepTimes, time);
            return survivalOf(time, count === 0 ? nothingYet : hazards[count - 1]!, z, limits);
          });
    return { profile, stratum, curve };
  });
}

type Hazard = Pick<PredictedHazard, "cumulativeHazard" | "standardError">;
const nothingYet: Hazard = { cumulativeHazard: 0, standardError: 0 };

function survivalOf(time: number, hazard: Hazard | null, z: number, limits: SurvivalLimits): CoxSurvivalAt {
  if (hazard === null || !Number.isFinite(hazard.cumulativeHazard) || !Number.isFinite(hazard.standardError)) {
    const unknown = { survival: null, standardError: null, lower: null, upper: null };
    return { time, ...unknown, cumulativeHazard: null, hazardStandardError: null };
  }
  const survival = Math.exp(-hazard.cumulativeHazard);
  const standardError = survival * hazard.standardError;
  return {
    time,
    survival,
    standardError,
    ...survivalLimits(survival, standardError, z, limits),
    cumulativeHazard: hazard.cumulativeHazard,
    hazardStandardError: hazard.standardError,
  };
}
