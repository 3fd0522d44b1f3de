import type { Equation } from "./equation.ts";
import type { DiscreteLaw } from "./mediatorLaw.ts";
import type { Predictor } from "./predictor.ts";
import type { SmoothedMean } from "./smoothedMean.ts";

/** A mediator of the system: its model, and how its values enter later models. */
export interface MediatorNode {
  readonly equation: Equation;
  readonly predictor: Predictor;
  /** `null` for a continuous mediator with normal errors. */
  readonly law: DiscreteLaw | null;
  /** Its features are `firstFeature`, … */
  readonly firstFeature: number;
  readonly features: number;
  /** What a value of a discrete mediator is in one of its features. */
  featureOf(value: number, feature: number): number;
}

/** What a mean of the outcome is a mean of. */
export interface Measure {
  readonly kind: "mean" | "probability" | "rate" | "time";
  /** Differences are multiplied by this. */
  readonly scale: number;
  /** The day of a time-to-event measure. */
  readonly horizon: number | null;
  /** The level of an ordinal outcome that is reached or passed. */
  readonly threshold: string | number | null;
  /** Whether ratios are told: of probabilities and rates. */
  readonly ratios: boolean;
}

/** The outcome: one linear predictor, or two where events compete, and the means they lead to. */
export interface OutcomeNode {
  readonly equations: readonly Equation[];
  readonly predictors: readonly Predictor[];
  readonly measures: readonly Measure[];
  /** Whether the one mean is the exponential of the one predictor. */
  readonly exponential?: boolean;
  /** After a fit or a draw of the parameters, with the weights in force; false where there is nothing to compute. */
  refresh(weights: Float64Array): boolean;
  /**
   * Means of every measure, for linear predictors η_p + Σ loadings[p·dimensions + d]·Z_d, Z independent standard normal.
   */
  write(eta: Float64Array, loadings: Float64Array, dimensions: number, out: Float64Array): void;
}

/** An outcome of one linear predictor. */
export function singleOutcome(
  equation: Equation,
  predictor: Predictor,
  parts: readonly { readonly measure: Measure; readonly mean: SmoothedMean }[],
  refresh: (weights: Float64Array) => boolean = () => true,
): OutcomeNode {
  return {
    equations: [equation],
    predictors: [predictor],
    measures: parts.map(({ measure }) => measure),
    refresh(weights) {
      for (const { mean } of parts) mean.refresh();
      return refresh(weights);
    },
    write(eta, loadings, dimensions, out) {
      let variance = 0;
      for (let d = 0; d < dimensions; d++) variance += loadings[d]! * loadings[d]!;
      const s = Math.sqrt(variance);
      for (let q = 0; q < parts.length; q++) out[q] = parts[q]!.mean.at(eta[0]!, s);
    },
  };
}
