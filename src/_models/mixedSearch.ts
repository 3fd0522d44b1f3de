import { symmetricEigen } from "../_numeric/matrix.ts";
import { type MixedDerivatives, mixedDerivatives } from "./mixedDerivatives.ts";
import { type Factor, type MixedState, mixedState } from "./mixedDeviance.ts";
import type { MixedGroups } from "./mixedGroups.ts";

/** Which elements of Λ are estimated: a; a and c; or a, b and c. */
export type RandomShape = "intercept" | "uncorrelated" | "correlated";

export interface MixedMinimum {
  readonly state: MixedState;
  readonly derivatives: MixedDerivatives;
  /** Places of the elements of Λ that are not on the boundary. */
  readonly free: readonly number[];
  readonly singular: boolean;
}

const estimated: Readonly<Record<RandomShape, readonly number[]>> = {
  intercept: [0],
  uncorrelated: [0, 2],
  correlated: [0, 1, 2],
};

/** Rounding of the deviance, per row: no evidence that a variance is not 0. */
const rounding = 1e-13;
const nearBoundary = 1e-2;
const mostSteps = 200;

/**
 * The minimum of the profiled deviance over Λ. `reach` is the ratio of the total to the within-group standard deviation, the scale on
 * which Λ can lie. In the elements of Λ the deviance is smooth and even, so that the boundary (a variance of 0, a correlation of ±1) is
 * an ordinary point; what reaches it within rounding is put on it. `null` if the steps do not settle.
 */
export function minimumOfDeviance(
  groups: MixedGroups,
  shape: RandomShape,
  restricted: boolean,
  reach: number,
): MixedMinimum | null {
  const problem: Problem = { groups, restricted };
  const noGain = rounding * groups.rows;
  let best: MixedState | null = null;
  for (const start of starts(problem, shape, reach)) {
    const reached = newton(problem, start, estimated[shape]);
    if (reached !== null && (best === null || reached.deviance < best.deviance - noGain)) best = reached;
  }
  if (best === null) return null;
  let free = estimated[shape];
  for (const face of faces(best.factor, shape)) {
    const tried = mixedState(groups, face.factor, restricted);
    const reached = tried === null ? null : newton(problem, tried, face.free);
    if (reached === null || reached.deviance > best.deviance + noGain) continue;
    best = reached;
    free = face.free;
    break;
  }
  const state = best;
  return {
    state,
    derivatives: mixedDerivatives(groups, state, restricted),
    free,
    singular: free.length < estimated[shape].length,
  };
}

interface Problem {
  readonly groups: MixedGroups;
  readonly restricted: boolean;
}

/**
 * The best points of a coarse grid over both standard deviations and, where free, the correlation. Several minima are a matter of few
 * groups: there all points are tried.
 */
function starts({ groups, restricted }: Problem, shape: RandomShape, reach: number): MixedState[] {
  const grid = [0.03, 0.2, 0.7].map((share) => share * reach);
  const turns = shape === "correlated" ? [-0.95, 0, 0.95] : [0];
  const factors =
    shape === "intercept"
      ? grid.map((a): Factor => [a, 0, 0])
      : turns.flatMap((turn) =>
          grid.flatMap((a) => grid.map((slope): Factor => [a, turn * slope, Math.sqrt(1 - turn * turn) * slope])),
        );
  return factors
    .map((factor) => mixedState(groups, factor, restricted))
    .filter((state) => state !== null)
    .sort((one, other) => one.deviance - other.deviance)
    .slice(0, Math.max(2, Math.round(500 / groups.count)));
}

/** The faces of the boundary that a minimum all but touches, simplest first: no random effects; then one direction alone. */
function faces([a, b, c]: Factor, shape: RandomShape): { factor: Factor; free: readonly number[] }[] {
  const small = (...values: number[]) => values.every((value) => Math.abs(value) < nearBoundary);
  const found: { factor: Factor; free: readonly number[] }[] = [];
  if (small(a, b, c)) found.push({ factor: [0, 0, 0], free: [] });
  if (shape === "intercept") return found;
  if (shape === "uncorrelated") {
    if (small(c)) found.push({ factor: [a, 0, 0], free: [0] });
    if (small(a)) found.push({ factor: [0, 0, c], free: [2] });
    return found;
  }
  if (small(c)) found.push({ factor: [a, b, 0], free: [0, 1] });
  else if (small(a)) found.push({ factor: [a, b < 0 ? -Math.hypot(b, c) : Math.hypot(b, c), 0], free: [0, 1] });
  return found;
}

/** Newton's method with curvatures made positive, steps limited and halved until the deviance falls. */
function newton({ groups, restricted }: Problem, start: MixedState, free: readonly number[]): MixedState | null {
  let state = start;
  if (free.length === 0) return state;
  for (let iteration = 0; iteration < mostSteps; iteration++) {
    const { gradient, hessian } = inFactor(state.factor, mixedDerivatives(groups, state, restricted), free);
    const { step, promised, convex } = newtonStep(gradient, hessian);
    const size = Math.max(...state.factor.map(Math.abs));
    const longest = Math.max(...step.map(Math.abs));
    const near = convex && promised < 1e-8;
    let share = Math.min(1, (2 * size + 1e-3) / longest);
    let next: MixedState | null = null;
    for (; share > 1e-14; share /= 2) {
      next = mixedState(groups, moved(state.factor, step, free, share), restricted);
      if (next !== null && (near || next.deviance <= state.deviance - 1e-4 * share * promised)) break;
      next = null;
    }
    // Rounding of the deviance hides a fall this small.
    if (next === null) return promised < 1e-6 ? state : null;
    state = next;
    if (promised < 1e-18 || (near && promised < 1e-13)) return state;
  }
  return null;
}

function moved(factor: Factor, step: Float64Array, free: readonly number[], share: number): Factor {
  const next: [number, number, number] = [...factor];
  free.forEach((place, k) => {
    next[place]! += share * step[k]!;
  });
  return next;
}

function newtonStep(
  gradient: Float64Array,
  hessian: Float64Array,
): { step: Float64Array; promised: number; convex: boolean } {
  const size = gradient.length;
  const { values, vectors } = symmetricEigen({ rows: size, columns: size, data: hessian });
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const step = new Float64Array(size);
  let promised = 0;
  values.forEach((curvature, j) => {
    let along = 0;
    for (let i = 0; i < size; i++) along += vectors.data[j * size + i]! * gradient[i]!;
    const move = along / Math.max(Math.abs(curvature), 1e-9 * largest, Number.MIN_VALUE ** 0.5);
    promised += along * move;
    for (let i = 0; i < size; i++) step[i]! -= move * vectors.data[j * size + i]!;
  });
  return { step, promised, convex: values.every((value) => value > -1e-9 * largest) };
}

/** Gradient and Hessian of the deviance by the free elements of Λ, by the chain rule through G = ΛΛ′. */
export function inFactor(
  factor: Factor,
  derivatives: MixedDerivatives,
  free: readonly number[],
): { gradient: Float64Array; hessian: Float64Array; slopes: readonly Float64Array[] } {
  const slopes = free.map((place) => slopeOfCovariance(factor, place));
  const gradient = Float64Array.from(slopes, (slope) => dot(slope, derivatives.gradient));
  const size = free.length;
  const hessian = new Float64Array(size * size);
  slopes.forEach((one, j) => {
    slopes.forEach((other, k) => {
      let value = 0;
      for (let e = 0; e < 3; e++)
        for (let f = 0; f < 3; f++) value += one[e]! * other[f]! * derivatives.hessian[e * 3 + f]!;
      hessian[j * size + k] = value + bend(derivatives.gradient, free[j]!, free[k]!);
    });
  });
  return { gradient, hessian, slopes };
}

/** dG by element `place` of Λ, as (00, 01, 11). */
function slopeOfCovariance([a, b, c]: Factor, place: number): Float64Array {
  if (place === 0) return Float64Array.of(2 * a, b, 0);
  return place === 1 ? Float64Array.of(0, a, 2 * b) : Float64Array.of(0, 0, 2 * c);
}

/** The gradient by G times the second derivative of G by two elements of Λ. */
function bend(gradient: Float64Array, one: number, other: number): number {
  if (one === other) return 2 * gradient[one === 0 ? 0 : 2]!;
  return one + other === 1 ? gradient[1]! : 0;
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += a[i]! * b[i]!;
  return total;
}
