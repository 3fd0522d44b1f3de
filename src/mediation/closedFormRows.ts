import { normalQuantileUpper, twoSidedNormal } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";
import type { Interval } from "../estimate.ts";
import { type Contrasts, type Proportions, proportionsOf } from "./closedFormContrasts.ts";
import { deltaError, type Quantity } from "./closedFormDelta.ts";
import { overflowing } from "./closedFormRefusals.ts";
import type { ClosedFormEffectName, ClosedFormRatio, ClosedFormRow, ClosedFormScale } from "./closedFormResult.ts";

interface RowContext {
  readonly covariance: Matrix;
  readonly level: number;
  readonly ratio: ClosedFormRatio | null;
  readonly held: number;
  readonly guarded: boolean;
}

interface ClosedFormRows {
  readonly effects: ClosedFormRow[];
  readonly fourWay: ClosedFormRow[];
  readonly proportionWithheld: string | null;
}

/** The effects with standard errors, tests and limits. Error: "effect-overflow". */
export function closedFormRows({ natural, fourWay }: Contrasts, context: RowContext): ClosedFormRows {
  const scale = context.ratio === null ? "difference" : "log";
  const effects = (
    [
      ["total", natural.total],
      ["pureNaturalDirect", natural.pureNaturalDirect],
      ["totalNaturalIndirect", natural.totalNaturalIndirect],
      ["totalNaturalDirect", natural.totalNaturalDirect],
      ["pureNaturalIndirect", natural.pureNaturalIndirect],
      ["controlledDirect", natural.controlledDirect],
    ] as const
  ).map(([effect, quantity]) => rowOf(effect, scale, quantity, context));
  const components = (
    [
      ["controlledDirect", fourWay.controlledDirect],
      ["referenceInteraction", fourWay.referenceInteraction],
      ["mediatedInteraction", fourWay.mediatedInteraction],
      ["pureNaturalIndirect", fourWay.pureNaturalIndirect],
      ["total", fourWay.total],
    ] as const
  ).map(([effect, quantity]) =>
    rowOf(effect, context.ratio === null ? "difference" : "excessRatio", quantity, context),
  );
  const proportionWithheld = withheld(
    effects[0]!,
    natural.pureNaturalDirect.value,
    natural.totalNaturalIndirect.value,
    fourWay.total.value,
    context.guarded,
  );
  const shares = proportionWithheld === null ? proportionsOf(fourWay) : null;
  const share = (effect: ClosedFormEffectName, key: keyof Proportions) =>
    rowOf(effect, "proportion", shares?.[key] ?? null, context);
  return {
    effects: [
      ...effects,
      ...(context.ratio === null ? [] : effects.map((row) => ratioRow(row, context.ratio!))),
      share("proportionMediated", "mediated"),
    ],
    fourWay: [
      ...components,
      share("controlledDirect", "controlledDirect"),
      share("referenceInteraction", "referenceInteraction"),
      share("mediatedInteraction", "mediatedInteraction"),
      share("pureNaturalIndirect", "pureNaturalIndirect"),
      share("proportionMediated", "mediated"),
      share("proportionInteraction", "interaction"),
      share("proportionEliminated", "eliminated"),
    ],
    proportionWithheld,
  };
}

function rowOf(
  effect: ClosedFormEffectName,
  scale: ClosedFormScale,
  quantity: Quantity | null,
  { covariance, level, held }: RowContext,
): ClosedFormRow {
  const at = dependOnHeld.has(effect) ? held : null;
  const place = { effect, mediator: null, at, scale } as const;
  if (quantity === null) {
    return { ...place, estimate: null, standardError: null, interval: null, statistic: null, pValue: null };
  }
  const estimate = quantity.value;
  const standardError = deltaError(quantity, covariance);
  if (!Number.isFinite(estimate) || !Number.isFinite(standardError)) throw overflowing(effect);
  const half = normalQuantileUpper((1 - level) / 2) * standardError;
  const interval: Interval = { level, lower: estimate - half, upper: estimate + half, method: "normal" };
  // a standard error of 0: the effect is what it is by construction, without interaction
  const statistic = standardError > 0 ? estimate / standardError : null;
  const pValue = statistic === null ? null : twoSidedNormal(statistic);
  return { ...place, estimate, standardError, interval, statistic, pValue };
}

/** The exponential of a row on the log scale: its test is that of the logarithm. */
function ratioRow(row: ClosedFormRow, scale: ClosedFormRatio): ClosedFormRow {
  const estimate = Math.exp(row.estimate!);
  const [lower, upper] = [Math.exp(row.interval!.lower!), Math.exp(row.interval!.upper!)];
  if (!Number.isFinite(estimate) || !Number.isFinite(upper)) throw overflowing(row.effect);
  const interval = { level: row.interval!.level, lower, upper, method: "exponential of normal limits" };
  return { ...row, scale, estimate, standardError: estimate * row.standardError!, interval };
}

const dependOnHeld = new Set<ClosedFormEffectName>([
  "controlledDirect",
  "referenceInteraction",
  "proportionInteraction",
  "proportionEliminated",
]);

function withheld(
  { interval }: ClosedFormRow,
  direct: number,
  indirect: number,
  divisor: number,
  guarded: boolean,
): string | null {
  if (divisor === 0) return "The total effect is 0: there is nothing of which a proportion could be mediated.";
  if (!guarded) return null;
  if (interval!.lower! <= 0 && interval!.upper! >= 0)
    return "The interval of the total effect includes 0: there may be nothing of which a proportion could be mediated.";
  return direct * indirect < 0 ? "The direct and the indirect effect have opposite signs." : null;
}
