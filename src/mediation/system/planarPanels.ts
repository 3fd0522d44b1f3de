import { chebyshev, nodeCount, nodes, panelsEachSide, transformSquare } from "./panels.ts";
import { trapezoidReach, trapezoidStep } from "./smoothedMean.ts";

/** Several functions of two variables: writes all of them. */
export type PlanarFunctions = (x: number, y: number, out: Float64Array) => void;

/** Fills the panel with sides from x₀ and y₀: values of function q at node k × node l into `out[(q·n + k)·n + l]`, n = `nodeCount`. */
export type PanelFilling = (x0: number, y0: number, out: Float64Array) => void;

/** Tabulated functions of two variables that are analytic in strips of half-width π/2 (`panels.ts`, panels of 1 × 1). */
export interface PlanarTable {
  clear(): void;
  at: PlanarFunctions;
  /** Adds `weight` times the values at the nodes of the panel from x₀ and y₀, in the order of `PanelFilling`. */
  addPanel(x0: number, y0: number, weight: number, out: Float64Array): void;
}

const n = nodeCount;
const square = n * n;
const perSide = 2 * panelsEachSide;

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
    const [column, row] = [a + panelsEachSide, b + panelsEachSide];
    if (!(column >= 0 && row >= 0 && column < perSide && row < perSide)) return null;
    const panel = column * perSide + row;
    if (slotOf[panel]! >= 0) return slots[slotOf[panel]!]!;
    const slot = used.length;
    if (slots.length === slot) slots.push(new Float64Array(functions * square));
    const values = slots[slot]!;
    fill(a, b, values);
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
      const a = Math.floor(x);
      const b = Math.floor(y);
      const coefficients = panelAt(a, b);
      if (coefficients === null) {
        compute(x, y, out);
        return;
      }
      chebyshev(2 * (x - a) - 1, basisX, 0);
      chebyshev(2 * (y - b) - 1, basisY, 0);
      for (let q = 0; q < functions; q++) {
        contract(coefficients, q, 0);
        out[q] = expand(0);
      }
    },
    addPanel(x0, y0, weight, out) {
      for (let k = 0; k < n; k++) {
        const x = x0 + 0.5 + 0.5 * nodes[k]!;
        const y = y0 + 0.5 + 0.5 * nodes[k]!;
        panelX[k] = Math.floor(x);
        panelY[k] = Math.floor(y);
        chebyshev(2 * (x - panelX[k]!) - 1, basisX, k * n);
        chebyshev(2 * (y - panelY[k]!) - 1, basisY, k * n);
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
                compute(x0 + 0.5 + 0.5 * nodes[k]!, y0 + 0.5 + 0.5 * nodes[l]!, here);
                out[place] = out[place]! + weight * here[q]!;
              }
            }
          }
        }
      }
    },
  };
}

/** E[F(x + s·Z, y + t·Z)], Z standard normal, by the trapezoidal rule on the table of F, tabulated again. */
export interface SmoothedPlanar extends PlanarTable {
  /** Sets s and t, and forgets what was tabulated. */
  along(s: number, t: number): void;
}

export function smoothedPlanar(functions: number, source: PlanarTable): SmoothedPlanar {
  const here = new Float64Array(functions);
  let [s, t] = [0, 0];
  function eachNode(visit: (z: number, weight: number) => void): void {
    const step = trapezoidStep(Math.PI / 2 / Math.max(Math.abs(s), Math.abs(t)));
    const reach = Math.ceil(trapezoidReach / step);
    let mass = 0;
    for (let node = -reach; node <= reach; node++) mass += Math.exp(-0.5 * (node * step) ** 2);
    for (let node = -reach; node <= reach; node++) visit(node * step, Math.exp(-0.5 * (node * step) ** 2) / mass);
  }
  const table = planarTable(
    functions,
    (x0, y0, out) => {
      out.fill(0);
      eachNode((z, weight) => source.addPanel(x0 + s * z, y0 + t * z, weight, out));
    },
    (x, y, out) => {
      out.fill(0, 0, functions);
      eachNode((z, weight) => {
        source.at(x + s * z, y + t * z, here);
        for (let q = 0; q < functions; q++) out[q] = out[q]! + weight * here[q]!;
      });
    },
  );
  return {
    ...table,
    along(first, second) {
      [s, t] = [first, second];
      table.clear();
    },
  };
}
