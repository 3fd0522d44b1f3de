import type { Clusters } from "../_models/covariance.ts";
import { responseModel } from "../_models/families.ts";
import { fitResponse } from "../_models/glm.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import { KithpathError } from "../errors.ts";
import type { RawColumns } from "./columns.ts";

/** How far the arms of a two-valued exposure are alike. */
export interface Overlap {
  /** Estimated probabilities of exposure given the covariates (logistic regression), and people with one below 0.05 or above 0.95; `null` without covariates. */
  readonly exposure: {
    readonly lowest: number;
    readonly highest: number;
    readonly extreme: number;
    /** Whether the covariates tell the arms apart without error. */
    readonly separated: boolean;
  } | null;
  /** People whose value of a mediator lies beyond all values in the other arm. */
  readonly mediators: readonly { readonly mediator: string; readonly beyond: number }[];
}

const rare = 0.05;

/** `null` unless the exposure has two values. */
export function describeOverlap(raw: RawColumns): Overlap | null {
  if (raw.exposure.kind !== "binary") return null;
  const { values } = raw.exposure.columns[0]!;
  const exposed = values.map((value) => (value === raw.exposure.toValues[0] ? 1 : 0));
  return {
    exposure: exposureOverlap(raw, exposed),
    mediators: raw.mediators.map(({ name, values: own }) => ({ mediator: name, beyond: beyondOther(own, exposed) })),
  };
}

function exposureOverlap(raw: RawColumns, exposed: Float64Array): Overlap["exposure"] {
  const covariates = new Map(
    [...raw.mediatorCovariates, ...raw.outcomeCovariates].map((column) => [column.name, column]),
  );
  if (covariates.size === 0) return null;
  const columns = [new Float64Array(exposed.length).fill(1), ...[...covariates.values()].map(({ values }) => values)];
  const fit = fitResponse(fromColumns(columns), exposed, responseModel("binomial", "logit")!, {});
  const separated = fit.separation !== null || !fit.converged;
  let lowest = 1;
  let highest = 0;
  let extreme = 0;
  for (const probability of fit.fitted) {
    lowest = Math.min(lowest, probability);
    highest = Math.max(highest, probability);
    if (probability < rare || probability > 1 - rare) extreme++;
  }
  return fit.aliased.length > 0 ? null : { lowest, highest, extreme, separated };
}

function beyondOther(values: Float64Array, exposed: Float64Array): number {
  const low = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const high = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  values.forEach((value, row) => {
    const arm = exposed[row]!;
    low[arm] = Math.min(low[arm]!, value);
    high[arm] = Math.max(high[arm]!, value);
  });
  let beyond = 0;
  values.forEach((value, row) => {
    const other = 1 - exposed[row]!;
    if (value < low[other]! || value > high[other]!) beyond++;
  });
  return beyond;
}

/** A whole arm as one cluster leaves nothing to compare clusters by. Error: "arm-in-one-cluster". */
export function refuseArmInOneCluster(raw: RawColumns, clusters: Clusters, name: string): void {
  if (raw.exposure.kind !== "binary") return;
  const { values } = raw.exposure.columns[0]!;
  for (const [place, value] of [
    [raw.exposure.from, raw.exposure.fromValues[0]!],
    [raw.exposure.to, raw.exposure.toValues[0]!],
  ] as const) {
    const found = new Set(clusters.codes.filter((_, row) => values[row] === value));
    if (found.size > 1) continue;
    throw new KithpathError(
      "arm-in-one-cluster",
      `everybody with "${raw.exposure.column}" ${place} is in one cluster of "${name}"`,
      {
        expected: "several clusters in each arm",
        received: `one cluster for "${raw.exposure.column}" ${place}`,
        where: { column: name },
        remedy:
          "Where only the mentored belong to a mentor or group, give everybody else a cluster of their own; otherwise leave the cluster out and say so.",
      },
    );
  }
}
