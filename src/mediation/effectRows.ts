import { type Draws, standardErrorOfDraws } from "../_inference/draws.ts";
import type { Estimator } from "../_inference/estimator.ts";
import {
  basicInterval,
  bcaInterval,
  biasCorrectedInterval,
  percentileInterval,
  pValueFromDraws,
} from "../_inference/intervals.ts";
import { acceleration, jackknife } from "../_inference/jackknife.ts";
import { normalQuantileUpper, twoSidedNormal } from "../_numeric/distributions/index.ts";
import type { Interval } from "../estimate.ts";
import { type EffectKey, type EffectPlan, isProportion } from "./effectPlan.ts";
import type { EffectRow } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";

/** How sure an estimate is. */
export interface Certainty {
  standardError(k: number): number;
  interval(k: number): Interval;
  /** Of the null value 0, or 1 for a ratio. */
  pValue(k: number): number;
}

/** From bootstrap or Monte Carlo draws. */
export function certaintyOfDraws(
  plan: EffectPlan,
  point: Float64Array,
  draws: Draws,
  estimator: Estimator,
  { level, interval }: CompleteSpec,
): Certainty {
  const left = interval === "bca" ? jackknife(estimator) : null;
  return {
    standardError: (k) => standardErrorOfDraws(draws, k),
    interval(k) {
      if (left !== null) return bcaInterval(draws, k, point[k]!, acceleration(left, k, plan.keys.length), level);
      if (interval === "bias-corrected") return biasCorrectedInterval(draws, k, point[k]!, level);
      if (interval === "basic") return basicInterval(draws, k, point[k]!, level);
      return percentileInterval(draws, k, level);
    },
    pValue: (k) => pValueFromDraws(draws, k, isRatio(plan.keys[k]!) ? 1 : 0),
  };
}

/** From standard errors by the delta method; ratios on their logarithm. */
export function certaintyOfErrors(
  plan: EffectPlan,
  point: Float64Array,
  errors: Float64Array,
  level: number,
): Certainty {
  const quantile = normalQuantileUpper((1 - level) / 2);
  const onLog = (k: number) => isRatio(plan.keys[k]!) && point[k]! > 0;
  return {
    standardError: (k) => errors[k]!,
    interval(k) {
      const half = quantile * errors[k]!;
      if (onLog(k)) {
        const factor = Math.exp(half / point[k]!);
        return { level, lower: point[k]! / factor, upper: point[k]! * factor, method: "delta, log scale" };
      }
      return { level, lower: point[k]! - half, upper: point[k]! + half, method: "delta" };
    },
    pValue(k) {
      const distance = onLog(k) ? point[k]! * Math.log(point[k]!) : point[k]!;
      return errors[k]! > 0 ? twoSidedNormal(distance / errors[k]!) : distance === 0 ? 1 : Number.MIN_VALUE;
    },
  };
}

/** The estimates with their limits; proportions are withheld where they have no meaning. */
export function effectRows(
  plan: EffectPlan,
  point: Float64Array,
  certainty: Certainty,
  asked: CompleteSpec,
  held: number | null,
): { effects: EffectRow[]; proportionWithheld: string | null } {
  const reasons = plan.decompositions.map(({ total, pureDirect, totalIndirect }) =>
    withheld(point[total]!, point[pureDirect]!, point[totalIndirect]!, certainty.interval(total)),
  );
  const effects = plan.keys.map((key, k): EffectRow => {
    const place = { ...key, at: dependsOnHeld.has(key.effect) ? held : null };
    if (isProportion(key)) {
      const block = plan.decompositions.findLastIndex(({ total }) => total < k);
      // A draw's proportion has no null value: its test would be that of the effect.
      return reasons[block] === null
        ? {
            ...place,
            estimate: point[k]!,
            standardError: certainty.standardError(k),
            interval: certainty.interval(k),
            pValue: null,
          }
        : { ...place, estimate: null, standardError: null, interval: null, pValue: null };
    }
    return {
      ...place,
      estimate: point[k]!,
      standardError: numberOrNone(certainty.standardError(k)),
      interval: withinNumbers(certainty.interval(k)),
      pValue: isZeroByConstruction(key, asked) ? null : certainty.pValue(k),
    };
  });
  return { effects, proportionWithheld: reasons[0]! };
}

/** Odds of a certain outcome, in some draws or beyond hundreds of powers of ten, are no number. */
function numberOrNone(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

function withinNumbers(interval: Interval): Interval {
  return { ...interval, lower: numberOrNone(interval.lower), upper: numberOrNone(interval.upper) };
}

const dependsOnHeld = new Set(["controlledDirect", "referenceInteraction", "proportionEliminated"]);

export function isRatio({ scale }: EffectKey): boolean {
  return scale === "riskRatio" || scale === "oddsRatio" || scale === "rateRatio";
}

/** Without interaction a linear outcome has no interaction components: they are 0 in every draw, and no test makes sense. */
function isZeroByConstruction(key: EffectKey, asked: CompleteSpec): boolean {
  return (
    !asked.interaction &&
    asked.family === "gaussian" &&
    (key.effect === "referenceInteraction" || key.effect === "mediatedInteraction")
  );
}

function withheld(total: number, direct: number, indirect: number, limits: Interval): string | null {
  const { lower, upper } = limits;
  if (lower === null || upper === null || (lower <= 0 && upper >= 0))
    return "The interval of the total effect includes 0: there may be nothing of which a proportion could be mediated.";
  if (direct * indirect < 0) return "The direct and the indirect effect have opposite signs.";
  if (total * indirect < 0) return "The indirect and the total effect have opposite signs.";
  return null;
}
