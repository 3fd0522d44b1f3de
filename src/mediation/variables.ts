import { KithpathError } from "../errors.ts";
import { completeChoice, refuseUnknown } from "../options.ts";
import { invalid, nameOf, notSupported } from "./refusals.ts";
import type {
  CompleteSpec,
  CompleteSurvival,
  CompleteVariable,
  MediateSpec,
  MediatorFamily,
  MediatorSpec,
  ModelLink,
  OutcomeSpec,
} from "./specTypes.ts";

const links: Readonly<Record<MediatorFamily, readonly ModelLink[]>> = {
  gaussian: ["identity"],
  binomial: ["logit", "probit", "log"],
  poisson: ["log"],
  "negative-binomial": ["log"],
  ordinal: ["logit"],
};

/** The mediators with their families and links. Errors: "no-mediator", "invalid-option", "unknown-option", "not-supported". */
export function readMediators(given: readonly MediatorSpec[]): CompleteVariable[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new KithpathError("no-mediator", "mediate needs at least one mediator", {
      expected: 'an array of column names, for example ["connection_6"]',
      received: JSON.stringify(given) ?? String(given),
    });
  }
  return given.map((mediator: MediatorSpec, index) => {
    const found = readVariable(mediator, `mediators[${index}]`);
    if (found.family === "binomial" && found.link === "log")
      throw notSupported('link "log" for a mediator', `mediators[${index}].link`, "logit, probit");
    return found;
  });
}

export function readOutcome(given: OutcomeSpec): { outcomeModel: CompleteVariable; survival: CompleteSurvival | null } {
  if (typeof given !== "object" || given === null || !("time" in given))
    return { outcomeModel: readVariable(given as MediatorSpec, "outcome"), survival: null };
  refuseUnknown("outcome", given, ["time", "event", "competing", "competingModel", "model", "at", "ties"]);
  const model = completeChoice("mediate", "outcome.model", given.model, ["cox", "weibull", "exponential"], "cox");
  if (given.ties !== undefined && model !== "cox")
    throw invalid("outcome.ties", "left out without a Cox model", given.ties);
  const status = typeof given.event === "object" && given.event !== null ? given.event : null;
  if (status !== null) {
    refuseUnknown("outcome.event", status, ["column", "event", "competing", "censored"]);
    const values = [status.event, status.competing, status.censored].filter((value) => value !== undefined);
    if (status.event === undefined || new Set(values.map(String)).size < values.length)
      throw invalid("outcome.event", "different values, for example { column, event: 1, competing: 2 }", status);
    if (given.competing !== undefined && status.competing !== undefined)
      throw invalid("outcome.competing", "left out where the status column has a competing event", given.competing);
  }
  const competes = given.competing !== undefined || status?.competing !== undefined;
  if (given.competingModel !== undefined && !competes)
    throw invalid("outcome.competingModel", "left out without a competing event", given.competingModel);
  if (model !== "cox" && competes)
    throw notSupported(`model "${model}" with a competing event`, "outcome.model", "cox");
  const at: readonly unknown[] = Array.isArray(given.at) ? given.at : [given.at];
  if (at.length === 0 || at.some((day) => typeof day !== "number" || !Number.isFinite(day) || day <= 0))
    throw invalid("outcome.at", "one or several times after the start, for example 365", given.at);
  return {
    outcomeModel: { column: nameOf(given.time, "outcome.time"), family: "time-to-event", link: "log", levels: null },
    survival: {
      time: nameOf(given.time, "outcome.time"),
      event: nameOf(given.event, "outcome.event"),
      status,
      competing: given.competing === undefined ? null : nameOf(given.competing, "outcome.competing"),
      competingModel: completeChoice(
        "mediate",
        "outcome.competingModel",
        given.competingModel,
        ["same", "baseline"],
        "same",
      ),
      model,
      at: at as readonly number[],
      ties: completeChoice("mediate", "outcome.ties", given.ties, ["efron", "breslow"], "efron"),
    },
  };
}

function readVariable(given: MediatorSpec, option: string): CompleteVariable {
  const column = nameOf(given, option);
  if (typeof given === "string") return { column, family: "gaussian", link: "identity", levels: null };
  refuseUnknown(option, given, ["column", "family", "link", "levels"]);
  const family = given.family ?? "gaussian";
  if (!(family in links))
    throw notSupported(`family "${String(family)}"`, `${option}.family`, Object.keys(links).join(", "));
  const link = given.link ?? links[family][0]!;
  if (!links[family].includes(link))
    throw notSupported(`link "${String(link)}" for family "${family}"`, `${option}.link`, links[family].join(", "));
  const { levels } = given;
  if (levels !== undefined && (family !== "ordinal" || !Array.isArray(levels) || levels.length < 2))
    throw invalid(`${option}.levels`, "the levels of an ordinal text column, lowest first", levels);
  return { column, family, link, levels: levels?.map(String) ?? null };
}

/** Which mediators each mediator depends on. Errors: "invalid-option". */
export function completeStructure(
  given: MediateSpec["structure"],
  mediators: readonly string[],
): Pick<CompleteSpec, "structure" | "parents"> {
  if (given === undefined || given === "parallel") return { structure: "parallel", parents: mediators.map(() => []) };
  if (given === "serial") {
    return {
      structure: mediators.length > 1 ? "serial" : "parallel",
      parents: mediators.map((_, k) => Array.from({ length: k }, (_unused, l) => l)),
    };
  }
  if (typeof given !== "object" || given === null)
    throw invalid("structure", '"parallel", "serial" or { mediator: [mediators before it] }', given);
  for (const name of Object.keys(given))
    if (!mediators.includes(name)) throw invalid("structure", `names among ${mediators.join(", ")}`, name);
  const parents = mediators.map((name, k) =>
    (given[name] ?? []).map((parent) => {
      const place = mediators.indexOf(parent);
      if (place < 0 || place >= k)
        throw invalid(
          "structure",
          `for "${name}" mediators listed before it: ${mediators.slice(0, k).join(", ")}`,
          parent,
        );
      return place;
    }),
  );
  return { structure: parents.every((list) => list.length === 0) ? "parallel" : "between", parents };
}
