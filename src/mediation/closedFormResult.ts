import type { Interval, Result } from "../estimate.ts";
import type { ClosedFormModel } from "./closedFormFits.ts";
import type { OutcomeModelName } from "./closedFormSpec.ts";

export type ClosedFormEffectName =
  | "total"
  | "pureNaturalDirect"
  | "totalNaturalIndirect"
  | "totalNaturalDirect"
  | "pureNaturalIndirect"
  | "controlledDirect"
  | "referenceInteraction"
  | "mediatedInteraction"
  | "proportionMediated"
  | "proportionInteraction"
  | "proportionEliminated";

export type ClosedFormRatio = "oddsRatio" | "riskRatio" | "rateRatio" | "hazardRatio" | "meanTimeRatio";

/** "log" is the logarithm of the result's `ratio`, "excessRatio" that ratio less 1. */
export type ClosedFormScale = "difference" | "log" | ClosedFormRatio | "excessRatio" | "proportion";

/** One effect on one scale. `estimate` is `null` only for a proportion that is withheld. */
export interface ClosedFormRow {
  readonly effect: ClosedFormEffectName;
  readonly mediator: null;
  /** The mediator value that the figure depends on. */
  readonly at: number | null;
  readonly scale: ClosedFormScale;
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  /** Estimate by standard error, against the normal distribution; that of the logarithm for a ratio; `null` where there is nothing to test. */
  readonly statistic: number | null;
  readonly pValue: number | null;
}

export interface ClosedFormEffects extends Result {
  readonly kind: "closed-form-effects";
  readonly exposure: {
    readonly column: string;
    readonly kind: "binary" | "category" | "number";
    readonly from: string | number;
    readonly to: string | number;
  };
  readonly mediator: { readonly column: string; readonly family: "gaussian" | "binomial" };
  readonly outcome: {
    /** The outcome, or the time. */
    readonly column: string;
    readonly event: string | null;
    readonly model: OutcomeModelName;
  };
  readonly covariates: readonly string[];
  readonly interaction: boolean;
  readonly level: number;
  /** The covariate values the effects are told for. */
  readonly at: Readonly<Record<string, number | string>>;
  /** The mediator value of the controlled direct effect and of the decomposition. */
  readonly controlledAt: number;
  /** What the exponentials of the "log" rows are; `null` for a linear outcome model. */
  readonly ratio: ClosedFormRatio | null;
  /** Whether the formulas hold exactly under the models or only where the event is rare. */
  readonly approximation: "none" | "rare-outcome";
  /** Natural and controlled effects ("difference", or "log" and the ratio), then the proportion mediated. */
  readonly effects: readonly ClosedFormRow[];
  /** Four-way decomposition: components and total ("difference" or "excessRatio"), then their proportions of the total. */
  readonly fourWay: readonly ClosedFormRow[];
  readonly models: readonly ClosedFormModel[];
  /** Why there are no proportions; `null` where there are. */
  readonly proportionWithheld: string | null;
}
