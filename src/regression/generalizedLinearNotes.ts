import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import type { GeneralizedCovarianceType } from "./generalizedLinearChoices.ts";

interface GeneralizedNoteMatters {
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

/** CR2 where a large cluster is fitted exactly in part, as with an indicator of its own. */
export function clusterTooLarge(): KithpathError {
  return new KithpathError("cluster-too-large", "generalizedLinearModel: CR2 cannot be had for a cluster this large", {
    expected: "clusters of at most 200 rows where the model fits a cluster exactly in part, as by a term of its own",
    received: "a larger cluster",
    remedy: "Use CR1, or leave out terms that stand for single clusters.",
  });
}
