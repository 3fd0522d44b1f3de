import type { Matrix } from "../_numeric/matrix.ts";
import type { CoxFit } from "./cox.ts";
import { denominators, sweepRiskSets } from "./coxRiskSets.ts";

/**
 * The variance of H = Σ dΛ₀ of a stratum, in units of the square of its largest hazard, as time goes on: `advance` takes in one group
 * (times rising), `variance` adds what the coefficients contribute along `slope`, the derivative of H by them.
 */
interface HazardWalk {
  advance(group: number): void;
  variance(slope: Float64Array): number;
}

export type HazardErrors = (stratum: number) => HazardWalk;

/** Σ w̄/S₀² + q′Vq (Tsiatis 1981; Link 1984), q the slope and V the covariance of the coefficients. */
export function modelErrors(fit: CoxFit, covariance: Matrix): HazardErrors {
  const { squares } = inverses(fit);
  return () => {
    let total = 0;
    return {
      advance: (g) => {
        total += squares[g]!;
      },
      variance: (slope) => {
        let sum = total;
        for (let j = 0; j < slope.length; j++) {
          for (let k = 0; k < slope.length; k++) sum += slope[j]! * covariance.data[j * slope.length + k]! * slope[k]!;
        }
        return sum;
      },
    };
  };
}

/**
 * The infinitesimal jackknife: the sum over clusters of the squares of what their rows, by their weights, add to H. A row adds
 * 1/S₀ (averaged over the denominators) at its event, less r w̄/S₀² at every time it is at risk, and through the coefficients
 * slope × `influence` (clusters × columns, the rows' dfbeta summed).
 */
export function jackknifeErrors(
  fit: CoxFit,
  influence: Matrix,
  clusters: { readonly codes: Int32Array; readonly count: number } | null,
): HazardErrors {
  const { history, relative } = fit;
  const { groups, entries, enteredAfter, order, weights } = history;
  const { means, squares, ownSquares } = inverses(fit);
  return (stratum) => {
    const sums = new Float64Array(clusters?.count ?? history.rows);
    const first = groups.find((group) => group.stratum === stratum)!.from;
    return {
      advance: (g) => {
        const { from, end, deaths } = groups[g]!;
        if (deaths === 0) return;
        for (let i = first; i < end; i++) {
          if (entries.length > 0 && !(enteredAfter[i]! > g)) continue;
          const died = i >= from && i < from + deaths;
          const change = (died ? means[g]! : 0) - relative.hazard[i]! * (died ? ownSquares[g]! : squares[g]!);
          const row = order[i]!;
          sums[clusters?.codes[row] ?? row]! += weights[i]! * change;
        }
      },
      variance: (slope) => {
        let total = 0;
        for (let c = 0; c < sums.length; c++) {
          let value = sums[c]!;
          for (let j = 0; j < slope.length; j++) value += slope[j]! * influence.data[j * influence.rows + c]!;
          total += value * value;
        }
        return total;
      },
    };
  };
}

/** By group, over its denominators S₀ₗ: the mean of 1/S₀ₗ, Σ w̄/S₀ₗ², and the latter with each row's own share 1 − l/d. */
function inverses({ history, relative, ties }: CoxFit) {
  const size = history.groups.length;
  const means = new Float64Array(size);
  const squares = new Float64Array(size);
  const ownSquares = new Float64Array(size);
  sweepRiskSets(history, relative, 1, (group, { risk, deaths, deathWeight }, g) => {
    const { count, weight } = denominators(ties, group.deaths, deathWeight);
    for (let l = 0; l < count; l++) {
      const zero = risk.zero - (l / count) * deaths.zero;
      means[g]! += 1 / zero / count;
      squares[g]! += weight / zero ** 2;
      ownSquares[g]! += (weight * (1 - l / count)) / zero ** 2;
    }
  });
  return { means, squares, ownSquares };
}
