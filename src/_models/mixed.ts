import { innerProduct, type Matrix, matrix, multiply, symmetricEigen } from "../_numeric/matrix.ts";
import type { LinearFit } from "./linear.ts";
import { invertInner, type MixedState } from "./mixedDeviance.ts";
import { type MixedGroups, turnGroups } from "./mixedGroups.ts";
import type { MixedParts } from "./mixedInference.ts";
import { type MixedMinimum, minimumOfDeviance, type RandomShape } from "./mixedSearch.ts";

export interface MixedFit {
  readonly coefficients: Float64Array;
  readonly residualVariance: number;
  /** Of the random effects: intercept, both, slope. */
  readonly randomCovariance: readonly [number, number, number];
  readonly correlation: number | null;
  readonly logLikelihood: number;
  readonly singular: boolean;
  /** Two per group: intercept and slope. */
  readonly randomEffects: Float64Array;
  readonly shape: RandomShape;
  /** What the tests of the coefficients are made from. */
  readonly parts: MixedParts;
}

/** Why the variances cannot be estimated. */
export type MixedObstacle =
  | "perfect-fit"
  | "too-few-repeats"
  | "groups-among-terms"
  | "slope-constant-within-groups"
  | "not-converged";

interface MixedProblem {
  readonly design: Matrix;
  readonly outcome: Float64Array;
  /** Least squares of the outcome on the design, which has full rank. */
  readonly start: LinearFit;
  readonly codes: Int32Array;
  readonly count: number;
  readonly slope: Float64Array | null;
  readonly correlated: boolean;
  readonly restricted: boolean;
}

/** Directions of the random effects that the fixed effects reach to this share are known to them. */
const known = 1 - 1e-10;

export function fitMixed(problem: MixedProblem): MixedFit | MixedObstacle {
  const { outcome, start, codes, count, slope, correlated, restricted } = problem;
  const scale = rootMeanSquare(start.residuals);
  if (!(scale > 1e-13 * rootMeanSquare(outcome))) return "perfect-fit";
  const place = slope === null ? null : placeOf(slope, correlated);
  const groups = turnGroups(
    start.orthogonal,
    start.residuals.map((value) => value / scale),
    codes,
    count,
    place === null ? null : slope!.map((x) => (x - place.centre) / place.scale),
  );
  const noise = (rootMeanSquare(outcome) / scale) * 2 ** -52;
  const within = withinVariance(groups, noise);
  const obstacle = obstacleOf(groups, within, slope !== null);
  if (obstacle !== null) return obstacle;

  const shape: RandomShape = slope === null ? "intercept" : correlated ? "correlated" : "uncorrelated";
  const minimum = minimumOfDeviance(groups, shape, restricted, Math.max(1, 1 / Math.sqrt(within.variance)));
  if (minimum === null) return "not-converged";
  return finish(problem, groups, minimum, shape, scale, place);
}

interface Place {
  readonly centre: number;
  readonly scale: number;
}

/** Where the slope's column is counted from: correlated effects are the same model from anywhere, uncorrelated ones from 0 alone. */
function placeOf(slope: Float64Array, correlated: boolean): Place {
  const centre = correlated ? slope.reduce((total, x) => total + x / slope.length, 0) : 0;
  return { centre, scale: rootMeanSquare(slope.map((x) => x - centre)) };
}

function rootMeanSquare(values: Float64Array): number {
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (most === 0) return 0;
  return most * Math.sqrt(values.reduce((total, value) => total + (value / most) ** 2, 0) / values.length);
}

interface Within {
  readonly variance: number;
  readonly freedom: number;
}

/** The residual variance if every group had coefficients of its own; 0 where it is rounding of the outcome (`noise`). */
function withinVariance({ within, fixed, rows, directions }: MixedGroups, noise: number): Within {
  const width = fixed + 1;
  const cross = matrix(fixed, fixed);
  for (let j = 0; j < fixed; j++) {
    for (let i = 0; i < fixed; i++) cross.data[j * fixed + i] = within.data[j * width + i]!;
  }
  const { values, vectors } = symmetricEigen(cross);
  const total = within.data[fixed * width + fixed]!;
  let left = total;
  let freedom = rows - directions;
  values.forEach((value, k) => {
    if (value <= 1e-12) return;
    left -= innerProduct(vectors.data, k * fixed, within.data, fixed * width, fixed) ** 2 / value;
    freedom -= 1;
  });
  const rounding = Math.max(1e-14 * total, 100 * rows * noise ** 2);
  return { variance: left > rounding ? left / Math.max(1, freedom) : 0, freedom };
}

function obstacleOf(groups: MixedGroups, within: Within, hasSlope: boolean): MixedObstacle | null {
  if (hasSlope && groups.spread.every((spread) => spread === 0)) return "slope-constant-within-groups";
  if (within.freedom <= 0) return "too-few-repeats";
  if (within.variance === 0) return "perfect-fit";
  const reached = (row: number) => {
    for (let group = 0; group < groups.count; group++) {
      if (row === 1 && groups.spread[group] === 0) continue;
      const from = (group * 2 + row) * (groups.fixed + 1);
      if (innerProduct(groups.along, from, groups.along, from, groups.fixed) < known) return false;
    }
    return true;
  };
  return reached(0) || (hasSlope && reached(1)) ? "groups-among-terms" : null;
}

/** From orthonormal columns, a residual of unit size and a standard slope back to the units of the data. */
function finish(
  { start, design, slope, restricted }: MixedProblem,
  groups: MixedGroups,
  minimum: MixedMinimum,
  shape: RandomShape,
  scale: number,
  place: Place | null,
): MixedFit {
  const { state } = minimum;
  const turn = start.rootInverse;
  const p = design.columns;
  const residualVariance = (state.residual / state.freedom) * scale * scale;
  const shift = multiply(turn, { rows: p, columns: 1, data: state.coefficients }).data;
  const [a, b, c] = state.factor;
  const ratio = place === null ? 0 : place.centre / place.scale;
  const unit = place?.scale ?? 1;
  const factor = [a - ratio * b, -ratio * c, b / unit, c / unit] as const;
  const between = factor[0] * factor[2] + factor[1] * factor[3];
  const variances = [factor[0] ** 2 + factor[1] ** 2, factor[2] ** 2 + factor[3] ** 2] as const;
  const product = Math.sqrt(variances[0]) * Math.sqrt(variances[1]);
  let turnDeterminant = 0;
  for (let k = 0; k < p; k++) turnDeterminant += Math.log(Math.abs(turn.data[k * p + k]!));
  const coefficients = start.coefficients.map((value, k) => value + shift[k]! * scale);
  return {
    coefficients,
    residualVariance,
    randomCovariance: [variances[0] * residualVariance, between * residualVariance, variances[1] * residualVariance],
    correlation: slope === null || product === 0 ? null : Math.min(1, Math.max(-1, between / product)),
    logLikelihood: -state.deviance / 2 - state.freedom * Math.log(scale) + (restricted ? turnDeterminant : 0),
    singular: minimum.singular,
    randomEffects: predictedEffects(groups, state, scale, place),
    shape,
    parts: { groups, minimum, turn, coefficients, residualVariance },
  };
}

/** ΛΛ′Z′V⁻¹(y − Xβ) of each group. */
function predictedEffects(groups: MixedGroups, state: MixedState, scale: number, place: Place | null): Float64Array {
  const { fixed: p, along, count } = groups;
  const [a, b, c] = state.factor;
  const inner = new Float64Array(3);
  const effects = new Float64Array(2 * count);
  for (let group = 0; group < count; group++) {
    invertInner(groups, group, state.factor, inner);
    const top = group * 2 * (p + 1);
    const low = top + p + 1;
    const r0 = along[top + p]! - innerProduct(along, top, state.coefficients, 0, p);
    const r1 = along[low + p]! - innerProduct(along, low, state.coefficients, 0, p);
    const first = groups.root[group]! * (inner[0]! * r0 + inner[1]! * r1);
    const second = groups.centre[group]! * first + groups.spread[group]! * (inner[1]! * r0 + inner[2]! * r1);
    const half = a * first + b * second;
    const slope = (b * half + c * c * second) / (place?.scale ?? 1);
    effects[2 * group] = (a * half - (place?.centre ?? 0) * slope) * scale;
    effects[2 * group + 1] = slope * scale;
  }
  return effects;
}
