import { mean, standardDeviation } from "../_numeric/describe.ts";
import type { Factor, PersonCells } from "./personCells.ts";

export interface AnovaCell {
  /** Factor by factor, between people first. */
  readonly levels: Readonly<Record<string, string>>;
  readonly n: number;
  readonly mean: number;
  readonly standardDeviation: number | null;
}

/** The place of a person among the crossed groups, the last factor running fastest. */
export function groupOf(between: PersonCells["between"], person: number): number {
  return between.reduce((group, { levels, codes }) => group * levels.length + codes[person]!, 0);
}

/** The levels of the factors at a place among their crossings. */
export function levelsOf(factors: readonly Factor[], place: number): string[] {
  const found: string[] = [];
  let rest = place;
  for (const { levels } of [...factors].reverse()) {
    found.unshift(levels[rest % levels.length]!);
    rest = Math.floor(rest / levels.length);
  }
  return found;
}

/** Every cell, groups of people first, the last factor running fastest. */
export function cellsOf({ outcomes, within, between }: PersonCells): AnovaCell[] {
  const groups = between.reduce((product, { levels }) => product * levels.length, 1);
  const names = [...between, ...within].map(({ name }) => name);
  return Array.from({ length: groups * outcomes.columns }, (_, place) => {
    const group = Math.floor(place / outcomes.columns);
    const cell = place % outcomes.columns;
    const values = Array.from({ length: outcomes.rows }, (_, i) => i)
      .filter((i) => groupOf(between, i) === group)
      .map((i) => outcomes.data[cell * outcomes.rows + i]!);
    const levels = [...levelsOf(between, group), ...levelsOf(within, cell)];
    return {
      levels: Object.fromEntries(names.map((name, k) => [name, levels[k]!])),
      n: values.length,
      mean: mean(values),
      standardDeviation: values.length < 2 ? null : standardDeviation(values),
    };
  });
}
