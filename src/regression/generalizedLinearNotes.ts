import type { Clusters } from "../_models/covariance.ts";
import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import type { GeneralizedCovarianceType } from "./generalizedLinearChoices.ts";

export interface GeneralizedNoteMatters {
  /** Coefficients that rest on a cluster fitted exactly. */
  readonly unseen: readonly string[];
  readonly clusters: number | null;
  readonly type: GeneralizedCovarianceType;
  /** The terms reproduce a gaussian outcome. */
  readonly perfect: boolean;
  /** Coefficients with few degrees of freedom under CR2. */
  readonly weak: readonly string[];
}

const fewClusters = 30;
export const fewDegreesOfFreedom = 4;

/** What is valid but worth knowing about a generalised linear fit. */
export function generalizedLinearNotes({ unseen, clusters, type, perfect, weak }: GeneralizedNoteMatters): Note[] {
  const notes: Note[] = [];
  if (perfect) {
    notes.push({
      code: "perfect-fit",
      text: "The terms reproduce the outcome exactly; standard errors and tests only show rounding.",
    });
  }
  if (clusters !== null && clusters < fewClusters && type !== "CR2") {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters ${type} standard errors tend to be too small; CR2 corrects for that.`,
    });
  }
  if (unseen.length > 0) {
    notes.push({
      code: "cluster-fitted-exactly",
      text: `${unseen.join(", ")}: the estimate rests on a cluster that the model fits exactly, such as the only one of its kind. How such clusters vary cannot be seen; the standard error is too small.`,
    });
  }
  if (weak.length > 0) {
    notes.push({
      code: "few-degrees-of-freedom",
      text: `Fewer than ${fewDegreesOfFreedom} degrees of freedom for ${weak.join(", ")}: p values there are not reliable (Tipton 2015).`,
    });
  }
  return notes;
}

const mostRows = 200;

/** CR2 takes the root of a matrix of each cluster's size. Error: "cluster-too-large". */
export function refuseLargeClusters(clusters: Clusters): Clusters {
  const sizes = new Int32Array(clusters.count);
  for (const code of clusters.codes) sizes[code]!++;
  const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
  if (largest <= mostRows) return clusters;
  throw new KithpathError("cluster-too-large", "generalizedLinearModel: CR2 takes clusters of moderate size only", {
    expected: `at most ${mostRows} rows in a cluster`,
    received: `${largest} rows`,
    remedy: "Use CR1.",
  });
}
