import { type Coefficient, coefficientTable } from "../_models/coefficientTable.ts";
import { fitRepeated } from "../_models/generalizedLeastSquares.ts";
import { buildDesign, refuseTooFewRows, variablesOfTerm } from "../_models/namedDesign.ts";
import type { ResidualStructure } from "../_models/residualCovariance.ts";
import { type Matrix, matrix, rowsOfMatrix } from "../_numeric/matrix.ts";
import { selectComplete } from "../arm.ts";
import type { Note, Result } from "../estimate.ts";
import { completeChoice, completeLevel, refuseUnknown } from "../options.ts";
import { columnOf, type Data, numbersOf, toTable } from "../table.ts";
import { type PersonWaves, readPersonWaves, timesOf, withWaves } from "./personWaves.ts";
import { askedColumns, refuseConstant, refuseFewPeople, refuseUnfitted } from "./repeatedRefusals.ts";
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
  /** Default "satterthwaite". "residual" is rows less coefficients, which is too many. */
  readonly degreesOfFreedom?: "satterthwaite" | "residual";
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
  readonly estimation: "REML" | "ML";
  readonly degreesOfFreedom: "satterthwaite" | "residual";
  /** The intercept first, then in the order of the terms. */
  readonly coefficients: readonly Coefficient[];
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
 * "collinear", "too-few-rows", "too-few-people", "perfect-fit", "singular-covariance", "not-identified", "not-converged".
 *
 * Source: Harville (1977) for the restricted likelihood and its derivatives; Giesbrecht & Burns (1985) for the degrees of
 * freedom, with the observed information; Liang & Zeger (2000) for equal means at the first wave.
 * Checked against nlme 3.1-162 `gls` and lmerTest 3.1-3 in R 4.2.2.
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
  const estimation = completeChoice(caller, "method", spec.method, ["REML", "ML"], "REML");
  const waveAs = completeChoice(caller, "waveAs", spec.waveAs, ["category", "number"], "category");
  const degreesOfFreedom = completeChoice(
    caller,
    "degreesOfFreedom",
    spec.degreesOfFreedom,
    ["satterthwaite", "residual"],
    "satterthwaite",
  );
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
  const restricted = estimation === "REML";
  const fit = fitRepeated({
    design,
    outcome,
    people: people.codes,
    waves: wave.codes,
    times,
    structure: correlation,
    restricted,
  });
  refuseUnfitted(fit, names);

  const parameters = names.length + fit.covarianceParameters;
  const df = degreesOfFreedom === "residual" ? fit.df.map(() => rows.rows - names.length) : fit.df;
  return {
    kind: "repeated-measures",
    n: people.count,
    rows: rows.rows,
    dropped: selection.dropped,
    notes: repeatedNotes(seen, { correlation, degreesOfFreedom, textual: isText(rows, spec) }),
    method: `Generalised least squares with ${inWords[correlation]} of the residuals of a person, by ${restricted ? "restricted " : ""}maximum likelihood, with ${degreesOfFreedom === "residual" ? "residual" : "Satterthwaite"} degrees of freedom`,
    outcome: spec.outcome,
    terms,
    person: spec.person,
    wave: spec.wave,
    waveAs,
    waves: wave.levels.map((name, place) => ({ wave: name, people: seen.seen[place]! })),
    correlation,
    estimation,
    degreesOfFreedom,
    coefficients: coefficientTable(columns, fit.coefficients, fit.covariance, df, level),
    references,
    covariance: rowsOfMatrix(fit.covariance),
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
    bic: Math.log(restricted ? rows.rows - names.length : rows.rows) * parameters - 2 * fit.logLikelihood,
    iterations: fit.steps.length,
    level,
  };
}

const inWords: Readonly<Record<ResidualStructure, string>> = {
  unstructured: "an unstructured covariance",
  "compound-symmetry": "a compound-symmetric covariance",
  "heterogeneous-compound-symmetry": "equal correlations and different variances",
  ar1: "a first-order autoregressive covariance",
  "heterogeneous-ar1": "first-order autoregressive correlations and different variances",
  "continuous-ar1": "a covariance that fades with time (continuous first-order autoregression)",
};

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

function isText(rows: Parameters<typeof columnOf>[0], { wave, waves }: RepeatedMeasuresSpec): boolean {
  return waves === undefined && columnOf(rows, wave).kind === "category";
}

function repeatedNotes(
  { people, wave, selection }: PersonWaves,
  asked: { correlation: ResidualStructure; degreesOfFreedom: string; textual: boolean },
): Note[] {
  const notes: Note[] = [];
  const rows = new Int32Array(people.count);
  for (const code of people.codes) rows[code]!++;
  const partial = rows.filter((count) => count < wave.levels.length).length;
  if (partial > 0) {
    notes.push({
      code: "waves-missing",
      text: `${partial} of ${people.count} people lack one or more of the ${wave.levels.length} waves; they count with what was seen, as missing at random.`,
    });
  }
  if (asked.textual && asked.correlation.endsWith("ar1")) {
    notes.push({
      code: "wave-order",
      text: `The waves are taken in the order ${wave.levels.join(", ")} only because of their texts: give "waves" if it is another.`,
    });
  }
  if (asked.degreesOfFreedom === "residual") {
    notes.push({
      code: "rows-as-degrees-of-freedom",
      text: `Degrees of freedom count ${selection.table.rows} rows as if they were different people: p values and intervals are too good.`,
    });
  }
  return notes;
}
