import type { CoxHistory, TimeGroup } from "./coxHistory.ts";

/** What is done with events at one time; "exact" is the logistic likelihood of discrete time, without weights. */
export type CoxTies = "efron" | "breslow" | "exact";

/** Each row's share of the hazard at some coefficients, relative to the largest of its stratum so that nothing overflows. */
export interface RelativeHazards {
  readonly linearPredictor: Float64Array;
  /** exp(linear predictor − shift of the stratum), by sorted position. */
  readonly hazard: Float64Array;
  /** By stratum. */
  readonly shift: Float64Array;
}

/** Weighted sums over a risk set and over the rows that have the event: Σwr, Σwr·x, Σwr·xx′ (lower triangle). */
export interface RiskSums {
  readonly risk: Moments;
  readonly deaths: Moments;
  /** Σw, Σw·x and Σw·linear predictor of the rows with the event. */
  readonly deathWeight: number;
  readonly deathCovariates: Float64Array;
  readonly deathPredictor: number;
}

interface Moments {
  zero: number;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

export function relativeHazards(history: CoxHistory, coefficients: Float64Array): RelativeHazards {
  const { rows, columns, covariates, groups } = history;
  const linearPredictor = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    let value = 0;
    for (let j = 0; j < columns; j++) value += covariates[i * columns + j]! * coefficients[j]!;
    linearPredictor[i] = value;
  }
  const shift = new Float64Array((groups.at(-1)?.stratum ?? 0) + 1).fill(Number.NEGATIVE_INFINITY);
  for (const { stratum, from, end } of groups) {
    for (let i = from; i < end; i++) shift[stratum] = Math.max(shift[stratum]!, linearPredictor[i]!);
  }
  const hazard = new Float64Array(rows);
  for (const { stratum, from, end } of groups) {
    for (let i = from; i < end; i++) hazard[i] = Math.exp(linearPredictor[i]! - shift[stratum]!);
  }
  return { linearPredictor, hazard, shift };
}

/**
 * Walks the times of every stratum from the last to the first, the sums over the risk set growing by who ends there and
 * shrinking by who had not entered, and shows the times at which events happen. `order` is the highest moment needed.
 */
export function sweepRiskSets(
  history: CoxHistory,
  relative: RelativeHazards,
  order: 1 | 2,
  visit: (group: TimeGroup, sums: RiskSums, index: number) => void,
): void {
  const { columns, covariates, weights, groups, entries } = history;
  const risk = emptyMoments(columns);
  const deaths = emptyMoments(columns);
  const deathCovariates = new Float64Array(columns);
  let stratum = -1;
  let removed = 0;
  groups.forEach((group, index) => {
    if (group.stratum !== stratum) {
      stratum = group.stratum;
      clear(risk);
      // who entered only after the last time of an earlier stratum was never added
      while (removed < entries.length && entries[removed]! < group.from) removed++;
    }
    for (let i = group.from; i < group.end; i++) add(risk, i, 1);
    for (; removed < group.notEntered; removed++) add(risk, entries[removed]!, -1);
    // nothing but rounding is left of an empty risk set
    if (group.atRisk === 0) clear(risk);
    if (group.deaths === 0) return;
    clear(deaths);
    deathCovariates.fill(0);
    let deathWeight = 0;
    let deathPredictor = 0;
    for (let i = group.from; i < group.from + group.deaths; i++) {
      add(deaths, i, 1);
      deathWeight += weights[i]!;
      deathPredictor += weights[i]! * relative.linearPredictor[i]!;
      for (let j = 0; j < columns; j++) deathCovariates[j]! += weights[i]! * covariates[i * columns + j]!;
    }
    visit(group, { risk, deaths, deathWeight, deathCovariates, deathPredictor }, index);
  });

  function add(to: Moments, i: number, sign: number): void {
    const share = sign * weights[i]! * relative.hazard[i]!;
    to.zero += share;
    for (let j = 0; j < columns; j++) {
      const value = share * covariates[i * columns + j]!;
      to.first[j]! += value;
      if (order === 2) for (let k = 0; k <= j; k++) to.second[j * columns + k]! += value * covariates[i * columns + k]!;
    }
  }
}

/**
 * The denominators of a time's events. Breslow: the whole risk set for each. Efron (1977): d denominators, the l-th
 * without the share l/d of the rows that have the event, each counting with the mean weight of those rows.
 */
export function denominators(ties: CoxTies, deaths: number, deathWeight: number): { count: number; weight: number } {
  return ties === "efron" ? { count: deaths, weight: deathWeight / deaths } : { count: 1, weight: deathWeight };
}

function emptyMoments(columns: number): Moments {
  return { zero: 0, first: new Float64Array(columns), second: new Float64Array(columns * columns) };
}

function clear(moments: Moments): void {
  moments.zero = 0;
  moments.first.fill(0);
  moments.second.fill(0);
}
