import { createCoxRefit } from "../../_models/coxRefit.ts";
import type { Matrix } from "../../_numeric/matrix.ts";
import type { Equation } from "./equation.ts";

/** A Cox model with its baseline hazard, which follows from the weights and the coefficients. */
export function coxEquation(design: Matrix, time: Float64Array, event: ArrayLike<number>, ties: "efron" | "breslow") {
  const refit = createCoxRefit(design, time, event, ties);
  const parameters = new Float64Array(design.columns);
  const everyone = new Float64Array(design.rows).fill(1);
  const start = new Float64Array(design.columns);
  refit.fit(everyone, new Float64Array(design.columns), start);
  const steps = { times: refit.times, hazard: new Float64Array(refit.times.length) };
  const equation: Equation = {
    parameters,
    fit: (weights) => refit.fit(weights, start, parameters),
    law: () => null,
  };
  return { equation, steps, refresh: (weights: Float64Array) => refit.baseline(weights, parameters, steps.hazard) };
}
