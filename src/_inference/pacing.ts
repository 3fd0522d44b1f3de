import { KithpathError } from "../errors.ts";
import type { ResamplingOptions } from "../estimate.ts";

const BREATH_MILLISECONDS = 30;

/** The complete settings of something that resamples. */
export interface Pace {
  readonly draws: number;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((done: number, total: number) => void) | undefined;
}

/** Completes and checks `draws` (from 2 on; default 5000) and `seed` (default 1); code `invalid-option`. */
export function completePace(o: ResamplingOptions): Pace {
  const draws = o.draws ?? 5000;
  const seed = o.seed ?? 1;
  refuseOutside("draws", draws, 2, 10_000_000);
  refuseOutside("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  return { draws, seed, signal: o.signal, onProgress: o.onProgress };
}

function refuseOutside(name: string, value: number, low: number, high: number): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new KithpathError("invalid-option", `${name} must be a whole number`, {
    expected: `a whole number from ${low} to ${high}`,
    received: String(value),
  });
}

/**
 * Runs `work(draw)` for every draw in order, and now and then reports progress, lets the event loop run, and stops with
 * code `aborted` when the signal says so.
 */
export async function runPaced(pace: Pace, work: (draw: number) => void): Promise<void> {
  refuseAborted(pace.signal);
  let breath = Date.now() + BREATH_MILLISECONDS;
  for (let draw = 0; draw < pace.draws; draw++) {
    work(draw);
    if (Date.now() >= breath) {
      pace.onProgress?.(draw + 1, pace.draws);
      await eventLoopTurn();
      refuseAborted(pace.signal);
      breath = Date.now() + BREATH_MILLISECONDS;
    }
  }
  refuseAborted(pace.signal);
  pace.onProgress?.(pace.draws, pace.draws);
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new KithpathError("aborted", "The analysis was stopped before its draws were done", {
      remedy: "Run it again, with fewer draws if it takes too long.",
    });
  }
}

/** A message to oneself: unlike a timer it is not slowed down to once a second in a browser's background tab. */
function eventLoopTurn(): Promise<void> {
  if (typeof MessageChannel === "undefined") return new Promise((resolve) => setTimeout(resolve, 0));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    Object.assign(port1, {
      onmessage: () => {
        port1.close();
        resolve();
      },
    });
    port2.postMessage(null);
  });
}
