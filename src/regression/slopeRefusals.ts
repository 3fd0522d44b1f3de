import { KithpathError } from "../errors.ts";

/** What of a specification says which variables interact. */
interface AskedSlopes {
  readonly focal: string;
  readonly moderators: string | readonly string[];
  readonly threeWay?: boolean;
  readonly covariates?: readonly string[];
  readonly at?: Readonly<Record<string, unknown>>;
}

/** The moderators as a list, checked: one or two columns, different from each other, the focal predictor and the covariates. */
export function askedModerators({
  focal,
  moderators: asked,
  threeWay = false,
  covariates = [],
  at = {},
}: AskedSlopes): {
  readonly moderators: readonly string[];
  readonly threeWay: boolean;
  readonly covariates: readonly string[];
} {
  if (typeof focal !== "string") throw invalid("focal", "the name of a column", focal);
  const moderators = typeof asked === "string" ? [asked] : asked;
  if (!Array.isArray(moderators) || moderators.length < 1 || moderators.length > 2 || !moderators.every(isName)) {
    throw invalid("moderators", 'one column name, or two such as ["age", "female"]', asked);
  }
  if (!Array.isArray(covariates) || !covariates.every(isName)) {
    throw invalid("covariates", 'a list such as ["age", "wellbeing_0"]', covariates);
  }
  const all = [focal, ...moderators, ...covariates];
  const twice = all.find((name, index) => all.indexOf(name) !== index);
  if (twice !== undefined) throw invalid("moderators", "each column in one role", `"${twice}" twice`);
  if (typeof threeWay !== "boolean" || (threeWay && moderators.length < 2)) {
    throw invalid("threeWay", "true only with two moderators", `${threeWay} with ${moderators.length}`);
  }
  if (typeof at !== "object" || at === null) throw invalid("at", "moderator values by name", at);
  const stranger = Object.keys(at).find((name) => !moderators.includes(name));
  if (stranger !== undefined) throw invalid("at", `only ${moderators.join(", ")}`, stranger);
  return { moderators, threeWay, covariates };
}

const isName = (name: unknown) => typeof name === "string";

function invalid(name: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `simpleSlopes: ${name} cannot be used`, {
    expected,
    received: String(received),
    where: { path: name },
  });
}
