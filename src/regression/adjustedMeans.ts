import { askedTerms } from "../_models/askedTerms.ts";
import { dropZeroWeights } from "../_models/caseWeights.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import { fitLinear } from "../_models/linear.ts";
import { interceptName, refuseCollinear, refuseTooFewClusters, refuseTooFewRows } from "../_models/namedDesign.ts";
import { mean } from "../_numeric/describe.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import { readClusters, refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { Estimate, Result, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeLevel, given, refuseUnknown } from "../options.ts";
import { type CategoryColumn, categoriesOf, columnOf, type Data, numbersOf, type Table, toTable } from "../table.ts";
import { chooseCovariance, covarianceInWords } from "./covarianceChoice.ts";
import { type Adjustment, adjustedPValues } from "./multiplicity.ts";
import { refuseConstantOutcome } from "./outcomeScale.ts";

export interface AdjustedMeansSpec {
  /** A numeric column. */
  readonly outcome: string;
  /** The column of the groups, such as three arms. */
  readonly group: string;
  /** Columns to adjust for, single columns only. May be empty. */
  readonly covariates: readonly string[];
  /** For the p values of the comparisons. Default "holm". */
  readonly adjustment?: Adjustment;
  /** Default "classical", or "CR2" where `cluster` is given. */
  readonly covariance?: CovarianceType;
  readonly cluster?: string;
  /** A column of precision weights ≥ 0. */
  readonly weights?: string;
  /** Confidence level of each interval by itself. Default 0.95. */
  readonly level?: number;
}

export interface GroupMean {
  readonly group: string;
  readonly n: number;
  readonly mean: Estimate;
  readonly df: number;
}

export interface GroupContrast {
  readonly group: string;
  readonly reference: string;
  /** Adjusted mean of `group` less that of `reference`, with its own interval and p value. */
  readonly difference: TestedEstimate;
  /** The p value adjusted for the number of comparisons. */
  readonly adjustedPValue: number;
}

export interface AdjustedMeans extends Result {
  readonly kind: "adjusted-means";
  readonly outcome: string;
  readonly group: string;
  readonly covariates: readonly string[];
  /** Where the means are taken: the mean of each number, and the levels of each category, all with the same weight. */
  readonly at: Readonly<Record<string, number | readonly string[]>>;
  readonly means: readonly GroupMean[];
  /** Every pair of groups, the later less the earlier one. */
  readonly contrasts: readonly GroupContrast[];
  readonly adjustment: Adjustment;
  readonly covarianceType: CovarianceType;
  readonly cluster: string | null;
  readonly clusters: number | null;
  readonly level: number;
}

const caller = "adjustedMeans";
const options = ["outcome", "group", "covariates", "adjustment", "covariance", "cluster", "weights", "level"] as const;

/**
 * Adjusted means of two or more groups by analysis of covariance: what each group's mean outcome would be at one common
 * place of the covariates (numbers at their mean over the complete rows, categories with equal weight on every level), and
 * the difference of every pair of groups with its interval, test, and a p value adjusted for the number of pairs.
 *
 * Errors: "not-two-groups", "invalid-option" (a product among the covariates, the group as covariate), "outcome-among-terms",
 * "several-rows-per-person", and those of `linearModel`.
 *
 * Source: Searle, Speed & Milliken (1980); Holm (1979); Tukey–Kramer (Kramer 1956). Checked against R's emmeans 1.8.4.
 *
 * @example
 * ```ts
 * import { adjustedMeans } from "kithpath";
 * const people = {
 *   after: [41, 44, 50, 52, 47, 55, 49, 58, 60],
 *   before: [40, 45, 47, 44, 39, 50, 41, 50, 49],
 *   arm: ["usual", "usual", "usual", "phone", "phone", "phone", "mentor", "mentor", "mentor"],
 * };
 * const { contrasts } = adjustedMeans(people, { outcome: "after", group: "arm", covariates: ["before"] });
 * contrasts.map(({ group, reference, difference }) => `${group} − ${reference}: ${difference.estimate}`);
 * ```
 */
export function adjustedMeans(data: Data, spec: AdjustedMeansSpec): AdjustedMeans {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const adjustments = ["holm", "bonferroni", "tukey", "none"] as const;
  const adjustment = completeChoice<Adjustment>(caller, "adjustment", spec.adjustment, adjustments, "holm");
  const covarianceType = chooseCovariance(spec.covariance, spec.cluster, caller);
  const table = toTable(data);
  refuseRepeatedPeople(caller, table, spec.cluster);
  const covariates = askedTerms(caller, spec.covariates, spec.outcome);
  askedTerms(caller, [spec.group], spec.outcome);
  refuseUnusable(table, covariates, spec.group);
  const used = [spec.outcome, spec.group, ...covariates, spec.cluster, spec.weights];
  const complete = selectComplete(
    table,
    used.filter((name) => name !== undefined),
  );
  const { table: rows, dropped } = dropZeroWeights(complete, spec.weights);
  const groups = groupsOf(categoriesOf(rows, spec.group));
  const centred = covariates.flatMap((name) => centredColumns(rows, name));
  refuseTooFewRows(caller, rows.rows, groups.length + centred.length);
  const outcome = numbersOf(rows, spec.outcome);
  refuseConstantOutcome(caller, outcome, spec.outcome);
  const weights = spec.weights === undefined ? undefined : numbersOf(rows, spec.weights);
  const clusters = spec.cluster === undefined ? undefined : readClusters(rows, spec.cluster);

  // with covariates centred and one group as reference the intercept is that group's adjusted mean
  const fitted = groups.map((reference) => {
    const others = groups
      .filter((group) => group !== reference)
      .map((group) => indicator(spec.group, group, reference));
    const columns = [intercept(rows.rows), ...others, ...centred];
    const design = fromColumns(columns.map(({ values }) => values));
    const names = columns.map(({ name }) => name);
    const fit = fitLinear(design, outcome, weights);
    refuseCollinear(caller, fit.aliased, names);
    const robust = linearCovariance(fit, design, covarianceType, given({ weights, clusters }));
    refuseTooFewClusters(caller, fit, robust, names);
    return coefficientTable(columns.slice(0, groups.length), fit.coefficients, robust.covariance, robust.df, level);
  });
  const pairs = groups.flatMap((reference, r) =>
    groups.slice(r + 1).map((group, k) => ({ group, reference, difference: tested(fitted[r]![r + 1 + k]!) })),
  );
  const adjusted = adjustedPValues(
    pairs.map(({ difference }) => difference),
    groups.length,
    adjustment,
  );
  return {
    kind: "adjusted-means",
    n: rows.rows,
    dropped,
    notes: [],
    method: `Analysis of covariance with ${covarianceInWords(covarianceType)}; p values of pairs: ${inWords[adjustment]}`,
    outcome: spec.outcome,
    group: spec.group,
    covariates,
    at: Object.fromEntries(covariates.map((name) => [name, placeOf(rows, name)])),
    means: groups.map(({ label, codes }, k) => {
      const { estimate, standardError, interval, df } = fitted[k]![0]!;
      return { group: label, n: codes.length, mean: { estimate, standardError, interval }, df: df! };
    }),
    contrasts: pairs.map(({ group, reference, difference }, k) => ({
      group: group.label,
      reference: reference.label,
      difference,
      adjustedPValue: adjusted[k]!,
    })),
    adjustment,
    covarianceType,
    cluster: spec.cluster ?? null,
    clusters: clusters?.count ?? null,
    level,
  };
}

const inWords: Readonly<Record<Adjustment, string>> = {
  holm: "Holm",
  bonferroni: "Bonferroni",
  tukey: "Tukey–Kramer",
  none: "not adjusted",
};

interface Group {
  readonly label: string;
  /** The rows of the group. */
  readonly codes: readonly number[];
  readonly values: Float64Array;
}

function groupsOf(column: CategoryColumn): Group[] {
  const found = column.levels.map((label, code) => {
    const values = Float64Array.from(column.codes, (other) => (other === code ? 1 : 0));
    return { label, values, codes: Array.from(values.keys()).filter((row) => values[row] === 1) };
  });
  const present = found.filter(({ codes }) => codes.length > 0);
  if (present.length > 1) return present;
  throw new KithpathError("not-two-groups", `${caller}: "${column.name}" has one group in the complete rows`, {
    expected: "two groups or more",
    received: present.map(({ label }) => label).join(", "),
    where: { column: column.name },
  });
}

function indicator(variable: string, { label, values }: Group, reference: Group): DesignColumn {
  return { name: `${variable}: ${label}`, variable, values, reference: reference.label };
}

function intercept(rows: number): DesignColumn {
  return { name: interceptName, variable: interceptName, values: new Float64Array(rows).fill(1), reference: null };
}

/** A number less its mean; the indicators of a category less one over the number of its levels. */
function centredColumns(rows: Table, name: string): DesignColumn[] {
  const columns = designColumns(rows, name);
  const category = columnOf(rows, name).kind === "category";
  return columns.map((column) => {
    const centre = category ? 1 / (columns.length + 1) : mean(column.values);
    return { ...column, values: column.values.map((value) => value - centre) };
  });
}

function placeOf(rows: Table, name: string): number | readonly string[] {
  const column = columnOf(rows, name);
  if (column.kind === "number") return mean(column.values);
  return column.levels.filter((_, code) => column.codes.includes(code));
}

function tested({ estimate, standardError, interval, statistic, df, pValue }: Coefficient): TestedEstimate {
  return { estimate, standardError, interval, statistic, df, pValue };
}

function refuseUnusable(table: Table, covariates: readonly string[], group: string): void {
  const product = covariates.find((name) => !table.columns.has(name) && name.includes(":"));
  const wrong = covariates.includes(group) ? group : product;
  if (wrong === undefined) return;
  throw new KithpathError("invalid-option", `${caller}: "${wrong}" cannot be a covariate`, {
    expected: "single columns other than the group",
    received: wrong,
    remedy: "For slopes that differ between groups compare models with and without the product (compareModels).",
  });
}
