import { innerProduct, type Matrix, matrix, solveLower } from "../_numeric/matrix.ts";
import { invertInner, type MixedState } from "./mixedDeviance.ts";
import type { MixedGroups } from "./mixedGroups.ts";

/**
 * Derivatives by the elements of G = ΛΛ′, in the order g₀₀, g₀₁ (with g₁₀) and g₁₁: with E the matrix that an element moves,
 * H = Z′V⁻¹Z, K = Z′V⁻¹X, e = Z′V⁻¹(y − Xβ), sums over groups.
 */
export interface MixedDerivatives {
  /** Of the profiled deviance. */
  readonly gradient: Float64Array;
  /** Row-major 3 × 3. */
  readonly hessian: Float64Array;
  /** Σ e′Ee, by which the residual sum of squares falls. */
  readonly fall: Float64Array;
  /** L⁻¹(Σ K′EK)L⁻ᵀ, by which the inverse of X′V⁻¹X grows in the directions of L. */
  readonly growth: readonly [Matrix, Matrix, Matrix];
}

export function mixedDerivatives(groups: MixedGroups, state: MixedState, restricted: boolean): MixedDerivatives {
  const { fixed: p } = groups;
  const { freedom, residual } = state;
  const weight = freedom / residual;
  const [g00, g01, g11] = [matrix(p, p), matrix(p, p), matrix(p, p)];
  const gradient = new Float64Array(3);
  const hessian = new Float64Array(9);
  const fall = new Float64Array(3);
  const slopes = [new Float64Array(p), new Float64Array(p), new Float64Array(p)] as const;
  const at = { h: new Float64Array(3), e: new Float64Array(2), k0: new Float64Array(p), k1: new Float64Array(p) };
  const n = new Float64Array(3);
  for (let group = 0; group < groups.count; group++) {
    readGroup(groups, group, state, at);
    const { h, e, k0, k1 } = at;
    const [h00, h01, h11] = [h[0]!, h[1]!, h[2]!];
    const [e0, e1] = [e[0]!, e[1]!];
    const used = restricted ? 1 : 0;
    const t00 = used * innerProduct(k0, 0, k0, 0, p);
    const t01 = used * innerProduct(k0, 0, k1, 0, p);
    const t11 = used * innerProduct(k1, 0, k1, 0, p);
    gradient[0]! += h00 - t00 - weight * e0 * e0;
    gradient[1]! += 2 * (h01 - t01 - weight * e0 * e1);
    gradient[2]! += h11 - t11 - weight * e1 * e1;
    fall[0]! += e0 * e0;
    fall[1]! += 2 * e0 * e1;
    fall[2]! += e1 * e1;
    n[0] = 2 * (t00 + weight * e0 * e0) - h00;
    n[1] = 2 * (t01 + weight * e0 * e1) - h01;
    n[2] = 2 * (t11 + weight * e1 * e1) - h11;
    // tr(EHFN) for each pair of elements
    hessian[0]! += h00 * n[0];
    hessian[1]! += h00 * n[1] + h01 * n[0];
    hessian[2]! += h01 * n[1];
    hessian[4]! += 2 * h01 * n[1] + h11 * n[0] + h00 * n[2];
    hessian[5]! += h11 * n[1] + h01 * n[2];
    hessian[8]! += h11 * n[2];
    for (let j = 0; j < p; j++) {
      slopes[0][j]! += k0[j]! * e0;
      slopes[1][j]! += k0[j]! * e1 + k1[j]! * e0;
      slopes[2][j]! += k1[j]! * e1;
      for (let i = 0; i < p; i++) {
        g00.data[j * p + i]! += k0[i]! * k0[j]!;
        g01.data[j * p + i]! += k0[i]! * k1[j]! + k1[i]! * k0[j]!;
        g11.data[j * p + i]! += k1[i]! * k1[j]!;
      }
    }
  }
  const growth = [g00, g01, g11] as const;
  for (let j = 0; j < 3; j++) {
    for (let k = j; k < 3; k++) {
      const common = innerProduct(slopes[j]!, 0, slopes[k]!, 0, p);
      let value = hessian[j * 3 + k]! - 2 * weight * common - (weight * fall[j]! * fall[k]!) / residual;
      if (restricted) value -= innerProduct(growth[j]!.data, 0, growth[k]!.data, 0, p * p);
      hessian[j * 3 + k] = value;
      hessian[k * 3 + j] = value;
    }
  }
  return { gradient, hessian, fall, growth };
}

interface GroupParts {
  /** H as (00, 01, 11). */
  readonly h: Float64Array;
  readonly e: Float64Array;
  /** The rows of KL⁻ᵀ. */
  readonly k0: Float64Array;
  readonly k1: Float64Array;
}

const inner = new Float64Array(3);

function readGroup(groups: MixedGroups, group: number, state: MixedState, { h, e, k0, k1 }: GroupParts): void {
  const { fixed: p, along } = groups;
  const root = groups.root[group]!;
  const shifted = root * groups.centre[group]!;
  const spread = groups.spread[group]!;
  invertInner(groups, group, state.factor, inner);
  const [i00, i01, i11] = [inner[0]!, inner[1]!, inner[2]!];
  const top = group * 2 * (p + 1);
  const low = top + p + 1;
  let r0 = along[top + p]!;
  let r1 = along[low + p]!;
  for (let j = 0; j < p; j++) {
    const x0 = along[top + j]!;
    const x1 = along[low + j]!;
    r0 -= x0 * state.coefficients[j]!;
    r1 -= x1 * state.coefficients[j]!;
    const first = i00 * x0 + i01 * x1;
    k0[j] = root * first;
    k1[j] = shifted * first + spread * (i01 * x0 + i11 * x1);
  }
  const first = i00 * r0 + i01 * r1;
  e[0] = root * first;
  e[1] = shifted * first + spread * (i01 * r0 + i11 * r1);
  h[0] = root * root * i00;
  h[1] = root * (shifted * i00 + spread * i01);
  h[2] = shifted * (shifted * i00 + 2 * spread * i01) + spread * spread * i11;
  solveLower(state.lower, k0);
  solveLower(state.lower, k1);
}
