import type { Term } from "./terms.ts";

/** Baseline values by row, `stride` numbers to a row: as observed, or with some columns set to a value for everybody. */
export interface Baseline {
  readonly stride: number;
  readonly values: Float64Array;
}

/**
 * A linear predictor as a function of exposure and mediators: at exposure place u (0 the reference, 1 the contrasted one)
 * it is intercept(u) + Σ slope(u, feature)·feature, where intercept and slopes may depend on a person's baseline values.
 */
export class Predictor {
  /** Features of mediators that enter, by place in `slope`. */
  readonly features: readonly number[];
  /** Whether slopes are the same for everybody. */
  readonly sameSlopes: boolean;
  private readonly bases: Int32Array;
  private readonly constant: Float64Array;
  private readonly slopes: readonly { readonly bases: Int32Array; readonly constant: Float64Array }[];

  constructor(
    private readonly terms: readonly Term[],
    private readonly from: Float64Array,
    private readonly to: Float64Array,
  ) {
    const basesOf = (feature: number) =>
      Int32Array.from(new Set(terms.filter((term) => term.feature === feature).map((term) => term.base)));
    this.features = [...new Set(terms.map((term) => term.feature))].filter((feature) => feature >= 0);
    this.bases = basesOf(-1);
    this.constant = new Float64Array(2 * this.bases.length);
    this.slopes = this.features.map((feature) => {
      const bases = basesOf(feature);
      return { bases, constant: new Float64Array(2 * bases.length) };
    });
    this.sameSlopes = this.slopes.every(({ bases }) => bases.length === 1 && bases[0] === 0);
  }

  /** Takes the coefficients of the terms, in their order, from `coefficients`. */
  prepare(coefficients: Float64Array): void {
    this.constant.fill(0);
    for (const { constant } of this.slopes) constant.fill(0);
    this.terms.forEach((term, j) => {
      const into =
        term.feature < 0
          ? { bases: this.bases, constant: this.constant }
          : this.slopes[this.features.indexOf(term.feature)]!;
      const place = into.bases.indexOf(term.base);
      for (let u = 0; u < 2; u++) {
        const exposed = term.exposure < 0 ? 1 : (u === 0 ? this.from : this.to)[term.exposure]!;
        into.constant[u * into.bases.length + place]! += coefficients[j]! * exposed;
      }
    });
  }

  intercept(u: number, baseline: Baseline, row: number): number {
    return weighted(this.bases, this.constant, u, baseline, row);
  }

  /** Adds the intercept's coefficients of the baseline columns. */
  addIntercept(u: number, into: Float64Array): void {
    const { bases, constant } = this;
    for (let j = 0; j < bases.length; j++) into[bases[j]!] = into[bases[j]!]! + constant[u * bases.length + j]!;
  }

  /** Slope of the feature at this place of `features`. */
  slope(u: number, place: number, baseline: Baseline, row: number): number {
    const { bases, constant } = this.slopes[place]!;
    return bases.length === 1 && bases[0] === 0 ? constant[u]! : weighted(bases, constant, u, baseline, row);
  }
}

function weighted(bases: Int32Array, constant: Float64Array, u: number, baseline: Baseline, row: number): number {
  const count = bases.length;
  const start = row * baseline.stride;
  let sum = 0;
  for (let j = 0; j < count; j++) sum += constant[u * count + j]! * baseline.values[start + bases[j]!]!;
  return sum;
}
