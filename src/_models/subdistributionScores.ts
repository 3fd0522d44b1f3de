import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { exposures, integrals, type SubdistributionFit } from "./subdistribution.ts";

/**
 * What each row adds to the gradient, in units of the data (rows × columns): η = ∫(x − x̄)ω dM and, where the uncertainty of the
 * censoring curve is counted, ψ = ∫ q/π dMᶜ (Fine & Gray 1999, section 4 and appendix).
 */
export function subdistributionScores(
  { history, relative, fates, sums }: SubdistributionFit,
  censoringEstimated: boolean,
): Matrix {
  const { rows, columns, order, covariates, scale } = history;
  const { slot, cause, events } = fates;
  const steps = events.map((count, g) => (count === 0 ? 0 : count / sums.zero[g]!));
  const exposure = exposures(fates, sums);
  const scores = matrix(rows, columns);
  for (let j = 0; j < columns; j++) {
    const meanSteps = steps.map((step, g) => step * sums.mean[g * columns + j]!);
    const expected = integrals(fates, meanSteps);
    for (let i = 0; i < rows; i++) {
      const row = order[i]!;
      const x = covariates[i * columns + j]!;
      const own = cause[row] === 1 ? x - sums.mean[slot[row]! * columns + j]! : 0;
      scores.data[j * rows + row] = own - relative.hazard[i]! * (x * exposure[row]! - expected[row]!);
    }
    if (censoringEstimated) addCensoring(scores.data.subarray(j * rows, (j + 1) * rows), j, steps, meanSteps);
    for (let row = 0; row < rows; row++) scores.data[j * rows + row]! *= scale[j]!;
  }
  return scores;

  function addCensoring(score: Float64Array, j: number, steps: Float64Array, meanSteps: Float64Array): void {
    const { censored, censorable, freeBefore, censoringTies } = fates;
    const count = censored.length;
    const zero = new Float64Array(count);
    const first = new Float64Array(count);
    for (let i = 0; i < rows; i++) {
      const row = order[i]!;
      if (cause[row] !== 2) continue;
      const share = relative.hazard[i]! / freeBefore[slot[row]!]!;
      zero[slot[row]!]! += share;
      first[slot[row]!]! += share * covariates[i * columns + j]!;
    }
    // a censoring at the time of events comes after them, or (in the paper's formula) between a competing event and an event
    const after = censoringTies === "events-first";
    const laterSum = fromThere(steps, after);
    const laterMean = fromThere(meanSteps, after);
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
    for (let row = 0; row < rows; row++) {
      const at = slot[row]!;
      const isCensored = cause[row] === 0;
      const wasCensorable = isCensored || !after;
      score[row]! += (isCensored ? perCensored[at]! : 0) - compensator[wasCensorable ? at + 1 : at]!;
    }
  }

  /** Σ G(t−) × step over the times after each time, or from each on. */
  function fromThere(values: Float64Array, strictly: boolean): Float64Array {
    const { freeBefore } = fates;
    const result = new Float64Array(values.length);
    for (let g = values.length - 1, sum = 0; g >= 0; g--) {
      const own = freeBefore[g]! * values[g]!;
      result[g] = strictly ? sum : sum + own;
      sum += own;
    }
    return result;
  }
}
