import { innerProduct, quadraticForm, symmetricEigen } from "../_numeric/matrix.ts";
import {
  covarianceAlong,
  directionsOf,
  everyPlace,
  independentParts,
  type MixedInference,
  type MixedParts,
} from "./mixedInference.ts";
import { dot, inFactor, type MixedMinimum } from "./mixedSearch.ts";

/** Tests with Satterthwaite degrees of freedom; `null` where the likelihood has no strict maximum. */
export function satterthwaiteInference(parts: MixedParts): MixedInference | null {
  const freedomOf = satterthwaiteFreedom(parts.minimum);
  if (freedomOf === null) return null;
  const rows = directionsOf(parts, everyPlace(parts));
  return {
    covariance: covarianceAlong(rows, parts.residualVariance),
    freedoms: Float64Array.from(rows, freedomOf),
    jointTest(places) {
      const independent = independentParts(parts, places);
      return {
        statistic: independent.reduce((total, { squared }) => total + squared, 0) / places.length,
        freedom: jointFreedom(independent.map(({ direction }) => freedomOf(direction))),
      };
    },
  };
}

/**
 * Satterthwaite degrees of freedom 2f² / var(f) of a variance f = d′d, d in the directions of L: by the gradient of σ²f and the inverse
 * Hessian of the deviance in Λ and log σ (Kuznetsova et al. 2017). Elements of Λ on the boundary are held there.
 */
function satterthwaiteFreedom({
  state,
  derivatives,
  free,
}: MixedMinimum): ((direction: Float64Array) => number) | null {
  const { hessian, slopes } = inFactor(state.factor, derivatives, free);
  const size = free.length;
  const { values, vectors } = symmetricEigen({ rows: size, columns: size, data: hessian });
  if (!values.every((value) => value > 1e-10 * values[0]!)) return null;
  return (direction) => {
    const f = innerProduct(direction, 0, direction, 0, direction.length);
    const growth = derivatives.growth.map((matrix) => quadraticForm(matrix, direction) / f);
    // the gradient by log σ is 2f: what Λ and σ share is taken out along their cross derivatives, and σ alone gives 1/ν
    const gradient = Float64Array.from(
      slopes,
      (slope) => dot(slope, growth) - dot(slope, derivatives.fall) / state.residual,
    );
    let spread = 1 / state.freedom;
    values.forEach((value, k) => {
      spread += innerProduct(vectors.data, k * size, gradient, 0, size) ** 2 / value;
    });
    return 1 / spread;
  };
}

/** Denominator degrees of freedom of the mean of squared t statistics, from the expectation of F (Kuznetsova et al. 2017). */
export function jointFreedom(freedoms: readonly number[]): number {
  const [first] = freedoms;
  if (freedoms.every((value) => Math.abs(value - first!) < 1e-8)) return first!;
  if (freedoms.some((value) => value <= 2)) return 2;
  const expectation = freedoms.reduce((total, value) => total + value / (value - 2), 0);
  return (2 * expectation) / (expectation - freedoms.length);
}
