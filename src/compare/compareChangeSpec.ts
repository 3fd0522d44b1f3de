import type { CovarianceType } from "../_models/covariance.ts";
import type { ArmSpec } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Direction } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { completeCovariance } from "./covarianceChoice.ts";

export interface CompareChangeSpec {
  /** The number columns measured before and after. */
  readonly before: string;
  readonly after: string;
  /** Which way of the scale is good for the person. */
  readonly better: Direction;
  /** Who was mentored; without it there is one group and its change. */
  readonly arm?: ArmSpec;
  /** Terms measured before, beside the value before itself. Needs an arm. Default none. */
  readonly covariates?: readonly string[];
  /** The column of the clusters people belong to, for example sites. */
  readonly cluster?: string;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
  /** Default "classical", with a cluster "CR2". */
  readonly covariance?: CovarianceType;
  /** From how much change for the better on, in points of the scale, a person counts as a responder. */
  readonly minimalImportantChange?: number;
}

const settings = [
  "before",
  "after",
  "better",
  "arm",
  "covariates",
  "cluster",
  "level",
  "covariance",
  "minimalImportantChange",
] as const;

interface CompleteSpec extends Omit<CompareChangeSpec, "cluster"> {
  readonly covariates: readonly string[];
  readonly cluster: string | undefined;
  readonly level: number;
  readonly covariance: CovarianceType;
}

/** The specification with its defaults. Errors: "unknown-option", "invalid-option", "covariates-without-arm". */
export function completeSpec(spec: CompareChangeSpec): CompleteSpec {
  refuseUnknown("compareChange", spec, settings);
  const { covariates = [], minimalImportantChange: change } = spec;
  completeChoice("compareChange", "better", spec.better ?? ("not given" as Direction), ["higher", "lower"], "higher");
  if (change !== undefined && !(typeof change === "number" && Number.isFinite(change) && change > 0)) {
    throw new KithpathError("invalid-option", "compareChange: minimalImportantChange is not a size of change", {
      expected: "a positive number of points",
      received: String(change),
      remedy: "Give the size alone; better says which way.",
    });
  }
  if (spec.arm === undefined && covariates.length > 0) {
    throw new KithpathError("covariates-without-arm", "compareChange: covariates need two arms to compare", {
      expected: "an arm, or no covariates",
      received: covariates.join(", "),
      remedy: "Name the arm, or leave the covariates out: the change of a single group is not adjusted.",
    });
  }
  return {
    ...spec,
    covariates,
    cluster: spec.cluster,
    level: completeLevel("compareChange", spec.level),
    covariance: completeCovariance("compareChange", spec.covariance, spec.cluster),
  };
}
