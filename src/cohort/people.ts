import { type Column, isMissing } from "../table.ts";
import type { Cohort } from "./cohort.ts";
import type { ReadingContext } from "./readColumn.ts";

/** Every row has an id, and each id (with its wave, if there is one) stands once: "missing-id", "duplicate-id". */
export function checkPeople(
  columns: ReadonlyMap<string, Column>,
  roles: Cohort["roles"],
  rows: number,
  { problems, placeOf }: Pick<ReadingContext, "problems" | "placeOf">,
): void {
  const id = roles.id === null ? undefined : columns.get(roles.id);
  const wave = roles.wave === null ? undefined : columns.get(roles.wave);
  if (id === undefined) return;
  const firstRow = new Map<string, number>();
  for (let row = 0; row < rows; row++) {
    if (isMissing(id, row) || (wave !== undefined && isMissing(wave, row))) {
      const column = isMissing(id, row) ? id.name : wave!.name;
      problems.add({
        code: "missing-id",
        message: column === id.name ? "a row has no id" : "a row has no wave",
        where: placeOf(row, column),
        remedy: "Give every row the name of its person, or remove the row.",
      });
      continue;
    }
    const person = textAt(id, row);
    const key = wave === undefined ? person : `${person}\n${textAt(wave, row)}`;
    const earlier = firstRow.get(key);
    if (earlier === undefined) firstRow.set(key, row);
    else {
      const at = placeOf(earlier, id.name);
      problems.add({
        code: "duplicate-id",
        message: `"${person}" ${wave === undefined ? "" : `at wave ${textAt(wave, row)} `}is in rows ${earlier + 1} and ${row + 1}${
          at.line === undefined ? "" : ` (the first on line ${at.line})`
        }`,
        expected: wave === undefined ? "one row per person" : "one row per person and wave",
        where: placeOf(row, id.name),
        remedy:
          wave === undefined
            ? "Remove one of them; for a file with one row per person and wave, name the wave column."
            : "Remove one of them.",
      });
    }
  }
}

export function textAt(column: Column, row: number): string {
  return column.kind === "number" ? String(column.values[row]) : column.levels[column.codes[row]!]!;
}
