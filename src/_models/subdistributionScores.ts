import { type Matrix, matrix } from "../_numeric/matrix.ts";
import type { Fates } from "./fates.ts";
import { integrals, type SubdistributionFit } from "./subdistribution.ts";

/**
 * What each row adds to the gradient, in units of the data (rows × columns): η = ∫(x − x̄)ω dM and, where the uncertainty of the
 * censoring curve is counted, ψ = ∫ q/π dMᶜ (Fine & Gray 1999, section 4 and appendix).
 */
export function subdistributionScores(fit: SubdistributionFit, censoringEstimated: boolean): Matrix {
  const { rows, columns, order, covariates, scale } = fit.history;
  const scores = matrix(rows, columns);
  const x = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    order.forEach((row, i) => {
      x[row] = covariates[i * columns + j]!;
    });
    const mean = fit.fates.events.map((_, g) => fit.sums.mean[g * columns + j]!);
    martingaleIntegrals(fit, x, mean, censoringEstimated).forEach((value, row) => {
      scores.data[j * rows + row] = value * scale[j]!;
    });
  }
  return scores;
}

/**
 * What each row adds to the baseline hazard cumulated over the first `through` times, the coefficients held fixed: ∫ω dM/S₀ up to there,
 * and its part of the censoring curve; in units of the largest relative hazard.
 */
export function baselineScores(fit: SubdistributionFit, through: number, censoringEstimated: boolean): Float64Array {
  const { zero } = fit.sums;
  const weight = fit.fates.events.map((count, g) => (g < through && count > 0 ? -1 / zero[g]! : 0));
  return martingaleIntegrals(fit, new Float64Array(fit.history.rows), weight, censoringEstimated);
}

/** ∫(x − mean)ω dM of every row, `x` by row and `mean` by time, and what the row adds through the curve of censoring. */
function martingaleIntegrals(
  { history, relative, fates, sums }: SubdistributionFit,
  x: Float64Array,
  mean: Float64Array,
  censoringEstimated: boolean,
): Float64Array {
  const { order } = history;
  const { slot, cause, events } = fates;
  const steps = events.map((count, g) => (count === 0 ? 0 : count / sums.zero[g]!));
  const meanSteps = steps.map((step, g) => step * mean[g]!);
  const exposure = integrals(fates, steps);
  const expected = integrals(fates, meanSteps);
  const hazard = new Float64Array(order.length);
  order.forEach((row, i) => {
    hazard[row] = relative.hazard[i]!;
  });
  const result = new Float64Array(order.length);
  for (let row = 0; row < result.length; row++) {
    const own = cause[row] === 1 ? x[row]! - mean[slot[row]!]! : 0;
    result[row] = own - hazard[row]! * (x[row]! * exposure[row]! - expected[row]!);
  }
  if (censoringEstimated) addCensoring(result, fates, x, hazard, steps, meanSteps);
  return result;
}

function addCensoring(
  result: Float64Array,
  fates: Fates,
  x: Float64Array,
  hazard: Float64Array,
  steps: Float64Array,
  meanSteps: Float64Array,
): void {
  const { slot, cause, censored, censorable, freeBefore, censoringTies } = fates;
  const count = censored.length;
  const zero = new Float64Array(count);
  const first = new Float64Array(count);
  for (let row = 0; row < slot.length; row++) {
    if (cause[row] !== 2) continue;
    const share = hazard[row]! / freeBefore[slot[row]!]!;
    zero[slot[row]!]! += share;
    first[slot[row]!]! += share * x[row]!;
  }
  // a censoring at the time of events comes after them, or (in the paper's formula) between a competing event and an event
  const after = censoringTies === "events-first";
  const laterSum = fromThere(fates, steps, after);
  const laterMean = fromThere(fates, meanSteps, after);
  // q/π of every time
  const perCensored = new Float64Array(count);
  for (let g = 0, pastSum = 0, pastFirst = 0; g < count; g++) {
    if (after) pastSum += zero[g]!;
    if (after) pastFirst += first[g]!;
    if (censored[g]! > 0) perCensored[g] = (pastFirst * laterSum[g]! - pastSum * laterMean[g]!) / censorable[g]!;
    if (!after) pastSum += zero[g]!;
    if (!after) pastFirst += first[g]!;
  }
  // who has the event of interest or the competing one is no longer censorable at its time when events come first
  const compensator = new Float64Array(count + 1);
  for (let g = 0; g < count; g++) {
    compensator[g + 1] = compensator[g]! + (perCensored[g]! * censored[g]!) / (censorable[g]! || 1);
  }
  for (let row = 0; row < slot.length; row++) {
    const at = slot[row]!;
    const isCensored = cause[row] === 0;
    const wasCensorable = isCensored || !after;
    result[row]! += (isCensored ? perCensored[at]! : 0) - compensator[wasCensorable ? at + 1 : at]!;
  }
}

/** Σ G(t−) × step over the times after each time, or from each on. */
function fromThere({ freeBefore }: Fates, values: Float64Array, strictly: boolean): Float64Array {
  const result = new Float64Array(values.length);
  for (let g = values.length - 1, sum = 0; g >= 0; g--) {
    const own = freeBefore[g]! * values[g]!;
    result[g] = strictly ? sum : sum + own;
    sum += own;
  }
  return result;
}
