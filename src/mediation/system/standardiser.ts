import { emptySupport, mostPoints, type Support } from "./mediatorLaw.ts";
import type { MediatorNode, OutcomeNode } from "./nodes.ts";
import type { Baseline } from "./predictor.ts";
import type { Regimes } from "./regimes.ts";
import { trapezoidReach, trapezoidStep } from "./smoothedMean.ts";

export interface System {
  readonly rows: number;
  readonly mediators: readonly MediatorNode[];
  readonly outcome: OutcomeNode;
  readonly regimes: Regimes;
  /** The people as they are first, then with a moderator set to each of its values. */
  readonly views: readonly Baseline[];
  /** Feature values at which the controlled direct effect holds the mediators. */
  readonly controlled: Float64Array;
  /** For each mediator whether it must be summed over by nodes, since a discrete mediator depends on it. */
  readonly byNodes: readonly boolean[];
  /** For each mediator whether its mean is all that matters: the outcome is linear in it, and no other mediator depends on it. */
  readonly byMean: readonly boolean[];
  /** Paths of a linear system, as places of mediators; empty for other systems. */
  readonly paths: readonly (readonly number[])[];
}

/** Places in the output: regimes, then the two controlled means, each by measure, then the paths; view by view. */
export function widthOfView({ regimes, outcome, paths }: System): number {
  return (regimes.all.length + 2) * outcome.measures.length + paths.length;
}

/**
 * E[Y(t, M(s))] averaged over weighted people (the mediation formula, Pearl 2001): discrete mediators are summed over, normal
 * ones join the linear predictor as normal variables, or are summed over by trapezoidal nodes where a discrete mediator depends on them.
 */
export class Standardiser {
  /** Lower triangular root of the covariance of the mediators' errors. */
  readonly errorRoot: Float64Array;
  private readonly count: number;
  private readonly intercepts: Float64Array;
  private readonly values: Float64Array;
  private readonly loadings: Float64Array;
  private readonly known: Float64Array;
  private readonly supports: readonly (Support | null)[];
  private readonly deferredOf: Int32Array;
  private readonly outcomeAt: Float64Array;
  private readonly eta: Float64Array;
  private readonly outcomeLoadings: Float64Array;
  private readonly here: Float64Array;
  private readonly sums: Float64Array;
  private step = 0.25;
  private exposed: 0 | 1 = 0;
  private assigned: readonly (0 | 1)[] = [];
  private place = 0;
  private row = 0;
  private baseline: Baseline;
  private failed = false;

  constructor(private readonly system: System) {
    const { mediators, outcome } = system;
    const count = mediators.length;
    const predictors = outcome.predictors.length;
    this.count = count;
    this.errorRoot = new Float64Array(count * count);
    this.intercepts = new Float64Array(2 * count);
    const features = mediators.reduce((total, node) => total + node.features, 0);
    this.values = new Float64Array(features);
    this.loadings = new Float64Array(count * count);
    this.known = new Float64Array(count);
    this.supports = mediators.map(({ law }) => (law === null ? null : emptySupport(mostPoints)));
    this.deferredOf = new Int32Array(features).fill(-1);
    mediators.forEach((node, k) => {
      if (node.law === null && !system.byNodes[k]) this.deferredOf[node.firstFeature] = k;
    });
    this.outcomeAt = new Float64Array(2 * predictors);
    this.eta = new Float64Array(predictors);
    this.outcomeLoadings = new Float64Array(predictors * count);
    this.here = new Float64Array(outcome.measures.length);
    this.sums = new Float64Array(widthOfView(system));
    this.baseline = system.views[0]!;
  }

  /** Means by view, regime and measure; false where they do not exist. The predictors and the error root are in place. */
  write(weights: Float64Array, active: Int32Array, count: number, out: Float64Array): boolean {
    const { views, regimes, mediators, outcome } = this.system;
    const measures = outcome.measures.length;
    const width = this.sums.length;
    this.failed = false;
    this.step = this.nodeStep();
    for (let view = 0; view < views.length; view++) {
      this.baseline = views[view]!;
      this.sums.fill(0);
      let total = 0;
      for (let i = 0; i < count; i++) {
        this.row = active[i]!;
        const weight = weights[this.row]!;
        total += weight;
        for (let k = 0; k < this.count; k++)
          for (let u = 0; u < 2; u++)
            this.intercepts[2 * k + u] = mediators[k]!.predictor.intercept(u, this.baseline, this.row);
        for (let p = 0; p < outcome.predictors.length; p++)
          for (let u = 0; u < 2; u++)
            this.outcomeAt[2 * p + u] = outcome.predictors[p]!.intercept(u, this.baseline, this.row);
        for (let r = 0; r < regimes.all.length; r++) {
          this.exposed = regimes.all[r]!.outcome;
          this.assigned = regimes.all[r]!.mediators;
          this.place = r * measures;
          this.descend(0, weight);
        }
        this.controlled(weight, regimes.all.length * measures);
        this.addPaths(weight, (regimes.all.length + 2) * measures);
      }
      for (let j = 0; j < width; j++) out[view * width + j] = this.sums[j]! / total;
    }
    return !this.failed;
  }

  private descend(k: number, weight: number): void {
    if (k === this.count) {
      this.leaf(weight);
      return;
    }
    const node = this.system.mediators[k]!;
    const { predictor } = node;
    const u = this.assigned[k]!;
    const size = this.count;
    let eta = this.intercepts[2 * k + u]!;
    for (let d = 0; d < size; d++) this.loadings[k * size + d] = 0;
    for (let place = 0; place < predictor.features.length; place++) {
      const feature = predictor.features[place]!;
      const slope = predictor.slope(u, place, this.baseline, this.row);
      eta += slope * this.values[feature]!;
      const from = this.deferredOf[feature]!;
      if (from < 0) continue;
      for (let d = 0; d < size; d++)
        this.loadings[k * size + d] = this.loadings[k * size + d]! + slope * this.loadings[from * size + d]!;
    }
    if (node.law !== null) {
      this.sumOver(node, k, eta, weight);
      return;
    }
    for (let l = 0; l <= k; l++) {
      const root = this.errorRoot[k * size + l]!;
      if (root === 0) continue;
      if (!this.system.byNodes[l]) this.loadings[k * size + l] = this.loadings[k * size + l]! + root;
      else if (l < k) eta += root * this.known[l]!;
    }
    if (!this.system.byNodes[k]) {
      this.values[node.firstFeature] = eta;
      this.descend(k + 1, weight);
      return;
    }
    const deviation = this.errorRoot[k * size + k]!;
    const reach = Math.ceil(trapezoidReach / this.step);
    let mass = 0;
    for (let j = -reach; j <= reach; j++) mass += Math.exp(-0.5 * (j * this.step) ** 2);
    for (let j = -reach; j <= reach; j++) {
      const z = j * this.step;
      this.known[k] = z;
      this.values[node.firstFeature] = eta + deviation * z;
      this.descend(k + 1, (weight * Math.exp(-0.5 * z * z)) / mass);
    }
  }

  private sumOver(node: MediatorNode, k: number, eta: number, weight: number): void {
    const support = this.supports[k]!;
    if (!node.law!(eta, support)) {
      this.failed = true;
      return;
    }
    if (this.system.byMean[k]) {
      for (let f = 0; f < node.features; f++) {
        let mean = 0;
        for (let point = 0; point < support.count; point++)
          mean += support.probabilities[point]! * node.featureOf(support.values[point]!, f);
        this.values[node.firstFeature + f] = mean;
      }
      this.descend(k + 1, weight);
      return;
    }
    for (let point = 0; point < support.count; point++) {
      for (let f = 0; f < node.features; f++)
        this.values[node.firstFeature + f] = node.featureOf(support.values[point]!, f);
      this.descend(k + 1, weight * support.probabilities[point]!);
    }
  }

  private leaf(weight: number): void {
    const { outcome } = this.system;
    const size = this.count;
    for (let p = 0; p < outcome.predictors.length; p++) {
      const predictor = outcome.predictors[p]!;
      let eta = this.outcomeAt[2 * p + this.exposed]!;
      for (let d = 0; d < size; d++) this.outcomeLoadings[p * size + d] = 0;
      for (let place = 0; place < predictor.features.length; place++) {
        const feature = predictor.features[place]!;
        const slope = predictor.slope(this.exposed, place, this.baseline, this.row);
        eta += slope * this.values[feature]!;
        const from = this.deferredOf[feature]!;
        if (from < 0) continue;
        for (let d = 0; d < size; d++)
          this.outcomeLoadings[p * size + d] =
            this.outcomeLoadings[p * size + d]! + slope * this.loadings[from * size + d]!;
      }
      this.eta[p] = eta;
    }
    this.add(weight, size);
  }

  private controlled(weight: number, first: number): void {
    const { outcome, controlled } = this.system;
    for (let u = 0; u < 2; u++) {
      for (let p = 0; p < outcome.predictors.length; p++) {
        const predictor = outcome.predictors[p]!;
        let eta = this.outcomeAt[2 * p + u]!;
        for (let place = 0; place < predictor.features.length; place++)
          eta += predictor.slope(u, place, this.baseline, this.row) * controlled[predictor.features[place]!]!;
        this.eta[p] = eta;
      }
      this.place = first + u * outcome.measures.length;
      this.add(weight, 0);
    }
  }

  private add(weight: number, dimensions: number): void {
    const { outcome } = this.system;
    outcome.write(this.eta, this.outcomeLoadings, dimensions, this.here);
    for (let q = 0; q < this.here.length; q++)
      this.sums[this.place + q] = this.sums[this.place + q]! + weight * this.here[q]!;
  }

  /** Products of slopes along each path, mediators' slopes and the outcome's at the contrasted exposure. */
  private addPaths(weight: number, first: number): void {
    const { paths, mediators, outcome } = this.system;
    for (let j = 0; j < paths.length; j++) {
      const path = paths[j]!;
      const start = path[0]!;
      let product = this.intercepts[2 * start + 1]! - this.intercepts[2 * start]!;
      for (let step = 1; step <= path.length; step++) {
        const predictor = step === path.length ? outcome.predictors[0]! : mediators[path[step]!]!.predictor;
        const place = predictor.features.indexOf(mediators[path[step - 1]!]!.firstFeature);
        product *= place < 0 ? 0 : predictor.slope(1, place, this.baseline, this.row);
      }
      this.sums[first + j] = this.sums[first + j]! + weight * product;
    }
  }

  /** Fine enough for the steepest way from an error that is summed by nodes to the predictor of anything after it. */
  private nodeStep(): number {
    const { mediators, outcome, byNodes } = this.system;
    let steepest = 0;
    mediators.forEach((node, k) => {
      if (!byNodes[k]) return;
      const deviation = this.errorRoot[k * this.count + k]!;
      for (const { predictor } of [...mediators, ...outcome.predictors.map((one) => ({ predictor: one }))]) {
        const place = predictor.features.indexOf(node.firstFeature);
        if (place < 0) continue;
        for (let u = 0; u < 2; u++)
          steepest = Math.max(steepest, Math.abs(predictor.slope(u, place, this.system.views[0]!, 0)) * deviation);
      }
    });
    return steepest === 0 ? 0.5 : Math.max(0.02, Math.min(0.5, trapezoidStep(1.4 / steepest)));
  }
}
