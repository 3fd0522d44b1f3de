import type { ParameterLaw } from "./parameterLaw.ts";

/** Steps of a hundredth of a standard error: five-point differences are then exact for the polynomials of linear models, and good to about 1e-9 otherwise. */
const stepInErrors = 0.02;

/**
 * Standard errors of smooth functions of the parameters by the first-order delta method, √(g′Vg), gradients by five-point
 * central differences (error of fourth order).
 */
export function deltaErrors(
  law: ParameterLaw,
  width: number,
  transform: (parameters: Float64Array, out: Float64Array) => void,
): Float64Array {
  const { mean, covariance } = law;
  const size = mean.length;
  const gradients = new Float64Array(size * width);
  const at = Float64Array.from(mean);
  const points = [-2, -1, 1, 2].map((multiple) => ({ multiple, values: new Float64Array(width) }));
  for (let j = 0; j < size; j++) {
    const error = Math.sqrt(covariance.data[j * size + j]!);
    const step = stepInErrors * error;
    if (!(step > 0)) continue;
    for (const { multiple, values } of points) {
      at[j] = mean[j]! + multiple * step;
      transform(at, values);
    }
    at[j] = mean[j]!;
    const [far, near, nearer, farther] = points.map(({ values }) => values) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    for (let k = 0; k < width; k++)
      gradients[j * width + k] = (far[k]! - 8 * near[k]! + 8 * nearer[k]! - farther[k]!) / (12 * step);
  }
  transform(mean, points[0]!.values);
  return Float64Array.from({ length: width }, (_, k) => {
    let variance = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        variance += gradients[i * width + k]! * covariance.data[j * size + i]! * gradients[j * width + k]!;
    return Math.sqrt(Math.max(0, variance));
  });
}
