import type { CovarianceType } from "../_models/covariance.ts";
import { buildDesign } from "../_models/namedDesign.ts";
import { mean, standardDeviation } from "../_numeric/describe.ts";
import { KithpathError } from "../errors.ts";
import type { Estimate, TestedEstimate } from "../estimate.ts";
import { numbersOf, type Table } from "../table.ts";
import { clustersOf } from "./covarianceChoice.ts";
import { changesOf } from "./pairedT.ts";
import { regress } from "./regression.ts";
import { changeInDeviations, withoutLimits } from "./standardizedChange.ts";
import { studentTest } from "./studentTest.ts";

export interface GroupChange {
  /** The value of the arm, `null` where there is only one group. */
  readonly arm: string | null;
  readonly n: number;
  /** Clusters in this group; `null` without a cluster. */
  readonly clusters: number | null;
  readonly before: { readonly mean: number; readonly sd: number };
  readonly after: { readonly mean: number; readonly sd: number };
  /** The mean of after − before. */
  readonly change: TestedEstimate;
  /** The mean change in SDs of the changes and in root mean square SDs; without limits where there are clusters. */
  readonly standardizedChange: { readonly dz: Estimate; readonly dav: Estimate };
}

/**
 * The change in one group of complete rows: by the paired t test, or with clusters as the intercept of a regression of the
 * changes on nothing else under the cluster-robust covariance. Errors: "too-few-rows", "no-variation", "one-cluster".
 */
export function groupChange(
  table: Table,
  arm: string | null,
  o: {
    readonly before: string;
    readonly after: string;
    readonly cluster: string | undefined;
    readonly covariance: CovarianceType;
    readonly level: number;
  },
): GroupChange {
  const before = numbersOf(table, o.before);
  const after = numbersOf(table, o.after);
  const n = table.rows;
  if (n < 2) {
    throw new KithpathError(
      "too-few-rows",
      `compareChange: too few complete people${arm === null ? "" : ` in "${arm}"`}`,
      {
        expected: "at least 2",
        received: String(n),
        remedy: "Look at the missing values.",
      },
    );
  }
  const { change, standardDeviationOfChange } = changesOf({ before, after });
  const clusters = clustersOf(table, o.cluster);
  const tested =
    clusters === undefined
      ? studentTest(mean(change), standardDeviationOfChange / Math.sqrt(n), n - 1, {
          level: o.level,
          what: "The mean change",
        })
      : regress(buildDesign(table, []), change, { ...o, caller: "compareChange", clusters }).coefficient(0);
  const { dz, dav } = changeInDeviations({ before, after }, o.level);
  return {
    arm,
    n,
    clusters: clusters?.count ?? null,
    before: { mean: mean(before), sd: standardDeviation(before) },
    after: { mean: mean(after), sd: standardDeviation(after) },
    change: tested,
    // The limits of both suppose independent people.
    standardizedChange:
      clusters === undefined ? { dz, dav } : { dz: withoutLimits(dz.estimate), dav: withoutLimits(dav.estimate) },
  };
}
