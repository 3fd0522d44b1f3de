import type { CovarianceType } from "../_models/covariance.ts";
import type { LinearFit } from "../_models/linear.ts";
import { columnOfMatrix, type Matrix } from "../_numeric/matrix.ts";
import type { Note } from "../estimate.ts";
import { isClustered } from "./covarianceChoice.ts";

interface NoteMatters {
  readonly fit: LinearFit;
  readonly design: Matrix;
  readonly weights: Float64Array | undefined;
  /** Total sum of squares of the outcome. */
  readonly total: number;
  readonly covarianceType: CovarianceType;
  readonly df: Float64Array;
  readonly unseen: readonly number[];
  readonly names: readonly string[];
  readonly clusters: number | null;
}

const fewClusters = 30;
const fewDegreesOfFreedom = 4;

/** What is valid but worth knowing about a linear fit. */
export function linearNotes(matters: NoteMatters): Note[] {
  const { fit, total, covarianceType, df, unseen, names, clusters } = matters;
  const notes: Note[] = [];
  const entangled = nearlyDependent(matters);
  if (entangled.length > 0) {
    notes.push({
      code: "near-collinear",
      text: `${entangled.map((k) => names[k]).join(", ")}: nearly a combination of the other columns. Rounding of the data alone may change the last half of the digits of these coefficients; fewer terms, or terms centred at their means, are better determined.`,
    });
  }
  if (fit.residualSumOfSquares <= 1e-24 * total) {
    notes.push({
      code: "perfect-fit",
      text: "The terms reproduce the outcome exactly; standard errors and tests only show rounding.",
    });
  }
  const alone = fit.leverage.filter((value) => value > 1 - 1e-10).length;
  if (alone > 0 && covarianceType !== "classical") {
    notes.push({
      code: "full-leverage",
      text: `${alone} row${alone === 1 ? " is" : "s are"} fitted exactly and cannot add to a robust standard error.`,
    });
  }
  if (clusters !== null && clusters < fewClusters && isClustered(covarianceType) && covarianceType !== "CR2") {
    notes.push({
      code: "few-clusters",
      text: `With ${clusters} clusters ${covarianceType} standard errors tend to be too small; CR2 corrects for that.`,
    });
  }
  if (unseen.length > 0) {
    const rests = unseen.map((k) => names[k]).join(", ");
    notes.push({
      code: "cluster-fitted-exactly",
      text: `${rests}: the estimate rests on a cluster that the model fits exactly, such as the only one of its kind. How such clusters vary cannot be seen; the standard error is too small.`,
    });
  }
  const weak = names.filter((_, k) => covarianceType === "CR2" && df[k]! < fewDegreesOfFreedom - 1e-6);
  if (weak.length > 0) {
    notes.push({
      code: "few-degrees-of-freedom",
      text: `Fewer than ${fewDegreesOfFreedom} degrees of freedom for ${weak.join(", ")}: p values there are not reliable (Tipton 2015).`,
    });
  }
  return notes;
}

/**
 * Columns of which less than a millionth lies outside the span of the others, as uncentred lengths: 1/√(C_jj·Σwx²) with
 * C = (X′WX)⁻¹. Each tenth of it costs the coefficients one digit of the sixteen.
 */
function nearlyDependent({ fit, design, weights }: NoteMatters): number[] {
  return Array.from({ length: design.columns }, (_, k) => k).filter((k) => {
    const column = columnOfMatrix(design, k);
    const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const squares = column.reduce((total, value, i) => total + (weights?.[i] ?? 1) * (value / largest) ** 2, 0);
    const error = Math.sqrt(fit.crossInverse.data[k * design.columns + k]!) * largest;
    return error * Math.sqrt(squares) > 1e6;
  });
}
