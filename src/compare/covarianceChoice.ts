import type { Clusters, CovarianceType } from "../_models/covariance.ts";
import { readClusters } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import { completeChoice } from "../options.ts";
import type { Table } from "../table.ts";

const independent = ["classical", "HC0", "HC1", "HC2", "HC3", "HC4"] as const;
const clustered = ["CR0", "CR1", "CR1S", "CR2"] as const;

/**
 * The covariance to use: classical by default, CR2 with a cluster. A type that does not go with the cluster is refused,
 * so that a cluster is never ignored. Error: "invalid-option".
 */
export function completeCovariance(
  caller: string,
  covariance: CovarianceType | undefined,
  cluster: string | undefined,
): CovarianceType {
  const chosen = completeChoice(
    caller,
    "covariance",
    covariance,
    [...independent, ...clustered],
    cluster === undefined ? "classical" : "CR2",
  );
  const fits = (clustered as readonly string[]).includes(chosen) === (cluster !== undefined);
  if (fits) return chosen;
  throw new KithpathError(
    "invalid-option",
    cluster === undefined
      ? `${caller}: covariance ${chosen} needs a cluster`
      : `${caller}: covariance ${chosen} would ignore the cluster`,
    {
      expected: (cluster === undefined ? independent : clustered).join(", "),
      received: chosen,
      remedy: cluster === undefined ? "Name the cluster column." : "Leave covariance out for CR2.",
    },
  );
}

/** The clusters of a complete table, or undefined without a cluster column. Error: "one-cluster". */
export function clustersOf(table: Table, cluster: string | undefined): Clusters | undefined {
  return cluster === undefined ? undefined : readClusters(table, cluster);
}

/** Notes on how far cluster-robust results can be trusted, from the number of clusters and the lowest df used. */
export function clusterNotes(cluster: string | undefined, count: number | null, lowestDf: number): Note[] {
  if (cluster === undefined || count === null) return [];
  const notes: Note[] = [];
  if (count < 10) {
    notes.push({
      code: "few-clusters",
      text: `There are only ${count} clusters of "${cluster}": cluster-robust limits rest on few independent units.`,
    });
  }
  if (lowestDf < 4) {
    notes.push({
      code: "few-degrees-of-freedom",
      text: `The degrees of freedom of a cluster-robust test are below 4: its p-value and limits are rough.`,
    });
  }
  return notes;
}
