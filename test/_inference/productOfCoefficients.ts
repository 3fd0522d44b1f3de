import type { Estimator } from "../../src/_inference/estimator.ts";

/** a·b of a linear mediation model, written for tests: Z = [1, covariates, exposure, mediator, outcome], one weighted cross-product. */
export function productOfCoefficients(
  exposure: number[],
  mediator: number[],
  outcome: number[],
  covariates: number[][],
): Estimator {
  const columns = [exposure.map(() => 1), ...covariates, exposure, mediator, outcome];
  const width = columns.length;
  const units = exposure.length;
  const rows = new Float64Array(units * width);
  columns.forEach((column, j) => {
    // an affine change of a column leaves a·b alone but for the units of exposure and outcome
    const center = j === 0 ? 0 : column.reduce((sum, x) => sum + x, 0) / units;
    column.forEach((x, i) => {
      rows[i * width + j] = x - center;
    });
  });
  const cross = new Float64Array(width * width);
  return {
    names: ["a·b"],
    units,
    estimate(weights, out) {
      cross.fill(0);
      for (let i = 0; i < units; i++) {
        const weight = weights[i]!;
        if (weight === 0) continue;
        for (let j = 0; j < width; j++) {
          const scaled = weight * rows[i * width + j]!;
          for (let k = 0; k <= j; k++) cross[j * width + k]! += scaled * rows[i * width + k]!;
        }
      }
      // Cholesky, exposure before mediator before outcome: a = L[m,x]/L[x,x], b = L[y,m]/L[m,m]
      for (let j = 0; j < width; j++) {
        for (let k = 0; k <= j; k++) {
          let value = cross[j * width + k]!;
          for (let l = 0; l < k; l++) value -= cross[j * width + l]! * cross[k * width + l]!;
          if (j > k) cross[j * width + k] = value / cross[k * width + k]!;
          else cross[j * width + j] = value > 1e-12 * cross[j * width + j]! ? Math.sqrt(value) : Number.NaN;
        }
      }
      const [x, m, y] = [width - 3, width - 2, width - 1];
      out[0] = (cross[m * width + x]! / cross[x * width + x]!) * (cross[y * width + m]! / cross[m * width + m]!);
    },
  };
}
