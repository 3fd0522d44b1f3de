import type { Matrix } from "../_numeric/matrix.ts";
import { findRoot } from "../_numeric/roots.ts";
import { type FirthFit, fitFirth } from "./firth.ts";

const MAX_DOUBLINGS = 40;

/** Profile of the penalised likelihood of one coefficient: its maximum over the others with this one held. */
export class FirthProfile {
  constructor(
    readonly design: Matrix,
    readonly outcome: Float64Array,
    readonly fit: FirthFit,
    readonly column: number,
  ) {}

  /** Twice the loss of penalised log-likelihood when the coefficient is held at `value`; `null` where it cannot be fitted. */
  loss(value: number, near: Float64Array = this.fit.coefficients): { loss: number; at: Float64Array } | null {
    const start = Float64Array.from(near);
    start[this.column] = value;
    const others = new Float64Array(this.design.columns);
    others[this.column] = value;
    const held =
      fitFirth(this.design, this.outcome, start, [this.column]) ??
      fitFirth(this.design, this.outcome, others, [this.column]);
    if (held === null || !held.converged) return null;
    return { loss: 2 * (this.fit.penalizedLogLikelihood - held.penalizedLogLikelihood), at: held.coefficients };
  }

  /** Where the loss reaches `quantile` of χ²₁ below (−1) or above (+1) the estimate; `null` where it never does. */
  limit(side: -1 | 1, quantile: number): number | null {
    const estimate = this.fit.coefficients[this.column]!;
    const standardError = Math.sqrt(this.fit.covariance.data[this.column * (this.design.columns + 1)]!);
    let inner = estimate;
    let near = this.fit.coefficients;
    let reach = Math.sqrt(quantile) * standardError;
    for (let doubling = 0; doubling < MAX_DOUBLINGS; doubling++) {
      const outer = inner + side * reach;
      const there = this.loss(outer, near);
      if (there === null) {
        reach /= 4;
        if (reach < 1e-3 * standardError) return null;
        continue;
      }
      if (there.loss >= quantile) {
        const f = (value: number) => {
          const found = this.loss(value, near);
          if (found === null) return Number.NaN;
          near = found.at;
          return found.loss - quantile;
        };
        if (inner === estimate) {
          // at the estimate itself the loss is 0 by definition
          const g = (value: number) => (value === estimate ? -quantile : f(value));
          return findRoot(g, Math.min(inner, outer), Math.max(inner, outer), { tolerance: 1e-11 * standardError });
        }
        return findRoot(f, Math.min(inner, outer), Math.max(inner, outer), { tolerance: 1e-11 * standardError });
      }
      inner = outer;
      near = there.at;
      reach *= 1.5;
    }
    return null;
  }
}
