import { KithpathError } from "../errors.ts";
import { completeChoice, completeInteger, completeLevel, refuseUnknown } from "../options.ts";
import { invalid, nameOf, refuseSameVariable } from "./refusals.ts";
import type {
  CompleteSpec,
  CompleteSurvival,
  MediateSpec,
  MediationInference,
  ModeratedPath,
  ModeratorSpec,
} from "./specTypes.ts";
import { completeStructure, readMediators, readOutcome } from "./variables.ts";

export type * from "./specTypes.ts";

const known = [
  "exposure",
  "mediators",
  "outcome",
  "covariates",
  "exposureMediatorInteraction",
  "structure",
  "moderator",
  "cluster",
  "weights",
  "controlledAt",
  "population",
  "inference",
];

/** Every setting with its default. Errors: "unknown-option", "invalid-option", "not-supported", "same-variable", "no-mediator". */
export function completeSpec(spec: MediateSpec): CompleteSpec {
  if (typeof spec !== "object" || spec === null) {
    throw new KithpathError("invalid-option", "mediate needs a specification", {
      expected: "{ exposure, mediators, outcome, … }",
      received: String(spec),
    });
  }
  refuseUnknown("mediate", spec, known);
  const exposureColumn = nameOf(spec.exposure, "exposure");
  const mediatorModels = readMediators(spec.mediators);
  const mediators = mediatorModels.map(({ column }) => column);
  const { outcomeModel, survival } = readOutcome(spec.outcome);
  const covariates = readCovariates(spec.covariates);
  const outcomes = survival === null ? [outcomeModel.column] : survivalColumns(survival);
  refuseRepeats(exposureColumn, mediators, outcomes, covariates);
  const roles = [exposureColumn, ...mediators, ...outcomes];
  const cluster = roleColumn(spec.cluster, "cluster", roles);
  const weights = roleColumn(spec.weights, "weights", [
    ...roles,
    ...covariates.mediator,
    ...covariates.outcome,
    ...(cluster === null ? [] : [cluster]),
  ]);
  if (spec.inference?.covariance === "model" && (weights !== null || cluster !== null))
    throw invalid("inference.covariance", '"robust", or left out, with weights or a cluster', "model");
  const interaction = spec.exposureMediatorInteraction ?? true;
  if (typeof interaction !== "boolean") throw invalid("exposureMediatorInteraction", "true or false", interaction);
  return {
    exposure: spec.exposure,
    exposureColumn,
    mediators,
    mediatorModels,
    ...completeStructure(spec.structure, mediators),
    outcome: outcomeModel.column,
    outcomeModel,
    family: outcomeModel.family,
    link: outcomeModel.link,
    survival,
    mediatorCovariates: covariates.mediator,
    outcomeCovariates: covariates.outcome,
    interaction,
    moderator: readModerator(spec.moderator, roles),
    cluster,
    weights,
    population: readPopulation(spec.population, [...covariates.mediator, ...covariates.outcome]),
    controlledAt: spec.controlledAt ?? null,
    ...readInference(spec.inference ?? {}, cluster ?? weights),
  };
}

function survivalColumns(survival: CompleteSurvival): string[] {
  return [survival.time, survival.event, ...(survival.competing === null ? [] : [survival.competing])];
}

function roleColumn(given: string | undefined, role: "cluster" | "weights", others: readonly string[]): string | null {
  if (given === undefined) return null;
  if (typeof given !== "string") throw invalid(role, "a column name", given);
  if (others.includes(given)) {
    throw new KithpathError("same-variable", `"${given}" cannot be the ${role}: it is part of the analysis`, {
      expected: role === "cluster" ? "a column naming groups of people" : "a column of case weights",
      received: given,
      where: { column: given, path: role },
    });
  }
  return given;
}

function readModerator(given: ModeratorSpec | undefined, roles: readonly string[]): ModeratorSpec | null {
  if (given === undefined) return null;
  if (typeof given !== "object" || given === null) throw invalid("moderator", "{ column, on: […] }", given);
  refuseUnknown("moderator", given, ["column", "on", "at", "regions"]);
  const column = nameOf(given, "moderator");
  if (roles.includes(column)) {
    throw new KithpathError("same-variable", `"${column}" cannot be the moderator: it has another role`, {
      expected: "a column measured before the exposure took effect",
      received: column,
      where: { column, path: "moderator" },
      remedy: "That the mediator's effect differs with the exposure is exposureMediatorInteraction.",
    });
  }
  if (!Array.isArray(given.on) || given.on.length === 0)
    throw invalid("moderator.on", 'arrows, for example ["exposure-mediator"]', given.on);
  for (const path of given.on as readonly ModeratedPath[]) {
    const named =
      typeof path === "object" && path !== null && typeof path.from === "string" && typeof path.to === "string";
    if (!named && !pathNames.includes(path as string))
      throw invalid("moderator.on", `${pathNames.join(", ")}, or { from, to }`, path);
  }
  if (given.at !== undefined && (!Array.isArray(given.at) || given.at.length === 0))
    throw invalid("moderator.at", "values of the moderator", given.at);
  if (given.regions !== undefined && typeof given.regions !== "boolean")
    throw invalid("moderator.regions", "true or false", given.regions);
  return given;
}

const pathNames = ["exposure-mediator", "mediator-mediator", "mediator-outcome", "exposure-outcome"];

function readPopulation(
  given: MediateSpec["population"],
  covariates: readonly string[],
): Readonly<Record<string, number | string>> {
  if (given === undefined || given === "sample") return {};
  if (typeof given !== "object" || given === null)
    throw invalid("population", '"sample" or { covariate: value }', given);
  for (const name of Object.keys(given))
    if (!covariates.includes(name))
      throw invalid("population", `names among the covariates: ${covariates.join(", ")}`, name);
  return given;
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

function readInference(given: MediationInference, grouped: string | null) {
  refuseUnknown("inference", given, [
    "method",
    "interval",
    "level",
    "covariance",
    "draws",
    "until",
    "seed",
    "signal",
    "onProgress",
  ]);
  const method = completeChoice(
    "mediate",
    "inference.method",
    given.method,
    ["bootstrap", "bayesian-bootstrap", "monte-carlo", "delta"],
    "bootstrap",
  );
  const interval = completeChoice(
    "mediate",
    "inference.interval",
    given.interval,
    ["percentile", "bca", "bias-corrected", "basic"],
    "percentile",
  );
  if (method !== "bootstrap" && interval !== "percentile")
    throw invalid("inference.interval", `left out with method "${method}"`, interval);
  const covariance = completeChoice(
    "mediate",
    "inference.covariance",
    given.covariance,
    ["model", "robust", "HC3"],
    "model",
  );
  if (given.covariance !== undefined && method !== "monte-carlo" && method !== "delta")
    throw invalid("inference.covariance", 'left out, or method "monte-carlo" or "delta"', given.covariance);
  if (covariance === "HC3" && grouped !== null)
    throw invalid("inference.covariance", '"robust" with cluster or weights', covariance);
  return {
    method,
    interval,
    covariance,
    level: completeLevel("mediate", given.level),
    draws: completeInteger(
      "mediate",
      "inference.draws",
      given.draws,
      20,
      10_000_000,
      given.until === undefined ? 5000 : 1000,
    ),
    until: readUntil(given, method, interval),
    seed: completeInteger("mediate", "inference.seed", given.seed, 0, Number.MAX_SAFE_INTEGER, 1),
    signal: given.signal ?? null,
    onProgress: given.onProgress ?? null,
  };
}

function readUntil({ until }: MediationInference, method: string, interval: string): CompleteSpec["until"] {
  if (until === undefined) return null;
  if (typeof until !== "object" || until === null) throw invalid("inference.until", "{ tolerance, most }", until);
  refuseUnknown("inference.until", until, ["tolerance", "most"]);
  if (method === "delta") throw invalid("inference.until", 'left out with method "delta"', until);
  if (interval !== "percentile" && interval !== "basic")
    throw invalid("inference.until", `left out with ${interval} limits, whose error is not that of a quantile`, until);
  if (typeof until.tolerance !== "number" || !(until.tolerance > 0))
    throw invalid("inference.until.tolerance", "a number above 0, for example 0.02", until.tolerance);
  return {
    tolerance: until.tolerance,
    most: completeInteger("mediate", "inference.until.most", until.most, 20, 10_000_000, 100_000),
  };
}

function refuseRepeats(
  exposure: string,
  mediators: readonly string[],
  outcomes: readonly string[],
  covariates: { mediator: string[]; outcome: string[] },
): void {
  for (const side of [covariates.mediator, covariates.outcome]) {
    refuseSameVariable([
      [exposure, "the exposure"],
      ...mediators.map((name): [string, string] => [name, "a mediator"]),
      ...outcomes.map((name): [string, string] => [name, "the outcome"]),
      ...side.map((name): [string, string] => [name, "a covariate"]),
    ]);
  }
}
