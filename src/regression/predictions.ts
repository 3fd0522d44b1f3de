import { type CovarianceType, linearCovariance } from "../_models/covariance.ts";
import { emptyRow } from "../_models/families.ts";
import { fitLinear, type LinearFit } from "../_models/linear.ts";
import { type Profile, profileDesign } from "../_models/profiles.ts";
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
  const { predict, design, level } = asked;
  const values = profileColumns(asked);
  return predict.profiles.map((profile, place) => {
    // with the columns counted from the profile the intercept is its mean, error and degrees of freedom included
    const shifted = shiftedDesign(design, values, place);
    const there = fitLinear(shifted, outcome, options.weights);
    const { covariance, df } = linearCovariance(there, shifted, type, options);
    const estimate = there.coefficients[0]!;
    const variance = covariance.data[0]!;
    const quantile = tQuantileUpper((1 - level) / 2, df[0]!);
    const around = (squared: number): Interval => {
      const half = quantile * Math.sqrt(squared);
      return { level, lower: estimate - half, upper: estimate + half, method: "t" };
    };
    const alone = type === "classical" && options.weights === undefined;
    return {
      profile,
      mean: { estimate, standardError: Math.sqrt(variance), interval: around(variance) },
      df: df[0]!,
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
  const { predict, design, level, offset } = asked;
  const { fit, model } = fitted;
  const values = profileColumns(asked);
  return predict.profiles.map((profile, place) => {
    const shift = offset === undefined ? 0 : Number(profile[offset]);
    let eta = fit.coefficients[0]! + shift;
    for (let k = 1; k < design.columns; k++) eta += fit.coefficients[k]! * values.data[(k - 1) * values.rows + place]!;
    const { covariance, df } = generalizedCovariance(shiftedDesign(design, values, place), fitted, matters);
    const variance = observed === null ? covariance.data[0]! : quadraticForm(observed, values, place);
    const standardError = Math.sqrt(variance);
    const tail = (1 - level) / 2;
    const half = (df === null ? normalQuantileUpper(tail) : tQuantileUpper(tail, df[0]!)) * standardError;
    const method = df === null ? "normal" : "t";
    const row = emptyRow();
    const meanAt = (predictor: number): number => {
      model.row(0, predictor, row);
      return row.mean;
    };
    const mean = meanAt(eta);
    // the information is the square of the mean's slope over its variance
    const slope = Math.sqrt(row.information * model.variance(mean));
    return {
      profile,
      linearPredictor: {
        estimate: eta,
        standardError,
        interval: { level, lower: eta - half, upper: eta + half, method },
      },
      mean: {
        estimate: mean,
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

function profileColumns({ caller, predict, table, terms, ...rest }: Asked & { readonly offset?: string }): Matrix {
  refuseUnknown(`${caller} predict`, predict, ["profiles"]);
  return profileDesign(caller, table, terms, predict.profiles, Object.values(given({ offset: rest.offset })));
}

/** The design with every column but the intercept less its value in the profile. */
function shiftedDesign(design: Matrix, profiles: Matrix, place: number): Matrix {
  const shifted = matrix(design.rows, design.columns);
  shifted.data.set(design.data);
  for (let k = 1; k < design.columns; k++) {
    const value = profiles.data[(k - 1) * profiles.rows + place]!;
    const column = columnOfMatrix(shifted, k);
    for (let i = 0; i < column.length; i++) column[i]! -= value;
  }
  return shifted;
}

/** c′Vc for the profile's row c of the design. */
function quadraticForm(covariance: Matrix, profiles: Matrix, place: number): number {
  const at = (k: number) => (k === 0 ? 1 : profiles.data[(k - 1) * profiles.rows + place]!);
  let total = 0;
  for (let j = 0; j < covariance.columns; j++) {
    for (let i = 0; i < covariance.rows; i++) total += at(i) * at(j) * covariance.data[j * covariance.rows + i]!;
  }
  return total;
}
