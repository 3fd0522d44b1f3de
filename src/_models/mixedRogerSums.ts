import { type Matrix, matrix, solveLower } from "../_numeric/matrix.ts";
import { invertInner } from "./mixedDeviance.ts";
import type { MixedGroups } from "./mixedGroups.ts";
import type { MixedMinimum, RandomShape } from "./mixedSearch.ts";

/**
 * The sums of Kenward & Roger (1997) for the parameters σ² and the covariances of the random effects, with residual variance 1
 * and columns X in which X′V⁻¹X is the identity. Vᵢ is the derivative of V by a parameter.
 */
export interface RogerSums {
  /** tr(V⁻¹VᵢV⁻¹Vⱼ) */
  readonly traces: number[][];
  /** Pᵢ = X′V⁻¹VᵢV⁻¹X; the sign of Kenward & Roger drops out. */
  readonly moved: Matrix[];
  /** X′V⁻¹VᵢV⁻¹VⱼV⁻¹X, made symmetric. */
  readonly twice: Matrix[][];
}

type Square = readonly [number, number, number, number];

/** By g₀₀, g₀₁ and g₁₁: the matrix E that the parameter moves, row by row. */
const moves: readonly Square[] = [
  [1, 0, 0, 0],
  [0, 1, 1, 0],
  [0, 0, 0, 1],
];
const moved: Readonly<Record<RandomShape, readonly number[]>> = {
  intercept: [0],
  uncorrelated: [0, 2],
  correlated: [0, 1, 2],
};

export function rogerSums(groups: MixedGroups, { state }: MixedMinimum, shape: RandomShape): RogerSums {
  const { fixed: p, count, along } = groups;
  const effects = moved[shape].map((place) => moves[place]!);
  const size = effects.length + 1;
  const sums: RogerSums = {
    traces: Array.from({ length: size }, () => new Array<number>(size).fill(0)),
    moved: Array.from({ length: size }, () => matrix(p, p)),
    twice: Array.from({ length: size }, () => Array.from({ length: size }, () => matrix(p, p))),
  };
  addOutside(groups, state.lower, sums);
  const inner = new Float64Array(3);
  for (let group = 0; group < count; group++) {
    invertInner(groups, group, state.factor, inner);
    const inverse: Square = [inner[0]!, inner[1]!, inner[1]!, inner[2]!];
    const root = groups.root[group]!;
    // Z = UR, U being the group's own directions
    const r: Square = [root, root * groups.centre[group]!, 0, groups.spread[group]!];
    const from = group * 2 * (p + 1);
    const top = along.slice(from, from + p);
    const low = along.slice(from + p + 1, from + 2 * p + 1);
    solveLower(state.lower, top);
    solveLower(state.lower, low);
    const steps = [inverse, ...effects.map((e) => times(inverse, times(times(r, e), transposed(r))))];
    steps.forEach((one, i) => {
      addForm(sums.moved[i]!, top, low, times(one, inverse));
      steps.forEach((other, j) => {
        const both = times(one, other);
        sums.traces[i]![j]! += both[0] + both[3];
        addForm(sums.twice[i]![j]!, top, low, times(both, inverse));
      });
    });
  }
  return sums;
}

/** Outside the groups' directions V is the identity and σ² alone moves it. */
function addOutside({ within, fixed: p, rows, count }: MixedGroups, lower: Matrix, sums: RogerSums): void {
  sums.traces[0]![0]! += rows - 2 * count;
  const half = matrix(p, p);
  for (let j = 0; j < p; j++) {
    const column = within.data.slice(j * (p + 1), j * (p + 1) + p);
    solveLower(lower, column);
    half.data.set(column, j * p);
  }
  for (let j = 0; j < p; j++) {
    const row = Float64Array.from({ length: p }, (_, k) => half.data[k * p + j]!);
    solveLower(lower, row);
    for (let i = 0; i < p; i++) {
      sums.moved[0]!.data[j * p + i]! += row[i]!;
      sums.twice[0]![0]!.data[j * p + i]! += row[i]!;
    }
  }
}

/** Adds (top, low) C (top, low)′ with C made symmetric. */
function addForm({ data }: Matrix, top: Float64Array, low: Float64Array, c: Square): void {
  const p = top.length;
  const cross = (c[1] + c[2]) / 2;
  for (let j = 0; j < p; j++) {
    const first = c[0] * top[j]! + cross * low[j]!;
    const second = cross * top[j]! + c[3] * low[j]!;
    for (let i = 0; i < p; i++) data[j * p + i]! += first * top[i]! + second * low[i]!;
  }
}

function times(a: Square, b: Square): Square {
  return [a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]];
}

function transposed([a, b, c, d]: Square): Square {
  return [a, c, b, d];
}
