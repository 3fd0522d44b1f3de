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
import type { Interval } from "../estimate.ts";
import type { EffectKey } from "./effectKeys.ts";
import type { EffectRow } from "./result.ts";
import type { CompleteSpec } from "./spec.ts";

/** The estimates with their limits; the proportion mediated is withheld where it has no meaning. */
export function effectRows(
  keys: readonly EffectKey[],
  point: Float64Array,
  draws: Draws,
  estimator: Estimator,
  asked: CompleteSpec,
  held: number | null,
): { effects: EffectRow[]; proportionWithheld: string | null } {
  const { level, interval } = asked;
  const left = asked.method === "bootstrap" && interval === "bca" ? jackknife(estimator) : null;
  const limits = (k: number): Interval => {
    if (left !== null) return bcaInterval(draws, k, point[k]!, acceleration(left, k, keys.length), level);
    if (interval === "bias-corrected") return biasCorrectedInterval(draws, k, point[k]!, level);
    if (interval === "basic") return basicInterval(draws, k, point[k]!, level);
    return percentileInterval(draws, k, level);
  };
  const proportionWithheld = withheld(point[0]!, point[1]!, point[2]!, limits(0));
  const effects = keys.map((key, k): EffectRow => {
    const place = {
      effect: key.effect,
      mediator: key.mediator,
      at: dependsOnHeld.has(key.effect) ? held : null,
      scale: key.scale,
    };
    if (key.effect === "proportionMediated") {
      return proportionWithheld === null
        ? // A draw's proportion has no null value: its test would be that of the indirect effect.
          {
            ...place,
            estimate: point[k]!,
            standardError: standardErrorOfDraws(draws, k),
            interval: limits(k),
            pValue: null,
          }
        : { ...place, estimate: null, standardError: null, interval: null, pValue: null };
    }
    const nullValue = key.scale === "riskRatio" || key.scale === "oddsRatio" ? 1 : 0;
    return {
      ...place,
      estimate: point[k]!,
      standardError: standardErrorOfDraws(draws, k),
      interval: limits(k),
      pValue: isZeroByConstruction(key, asked) ? null : pValueFromDraws(draws, k, nullValue),
    };
  });
  return { effects, proportionWithheld };
}

const dependsOnHeld = new Set(["controlledDirect", "referenceInteraction"]);

/** Without interaction a linear outcome has no interaction components: they are 0 in every draw, and no test makes sense. */
function isZeroByConstruction(key: EffectKey, asked: CompleteSpec): boolean {
  return (
    !asked.interaction &&
    key.scale === "difference" &&
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
