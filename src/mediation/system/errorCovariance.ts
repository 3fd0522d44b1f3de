import type { BuiltSystem } from "./build.ts";

/** The covariance of normal mediators' errors, divisor Σw − p; of mediators where one depends on the other it is 0. */
export class ErrorCovariance {
  private readonly residuals: readonly (Float64Array | null)[];
  private readonly covariance: Float64Array;

  constructor(private readonly system: BuiltSystem) {
    const { mediators, rows } = system;
    this.residuals = mediators.map(({ law }) => (law === null ? new Float64Array(rows) : null));
    this.covariance = new Float64Array(mediators.length ** 2);
  }

  /** Writes the lower triangular root; false where there is none. */
  write(weights: Float64Array, active: Int32Array, count: number, root: Float64Array): boolean {
    const { mediators, parents, layout } = this.system;
    const size = mediators.length;
    let total = 0;
    for (let i = 0; i < count; i++) total += weights[active[i]!]!;
    mediators.forEach(({ equation }, k) => {
      const residuals = this.residuals[k]!;
      if (residuals !== null) equation.residuals!(residuals);
    });
    root.fill(0);
    for (let k = 0; k < size; k++) {
      const own = this.residuals[k];
      if (own == null) continue;
      const terms = layout.mediatorTerms[k]!.length;
      if (!(total > terms)) return false;
      for (let l = 0; l <= k; l++) {
        const other = this.residuals[l];
        const related = other != null && (l === k || !parents[k]!.includes(l));
        let sum = 0;
        if (related)
          for (let i = 0; i < count; i++) sum += weights[active[i]!]! * own[active[i]!]! * other[active[i]!]!;
        let value = related ? sum / (total - Math.max(terms, layout.mediatorTerms[l]!.length)) : 0;
        this.covariance[k * size + l] = value;
        for (let j = 0; j < l; j++) value -= root[k * size + j]! * root[l * size + j]!;
        if (k === l) root[k * size + k] = Math.sqrt(Math.max(0, value));
        else root[k * size + l] = root[l * size + l]! > 0 ? value / root[l * size + l]! : 0;
      }
    }
    return true;
  }

  /** The covariance of the errors of two mediators at the last call. */
  at(k: number, l: number): number {
    return this.covariance[Math.max(k, l) * this.system.mediators.length + Math.min(k, l)]!;
  }
}
