import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";

/** Where draws come from; the methods of the intervals are named after it. */
export type DrawScheme = "bootstrap" | "Bayesian bootstrap" | "Monte Carlo";

/** The draws that could be estimated, in the order of their streams. */
export interface Draws {
  readonly scheme: DrawScheme;
  readonly names: readonly string[];
  /** Draw-major: the value of name k in draw i stands at `values[i * names.length + k]`. */
  readonly values: Float64Array;
  readonly requested: number;
  readonly used: number;
  /** Draws that could not be estimated; they are not in `values`. */
  readonly failed: number;
  readonly seed: number;
  /** With a stopping rule: how it ended. */
  readonly stopped?: { readonly tolerance: number; readonly error: number; readonly reached: boolean };
}

/** The share of draws that may fail before the limits are refused. */
const TOLERATED_FAILURES = 0.5;

/** Packs the first `used` draws; refuses (`too-many-failed-draws`) when more than half of the draws failed. */
export function collectDraws(draws: Omit<Draws, "failed">): Draws {
  const { requested, used, names } = draws;
  const failed = requested - used;
  if (failed > TOLERATED_FAILURES * requested || used < 2) {
    throw new KithpathError("too-many-failed-draws", `${failed} of ${requested} draws could not be estimated`, {
      expected: "an analysis that can be repeated in most draws",
      received: `${used} usable draws`,
      remedy:
        "The data are too thin for this model: use fewer covariates, or look for a group or category with very few people or events.",
    });
  }
  return { ...draws, values: draws.values.subarray(0, used * names.length), failed };
}

/** A note when some draws failed; `null` when none did. */
export function resampleNote(draws: Draws): Note | null {
  if (draws.failed === 0) return null;
  return {
    code: "failed-draws",
    text: `${draws.failed} of ${draws.requested} ${draws.scheme} draws could not be estimated and are left out of the limits.`,
  };
}

/** The draws of name `k`, ascending. */
export function sortedDraws(draws: Draws, k: number): Float64Array {
  const width = draws.names.length;
  const column = new Float64Array(draws.used);
  for (let draw = 0; draw < draws.used; draw++) column[draw] = draws.values[draw * width + k]!;
  return column.sort();
}

/** Standard deviation of the draws of name `k` (divisor draws − 1). */
export function standardErrorOfDraws(draws: Draws, k: number): number {
  const mean = meanOfDraws(draws, k);
  const width = draws.names.length;
  let squares = 0;
  for (let draw = 0; draw < draws.used; draw++) squares += (draws.values[draw * width + k]! - mean) ** 2;
  return Math.sqrt(squares / (draws.used - 1));
}

export function meanOfDraws(draws: Draws, k: number): number {
  const width = draws.names.length;
  let total = 0;
  for (let draw = 0; draw < draws.used; draw++) total += draws.values[draw * width + k]!;
  return total / draws.used;
}
