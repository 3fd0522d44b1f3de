import type { Matrix } from "../_numeric/matrix.ts";
import type { LinearFit } from "./linear.ts";

/** How each row bears on a least-squares fit; rows × 1, and rows × coefficients for `dfbetas` (row-major). */
interface Influence {
  /** Residual / (s √(1 − h)). */
  readonly standardized: Float64Array;
  /** Residual / (s₍ᵢ₎ √(1 − h)), s₍ᵢ₎ from the fit without the row. */
  readonly studentized: Float64Array;
  readonly cooksDistance: Float64Array;
  readonly dffits: Float64Array;
  readonly dfbetas: Float64Array;
}

/**
 * Deletion diagnostics in closed form (Belsley, Kuh & Welsch 1980, chapter 2; Cook 1977). A row that the model fits by
 * itself (leverage 1) cannot be left out: its places hold NaN for the caller to tell.
 */
export function influenceOf(fit: LinearFit, design: Matrix, weights: Float64Array | undefined): Influence {
  const { rows, columns, data } = design;
  const variance = fit.residualVariance;
  const standardized = new Float64Array(rows).fill(Number.NaN);
  const studentized = new Float64Array(rows).fill(Number.NaN);
  const cooksDistance = new Float64Array(rows).fill(Number.NaN);
  const dffits = new Float64Array(rows).fill(Number.NaN);
  const dfbetas = new Float64Array(rows * columns).fill(Number.NaN);
  for (let i = 0; i < rows; i++) {
    const left = 1 - fit.leverage[i]!;
    if (left < 1e-10) continue;
    const root = weights === undefined ? 1 : Math.sqrt(weights[i]!);
    const residual = root * fit.residuals[i]!;
    standardized[i] = residual / Math.sqrt(variance * left);
    cooksDistance[i] = (standardized[i]! ** 2 * fit.leverage[i]!) / (left * columns);
    const without = (fit.residualSumOfSquares - (residual * residual) / left) / (fit.dfResidual - 1);
    if (!(without > 0)) continue;
    studentized[i] = residual / Math.sqrt(without * left);
    dffits[i] = studentized[i]! * Math.sqrt(fit.leverage[i]! / left);
    for (let j = 0; j < columns; j++) {
      let pull = 0;
      for (let k = 0; k < columns; k++) pull += fit.crossInverse.data[k * columns + j]! * data[k * rows + i]!;
      const scale = Math.sqrt(without * fit.crossInverse.data[j * columns + j]!);
      dfbetas[i * columns + j] = (pull * root * residual) / left / scale;
    }
  }
  return { standardized, studentized, cooksDistance, dffits, dfbetas };
}
