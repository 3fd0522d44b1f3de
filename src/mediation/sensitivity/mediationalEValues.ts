import { KithpathError } from "../../errors.ts";
import type { Interval, Note, Result } from "../../estimate.ts";
import { refuseUnknown } from "../../options.ts";
import type { EffectRow, Mediation } from "../result.ts";
import { outcomeDeviationOf } from "./outcomeDeviation.ts";
import {
  type AssociationMeasure,
  eValueOfLimits,
  eValueOfRatio,
  refuseOutside,
  toRiskRatio,
} from "./riskRatioScale.ts";

export interface MediationalEValuesOptions {
  /** Which of the mediation's scales to start from. Default: the first of risk ratio, rate ratio, hazard ratio, odds ratio, difference that it has. */
  readonly scale?: "riskRatio" | "rateRatio" | "hazardRatio" | "oddsRatio" | "difference";
  /** For odds and hazard ratios: whether fewer than about 15 % have the outcome. Must be said there. */
  readonly rareOutcome?: boolean;
  /** For the difference scale: the outcome's standard deviation. Default: that of the people analysed. */
  readonly outcomeDeviation?: number;
}

export interface MediationalEValue extends Pick<EffectRow, "given" | "horizon" | "threshold"> {
  readonly effect: "pureNaturalDirect" | "totalNaturalIndirect" | "totalNaturalDirect" | "pureNaturalIndirect";
  /** The effect as a risk ratio, with its limits. */
  readonly riskRatio: number;
  readonly interval: Interval | null;
  /** Smallest strength on the risk ratio scale that takes the effect to none. */
  readonly estimate: number;
  /** The same for the limit next to none; 1 where the limits hold it. */
  readonly limit: number | null;
}

export interface MediationalEValues extends Result {
  readonly kind: "mediational-e-values";
  readonly scale: NonNullable<MediationalEValuesOptions["scale"]>;
  readonly outcomeDeviation: number | null;
  readonly effects: readonly MediationalEValue[];
}

const scales = ["riskRatio", "rateRatio", "hazardRatio", "oddsRatio", "difference"] as const;
const effects = ["pureNaturalDirect", "totalNaturalIndirect", "totalNaturalDirect", "pureNaturalIndirect"] as const;

/**
 * How strong an unmeasured cause U of mediator and outcome would have to be to explain a direct or an indirect effect away:
 * r + √(r(r − 1)), r being the effect as a risk ratio of at least 1. It bounds two risk ratios at once: of U on the outcome,
 * and of the association of the exposure with U that holding the mediator brings about (for the indirect effect likewise).
 *
 * Ratio scales are used as they are (see `eValue` for common outcomes); a difference in means becomes exp(0.91·effect/SD) with
 * the SD of the outcome. The effects and limits are those of `mediation`; nothing is refitted. It supposes that the exposure
 * itself is unconfounded given the covariates, and holds approximately (a rare outcome, or a log-linear model).
 *
 * Errors: "unknown-option", "invalid-option", "rarity-needed", "scale-not-present", "outcome-deviation-needed".
 *
 * Source: Smith & VanderWeele (2019), Mediational E-values; VanderWeele & Ding (2017). The conversions are checked against R.
 *
 * @example
 * ```ts
 * import { mediate, mediationalEValues } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const mediation = await mediate(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 *   inference: { draws: 200 },
 * });
 * const indirect = mediationalEValues(mediation).effects.find((row) => row.effect === "totalNaturalIndirect");
 * indirect?.estimate; // risk ratios this strong, with mediator and outcome, would explain the indirect effect away
 * ```
 */
export function mediationalEValues(mediation: Mediation, options: MediationalEValuesOptions = {}): MediationalEValues {
  refuseUnknown("mediationalEValues", options, ["scale", "rareOutcome", "outcomeDeviation"]);
  const scale = completeScale(mediation, options.scale);
  const measure: AssociationMeasure = scale === "difference" ? "standardizedDifference" : scale;
  if ((scale === "oddsRatio" || scale === "hazardRatio") && typeof options.rareOutcome !== "boolean") {
    throw new KithpathError("rarity-needed", `mediationalEValues: an ${scale} depends on how common the outcome is`, {
      expected: "rareOutcome: true or false",
      received: String(options.rareOutcome),
      where: { path: "rareOutcome" },
      remedy: "Say true if fewer than about 15 in 100 have the outcome by the end of follow-up, otherwise false.",
    });
  }
  const deviation = scale === "difference" ? completeDeviation(mediation, options.outcomeDeviation) : null;
  const convert = (value: number) => toRiskRatio(measure, value / (deviation ?? 1), options.rareOutcome ?? true);
  const rows = effects.flatMap((effect) =>
    mediation.effects
      .filter((row) => row.effect === effect && String(row.scale) === scale && row.estimate !== null)
      .map((row) => eValueRow(effect, row.estimate!, row, convert)),
  );
  return {
    kind: "mediational-e-values",
    n: mediation.n,
    dropped: mediation.dropped,
    notes: eValueNotes(mediation),
    method: "Mediational E-values (Smith & VanderWeele 2019).",
    scale,
    outcomeDeviation: deviation,
    effects: rows,
  };
}

function eValueRow(
  effect: MediationalEValue["effect"],
  estimate: number,
  row: EffectRow,
  convert: (value: number) => number,
): MediationalEValue {
  const riskRatio = convert(estimate);
  const lower = row.interval?.lower ?? null;
  const upper = row.interval?.upper ?? null;
  const interval =
    row.interval === null
      ? null
      : {
          ...row.interval,
          lower: lower === null ? null : convert(lower),
          upper: upper === null ? null : convert(upper),
        };
  return {
    effect,
    given: row.given,
    horizon: row.horizon,
    threshold: row.threshold,
    riskRatio,
    interval,
    estimate: eValueOfRatio(riskRatio, 1),
    limit: interval === null ? null : eValueOfLimits(riskRatio, interval.lower, interval.upper, 1),
  };
}

function completeScale(
  mediation: Mediation,
  asked: MediationalEValuesOptions["scale"],
): NonNullable<MediationalEValuesOptions["scale"]> {
  const present = scales.filter((scale) => mediation.effects.some((row) => String(row.scale) === scale));
  const scale = asked ?? present[0];
  if (scale !== undefined && present.includes(scale)) return scale;
  throw new KithpathError("scale-not-present", "mediationalEValues: the mediation has no effects on that scale", {
    expected:
      present.length === 0 ? "a mediation with ratios or a difference in means" : `one of ${present.join(", ")}`,
    received: String(asked ?? [...new Set(mediation.effects.map((row) => row.scale))].join(", ")),
    where: { path: "scale" },
    remedy: "unmeasuredConfounder answers the same question on every scale.",
  });
}

function completeDeviation(mediation: Mediation, asked: number | undefined): number {
  if (asked !== undefined) return refuseOutside("mediationalEValues", "outcomeDeviation", asked, true);
  const found = outcomeDeviationOf(mediation);
  if (found !== null) return found;
  throw new KithpathError(
    "outcome-deviation-needed",
    "mediationalEValues: a difference needs the outcome's deviation",
    {
      expected: "outcomeDeviation, the standard deviation of the outcome",
      received: "a mediation without a linear model of the outcome",
      where: { path: "outcomeDeviation" },
    },
  );
}

function eValueNotes(mediation: Mediation): Note[] {
  const notes: Note[] = [
    {
      code: "mediational-e-value",
      text: "A small unmeasured cause of mediator and outcome can still matter together with others; E-values speak of mediator–outcome confounding, not of confounding of the exposure.",
    },
  ];
  if (mediation.mediators.length > 1)
    notes.push({
      code: "mediators-jointly",
      text: "The indirect effect is that through all mediators together, and U a cause of any of them.",
    });
  return notes;
}
