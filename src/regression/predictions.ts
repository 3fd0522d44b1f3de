import { type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import { emptyRow } from "../_models/families.ts";
import { fitLinear, type LinearFit } from "../_models/linear.ts";
import { type Profile, profileDesign } from "../_models/profiles.ts";
import { mean } from "../_numeric/describe.ts";
import { normalQuantileUpper, tQuantileUpper } from "../_numeric/distributions/index.ts";
import { columnOfMatrix, type Matrix, matrix } from "../_numeric/matrix.ts";
import type { Estimate, Interval } from "../estimate.ts";
import { given, refuseUnknown } from "../options.ts";
import type { Table } from "../table.ts";
import { type CovarianceMatters, generalizedCovariance } from "./generalizedLinearCovariance.ts";
import type { FittedModel } from "./generalizedLinearFit.ts";

export interface PredictionSpec {
  /** The people to predict for: a value of every variable of the terms (and of the offset). */
  readonly profiles: readonly Profile[];
}

export interface LinearPrediction {
  readonly profile: Profile;
  /** The mean outcome of all people with this profile. */
  readonly mean: Estimate;
  readonly df: number;
  /** Limits for the outcome of one new person, normal with the residual variance; `null` with weights or a robust covariance. */
  readonly person: Interval | null;
}

export interface GeneralizedLinearPrediction {
  readonly profile: Profile;
  /** On the scale of the link. */
  readonly linearPredictor: Estimate;
  /** The mean outcome of people with this profile (a probability, a count, a mean), its limits those of the linear predictor. */
  readonly mean: Estimate;
}

interface Asked {
  readonly caller: string;
  readonly predict: PredictionSpec;
  /** The rows of the model. */
  readonly table: Table;
  readonly terms: readonly string[];
  readonly design: Matrix;
  /** Whether the first column of the design is the intercept. */
  readonly intercept: boolean;
  readonly level: number;
}

/** Errors: "unknown-option", "invalid-option", "missing-profile-value", "not-numeric", "unknown-level". */
export function linearPredictions(
  asked: Asked,
  outcome: Float64Array,
  fit: LinearFit,
  type: CovarianceType,
  options: Parameters<typeof linearCovariance>[3] = {},
): LinearPrediction[] {
  const { predict, level } = asked;
  const found = combinations(asked, designRows(asked), type === "CR2", (design) => {
    const there = fitLinear(design, outcome, options.weights);
    return { coefficients: there.coefficients, ...linearCovariance(there, design, type, options) };
  });
  return predict.profiles.map((profile, place) => {
    const { estimate, variance, df } = found[place]!;
    const quantile = tQuantileUpper((1 - level) / 2, df!);
    const around = (squared: number): Interval => {
      const half = quantile * Math.sqrt(squared);
      return { level, lower: estimate - half, upper: estimate + half, method: "t" };
    };
    const alone = type === "classical" && options.weights === undefined;
    return {
      profile,
      mean: { estimate, standardError: Math.sqrt(variance), interval: around(variance) },
      df: df!,
      person: alone ? around(variance + fit.residualVariance) : null,
    };
  });
}

/** Errors: those of `linearPredictions`. */
export function generalizedPredictions(
  asked: Asked & { readonly offset?: string },
  fitted: FittedModel,
  matters: CovarianceMatters,
  observed: Matrix | null,
): GeneralizedLinearPrediction[] {
  const { predict, level, offset } = asked;
  const { fit, model } = fitted;
  const rows = designRows(asked);
  const found = combinations(asked, rows, matters.type === "CR2", (design) => ({
    coefficients: fit.coefficients,
    ...generalizedCovariance(design, fitted, matters),
  }));
  return predict.profiles.map((profile, place) => {
    const shift = offset === undefined ? 0 : Number(profile[offset]);
    const row = rows[place]!;
    const eta = row.reduce((total, value, k) => total + value * fit.coefficients[k]!, shift);
    const { variance, df } = found[place]!;
    const standardError = Math.sqrt(observed === null ? variance : quadraticForm(observed, row));
    const tail = (1 - level) / 2;
    const half = (df === null ? normalQuantileUpper(tail) : tQuantileUpper(tail, df)) * standardError;
    const method = df === null ? "normal" : "t";
    const response = emptyRow();
    const meanAt = (predictor: number): number => {
      model.row(0, predictor, response);
      return response.mean;
    };
    const expected = meanAt(eta);
    // the information is the square of the mean's slope over its variance
    const slope = Math.sqrt(response.information * model.variance(expected));
    return {
      profile,
      linearPredictor: {
        estimate: eta,
        standardError,
        interval: { level, lower: eta - half, upper: eta + half, method },
      },
      mean: {
        estimate: expected,
        standardError: slope * standardError,
        interval: {
          level,
          lower: meanAt(eta - half),
          upper: meanAt(eta + half),
          method: model.link === "identity" ? method : `${method} on the scale of the link`,
        },
      },
    };
  });
}

/** The profiles' own rows of the design. */
function designRows(asked: Asked & { readonly offset?: string }): Float64Array[] {
  const { caller, predict, table, terms, intercept } = asked;
  refuseUnknown(`${caller} predict`, predict, ["profiles"]);
  const more = Object.values(given({ offset: asked.offset }));
  const columns = profileDesign(caller, table, terms, predict.profiles, more);
  return predict.profiles.map((_, place) => {
    const values = Array.from({ length: columns.columns }, (_, k) => columns.data[k * columns.rows + place]!);
    return Float64Array.from(intercept ? [1, ...values] : values);
  });
}

interface Located {
  readonly coefficients: Float64Array;
  readonly covariance: Matrix;
  readonly df: Float64Array | null;
}

interface Combination {
  readonly estimate: number;
  readonly variance: number;
  readonly df: number | null;
}

/**
 * The coefficients combined by each row, from the fit of a design `at` a place: counted from the middle of the rows, so that
 * nothing cancels however far from 0 a term lies; where degrees of freedom belong to single coefficients, from each row in
 * turn, whose combination then is a coefficient.
 */
function combinations(
  { design, intercept }: Asked,
  rows: readonly Float64Array[],
  singly: boolean,
  at: (design: Matrix) => Located,
): Combination[] {
  if (singly) {
    return rows.map((row) => {
      // where every column is 0 so is the mean, whatever the data
      const known = row.every((value) => value === 0);
      const pivot = intercept ? 0 : pivotOf(row, design);
      const { coefficients, covariance, df } = at(shiftedDesign(design, row, pivot));
      const variance = known ? 0 : covariance.data[pivot * (design.columns + 1)]!;
      return { estimate: known ? 0 : coefficients[pivot]!, variance, df: df?.[pivot] ?? null };
    });
  }
  const middle = Float64Array.from({ length: design.columns }, (_, k) => mean(rows.map((row) => row[k]!)));
  const { coefficients, covariance, df } = at(intercept ? shiftedDesign(design, middle, 0) : design);
  return rows.map((row) => {
    const own = intercept ? row.map((value, k) => (k === 0 ? 1 : value - middle[k]!)) : row;
    const estimate = own.reduce((total, value, k) => total + value * coefficients[k]!, 0);
    return { estimate, variance: quadraticForm(covariance, own), df: df?.[0] ?? null };
  });
}

/** The column that the profile has most of, beside its length. */
function pivotOf(row: Float64Array, design: Matrix): number {
  const shares = row.map((value, k) => {
    const longest = columnOfMatrix(design, k).reduce((most, entry) => Math.max(most, Math.abs(entry)), 0);
    return Math.abs(value) / longest;
  });
  return shares.indexOf(Math.max(...shares));
}

/**
 * The same space with the profile's mean as the coefficient of the pivot: with an intercept the other columns are counted
 * from the profile, and nothing cancels however far from 0 a term lies.
 */
function shiftedDesign(design: Matrix, row: Float64Array, pivot: number): Matrix {
  const shifted = matrix(design.rows, design.columns);
  shifted.data.set(design.data);
  if (row[pivot] === 0) return shifted;
  const own = columnOfMatrix(shifted, pivot);
  for (let i = 0; i < own.length; i++) own[i]! /= row[pivot]!;
  for (let k = 0; k < design.columns; k++) {
    if (k === pivot) continue;
    const column = columnOfMatrix(shifted, k);
    for (let i = 0; i < column.length; i++) column[i]! -= row[k]! * own[i]!;
  }
  return shifted;
}

/** c′Vc for a row c of the design. */
function quadraticForm(covariance: Matrix, row: Float64Array): number {
  let total = 0;
  for (let j = 0; j < covariance.columns; j++) {
    for (let i = 0; i < covariance.rows; i++) total += row[i]! * row[j]! * covariance.data[j * covariance.rows + i]!;
  }
  return Math.max(0, total);
}
