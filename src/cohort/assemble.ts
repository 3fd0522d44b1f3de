import type { Problem } from "../errors.ts";
import type { Column } from "../table.ts";
import type { Cohort, CohortOptions, CohortSource, ColumnDeclaration, MissingCodeCount, RawColumn } from "./cohort.ts";
import { codesOf, MissingCodes } from "./missingCodes.ts";
import { didYouMean } from "./nearest.ts";
import { checkPeople } from "./people.ts";
import { type ReadingContext, readColumn } from "./readColumn.ts";

/** Raw columns as a checked cohort; throws every problem found on the way, at once. */
export function assembleCohort(
  raws: readonly RawColumn[],
  rows: number,
  options: CohortOptions,
  source: Omit<CohortSource, "rows" | "columns">,
  context: ReadingContext,
): Cohort {
  const names = raws.map((raw) => raw.name);
  refuseUnknownNames(new Set(names), options, context);
  const columns = new Map<string, Column>();
  const labels = new Map<string, string>();
  const missingCodes: MissingCodeCount[] = [];
  for (const raw of raws) {
    const codes = new MissingCodes(codesOf(raw.name, options));
    const declared = declarationOf(raw.name, options);
    columns.set(raw.name, readColumn(raw, declared, codes, context));
    if (declared.label !== undefined) labels.set(raw.name, declared.label);
    missingCodes.push(...codes.countsOf(raw.name));
  }
  const roles = { id: options.id ?? null, wave: options.wave ?? null };
  checkPeople(columns, roles, rows, context);
  context.problems.throwIfAny("the data");
  return {
    rows,
    columns,
    roles,
    labels: Object.fromEntries(labels),
    issues: context.issues,
    missingCodes,
    source: { rows, columns: columns.size, ...source },
  };
}

function declarationOf(name: string, { id, columns }: CohortOptions): ColumnDeclaration {
  const declared = columns !== undefined && Object.hasOwn(columns, name) ? columns[name]! : {};
  return name === id ? { ...declared, type: "identifier" } : declared;
}

/** A setting for a column that is not there is a slip of spelling, never ignored. */
function refuseUnknownNames(names: ReadonlySet<string>, options: CohortOptions, context: ReadingContext): void {
  const byColumn = Array.isArray(options.missing) ? [] : Object.keys(options.missing ?? {});
  const asked: [string, string | undefined][] = [
    ["id", options.id],
    ["wave", options.wave],
    ...Object.keys(options.columns ?? {}).map((name): [string, string] => [`columns.${name}`, name]),
    ...byColumn.map((name): [string, string] => [`missing.${name}`, name]),
  ];
  for (const [path, name] of asked) {
    if (name === undefined || names.has(name)) continue;
    const problem: Problem = {
      code: "unknown-column",
      message: `there is no column "${name}"`,
      where: { path },
      ...didYouMean(name, names),
    };
    context.problems.add(problem);
  }
}
