import { type Matrix, matrix, symmetricEigen } from "../_numeric/matrix.ts";
import { scoreAndInformation } from "./recursiveInformation.ts";
import { errorCovariance, impliedMoments, type RecursiveSystem, residualMap, slopeCount } from "./recursiveSystem.ts";

/** An eigenvalue of the information, scaled to a unit diagonal, this small is rounding. */
const negligible = 1e-10;

/**
 * The error element that the data cannot tell, as a position in `errors`, or `null` where all parameters are identified:
 * whether the expected information is regular at a point chosen without regard to the data but for the exogenous moments.
 */
export function unidentifiedError(system: RecursiveSystem, moments: Matrix): number | null {
  const generic = genericPoint(system);
  const map = residualMap(system, generic);
  const errors = errorCovariance(system, generic);
  const implied = impliedMoments(system, map, errors, moments);
  const curvature = scoreAndInformation(system, map, errors, implied);
  return curvature === null ? 0 : weakestError(system, curvature.information);
}

/** The error element that has the largest part in a direction without information; `null` where there is none. */
export function weakestError(system: RecursiveSystem, information: Matrix): number | null {
  const size = information.rows;
  const unit = matrix(size, size);
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const scale = information.data[i * size + i]! * information.data[j * size + j]!;
      unit.data[j * size + i] = information.data[j * size + i]! / Math.sqrt(scale);
    }
  }
  const { values, vectors } = symmetricEigen(unit);
  const least = values.reduce((best, value, k) => (value < values[best]! ? k : best), 0);
  if (values[least]! > negligible) return null;
  const first = slopeCount(system);
  const parts = system.errors.map(([a, b], element) =>
    a === b ? 0 : Math.abs(vectors.data[least * size + first + element]!),
  );
  return parts.reduce((best, part, element) => (part > parts[best]! ? element : best), 0);
}

/** Slopes and error correlations spread out by multiples of the golden ratio, so that nothing cancels. */
function genericPoint(system: RecursiveSystem): Float64Array {
  const slopes = slopeCount(system);
  const spread = (k: number) => (k * 0.6180339887498949) % 1;
  return Float64Array.from({ length: slopes + system.errors.length }, (_, k) => {
    if (k < slopes) return 0.2 + 0.3 * spread(k + 1);
    const [a, b] = system.errors[k - slopes]!;
    return a === b ? 1 : (0.2 + 0.4 * spread(k + 1)) / system.outcomes;
  });
}
