import type { Clusters, CovarianceType } from "../_models/covariance.ts";
import { buildDesign } from "../_models/namedDesign.ts";
import { mean, standardDeviation } from "../_numeric/describe.ts";
import type { Arm } from "../arm.ts";
import type { Estimate, TestedEstimate } from "../estimate.ts";
import { numbersOf, type Table } from "../table.ts";
import { armColumn, fitAdjusted } from "./fitAdjusted.ts";
import { regress } from "./regression.ts";
import { pooledStandardDeviation } from "./standardizedDifference.ts";

/** Arm against arm, every difference treated − reference; all `null` where there is a single group. */
export interface ArmContrasts {
  /** Analysis of covariance, treated − reference: the headline. */
  readonly adjusted: TestedEstimate | null;
  /** Difference of the mean changes, without covariates. */
  readonly changeScore: TestedEstimate | null;
  /** Difference of the means after, without the baseline or covariates. */
  readonly unadjustedAfter: TestedEstimate | null;
  /** The adjusted difference in pooled standard deviations before, these taken as known. */
  readonly standardizedAdjusted: Estimate | null;
  /** (Mean before, treated − reference) in pooled standard deviations before. */
  readonly baselineDifference: number | null;
  /** Slope on the value before, treated − reference, and its test. */
  readonly equalSlopes: TestedEstimate | null;
}

export const noContrasts: ArmContrasts = {
  adjusted: null,
  changeScore: null,
  unadjustedAfter: null,
  standardizedAdjusted: null,
  baselineDifference: null,
  equalSlopes: null,
};

/** The contrasts of a complete table. Errors: "too-few-rows", "collinear", "constant-column", "no-variation". */
export function armContrasts(
  table: Table,
  arm: Arm,
  o: {
    readonly before: string;
    readonly after: string;
    readonly covariates: readonly string[];
    readonly covariance: CovarianceType;
    readonly clusters: Clusters | undefined;
    readonly level: number;
  },
): ArmContrasts {
  const before = numbersOf(table, o.before);
  const after = numbersOf(table, o.after);
  const caller = "compareChange";
  const problem = { ...o, caller, baseline: o.before, categoryWeights: "equal" } as const;
  const { difference, equalSlopes } = fitAdjusted(table, arm, { ...problem, outcome: after });
  const armAlone = buildDesign(table, [], [armColumn(arm)]);
  const change = after.map((value, row) => value - before[row]!);
  const [treated, reference] = [1, 0].map((side) => before.filter((_, row) => arm.indicator[row] === side)) as [
    Float64Array,
    Float64Array,
  ];
  const spread = pooledStandardDeviation(
    [treated, reference].map((values) => ({
      n: values.length,
      mean: mean(values),
      standardDeviation: standardDeviation(values),
    })),
  );
  return {
    adjusted: difference,
    changeScore: regress(armAlone, change, problem).coefficient(1),
    unadjustedAfter: regress(armAlone, after, problem).coefficient(1),
    standardizedAdjusted: inUnitsOf(spread, difference),
    baselineDifference: spread > 0 ? (mean(treated) - mean(reference)) / spread : null,
    equalSlopes,
  };
}

/** The estimate in units of a spread taken as known; `null` where there is no spread. */
function inUnitsOf(spread: number, { estimate, standardError, interval }: TestedEstimate): Estimate | null {
  if (!(spread > 0)) return null;
  return {
    estimate: estimate / spread,
    standardError: standardError! / spread,
    interval: {
      ...interval!,
      lower: interval!.lower! / spread,
      upper: interval!.upper! / spread,
      method: "t, the standard deviation before taken as known",
    },
  };
}
