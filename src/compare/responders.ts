import type { Clusters, CovarianceType } from "../_models/covariance.ts";
import { buildDesign } from "../_models/namedDesign.ts";
import { sum } from "../_numeric/describe.ts";
import type { Arm } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Direction, Estimate, Interval } from "../estimate.ts";
import { numbersOf, type Table } from "../table.ts";
import { armColumn } from "./fitAdjusted.ts";
import { newcombeLimits, wilsonLimits } from "./proportionLimits.ts";
import { regress } from "./regression.ts";

export interface ResponderGroup {
  readonly arm: string | null;
  readonly n: number;
  readonly count: number;
  readonly proportion: number;
  /** Wilson limits; `null` where there are clusters. */
  readonly interval: Interval | null;
}

/** How many people changed for the better by at least the minimal important change. */
export interface Responders {
  readonly minimalImportantChange: number;
  readonly groups: readonly ResponderGroup[];
  /** Treated − reference; `null` where there is only one group. */
  readonly riskDifference: Estimate | null;
}

/**
 * Counts responders and compares the arms: limits of Newcombe (1998), or with clusters from the regression of responding
 * (1 or 0) on the arm under the cluster-robust covariance, `null` where that has no variation.
 */
export function countResponders(
  table: Table,
  arm: Arm | null,
  o: {
    readonly before: string;
    readonly after: string;
    readonly better: Direction;
    readonly minimalImportantChange: number;
    readonly covariance: CovarianceType;
    readonly clusters: Clusters | undefined;
    readonly level: number;
  },
): Responders {
  const { minimalImportantChange, level, clusters } = o;
  const before = numbersOf(table, o.before);
  const sign = o.better === "higher" ? 1 : -1;
  const responds = numbersOf(table, o.after).map((value, row) => {
    // 38.1 − 35.1 may fall short of 3 by rounding; such a change counts.
    const rounding = 10 * Number.EPSILON * Math.max(Math.abs(value), Math.abs(before[row]!));
    return sign * (value - before[row]!) >= minimalImportantChange - rounding ? 1 : 0;
  });
  const groupOf = (label: string | null, members: Float64Array): ResponderGroup => {
    const count = sum(members);
    const n = members.length;
    const interval = clusters === undefined ? wilsonLimits(count, n, level) : null;
    return { arm: label, n, count, proportion: count / n, interval };
  };
  if (arm === null) return { minimalImportantChange, groups: [groupOf(null, responds)], riskDifference: null };

  const treated = groupOf(
    arm.treated,
    responds.filter((_, row) => arm.indicator[row] === 1),
  );
  const reference = groupOf(
    arm.reference,
    responds.filter((_, row) => arm.indicator[row] === 0),
  );
  const estimate = treated.proportion - reference.proportion;
  const riskDifference =
    clusters === undefined
      ? {
          estimate,
          standardError: waldStandardError(treated, reference),
          interval: newcombeLimits(treated, reference, level),
        }
      : clusteredDifference(table, arm, responds, estimate, { ...o, clusters });
  return { minimalImportantChange, groups: [treated, reference], riskDifference };
}

function waldStandardError(treated: ResponderGroup, reference: ResponderGroup): number {
  return Math.sqrt(
    (treated.proportion * (1 - treated.proportion)) / treated.n +
      (reference.proportion * (1 - reference.proportion)) / reference.n,
  );
}

function clusteredDifference(
  table: Table,
  arm: Arm,
  responds: Float64Array,
  estimate: number,
  o: { readonly covariance: CovarianceType; readonly clusters: Clusters; readonly level: number },
): Estimate {
  try {
    const regression = regress(buildDesign(table, [], [armColumn(arm)]), responds, { caller: "compareChange", ...o });
    const { standardError, interval } = regression.coefficient(1);
    return { estimate, standardError, interval };
  } catch (error) {
    if (error instanceof KithpathError && error.code === "no-variation")
      return { estimate, standardError: null, interval: null };
    throw error;
  }
}
