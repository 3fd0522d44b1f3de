import { emptySupport, equivalentCount, mostPoints, type Support } from "./mediatorLaw.ts";
import { nodeGrid } from "./nodeGrid.ts";
import type { MediatorNode } from "./nodes.ts";
import { slopesAlong } from "./pathSlopes.ts";
import type { Baseline } from "./predictor.ts";
import { type System, widthOfView } from "./system.ts";

/** Of the largest probability of a count, below which probabilities are left out. */
const leftOut = 1e-15;
const mostLevels = 1000;
/** Share of a mean that the outermost counts may have; more, and the sum has no end. */
const mostAtEnds = 1e-11;

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
  /** Of each discrete mediator the points at either exposure, and the predictors that they were written for. */
  private readonly supports: readonly (readonly Support[])[];
  private readonly writtenFor: Float64Array;
  /** Counts before an exponential outcome, with nothing else after them: their generating function is all that matters. */
  private readonly byGenerating: readonly boolean[];
  private readonly deferredOf: Int32Array;
  private readonly outcomeAt: Float64Array;
  private readonly eta: Float64Array;
  private readonly outcomeLoadings: Float64Array;
  private readonly here: Float64Array;
  private readonly sums: Float64Array;
  private step = 0.25;
  private reach = 7.5;
  private exposed: 0 | 1 = 0;
  private assigned: readonly (0 | 1)[] = [];
  private place = 0;
  private row = 0;
  private baseline: Baseline;
  /** Why there were no means at the last call: an exponential outcome that outgrows the rareness of counts, or counts too spread out to sum. */
  trouble: "infinite-mean" | "wide-counts" | null = null;

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
    this.supports = mediators.map(({ law }) => {
      if (law === null) return [];
      const points = law.counts === null ? mostLevels : mostPoints;
      return [emptySupport(points), emptySupport(points)];
    });
    this.writtenFor = new Float64Array(2 * count);
    this.byGenerating = mediators.map(
      ({ law, firstFeature }) =>
        law?.counts != null &&
        outcome.exponential === true &&
        mediators.every(({ predictor }) => !predictor.features.includes(firstFeature)),
    );
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
    this.trouble = null;
    this.writtenFor.fill(Number.NaN);
    const { step, reach } = nodeGrid(this.system, this.errorRoot);
    this.step = step;
    this.reach = reach;
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
    return this.trouble === null;
  }

  private descend(k: number, weight: number): void {
    if (k === this.count) {
      this.predict();
      this.add(weight, this.count);
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
    const reach = Math.ceil(this.reach / this.step);
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
    const { counts } = node.law!;
    if (counts !== null && (this.system.byMean[k] || this.byGenerating[k])) {
      const value = this.system.byMean[k] ? counts.mean(eta) : equivalentCount(counts, eta, this.perCount(node));
      if (!Number.isFinite(value)) this.trouble = "infinite-mean";
      this.values[node.firstFeature] = node.featureOf(value, 0);
      this.descend(k + 1, weight);
      return;
    }
    const support = this.supportAt(node, k, eta);
    if (support === null) return;
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
    if (k === this.count - 1 && node.features === 1 && this.system.outcome.predictors.length === 1) {
      this.addAlongLine(node, support, weight);
      return;
    }
    const grows = counts !== null && this.system.outcome.exponential === true;
    const before = this.sums[this.place]!;
    let [outermost, last] = [0, before];
    for (let point = 0; point < support.count; point++) {
      for (let f = 0; f < node.features; f++)
        this.values[node.firstFeature + f] = node.featureOf(support.values[point]!, f);
      this.descend(k + 1, weight * support.probabilities[point]!);
      if (!grows) continue;
      if (point === support.count - 1 || (point === 0 && support.values[0]! > 0))
        outermost = Math.max(outermost, Math.abs(this.sums[this.place]! - last));
      last = this.sums[this.place]!;
    }
    if (outermost > mostAtEnds * Math.abs(last - before)) this.trouble = "infinite-mean";
  }

  /** The points of mediator k at this predictor, written once for both regimes of the other models. */
  private supportAt(node: MediatorNode, k: number, eta: number): Support | null {
    const place = 2 * k + this.assigned[k]!;
    const support = this.supports[k]![this.assigned[k]!]!;
    if (this.writtenFor[place] === eta) return support;
    const { law } = node;
    // An exponential outcome weighs points far out: there they are counted until nothing is left, if that can be.
    const far = law!.counts !== null && this.system.outcome.exponential === true;
    if (!((far && law!.write(eta, 1e-100, support)) || law!.write(eta, leftOut, support))) {
      this.trouble = "wide-counts";
      return null;
    }
    this.writtenFor[place] = eta;
    return support;
  }

  /** By how much one more of a count moves the outcome's predictor. */
  private perCount(node: MediatorNode): number {
    const predictor = this.system.outcome.predictors[0]!;
    const place = predictor.features.indexOf(node.firstFeature);
    const slope = place < 0 ? 0 : predictor.slope(this.exposed, place, this.baseline, this.row);
    return slope * (node.featureOf(1, 0) - node.featureOf(0, 0));
  }

  /** A last mediator whose values move the outcome along a line. */
  private addAlongLine(node: MediatorNode, support: Support, weight: number): void {
    const first = support.values[0]!;
    this.values[node.firstFeature] = node.featureOf(first, 0);
    this.predict();
    const start = this.eta[0]!;
    const slope = this.perCount(node);
    for (let point = 0; point < support.count; point++) {
      this.eta[0] = start + slope * (support.values[point]! - first);
      this.add(weight * support.probabilities[point]!, this.count);
    }
  }

  /** The outcome at the mediators now in place. */
  private predict(): void {
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

  private addPaths(weight: number, first: number): void {
    for (let j = 0; j < this.system.paths.length; j++) {
      const start = this.system.paths[j]![0]!;
      const rise = this.intercepts[2 * start + 1]! - this.intercepts[2 * start]!;
      const along = slopesAlong(this.system, this.system.paths[j]!, this.baseline, this.row);
      this.sums[first + j] = this.sums[first + j]! + weight * rise * along;
    }
  }
}
