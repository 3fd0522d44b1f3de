import { refuseTooFewRows, variablesOfTerm } from "../../_models/namedDesign.ts";
import { fromColumns } from "../../_numeric/matrix.ts";
import { readClusters, refuseRepeatedPeople, selectComplete } from "../../arm.ts";
import { KithpathError } from "../../errors.ts";
import type { Ledger } from "../../estimate.ts";
import { type Data, toTable } from "../../table.ts";
import { readColumns } from "../columns.ts";
import { completeSpec, type MediateSpec } from "../spec.ts";
import type { JointAnalysis } from "./jointAnalysis.ts";

type JointPair = "linear-linear" | "linear-probit" | "probit-linear" | "probit-probit";

export interface ReadJoint {
  readonly joint: JointAnalysis;
  readonly pair: JointPair;
  readonly level: number;
  readonly dropped: Ledger;
}

/** The data of one mediator and one outcome whose errors may be correlated. Errors: those of `mediate`, and "not-supported". */
export function readJoint(data: Data, spec: MediateSpec): ReadJoint {
  const asked = completeSpec(spec);
  const whole = toTable(data);
  refuseRepeatedPeople("sensitivityToErrorCorrelation", whole, asked.cluster);
  refuseOthers(spec, asked.mediators.length);
  const terms = [...asked.mediatorCovariates, ...asked.outcomeCovariates];
  const { table, dropped } = selectComplete(whole, [
    asked.exposureColumn,
    ...asked.mediators,
    asked.outcome,
    ...terms.flatMap((term) => variablesOfTerm(whole, term)),
    ...(asked.cluster === null ? [] : [asked.cluster]),
  ]);
  const pair = pairOf(declaredModel(spec.mediators[0]), declaredModel(spec.outcome));
  const strangers = asked.mediatorCovariates.filter((name) => !asked.outcomeCovariates.includes(name));
  if (strangers.length > 0) {
    throw notSupported(
      `covariates of the mediator (${strangers.join(", ")}) that are not in the outcome's model`,
      "the mediator's covariates among the outcome's",
      "Give both models the same covariates.",
    );
  }
  const raw = readColumns(table, asked);
  const mediator = raw.mediators[0]!;
  const exposure = raw.exposure.columns.map((column) => column.values);
  const products = asked.interaction
    ? exposure.map((column) => column.map((value, row) => value * mediator.values[row]!))
    : [];
  const values = (columns: readonly { readonly values: Float64Array }[]) => columns.map((column) => column.values);
  const ones = new Float64Array(table.rows).fill(1);
  const joint: JointAnalysis = {
    rows: table.rows,
    exposures: exposure.length,
    interaction: asked.interaction,
    from: raw.exposure.fromValues,
    to: raw.exposure.toValues,
    mediatorDesign: fromColumns([ones, ...exposure, ...values(raw.mediatorCovariates)]),
    outcomeDesign: fromColumns([ones, ...exposure, mediator.values, ...products, ...values(raw.outcomeCovariates)]),
    mediator: mediator.values,
    outcome: raw.outcome.values,
    mediatorName: mediator.name,
    outcomeName: raw.outcome.name,
    clusters: asked.cluster === null ? null : readClusters(table, asked.cluster),
  };
  refuseTooFewRows("sensitivityToErrorCorrelation", table.rows, joint.outcomeDesign.columns);
  return { joint, pair, level: asked.level, dropped };
}

interface Model {
  readonly family: string;
  readonly link: string;
}

const usualLinks: Readonly<Record<string, string>> = { gaussian: "identity", binomial: "logit", ordinal: "logit" };

/** Family and link of a variable as the specification gives them; a name alone is linear. */
function declaredModel(given: unknown): Model {
  if (typeof given !== "object" || given === null) return { family: "gaussian", link: "identity" };
  const { family = "time" in given ? "time-to-event" : "gaussian", link } = given as Partial<Model>;
  return { family, link: link ?? usualLinks[family] ?? "log" };
}

function pairOf(mediator: Model, outcome: Model): JointPair {
  const kind = ({ family, link }: Model): "linear" | "probit" | null =>
    family === "gaussian" && link === "identity"
      ? "linear"
      : family === "binomial" && link === "probit"
        ? "probit"
        : null;
  const [first, second] = [kind(mediator), kind(outcome)];
  if (first !== null && second !== null) return `${first}-${second}`;
  const logit = [mediator, outcome].some(({ family, link }) => family === "binomial" && link !== "probit");
  throw notSupported(
    `a ${mediator.family} mediator (${mediator.link}) with a ${outcome.family} outcome (${outcome.link})`,
    "errors that can be correlated: linear or probit models of mediator and outcome",
    `${logit ? "Ask for the probit link, or use" : "Use"} unmeasuredConfounder, which takes every kind of mediator and outcome.`,
  );
}

function refuseOthers(spec: MediateSpec, mediators: number): void {
  const only = "one mediator, everybody counted once, effects averaged over the sample";
  const remedy = "Leave the setting out, or use unmeasuredConfounder, which takes every mediation.";
  if (mediators > 1) throw notSupported(`${mediators} mediators`, only, remedy);
  for (const key of ["moderator", "weights", "population"] as const) {
    const value = (spec as unknown as Record<string, unknown>)[key];
    if (value !== undefined && value !== "sample") throw notSupported(key, only, remedy);
  }
}

function notSupported(what: string, expected: string, remedy: string): KithpathError {
  return new KithpathError("not-supported", `sensitivityToErrorCorrelation does not have ${what}`, {
    expected,
    received: what,
    remedy,
  });
}
