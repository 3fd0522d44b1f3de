import { askedTerms } from "../_models/askedTerms.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { fitLinear } from "../_models/linear.ts";
import { fitMixed } from "../_models/mixed.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import { type Matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, selectComplete } from "../arm.ts";
import type { Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { categoriesOf, type Data, numbersOf, type Table, toTable } from "../table.ts";
import {
  mixedObstacle,
  refuseConstantSlope,
  refuseConstantWithin,
  refuseRogerByMaximum,
  refuseUnnamed,
} from "./mixedRefusals.ts";
import { chooseInference, type DegreesOfFreedom, type TermTest, termTests } from "./mixedTests.ts";
import { methodInWords, mixedNotes } from "./mixedWords.ts";
import { refuseConstantOutcome } from "./outcomeScale.ts";

export interface MixedModelSpec {
  /** A numeric column. */
  readonly outcome: string;
  /** Columns of the fixed effects, as in `linearModel`. */
  readonly terms: readonly string[];
  /** The column that says which rows belong together: a person, a site. */
  readonly group: string;
  /** A numeric column whose coefficient varies between groups, as the intercept does; usually one of the terms, such as time. */
  readonly randomSlope?: string;
  /** Whether random intercepts and slopes may be correlated. Default true. */
  readonly correlated?: boolean;
  /** Default "REML". "ML" for likelihood-ratio comparisons of models with different terms. */
  readonly method?: "REML" | "ML";
  /**
   * Of tests and limits. Default "satterthwaite". "kenward-roger" (REML alone) also corrects the standard errors for the
   * uncertainty of the variances; "normal" takes the variances as known.
   */
  readonly degreesOfFreedom?: DegreesOfFreedom;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface VarianceComponent {
  readonly variance: number;
  readonly standardDeviation: number;
}

/** The predicted deviation of one group from the fixed effects (BLUP). */
export interface GroupEffect {
  readonly group: string;
  readonly rows: number;
  readonly intercept: number;
  /** `null` without a random slope. */
  readonly slope: number | null;
}

export interface MixedModel extends Result {
  readonly kind: "mixed-model";
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly group: string;
  readonly groups: number;
  readonly smallestGroup: number;
  readonly largestGroup: number;
  readonly randomSlope: string | null;
  readonly correlated: boolean;
  readonly likelihood: "REML" | "ML";
  /** Those used: "normal" where the ones asked for are not defined. */
  readonly degreesOfFreedom: DegreesOfFreedom;
  /** The fixed effects: the intercept first, then in the order of the terms. */
  readonly coefficients: readonly Coefficient[];
  /** Each term's coefficients together against 0, in the order of the terms. */
  readonly termTests: readonly TermTest[];
  readonly references: Readonly<Record<string, string>>;
  /** Covariance matrix of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  readonly random: {
    readonly intercept: VarianceComponent;
    /** `null` without a random slope. */
    readonly slope: VarianceComponent | null;
    readonly covariance: number | null;
    /** `null` without a random slope, and where a variance is 0. */
    readonly correlation: number | null;
    readonly residual: VarianceComponent;
  };
  /** Intraclass correlation: the share of the variance between groups; with a random slope, where its column is 0. */
  readonly icc: number;
  /** In the order of the groups' names. */
  readonly groupEffects: readonly GroupEffect[];
  /** For REML the restricted log-likelihood: not to be compared between models with different terms. */
  readonly logLikelihood: number;
  /** −2 log-likelihood. */
  readonly deviance: number;
  /** Coefficients, variances and covariance that were estimated. */
  readonly parameters: number;
  readonly aic: number;
  /** By the logarithm of the number of rows. */
  readonly bic: number;
  readonly level: number;
}

const caller = "mixedModel";
const options = [
  "outcome",
  "terms",
  "group",
  "randomSlope",
  "correlated",
  "method",
  "degreesOfFreedom",
  "level",
] as const;

/**
 * Estimates how a numeric outcome differs with the terms when groups of rows — the waves of a person, the people of a site — have
 * an intercept of their own, and a slope of their own if asked for, both drawn from a normal distribution: the linear mixed model.
 * Outcomes may be missing at random given the terms and the outcomes seen; incomplete rows are left out, their groups stay.
 *
 * Errors: "unknown-option", "invalid-option", "group-needed", "unknown-column", "not-numeric", "no-complete-rows",
 * "outcome-among-terms", "constant-outcome", "constant-column", "collinear", "too-few-rows", "one-cluster", "constant-within-groups",
 * "slope-constant-within-groups", "groups-among-terms", "too-few-repeats", "perfect-fit", "out-of-scale", "not-converged".
 *
 * Source: Bates, Mächler, Bolker & Walker (2015), equations 34 to 42 (profiled deviance); Kuznetsova, Brockhoff & Christensen
 * (2017), degrees of freedom; Kenward & Roger (1997). Checked against lme4 1.1.31, lmerTest 3.1.3 and pbkrtest 0.5.2 in R 4.2.2.
 *
 * @example
 * ```ts
 * import { mixedModel } from "kithpath";
 * const model = mixedModel(
 *   {
 *     person: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
 *     month: [0, 6, 12, 0, 6, 12, 0, 6, 12, 0, 6, 12],
 *     wellbeing: [40, 45, 47, 52, 54, 59, 47, 55, 54, 38, 41, 46],
 *   },
 *   { outcome: "wellbeing", terms: ["month"], group: "person" },
 * );
 * model.coefficients[1]?.estimate; // change per month
 * model.icc; // how much of the variance lies between people
 * ```
 */
export function mixedModel(data: Data, spec: MixedModelSpec): MixedModel {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const likelihood = completeChoice(caller, "method", spec.method, ["REML", "ML"], "REML");
  const askedFreedom = completeChoice(
    caller,
    "degreesOfFreedom",
    spec.degreesOfFreedom,
    ["satterthwaite", "kenward-roger", "normal"],
    "satterthwaite",
  );
  refuseRogerByMaximum(askedFreedom, likelihood);
  refuseUnnamed(spec.group, spec.randomSlope, spec.correlated);
  const terms = askedTerms(caller, spec.terms, spec.outcome);
  if (spec.randomSlope !== undefined) askedTerms(caller, [spec.randomSlope], spec.outcome);
  const table = toTable(data);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.outcome, ...variables, ...(spec.randomSlope === undefined ? [] : [spec.randomSlope]), spec.group];
  const selection = selectComplete(table, used);
  const rows = selection.table;
  const outcome = numbersOf(rows, spec.outcome);
  const slope = spec.randomSlope === undefined ? null : numbersOf(rows, spec.randomSlope);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, names.length);
  refuseConstantOutcome(caller, outcome, spec.outcome);
  if (slope !== null) refuseConstantSlope(slope, spec.randomSlope!);
  const groups = readGroups(rows, spec.group);
  refuseConstantWithin(outcome, groups.codes, spec.outcome, spec.group);
  const start = fitLinear(design, outcome);
  refuseCollinear(caller, start.aliased, names);

  const correlated = slope !== null && (spec.correlated ?? true);
  const { codes, labels, sizes } = groups;
  const restricted = likelihood === "REML";
  const fit = fitMixed({ design, outcome, start, codes, count: labels.length, slope, correlated, restricted });
  if (typeof fit === "string") throw mixedObstacle(fit, spec.group, spec.randomSlope);

  const { inference, used: degreesOfFreedom } = chooseInference(fit, askedFreedom);
  const without = slope !== null && isOutside(design, slope) ? spec.randomSlope! : null;
  const parameters = names.length + (slope === null ? 2 : correlated ? 4 : 3);
  const [intercept, covariance, slopeVariance] = fit.randomCovariance;
  return {
    kind: "mixed-model",
    n: rows.rows,
    dropped: selection.dropped,
    notes: mixedNotes(fit.singular, askedFreedom !== degreesOfFreedom, without),
    method: methodInWords(slope !== null, correlated, likelihood, degreesOfFreedom),
    outcome: spec.outcome,
    terms,
    group: spec.group,
    groups: labels.length,
    smallestGroup: sizes.reduce((least, size) => Math.min(least, size), rows.rows),
    largestGroup: sizes.reduce((most, size) => Math.max(most, size), 0),
    randomSlope: spec.randomSlope ?? null,
    correlated,
    likelihood,
    degreesOfFreedom,
    coefficients: coefficientTable(columns, fit.coefficients, inference.covariance, inference.freedoms, level),
    termTests: termTests(columns, inference),
    references,
    covariance: rowsOfMatrix(inference.covariance),
    random: {
      intercept: component(intercept),
      slope: slope === null ? null : component(slopeVariance),
      covariance: correlated ? covariance : null,
      correlation: correlated ? fit.correlation : null,
      residual: component(fit.residualVariance),
    },
    icc: intercept / (intercept + fit.residualVariance),
    groupEffects: labels.map((group, k) => ({
      group,
      rows: sizes[k]!,
      intercept: fit.randomEffects[2 * k]!,
      slope: slope === null ? null : fit.randomEffects[2 * k + 1]!,
    })),
    logLikelihood: fit.logLikelihood,
    deviance: -2 * fit.logLikelihood,
    parameters,
    aic: 2 * parameters - 2 * fit.logLikelihood,
    bic: Math.log(rows.rows) * parameters - 2 * fit.logLikelihood,
    level,
  };
}

/** Groups in the order of their names, so that the order of rows does not matter. */
function readGroups(rows: Table, name: string): { codes: Int32Array; labels: string[]; sizes: Int32Array } {
  readClusters(rows, name);
  const column = categoriesOf(rows, name);
  const present = new Int32Array(column.levels.length);
  for (const code of column.codes) present[code]!++;
  const place = new Int32Array(present.length);
  const labels: string[] = [];
  column.levels.forEach((label, code) => {
    if (present[code]! > 0) place[code] = labels.push(label) - 1;
  });
  return { codes: column.codes.map((code) => place[code]!), labels, sizes: present.filter((size) => size > 0) };
}

/** Whether a column is no combination of the columns of the design. */
function isOutside(design: Matrix, column: Float64Array): boolean {
  const { residuals } = fitLinear(design, column);
  const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(residuals) > 1e-9 * largest(column);
}

function component(variance: number): VarianceComponent {
  return { variance, standardDeviation: Math.sqrt(variance) };
}
