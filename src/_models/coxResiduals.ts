import { type Matrix, matrix, multiply, transposeTimes } from "../_numeric/matrix.ts";
import type { CoxHistory } from "./coxHistory.ts";
import { type CoxTies, denominators, type RelativeHazards, sweepRiskSets } from "./coxRiskSets.ts";

/** The baseline hazard of each time of the sorted history, in units of the largest hazard of its stratum. */
export interface HazardSteps {
  /** Σ1/S₀ and Σx̄/S₀ over the denominators of the time; 0 where nothing happens. */
  readonly hazard: Float64Array;
  readonly weightedMean: Matrix;
  /** The same for who has the event then, each denominator counting with the share by which it holds them. */
  readonly ownHazard: Float64Array;
  readonly ownWeightedMean: Matrix;
  /** x̄, averaged over the denominators. */
  readonly mean: Matrix;
}

export function hazardSteps(history: CoxHistory, relative: RelativeHazards, ties: CoxTies): HazardSteps {
  const { columns, groups } = history;
  const size = groups.length;
  const hazard = new Float64Array(size);
  const ownHazard = new Float64Array(size);
  const weightedMean = matrix(columns, size);
  const ownWeightedMean = matrix(columns, size);
  const mean = matrix(columns, size);
  sweepRiskSets(history, relative, 1, (group, { risk, deaths, deathWeight }, g) => {
    const { count, weight } = denominators(ties, group.deaths, deathWeight);
    for (let l = 0; l < count; l++) {
      const share = l / count;
      const zero = risk.zero - share * deaths.zero;
      hazard[g]! += weight / zero;
      ownHazard[g]! += (weight / zero) * (1 - share);
      for (let j = 0; j < columns; j++) {
        const average = (risk.first[j]! - share * deaths.first[j]!) / zero;
        weightedMean.data[g * columns + j]! += (weight / zero) * average;
        ownWeightedMean.data[g * columns + j]! += (weight / zero) * average * (1 - share);
        mean.data[g * columns + j]! += average / count;
      }
    }
  });
  return { hazard, weightedMean, ownHazard, ownWeightedMean, mean };
}

interface CoxResiduals {
  /** Events less expected events, by row of the data. */
  readonly martingale: Float64Array;
  /** Rows × columns: what each row adds to the gradient, in units of the data; not weighted. */
  readonly score: Matrix;
}

/** Martingale and score residuals (Barlow & Prentice 1988; Therneau & Grambsch 2000, section 4.2, for Efron's ties). */
export function coxResiduals(history: CoxHistory, relative: RelativeHazards, steps: HazardSteps): CoxResiduals {
  const { rows, columns, groups, order, covariates, scale, enteredAfter } = history;
  const total = cumulate(history, steps);
  const martingale = new Float64Array(rows);
  const score = matrix(rows, columns);
  const stride = columns + 1;
  groups.forEach((group, g) => {
    const isLast = groups[g + 1]?.stratum !== group.stratum;
    for (let i = group.from; i < group.end; i++) {
      const died = i < group.from + group.deaths;
      const entered = enteredAfter[i]!;
      // everything up to the time, except that who has the event then counts only with the own share of that time
      const upTo = (k: number) => {
        const before = isLast ? 0 : total[(g + 1) * stride + k]!;
        const own = k === columns ? steps.ownHazard[g]! : steps.ownWeightedMean.data[g * columns + k]!;
        const sum = died ? before + own : total[g * stride + k]!;
        return sum - (entered < groups.length ? total[entered * stride + k]! : 0);
      };
      const cumulative = upTo(columns);
      const share = relative.hazard[i]!;
      martingale[order[i]!] = (died ? 1 : 0) - share * cumulative;
      for (let j = 0; j < columns; j++) {
        const value = covariates[i * columns + j]!;
        const event = died ? value - steps.mean.data[g * columns + j]! : 0;
        score.data[j * rows + order[i]!] = (event - share * (value * cumulative - upTo(j))) * scale[j]!;
      }
    }
  });
  return { martingale, score };
}

/** Sums of `weightedMean` and (last) `hazard` over the times of the stratum up to each time. */
function cumulate({ groups, columns }: CoxHistory, { hazard, weightedMean }: HazardSteps): Float64Array {
  const stride = columns + 1;
  const total = new Float64Array(groups.length * stride);
  for (let g = groups.length - 1; g >= 0; g--) {
    const isLast = groups[g + 1]?.stratum !== groups[g]!.stratum;
    for (let k = 0; k < stride; k++) {
      const own = k === columns ? hazard[g]! : weightedMean.data[g * columns + k]!;
      total[g * stride + k] = own + (isLast ? 0 : total[(g + 1) * stride + k]!);
    }
  }
  return total;
}

/** Weighted rows (or sums over clusters) of `score`. */
export function clusteredScores(
  score: Matrix,
  weights: Float64Array | null,
  clusters: { readonly codes: Int32Array; readonly count: number } | null,
): Matrix {
  const result = matrix(clusters?.count ?? score.rows, score.columns);
  for (let j = 0; j < score.columns; j++) {
    for (let i = 0; i < score.rows; i++) {
      result.data[j * result.rows + (clusters?.codes[i] ?? i)]! +=
        (weights?.[i] ?? 1) * score.data[j * score.rows + i]!;
    }
  }
  return result;
}

/** Lin & Wei (1989): D′D with D the score residuals of the clusters times the model-based covariance. No small-sample factor. */
export function robustCovariance(scores: Matrix, covariance: Matrix): Matrix {
  const influence = multiply(scores, covariance);
  return transposeTimes(influence, influence);
}
