import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { type CoxHistory, sortHistory } from "./coxHistory.ts";
import type { CoxState } from "./coxLikelihood.ts";
import { monotoneColumns } from "./coxMonotone.ts";
import { type RelativeHazards, relativeHazards } from "./coxRiskSets.ts";
import { type CensoringTies, type Fates, readFates } from "./fates.ts";
import { maximisePartial, type PartialFit } from "./partialLikelihood.ts";

interface SubdistributionData {
  /** Covariates without an intercept. */
  readonly design: Matrix;
  readonly time: Float64Array;
  /** 0 censored, 1 the event, 2 an event that makes it impossible. */
  readonly cause: ArrayLike<number>;
  readonly censoringTies: CensoringTies;
}

/** The coefficients are log subdistribution hazard ratios. */
export interface SubdistributionFit extends PartialFit {
  readonly fates: Fates;
  readonly sums: SubdistributionSums;
}

/** At each distinct time, in rising order (`mean` at those of events only); in the centred and scaled covariates. */
interface SubdistributionSums {
  /** Σωr over the risk set of the subdistribution, in units of the largest r. */
  readonly zero: Float64Array;
  /** x̄: Σωrx / Σωr, times × columns row-major. */
  readonly mean: Float64Array;
}

/**
 * Fine & Gray (1999): a proportional hazards model of the subdistribution, in which people who had the competing event at s stay at
 * risk with the weight ω(t) = G(t−)/G(s−), G the Kaplan–Meier curve of censoring; Breslow's likelihood for ties. Sums over who is still
 * followed and over who had the competing event are kept apart, so one evaluation costs rows × columns².
 */
export function fitSubdistribution(data: SubdistributionData): SubdistributionFit {
  const fates = readFates(data.time, data.cause, data.censoringTies);
  const beyond = fates.times.length;
  // who had the competing event is at risk at every later time, as in a Cox model with no end to their follow-up
  const stop = Float64Array.from(fates.slot, (slot, row) => (data.cause[row] === 2 ? beyond : slot));
  const event = Array.from(data.cause, (cause) => (cause === 1 ? 1 : 0));
  const history = sortHistory({ design: data.design, start: null, stop, event, strata: null, weights: null });
  const fit = maximisePartial(
    history,
    (coefficients) => evaluate(history, fates, relativeHazards(history, coefficients)),
    (direction) => monotoneColumns(history, direction),
  );
  return { ...fit, fates, sums: riskSums(history, fates, fit.relative) };
}

function riskSums(history: CoxHistory, fates: Fates, { hazard }: RelativeHazards): SubdistributionSums {
  const { rows, columns, order, covariates } = history;
  const { slot, cause, freeBefore } = fates;
  const count = fates.times.length;
  const stride = columns + 1;
  // by time: what those who leave then add to the followed (up to it) and to the past competing events (after it)
  const followed = new Float64Array(count * stride);
  const past = new Float64Array(count * stride);
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    const at = slot[row]! * stride;
    const r = hazard[i]!;
    const share = cause[row] === 2 ? r / freeBefore[slot[row]!]! : 0;
    followed[at + columns]! += r;
    past[at + columns]! += share;
    for (let j = 0; j < columns; j++) {
      const x = covariates[i * columns + j]!;
      followed[at + j]! += r * x;
      past[at + j]! += share * x;
    }
  }
  for (let g = count - 2; g >= 0; g--) {
    for (let k = 0; k < stride; k++) followed[g * stride + k]! += followed[(g + 1) * stride + k]!;
  }
  const before = new Float64Array(stride);
  const zero = new Float64Array(count);
  const mean = new Float64Array(count * columns);
  for (let g = 0; g < count; g++) {
    const free = freeBefore[g]!;
    zero[g] = followed[g * stride + columns]! + free * before[columns]!;
    for (let j = 0; j < columns && fates.events[g]! > 0; j++) {
      mean[g * columns + j] = (followed[g * stride + j]! + free * before[j]!) / zero[g]!;
    }
    for (let k = 0; k < stride; k++) before[k]! += past[g * stride + k]!;
  }
  return { zero, mean };
}

function evaluate(history: CoxHistory, fates: Fates, relative: RelativeHazards): CoxState {
  const { rows, columns, order, covariates } = history;
  const { events, cause } = fates;
  const sums = riskSums(history, fates, relative);
  const score = new Float64Array(columns);
  const information = matrix(columns, columns);
  let logLikelihood = 0;
  for (let g = 0; g < events.length; g++) {
    if (events[g] === 0) continue;
    logLikelihood -= events[g]! * (Math.log(sums.zero[g]!) + relative.shift[0]!);
    for (let j = 0; j < columns; j++) {
      const mean = sums.mean[g * columns + j]!;
      score[j]! -= events[g]! * mean;
      for (let k = 0; k <= j; k++) {
        information.data[j * columns + k]! -= events[g]! * mean * sums.mean[g * columns + k]!;
      }
    }
  }
  const exposure = exposures(fates, sums);
  for (let i = 0; i < rows; i++) {
    const row = order[i]!;
    const happened = cause[row] === 1;
    if (happened) logLikelihood += relative.linearPredictor[i]!;
    const weight = relative.hazard[i]! * exposure[row]!;
    for (let j = 0; j < columns; j++) {
      const x = covariates[i * columns + j]!;
      if (happened) score[j]! += x;
      for (let k = 0; k <= j; k++) information.data[j * columns + k]! += weight * x * covariates[i * columns + k]!;
    }
  }
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < j; k++) information.data[k * columns + j] = information.data[j * columns + k]!;
  }
  return { logLikelihood, score, information };
}

/** ∫ω dΛ₀ of every row, by row of the data: the baseline hazard it is exposed to. */
function exposures(fates: Fates, { zero }: SubdistributionSums): Float64Array {
  const steps = fates.events.map((count, g) => (count === 0 ? 0 : count / zero[g]!));
  return integrals(fates, steps);
}

/** Σ over times of ω × step, by row: up to the row's time with weight 1, and after a competing event with G(t−)/G(s−). */
export function integrals({ slot, cause, freeBefore }: Fates, steps: Float64Array): Float64Array {
  const count = steps.length;
  const upTo = new Float64Array(count);
  const after = new Float64Array(count);
  for (let g = 0, sum = 0; g < count; g++) {
    sum += steps[g]!;
    upTo[g] = sum;
  }
  for (let g = count - 1, sum = 0; g >= 0; g--) {
    after[g] = sum;
    sum += freeBefore[g]! * steps[g]!;
  }
  return Float64Array.from(slot, (at, row) => upTo[at]! + (cause[row] === 2 ? after[at]! / freeBefore[at]! : 0));
}
