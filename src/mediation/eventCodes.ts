import { KithpathError } from "../errors.ts";
import { columnOf, numbersOf, type Table } from "../table.ts";
import type { CompleteSurvival } from "./specTypes.ts";

/** How a person's time ended: 1 the event, 2 the competing one, 0 censored. Errors: "event-code", "no-events". */
export function readEvents(table: Table, survival: CompleteSurvival): Float64Array {
  const codes = survival.status === null ? fromFlags(table, survival) : fromStatus(table, survival);
  const wanted = [1, ...(survival.competing === null && survival.status?.competing === undefined ? [] : [2])];
  for (const code of wanted) {
    if (codes.includes(code)) continue;
    const name = code === 1 ? survival.event : (survival.competing ?? survival.event);
    throw new KithpathError(
      "no-events",
      `nobody with complete rows has the ${code === 1 ? "" : "competing "}event in "${name}"`,
      {
        expected: "somebody with the event",
        received: "none",
        where: { column: name },
      },
    );
  }
  return codes;
}

/** Whether a second kind of event rules out the first. */
export function hasCompeting({ competing, status }: CompleteSurvival): boolean {
  return competing !== null || status?.competing !== undefined;
}

function fromFlags(table: Table, { event, competing }: CompleteSurvival): Float64Array {
  const flags = (name: string) => {
    const values = numbersOf(table, name);
    const odd = values.findIndex((value) => value !== 0 && value !== 1);
    if (odd < 0) return values;
    throw unknownCode(name, String(values[odd]), "1 where the time ends with the event, otherwise 0", odd);
  };
  const happened = flags(event);
  const other = competing === null ? null : flags(competing);
  const both = happened.findIndex((value, row) => value === 1 && other?.[row] === 1);
  if (both >= 0) {
    throw new KithpathError("event-code", `somebody's time ends with both "${event}" and "${competing}"`, {
      expected: "at most one event per person",
      received: "both in one row",
      where: { column: event, row: both + 1 },
    });
  }
  return happened.map((value, row) => (value === 1 ? 1 : other?.[row] === 1 ? 2 : 0));
}

/** From a status column; more than one value that is neither event leaves open what they mean, unless `censored` says so. */
function fromStatus(table: Table, { event: name, status }: CompleteSurvival): Float64Array {
  const column = columnOf(table, name);
  const texts =
    column.kind === "number"
      ? Array.from(column.values, String)
      : Array.from(column.codes, (code) => column.levels[code]!);
  const { event, competing, censored } = status!;
  const rest = [...new Set(texts)].filter((text) => text !== String(event) && text !== String(competing));
  const odd = censored === undefined ? rest.slice(1)[0] : rest.find((text) => text !== String(censored));
  if (odd !== undefined) {
    const expected = [event, competing, censored ?? rest[0]].filter((value) => value !== undefined).join(", ");
    throw unknownCode(name, odd, `one of ${expected}`, texts.indexOf(odd));
  }
  return Float64Array.from(texts, (text) => (text === String(event) ? 1 : text === String(competing) ? 2 : 0));
}

function unknownCode(name: string, received: string, expected: string, row: number): KithpathError {
  return new KithpathError("event-code", `"${name}" holds a code that is not understood`, {
    expected,
    received,
    where: { column: name, row: row + 1 },
    remedy: `Name the values: event: { column: "${name}", event: 1, competing: 2, censored: 0 }.`,
  });
}
