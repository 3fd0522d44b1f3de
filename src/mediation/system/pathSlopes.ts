import type { Baseline } from "./predictor.ts";
import type { System } from "./system.ts";

/** Product of the slopes from the first mediator of a path to the outcome, at the contrasted exposure. */
export function slopesAlong(
  { mediators, outcome }: System,
  path: readonly number[],
  baseline: Baseline,
  row: number,
): number {
  let product = 1;
  for (let step = 1; step <= path.length; step++) {
    const predictor = step === path.length ? outcome.predictors[0]! : mediators[path[step]!]!.predictor;
    const place = predictor.features.indexOf(mediators[path[step - 1]!]!.firstFeature);
    product *= place < 0 ? 0 : predictor.slope(1, place, baseline, row);
  }
  return product;
}
