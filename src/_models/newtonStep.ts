/** Solves information·step = gradient by Cholesky in place; returns step′gradient, NaN where the information is not positive definite. */
export function newtonStep(a: Float64Array, b: Float64Array, x: Float64Array, size: number): number {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let value = a[i * size + j]!;
      for (let k = 0; k < j; k++) value -= a[i * size + k]! * a[j * size + k]!;
      if (i > j) a[i * size + j] = value / a[j * size + j]!;
      else if (value > 1e-13 * a[i * size + i]!) a[i * size + i] = Math.sqrt(value);
      else return Number.NaN;
    }
  }
  let length = 0;
  for (let i = 0; i < size; i++) {
    let value = b[i]!;
    for (let k = 0; k < i; k++) value -= a[i * size + k]! * x[k]!;
    x[i] = value / a[i * size + i]!;
    length += x[i]! * x[i]!;
  }
  for (let i = size - 1; i >= 0; i--) {
    let value = x[i]!;
    for (let k = i + 1; k < size; k++) value -= a[k * size + i]! * x[k]!;
    x[i] = value / a[i * size + i]!;
  }
  return length;
}
