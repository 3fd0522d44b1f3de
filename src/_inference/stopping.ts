import { KithpathError } from "../errors.ts";
import type { Note } from "../estimate.ts";
import { collectDraws, type Draws, standardErrorOfDraws } from "./draws.ts";
import { steadyErrorsOfLimits } from "./intervals.ts";
import { type Pace, runPaced } from "./pacing.ts";

/** When drawing ends before a fixed number of draws: as soon as the limits hold still. */
export interface StoppingRule {
  /** Which of the names must have stable limits. */
  readonly of: number | readonly number[];
  /** Level of the limits, for example 0.95. */
  readonly level: number;
  /** The largest Monte Carlo error either limit may have, in standard errors of the estimate (standard deviations of its draws). */
  readonly tolerance: number;
  /** Drawing ends here all the same. */
  readonly most: number;
  /** The quantiles that are the limits where they are not (1 ∓ level)/2: those of bias-corrected or BCa limits. */
  readonly probabilities?: (draws: Draws, k: number) => readonly [number, number];
}

export interface DrawingOptions {
  readonly scheme: Draws["scheme"];
  readonly names: readonly string[];
  readonly pace: Pace;
  readonly until: StoppingRule | undefined;
  /** Writes draw `index`, made from the stream (seed, index) only; NaN where it cannot be estimated. */
  readonly draw: (index: number, out: Float64Array) => void;
}

/**
 * Collects draws: `pace.draws` of them, or with a rule blocks of that many until the limits are stable. The error falls with
 * the root of the number of draws, which tells where to look next (at most twice as far); where it looks leaves no trace in
 * the draws.
 */
export async function collect({ scheme, names, pace, until, draw }: DrawingOptions): Promise<Draws> {
  if (until !== undefined) checkRule(until, pace.draws, names.length);
  const out = new Float64Array(names.length);
  let values = new Float64Array(0);
  let used = 0;
  const drawBetween = async (from: number, to: number): Promise<Draws> => {
    const longer = new Float64Array(to * names.length);
    longer.set(values.subarray(0, used * names.length));
    values = longer;
    const { onProgress } = pace;
    const total = until?.most ?? to;
    const part: Pace = {
      ...pace,
      draws: to - from,
      onProgress: onProgress === undefined ? undefined : (done) => onProgress(from + done, total),
    };
    await runPaced(part, (index) => {
      draw(from + index, out);
      if (out.every(Number.isFinite)) {
        values.set(out, used * names.length);
        used++;
      }
    });
    return collectDraws({ scheme, names, values, requested: to, used, seed: pace.seed });
  };

  let draws = await drawBetween(0, pace.draws);
  if (until === undefined) return draws;
  for (;;) {
    const error = largestError(draws, until);
    const done = draws.requested;
    const reached = error <= until.tolerance;
    if (reached || done >= until.most) return { ...draws, stopped: { tolerance: until.tolerance, error, reached } };
    const needed = Math.ceil((done * (error / until.tolerance) ** 2) / pace.draws) * pace.draws;
    draws = await drawBetween(done, Math.min(until.most, 2 * done, Math.max(done + pace.draws, needed)));
  }
}

/** A note when drawing ended before the limits were stable; `null` otherwise. */
export function stoppingNote(draws: Draws): Note | null {
  if (draws.stopped === undefined || draws.stopped.reached) return null;
  const { error, tolerance } = draws.stopped;
  return {
    code: "limits-not-stable",
    text: `After ${draws.requested} draws a limit would still move by ${error.toPrecision(2)} standard errors with another seed; ${tolerance} was asked for.`,
  };
}

function largestError(draws: Draws, { of, level, probabilities }: StoppingRule): number {
  const tail = (1 - level) / 2;
  const errors = [of].flat().map((k) => {
    const spread = standardErrorOfDraws(draws, k);
    if (spread === 0) return 0;
    const at = probabilities?.(draws, k) ?? [tail, 1 - tail];
    return Math.max(...steadyErrorsOfLimits(draws, k, at)) / spread;
  });
  return Math.max(...errors);
}

function checkRule({ of, level, tolerance, most }: StoppingRule, block: number, width: number): void {
  const known = [of].flat();
  if (known.length === 0 || known.some((k) => !Number.isInteger(k) || k < 0 || k >= width)) {
    throw invalid("of", `positions from 0 to ${width - 1}`, known.join(", "));
  }
  if (!(level > 0 && level < 1)) throw invalid("level", "a number between 0 and 1", level);
  if (!(tolerance > 0 && Number.isFinite(tolerance))) throw invalid("tolerance", "a number above 0", tolerance);
  if (!Number.isInteger(most) || most < block || most > 10_000_000) {
    throw invalid("most", `a whole number from ${block} (the draws of the first look) to 10000000`, most);
  }
}

function invalid(name: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `until.${name} cannot be used`, {
    expected,
    received: String(received),
    where: { path: `until.${name}` },
  });
}
