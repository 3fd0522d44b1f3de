import { KithpathError } from "./errors.ts";
import type { Ledger, Note } from "./estimate.ts";
import { type CategoryColumn, categoriesOf, columnOf, completeRows, type Table, takeRows } from "./table.ts";

/**
 * Which column says who was mentored. With a name alone the column must hold two values: of two numbers the larger is
 * treated, of two texts the second level is. With `treated` and `reference`, rows at other values are left out and counted.
 */
export type ArmSpec =
  | string
  | { readonly column: string; readonly treated: string | number; readonly reference: string | number };

export interface Arm {
  readonly column: string;
  /** The values as text, as they stand in the data. */
  readonly treated: string;
  readonly reference: string;
  /** 1 treated, 0 reference; one per row. */
  readonly indicator: Float64Array;
}

/** The complete rows of an analysis. */
export interface Selection {
  readonly table: Table;
  /** The kept rows as positions in the table that came in. */
  readonly rows: Int32Array;
  readonly dropped: Ledger;
}

/** Two arms named by texts are told apart by their order alone unless the treated one is named. */
export function armOrderNotes(table: Table, spec: unknown, treated: unknown, reference: unknown): Note[] {
  if (typeof spec !== "string" || table.columns.get(spec)?.kind !== "category") return [];
  return [
    {
      code: "arm-order",
      text: `"${treated}" is taken as treated and "${reference}" as reference only because of their order: name them if it is the other way round.`,
    },
  ];
}

/**
 * Refuses a cohort of several rows per person whose rows would be taken for people. With the id as cluster they are told
 * apart. Error: "several-rows-per-person".
 */
export function refuseRepeatedPeople(
  caller: string,
  table: Table & { readonly roles?: { readonly id: string | null; readonly wave: string | null } },
  cluster: string | null | undefined,
): void {
  const { id = null, wave = null } = table.roles ?? {};
  if (wave === null || (id !== null && cluster === id)) return;
  throw new KithpathError("several-rows-per-person", `${caller}: the rows of one person are not different people`, {
    expected: "one row per person, with a column for each wave",
    received: `one row per person and "${wave}"`,
    remedy: `Reshape the file, or give cluster: "${id}" if every row is to count.`,
  });
}

/** The rows complete in `names`, in order, and the ledger. Error: "no-complete-rows". */
export function selectComplete(table: Table, names: readonly string[]): Selection {
  const { rows, dropped } = completeRows(table, [...new Set(names)]);
  if (rows.length === 0) throw noRows(dropped);
  return { table: takeRows(table, rows), rows, dropped };
}

/** The rows complete in the arm and in `names`, in one of the two arms. Errors: "no-complete-rows", "not-two-arms", "one-arm". */
export function selectArms(table: Table, spec: ArmSpec, names: readonly string[]): Selection & { readonly arm: Arm } {
  const column = typeof spec === "string" ? spec : spec.column;
  const whole = categoriesOf(table, column);
  const [reference, treated] = typeof spec === "string" ? twoLevels(whole) : namedLevels(whole, spec);
  const complete = completeRows(table, [...new Set([column, ...names])]);
  const inArm = complete.rows.filter((row) => whole.codes[row] === treated || whole.codes[row] === reference);
  const others = complete.rows.length - inArm.length;
  const dropped: Ledger = {
    rowsIn: table.rows,
    rowsUsed: inArm.length,
    reasons:
      others === 0
        ? complete.dropped.reasons
        : [...complete.dropped.reasons, { reason: "other-arm", variable: column, rows: others }],
  };
  if (inArm.length === 0) throw noRows(dropped);
  const indicator = Float64Array.from(inArm, (row) => (whole.codes[row] === treated ? 1 : 0));
  const sum = indicator.reduce((total, value) => total + value, 0);
  if (sum === 0 || sum === indicator.length) {
    throw new KithpathError("one-arm", `only one arm of "${column}" has complete rows`, {
      expected: `people in both "${whole.levels[treated]}" and "${whole.levels[reference]}"`,
      received: `${sum} and ${indicator.length - sum}`,
      where: { column },
      remedy: "Look at the missing values: they remove one arm entirely.",
    });
  }
  return {
    table: takeRows(table, inArm),
    rows: inArm,
    dropped,
    arm: { column, treated: whole.levels[treated]!, reference: whole.levels[reference]!, indicator },
  };
}

function twoLevels(column: CategoryColumn): [number, number] {
  const present = column.levels.map((_, code) => code).filter((code) => column.codes.includes(code));
  if (present.length === 2) return [present[0]!, present[1]!];
  throw new KithpathError("not-two-arms", `column "${column.name}" does not hold two arms`, {
    expected: "two different values",
    received: `${present.length}: ${present
      .slice(0, 6)
      .map((code) => column.levels[code])
      .join(", ")}`,
    where: { column: column.name },
    remedy: `Name the two to compare: { column: "${column.name}", treated: …, reference: … }.`,
  });
}

function namedLevels(column: CategoryColumn, spec: Exclude<ArmSpec, string>): [number, number] {
  const codeOf = (value: string | number) => {
    const code = column.levels.indexOf(String(value));
    if (code >= 0) return code;
    throw new KithpathError("unknown-level", `column "${column.name}" has no value "${value}"`, {
      expected: `one of ${column.levels.slice(0, 10).join(", ")}`,
      received: String(value),
      where: { column: column.name },
    });
  };
  const pair: [number, number] = [codeOf(spec.reference), codeOf(spec.treated)];
  if (pair[0] !== pair[1]) return pair;
  throw new KithpathError("not-two-arms", "treated and reference are the same value", {
    expected: "two different values",
    received: String(spec.treated),
    where: { column: column.name },
  });
}

function noRows(dropped: Ledger): KithpathError {
  const most = [...dropped.reasons].sort((a, b) => b.rows - a.rows)[0];
  return new KithpathError("no-complete-rows", "no row has all the variables of the analysis", {
    expected: "at least one complete row",
    received: `${dropped.rowsIn} rows, none complete`,
    ...(most?.variable == null ? {} : { remedy: `"${most.variable}" is missing in ${most.rows} of them.` }),
  });
}

/** Clusters of a complete table: a code from 0 to count − 1 per row. Error: "one-cluster". */
export function readClusters(table: Table, name: string): { codes: Int32Array; count: number } {
  columnOf(table, name);
  const column = categoriesOf(table, name);
  const order = new Map<number, number>();
  const codes = column.codes.map((code) => {
    if (!order.has(code)) order.set(code, order.size);
    return order.get(code)!;
  });
  if (order.size < 2) {
    throw new KithpathError("one-cluster", `column "${name}" holds a single cluster`, {
      expected: "at least two clusters",
      received: String(order.size),
      where: { column: name },
      remedy: "Leave the cluster out: it cannot tell people apart.",
    });
  }
  return { codes, count: order.size };
}
