import { normalUpper } from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";
import type { Interval } from "../estimate.ts";
import { probabilityOfSquares } from "./productIntegral.ts";

/** Two normal estimates, their standard errors (> 0) and the correlation of their errors, from −1 to 1. */
export interface ProductOfNormals {
  readonly a: number;
  readonly seA: number;
  readonly b: number;
  readonly seB: number;
  readonly correlation: number;
}

/** E(AB) = ab + cov (Aroian 1947). */
export function productMean({ a, seA, b, seB, correlation }: ProductOfNormals): number {
  return a * b + correlation * seA * seB;
}

/** √(a² se_b² + b² se_a² + 2ab cov + se_a² se_b² + cov²) (Aroian 1947; Bohrnstedt & Goldberger 1969). */
export function productStandardDeviation({ a, seA, b, seB, correlation }: ProductOfNormals): number {
  const both = seA * seB;
  const u = a * seB;
  const v = b * seA;
  return Math.sqrt((u + correlation * v) ** 2 + (1 - correlation ** 2) * v * v + both * both * (1 + correlation ** 2));
}

/**
 * P(AB > z), exact. In standard units AB is a difference of squares, ((1 + ρ)S² − (1 − ρ)D²)/2, of the independent normals
 * S and D along the sum and the difference of A and B (Craig 1936); the square that varies less is integrated over.
 */
export function productUpper(z: number, product: ProductOfNormals): number {
  const { a, seA, b, seB, correlation } = product;
  return upperTail(z / seA / seB, a / seA, b / seB, correlation);
}

/** P(AB ≤ z): the upper tail of A·(−B). */
export function productLower(z: number, product: ProductOfNormals): number {
  const { a, seA, b, seB, correlation } = product;
  return upperTail(-z / seA / seB, a / seA, -b / seB, -correlation);
}

function upperTail(w: number, mu: number, nu: number, correlation: number): number {
  const plus = 1 + correlation;
  const minus = 1 - correlation;
  const sum = (mu + nu) / Math.sqrt(2 * plus);
  const difference = (mu - nu) / Math.sqrt(2 * minus);
  if (minus <= 0) return outside(sum, 4 * w + (mu - nu) ** 2);
  if (plus <= 0) return inside(difference, (mu + nu) ** 2 - 4 * w);
  return correlation >= 0
    ? probabilityOfSquares({
        side: "outer",
        centre: difference,
        other: sum,
        offset: (2 * w) / plus,
        slope: minus / plus,
      })
    : probabilityOfSquares({
        side: "inner",
        centre: sum,
        other: difference,
        offset: (-2 * w) / minus,
        slope: plus / minus,
      });
}

/** With correlation 1 the difference is fixed: P(4·S² > square), S ~ N(centre, 1). */
function outside(centre: number, square: number): number {
  if (square <= 0) return 1;
  const half = Math.sqrt(square) / 2;
  return normalUpper(half - centre) + normalUpper(half + centre);
}

/** With correlation −1 the sum is fixed: P(4·D² < square), D ~ N(centre, 1). */
function inside(centre: number, square: number): number {
  if (square <= 0) return 0;
  const half = Math.sqrt(square) / 2;
  return normalUpper(Math.abs(centre) - half) - normalUpper(Math.abs(centre) + half);
}

/** The z with P(AB ≤ z) = p, 0 < p < 1. */
export function productQuantile(p: number, product: ProductOfNormals): number {
  return tailPoint(p, product, productLower, -1);
}

/** The z with P(AB > z) = p, 0 < p < 1. */
export function productQuantileUpper(p: number, product: ProductOfNormals): number {
  return tailPoint(p, product, productUpper, 1);
}

/** Brent's method on the log of the tail, from a bracket that grows outwards from the mean. */
function tailPoint(
  p: number,
  product: ProductOfNormals,
  tail: (z: number, product: ProductOfNormals) => number,
  sign: 1 | -1,
): number {
  const mean = productMean(product);
  const sd = productStandardDeviation(product);
  const excess = (steps: number) =>
    Math.log(Math.max(Number.MIN_VALUE, tail(mean + sign * steps * sd, product))) - Math.log(p);
  const outwards = excess(0) > 0 ? 1 : -1;
  let near = 0;
  let far = outwards;
  while (excess(far) * outwards > 0) {
    near = far;
    far *= 2;
  }
  return mean + sign * sd * findRoot(excess, near, far, { tolerance: 1e-14 });
}

/** The central interval of the estimated product: its (1 − level)/2 and (1 + level)/2 quantiles. */
export function productInterval(product: ProductOfNormals, level: number): Interval {
  const tail = (1 - level) / 2;
  return {
    level,
    lower: productQuantile(tail, product),
    upper: productQuantileUpper(tail, product),
    method: "product distribution",
  };
}

/** Two-sided p-value by inverting the interval: twice the smaller tail beyond `nullValue`; never 0. */
export function productPValue(product: ProductOfNormals, nullValue = 0): number {
  const tail = Math.min(productLower(nullValue, product), productUpper(nullValue, product));
  return Math.min(1, Math.max(Number.MIN_VALUE, 2 * tail));
}
