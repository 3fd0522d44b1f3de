import { columnOfMatrix, fromColumns, type Matrix } from "../_numeric/matrix.ts";
import { findRoot } from "../_numeric/roots.ts";
import type { ResponseModel } from "./families.ts";
import { fitResponse, type GeneralizedLinearFit } from "./glm.ts";
import { stateAt } from "./scoring.ts";

export interface ProfiledFit {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  readonly weights: Float64Array;
  readonly offset: Float64Array;
  readonly model: ResponseModel;
  readonly fit: GeneralizedLinearFit;
}

const mostSteps = 40;

/**
 * The values of one coefficient at which twice the loss of log-likelihood, the other coefficients at their best, reaches the
 * square of `z` (Venzon & Moolgavkar 1988): roots of the signed root of the loss, which is nearly a line. `null` on a side
 * where the loss never gets so far or the model with the coefficient held has no fit.
 */
export function profileLimits(
  profiled: ProfiledFit,
  column: number,
  z: number,
): { readonly lower: number | null; readonly upper: number | null } {
  const { fit, design } = profiled;
  const estimate = fit.coefficients[column]!;
  const standardError = Math.sqrt(fit.covariance.data[column * (design.columns + 1)]!);
  const likelihoodAt = held(profiled, column);
  const limit = (side: -1 | 1): number | null => {
    const excess = (value: number): number | null => {
      const likelihood = likelihoodAt(value);
      return likelihood === null ? null : Math.sqrt(Math.max(0, 2 * (fit.logLikelihood - likelihood))) - z;
    };
    let inner = estimate;
    let reach = z * standardError;
    for (let step = 0; step < mostSteps; step++) {
      const outer = inner + side * reach;
      const there = excess(outer);
      if (there === null) {
        reach /= 4;
        if (reach < 1e-3 * standardError) return null;
        continue;
      }
      if (there >= 0) {
        // at the estimate itself the loss is 0 by definition
        const f = (value: number) => (value === estimate ? -z : (excess(value) ?? Number.NaN));
        return findRoot(f, Math.min(inner, outer), Math.max(inner, outer), { tolerance: 1e-11 * standardError });
      }
      inner = outer;
      reach *= 1.5;
    }
    return null;
  };
  return { lower: limit(-1), upper: limit(1) };
}

/** The highest log-likelihood with the coefficient at a value; `null` where there is none. */
function held({ design, outcome, weights, offset, model, fit }: ProfiledFit, column: number) {
  const own = columnOfMatrix(design, column);
  const others = Array.from({ length: design.columns }, (_, k) => k).filter((k) => k !== column);
  if (others.length === 0) {
    return (value: number): number | null => {
      const { logLikelihood } = stateAt({ design, outcome, weights, offset, model }, Float64Array.of(value));
      return Number.isFinite(logLikelihood) ? logLikelihood : null;
    };
  }
  const rest = fromColumns(others.map((k) => columnOfMatrix(design, k)));
  let start = Float64Array.from(others, (k) => fit.coefficients[k]!);
  return (value: number): number | null => {
    const moved = offset.map((shift, row) => shift + value * own[row]!);
    const found = fitResponse(rest, outcome, model, { weights, offset: moved, start });
    if (!found.converged) return null;
    start = Float64Array.from(found.coefficients);
    return found.logLikelihood;
  };
}
