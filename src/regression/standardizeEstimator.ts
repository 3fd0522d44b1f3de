import type { Estimator } from "../_inference/estimator.ts";
import { emptyRow, type Link, type ResponseModel } from "../_models/families.ts";
import { createRefit } from "../_models/glmRefit.ts";
import { normalDensity } from "../_numeric/distributions/index.ts";
import type { Matrix } from "../_numeric/matrix.ts";

/** The model's rows as they are and as they would be with everyone treated or everyone at the reference. */
interface CounterfactualDesigns {
  readonly observed: Matrix;
  readonly treated: Matrix;
  readonly reference: Matrix;
}

/** The places of the estimator's names; ratios as logarithms. */
export const place = { reference: 0, treated: 1, difference: 2, logRatio: 3, logOddsRatio: 4 } as const;

/** How many of the places a model has: ratios need positive means, odds ratios a probability between 0 and 1. */
export function placesOf(link: Link): number {
  if (link === "identity") return 3;
  return link === "log" ? 4 : 5;
}

/** Both standardised means and their contrasts as a function of case weights; the weights also weigh the averaging. */
export function standardizeEstimator(
  designs: CounterfactualDesigns,
  outcome: Float64Array,
  model: ResponseModel,
  start: Float64Array,
): Estimator {
  const refit = createRefit(designs.observed, outcome, model);
  const coefficients = new Float64Array(start.length);
  const names = (Object.keys(place) as (keyof typeof place)[]).slice(0, placesOf(model.link));
  return {
    names,
    units: outcome.length,
    estimate(weights, out) {
      if (!refit(weights, start, coefficients)) {
        out.fill(Number.NaN);
        return;
      }
      const reference = averageMean(designs.reference, coefficients, model, weights);
      const treated = averageMean(designs.treated, coefficients, model, weights);
      contrast(reference, treated, out);
    },
  };
}

/** Writes as many of the places as `out` is long. */
export function contrast(reference: number, treated: number, out: Float64Array): void {
  out[place.reference] = reference;
  out[place.treated] = treated;
  out[place.difference] = treated - reference;
  if (out.length > place.logRatio) out[place.logRatio] = Math.log(treated / reference);
  if (out.length > place.logOddsRatio) {
    out[place.logOddsRatio] = Math.log((treated * (1 - reference)) / (reference * (1 - treated)));
  }
}

function averageMean(design: Matrix, coefficients: Float64Array, model: ResponseModel, weights: Float64Array): number {
  const row = emptyRow();
  let total = 0;
  let size = 0;
  for (let i = 0; i < design.rows; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    model.row(0, predictorAt(design, coefficients, i), row);
    total += weight * row.mean;
    size += weight;
  }
  return total / size;
}

/** The average over all rows of the mean and of its derivative by each coefficient. */
export function averageWithGradient(
  design: Matrix,
  coefficients: Float64Array,
  model: ResponseModel,
): { mean: number; gradient: Float64Array } {
  const row = emptyRow();
  const gradient = new Float64Array(design.columns);
  let mean = 0;
  for (let i = 0; i < design.rows; i++) {
    const eta = predictorAt(design, coefficients, i);
    model.row(0, eta, row);
    mean += row.mean / design.rows;
    const slope = slopeOf(model.link, eta, row.mean, row.information) / design.rows;
    for (let j = 0; j < design.columns; j++) gradient[j]! += slope * design.data[j * design.rows + i]!;
  }
  return { mean, gradient };
}

/** Derivative of the mean by the linear predictor. */
function slopeOf(link: Link, eta: number, mean: number, information: number): number {
  if (link === "identity") return 1;
  if (link === "log") return mean;
  return link === "logit" ? information : normalDensity(eta);
}

function predictorAt(design: Matrix, coefficients: Float64Array, row: number): number {
  let eta = 0;
  for (let j = 0; j < design.columns; j++) eta += design.data[j * design.rows + row]! * coefficients[j]!;
  return eta;
}
