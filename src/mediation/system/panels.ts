/**
 * Functions tabulated panel by panel where they are asked for: on each panel the Chebyshev interpolant at `nodeCount` points
 * (Trefethen 2013, chapters 2 and 8). For a function analytic and bounded by B in a strip of half-width y about the real line, panels of
 * width 2y/π leave less than 1e-10·B.
 */
export const nodeCount = 14;

export const nodes = nodesOf(nodeCount);
const transform = transformOf(nodeCount);

/** Chebyshev points on [−1, 1]. */
export function nodesOf(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, k) => Math.cos((Math.PI * (k + 0.5)) / n));
}

/** Row c turns values at the nodes into the coefficient of the Chebyshev polynomial T_c. */
export function transformOf(n: number): Float64Array {
  return Float64Array.from({ length: n * n }, (_, place) => {
    const c = Math.floor(place / n);
    const k = place % n;
    return ((c === 0 ? 1 : 2) / n) * Math.cos((c * Math.PI * (k + 0.5)) / n);
  });
}

/** Panels on each side of 0. */
export const panelsEachSide = 64;

/** A function of one variable; beyond 64 panels from 0 it is computed by itself. */
export interface PanelTable {
  /** To be called when the function has changed. */
  clear(): void;
  at(x: number): number;
}

export function panelTable(width: number, compute: (x: number) => number): PanelTable {
  const known = new Uint8Array(2 * panelsEachSide);
  const coefficients = new Float64Array(2 * panelsEachSide * nodeCount);
  const values = new Float64Array(nodeCount);
  function fill(panel: number): void {
    for (let k = 0; k < nodeCount; k++) values[k] = compute((panel - panelsEachSide + 0.5 + 0.5 * nodes[k]!) * width);
    for (let c = 0; c < nodeCount; c++) {
      let sum = 0;
      for (let k = 0; k < nodeCount; k++) sum += transform[c * nodeCount + k]! * values[k]!;
      coefficients[panel * nodeCount + c] = sum;
    }
    known[panel] = 1;
  }
  return {
    clear() {
      known.fill(0);
    },
    at(x) {
      const place = x / width + panelsEachSide;
      if (!(place >= 0 && place < 2 * panelsEachSide)) return compute(x);
      const panel = Math.floor(place);
      if (known[panel] === 0) fill(panel);
      const u = 4 * (place - panel) - 2;
      // Clenshaw's recurrence.
      let b1 = 0;
      let b2 = 0;
      const first = panel * nodeCount;
      for (let c = nodeCount - 1; c > 0; c--) {
        const b = coefficients[first + c]! + u * b1 - b2;
        b2 = b1;
        b1 = b;
      }
      return coefficients[first]! + 0.5 * u * b1 - b2;
    },
  };
}
