import type { CovarianceType } from "../_models/covariance.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice } from "../options.ts";

const perPerson = ["classical", "HC0", "HC1", "HC2", "HC3", "HC4"] as const;
const perCluster = ["CR2", "CR0", "CR1", "CR1S"] as const;

export function isClustered(type: CovarianceType): boolean {
  return (perCluster as readonly string[]).includes(type);
}

/** The covariance asked for, "classical" or with a cluster "CR2" by default. A cluster is honoured or refused, never ignored. */
export function chooseCovariance(
  asked: CovarianceType | undefined,
  cluster: string | undefined,
  caller = "linearModel",
): CovarianceType {
  const type = completeChoice<CovarianceType>(
    caller,
    "covariance",
    asked,
    [...perPerson, ...perCluster],
    cluster === undefined ? "classical" : "CR2",
  );
  if (isClustered(type) && cluster === undefined) {
    throw new KithpathError("cluster-needed", `${caller}: covariance "${type}" needs a cluster`, {
      expected: "cluster: the name of a column",
      remedy: "Name the column that says which rows belong together, or use one of HC0 to HC4.",
    });
  }
  if (!isClustered(type) && cluster !== undefined) {
    throw new KithpathError("invalid-option", `${caller}: covariance "${type}" ignores the cluster`, {
      expected: `one of ${perCluster.join(", ")}`,
      received: type,
      remedy: "Leave covariance out to get CR2, or leave the cluster out.",
    });
  }
  return type;
}

/** The standard errors and the reference distribution of their tests, for the method line of a result. */
export function covarianceInWords(type: CovarianceType): string {
  if (type === "classical") return "classical standard errors, t with n − p degrees of freedom";
  if (type === "CR2") {
    return "bias-reduced cluster-robust standard errors (CR2), t with Satterthwaite degrees of freedom";
  }
  return isClustered(type)
    ? `cluster-robust standard errors (${type}), t with clusters − 1 degrees of freedom`
    : `heteroskedasticity-consistent standard errors (${type}), t with n − p degrees of freedom`;
}
