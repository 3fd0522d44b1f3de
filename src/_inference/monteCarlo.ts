import type { Matrix } from "../_numeric/matrix.ts";
import { randomStream } from "../_numeric/random.ts";
import { KithpathError } from "../errors.ts";
import type { ResamplingOptions } from "../estimate.ts";
import type { Draws } from "./draws.ts";
import { completePace } from "./pacing.ts";
import { collect, type StoppingRule } from "./stopping.ts";

export interface MonteCarloOptions extends ResamplingOptions {
  /** Estimated parameters and their covariance matrix (positive semi-definite: a parameter may be fixed). */
  readonly mean: Float64Array;
  readonly covariance: Matrix;
  /** Turns one draw of the parameters into the quantities of interest; NaN where they do not exist. */
  readonly transform: (parameters: Float64Array, out: Float64Array) => void;
  readonly names: readonly string[];
  /** Draws on, in blocks of `draws`, until the limits are stable. */
  readonly until?: StoppingRule;
}

/**
 * Draws from the normal approximation of the estimated parameters and transforms each draw (for a product of
 * coefficients: MacKinnon, Lockwood & Williams 2004). Draw i uses the random stream (seed, i) only.
 *
 * Errors: `invalid-option`, `invalid-covariance`, `aborted`, `too-many-failed-draws`.
 */
export async function monteCarlo(o: MonteCarloOptions): Promise<Draws> {
  const pace = completePace(o);
  const { mean, transform, names } = o;
  const count = mean.length;
  const root = semidefiniteRoot(o.covariance, count);
  const stream = randomStream(pace.seed, 0);
  const standard = new Float64Array(count);
  const parameters = new Float64Array(count);
  const draw = (index: number, out: Float64Array) => {
    stream.restart(pace.seed, index);
    for (let j = 0; j < count; j++) standard[j] = stream.normal();
    for (let i = 0; i < count; i++) {
      let value = mean[i]!;
      for (let j = 0; j <= i; j++) value += root[j * count + i]! * standard[j]!;
      parameters[i] = value;
    }
    transform(parameters, out);
  };
  return collect({ scheme: "Monte Carlo", names, pace, until: o.until, draw });
}

/** Lower triangular L with LL' = covariance, column-major. A pivot that is zero to rounding leaves a column of zeros. */
function semidefiniteRoot(covariance: Matrix, count: number): Float64Array {
  const { data } = covariance;
  if (covariance.rows !== count || covariance.columns !== count || !data.every(Number.isFinite)) throw unusable();
  const root = new Float64Array(count * count);
  for (let j = 0; j < count; j++) {
    const variance = data[j * count + j]!;
    let pivot = variance;
    for (let k = 0; k < j; k++) pivot -= root[k * count + j]! ** 2;
    const rounding = 1e-10 * count * Math.abs(variance);
    if (pivot < -rounding || variance < 0) throw unusable();
    const length = pivot <= rounding ? 0 : Math.sqrt(pivot);
    root[j * count + j] = length;
    for (let i = j + 1; i < count; i++) {
      let value = data[j * count + i]!;
      for (let k = 0; k < j; k++) value -= root[k * count + i]! * root[k * count + j]!;
      if (length > 0) root[j * count + i] = value / length;
      else if (value * value > 1e-8 * count * Math.abs(variance * data[i * count + i]!)) throw unusable();
    }
  }
  return root;
}

function unusable(): KithpathError {
  return new KithpathError("invalid-covariance", "The covariance matrix of the parameters cannot be drawn from", {
    expected: "a symmetric matrix of finite numbers without negative eigenvalues, one row per parameter",
  });
}
