import type { CompetingMeans } from "./competingSteps.ts";
import {
  alongLine,
  type PlanarFunctions,
  type PlanarTable,
  planarNodes,
  planarOffsets,
  planarTable,
} from "./planarPanels.ts";

const mostTables = 8;

/** Means of `days` risks and free times at linear predictors that are jointly normal. */
export interface CompetingTable {
  clear(): void;
  /** At (η₁ + s·Z₁, η₂ + along·Z₁ + across·Z₂), Z₁ and Z₂ independent standard normal. */
  write(first: number, second: number, s: number, along: number, across: number, out: Float64Array): void;
}

/**
 * All means as functions of the two linear predictors, tabulated on panels with an error below 1e-9 of their range; where errors
 * move both along and across, the mean across is tabulated again before the mean along is summed.
 */
export function competingTable(means: CompetingMeans, days: number): CompetingTable {
  const functions = 2 * days;
  const here = new Float64Array(functions);
  const strips = [new Map<number, Float64Array>(), new Map<number, Float64Array>()] as const;
  const spare: [Float64Array[], Float64Array[]] = [[], []];
  const single = [new Float64Array(means.sizes[0]), new Float64Array(means.sizes[1])] as const;

  /** Factors of one cause at the nodes from `start`. */
  function strip(cause: 0 | 1, start: number): Float64Array {
    const known = strips[cause].get(start);
    if (known !== undefined) return known;
    const size = means.sizes[cause];
    const made = spare[cause].pop() ?? new Float64Array(planarNodes * size);
    for (let k = 0; k < planarNodes; k++) means.factors(cause, Math.exp(start + planarOffsets[k]!), made, k * size);
    strips[cause].set(start, made);
    return made;
  }

  const direct: PlanarFunctions = (x, y, out) => {
    means.factors(0, Math.exp(Math.max(-700, Math.min(700, x))), single[0], 0);
    means.factors(1, Math.exp(Math.max(-700, Math.min(700, y))), single[1], 0);
    means.combine(single[0], 0, single[1], 0, out);
  };
  const table: PlanarTable = planarTable(
    functions,
    (x0, y0, out) => {
      const first = strip(0, x0);
      const second = strip(1, y0);
      for (let k = 0; k < planarNodes; k++)
        for (let l = 0; l < planarNodes; l++) {
          means.combine(first, k * means.sizes[0], second, l * means.sizes[1], here);
          for (let q = 0; q < functions; q++) out[(q * planarNodes + k) * planarNodes + l] = here[q]!;
        }
    },
    direct,
  );

  const onTable = alongLine(functions, table);
  const beside: { across: number; readonly table: PlanarTable; readonly line: ReturnType<typeof alongLine> }[] = [];
  let inUse = 0;

  /** The mean across, tabulated. */
  function besideFor(across: number) {
    for (let k = 0; k < inUse; k++) if (beside[k]!.across === across) return beside[k]!;
    if (inUse === mostTables) inUse = 0;
    if (beside.length === inUse) {
      const own = alongLine(functions, table);
      const made: PlanarTable = planarTable(
        functions,
        (x0, y0, out) => own.fill(x0, y0, 0, set.across, out),
        (x, y, out) => own.at(x, y, 0, set.across, out),
      );
      const set = { across, table: made, line: alongLine(functions, made) };
      beside.push(set);
    }
    const found = beside[inUse++]!;
    found.across = across;
    found.table.clear();
    return found;
  }

  return {
    clear() {
      table.clear();
      inUse = 0;
      for (const cause of [0, 1] as const) {
        for (const made of strips[cause].values()) spare[cause].push(made);
        strips[cause].clear();
      }
    },
    write(first, second, s, along, across, out) {
      const still = s === 0 && along === 0;
      if (across === 0) {
        if (still) table.at(first, second, out);
        else onTable.at(first, second, s, along, out);
        return;
      }
      const set = besideFor(across);
      if (still) set.table.at(first, second, out);
      else set.line.at(first, second, s, along, out);
    },
  };
}
