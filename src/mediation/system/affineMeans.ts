import { slopesAlong } from "./pathSlopes.ts";
import { type System, widthOfView } from "./system.ts";

/** Whether all mediators are normal and no slope of a mediator depends on a person: linear predictors are then sums of baseline columns. */
export function isAffine({ mediators, outcome, byNodes }: System): boolean {
  return (
    mediators.every(({ law, predictor }, k) => law === null && !byNodes[k] && predictor.sameSlopes) &&
    outcome.predictors.every(({ sameSlopes }) => sameSlopes)
  );
}

/**
 * The means of an affine system: for every regime the outcome's linear predictor, its mediators put in, is one sum of baseline
 * columns plus one normal variable, the same sum for everybody; regimes that differ by constants share a person's inner product.
 */
export class AffineMeans {
  /** Lower triangular root of the covariance of the mediators' errors. */
  readonly errorRoot: Float64Array;
  readonly trouble = null;
  private readonly stride: number;
  /** Coefficients of the baseline columns, by regime (the two controlled ones last) and outcome predictor. */
  private readonly coefficients: Float64Array;
  /** Of each mediator at each exposure, coefficients of baseline columns and loadings on the errors. */
  private readonly mediatorColumns: Float64Array;
  private readonly mediatorLoadings: Float64Array;
  /** By regime (the two controlled ones last, always 0): by outcome predictor, then error. */
  private readonly outcomeLoadings: readonly Float64Array[];
  private readonly likeOf: Int32Array;
  private readonly bases: Float64Array;
  private readonly eta: Float64Array;
  private readonly here: Float64Array;
  private readonly sums: Float64Array;

  constructor(private readonly system: System) {
    const { mediators, outcome, regimes, views } = system;
    const count = mediators.length;
    const predictors = outcome.predictors.length;
    this.stride = views[0]!.stride;
    this.errorRoot = new Float64Array(count * count);
    this.coefficients = new Float64Array((regimes.all.length + 2) * predictors * this.stride);
    this.mediatorColumns = new Float64Array(count * this.stride);
    this.mediatorLoadings = new Float64Array(count * count);
    this.outcomeLoadings = Array.from({ length: regimes.all.length + 2 }, () => new Float64Array(predictors * count));
    this.likeOf = new Int32Array(regimes.all.length + 2);
    this.bases = new Float64Array((regimes.all.length + 2) * predictors);
    this.eta = new Float64Array(predictors);
    this.here = new Float64Array(outcome.measures.length);
    this.sums = new Float64Array(widthOfView(system));
  }

  /** Means by view, regime and measure. The predictors and the error root are in place. */
  write(weights: Float64Array, active: Int32Array, count: number, out: Float64Array): boolean {
    const { regimes, outcome, views, paths } = this.system;
    const places = regimes.all.length + 2;
    regimes.all.forEach(({ outcome: exposed, mediators }, r) => {
      this.placeRegime(r, exposed, mediators);
    });
    this.placeControlled(regimes.all.length);
    this.findAlike();
    const measures = outcome.measures.length;
    const width = this.sums.length;
    for (let view = 0; view < views.length; view++) {
      const baseline = views[view]!;
      this.sums.fill(0);
      let total = 0;
      for (let i = 0; i < count; i++) {
        const row = active[i]!;
        const weight = weights[row]!;
        total += weight;
        for (let r = 0; r < places; r++) {
          if (this.likeOf[r] === r) this.placePredictors(r, baseline.values, row * this.stride);
          this.add(r, weight, r * measures);
        }
      }
      for (let j = 0; j < width; j++) out[view * width + j] = this.sums[j]! / total;
      paths.forEach((path, j) => {
        out[view * width + places * measures + j] = this.pathEffect(path, view, weights, active, count, total);
      });
    }
    return true;
  }

  /** A person's linear predictors but for the constants. */
  private placePredictors(regime: number, values: Float64Array, from: number): void {
    const { stride, coefficients, bases } = this;
    const predictors = this.eta.length;
    for (let p = 0; p < predictors; p++) {
      const first = (regime * predictors + p) * stride;
      let sum = 0;
      for (let b = 1; b < stride; b++) sum += coefficients[first + b]! * values[from + b]!;
      bases[regime * predictors + p] = sum;
    }
  }

  private add(regime: number, weight: number, into: number): void {
    const { eta, here, sums, bases, coefficients, stride } = this;
    const predictors = eta.length;
    const like = this.likeOf[regime]!;
    for (let p = 0; p < predictors; p++)
      eta[p] = coefficients[(regime * predictors + p) * stride]! + bases[like * predictors + p]!;
    this.system.outcome.write(eta, this.outcomeLoadings[regime]!, this.system.mediators.length, here);
    for (let q = 0; q < here.length; q++) sums[into + q] = sums[into + q]! + weight * here[q]!;
  }

  /** For every regime the first whose predictors differ from its own by constants only. */
  private findAlike(): void {
    const { stride, coefficients, likeOf } = this;
    const width = this.eta.length * stride;
    const alike = (r: number, other: number) => {
      for (let j = 0; j < width; j++)
        if (j % stride !== 0 && coefficients[r * width + j] !== coefficients[other * width + j]) return false;
      return true;
    };
    for (let r = 0; r < likeOf.length; r++) {
      likeOf[r] = r;
      for (let other = 0; other < r; other++) {
        if (likeOf[other] === other && alike(r, other)) {
          likeOf[r] = other;
          break;
        }
      }
    }
  }

  /** The outcome's predictors with every mediator's own predictor put in. */
  private placeRegime(regime: number, exposed: 0 | 1, assigned: readonly (0 | 1)[]): void {
    const { mediators, outcome, views } = this.system;
    const { stride, mediatorColumns: columns, mediatorLoadings: loadings } = this;
    const count = mediators.length;
    columns.fill(0);
    loadings.fill(0);
    for (let k = 0; k < count; k++) {
      const { predictor } = mediators[k]!;
      const u = assigned[k]!;
      const own = columns.subarray(k * stride, (k + 1) * stride);
      predictor.addIntercept(u, own);
      for (let d = 0; d <= k; d++) loadings[k * count + d] = this.errorRoot[k * count + d]!;
      predictor.features.forEach((feature, place) => {
        const slope = predictor.slope(u, place, views[0]!, 0);
        this.carry(feature, slope, own, loadings.subarray(k * count, (k + 1) * count));
      });
    }
    outcome.predictors.forEach((predictor, p) => {
      const at = regime * outcome.predictors.length + p;
      const own = this.coefficients.subarray(at * stride, (at + 1) * stride).fill(0);
      const ownLoadings = this.outcomeLoadings[regime]!.subarray(p * count, (p + 1) * count).fill(0);
      predictor.addIntercept(exposed, own);
      predictor.features.forEach((feature, place) => {
        this.carry(feature, predictor.slope(exposed, place, views[0]!, 0), own, ownLoadings);
      });
    });
  }

  private carry(feature: number, slope: number, into: Float64Array, loadings: Float64Array): void {
    const { mediators } = this.system;
    const k = mediators.findIndex(({ firstFeature }) => firstFeature === feature);
    const count = mediators.length;
    for (let b = 0; b < this.stride; b++) into[b] = into[b]! + slope * this.mediatorColumns[k * this.stride + b]!;
    for (let d = 0; d < count; d++) loadings[d] = loadings[d]! + slope * this.mediatorLoadings[k * count + d]!;
  }

  /** The mediators held at their values: they load on nothing, and add to the constant. */
  private placeControlled(first: number): void {
    const { outcome, controlled, views } = this.system;
    const predictors = outcome.predictors.length;
    for (const u of [0, 1] as const) {
      outcome.predictors.forEach((predictor, p) => {
        const at = (first + u) * predictors + p;
        const own = this.coefficients.subarray(at * this.stride, (at + 1) * this.stride).fill(0);
        predictor.addIntercept(u, own);
        predictor.features.forEach((feature, place) => {
          own[0] = own[0]! + predictor.slope(u, place, views[0]!, 0) * controlled[feature]!;
        });
      });
    }
  }

  /** The first mediator's mean change by the exposure times the slopes along the path. */
  private pathEffect(
    path: readonly number[],
    view: number,
    weights: Float64Array,
    active: Int32Array,
    count: number,
    total: number,
  ): number {
    const baseline = this.system.views[view]!;
    const { predictor } = this.system.mediators[path[0]!]!;
    let change = 0;
    for (let i = 0; i < count; i++) {
      const row = active[i]!;
      change += weights[row]! * (predictor.intercept(1, baseline, row) - predictor.intercept(0, baseline, row));
    }
    return (change / total) * slopesAlong(this.system, path, baseline, 0);
  }
}
