import { normalDensity, normalLower, normalUpper } from "../_numeric/distributions/index.ts";
import { carriedCoefficients, choleskyInPlace, type RowMajor, weightedCross } from "./crossProduct.ts";

/** A start this good needs two or three steps; a draw that has not settled after this many is separated. */
const mostSteps = 30;
// The step after this one would be about its square.
const settled = 1e-5;
const boundlessPredictor = 40;

/**
 * Weighted maximum likelihood for a binary outcome: Newton steps for the logit, Fisher scoring for the probit, from a given
 * start, on the columns of `design` before `size`. Nothing is allocated after construction.
 */
export class BinaryFit {
  readonly information: Float64Array;
  private readonly block: Float64Array;
  private readonly gradient: Float64Array;
  private readonly step: Float64Array;
  private readonly working: Float64Array;

  constructor(
    private readonly design: RowMajor,
    private readonly size: number,
    private readonly outcome: Float64Array,
    private readonly link: "logit" | "probit",
  ) {
    this.information = new Float64Array(design.stride ** 2);
    this.block = new Float64Array((size + 1) ** 2);
    this.gradient = new Float64Array(size);
    this.step = new Float64Array(size);
    this.working = new Float64Array(design.rows);
  }

  /** Improves `beta` in place. False when the likelihood has no maximum or the design is singular. */
  fit(weights: Float64Array, active: Int32Array, count: number, beta: Float64Array): boolean {
    const { size } = this;
    for (let iteration = 0; iteration < mostSteps; iteration++) {
      if (!this.score(weights, active, count, beta)) return false;
      weightedCross(this.design, this.working, active, count, this.information);
      for (let i = 0; i < size; i++) {
        for (let j = 0; j <= i; j++) this.block[i * (size + 1) + j] = this.information[i * this.design.stride + j]!;
        this.block[size * (size + 1) + i] = this.gradient[i]!;
      }
      if (!choleskyInPlace(this.block, size + 1, size)) return false;
      carriedCoefficients(this.block, size + 1, size, size, this.step, 0);
      let largest = 0;
      for (let j = 0; j < size; j++) {
        beta[j] = beta[j]! + this.step[j]!;
        largest = Math.max(largest, Math.abs(this.step[j]!));
      }
      if (!(largest < 1e6)) return false;
      // Newton steps square the distance; Fisher scoring only shrinks it.
      if (largest < (this.link === "logit" ? settled : 1e-11)) return true;
    }
    return false;
  }

  /** Gradient and working weights at `beta`. */
  private score(weights: Float64Array, active: Int32Array, count: number, beta: Float64Array): boolean {
    const { values, stride } = this.design;
    const { size, gradient, outcome, working, link } = this;
    gradient.fill(0);
    let bounded = false;
    for (let i = 0; i < count; i++) {
      const row = active[i]!;
      const at = row * stride;
      let eta = 0;
      for (let j = 0; j < size; j++) eta += beta[j]! * values[at + j]!;
      if (Math.abs(eta) < boundlessPredictor) bounded = true;
      const weight = weights[row]!;
      let residual: number;
      if (link === "logit") {
        const p = 1 / (1 + Math.exp(-eta));
        residual = weight * (outcome[row]! - p);
        working[row] = weight * p * (1 - p);
      } else {
        const p = normalLower(eta);
        const rest = normalUpper(eta);
        const density = normalDensity(eta);
        const ratio = density / Math.max(p * rest, Number.MIN_VALUE);
        residual = weight * (outcome[row] === 1 ? rest : -p) * ratio;
        working[row] = weight * density * ratio;
      }
      for (let j = 0; j < size; j++) gradient[j] = gradient[j]! + residual * values[at + j]!;
    }
    return bounded;
  }
}
