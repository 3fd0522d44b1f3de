import { KithpathError, type Problem } from "../errors.ts";
import { checkData } from "./checkData.ts";
import type { Cohort } from "./cohort.ts";
import { didYouMean } from "./nearest.ts";
import type { Study } from "./study.ts";
import { checkRoles } from "./studyRoles.ts";
import { parseShape, type ShapeIssue, studyJsonSchema } from "./studySchema.ts";

/**
 * A study definition, checked and with its defaults: what is asked, of whom, with which columns. Unknown keys are
 * refused. What can be known without the data is checked here: shapes and ranges, a column in two roles that exclude
 * each other, a mediator measured at or after its outcome, a covariate measured after the exposure (VanderWeele 2019).
 *
 * Defaults: `covariates`, `compare` and `mediation` empty, the covariates of a mediation those of the study, `relapse.unit` "days", inference at level 0.95 with 5000
 * draws and seed 1.
 *
 * Error: "invalid-study", with every problem and its path in `problems`. Their codes: "unknown-key", "wrong-type",
 * "not-allowed", "out-of-range", "too-short", "no-arm", "unexpected-arm", "same-arms", "no-question", "repeated-wave",
 * "repeated-column", "variable-in-two-waves", "same-variable", "same-value", "competing-twice", "before-after-order",
 * "outcome-as-covariate", "exposure-as-covariate", "mediator-as-covariate", "mediator-after-outcome",
 * "mediator-before-exposure", "exposure-after-outcome", "covariate-after-exposure".
 *
 * @example
 * ```ts
 * import { defineStudy } from "kithpath";
 * const study = defineStudy({
 *   title: "Peer mentoring, one year",
 *   design: "two-arm-randomised",
 *   id: "id",
 *   arm: { column: "mentored", treated: 1, reference: 0 },
 *   compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "wellbeing_12", better: "higher" }],
 * });
 * study.inference.draws; // 5000
 * ```
 */
export function defineStudy(definition: unknown): Study {
  const { study, problems } = readDefinition(definition);
  if (study !== null && problems.length === 0) return study;
  throw new KithpathError("invalid-study", `the study definition has ${count(problems)}`, { problems });
}

/**
 * Everything that is wrong with a study definition, and with its fit to a cohort if one is given, in one list; empty
 * when all is well. Problems as in `defineStudy` and `checkStudy`.
 *
 * @example
 * ```ts
 * import { studyProblems } from "kithpath";
 * studyProblems({ title: "Kith", design: "single-arm", id: "id", compar: [] }).map((problem) => problem.code);
 * // ["unknown-key", "no-question"]
 * ```
 */
export function studyProblems(definition: unknown, cohort?: Cohort): Problem[] {
  const { study, problems } = readDefinition(definition);
  return study === null || cohort === undefined ? problems : [...problems, ...checkData(study, cohort)];
}

/**
 * What of a study the cohort cannot answer, all of it; empty when they fit. Codes: "unknown-column" (with the nearest
 * name), "duplicate-id", "missing-id", "unknown-level", "one-arm", "not-two-arms", "not-numeric", "empty-column",
 * "constant-column", "constant-outcome", "constant-mediator", "outcome-not-binary", "event-not-binary",
 * "negative-time", "one-cluster", and those of `defineStudy` about roles.
 *
 * @example
 * ```ts
 * import { checkStudy, defineStudy, toCohort } from "kithpath";
 * const study = defineStudy({
 *   title: "Kith", design: "single-arm", id: "id",
 *   compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "welbeing_6", better: "higher" }],
 * });
 * const cohort = toCohort({ id: ["a", "b"], wellbeing_0: [40, 42], wellbeing_6: [44, 41] }, { id: "id" });
 * checkStudy(study, cohort)[0].remedy; // 'Did you mean "wellbeing_6"?'
 * ```
 */
export function checkStudy(study: Study, cohort: Cohort): Problem[] {
  return [...checkRoles(study), ...checkData(study, cohort)];
}

/**
 * Throws when the cohort cannot answer the study. Error: "study-does-not-fit", with every problem of `checkStudy`.
 *
 * @example
 * ```ts
 * import { assertStudyFits, defineStudy, toCohort } from "kithpath";
 * const study = defineStudy({
 *   title: "Kith", design: "single-arm", id: "id",
 *   compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "wellbeing_6", better: "higher" }],
 * });
 * const cohort = toCohort({ id: ["a", "b"], wellbeing_0: [40, 42], wellbeing_6: [44, 41] }, { id: "id" });
 * assertStudyFits(study, cohort);
 * ```
 */
export function assertStudyFits(study: Study, cohort: Cohort): void {
  const problems = checkStudy(study, cohort);
  if (problems.length === 0) return;
  throw new KithpathError("study-does-not-fit", `the study does not fit the cohort: ${count(problems)}`, { problems });
}

function count(problems: readonly Problem[]): string {
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}

/** Shape and roles. What is wrong in shape is set aside, so that the rest is looked at all the same. */
function readDefinition(definition: unknown): { study: Study | null; problems: Problem[] } {
  const first = parseShape(definition);
  if ("study" in first) return { study: first.study, problems: checkRoles(first.study) };
  const problems = first.issues.flatMap(toProblems);
  const [keys, values] = [true, false].map((known) =>
    first.issues.filter(({ kind }) => (kind === "unknown-key") === known),
  ) as [ShapeIssue[], ShapeIssue[]];
  const aside = new Set(values.map(({ path }) => String(path[0] ?? "")));
  const second = parseShape(withoutSettings(withoutKeys(definition, keys), aside));
  if (!("study" in second)) return { study: null, problems };
  const { study } = second;
  const roles = checkRoles(study).filter(
    ({ code, where }) => aside.size === 0 || !(code === "no-question" || touches(where?.path ?? "", aside)),
  );
  return { study, problems: [...problems, ...roles] };
}

/** Whether a path begins with one of the settings; a design says what the arm must be. */
function touches(path: string, settings: ReadonlySet<string>): boolean {
  const [setting] = path.split(/[.[]/);
  return settings.has(setting!) || (setting === "arm" && settings.has("design"));
}

/** The definition without some of its settings; title and design, which it cannot do without, are stood in for. */
function withoutSettings(definition: unknown, settings: ReadonlySet<string>): unknown {
  if (typeof definition !== "object" || definition === null || settings.size === 0) return definition;
  const standIns: Readonly<Record<string, string>> = {
    title: "untitled",
    design: "arm" in definition && !settings.has("arm") ? "two-arm-observational" : "single-arm",
  };
  const kept = Object.entries(definition).filter(([name]) => !settings.has(name));
  const stood = Object.entries(standIns).filter(([name]) => settings.has(name));
  return Object.fromEntries([...kept, ...stood]);
}

function withoutKeys(definition: unknown, issues: readonly ShapeIssue[]): unknown {
  const copy = copyOf(definition);
  for (const { path, keys } of issues) {
    const owner = path.reduce<unknown>((value, part) => (value as Record<string | number, unknown>)[part], copy);
    for (const key of keys) delete (owner as Record<string, unknown>)[key];
  }
  return copy;
}

/** A copy of plain nested data; what is not plain (a function, say) is shared. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, copyOf(inner)]));
}

function toProblems({ path, kind, expected, received, keys }: ShapeIssue): Problem[] {
  const place = pathText(path);
  if (kind === "unknown-key") {
    const known = knownKeys(path);
    return keys.map((key) => ({
      code: kind,
      message: `there is no setting "${key}"`,
      ...(known.length === 0 ? {} : { expected: `one of ${known.join(", ")}` }),
      where: { path: pathText([...path, key]) },
      ...didYouMean(key, known),
    }));
  }
  const missing = received === undefined;
  return [
    {
      code: kind,
      message: missing ? "a setting is missing" : "a setting is not valid",
      expected,
      ...(missing ? {} : { received: short(received) }),
      where: { path: place },
      ...(typeof received === "string"
        ? didYouMean(
            received,
            [...expected.matchAll(/"([^"]+)"/g)].map((m) => m[1]!),
          )
        : {}),
    },
  ];
}

/** `mediation[0].covariates[2]`, the way that `Place.path` is written. */
function pathText(path: readonly (string | number)[]): string {
  return path.reduce<string>(
    (text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`),
    "",
  );
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

interface SchemaNode {
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
  readonly anyOf?: readonly SchemaNode[];
}

/** The settings that exist at a path, read from the JSON Schema. */
function knownKeys(path: readonly (string | number)[]): string[] {
  const branches = (node: SchemaNode): SchemaNode[] => [node, ...(node.anyOf ?? []).flatMap(branches)];
  let nodes = branches(studyJsonSchema() as SchemaNode);
  for (const part of path) {
    nodes = nodes
      .map((node) => {
        if (typeof part === "number") return node.items;
        const own = node.properties !== undefined && Object.hasOwn(node.properties, part);
        return own
          ? node.properties![part]
          : typeof node.additionalProperties === "object"
            ? node.additionalProperties
            : undefined;
      })
      .filter((node) => node !== undefined)
      .flatMap(branches);
  }
  return [...new Set(nodes.flatMap((node) => Object.keys(node.properties ?? {})))].filter((key) => key !== "$schema");
}
