import type { MediatorNode, OutcomeNode } from "./nodes.ts";
import type { Baseline } from "./predictor.ts";
import type { Regimes } from "./regimes.ts";

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
