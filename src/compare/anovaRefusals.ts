import { KithpathError } from "../errors.ts";
import { groupOf, levelsOf } from "./anovaCells.ts";
import type { CellColumns, PersonCells } from "./personCells.ts";

const caller = "repeatedAnova";

/** Error: "invalid-option". */
export function askedFactors(spec: Omit<CellColumns, "between"> & Partial<CellColumns>): CellColumns {
  const { outcome, person, within, between = [] } = spec;
  const isList = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((name) => typeof name === "string") && new Set(value).size === value.length;
  const wrong = [
    ["outcome", typeof outcome === "string", "the name of a column"],
    ["person", typeof person === "string", "the name of a column"],
    ["within", isList(within) && within.length > 0, 'an array of different columns such as ["month"]'],
    ["between", isList(between), 'an array of different columns such as ["mentored"]'],
  ] as const;
  for (const [name, right, expected] of wrong) {
    if (right) continue;
    throw new KithpathError("invalid-option", `${caller}: ${name} is not what it should be`, {
      expected,
      received: String(spec[name]),
    });
  }
  return { outcome, person, within: [...within], between: [...between] };
}

/** Errors: "constant-outcome", "empty-cell", "too-few-people". */
export function refuseUnusable({ outcomes, between }: PersonCells, name: string): void {
  if (outcomes.data.every((value) => value === outcomes.data[0])) {
    throw new KithpathError(
      "constant-outcome",
      `${caller}: the outcome "${name}" has one value in every complete row`,
      {
        expected: "an outcome that varies",
        received: String(outcomes.data[0]),
        where: { column: name },
      },
    );
  }
  const groups = between.reduce((product, { levels }) => product * levels.length, 1);
  const counts = new Int32Array(groups);
  for (let i = 0; i < outcomes.rows; i++) counts[groupOf(between, i)]!++;
  const empty = counts.indexOf(0);
  if (empty >= 0) {
    throw new KithpathError("empty-cell", `${caller}: nobody complete belongs to one of the groups`, {
      expected: `people in each of the ${groups} groups`,
      received: `none with ${levelsOf(between, empty).join(", ")}`,
      remedy: "Join levels, or leave a factor out.",
    });
  }
  if (outcomes.rows > groups) return;
  throw new KithpathError("too-few-people", `${caller}: too few people to tell how people vary`, {
    expected: `more than ${groups} complete ${groups === 1 ? "person" : "people"}`,
    received: String(outcomes.rows),
  });
}

export function perfectFit(factors: readonly string[]): KithpathError {
  const where = factors.length === 0 ? "people" : `the changes over ${factors.join(" and ")}`;
  return new KithpathError("perfect-fit", `${caller}: ${where} do not vary within the groups`, {
    expected: "people who differ",
    received: "an error sum of squares of 0",
    remedy: "Check whether the outcome was computed from the factors.",
  });
}
