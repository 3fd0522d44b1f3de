import type { CovarianceType } from "../_models/covariance.ts";
import type { Link } from "../_models/families.ts";
import { KithpathError } from "../errors.ts";
import { completeChoice } from "../options.ts";
import { chooseAmong, isClustered, perPerson } from "./covarianceChoice.ts";

export type ModelFamily = "gaussian" | "binomial" | "poisson" | "quasi-poisson" | "negative-binomial";

/** "observed" inverts the observed information of coefficients and θ together and is for the negative binomial only. */
export type GeneralizedCovarianceType = CovarianceType | "observed";

const families: readonly ModelFamily[] = ["binomial", "poisson", "quasi-poisson", "negative-binomial", "gaussian"];

const links: Readonly<Record<ModelFamily, readonly [Link, ...Link[]]>> = {
  binomial: ["logit", "probit", "log", "complementary-log-log"],
  poisson: ["log"],
  "quasi-poisson": ["log"],
  "negative-binomial": ["log"],
  gaussian: ["identity"],
};

const caller = "generalizedLinearModel";

/** The family, which has no default. Error: "invalid-option". */
export function chooseFamily(asked: ModelFamily): ModelFamily {
  if (asked !== undefined) return completeChoice(caller, "family", asked, families, "binomial");
  throw new KithpathError("invalid-option", `${caller}: family is not given`, {
    expected: families.join(", "),
    received: "undefined",
    remedy: 'family: "binomial" for an outcome coded 0 and 1, "poisson" or "negative-binomial" for counts.',
  });
}

/** The first link of the family by default. Error: "invalid-option". */
export function chooseLink(family: ModelFamily, asked: Link | undefined): Link {
  return completeChoice(caller, "link", asked, links[family], links[family][0]);
}

/** "classical", or with a cluster "CR1", by default. Errors: "invalid-option", "cluster-needed". */
export function chooseCovariance(
  asked: GeneralizedCovarianceType | undefined,
  cluster: string | undefined,
  family: ModelFamily,
): GeneralizedCovarianceType {
  const alone = family === "negative-binomial" ? ([...perPerson, "observed"] as const) : perPerson;
  return chooseAmong<GeneralizedCovarianceType>(caller, asked, cluster, alone, ["CR1", "CR0", "CR1S", "CR2"]);
}

/** Whether the spread of the outcome is estimated, so that tests refer to t and not to the normal distribution. */
export function estimatesDispersion(family: ModelFamily): boolean {
  return family === "gaussian" || family === "quasi-poisson";
}

/** What exp(coefficient) is; `null` where it is nothing of use. */
export type RatioKind = "odds ratio" | "risk ratio" | "rate ratio" | "hazard ratio";

export function ratioOf(link: Link, family: ModelFamily): RatioKind | null {
  if (link === "logit") return "odds ratio";
  if (link === "complementary-log-log") return "hazard ratio";
  if (link === "log") return family === "binomial" ? "risk ratio" : "rate ratio";
  return null;
}

const familyInWords: Readonly<Record<ModelFamily, string>> = {
  binomial: "Binomial",
  poisson: "Poisson",
  "quasi-poisson": "Quasi-Poisson",
  "negative-binomial": "Negative binomial",
  gaussian: "Gaussian",
};

/** The method line of a result. */
export function methodInWords(family: ModelFamily, link: Link, type: GeneralizedCovarianceType): string {
  const reference =
    type === "CR2"
      ? "t with Satterthwaite degrees of freedom"
      : estimatesDispersion(family)
        ? isClustered(type)
          ? "t with clusters − 1 degrees of freedom"
          : "t with n − p degrees of freedom"
        : "normal tests and limits";
  const errors =
    type === "classical"
      ? "model-based standard errors"
      : type === "observed"
        ? "standard errors from the observed information"
        : isClustered(type)
          ? `${type === "CR2" ? "bias-reduced " : ""}cluster-robust standard errors (${type})`
          : `heteroskedasticity-consistent standard errors (${type})`;
  return `${familyInWords[family]} regression (${link} link) by ${family === "quasi-poisson" ? "quasi-" : ""}maximum likelihood with ${errors}, ${reference}`;
}

/** How the limits of coefficients are made: from the standard error, or from the profile of the likelihood. */
export type LimitKind = "wald" | "profile";

/** "wald" by default. Profile limits need a likelihood and no robust covariance. Error: "invalid-option". */
export function chooseLimits(
  asked: LimitKind | undefined,
  family: ModelFamily,
  covariance: GeneralizedCovarianceType,
): LimitKind {
  const limits = completeChoice<LimitKind>(caller, "limits", asked, ["wald", "profile"], "wald");
  const usable = (family === "binomial" || family === "poisson") && covariance === "classical";
  if (limits === "wald" || usable) return limits;
  throw new KithpathError("invalid-option", `${caller}: there are no profile limits for this model`, {
    expected: 'family "binomial" or "poisson" with covariance "classical"',
    received: `family "${family}" with covariance "${covariance}"`,
    remedy: 'Leave limits out, or give limits: "wald".',
  });
}
