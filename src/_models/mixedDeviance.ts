import { cholesky, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { MixedGroups } from "./mixedGroups.ts";

/** The relative covariance factor Λ = [a 0; b c]: the random effects have covariance σ²ΛΛ′. */
export type Factor = readonly [a: number, b: number, c: number];

/** Everything that the deviance needs at one Λ, with V = I + ZΛΛ′Z′. */
export interface MixedState {
  readonly factor: Factor;
  /** −2 log-likelihood, or −2 restricted log-likelihood, with coefficients and residual variance profiled out. */
  readonly deviance: number;
  /** Rows, less the fixed effects if restricted: residual variance = residual / freedom. */
  readonly freedom: number;
  readonly residual: number;
  readonly coefficients: Float64Array;
  /** L with LL′ = X′V⁻¹X. */
  readonly lower: Matrix;
}

/**
 * The profiled deviance of Bates et al. (2015), equations 34 to 42, group by group: along its own directions a group's V is
 * M = I + BB′ with B = [√n(a + x̄b), √n x̄ c; tb, tc] (t the spread of x), and the identity outside them. `null` where X′V⁻¹X is singular.
 */
export function mixedState(groups: MixedGroups, factor: Factor, restricted: boolean): MixedState | null {
  const { rows, fixed, count, along } = groups;
  const width = fixed + 1;
  const cross = matrix(width, width);
  const sums = cross.data;
  sums.set(groups.within.data);
  const inner = new Float64Array(4);
  let logDeterminant = 0;
  for (let group = 0; group < count; group++) {
    logDeterminant += Math.log(invertInner(groups, group, factor, inner));
    const top = group * 2 * width;
    const low = top + width;
    for (let j = 0; j < width; j++) {
      const x0 = inner[0]! * along[top + j]! + inner[1]! * along[low + j]!;
      const x1 = inner[1]! * along[top + j]! + inner[2]! * along[low + j]!;
      for (let i = j; i < width; i++) sums[j * width + i]! += x0 * along[top + i]! + x1 * along[low + i]!;
    }
  }
  const joint = cholesky(cross);
  if (joint === null) return null;
  const lower = matrix(fixed, fixed);
  for (let j = 0; j < fixed; j++) {
    for (let i = j; i < fixed; i++) lower.data[j * fixed + i] = joint.data[j * width + i]!;
  }
  const coefficients = new Float64Array(fixed);
  for (let j = fixed - 1; j >= 0; j--) {
    let value = joint.data[j * width + fixed]!;
    for (let i = j + 1; i < fixed; i++) value -= lower.data[j * fixed + i]! * coefficients[i]!;
    coefficients[j] = value / lower.data[j * fixed + j]!;
  }
  const residual = joint.data[fixed * width + fixed]! ** 2;
  const freedom = restricted ? rows - fixed : rows;
  for (let j = 0; j < fixed && restricted; j++) logDeterminant += 2 * Math.log(lower.data[j * fixed + j]!);
  const deviance = logDeterminant + freedom * (1 + Math.log((2 * Math.PI * residual) / freedom));
  return { factor, deviance, freedom, residual, coefficients, lower };
}

/** Puts M⁻¹ of a group into `into` as (00, 01, 11) and returns |M|, a sum of squares. */
export function invertInner(groups: MixedGroups, group: number, [a, b, c]: Factor, into: Float64Array): number {
  const root = groups.root[group]!;
  const centre = groups.centre[group]!;
  const spread = groups.spread[group]!;
  const b00 = root * (a + centre * b);
  const b01 = root * centre * c;
  const b10 = spread * b;
  const b11 = spread * c;
  const both = root * spread * a * c;
  const determinant = 1 + b00 * b00 + b01 * b01 + b10 * b10 + b11 * b11 + both * both;
  into[0] = (1 + b10 * b10 + b11 * b11) / determinant;
  into[1] = -(b00 * b10 + b01 * b11) / determinant;
  into[2] = (1 + b00 * b00 + b01 * b01) / determinant;
  return determinant;
}
