import type {
  ClosedFormEffectName,
  ClosedFormEffects,
  ClosedFormRow,
  ClosedFormScale,
} from "../../src/mediation/closedFormResult.ts";
import type { ClosedFormOutcome } from "../../src/mediation/closedFormSpec.ts";

/** The row of an effect on a scale. */
export function rowOf(
  rows: readonly ClosedFormRow[],
  effect: ClosedFormEffectName,
  scale?: ClosedFormScale,
): ClosedFormRow {
  const found = rows.find((row) => row.effect === effect && (scale === undefined || row.scale === scale));
  if (found === undefined) throw new Error(`no row ${effect} ${scale ?? ""}`);
  return found;
}

/** The estimate of a natural effect on the scale of the outcome's link. */
export function linkScale(result: ClosedFormEffects, effect: ClosedFormEffectName): number {
  return rowOf(result.effects, effect, result.ratio === null ? "difference" : "log").estimate!;
}

/** The outcome of a model in the words of regmedint. */
export function outcomeOf(model: string, column: string, event: string | null): ClosedFormOutcome {
  switch (model) {
    case "linear":
      return column;
    case "logistic":
      return { column, family: "binomial" };
    case "loglinear":
      return { column, family: "binomial", link: "log" };
    case "poisson":
      return { column, family: "poisson" };
    case "negbin":
      return { column, family: "negative-binomial" };
    case "survCox":
      return { time: column, event: event!, model: "cox" };
    case "survAFT_weibull":
      return { time: column, event: event!, model: "weibull" };
    case "survAFT_exp":
      return { time: column, event: event!, model: "exponential" };
    default:
      throw new Error(`no outcome model ${model}`);
  }
}
