import { nodesOf, transformOf } from "./panels.ts";
import { trapezoidStep } from "./smoothedMean.ts";

/** Several functions of two variables: writes all of them. */
export type PlanarFunctions = (x: number, y: number, out: Float64Array) => void;

/** Fills the panel with sides from x₀ and y₀: values of function q at node k × node l into `out[(q·n + k)·n + l]`, n = `planarNodes`. */
export type PanelFilling = (x0: number, y0: number, out: Float64Array) => void;

/** Tabulated functions of two variables that are analytic in strips of half-width π/2 (`panels.ts`, panels of ½ × ½). */
export interface PlanarTable {
  clear(): void;
  at: PlanarFunctions;
  /** Adds `weight` times the values at the nodes of the panel from x₀ and y₀, in the order of `PanelFilling`. */
  addPanel(x0: number, y0: number, weight: number, out: Float64Array): void;
}

/** Nodes on each side of a panel: error below 1e-9 for what the mediation formula needs (test/mediation/survival.competing.test.ts). */
export const planarNodes = 8;
export const planarWidth = 1 / 2;
const panelsEachSide = 128;
const n = planarNodes;
const square = n * n;
const perSide = 2 * panelsEachSide;
const nodes = nodesOf(n);
const transform = transformOf(n);
/** Places of the nodes from the start of a panel. */
export const planarOffsets = nodes.map((node) => (0.5 + 0.5 * node) * planarWidth);

/** T₀(x), T₁(x), … into `out` from `at`. */
function chebyshev(x: number, out: Float64Array, at: number): void {
  out[at] = 1;
  out[at + 1] = x;
  for (let c = 2; c < n; c++) out[at + c] = 2 * x * out[at + c - 1]! - out[at + c - 2]!;
}

/** Values at nodes × nodes, the second variable running fastest, into coefficients of T_c × T_d in place. */
function transformSquare(values: Float64Array, at: number, scratch: Float64Array): void {
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

/** `compute` serves beyond 64 from 0. */
export function planarTable(functions: number, fill: PanelFilling, compute: PlanarFunctions): PlanarTable {
  const slotOf = new Int32Array(perSide * perSide).fill(-1);
  const used: number[] = [];
  const slots: Float64Array[] = [];
  const scratch = new Float64Array(square);
  const basisX = new Float64Array(square);
  const basisY = new Float64Array(square);
  const inner = new Float64Array(n);
  const panelX = new Int32Array(n);
  const panelY = new Int32Array(n);
  const here = new Float64Array(functions);

  /** Coefficients on the panel; `null` beyond the table. */
  function panelAt(a: number, b: number): Float64Array | null {
    const column = a + panelsEachSide;
    const row = b + panelsEachSide;
    if (!(column >= 0 && row >= 0 && column < perSide && row < perSide)) return null;
    const panel = column * perSide + row;
    if (slotOf[panel]! >= 0) return slots[slotOf[panel]!]!;
    const slot = used.length;
    if (slots.length === slot) slots.push(new Float64Array(functions * square));
    const values = slots[slot]!;
    fill(a * planarWidth, b * planarWidth, values);
    for (let q = 0; q < functions; q++) transformSquare(values, q * square, scratch);
    slotOf[panel] = slot;
    used.push(panel);
    return values;
  }

  /** Σ_d C[c, d]·T_d(y) for every c. */
  function contract(coefficients: Float64Array, q: number, basisAt: number): void {
    let place = q * square;
    for (let c = 0; c < n; c++) {
      let sum = 0;
      for (let d = 0; d < n; d++) sum += coefficients[place++]! * basisY[basisAt + d]!;
      inner[c] = sum;
    }
  }

  function expand(basisAt: number): number {
    let sum = 0;
    for (let c = 0; c < n; c++) sum += basisX[basisAt + c]! * inner[c]!;
    return sum;
  }

  return {
    clear() {
      for (const panel of used) slotOf[panel] = -1;
      used.length = 0;
    },
    at(x, y, out) {
      const a = Math.floor(x / planarWidth);
      const b = Math.floor(y / planarWidth);
      const coefficients = panelAt(a, b);
      if (coefficients === null) {
        compute(x, y, out);
        return;
      }
      const u = (2 * x) / planarWidth - 2 * a - 1;
      const y1 = (2 * y) / planarWidth - 2 * b - 1;
      // T₁ to T₇ written out: the innermost loop of a bootstrap.
      const y2 = 2 * y1 * y1 - 1;
      const y3 = 2 * y1 * y2 - y1;
      const y4 = 2 * y1 * y3 - y2;
      const y5 = 2 * y1 * y4 - y3;
      const y6 = 2 * y1 * y5 - y4;
      const y7 = 2 * y1 * y6 - y5;
      const C = coefficients;
      for (let q = 0, p = 0; q < functions; q++) {
        let sum = 0;
        let before = u;
        let now = 1;
        for (let c = 0; c < n; c++, p += n) {
          sum +=
            now *
            (C[p]! +
              C[p + 1]! * y1 +
              C[p + 2]! * y2 +
              C[p + 3]! * y3 +
              C[p + 4]! * y4 +
              C[p + 5]! * y5 +
              C[p + 6]! * y6 +
              C[p + 7]! * y7);
          const next = 2 * u * now - before;
          before = now;
          now = next;
        }
        out[q] = sum;
      }
    },
    addPanel(x0, y0, weight, out) {
      for (let k = 0; k < n; k++) {
        const x = x0 + planarOffsets[k]!;
        const y = y0 + planarOffsets[k]!;
        panelX[k] = Math.floor(x / planarWidth);
        panelY[k] = Math.floor(y / planarWidth);
        chebyshev((2 * x) / planarWidth - 2 * panelX[k]! - 1, basisX, k * n);
        chebyshev((2 * y) / planarWidth - 2 * panelY[k]! - 1, basisY, k * n);
      }
      for (let l = 0; l < n; l++) {
        // Nodes fall: those of one panel stand together.
        for (let from = 0, end = 0; from < n; from = end) {
          while (end < n && panelX[end] === panelX[from]) end++;
          const coefficients = panelAt(panelX[from]!, panelY[l]!);
          for (let q = 0; q < functions; q++) {
            if (coefficients !== null) contract(coefficients, q, l * n);
            for (let k = from; k < end; k++) {
              const place = q * square + k * n + l;
              if (coefficients !== null) out[place] = out[place]! + weight * expand(k * n);
              else {
                compute(x0 + planarOffsets[k]!, y0 + planarOffsets[l]!, here);
                out[place] = out[place]! + weight * here[q]!;
              }
            }
          }
        }
      }
    },
  };
}

/** What lies farther out has a probability below 1e-9. */
const lineReach = 6.2;

/** E[F(x + s·Z, y + t·Z)], Z standard normal, by the trapezoidal rule on the table of F. */
export function alongLine(functions: number, source: PlanarTable) {
  const here = new Float64Array(functions);
  let count = 0;
  let steps = new Float64Array(0);
  let weights = new Float64Array(0);
  let widest = 0;

  /** Nodes for the larger of |s| and |t|. */
  function prepare(largest: number): void {
    if (largest === widest) return;
    widest = largest;
    const step = trapezoidStep(Math.PI / 2 / largest, 21);
    const reach = Math.ceil(lineReach / step);
    count = 2 * reach + 1;
    if (steps.length < count) {
      steps = new Float64Array(count);
      weights = new Float64Array(count);
    }
    let mass = 0;
    for (let j = 0; j < count; j++) {
      steps[j] = (j - reach) * step;
      weights[j] = Math.exp(-0.5 * steps[j]! * steps[j]!);
      mass += weights[j]!;
    }
    for (let j = 0; j < count; j++) weights[j] = weights[j]! / mass;
  }

  return {
    at(x: number, y: number, s: number, t: number, out: Float64Array): void {
      prepare(Math.max(Math.abs(s), Math.abs(t)));
      out.fill(0, 0, functions);
      for (let j = 0; j < count; j++) {
        source.at(x + s * steps[j]!, y + t * steps[j]!, here);
        const weight = weights[j]!;
        for (let q = 0; q < functions; q++) out[q] = out[q]! + weight * here[q]!;
      }
    },
    /** Sums at the nodes of a panel. */
    fill(x0: number, y0: number, s: number, t: number, out: Float64Array): void {
      prepare(Math.max(Math.abs(s), Math.abs(t)));
      out.fill(0);
      for (let j = 0; j < count; j++) source.addPanel(x0 + s * steps[j]!, y0 + t * steps[j]!, weights[j]!, out);
    },
  };
}
