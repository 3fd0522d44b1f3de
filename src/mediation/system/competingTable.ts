import type { CompetingMeans } from "./competingSteps.ts";
import { nodeCount, nodes } from "./panels.ts";
import {
  type PlanarFunctions,
  type PlanarTable,
  planarTable,
  type SmoothedPlanar,
  smoothedPlanar,
} from "./planarPanels.ts";

const mostSets = 8;

interface LoadingSet {
  s: number;
  along: number;
  across: number;
  readonly beside: SmoothedPlanar;
  readonly throughBoth: SmoothedPlanar;
  readonly alone: SmoothedPlanar;
}

/** Means of `days` risks and free times at linear predictors that are jointly normal. */
export interface CompetingTable {
  clear(): void;
  /** At (η₁ + s·Z₁, η₂ + along·Z₁ + across·Z₂), Z₁ and Z₂ independent standard normal. */
  write(first: number, second: number, s: number, along: number, across: number, out: Float64Array): void;
}

/**
 * All means as functions of the two linear predictors, tabulated on panels with an error below 1e-9 of their range; smoothed by the
 * errors' normal distribution first across, then along, each time with a table of its own.
 */
export function competingTable(means: CompetingMeans, days: number): CompetingTable {
  const functions = 2 * days;
  const here = new Float64Array(functions);
  const strips = [new Map<number, Float64Array>(), new Map<number, Float64Array>()] as const;
  const spare: [Float64Array[], Float64Array[]] = [[], []];
  const single = [new Float64Array(means.sizes[0]), new Float64Array(means.sizes[1])] as const;

  /** Factors of one cause at the nodes from `start` to `start` + 1. */
  function strip(cause: 0 | 1, start: number): Float64Array {
    const known = strips[cause].get(start);
    if (known !== undefined) return known;
    const size = means.sizes[cause];
    const made = spare[cause].pop() ?? new Float64Array(nodeCount * size);
    for (let k = 0; k < nodeCount; k++) means.factors(cause, Math.exp(start + 0.5 + 0.5 * nodes[k]!), made, k * size);
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
      for (let k = 0; k < nodeCount; k++)
        for (let l = 0; l < nodeCount; l++) {
          means.combine(first, k * means.sizes[0], second, l * means.sizes[1], here);
          for (let q = 0; q < functions; q++) out[(q * nodeCount + k) * nodeCount + l] = here[q]!;
        }
    },
    direct,
  );

  const sets: LoadingSet[] = [];
  let inUse = 0;
  function setFor(s: number, along: number, across: number): LoadingSet {
    for (let k = 0; k < inUse; k++) {
      const set = sets[k]!;
      if (set.s === s && set.along === along && set.across === across) return set;
    }
    if (inUse === mostSets) inUse = 0;
    if (sets.length === inUse) {
      const beside = smoothedPlanar(functions, table);
      const [throughBoth, alone] = [smoothedPlanar(functions, beside), smoothedPlanar(functions, table)];
      sets.push({ s, along, across, beside, throughBoth, alone });
    }
    const set = sets[inUse++]!;
    set.s = s;
    set.along = along;
    set.across = across;
    set.beside.along(0, across);
    set.throughBoth.along(s, along);
    set.alone.along(s, along);
    return set;
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
      if (s === 0 && along === 0 && across === 0) table.at(first, second, out);
      else {
        const set = setFor(s, along, across);
        if (across === 0) set.alone.at(first, second, out);
        else if (s === 0 && along === 0) set.beside.at(first, second, out);
        else set.throughBoth.at(first, second, out);
      }
    },
  };
}
