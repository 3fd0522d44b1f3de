import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import { categoriesOf, columnOf, type Table } from "../table.ts";

interface OrdinalOutcome {
  /** The levels that occur, lowest first. */
  readonly levels: readonly string[];
  /** A position in `levels` per row. */
  readonly codes: Int32Array;
  readonly counts: readonly number[];
  readonly notes: readonly Note[];
}

/**
 * The outcome of a complete table as ordered levels: numbers in their order, text in the order of `asked`. Levels without
 * anyone are left out and noted. Errors: "order-needed", "invalid-option", "unknown-level", "constant-outcome".
 */
export function ordinalOutcome(rows: Table, name: string, asked: readonly string[] | undefined): OrdinalOutcome {
  const column = categoriesOf(rows, name);
  if (asked === undefined && columnOf(rows, name).kind === "category") throw orderNeeded(name, column.levels);
  const order = asked === undefined ? column.levels : askedOrder(asked);
  const texts = Array.from(column.codes, (code) => column.levels[code]!);
  const counts = new Map(order.map((level) => [level, 0]));
  texts.forEach((text) => {
    const before = counts.get(text);
    if (before === undefined) throw unknownLevel(name, text, order);
    counts.set(text, before + 1);
  });
  const levels = order.filter((level) => counts.get(level)! > 0);
  if (levels.length < 2) {
    throw new KithpathError("constant-outcome", `ordinalModel: the outcome "${name}" has one level in every row`, {
      expected: "at least two levels",
      received: levels.join(", "),
      where: { column: name },
    });
  }
  const empty = order.filter((level) => counts.get(level) === 0);
  return {
    levels,
    codes: Int32Array.from(texts, (text) => levels.indexOf(text)),
    counts: levels.map((level) => counts.get(level)!),
    notes:
      empty.length === 0
        ? []
        : [{ code: "empty-level", text: `Nobody is at ${empty.join(", ")}: no threshold is estimated for it.` }],
  };
}

function askedOrder(asked: readonly string[]): readonly string[] {
  const texts = Array.isArray(asked) ? asked.map(String) : [];
  if (texts.length >= 2 && new Set(texts).size === texts.length) return texts;
  throw new KithpathError("invalid-option", "ordinalModel: levels is not a list of different levels", {
    expected: "at least two different levels, lowest first",
    received: String(asked),
  });
}

function orderNeeded(name: string, levels: readonly string[]): KithpathError {
  return new KithpathError("order-needed", `ordinalModel: the order of the levels of "${name}" is not known`, {
    expected: "levels: the levels, lowest first",
    received: `text: ${levels.slice(0, 8).join(", ")}`,
    where: { column: name },
    remedy: "Name the levels in their order; text has none of its own.",
  });
}

function unknownLevel(name: string, text: string, order: readonly string[]): KithpathError {
  return new KithpathError("unknown-level", `ordinalModel: a level of "${name}" is not among those named`, {
    expected: order.join(", "),
    received: text,
    where: { column: name },
  });
}
