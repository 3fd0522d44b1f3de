import { leastSquares } from "../_numeric/leastSquares.ts";

/** Points as rows: point i is `data[i * dimension]` … `data[i * dimension + dimension − 1]`. */
export interface Points {
  readonly count: number;
  readonly dimension: number;
  readonly data: Float64Array;
}

/**
 * The part of `target` that no combination Σ νᵢ·pointᵢ with νᵢ ≥ 0 can reach: the residual of non-negative least squares
 * by the active-set method of Lawson & Hanson (1974, chapter 23). At the solution every point has a product ≤ 0 with it.
 */
export function unreachedByCone(points: Points, target: Float64Array): Float64Array {
  const { count, dimension, data } = points;
  const residual = Float64Array.from(target);
  const tried = new Uint8Array(count);
  let passive: number[] = [];
  let amounts: number[] = [];
  for (let round = 0; round < 60 * dimension + 60; round++) {
    const entering = steepest(points, residual, passive, tried);
    if (entering < 0) break;
    passive.push(entering);
    amounts.push(0);
    let blocked = false;
    for (;;) {
      const wanted = solve(points, passive, target);
      if (!(wanted[passive.length - 1]! > 0) && passive[passive.length - 1] === entering && amounts.at(-1) === 0) {
        // rounding: the point lies in the span of those already used
        passive.pop();
        amounts.pop();
        tried[entering] = 1;
        blocked = true;
        break;
      }
      let step = 1;
      for (let k = 0; k < passive.length; k++) {
        if (wanted[k]! <= 0) step = Math.min(step, amounts[k]! / (amounts[k]! - wanted[k]!));
      }
      const moved = amounts.map((amount, k) => amount + step * (wanted[k]! - amount));
      if (step === 1 && moved.every((amount) => amount > 0)) {
        amounts = moved;
        break;
      }
      const kept = moved.map((amount, k) => wanted[k]! > 0 || amount > 1e-14 * Math.abs(wanted[k]!));
      if (kept.every(Boolean)) kept[moved.indexOf(Math.min(...moved))] = false;
      passive = passive.filter((_, k) => kept[k]);
      amounts = moved.filter((_, k) => kept[k]);
      if (passive.length === 0) break;
    }
    if (blocked) continue;
    tried.fill(0);
    residual.set(target);
    passive.forEach((point, k) => {
      for (let j = 0; j < dimension; j++) residual[j]! -= amounts[k]! * data[point * dimension + j]!;
    });
  }
  return residual;
}

/** The point with the largest product with the residual, for its length; −1 when none is positive beyond rounding. */
function steepest(points: Points, residual: Float64Array, passive: readonly number[], tried: Uint8Array): number {
  const { count, dimension, data } = points;
  let best = -1;
  let bestProduct = 1e-11 * Math.sqrt(residual.reduce((sum, value) => sum + value * value, 0));
  for (let i = 0; i < count; i++) {
    if (tried[i] === 1) continue;
    let product = 0;
    let square = 0;
    for (let j = 0; j < dimension; j++) {
      const value = data[i * dimension + j]!;
      product += value * residual[j]!;
      square += value * value;
    }
    product /= Math.sqrt(square);
    if (product > bestProduct && !passive.includes(i)) {
      best = i;
      bestProduct = product;
    }
  }
  return best;
}

function solve(points: Points, passive: readonly number[], target: Float64Array): Float64Array {
  const { dimension, data } = points;
  const columns = new Float64Array(passive.length * dimension);
  passive.forEach((point, k) => {
    columns.set(data.subarray(point * dimension, (point + 1) * dimension), k * dimension);
  });
  return leastSquares({ rows: dimension, columns: passive.length, data: columns }, target).coefficients;
}
