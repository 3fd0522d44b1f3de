import type { CovarianceType } from "../_models/covariance.ts";
import { buildDesign, variablesOfTerm } from "../_models/namedDesign.ts";
import { type ArmSpec, selectArms } from "../arm.ts";
import type { Result, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, toTable } from "../table.ts";
import { clusterNotes, clustersOf, completeCovariance } from "./covarianceChoice.ts";
import { type AdjustedFit, type AdjustedMean, type AncovaCoefficient, fitAdjusted } from "./fitAdjusted.ts";
import type { CategoryWeights } from "./referencePoint.ts";
import { refuseRepeated } from "./roles.ts";

export interface AncovaSpec {
  /** The number column measured after. */
  readonly outcome: string;
  /** The number column measured before. */
  readonly baseline: string;
  readonly arm: ArmSpec;
  /** Further terms measured before: number or category columns, products as `"a:b"`. Default none. */
  readonly covariates?: readonly string[];
  /** Default "classical", with a cluster "CR2". */
  readonly covariance?: CovarianceType;
  /** The column of the clusters people belong to, for example sites. */
  readonly cluster?: string;
  /** How adjusted means weigh the levels of category covariates. Default "equal". */
  readonly categoryWeights?: CategoryWeights;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

const ancovaSettings = [
  "outcome",
  "baseline",
  "arm",
  "covariates",
  "covariance",
  "cluster",
  "categoryWeights",
  "level",
] as const;

export interface Ancova extends Result {
  readonly kind: "ancova";
  readonly outcome: string;
  readonly baseline: string;
  readonly arm: { readonly column: string; readonly treated: string; readonly reference: string };
  readonly covariates: readonly string[];
  /** The reference level of every category covariate. */
  readonly references: Readonly<Record<string, string>>;
  readonly covariance: CovarianceType;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly categoryWeights: CategoryWeights;
  readonly level: number;
  /** The adjusted difference, treated − reference. */
  readonly difference: TestedEstimate;
  /** The expected outcome in each arm at the mean of the covariates, treated first. */
  readonly adjustedMeans: readonly AdjustedMean[];
  readonly coefficients: readonly AncovaCoefficient[];
  /**
   * Slope of the outcome on the baseline, treated − reference, and its test; `null` where it cannot be estimated.
   * The adjusted difference speaks for everyone alike only where these slopes are equal.
   */
  readonly equalSlopes: TestedEstimate | null;
  readonly dfResidual: number;
  readonly residualStandardDeviation: number;
}

/**
 * Analysis of covariance: the difference between two arms after, among people alike in the baseline and the covariates.
 *
 * Fits outcome = intercept + arm + baseline + covariates by least squares on the complete rows of the two arms; `difference`
 * is the coefficient of the arm, treated − reference, in the unit of the outcome. Adjusted means are read at the mean of
 * every number and with the levels of a category weighted equally (or as observed). Defaults: classical covariance with
 * n − p degrees of freedom; with `cluster` CR2 with Satterthwaite degrees of freedom; level 0.95. A baseline repeated among
 * the covariates counts once.
 *
 * Errors: "unknown-column", "not-numeric", "not-two-arms", "one-arm", "unknown-level", "no-complete-rows", "too-few-rows",
 * "collinear", "constant-column", "no-variation", "one-cluster", "too-few-clusters", "repeated-variable", "unknown-option", "invalid-option".
 *
 * Sources: Fisher (1932); Vickers & Altman (2001); CR2: Bell & McCaffrey (2002), Pustejovsky & Tipton (2018).
 * Checked against R 4.2.2 `lm`, emmeans, sandwich and clubSandwich to 8 digits.
 *
 * @example
 * ```ts
 * import { ancova } from "kithpath";
 * const result = ancova(
 *   {
 *     mentored: [1, 1, 1, 1, 0, 0, 0, 0],
 *     before: [40, 45, 38, 50, 41, 44, 39, 52],
 *     after: [47, 50, 44, 56, 43, 45, 42, 52],
 *   },
 *   { outcome: "after", baseline: "before", arm: "mentored" },
 * );
 * result.difference.estimate;
 * result.adjustedMeans.map(({ arm, estimate }) => [arm, estimate]);
 * ```
 */
export function ancova(data: Data, spec: AncovaSpec): Ancova {
  refuseUnknown("ancova", spec, ancovaSettings);
  const { outcome, baseline, cluster } = spec;
  const level = completeLevel("ancova", spec.level);
  const covariance = completeCovariance("ancova", spec.covariance, cluster);
  const categoryWeights = completeChoice(
    "ancova",
    "categoryWeights",
    spec.categoryWeights,
    ["equal", "observed"],
    "equal",
  );
  const covariates = (spec.covariates ?? []).filter((name) => name !== baseline);
  const table = toTable(data);
  const variables = covariates.flatMap((term) => variablesOfTerm(table, term));
  const armColumn = typeof spec.arm === "string" ? spec.arm : spec.arm.column;
  refuseRepeated("ancova", {
    outcome: [outcome],
    baseline: [baseline],
    arm: [armColumn],
    covariates: variables.filter((name) => name !== baseline),
  });
  numbersOf(table, outcome);
  numbersOf(table, baseline);

  const names = [outcome, baseline, ...variables, ...(cluster === undefined ? [] : [cluster])];
  const selection = selectArms(table, spec.arm, names);
  const clusters = clustersOf(selection.table, cluster);
  const fitted = fitAdjusted(selection.table, selection.arm, {
    caller: "ancova",
    outcome: numbersOf(selection.table, outcome),
    baseline,
    covariates,
    categoryWeights,
    covariance,
    clusters,
    level,
  });
  const { column, treated, reference } = selection.arm;
  return {
    kind: "ancova",
    outcome,
    baseline,
    arm: { column, treated, reference },
    covariates,
    references: buildDesign(selection.table, covariates).references,
    covariance,
    cluster: cluster ?? null,
    clusters: clusters?.count ?? null,
    categoryWeights,
    level,
    ...fitted,
    n: selection.table.rows,
    dropped: selection.dropped,
    notes: [...slopeNotes(fitted), ...clusterNotes(cluster, clusters?.count ?? null, fitted.difference.df!)],
    method: `analysis of covariance by least squares, ${covarianceName(covariance)}`,
  };
}

/** A note where the difference between the arms seems to depend on the baseline. */
export function slopeNotes({ equalSlopes }: Pick<AdjustedFit, "equalSlopes">): { code: string; text: string }[] {
  if (equalSlopes === null || equalSlopes.pValue >= 0.05) return [];
  return [
    {
      code: "unequal-slopes",
      text: "The difference between the arms depends on the baseline value (test of equal slopes, p below 0.05): one adjusted difference describes people at the mean baseline only.",
    },
  ];
}

/** The covariance in words, for `method`. */
export function covarianceName(covariance: CovarianceType): string {
  if (covariance === "classical") return "classical standard errors";
  if (covariance === "CR2") return "cluster-robust CR2 standard errors with Satterthwaite degrees of freedom";
  return covariance.startsWith("CR")
    ? `cluster-robust ${covariance} standard errors`
    : `heteroskedasticity-consistent ${covariance} standard errors`;
}
