import type { CoxTies } from "../_models/cox.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { refuseSameVariable } from "./refusals.ts";
import type { ExposureSpec } from "./spec.ts";

/** `"gaussian"` (default) is a linear model, `"binomial"` a logistic model of a column coded 0 and 1. */
export type ClosedFormMediator = string | { readonly column: string; readonly family?: "gaussian" | "binomial" };

/**
 * A name alone: a linear model. Binomial: `"logit"` (default; odds ratios by the rare-outcome approximation) or `"log"`
 * (risk ratios by the modified Poisson model with HC0 standard errors). Counts: rate ratios. `time` and `event`: hazard ratios
 * (Cox, rare-outcome approximation) or ratios of mean times (Weibull, exponential).
 */
export type ClosedFormOutcome =
  | string
  | {
      readonly column: string;
      readonly family?: "gaussian" | "binomial" | "poisson" | "negative-binomial";
      readonly link?: "identity" | "logit" | "log";
    }
  | {
      /** When the follow-up ends, with the event or without. */
      readonly time: string;
      /** A column coded 0 and 1, or a status column and the value that is the event; every other value is censoring. */
      readonly event: string | { readonly column: string; readonly event: string | number };
      readonly model: "cox" | "weibull" | "exponential";
      /** What a Cox model does with events at one time. Default `"efron"`. */
      readonly ties?: CoxTies;
    };

export interface ClosedFormSpec {
  readonly exposure: ExposureSpec;
  readonly mediator: ClosedFormMediator;
  readonly outcome: ClosedFormOutcome;
  /** Baseline columns of both models. */
  readonly covariates?: readonly string[];
  /** The people the effects are told for. Default: numbers at their means, categories at their reference level. */
  readonly at?: Readonly<Record<string, number | string>>;
  /** The mediator value of the controlled direct effect. Default: the mean of the mediator. */
  readonly controlledAt?: number;
  /** Whether the outcome model holds exposure × mediator. Default true. */
  readonly exposureMediatorInteraction?: boolean;
  /** `"guarded"` (default) withholds proportions that mean nothing, `"always"` tells them all the same. */
  readonly proportions?: "guarded" | "always";
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export type OutcomeModelName =
  | "linear"
  | "logistic"
  | "log-linear"
  | "poisson"
  | "negative-binomial"
  | "cox"
  | "weibull"
  | "exponential";

export interface CompleteClosedForm {
  readonly exposure: ExposureSpec;
  readonly exposureColumn: string;
  readonly mediator: string;
  readonly mediatorFamily: "gaussian" | "binomial";
  readonly outcomeModel: OutcomeModelName;
  /** The outcome, or the time to the event. */
  readonly outcome: string;
  readonly event: { readonly column: string; readonly value: string | number | null } | null;
  readonly ties: CoxTies;
  readonly covariates: readonly string[];
  readonly at: Readonly<Record<string, number | string>>;
  readonly controlledAt: number | null;
  readonly interaction: boolean;
  readonly proportions: "guarded" | "always";
  readonly level: number;
}

export const caller = "closedFormEffects";
const options = [
  ...["exposure", "mediator", "outcome", "covariates", "at", "controlledAt", "exposureMediatorInteraction"],
  ...["proportions", "level"],
];

/** Every setting with its default. Errors: "unknown-option", "invalid-option", "not-supported", "same-variable". */
export function completeClosedForm(spec: ClosedFormSpec): CompleteClosedForm {
  if (typeof spec !== "object" || spec === null)
    throw invalid("specification", "{ exposure, mediator, outcome }", spec);
  refuseUnknown(caller, spec, options);
  const exposureColumn = nameOf(spec.exposure, "exposure");
  const covariates = spec.covariates ?? [];
  if (!Array.isArray(covariates) || covariates.some((name) => typeof name !== "string"))
    throw invalid("covariates", "an array of column names", covariates);
  const interaction = spec.exposureMediatorInteraction ?? true;
  if (typeof interaction !== "boolean") throw invalid("exposureMediatorInteraction", "true or false", interaction);
  const controlledAt = spec.controlledAt ?? null;
  if (controlledAt !== null && !Number.isFinite(controlledAt))
    throw invalid("controlledAt", "a finite number", controlledAt);
  const at = spec.at ?? {};
  if (typeof at !== "object" || Array.isArray(at)) throw invalid("at", "{ covariate: value }", at);
  const complete = {
    exposure: spec.exposure,
    exposureColumn,
    ...readMediator(spec.mediator),
    ...readOutcome(spec.outcome),
    covariates: [...covariates],
    at,
    controlledAt,
    interaction,
    proportions: completeChoice(caller, "proportions", spec.proportions, ["guarded", "always"], "guarded"),
    level: completeLevel(caller, spec.level),
  };
  refuseRepeats(complete);
  return complete;
}

function readMediator(given: ClosedFormMediator): Pick<CompleteClosedForm, "mediator" | "mediatorFamily"> {
  const mediator = nameOf(given, "mediator");
  if (typeof given === "string") return { mediator, mediatorFamily: "gaussian" };
  refuseUnknown("mediator", given, ["column", "family"]);
  const mediatorFamily = given.family ?? "gaussian";
  if (mediatorFamily !== "gaussian" && mediatorFamily !== "binomial")
    throw notSupported("mediator.family", mediatorFamily, '"gaussian", "binomial"');
  return { mediator, mediatorFamily };
}

type OutcomeParts = Pick<CompleteClosedForm, "outcome" | "outcomeModel" | "event" | "ties">;

const countModels = { poisson: "poisson", "negative-binomial": "negative-binomial" } as const;
const links = {
  gaussian: ["identity"],
  binomial: ["logit", "log"],
  poisson: ["log"],
  "negative-binomial": ["log"],
} as const;

function readOutcome(given: ClosedFormOutcome): OutcomeParts {
  if (typeof given === "object" && given !== null && "time" in given) return readEventOutcome(given);
  const outcome = nameOf(given, "outcome");
  const none = { outcome, event: null, ties: "efron" } as const;
  if (typeof given === "string") return { ...none, outcomeModel: "linear" };
  refuseUnknown("outcome", given, ["column", "family", "link"]);
  const family = given.family ?? "gaussian";
  if (!Object.hasOwn(links, family)) throw notSupported("outcome.family", family, Object.keys(links).join(", "));
  const allowed: readonly string[] = links[family];
  const link = given.link ?? allowed[0]!;
  if (!allowed.includes(link)) throw notSupported("outcome.link", link, allowed.join(", "));
  if (family === "gaussian") return { ...none, outcomeModel: "linear" };
  if (family === "binomial") return { ...none, outcomeModel: link === "logit" ? "logistic" : "log-linear" };
  return { ...none, outcomeModel: countModels[family] };
}

function readEventOutcome(given: Extract<ClosedFormOutcome, { time: string }>): OutcomeParts {
  refuseUnknown("outcome", given, ["time", "event", "model", "ties"]);
  const outcome = nameOf(given.time, "outcome.time");
  const column = nameOf(given.event, "outcome.event");
  const value = typeof given.event === "string" ? null : given.event.event;
  if (value !== null && typeof value !== "string" && typeof value !== "number")
    throw invalid("outcome.event.event", "the value that is the event", value);
  if (typeof given.event === "object") refuseUnknown("outcome.event", given.event, ["column", "event"]);
  if (!["cox", "weibull", "exponential"].includes(given.model))
    throw notSupported("outcome.model", given.model, '"cox", "weibull", "exponential"');
  if (given.ties !== undefined && given.model !== "cox") throw invalid("outcome.ties", "a Cox model", given.model);
  const ties = completeChoice(caller, "outcome.ties", given.ties, ["efron", "breslow"], "efron");
  return { outcome, outcomeModel: given.model, event: { column, value }, ties };
}

function refuseRepeats(spec: CompleteClosedForm): void {
  refuseSameVariable([
    [spec.exposureColumn, "the exposure"],
    [spec.mediator, "the mediator"],
    [spec.outcome, spec.event === null ? "the outcome" : "the time"],
    ...(spec.event === null ? [] : [[spec.event.column, "the event"] satisfies [string, string]]),
    ...spec.covariates.map((name): [string, string] => [name, "a covariate"]),
  ]);
}

function nameOf(given: unknown, option: string): string {
  const name = typeof given === "object" && given !== null ? (given as { column?: unknown }).column : given;
  if (typeof name === "string" && name !== "") return name;
  throw invalid(option, "a column name", given);
}

export function invalid(option: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `${caller}: ${option} cannot be read`, {
    expected,
    received: typeof received === "object" ? (JSON.stringify(received) ?? "an object") : String(received),
    where: { path: option },
  });
}

function notSupported(path: string, received: unknown, expected: string): KithpathError {
  return new KithpathError("not-supported", `${caller} has no closed form for ${path} "${String(received)}"`, {
    expected,
    received: String(received),
    where: { path },
    remedy: "Use `mediate`, which integrates over the mediator.",
  });
}
