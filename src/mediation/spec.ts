import { KithpathError } from "../errors.ts";
import type { ResamplingOptions } from "../estimate.ts";
import { completeChoice, completeInteger, completeLevel, refuseUnknown } from "../options.ts";

/**
 * The exposure. A name alone: a column of two values, the larger number or the second level being the exposed one.
 * `treated` and `reference`: two levels of a column; people at other levels stay in the models with their own indicators.
 * `from` and `to`: two values of a number that enters the models as a number (or two levels of a text column).
 */
export type ExposureSpec =
  | string
  | { readonly column: string; readonly treated: string | number; readonly reference: string | number }
  | { readonly column: string; readonly from: string | number; readonly to: string | number };

export type MediatorSpec =
  | string
  | { readonly column: string; readonly family?: "gaussian"; readonly link?: "identity" };

export type OutcomeSpec =
  | string
  | { readonly column: string; readonly family?: "gaussian"; readonly link?: "identity" }
  | { readonly column: string; readonly family: "binomial"; readonly link?: "logit" | "probit" };

export interface MediationInference extends ResamplingOptions {
  /** `"bootstrap"` (default) resamples people, or clusters; `"monte-carlo"` draws coefficients from their normal distribution. */
  readonly method?: "bootstrap" | "monte-carlo";
  /** Limits from the bootstrap draws. Default `"percentile"`. */
  readonly interval?: "percentile" | "bca" | "bias-corrected" | "basic";
  /** Confidence level as a proportion. Default 0.95. */
  readonly level?: number;
}

export interface MediateSpec {
  readonly exposure: ExposureSpec;
  /** Number columns, measured after the exposure and before the outcome. Several are taken as parallel. */
  readonly mediators: readonly MediatorSpec[];
  readonly outcome: OutcomeSpec;
  /** Baseline columns: for every model, or apart for the mediator and the outcome models. */
  readonly covariates?:
    | readonly string[]
    | { readonly mediator?: readonly string[]; readonly outcome?: readonly string[] };
  /** Whether the outcome model holds exposure × mediator. Default true. */
  readonly exposureMediatorInteraction?: boolean;
  readonly structure?: "parallel";
  /** A column naming the group (site, mentor) within which people are alike. */
  readonly cluster?: string;
  /** Mediator values for the controlled direct effect. Default: the mean of each mediator. */
  readonly controlledAt?: number | Readonly<Record<string, number>>;
  readonly population?: "sample";
  readonly inference?: MediationInference;
}

export interface CompleteSpec {
  readonly exposure: ExposureSpec;
  readonly exposureColumn: string;
  readonly mediators: readonly string[];
  readonly outcome: string;
  readonly family: "gaussian" | "binomial";
  readonly link: "identity" | "logit" | "probit";
  readonly mediatorCovariates: readonly string[];
  readonly outcomeCovariates: readonly string[];
  readonly interaction: boolean;
  readonly cluster: string | null;
  readonly controlledAt: number | Readonly<Record<string, number>> | null;
  readonly method: "bootstrap" | "monte-carlo";
  readonly interval: "percentile" | "bca" | "bias-corrected" | "basic";
  readonly level: number;
  readonly draws: number;
  readonly seed: number;
  readonly signal: AbortSignal | null;
  readonly onProgress: ((done: number, total: number) => void) | null;
}

const known = [
  "exposure",
  "mediators",
  "outcome",
  "covariates",
  "exposureMediatorInteraction",
  "structure",
  "cluster",
  "controlledAt",
  "population",
  "inference",
];
const notYetBuilt: Readonly<Record<string, string>> = {
  moderator: "moderated mediation",
  weights: "case weights",
};

/** Every setting with its default. Errors: "unknown-option", "invalid-option", "not-supported", "same-variable", "no-mediator". */
export function completeSpec(spec: MediateSpec): CompleteSpec {
  if (typeof spec !== "object" || spec === null) {
    throw new KithpathError("invalid-option", "mediate needs a specification", {
      expected: "{ exposure, mediators, outcome, … }",
      received: String(spec),
    });
  }
  for (const [key, words] of Object.entries(notYetBuilt)) if (key in spec) throw notSupported(words, key);
  refuseUnknown("mediate", spec, known);
  if (spec.structure !== undefined && spec.structure !== "parallel")
    throw notSupported(`structure "${String(spec.structure)}"`, "structure", '"parallel"');
  if (spec.population !== undefined && spec.population !== "sample")
    throw notSupported("a population other than the sample", "population", '"sample"');
  const exposureColumn = nameOf(spec.exposure, "exposure");
  const mediators = readMediators(spec.mediators);
  const outcome = readOutcome(spec.outcome);
  const covariates = readCovariates(spec.covariates);
  const inference = readInference(spec.inference ?? {});
  refuseRepeats(exposureColumn, mediators, outcome.outcome, covariates);
  if ([exposureColumn, ...mediators, outcome.outcome].includes(spec.cluster ?? "")) {
    throw new KithpathError("same-variable", `"${spec.cluster}" cannot be the cluster: it is part of the analysis`, {
      expected: "a column naming groups of people",
      received: String(spec.cluster),
      where: { column: String(spec.cluster), path: "cluster" },
    });
  }
  const interaction = spec.exposureMediatorInteraction ?? true;
  if (typeof interaction !== "boolean") throw invalid("exposureMediatorInteraction", "true or false", interaction);
  if (spec.cluster !== undefined && typeof spec.cluster !== "string")
    throw invalid("cluster", "a column name", spec.cluster);
  return {
    exposure: spec.exposure,
    exposureColumn,
    mediators,
    ...outcome,
    mediatorCovariates: covariates.mediator,
    outcomeCovariates: covariates.outcome,
    interaction,
    cluster: spec.cluster ?? null,
    controlledAt: spec.controlledAt ?? null,
    ...inference,
  };
}

function readMediators(given: readonly MediatorSpec[]): string[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new KithpathError("no-mediator", "mediate needs at least one mediator", {
      expected: 'an array of column names, for example ["connection_6"]',
      received: JSON.stringify(given) ?? String(given),
    });
  }
  return given.map((mediator: MediatorSpec, index) => {
    const column = nameOf(mediator, `mediators[${index}]`);
    if (typeof mediator === "string") return column;
    refuseUnknown(`mediators[${index}]`, mediator, ["column", "family", "link"]);
    if (mediator.family !== undefined && mediator.family !== "gaussian")
      throw notSupported(`mediator family "${String(mediator.family)}"`, `mediators[${index}].family`, '"gaussian"');
    if (mediator.link !== undefined && mediator.link !== "identity")
      throw notSupported(`mediator link "${String(mediator.link)}"`, `mediators[${index}].link`, '"identity"');
    return column;
  });
}

function readOutcome(given: OutcomeSpec): Pick<CompleteSpec, "outcome" | "family" | "link"> {
  if (typeof given === "object" && given !== null && ("time" in given || "event" in given || "model" in given))
    throw notSupported("a time-to-event outcome", "outcome", "a column, gaussian or binomial");
  const outcome = nameOf(given, "outcome");
  if (typeof given === "string") return { outcome, family: "gaussian", link: "identity" };
  refuseUnknown("outcome", given, ["column", "family", "link"]);
  const family = given.family ?? "gaussian";
  if (family !== "gaussian" && family !== "binomial")
    throw notSupported(`outcome family "${String(family)}"`, "outcome.family", '"gaussian", "binomial"');
  const links: readonly string[] = family === "gaussian" ? ["identity"] : ["logit", "probit"];
  const link = given.link ?? links[0]!;
  if (!links.includes(link)) throw notSupported(`outcome link "${String(link)}"`, "outcome.link", links.join(", "));
  return { outcome, family, link: link as CompleteSpec["link"] };
}

function readCovariates(given: MediateSpec["covariates"]): { mediator: string[]; outcome: string[] } {
  if (given === undefined) return { mediator: [], outcome: [] };
  if (Array.isArray(given)) return { mediator: names(given, "covariates"), outcome: names(given, "covariates") };
  if (typeof given !== "object" || given === null) throw invalid("covariates", "an array of column names", given);
  const apart = given as { readonly mediator?: readonly string[]; readonly outcome?: readonly string[] };
  refuseUnknown("covariates", apart, ["mediator", "outcome"]);
  return {
    mediator: names(apart.mediator ?? [], "covariates.mediator"),
    outcome: names(apart.outcome ?? [], "covariates.outcome"),
  };
}

function names(given: readonly unknown[], option: string): string[] {
  if (!Array.isArray(given) || given.some((name) => typeof name !== "string"))
    throw invalid(option, "an array of column names", given);
  return [...(given as string[])];
}

function readInference(given: MediationInference) {
  refuseUnknown("inference", given, ["method", "interval", "level", "draws", "seed", "signal", "onProgress"]);
  if ((given.method as string) === "delta")
    throw notSupported('inference method "delta"', "inference.method", '"bootstrap", "monte-carlo"');
  const method = completeChoice("mediate", "inference.method", given.method, ["bootstrap", "monte-carlo"], "bootstrap");
  const interval = completeChoice(
    "mediate",
    "inference.interval",
    given.interval,
    ["percentile", "bca", "bias-corrected", "basic"],
    "percentile",
  );
  if (method === "monte-carlo" && interval !== "percentile")
    throw invalid("inference.interval", '"percentile" with the Monte Carlo method', interval);
  return {
    method,
    interval,
    level: completeLevel("mediate", given.level),
    draws: completeInteger("mediate", "inference.draws", given.draws, 20, 10_000_000, 5000),
    seed: completeInteger("mediate", "inference.seed", given.seed, 0, Number.MAX_SAFE_INTEGER, 1),
    signal: given.signal ?? null,
    onProgress: given.onProgress ?? null,
  };
}

function refuseRepeats(
  exposure: string,
  mediators: string[],
  outcome: string,
  covariates: { mediator: string[]; outcome: string[] },
): void {
  for (const side of [covariates.mediator, covariates.outcome]) {
    const seen = new Map<string, string>([[exposure, "the exposure"]]);
    const roles: [string, string][] = [
      ...mediators.map((name): [string, string] => [name, "a mediator"]),
      [outcome, "the outcome"],
      ...side.map((name): [string, string] => [name, "a covariate"]),
    ];
    for (const [name, role] of roles) {
      const before = seen.get(name);
      if (before !== undefined) {
        throw new KithpathError("same-variable", `"${name}" is named twice: as ${before} and as ${role}`, {
          expected: "a column of its own for every role",
          received: name,
          where: { column: name },
        });
      }
      seen.set(name, role);
    }
  }
}

function nameOf(given: unknown, option: string): string {
  const name = typeof given === "object" && given !== null ? (given as { column?: unknown }).column : given;
  if (typeof name === "string" && name !== "") return name;
  throw invalid(option, "a column name", given);
}

export function invalid(option: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `mediate: ${option} cannot be read`, {
    expected,
    received: typeof received === "object" ? (JSON.stringify(received) ?? "an object") : String(received),
    where: { path: option },
  });
}

function notSupported(what: string, path: string, expected?: string): KithpathError {
  return new KithpathError("not-supported", `mediate does not have ${what} yet`, {
    ...(expected === undefined ? {} : { expected }),
    where: { path },
    remedy: "Nothing was computed; leave the setting out to run the analysis without it.",
  });
}
