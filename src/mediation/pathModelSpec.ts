import { KithpathError } from "../errors.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";

export interface PathModelSpec {
  /**
   * What predicts each outcome: columns (categories as indicators), `"a:b"` for products. `"a1*mentored"` also gives the
   * path the name a1, to be used in `define`. Outcomes may predict each other as long as no circle arises.
   */
  readonly equations: Readonly<Record<string, readonly string[]>>;
  /** Pairs of outcomes whose errors may covary; all others are independent. */
  readonly correlatedErrors?: readonly (readonly [string, string])[];
  /** Default "maximum-likelihood" (variances by n, normal tests); "least-squares": by n − p, t tests. */
  readonly estimator?: PathEstimator;
  /**
   * Of maximum likelihood. "expected" (default) or "observed" information, or "robust": Huber–White around the observed
   * information, with scaled tests of fit, for outcomes that are not normal.
   */
  readonly standardErrors?: PathStandardErrors;
  /** Effects to be told apart into every path that leads from one variable to an outcome. */
  readonly effects?: PathEffectSpec | readonly PathEffectSpec[];
  /** Named expressions of path names, numbers, other definitions, + − * / and parentheses, as `{ indirect: "a1*b1" }`. */
  readonly define?: Readonly<Record<string, string>>;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface PathEffectSpec {
  readonly from: string;
  readonly to: string;
}

export type PathEstimator = "maximum-likelihood" | "least-squares";
export type PathStandardErrors = "expected" | "observed" | "robust";

/** The specification with nothing left open, but not yet held against data. */
export interface CompletePathSpec {
  readonly equations: readonly { readonly outcome: string; readonly predictors: readonly string[] }[];
  readonly correlatedErrors: readonly (readonly [string, string])[];
  readonly estimator: PathEstimator;
  readonly standardErrors: PathStandardErrors;
  readonly effects: readonly PathEffectSpec[];
  readonly define: readonly (readonly [string, string])[];
  readonly level: number;
}

const options = ["equations", "correlatedErrors", "estimator", "standardErrors", "effects", "define", "level"] as const;

/** Errors: "unknown-option", "invalid-option", "no-equations", "not-an-outcome", "repeated-pair". */
export function completePathSpec(spec: PathModelSpec): CompletePathSpec {
  refuseUnknown("pathModel", spec, options);
  const level = completeLevel("pathModel", spec.level);
  const estimator = completeChoice(
    "pathModel",
    "estimator",
    spec.estimator,
    ["maximum-likelihood", "least-squares"],
    "maximum-likelihood",
  );
  if (estimator === "least-squares" && spec.standardErrors !== undefined) {
    throw invalid("standardErrors", 'none with estimator "least-squares"', spec.standardErrors);
  }
  const standardErrors = completeChoice(
    "pathModel",
    "standardErrors",
    spec.standardErrors,
    ["expected", "observed", "robust"],
    "expected",
  );
  const equations = readEquations(spec.equations);
  const outcomes = equations.map(({ outcome }) => outcome);
  return {
    equations,
    correlatedErrors: readPairs(spec.correlatedErrors ?? [], outcomes),
    estimator,
    standardErrors,
    effects: readEffects(spec.effects, outcomes),
    define: readDefinitions(spec.define ?? {}),
    level,
  };
}

function readEquations(given: PathModelSpec["equations"]): CompletePathSpec["equations"] {
  const entries = typeof given === "object" && given !== null ? Object.entries(given) : [];
  if (entries.length === 0) {
    throw new KithpathError("no-equations", "pathModel needs at least one equation", {
      expected:
        'outcomes with their predictors, for example { connection: ["mentored"], wellbeing: ["mentored", "connection"] }',
      received: JSON.stringify(given) ?? String(given),
      where: { path: "equations" },
    });
  }
  return entries.map(([outcome, predictors]) => {
    if (!Array.isArray(predictors) || predictors.some((term) => typeof term !== "string")) {
      throw invalid(`equations.${outcome}`, 'an array of column names, such as ["mentored", "age"]', predictors);
    }
    return { outcome, predictors };
  });
}

function readPairs(given: NonNullable<PathModelSpec["correlatedErrors"]>, outcomes: readonly string[]) {
  if (!Array.isArray(given)) throw invalid("correlatedErrors", 'pairs such as [["connection", "support"]]', given);
  const seen = new Set<string>();
  return given.map((pair: readonly [string, string], index) => {
    const path = `correlatedErrors[${index}]`;
    if (!Array.isArray(pair) || pair.length !== 2 || pair[0] === pair[1]) {
      throw invalid(path, "two different outcomes", pair);
    }
    for (const name of pair) refuseNotAnOutcome(name, outcomes, path);
    const key = JSON.stringify([...pair].sort());
    if (seen.has(key)) {
      throw new KithpathError("repeated-pair", "pathModel: a pair of errors is named twice", {
        received: pair.join(" and "),
        where: { path },
      });
    }
    seen.add(key);
    return pair;
  });
}

function readEffects(given: PathModelSpec["effects"], outcomes: readonly string[]): readonly PathEffectSpec[] {
  if (given === undefined) return [];
  const asked: readonly PathEffectSpec[] = Array.isArray(given) ? given : [given];
  asked.forEach((effect, index) => {
    if (typeof effect !== "object" || effect === null || typeof effect.from !== "string") {
      throw invalid(`effects[${index}]`, 'an object such as { from: "mentored", to: "wellbeing" }', effect);
    }
    refuseUnknown("pathModel: effects", effect, ["from", "to"]);
    refuseNotAnOutcome(effect.to, outcomes, `effects[${index}].to`);
  });
  return asked;
}

function readDefinitions(given: Readonly<Record<string, string>>): [string, string][] {
  if (typeof given !== "object" || given === null)
    throw invalid("define", 'names with expressions, { indirect: "a*b" }', given);
  return Object.entries(given).map(([name, text]) => {
    if (typeof text !== "string") throw invalid(`define.${name}`, 'an expression such as "a1*b1"', text);
    return [name, text];
  });
}

function refuseNotAnOutcome(name: string, outcomes: readonly string[], path: string): void {
  if (outcomes.includes(name)) return;
  throw new KithpathError("not-an-outcome", `pathModel: "${name}" has no equation`, {
    expected: `one of ${outcomes.join(", ")}`,
    received: String(name),
    where: { path },
  });
}

export function invalid(path: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `pathModel: ${path} cannot be used`, {
    expected,
    received: typeof received === "string" ? received : (JSON.stringify(received) ?? String(received)),
    where: { path },
  });
}
