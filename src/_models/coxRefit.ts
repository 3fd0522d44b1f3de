import type { Matrix } from "../_numeric/matrix.ts";
import { denominators } from "./coxRiskSets.ts";
import { newtonStep } from "./newtonStep.ts";

/** A proportional-hazards fit made to be repeated with other case weights. */
export interface CoxRefit {
  /** Distinct times at which events happen, rising. */
  readonly times: Float64Array;
  /** Maximum partial likelihood with these weights, from `start` into `out`; false where there is none or it was not reached. */
  fit(weights: Float64Array, start: Float64Array, out: Float64Array): boolean;
  /** Steps of the baseline cumulative hazard (all columns 0) at `times`, with the weights and coefficients given. */
  baseline(weights: Float64Array, coefficients: Float64Array, out: Float64Array): void;
}

const mostIterations = 60;
const mostHalvings = 30;
const settled = 1e-15;
/** Beyond this, per standard deviation of a column, nothing but a monotone likelihood is left. */
const runaway = 30;

/**
 * Newton's method on the partial likelihood (Cox 1975) with times sorted once; rows of weight 0 count neither at risk nor among
 * the tied events. Columns should be centred and of unit size.
 */
export function createCoxRefit(
  design: Matrix,
  time: Float64Array,
  event: ArrayLike<number>,
  ties: "efron" | "breslow",
): CoxRefit {
  const { rows, columns: p } = design;
  const order = Int32Array.from(time, (_, row) => row).sort(
    (a, b) => time[b]! - time[a]! || event[b]! - event[a]! || a - b,
  );
  const x = new Float64Array(rows * p);
  for (let i = 0; i < rows; i++) for (let j = 0; j < p; j++) x[i * p + j] = design.data[j * rows + order[i]!]!;
  const died = Uint8Array.from(order, (row) => (event[row] === 1 ? 1 : 0));
  const sorted = Float64Array.from(order, (row) => time[row]!);
  const falling: number[] = [];
  for (let i = 0; i < rows; i++) if (died[i] === 1 && falling.at(-1) !== sorted[i]) falling.push(sorted[i]!);
  const times = Float64Array.from(falling.reverse());

  const hazard = new Float64Array(rows);
  const first = new Float64Array(p);
  const second = new Float64Array(p * p);
  const tiedFirst = new Float64Array(p);
  const tiedSecond = new Float64Array(p * p);
  const mean = new Float64Array(p);
  const gradient = new Float64Array(p);
  const information = new Float64Array(p * p);
  const at = new Float64Array(p);
  const trial = new Float64Array(p);
  const step = new Float64Array(p);
  let shift = 0;

  function relativeHazards(weights: Float64Array, coefficients: Float64Array): void {
    shift = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < rows; i++) {
      let eta = 0;
      for (let j = 0; j < p; j++) eta += x[i * p + j]! * coefficients[j]!;
      hazard[i] = eta;
      if (eta > shift && weights[order[i]!]! > 0) shift = eta;
    }
    for (let i = 0; i < rows; i++) hazard[i] = weights[order[i]!]! * Math.exp(hazard[i]! - shift);
  }

  function add(i: number, to: Float64Array, toSecond: Float64Array): void {
    const share = hazard[i]!;
    const from = i * p;
    for (let j = 0; j < p; j++) {
      const value = share * x[from + j]!;
      to[j] = to[j]! + value;
      for (let k = 0; k <= j; k++) toSecond[j * p + k] = toSecond[j * p + k]! + value * x[from + k]!;
    }
  }

  function accumulate(weights: Float64Array, coefficients: Float64Array): number {
    relativeHazards(weights, coefficients);
    gradient.fill(0);
    information.fill(0);
    first.fill(0);
    second.fill(0);
    let risk = 0;
    let logLikelihood = 0;
    for (let from = 0, end = 0; from < rows; from = end) {
      const now = sorted[from]!;
      let deaths = 0;
      let deathWeight = 0;
      let tied = 0;
      let cleared = false;
      for (end = from; end < rows && sorted[end] === now; end++) {
        risk += hazard[end]!;
        add(end, first, second);
        const weight = weights[order[end]!]!;
        if (died[end] === 0 || weight === 0) continue;
        if (!cleared) {
          tiedFirst.fill(0);
          tiedSecond.fill(0);
          cleared = true;
        }
        deaths++;
        deathWeight += weight;
        tied += hazard[end]!;
        add(end, tiedFirst, tiedSecond);
        logLikelihood += weight * Math.log(hazard[end]! / weight);
        for (let j = 0; j < p; j++) gradient[j] = gradient[j]! + weight * x[end * p + j]!;
      }
      if (deaths === 0) continue;
      const { count, weight } = denominators(ties, deaths, deathWeight);
      for (let l = 0; l < count; l++) {
        const without = ties === "efron" ? l / deaths : 0;
        const denominator = risk - without * tied;
        logLikelihood -= weight * Math.log(denominator);
        for (let j = 0; j < p; j++) {
          mean[j] = (first[j]! - without * tiedFirst[j]!) / denominator;
          gradient[j] = gradient[j]! - weight * mean[j]!;
          for (let k = 0; k <= j; k++)
            information[j * p + k] =
              information[j * p + k]! +
              weight * ((second[j * p + k]! - without * tiedSecond[j * p + k]!) / denominator - mean[j]! * mean[k]!);
        }
      }
    }
    return logLikelihood;
  }

  return {
    times,
    fit(weights, start, out) {
      at.set(start);
      let logLikelihood = accumulate(weights, at);
      if (p === 0) return true;
      for (let iteration = 0; iteration < mostIterations; iteration++) {
        const length = newtonStep(information, gradient, step, p);
        if (!Number.isFinite(length) || !Number.isFinite(logLikelihood)) return false;
        if (length < settled) {
          for (let j = 0; j < p; j++) out[j] = at[j]! + step[j]!;
          return true;
        }
        for (let share = 1, halvings = 0; ; share /= 2, halvings++) {
          for (let j = 0; j < p; j++) trial[j] = at[j]! + share * step[j]!;
          const next = accumulate(weights, trial);
          if (next >= logLikelihood - 1e-12 * (Math.abs(logLikelihood) + 1e-8)) {
            logLikelihood = next;
            break;
          }
          if (halvings === mostHalvings) return false;
        }
        at.set(trial);
        for (let j = 0; j < p; j++) if (!(Math.abs(at[j]!) < runaway)) return false;
      }
      return false;
    },
    baseline(weights, coefficients, out) {
      relativeHazards(weights, coefficients);
      const scale = Math.exp(-shift);
      let risk = 0;
      let place = times.length;
      for (let from = 0, end = 0; from < rows; from = end) {
        const now = sorted[from]!;
        let deaths = 0;
        let deathWeight = 0;
        let tied = 0;
        let observed = false;
        for (end = from; end < rows && sorted[end] === now; end++) {
          risk += hazard[end]!;
          if (died[end] === 0) continue;
          observed = true;
          const weight = weights[order[end]!]!;
          if (weight === 0) continue;
          deaths++;
          deathWeight += weight;
          tied += hazard[end]!;
        }
        if (!observed) continue;
        let increment = 0;
        if (deaths > 0) {
          const { count, weight } = denominators(ties, deaths, deathWeight);
          for (let l = 0; l < count; l++) increment += weight / (risk - (ties === "efron" ? l / deaths : 0) * tied);
        }
        out[--place] = increment * scale;
      }
    },
  };
}
