import { KithpathError } from "../errors.ts";
import { completeChoice, completeInteger, refuseUnknown } from "../options.ts";
import type { CohortOptions, ColumnDeclaration, ParseOptions } from "./cohort.ts";

const cohortOptions = ["id", "wave", "missing", "columns"];
const textOptions = ["delimiter", "decimal", "encoding", "maxBytes", "maxColumns"];

/** Errors: "unknown-option", "invalid-option". */
export function checkCohortOptions(caller: string, options: CohortOptions, more: readonly string[] = []): void {
  refuseUnknown(caller, options, [...cohortOptions, ...more]);
  for (const role of ["id", "wave"] as const) {
    const name: unknown = options[role];
    if (name !== undefined && typeof name !== "string") throw invalid(caller, role, "the name of a column", name);
  }
  if (options.wave !== undefined && options.id === undefined)
    throw invalid(caller, "wave", "an id column besides the wave", "no id");
  if (options.missing !== undefined) checkMissing(caller, options.missing);
  for (const [name, declaration] of Object.entries(options.columns ?? {})) checkDeclaration(caller, name, declaration);
}

function checkMissing(caller: string, missing: unknown): void {
  const lists = Array.isArray(missing)
    ? [missing]
    : typeof missing === "object"
      ? Object.values(missing ?? {})
      : [null];
  if (!lists.every(isListOfCodes))
    throw invalid(caller, "missing", 'codes such as ["NA", "-99"], or { column: ["7"] }', missing);
}

function isListOfCodes(list: unknown): boolean {
  return Array.isArray(list) && list.every((code) => typeof code === "string" || typeof code === "number");
}

function checkDeclaration(caller: string, name: string, declaration: ColumnDeclaration): void {
  const path = `columns.${name}`;
  if (typeof declaration !== "object" || declaration === null)
    throw invalid(caller, path, '{ type: "category" }, for example', declaration);
  refuseUnknown(`${caller}: ${path}`, declaration, ["type", "levels", "label", "missing"]);
  completeChoice(caller, `${path}.type`, declaration.type, ["number", "category", "identifier"], "category");
  const { levels } = declaration;
  if (declaration.missing !== undefined && !isListOfCodes(declaration.missing))
    throw invalid(caller, `${path}.missing`, 'a list of codes such as ["-99"]', declaration.missing);
  if (levels === undefined) return;
  if (!isListOfCodes(levels) || levels.length === 0 || new Set(levels.map(String)).size < levels.length)
    throw invalid(caller, `${path}.levels`, "a list of different values", levels);
  if (declaration.type === "number") throw invalid(caller, `${path}.levels`, "no levels in a number column", levels);
}

export interface TextSettings {
  readonly delimiter: NonNullable<ParseOptions["delimiter"]>;
  readonly decimal: NonNullable<ParseOptions["decimal"]>;
  readonly encoding: NonNullable<ParseOptions["encoding"]>;
  readonly maxBytes: number;
  readonly maxColumns: number;
}

/** Every setting of the text with its default. Errors: "unknown-option", "invalid-option". */
export function completeTextSettings(options: ParseOptions): TextSettings {
  const caller = "parseCohort";
  checkCohortOptions(caller, options, textOptions);
  const settings: TextSettings = {
    delimiter: completeChoice(caller, "delimiter", options.delimiter, ["auto", ",", ";", "\t", "|"], "auto"),
    decimal: completeChoice(caller, "decimal", options.decimal, ["auto", ".", ","], "auto"),
    encoding: completeChoice(
      caller,
      "encoding",
      options.encoding,
      ["auto", "utf-8", "windows-1252", "utf-16le", "utf-16be"],
      "auto",
    ),
    maxBytes: completeInteger(caller, "maxBytes", options.maxBytes, 1, Number.MAX_SAFE_INTEGER, 200_000_000),
    maxColumns: completeInteger(caller, "maxColumns", options.maxColumns, 1, 1_000_000, 20_000),
  };
  if (settings.decimal === "," && settings.delimiter === ",")
    throw invalid(caller, "decimal", "a decimal mark other than the delimiter", ",");
  return settings;
}

function invalid(caller: string, name: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `${caller}: ${name} is not valid`, {
    expected,
    received: typeof received === "object" ? JSON.stringify(received) : String(received),
    where: { path: name },
  });
}
