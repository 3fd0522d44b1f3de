/** What a share or a mean over repetitions is, and its Monte Carlo standard error. */
export interface Simulated {
  readonly value: number;
  readonly error: number;
}

/** How estimates and limits of one effect behaved over repeated samples. */
export interface Behaviour {
  readonly truth: number;
  readonly repetitions: number;
  readonly mean: Simulated;
  /** Mean minus truth, in Monte Carlo standard errors of the mean. */
  readonly biasInErrors: number;
  /** Mean of the standard errors over the standard deviation of the estimates; `null` where the method has none. */
  readonly errorRatio: number | null;
  readonly coverage: Simulated | null;
  /** Shares of repetitions in which the truth lies below the lower, or above the upper limit. */
  readonly missedBelow: number | null;
  readonly missedAbove: number | null;
  /** Share of repetitions in which the limits exclude the null value. */
  readonly rejected: Simulated | null;
}

export interface Limits {
  readonly lower: number;
  readonly upper: number;
  readonly standardError: number | null;
}

export function shareOf(count: number, repetitions: number): Simulated {
  const value = count / repetitions;
  return { value, error: Math.sqrt((value * (1 - value)) / repetitions) };
}

/** Collects one effect over the repetitions. */
export class Tally {
  private readonly estimates: number[] = [];
  private readonly errors: number[] = [];
  private limits = 0;
  private below = 0;
  private above = 0;
  private excluded = 0;

  constructor(
    readonly truth: number,
    readonly nullValue = 0,
  ) {}

  add(estimate: number, limits: Limits | null): void {
    this.estimates.push(estimate);
    if (limits === null) return;
    this.limits++;
    if (limits.standardError !== null) this.errors.push(limits.standardError);
    if (this.truth < limits.lower) this.below++;
    if (this.truth > limits.upper) this.above++;
    if (this.nullValue < limits.lower || this.nullValue > limits.upper) this.excluded++;
  }

  behaviour(): Behaviour {
    const { estimates, errors, limits, truth } = this;
    const mean = meanOf(estimates);
    const deviation = Math.sqrt(
      estimates.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, estimates.length - 1),
    );
    const error = deviation / Math.sqrt(estimates.length);
    return {
      truth,
      repetitions: estimates.length,
      mean: { value: mean, error },
      biasInErrors: error > 0 ? (mean - truth) / error : 0,
      errorRatio: errors.length === 0 ? null : meanOf(errors) / deviation,
      coverage: limits === 0 ? null : shareOf(limits - this.below - this.above, limits),
      missedBelow: limits === 0 ? null : this.below / limits,
      missedAbove: limits === 0 ? null : this.above / limits,
      rejected: limits === 0 ? null : shareOf(this.excluded, limits),
    };
  }
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
