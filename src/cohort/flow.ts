import { categoriesOf, columnOf, isMissing, type Table } from "../table.ts";
import type { ArmRows } from "./baseline.ts";
import type { Wave } from "./study.ts";

export interface FlowWave {
  readonly name: string;
  readonly month: number;
  /** People with at least one of the wave's variables. */
  readonly observed: number;
  /** The others, by the reason that the status column gives, else "not observed". */
  readonly missing: readonly { readonly reason: string; readonly n: number }[];
}

export interface FlowArm {
  readonly label: string;
  readonly total: number;
  readonly waves: readonly FlowWave[];
}

/** Who of an arm was seen at each wave, in order of time. */
export function flowOf(table: Table, { label, rows }: ArmRows, waves: readonly Wave[]): FlowArm {
  const inTime = [...waves].sort((a, b) => a.month - b.month);
  return { label, total: rows.length, waves: inTime.map((wave) => flowAt(table, rows, wave)) };
}

function flowAt(table: Table, rows: readonly number[], { name, month, variables, status }: Wave): FlowWave {
  const columns = variables.map((variable) => columnOf(table, variable));
  const reasons = status === undefined ? null : categoriesOf(table, status);
  const missing = new Map<string, number>();
  let observed = 0;
  for (const row of rows) {
    if (columns.some((column) => !isMissing(column, row))) {
      observed++;
      continue;
    }
    const code = reasons === null ? -1 : reasons.codes[row]!;
    const reason = code < 0 ? "not observed" : reasons!.levels[code]!;
    missing.set(reason, (missing.get(reason) ?? 0) + 1);
  }
  const byReason = [...missing].map(([reason, n]) => ({ reason, n }));
  return { name, month, observed, missing: byReason.sort((a, b) => b.n - a.n || (a.reason < b.reason ? -1 : 1)) };
}

/** The loss at one wave, arm by arm. */
export interface Attrition {
  readonly wave: string;
  readonly month: number;
  readonly groups: readonly {
    readonly arm: string;
    readonly n: number;
    readonly missing: number;
    readonly proportion: number;
  }[];
  /** Treated − reference, in proportions; `null` for a single arm. */
  readonly difference: number | null;
}

export function attritionOf(arms: readonly FlowArm[]): Attrition[] {
  return (arms[0]?.waves ?? []).map(({ name, month }, index) => {
    const groups = arms.map(({ label, total, waves }) => {
      const missing = total - waves[index]!.observed;
      return { arm: label, n: total, missing, proportion: missing / total };
    });
    const difference = groups.length === 2 ? groups[0]!.proportion - groups[1]!.proportion : null;
    return { wave: name, month, groups, difference };
  });
}
