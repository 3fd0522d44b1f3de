import type { Interval, Resampled, Result, TestedEstimate } from "../estimate.ts";
import type { ModelTable } from "./coefficientTables.ts";
import type { EffectName, EffectScale } from "./effectPlan.ts";
import type { HeteroskedasticityTest } from "./heteroskedasticity.ts";
import type { Moderation } from "./moderation.ts";
import type { Overlap } from "./overlap.ts";
import type { ProductRow } from "./products.ts";
import type { CompleteSpec, CompleteSurvival, ModelLink, OutcomeFamily } from "./specTypes.ts";

/** One effect. `estimate` is `null` only for a proportion that is withheld. */
export interface EffectRow {
  readonly effect: EffectName;
  /** The mediator of a specific indirect effect, "first − second" for a contrast, otherwise `null`. */
  readonly mediator: string | null;
  /** For the controlled direct effect and the interaction components with one mediator: the mediator value. */
  readonly at: number | null;
  readonly scale: EffectScale;
  /** The columns along one path of a serial linear model; otherwise `null`. */
  readonly path: readonly string[] | null;
  /** The moderator's value for which the effect is told, two as "second − first"; `null` for the whole population. */
  readonly given: number | string | null;
  /** The day of an effect on risk or event-free time. */
  readonly horizon: number | null;
  /** The level of an ordinal outcome: effects are on the probability to reach or pass it. */
  readonly threshold: string | number | null;
  readonly estimate: number | null;
  readonly standardError: number | null;
  readonly interval: Interval | null;
  readonly pValue: number | null;
}

/**
 * One path: a (exposure → mediator), m (mediator → mediator), b (mediator → outcome given the exposure), c (exposure → outcome
 * without mediators), c' (exposure → outcome given the mediators), d (exposure × mediator), moderation (a product with the
 * moderator; the other paths are then those at moderator 0 or its reference). All per unit of the variable the path starts from,
 * on the scale of the model's link; for a log hazard or log time as the model has it.
 */
export interface PathRow extends TestedEstimate {
  readonly path: "a" | "m" | "b" | "c" | "c'" | "d" | "moderation";
  readonly mediator: string | null;
  readonly from: string;
  readonly to: string;
  /** With interaction: the exposure at which b is told, or the mediator value at which c' is told (`null` with several mediators: see `controlledAt`). */
  readonly at: number | null;
}

export interface InteractionTest {
  readonly statistic: number;
  readonly distribution: "F" | "chi-squared";
  readonly df1: number;
  readonly df2: number | null;
  readonly pValue: number;
}

/** What `sensitivity` needs: from the linear models of mediator and outcome given exposure and covariates, without the mediator. */
export interface ErrorCorrelation {
  /** The exposure contrast in units of the paths. */
  readonly contrast: number;
  /** Correlation of the two models' residuals. */
  readonly correlation: number;
  /** Residual standard deviations, divisor n − 1. */
  readonly mediatorDeviation: number;
  readonly outcomeDeviation: number;
  readonly mediatorRSquared: number;
  /** Of the outcome given exposure, mediator and covariates. */
  readonly outcomeRSquared: number;
}

export interface MediationDiagnostics {
  /** Exposure × mediator, all mediators at once; `null` where the model with the interaction cannot be fitted. */
  readonly interactionTest: InteractionTest | null;
  /** Correlation of the mediators' residuals, in the order of `mediators`. */
  readonly residualCorrelation: readonly (readonly number[])[];
  /** With one mediator and a continuous outcome. */
  readonly errorCorrelation: ErrorCorrelation | null;
  readonly clusters: { readonly count: number; readonly smallest: number; readonly largest: number } | null;
  /** How far the arms of a two-valued exposure are alike (positivity); otherwise `null`. */
  readonly overlap: Overlap | null;
  /** One test per linear model; empty with weights. */
  readonly heteroskedasticity: readonly HeteroskedasticityTest[];
}

export interface Mediation extends Result, Resampled {
  readonly kind: "mediation";
  readonly exposure: {
    readonly column: string;
    readonly kind: "binary" | "category" | "number";
    readonly from: string | number;
    readonly to: string | number;
  };
  readonly mediators: readonly string[];
  readonly outcome: {
    readonly column: string;
    readonly family: OutcomeFamily;
    readonly link: ModelLink;
    /** What is modelled where the outcome is a time to an event. */
    readonly survival: CompleteSurvival | null;
  };
  readonly mediatorModels: readonly {
    readonly column: string;
    readonly family: OutcomeFamily;
    readonly link: ModelLink;
  }[];
  readonly structure: "parallel" | "serial" | "between";
  readonly moderator: { readonly column: string; readonly at: readonly (number | string)[] } | null;
  /** Covariates set to a value for everybody; empty where effects are averaged over the sample. */
  readonly population: Readonly<Record<string, number | string>>;
  readonly weights: string | null;
  readonly covariates: readonly string[];
  readonly mediatorCovariates: readonly string[];
  readonly outcomeCovariates: readonly string[];
  readonly interaction: boolean;
  readonly cluster: string | null;
  readonly level: number;
  readonly inference: {
    readonly method: CompleteSpec["method"];
    readonly interval: CompleteSpec["interval"];
  };
  /** The mediator values of the controlled direct effect. */
  readonly controlledAt: Readonly<Record<string, number>>;
  readonly effects: readonly EffectRow[];
  /** Monte Carlo standard error of the limits of the total natural indirect effect; `null` for limits that are not plain quantiles. */
  readonly monteCarloError: { readonly lower: number; readonly upper: number } | null;
  readonly paths: readonly PathRow[];
  /** Tests of the products of paths; empty with interaction, moderator or serial mediators, where one product is not the indirect effect. */
  readonly products: readonly ProductRow[];
  readonly models: readonly ModelTable[];
  readonly diagnostics: MediationDiagnostics;
  /** Where along a numeric moderator the paths and the indirect effects differ from 0 (Johnson–Neyman); otherwise `null`. */
  readonly moderation: Moderation | null;
  /** Why there is no proportion mediated; `null` where there is one. */
  readonly proportionWithheld: string | null;
}
