import { matrix } from "../_numeric/matrix.ts";
import type { CoxHistory, TimeGroup } from "./coxHistory.ts";
import type { CoxState } from "./coxLikelihood.ts";
import type { RelativeHazards } from "./coxRiskSets.ts";

/** More events than these at one time and the sums over all sets of so many rows at risk may leave the range of numbers. */
export const MOST_TIED = 500;

/** Multiplications that one evaluation of the exact likelihood needs, the rows at risk times their tied events times columns². */
export function exactWork(history: CoxHistory): number {
  return history.groups.reduce((sum, { atRisk, deaths }) => sum + atRisk * deaths * (history.columns + 1) ** 2, 0);
}

/**
 * Partial likelihood of a logistic model in discrete time (Cox 1972): at a time with d events, the product of the hazards r of those
 * who had it over the sum of such products over all sets of d rows at risk. The sum and its derivatives are built
 * row by row (Gail, Lubin & Rubinstein 1981): B(k, rows) = B(k, rows − 1) + r B(k − 1, rows − 1). Rows have no weights here.
 */
export function exactLikelihood(history: CoxHistory, relative: RelativeHazards): CoxState {
  const { columns, covariates, groups, entries, enteredAfter } = history;
  const score = new Float64Array(columns);
  const information = matrix(columns, columns);
  let logLikelihood = 0;
  let stratum = -1;
  let first = 0;
  for (let g = 0; g < groups.length; g++) {
    const group = groups[g]!;
    if (group.stratum !== stratum) {
      stratum = group.stratum;
      first = group.from;
    }
    if (group.deaths === 0) continue;
    for (let i = group.from; i < group.from + group.deaths; i++) {
      logLikelihood += relative.linearPredictor[i]! - relative.shift[stratum]!;
      for (let j = 0; j < columns; j++) score[j]! += covariates[i * columns + j]!;
    }
    const isAtRisk = (i: number) => entries.length === 0 || enteredAfter[i]! > g;
    const sums = setSums(history, relative.hazard, first, group, isAtRisk);
    logLikelihood -= sums.log;
    for (let j = 0; j < columns; j++) {
      score[j]! -= sums.first[j]!;
      for (let k = 0; k <= j; k++) {
        const value = sums.second[j * columns + k]! - sums.first[j]! * sums.first[k]!;
        information.data[j * columns + k]! += value;
        if (k < j) information.data[k * columns + j]! += value;
      }
    }
  }
  return { logLikelihood, score, information };
}

/** The logarithm of the sum over sets, and its first and second derivatives over the sum itself. */
function setSums(
  { columns, covariates }: CoxHistory,
  hazard: Float64Array,
  first: number,
  group: TimeGroup,
  isAtRisk: (row: number) => boolean,
): { log: number; first: Float64Array; second: Float64Array } {
  const size = group.deaths;
  let total = 0;
  for (let i = first; i < group.end; i++) if (isAtRisk(i)) total += hazard[i]!;
  // hazards in units in which the sum over sets is near its greatest possible value, about eᵈ
  const unit = size / total;
  const sum = new Float64Array(size + 1);
  const slopes = new Float64Array((size + 1) * columns);
  const curves = new Float64Array((size + 1) * columns * columns);
  sum[0] = 1;
  let rows = 0;
  for (let i = first; i < group.end; i++) {
    if (!isAtRisk(i)) continue;
    rows++;
    const share = hazard[i]! * unit;
    for (let k = Math.min(size, rows); k > 0; k--) {
      const before = (k - 1) * columns;
      const here = k * columns;
      for (let j = 0; j < columns; j++) {
        const x = covariates[i * columns + j]!;
        for (let m = 0; m <= j; m++) {
          const y = covariates[i * columns + m]!;
          curves[(here + j) * columns + m]! +=
            share *
            (curves[(before + j) * columns + m]! +
              x * slopes[before + m]! +
              y * slopes[before + j]! +
              x * y * sum[k - 1]!);
        }
      }
      for (let j = 0; j < columns; j++) {
        slopes[here + j]! += share * (slopes[before + j]! + covariates[i * columns + j]! * sum[k - 1]!);
      }
      sum[k]! += share * sum[k - 1]!;
    }
  }
  const all = sum[size]!;
  return {
    log: Math.log(all) - size * Math.log(unit),
    first: slopes.slice(size * columns).map((value) => value / all),
    second: curves.slice(size * columns * columns).map((value) => value / all),
  };
}
