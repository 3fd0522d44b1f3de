import { askedTerms } from "../_models/askedTerms.ts";
import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { type Family, type ResponseModel, responseModel } from "../_models/families.ts";
import { fitEstimatingEquations } from "../_models/gee.ts";
import { fitGeneralizedLinear } from "../_models/glm.ts";
import { buildDesign, refuseCollinear, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import type { WorkingCorrelation } from "../_models/workingCorrelation.ts";
import { rowsOfMatrix } from "../_numeric/matrix.ts";
import { readClusters, type Selection, selectComplete } from "../arm.ts";
import type { Interval, Note, Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { type Data, numbersOf, takeRows, toTable } from "../table.ts";
import {
  refuseFewClusters,
  refuseIncomplete,
  refuseNoPairs,
  refuseOutcome,
  refuseRepeatedWave,
  refuseSeparation,
  refuseUnusable,
} from "./geeRefusals.ts";

export interface GeeModelSpec {
  /** A numeric column: 0 and 1 for the binomial family, counts for Poisson. */
  readonly outcome: string;
  /** As in `linearModel`. */
  readonly terms: readonly string[];
  /** A column that says which rows belong together: the person of repeated measures, or the site of people. */
  readonly cluster: string;
  readonly family: "gaussian" | "binomial" | "poisson";
  /** Default "identity" (gaussian), "logit" (binomial), "log" (Poisson); for binomial also "probit" and "log". */
  readonly link?: "identity" | "logit" | "probit" | "log";
  /** How rows of a cluster are taken to be correlated. Default "exchangeable". */
  readonly correlation?: "exchangeable" | "independence" | "ar1";
  /** For "ar1": a numeric column that orders the rows of a cluster. */
  readonly wave?: string;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

export interface GeeCoefficient extends Coefficient {
  /** The standard error if the working correlation were true. */
  readonly naiveStandardError: number;
  /** exp(coefficient) with the exponentials of the limits; `null` where `ratio` of the model is. */
  readonly ratio: { readonly estimate: number; readonly interval: Interval } | null;
}

export interface GeeModel extends Result {
  readonly kind: "gee-model";
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly family: "gaussian" | "binomial" | "poisson";
  readonly link: "identity" | "logit" | "probit" | "log";
  readonly correlation: "exchangeable" | "independence" | "ar1";
  /** The intercept first, then in the order of the terms; standard errors are the robust ones. */
  readonly coefficients: readonly GeeCoefficient[];
  /** What the ratios of the coefficients are. */
  readonly ratio: "odds ratio" | "risk ratio" | "rate ratio" | null;
  readonly references: Readonly<Record<string, string>>;
  /** Robust, in the order of the coefficients. */
  readonly covariance: readonly (readonly number[])[];
  readonly naiveCovariance: readonly (readonly number[])[];
  /** The working correlation: of any two rows of a cluster, or of neighbouring ones ("ar1"); `null` for independence. */
  readonly alpha: number | null;
  /** φ, the mean squared Pearson residual. */
  readonly dispersion: number;
  readonly iterations: number;
  readonly cluster: string;
  readonly clusters: number;
  readonly largestCluster: number;
  readonly wave: string | null;
  readonly level: number;
}

const caller = "geeModel";
const options = ["outcome", "terms", "cluster", "family", "link", "correlation", "wave", "level"] as const;
const families: readonly Family[] = ["gaussian", "binomial", "poisson"];
const links: Readonly<Record<Family, readonly [GeeModel["link"], ...GeeModel["link"][]]>> = {
  gaussian: ["identity"],
  binomial: ["logit", "probit", "log"],
  poisson: ["log"],
};

/**
 * Estimates how the mean outcome of correlated rows differs with the terms, over all clusters (a population-averaged model), by
 * generalised estimating equations: repeated measures of people, or people of sites. The working correlation makes the
 * estimate more precise where it is near the truth; the robust standard errors, used for the normal tests and limits, hold
 * where it is not, if clusters are many. Rows with missing values are left out, which needs them to be missing completely at random.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms",
 * "not-binary", "not-counts", "constant-outcome", "constant-column", "collinear", "too-few-rows", "cluster-needed", "one-cluster",
 * "too-few-clusters", "no-pairs", "wave-needed", "repeated-wave", "separation", "correlation-out-of-range", "not-converged", "perfect-fit".
 *
 * Source: Liang & Zeger (1986), Biometrika 73, equations 5 to 7; correlation and dispersion by moments without correction for
 * the number of coefficients, "ar1" over all pairs of rows, as geepack (Halekoh, Højsgaard & Yan 2006).
 * Checked against geepack 1.3.9 in R 4.2.2.
 *
 * @example
 * ```ts
 * import { geeModel } from "kithpath";
 * const model = geeModel(
 *   {
 *     person: [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6],
 *     month: [0, 6, 0, 6, 0, 6, 0, 6, 0, 6, 0, 6],
 *     wellbeing: [41, 44, 39, 40, 50, 52, 42, 51, 47, 55, 45, 49],
 *     mentored: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
 *   },
 *   { outcome: "wellbeing", terms: ["mentored", "month", "mentored:month"], cluster: "person", family: "gaussian" },
 * );
 * model.coefficients[3]?.estimate; // how much more wellbeing changes per month with a mentor
 * ```
 */
export function geeModel(data: Data, spec: GeeModelSpec): GeeModel {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  // text, so that a family left out is refused and not filled in
  const family = completeChoice(caller, "family", String(spec.family) as Family, families, "gaussian");
  const link = completeChoice(caller, "link", spec.link, links[family], links[family][0]);
  const model = responseModel(family, link)!;
  const correlation = completeChoice<WorkingCorrelation>(
    caller,
    "correlation",
    spec.correlation,
    ["exchangeable", "independence", "ar1"],
    "exchangeable",
  );
  refuseIncomplete(spec.cluster, correlation, spec.wave);
  const terms = askedTerms("geeModel", spec.terms, spec.outcome);
  const table = toTable(data);

  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  const used = [spec.outcome, ...variables, spec.cluster, ...(spec.wave === undefined ? [] : [spec.wave])];
  const complete = selectComplete(table, used);
  const { selection, gaps } =
    spec.wave === undefined ? { selection: complete, gaps: 0 } : inWaves(complete, spec.cluster, spec.wave);
  const rows = selection.table;
  const outcome = numbersOf(rows, spec.outcome);
  refuseOutcome(outcome, selection.rows, spec.outcome, family);
  const clusters = readClusters(rows, spec.cluster);
  const { names, columns, design, references } = buildDesign(rows, terms);
  refuseTooFewRows(caller, rows.rows, names.length);
  refuseNoPairs(rows.rows, clusters.count, correlation);

  const independent = fitGeneralizedLinear(design, outcome, { family, link });
  refuseCollinear(caller, independent.aliased, names);
  refuseSeparation(independent.separation, names);
  refuseFewClusters(clusters.count, names.length);
  const start = independent.coefficients;
  const fit = fitEstimatingEquations({ design, outcome, model, clusters, correlation, start });
  refuseUnusable(fit, names);

  const ratio = ratioOf(model);
  const size = names.length;
  const sizes = new Int32Array(clusters.count);
  for (const code of clusters.codes) sizes[code]!++;
  return {
    kind: "gee-model",
    n: rows.rows,
    dropped: selection.dropped,
    notes: modelNotes(clusters.count, gaps),
    method: `Generalised estimating equations (${family}, ${link} link, ${correlation} working correlation) with robust standard errors`,
    outcome: spec.outcome,
    terms,
    family,
    link,
    correlation,
    coefficients: coefficientTable(columns, fit.coefficients, fit.robust, null, level).map((row, k) => ({
      ...row,
      naiveStandardError: Math.sqrt(fit.naive.data[k * size + k]!),
      ratio: ratio === null ? null : exponential(row),
    })),
    ratio,
    references,
    covariance: rowsOfMatrix(fit.robust),
    naiveCovariance: rowsOfMatrix(fit.naive),
    alpha: fit.alpha,
    dispersion: fit.dispersion,
    iterations: fit.iterations,
    cluster: spec.cluster,
    clusters: clusters.count,
    largestCluster: sizes.reduce((most, count) => Math.max(most, count), 0),
    wave: spec.wave ?? null,
    level,
  };
}

/** The rows of every cluster together and by wave, and how often a cluster lacks waves between two of its own. */
function inWaves(selection: Selection, cluster: string, wave: string): { selection: Selection; gaps: number } {
  const { codes } = readClusters(selection.table, cluster);
  const waves = numbersOf(selection.table, wave);
  const order = Int32Array.from(codes.keys()).sort((a, b) => codes[a]! - codes[b]! || waves[a]! - waves[b]!);
  refuseRepeatedWave(order, codes, waves, selection.rows, wave);
  const place = new Map([...new Set(waves)].sort((a, b) => a - b).map((value, index) => [value, index]));
  let gaps = 0;
  order.forEach((row, at) => {
    const before = order[at - 1];
    if (before === undefined || codes[before] !== codes[row]) return;
    if (place.get(waves[row]!)! - place.get(waves[before]!)! > 1) gaps++;
  });
  const sorted = {
    table: takeRows(selection.table, order),
    rows: order.map((row) => selection.rows[row]!),
    dropped: selection.dropped,
  };
  return { selection: sorted, gaps };
}

function ratioOf({ family, link }: ResponseModel): GeeModel["ratio"] {
  if (link === "logit") return "odds ratio";
  if (link === "log") return family === "binomial" ? "risk ratio" : "rate ratio";
  return null;
}

function exponential({ estimate, interval }: Coefficient): GeeCoefficient["ratio"] {
  const { level, lower, upper } = interval!;
  return {
    estimate: Math.exp(estimate),
    interval: { level, lower: Math.exp(lower!), upper: Math.exp(upper!), method: "normal on the logarithm" },
  };
}

const fewClusters = 30;

function modelNotes(clusters: number, gaps: number): Note[] {
  const notes: Note[] = [];
  if (clusters < fewClusters) {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters robust standard errors tend to be too small.`,
    });
  }
  if (gaps > 0) {
    notes.push({
      code: "waves-missing",
      text: `In ${gaps} places a cluster lacks waves between two of its rows; "ar1" counts rows, not time, and takes these rows as neighbours.`,
    });
  }
  return notes;
}
