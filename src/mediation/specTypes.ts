import type { ResamplingOptions } from "../estimate.ts";

/**
 * The exposure. A name alone: a column of two values, the larger number or the second level being the exposed one.
 * `treated` and `reference`: two levels of a column; people at other levels stay in the models with their own indicators.
 * `from` and `to`: two values of a number that enters the models as a number (or two levels of a text column).
 */
export type ExposureSpec =
  | string
  | { readonly column: string; readonly treated: string | number; readonly reference: string | number }
  | { readonly column: string; readonly from: string | number; readonly to: string | number };

export type MediatorFamily = "gaussian" | "binomial" | "poisson" | "negative-binomial" | "ordinal";
export type OutcomeFamily = MediatorFamily | "time-to-event";
export type ModelLink = "identity" | "logit" | "probit" | "log";
export type SurvivalModel = "cox" | "weibull" | "exponential";

/** A name alone: a continuous mediator with a linear model. An ordinal one enters later models by indicators of its levels. */
export type MediatorSpec =
  | string
  | {
      readonly column: string;
      readonly family?: MediatorFamily;
      /** Default: identity, logit, log, log, logit, in the order of the families. */
      readonly link?: ModelLink;
      /** Levels of an ordinal text column, lowest first. */
      readonly levels?: readonly string[];
    };

export type OutcomeSpec =
  | string
  | {
      readonly column: string;
      readonly family?: MediatorFamily;
      readonly link?: ModelLink;
      readonly levels?: readonly string[];
    }
  | {
      /** Time from the start of follow-up. */
      readonly time: string;
      /** A column that is 1 where the time ends with the event, 0 where it is censored; or a status column and what its values mean. */
      readonly event: string | EventStatus;
      /** A column that is 1 where the time ends with an event that rules the first one out (death). */
      readonly competing?: string;
      /**
       * The hazard of the competing event: `"same"` (default) has the terms of the event's model, `"baseline"` is one hazard for
       * everybody, for competing events too few to carry a model (exposure and mediators then change the risk through the event alone).
       */
      readonly competingModel?: "same" | "baseline";
      /** Default "cox", which is also the only one on offer with a competing event. */
      readonly model?: SurvivalModel;
      /** Days at which risk and mean event-free time are told. */
      readonly at: number | readonly number[];
      /** Ties of a Cox model. Default "efron". */
      readonly ties?: "efron" | "breslow";
    };

/** Values of a status column. `censored` may be left out where a single other value remains. */
export interface EventStatus {
  readonly column: string;
  readonly event: number | string;
  readonly competing?: number | string;
  readonly censored?: number | string;
}

/** An arrow of the model: between two columns, or all of its kind. */
export type ModeratedPath =
  | "exposure-mediator"
  | "mediator-mediator"
  | "mediator-outcome"
  | "exposure-outcome"
  | { readonly from: string; readonly to: string };

export interface ModeratorSpec {
  readonly column: string;
  /** The arrows that it changes. */
  readonly on: readonly ModeratedPath[];
  /** Values at which effects are told. Default: mean and one standard deviation to each side; both values of a two-valued number; every level of a text column. */
  readonly at?: readonly (number | string)[];
  /**
   * Whether to search for Johnson–Neyman regions of a numeric moderator. Default: of the paths always, of the indirect effect
   * where all models are linear (elsewhere the search takes a while).
   */
  readonly regions?: boolean;
}

export interface MediationInference extends ResamplingOptions {
  /**
   * `"bootstrap"` (default) resamples people, or clusters; `"bayesian-bootstrap"` weights them at random (Rubin 1981);
   * `"monte-carlo"` draws coefficients from their normal distribution; `"delta"` linearises, without any draws.
   */
  readonly method?: "bootstrap" | "bayesian-bootstrap" | "monte-carlo" | "delta";
  /** Limits from the bootstrap draws. Default `"percentile"`. */
  readonly interval?: "percentile" | "bca" | "bias-corrected" | "basic";
  /** Confidence level as a proportion. Default 0.95. */
  readonly level?: number;
  /**
   * Covariance of coefficients for Monte Carlo and delta: from the models (default), the sandwich of all models together, or
   * HC3 of each model apart (linear models without clusters or weights); always the sandwich with `weights`, by cluster with `cluster`.
   */
  readonly covariance?: "model" | "robust" | "HC3";
  /**
   * Draws on, in blocks of `draws`, until the Monte Carlo error of the limits of the total, direct and indirect effect is at
   * most `tolerance` standard errors, or `most` draws are done (default 100,000).
   */
  readonly until?: { readonly tolerance: number; readonly most?: number };
}

export interface MediateSpec {
  readonly exposure: ExposureSpec;
  /** Columns measured after the exposure and before the outcome. */
  readonly mediators: readonly MediatorSpec[];
  readonly outcome: OutcomeSpec;
  /** Baseline columns: for every model, or apart for the mediator and the outcome models. */
  readonly covariates?:
    | readonly string[]
    | { readonly mediator?: readonly string[]; readonly outcome?: readonly string[] };
  /** Whether the outcome model holds exposure × mediator. Default true. */
  readonly exposureMediatorInteraction?: boolean;
  /**
   * `"parallel"` (default): no mediator causes another. `"serial"`: each depends on all before it.
   * Or, for mediators in between: { mediator: [the mediators before it that it depends on] }.
   */
  readonly structure?: "parallel" | "serial" | Readonly<Record<string, readonly string[]>>;
  readonly moderator?: ModeratorSpec;
  /** A column naming the group (site, mentor) within which people are alike. */
  readonly cluster?: string;
  /** A column of case weights (≥ 0), for instance inverse probabilities of being observed. */
  readonly weights?: string;
  /** Mediator values for the controlled direct effect. Default: the mean of each mediator (the middle level of an ordinal one). */
  readonly controlledAt?: number | Readonly<Record<string, number>>;
  /** `"sample"` (default) averages over the people analysed; { covariate: value, … } sets these covariates to a value for everybody. */
  readonly population?: "sample" | Readonly<Record<string, number | string>>;
  readonly inference?: MediationInference;
}

export interface CompleteVariable {
  readonly column: string;
  readonly family: OutcomeFamily;
  readonly link: ModelLink;
  readonly levels: readonly string[] | null;
}

export interface CompleteSurvival {
  readonly time: string;
  readonly event: string;
  /** What the values of `event` mean; `null` where it is coded 0 and 1. */
  readonly status: EventStatus | null;
  readonly competing: string | null;
  readonly competingModel: "same" | "baseline";
  readonly model: SurvivalModel;
  readonly at: readonly number[];
  readonly ties: "efron" | "breslow";
}

export interface CompleteSpec {
  readonly exposure: ExposureSpec;
  readonly exposureColumn: string;
  readonly mediators: readonly string[];
  readonly mediatorModels: readonly CompleteVariable[];
  /** For each mediator the places of those it depends on. */
  readonly parents: readonly (readonly number[])[];
  readonly structure: "parallel" | "serial" | "between";
  /** The outcome's column; of a time-to-event outcome the time's. */
  readonly outcome: string;
  readonly outcomeModel: CompleteVariable;
  readonly family: OutcomeFamily;
  readonly link: ModelLink;
  readonly survival: CompleteSurvival | null;
  readonly mediatorCovariates: readonly string[];
  readonly outcomeCovariates: readonly string[];
  readonly interaction: boolean;
  readonly moderator: ModeratorSpec | null;
  readonly cluster: string | null;
  readonly weights: string | null;
  readonly population: Readonly<Record<string, number | string>>;
  readonly controlledAt: number | Readonly<Record<string, number>> | null;
  readonly method: "bootstrap" | "bayesian-bootstrap" | "monte-carlo" | "delta";
  readonly interval: "percentile" | "bca" | "bias-corrected" | "basic";
  readonly covariance: "model" | "robust" | "HC3";
  readonly level: number;
  readonly draws: number;
  readonly until: { readonly tolerance: number; readonly most: number } | null;
  readonly seed: number;
  readonly signal: AbortSignal | null;
  readonly onProgress: ((done: number, total: number) => void) | null;
}
