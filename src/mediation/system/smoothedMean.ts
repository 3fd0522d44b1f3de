import { normalLower } from "../../_numeric/distributions/index.ts";
import { type PanelTable, panelTable } from "./panels.ts";

/** E[g(η + sZ)], Z standard normal: the mean of an outcome whose linear predictor is normal. */
export interface SmoothedMean {
  /** To be called when g has changed. */
  refresh(): void;
  at(eta: number, s: number): number;
}

/** A smooth g. */
export interface Response {
  /** Half the width of the strip about the real line in which g is analytic and stays small. */
  readonly strip: number;
  /** Whether one evaluation costs less than reading a table. */
  readonly cheap: boolean;
  at(eta: number): number;
}

export const identityMean: SmoothedMean = { refresh() {}, at: (eta) => eta };

export const exponentialMean: SmoothedMean = { refresh() {}, at: (eta, s) => Math.exp(eta + 0.5 * s * s) };

/** E[Φ(η + sZ)] = Φ(η / √(1 + s²)). */
export const probitMean: SmoothedMean = {
  refresh() {},
  at: (eta, s) => normalLower(s === 0 ? eta : eta / Math.sqrt(1 + s * s)),
};

export const expitResponse: Response = {
  strip: Math.PI,
  cheap: true,
  at: (eta) => 1 / (1 + Math.exp(-eta)),
};

/**
 * Abscissas of the trapezoidal rule for ∫ f(z) φ(z) dz, which converges geometrically for an integrand analytic in a strip
 * of half-width y, with error exp(y²/2 − 2πy/h) (Goodwin 1949; Trefethen & Weideman 2014, section 5): the step leaves less than e^−exponent.
 */
export function trapezoidStep(strip: number, exponent = 28): number {
  // The best y for step h is 2π/h; beyond √(2·exponent) nothing is won.
  const y = Math.min(strip, Math.sqrt(2 * exponent));
  return (2 * Math.PI * y) / (exponent + 0.5 * y * y);
}

export const trapezoidReach = 7.5;

const mostTables = 8;

/**
 * E[g(η + sZ)] by the trapezoidal rule. g is tabulated as it is asked for unless it is cheap, and so is its mean for every value
 * of s, with an error below 1e-9 of g's range; with more values of s than there are tables each mean is summed by itself.
 */
export function tabulatedMean(response: Response): SmoothedMean {
  const width = (2 * response.strip) / Math.PI;
  const direct = panelTable(width, (eta) => response.at(eta));
  const g = response.cheap ? (eta: number) => response.at(eta) : (eta: number) => direct.at(eta);
  const tables: { s: number; readonly of: PanelTable }[] = [];
  let inUse = 0;

  function sum(eta: number, s: number): number {
    const step = trapezoidStep(response.strip / s);
    const reach = Math.ceil(trapezoidReach / step);
    let total = g(eta);
    let mass = 1;
    for (let node = 1; node <= reach; node++) {
      const z = node * step;
      const weight = Math.exp(-0.5 * z * z);
      mass += 2 * weight;
      total += weight * (g(eta + s * z) + g(eta - s * z));
    }
    return total / mass;
  }

  function tableFor(s: number): PanelTable | null {
    for (let k = 0; k < inUse; k++) if (tables[k]!.s === s) return tables[k]!.of;
    if (inUse === mostTables) return null;
    if (tables.length === inUse) {
      const table: { s: number; of: PanelTable } = { s, of: panelTable(width, (eta) => sum(eta, table.s)) };
      tables.push(table);
    }
    const table = tables[inUse++]!;
    table.s = s;
    table.of.clear();
    return table.of;
  }

  return {
    refresh() {
      inUse = 0;
      direct.clear();
    },
    at(eta, s) {
      if (s === 0) return g(eta);
      const table = tableFor(s);
      return table === null ? sum(eta, s) : table.at(eta);
    },
  };
}
