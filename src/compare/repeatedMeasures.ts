import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { fitRepeated } from "../_models/generalizedLeastSquares.ts";
import { buildDesign, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import type { ResidualStructure } from "../_models/residualCovariance.ts";
import { type Matrix, matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { selectComplete } from "../arm.ts";
import type { Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { columnOf, type Data, numbersOf, toTable } from "../table.ts";
import { readPersonWaves, timesOf, withWaves } from "./personWaves.ts";
import { methodInWords, repeatedNotes } from "./repeatedNotes.ts";
import { askedColumns, refuseConstant, refuseFewPeople, refuseUnfitted } from "./repeatedRefusals.ts";
import {
  type ContrastWeights,
  coefficientFreedoms,
  type RepeatedContrast,
  type RepeatedFreedom,
  type RepeatedTermTest,
  refuseRoger,
  repeatedContrasts,
  repeatedTermTests,
} from "./repeatedTests.ts";
import { refuseRepeated } from "./roles.ts";

export interface RepeatedMeasuresSpec {
  /** A numeric column, one row per person and wave. */
  readonly outcome: string;
  /**
   * As in `linearModel`: `["month", "mentored", "month:mentored"]` lets the arms differ at every wave, `["month",
   * "month:mentored"]` makes them equal at the first one (constrained longitudinal data analysis).
   */
  readonly terms: readonly string[];
  /** The column that says whose row it is. */
  readonly person: string;
  /** The column that says when the row was measured. */
  readonly wave: string;
  /** The waves in order, the first one being the reference; rows at others are left out. Default all, numbers by size, texts by level. */
  readonly waves?: readonly (string | number)[];
  /** Among the terms the wave is a category, each wave with its own mean, or a number with one slope. Default "category". */
  readonly waveAs?: "category" | "number";
  /** How a person's residuals are correlated and spread over the waves. Default "unstructured". */
  readonly correlation?: ResidualStructure;
  /** Default "REML". "ML" to compare models with different terms. */
  readonly method?: "REML" | "ML";
  /**
   * Default "satterthwaite". "kenward-roger" (REML with "unstructured" or "compound-symmetry") also corrects the standard
   * errors, which matters with few people. "residual" is rows less coefficients, which is too many.
   */
  readonly degreesOfFreedom?: RepeatedFreedom;
  /** Sums of coefficients to be tested: the weights of coefficients by their names, under a name of your own. */
  readonly contrasts?: ContrastWeights;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
}

/** How residuals of one person vary and go together, in the order of the waves. */
export interface WaveCovariance {
  readonly waves: readonly string[];
  readonly standardDeviations: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly correlation: readonly (readonly number[])[];
  /** The one correlation of a structure: of any two waves, of neighbours ("ar1"), of waves 1 apart ("continuous-ar1"); else `null`. */
  readonly rho: number | null;
  readonly parameters: number;
}

export interface RepeatedMeasures extends Result {
  readonly kind: "repeated-measures";
  /** People; `rows` counts their rows. */
  readonly n: number;
  readonly rows: number;
  readonly outcome: string;
  readonly terms: readonly string[];
  readonly person: string;
  readonly wave: string;
  readonly waveAs: "category" | "number";
  readonly waves: readonly { readonly wave: string; readonly people: number }[];
  readonly correlation: ResidualStructure;
  readonly likelihood: "REML" | "ML";
  readonly degreesOfFreedom: RepeatedFreedom;
  /** The intercept first, then in the order of the terms. */
  readonly coefficients: readonly Coefficient[];
  /** Each term's coefficients together against 0, in the order of the terms. */
  readonly termTests: readonly RepeatedTermTest[];
  readonly contrasts: readonly RepeatedContrast[];
  readonly references: Readonly<Record<string, string>>;
  /** Covariance matrix of the coefficients, in their order. */
  readonly covariance: readonly (readonly number[])[];
  readonly residual: WaveCovariance;
  /** The restricted one for "REML": it compares models with the same terms only. */
  readonly logLikelihood: number;
  /** Coefficients and parameters of the residual covariance counted. */
  readonly aic: number;
  /** With the logarithm of the rows, less the coefficients for "REML". */
  readonly bic: number;
  readonly iterations: number;
  readonly level: number;
}

const caller = "repeatedMeasures";
const options = [
  "outcome",
  "terms",
  "person",
  "wave",
  "waves",
  "waveAs",
  "correlation",
  "method",
  "degreesOfFreedom",
  "contrasts",
  "level",
] as const;
const structures: readonly ResidualStructure[] = [
  "unstructured",
  "compound-symmetry",
  "heterogeneous-compound-symmetry",
  "ar1",
  "heterogeneous-ar1",
  "continuous-ar1",
];

/**
 * Estimates how the mean of an outcome measured at several waves differs with the terms, by generalised least squares with an
 * estimated covariance of each person's residuals: the mixed model for repeated measures where it is unstructured. Every row
 * with an outcome counts, also of people with other waves missing; that is right if, given what was seen, missing values
 * tell nothing more (missing at random). Each coefficient is a difference in the mean outcome with a t interval and test.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "not-numeric", "no-complete-rows", "outcome-among-terms",
 * "repeated-variable", "unknown-level", "one-wave", "one-cluster", "repeated-wave", "no-pairs", "constant-outcome", "constant-column",
 * "collinear", "too-few-rows", "too-few-people", "perfect-fit", "singular-covariance", "not-identified", "not-converged",
 * "unknown-coefficient", "out-of-scale".
 *
 * Source: Harville (1977) for the restricted likelihood and its derivatives; Giesbrecht & Burns (1985) for the degrees of
 * freedom, with the observed information; Kenward & Roger (1997); Liang & Zeger (2000) for equal means at the first wave.
 * Checked against nlme 3.1-162 `gls`, lmerTest 3.1-3 and pbkrtest 0.5-2 in R 4.2.2, and dense matrices there.
 *
 * @example
 * ```ts
 * import { repeatedMeasures } from "kithpath";
 * const person = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
 * const model = repeatedMeasures(
 *   {
 *     person: [...person, ...person, ...person],
 *     month: [0, 6, 12].flatMap((month) => person.map(() => month)),
 *     mentored: [0, 6, 12].flatMap(() => person.map((id) => id % 2)),
 *     wellbeing: [
 *       41, 39, 50, 42, 47, 45, 38, 52, 44, 40,
 *       46, 40, 53, 41, 55, 46, 45, 50, 47, null,
 *       50, 38, 56, 45, null, 44, 49, 53, 52, 43,
 *     ],
 *   },
 *   { outcome: "wellbeing", terms: ["month", "month:mentored"], person: "person", wave: "month" },
 * );
 * model.coefficients.at(-1)?.estimate; // difference at month 12, given equal means at month 0
 * ```
 */
export function repeatedMeasures(data: Data, spec: RepeatedMeasuresSpec): RepeatedMeasures {
  refuseUnknown(caller, spec, options);
  const level = completeLevel(caller, spec.level);
  const correlation = completeChoice(caller, "correlation", spec.correlation, structures, "unstructured");
  const likelihood = completeChoice(caller, "method", spec.method, ["REML", "ML"], "REML");
  const waveAs = completeChoice(caller, "waveAs", spec.waveAs, ["category", "number"], "category");
  const degreesOfFreedom = completeChoice(
    caller,
    "degreesOfFreedom",
    spec.degreesOfFreedom,
    ["satterthwaite", "kenward-roger", "residual"],
    "satterthwaite",
  );
  const restricted = likelihood === "REML";
  const linear = correlation === "unstructured" || correlation === "compound-symmetry";
  refuseRoger(caller, degreesOfFreedom, restricted, linear);
  const terms = askedColumns(spec);
  refuseRepeated(caller, { outcome: [spec.outcome], person: [spec.person], wave: [spec.wave] });
  const table = toTable(data);
  const variables = terms.flatMap((term) => variablesOfTerm(table, term));
  numbersOf(table, spec.outcome);
  if (waveAs === "number") numbersOf(table, spec.wave);

  const complete = selectComplete(table, [spec.outcome, ...variables, spec.person, spec.wave]);
  const seen = readPersonWaves(caller, complete, spec.person, spec.wave, spec.waves);
  const { selection, people, wave } = seen;
  const rows = selection.table;
  const outcome = numbersOf(rows, spec.outcome);
  const designed = waveAs === "category" ? withWaves(rows, wave) : rows;
  const { names, columns, design, references } = buildDesign(designed, terms);
  refuseTooFewRows(caller, rows.rows, names.length);
  refuseConstant(outcome, spec.outcome);
  if (correlation === "unstructured") refuseFewPeople(people, wave.codes, wave.levels, names.length);
  const times =
    correlation === "continuous-ar1" ? timesOf(rows, wave) : Float64Array.from(wave.levels, (_, place) => place);
  const fit = fitRepeated({
    design,
    outcome,
    people: people.codes,
    waves: wave.codes,
    times,
    structure: correlation,
    restricted,
    adjusted: degreesOfFreedom === "kenward-roger",
  });
  refuseUnfitted(fit, names);

  const parameters = names.length + fit.covarianceParameters;
  const { coefficients, uncertainty } = fit;
  const residualFreedom = rows.rows - names.length;
  const tested = { columns, coefficients, uncertainty, freedom: degreesOfFreedom, residualFreedom };
  return {
    kind: "repeated-measures",
    n: people.count,
    rows: rows.rows,
    dropped: selection.dropped,
    notes: repeatedNotes(seen, {
      correlation,
      degreesOfFreedom,
      textual: spec.waves === undefined && columnOf(rows, spec.wave).kind === "category",
    }),
    method: methodInWords(correlation, restricted, degreesOfFreedom),
    outcome: spec.outcome,
    terms,
    person: spec.person,
    wave: spec.wave,
    waveAs,
    waves: wave.levels.map((name, place) => ({ wave: name, people: seen.seen[place]! })),
    correlation,
    likelihood,
    degreesOfFreedom,
    coefficients: coefficientTable(columns, coefficients, uncertainty.covariance, coefficientFreedoms(tested), level),
    termTests: repeatedTermTests(tested),
    contrasts: repeatedContrasts(caller, tested, spec.contrasts ?? {}, level),
    references,
    covariance: rowsOfMatrix(uncertainty.covariance),
    residual: {
      waves: wave.levels,
      standardDeviations: wave.levels.map((_, a) => Math.sqrt(elementOf(fit.residualCovariance, a, a))),
      covariance: rowsOfMatrix(fit.residualCovariance),
      correlation: rowsOfMatrix(correlationsOf(fit.residualCovariance)),
      rho: fit.correlation,
      parameters: fit.covarianceParameters,
    },
    logLikelihood: fit.logLikelihood,
    aic: 2 * parameters - 2 * fit.logLikelihood,
    bic: Math.log(restricted ? residualFreedom : rows.rows) * parameters - 2 * fit.logLikelihood,
    iterations: fit.steps.length,
    level,
  };
}

function elementOf(a: Matrix, row: number, column: number): number {
  return a.data[column * a.rows + row]!;
}

function correlationsOf(a: Matrix): Matrix {
  const result = matrix(a.rows, a.rows);
  for (let j = 0; j < a.rows; j++) {
    for (let i = 0; i < a.rows; i++) {
      const spread = Math.sqrt(elementOf(a, i, i)) * Math.sqrt(elementOf(a, j, j));
      result.data[j * a.rows + i] = i === j ? 1 : elementOf(a, i, j) / spread;
    }
  }
  return result;
}
