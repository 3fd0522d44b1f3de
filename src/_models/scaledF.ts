import { type Matrix, quadraticForm, traceOf, traceOfProduct } from "../_numeric/matrix.ts";

/**
 * λ and m of Kenward & Roger (1997, section 3): λF of q coefficients has the mean and variance of F on q and m degrees of freedom.
 * `shares` are (L′ΦL)⁻¹L′ΦᵢL, one per parameter of the covariance, whose own covariance is W. `null` where F has no approximation.
 */
export function scaledF(
  shares: readonly Matrix[],
  parameterCovariance: Matrix,
): { scale: number; freedom: number } | null {
  const q = shares[0]!.rows;
  const a1 = quadraticForm(parameterCovariance, shares.map(traceOf));
  let a2 = 0;
  shares.forEach((left, i) => {
    shares.forEach((right, j) => {
      a2 += parameterCovariance.data[j * shares.length + i]! * traceOfProduct(left, right);
    });
  });
  if (q === 1) return { scale: 1, freedom: 2 / a2 };
  const b = (a1 + 6 * a2) / (2 * q);
  const g = ((q + 1) * a1 - (q + 4) * a2) / ((q + 2) * a2);
  const d = 3 * q + 2 * (1 - g);
  const mean = 1 / (1 - a2 / q);
  const variance = ((2 / q) * (1 + (g / d) * b)) / ((1 - ((q - g) / d) * b) ** 2 * (1 - ((q + 2 - g) / d) * b));
  const freedom = 4 + (q + 2) / ((q * variance) / (2 * mean ** 2) - 1);
  const scale = freedom / (mean * (freedom - 2));
  return freedom > 2 && scale > 0 ? { scale, freedom } : null;
}
