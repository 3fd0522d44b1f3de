import { innerProduct, symmetricEigen } from "../_numeric/matrix.ts";
import { solveLower } from "./mixedDerivatives.ts";
import { dot, inFactor, type MixedMinimum } from "./mixedSearch.ts";

/**
 * Satterthwaite degrees of freedom of the variance f = h′(X′V⁻¹X)⁻¹h of a contrast: 2f² over the variance of its estimate, by the
 * gradient of σ²f and the inverse Hessian of the deviance in Λ and σ (Kuznetsova et al. 2017, equations 5 to 7). Elements of Λ on the boundary
 * are held there. `null` where the deviance has no minimum in the others.
 */
export function satterthwaiteFreedom({ state, derivatives, free }: MixedMinimum): (h: Float64Array) => number | null {
  const { hessian, slopes } = inFactor(state.factor, derivatives, free);
  const size = free.length;
  const { values, vectors } =
    size === 0 ? { values: [], vectors: null } : symmetricEigen({ rows: size, columns: size, data: hessian });
  const convex = values.length === 0 || (values[0]! > 0 && values.every((value) => value > 1e-10 * values[0]!));
  return (h) => {
    if (!convex) return null;
    const turned = Float64Array.from(h);
    solveLower(state.lower, turned);
    const p = turned.length;
    const f = innerProduct(turned, 0, turned, 0, p);
    const growth = derivatives.growth.map(({ data }) => {
      let total = 0;
      for (let j = 0; j < p; j++) total += turned[j]! * innerProduct(data, j * p, turned, 0, p);
      return total / f;
    });
    // by log σ the gradient is 2f; it is taken out of the gradient by Λ along the cross derivatives
    const gradient = Float64Array.from(
      slopes,
      (slope) => dot(slope, growth) - dot(slope, derivatives.fall) / state.residual,
    );
    let spread = 1 / state.freedom;
    values.forEach((value, k) => {
      const along = innerProduct(vectors!.data, k * size, gradient, 0, size);
      spread += (along * along) / value;
    });
    return 1 / spread;
  };
}

/** Denominator degrees of freedom of the mean of squared t statistics, from the expectation of F (Kuznetsova et al. 2017, section 2.3). */
export function jointFreedom(freedoms: readonly number[]): number {
  const [first] = freedoms;
  if (freedoms.every((value) => Math.abs(value - first!) < 1e-8)) return first!;
  if (freedoms.some((value) => value <= 2)) return 2;
  const expectation = freedoms.reduce((total, value) => total + value / (value - 2), 0);
  return (2 * expectation) / (expectation - freedoms.length);
}
