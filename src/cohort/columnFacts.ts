import { type Column, categoriesOf } from "../table.ts";
import type { Cohort } from "./cohort.ts";

/** What a guess may look at in a column. */
export interface ColumnFacts {
  readonly name: string;
  readonly column: Column;
  /** Values present, as text. */
  readonly levels: readonly string[];
  readonly present: number;
  /** `wellbeing_12` is stem "wellbeing" at month 12. */
  readonly stem: string;
  readonly month: number | null;
}

const suffix = /^(.*[^_.])[_.](?:m|t|w|month|wave)?(\d{1,3})$/i;

/** Facts of every column. A number at the end of a name is a wave only where some stem has two of them. */
export function factsOf(cohort: Cohort): ColumnFacts[] {
  const names = [...cohort.columns.keys()];
  const parts = new Map(names.map((name) => [name, suffix.exec(name)]));
  const months = new Map<string, Set<number>>();
  for (const match of parts.values()) {
    if (match === null || match === undefined) continue;
    const found = months.get(match[1]!) ?? new Set<number>();
    months.set(match[1]!, found.add(Number(match[2])));
  }
  const waves = new Set([...months.values()].filter((found) => found.size > 1).flatMap((found) => [...found]));
  return names.map((name) => {
    const column = cohort.columns.get(name)!;
    const category = categoriesOf(cohort, name);
    const seen = new Set(category.codes);
    const match = parts.get(name) ?? null;
    const isWave = match !== null && waves.has(Number(match[2]));
    return {
      name,
      column,
      levels: category.levels.filter((_, code) => seen.has(code)),
      present: category.codes.reduce((count, code) => count + (code >= 0 ? 1 : 0), 0),
      stem: isWave ? match[1]! : name,
      month: isWave ? Number(match[2]) : null,
    };
  });
}

/** A measurement rather than a code: numbers with more than a handful of values. */
export function isMeasure({ column, levels }: ColumnFacts): boolean {
  return column.kind === "number" && levels.length > 5;
}
