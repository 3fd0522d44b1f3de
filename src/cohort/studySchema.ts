import * as z from "zod/mini";
import type { Study } from "./study.ts";

const told = (text: string) => z.describe<string>(text);
const column = () => z.string().check(z.minLength(1));
const value = () => z.union([z.string(), z.number()]);
const columns = () => z.array(column());
const codes = () => z.array(value());

const declaration = z.strictObject({
  type: z.exactOptional(z.enum(["number", "category", "identifier"])),
  levels: z.exactOptional(z.array(value()).check(z.minLength(1))),
  label: z.exactOptional(z.string()),
  missing: z.exactOptional(codes()),
});

const data = z.strictObject({
  file: z.string().check(z.minLength(1), told("The data file, relative to this definition.")),
  wave: z.exactOptional(column()),
  delimiter: z.exactOptional(z.enum(["auto", ",", ";", "\t", "|"])),
  decimal: z.exactOptional(z.enum(["auto", ".", ","])),
  encoding: z.exactOptional(z.enum(["auto", "utf-8", "windows-1252", "utf-16le", "utf-16be"])),
  missing: z.exactOptional(z.union([codes(), z.record(z.string(), codes())])),
  columns: z.exactOptional(z.record(z.string(), declaration)),
  maxBytes: z.exactOptional(z.int().check(z.gte(1))),
  maxColumns: z.exactOptional(z.int().check(z.gte(1))),
});

const arm = z.strictObject({
  column: column(),
  treated: value(),
  reference: value(),
  label: z.exactOptional(z.strictObject({ treated: z.string(), reference: z.string() })),
});

const wave = z.strictObject({
  name: z.string().check(z.minLength(1)),
  month: z.number().check(z.gte(0)),
  variables: columns(),
  status: z.exactOptional(column()),
});

const direction = () => z.enum(["higher", "lower"]);

const comparison = z.strictObject({
  outcome: z.string().check(z.minLength(1), told("What to call the outcome.")),
  before: column(),
  after: column(),
  better: direction(),
  covariates: z.exactOptional(columns()),
  minimalImportantChange: z.exactOptional(z.number().check(z.gt(0))),
});

const relapse = z.strictObject({
  time: column(),
  event: z.union([column(), z.strictObject({ column: column(), event: value(), competing: z.exactOptional(value()) })]),
  competing: z.exactOptional(z.strictObject({ column: column(), value: value() })),
  horizon: z.number().check(z.gt(0), z.describe("Days at which the risk of relapse is told.")),
  unit: z._default(z.literal("days"), "days"),
  covariates: z.exactOptional(columns()),
});

const mediation = z.strictObject({
  label: z.exactOptional(z.string()),
  exposure: z.union([
    column(),
    z.strictObject({ column: column(), treated: value(), reference: value() }),
    z.strictObject({ column: column(), from: value(), to: value() }),
  ]),
  mediators: columns().check(z.minLength(1)),
  outcome: z.union([column(), z.strictObject({ column: column(), family: z.enum(["gaussian", "binomial"]) })]),
  better: z.exactOptional(direction()),
  covariates: z.exactOptional(columns().check(z.describe("Confounders; where left out, the covariates of the study."))),
  structure: z.exactOptional(z.literal("parallel")),
  interaction: z.exactOptional(z.boolean()),
});

const inference = z.strictObject({
  level: z._default(z.number().check(z.gt(0), z.lt(1)), 0.95),
  draws: z._default(z.int().check(z.gte(100), z.lte(1_000_000)), 5000),
  seed: z._default(z.int().check(z.gte(0)), 1),
});

const study = z.strictObject({
  $schema: z.exactOptional(z.string()),
  title: z.string().check(z.minLength(1)),
  design: z.enum(["two-arm-randomised", "two-arm-observational", "single-arm"]),
  data: z.exactOptional(data),
  id: column().check(told("The column that names a person.")),
  arm: z.exactOptional(arm),
  cluster: z.exactOptional(column().check(told("The column of sites or groups within which people are alike."))),
  covariates: z._default(columns(), []),
  waves: z.exactOptional(z.array(wave)),
  compare: z._default(z.array(comparison), []),
  relapse: z.exactOptional(relapse),
  mediation: z._default(z.array(mediation), []),
  labels: z.exactOptional(z.record(z.string(), z.string())),
  inference: z._default(inference, { level: 0.95, draws: 5000, seed: 1 }),
});

/** One thing that the shape of a definition says no to; a union is told by the branch that came nearest. */
export interface ShapeIssue {
  readonly path: readonly (string | number)[];
  readonly kind: "unknown-key" | "wrong-type" | "not-allowed" | "out-of-range" | "too-short";
  readonly expected: string;
  readonly received: unknown;
  readonly keys: readonly string[];
}

/** The definition with its defaults, or everything that is wrong with its shape. */
export function parseShape(definition: unknown): { study: Study } | { issues: ShapeIssue[] } {
  const parsed = z.safeParse(study, definition, { reportInput: true });
  if (!parsed.success) return { issues: parsed.error.issues.flatMap((issue) => toIssues(issue, [])) };
  const { $schema: _, ...rest } = parsed.data;
  return { study: rest };
}

/**
 * The JSON Schema (draft 2020-12) of a study definition, for editors that complete and check as one types. Written to a
 * file beside the definition it is found through `"$schema": "./study.schema.json"`.
 *
 * @example
 * ```ts
 * import { studyJsonSchema } from "kithpath";
 * Object.keys(studyJsonSchema().properties).includes("mediation"); // true
 * ```
 */
export function studyJsonSchema(): { readonly properties: Readonly<Record<string, unknown>> } & Record<
  string,
  unknown
> {
  const schema = z.toJSONSchema(study, { io: "input", reused: "inline" });
  return { ...schema, title: "Study definition of kithpath", properties: schema.properties ?? {} };
}

type ZodIssue = z.core.$ZodIssue;

function toIssues(issue: ZodIssue, above: readonly PropertyKey[]): ShapeIssue[] {
  const path = [...above, ...issue.path].map((part) => (typeof part === "number" ? part : String(part)));
  const base = { path, received: issue.input, keys: [] };
  switch (issue.code) {
    case "unrecognized_keys":
      return [{ ...base, kind: "unknown-key", expected: "", keys: issue.keys }];
    case "invalid_union":
      return (
        nearestBranch(issue.errors, path) ?? [{ ...base, kind: "wrong-type", expected: "a column name or an object" }]
      );
    case "invalid_value":
      return [
        { ...base, kind: "not-allowed", expected: issue.values.map((each) => JSON.stringify(each)).join(" or ") },
      ];
    case "too_small":
      return typeof issue.input === "number"
        ? [
            {
              ...base,
              kind: "out-of-range",
              expected: `a number ${issue.inclusive ? "of at least" : "above"} ${issue.minimum}`,
            },
          ]
        : [{ ...base, kind: "too-short", expected: "something that is not empty" }];
    case "too_big":
      return [
        {
          ...base,
          kind: "out-of-range",
          expected: `a number ${issue.inclusive ? "of at most" : "below"} ${issue.maximum}`,
        },
      ];
    case "invalid_type":
      return [{ ...base, kind: "wrong-type", expected: typeNames[issue.expected] ?? issue.expected }];
    default:
      return [{ ...base, kind: "wrong-type", expected: "another value" }];
  }
}

const typeNames: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  array: "a list",
  object: "an object",
  record: "an object",
  boolean: "true or false",
};

/** The branch with the fewest problems that is at least of the right outer type; `null` when none is. */
function nearestBranch(branches: readonly (readonly ZodIssue[])[], path: readonly PropertyKey[]): ShapeIssue[] | null {
  const right = branches.filter((issues) =>
    issues.every(({ code, path }) => path.length > 0 || code !== "invalid_type"),
  );
  const nearest = [...right].sort((a, b) => a.length - b.length)[0];
  return nearest === undefined ? null : nearest.flatMap((issue) => toIssues(issue, path));
}
