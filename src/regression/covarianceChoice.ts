import type { CovarianceType } from "../_models/covariance.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice } from "../options.ts";

export const perPerson = ["classical", "HC0", "HC1", "HC2", "HC3", "HC4"] as const;
const perCluster = ["CR2", "CR0", "CR1", "CR1S"] as const;

export function isClustered(type: string): type is (typeof perCluster)[number] {
  return (perCluster as readonly string[]).includes(type);
}

/** The covariance asked for, "classical" or with a cluster "CR2" by default. Errors: "invalid-option", "cluster-needed". */
export function chooseCovariance(
  asked: CovarianceType | undefined,
  cluster: string | undefined,
  caller = "linearModel",
): CovarianceType {
  return chooseAmong<CovarianceType>(caller, asked, cluster, perPerson, perCluster);
}

/** The first of each list by default, without and with a cluster, which is honoured or refused, never ignored. */
export function chooseAmong<Type extends string>(
  caller: string,
  asked: Type | undefined,
  cluster: string | undefined,
  alone: readonly Type[],
  clustered: readonly Type[],
): Type {
  const byDefault = cluster === undefined ? alone[0]! : clustered[0]!;
  const type = completeChoice<Type>(caller, "covariance", asked, [...alone, ...clustered], byDefault);
  if (clustered.includes(type) && cluster === undefined) {
    throw new KithpathError("cluster-needed", `${caller}: covariance "${type}" needs a cluster`, {
      expected: "cluster: the name of a column",
      remedy: "Name the column that says which rows belong together, or use one of HC0 to HC4.",
    });
  }
  if (alone.includes(type) && cluster !== undefined) {
    throw new KithpathError("invalid-option", `${caller}: covariance "${type}" ignores the cluster`, {
      expected: `one of ${clustered.join(", ")}`,
      received: type,
      remedy: `Leave covariance out to get ${byDefault}, or leave the cluster out.`,
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
