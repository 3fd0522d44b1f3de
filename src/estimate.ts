/** Limits of an interval; a side that is unbounded or not reached is `null`. */
export interface Interval {
  /** Confidence level as a proportion, for example 0.95. */
  readonly level: number;
  readonly lower: number | null;
  readonly upper: number | null;
  /** How the limits were made, for example "t", "noncentral t", "log-log", "percentile bootstrap". */
  readonly method: string;
}

/** A number we estimated. */
export interface Estimate {
  readonly estimate: number;
  readonly standardError: number | null;
  readonly interval: Interval | null;
}

/** An estimate with a test of a null value. `pValue` is never 0. */
export interface TestedEstimate extends Estimate {
  readonly statistic: number;
  /** Degrees of freedom; `null` for a statistic referred to the normal distribution. */
  readonly df: number | null;
  readonly pValue: number;
}

/** Something valid but worth knowing about a result. */
export interface Note {
  readonly code: string;
  readonly text: string;
}

/** Why rows were left out: `rows` rows, for `reason`, because of `variable` (the first missing one in the order asked). */
export interface DroppedReason {
  readonly reason: string;
  readonly variable: string | null;
  readonly rows: number;
}

/** The ledger of an analysis: `rowsIn` = `rowsUsed` + the sum of `reasons[].rows`. */
export interface Ledger {
  readonly rowsIn: number;
  readonly rowsUsed: number;
  readonly reasons: readonly DroppedReason[];
}

/** What every result carries. Results are plain JSON-safe data; `kind` tells them apart. */
export interface Result {
  readonly kind: string;
  /** Independent rows analysed. */
  readonly n: number;
  readonly dropped: Ledger;
  readonly notes: readonly Note[];
  /** The method in words, for the methods paragraph. */
  readonly method: string;
}

/** What a result carries when anything random happened. */
export interface Resampled {
  readonly seed: number;
  /** Draws asked for and used; `failed` of the draws asked for could not be estimated and are not in the limits. */
  readonly draws: { readonly requested: number; readonly used: number; readonly failed: number };
}

/** Which way of a scale is good for the person. */
export type Direction = "higher" | "lower";

export type Alternative = "two-sided" | "less" | "greater";

/** Options of everything that resamples. */
export interface ResamplingOptions {
  /** Number of draws. Default 5000. */
  readonly draws?: number;
  /** Seed of the random streams; the same seed gives the same digits. Default 1. */
  readonly seed?: number;
  /** Stops the work; the promise rejects with code "aborted". */
  readonly signal?: AbortSignal;
  /** Called from time to time with the draws done and asked for. */
  readonly onProgress?: (done: number, total: number) => void;
}
