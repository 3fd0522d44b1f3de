/**
 * Functions tabulated panel by panel where they are asked for: on each panel the Chebyshev interpolant at `nodeCount` points
 * (Trefethen 2013, chapters 2 and 8). For a function analytic and bounded by B in a strip of half-width y about the real line, panels of
 * width 2y/π leave less than 1e-10·B.
 */
export const nodeCount = 14;

/** Nodes on [−1, 1]. */
export const nodes = Float64Array.from({ length: nodeCount }, (_, k) => Math.cos((Math.PI * (k + 0.5)) / nodeCount));

/** Row c turns values at the nodes into the coefficient of the Chebyshev polynomial T_c. */
const transform = Float64Array.from({ length: nodeCount * nodeCount }, (_, place) => {
  const c = Math.floor(place / nodeCount);
  const k = place % nodeCount;
  return ((c === 0 ? 1 : 2) / nodeCount) * Math.cos((c * Math.PI * (k + 0.5)) / nodeCount);
});

/** T₀(x), T₁(x), … into `out` from `at`. */
export function chebyshev(x: number, out: Float64Array, at: number): void {
  out[at] = 1;
  out[at + 1] = x;
  for (let c = 2; c < nodeCount; c++) out[at + c] = 2 * x * out[at + c - 1]! - out[at + c - 2]!;
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

/** Values at nodes × nodes, the second variable running fastest, into coefficients of T_c × T_d in place. */
export function transformSquare(values: Float64Array, at: number, scratch: Float64Array): void {
  const n = nodeCount;
  for (let c = 0; c < n; c++)
    for (let l = 0; l < n; l++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += transform[c * n + k]! * values[at + k * n + l]!;
      scratch[c * n + l] = sum;
    }
  for (let c = 0; c < n; c++)
    for (let d = 0; d < n; d++) {
      let sum = 0;
      for (let l = 0; l < n; l++) sum += transform[d * n + l]! * scratch[c * n + l]!;
      values[at + c * n + d] = sum;
    }
}
