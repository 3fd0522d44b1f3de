import type { Matrix } from "../_numeric/matrix.ts";

/** A function of the models' parameters at their estimates, with its derivatives by them. */
export interface Quantity {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** The sum of quantities, each times its factor. */
export function combine(...parts: readonly (readonly [factor: number, quantity: Quantity])[]): Quantity {
  const gradient = new Float64Array(parts[0]![1].gradient.length);
  let value = 0;
  for (const [factor, quantity] of parts) {
    value += factor * quantity.value;
    for (let j = 0; j < gradient.length; j++) gradient[j]! += factor * quantity.gradient[j]!;
  }
  return { value, gradient };
}

export function minus(a: Quantity, b: Quantity): Quantity {
  return combine([1, a], [-1, b]);
}

export function exponential({ value, gradient }: Quantity): Quantity {
  const exponent = Math.exp(value);
  return { value: exponent, gradient: gradient.map((slope) => exponent * slope) };
}

/** exp(a) − 1, exact also where a is small. */
export function excess(a: Quantity): Quantity {
  return { value: Math.expm1(a.value), gradient: exponential(a).gradient };
}

export function quotient(a: Quantity, b: Quantity): Quantity {
  const value = a.value / b.value;
  return { value, gradient: a.gradient.map((slope, j) => (slope - value * b.gradient[j]!) / b.value) };
}

/** First-order delta method: the square root of g′Vg. */
export function deltaError({ gradient }: Quantity, covariance: Matrix): number {
  let variance = 0;
  for (let j = 0; j < gradient.length; j++) {
    if (gradient[j] === 0) continue;
    for (let i = 0; i < gradient.length; i++)
      variance += gradient[i]! * covariance.data[j * covariance.rows + i]! * gradient[j]!;
  }
  return Math.sqrt(Math.max(0, variance));
}
