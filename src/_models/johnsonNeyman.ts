/** An effect that is linear in a moderator w: main + interaction·w, with the covariance of its two parts. */
export interface ModeratedEffect {
  readonly main: number;
  readonly interaction: number;
  readonly mainVariance: number;
  readonly interactionVariance: number;
  /** Of main and interaction. */
  readonly covariance: number;
  /** The quantile that a statistic must exceed, for example t(0.975, df) or 1.96. */
  readonly critical: number;
}

/** A stretch of the moderator; an end that is `null` is unbounded. */
export interface ModeratorRegion {
  readonly from: number | null;
  readonly to: number | null;
  readonly significant: boolean;
  /** Of the effect where it is significant. */
  readonly sign: 1 | -1 | null;
}

export interface JohnsonNeyman {
  /** Where |effect| = critical · standard error; ascending, none, one or two. */
  readonly roots: readonly number[];
  /** The whole line from left to right, split at the roots. */
  readonly regions: readonly ModeratorRegion[];
}

/** A root as the people observed stand to it. */
export interface ObservedRoot {
  readonly value: number;
  /** Whether it lies within the observed values. */
  readonly observed: boolean;
  /** The share of people whose moderator is at or below it. */
  readonly shareBelow: number;
}

/** Roots and regions with the shares of people below and in them; `sorted` are the observed values, ascending. */
export function amongPeople({ roots, regions }: JohnsonNeyman, sorted: Float64Array) {
  const shareUpTo = (value: number) => sorted.filter((x) => x <= value).length / sorted.length;
  return {
    roots: roots.map(
      (value): ObservedRoot => ({
        value,
        observed: value >= sorted[0]! && value <= sorted.at(-1)!,
        shareBelow: shareUpTo(value),
      }),
    ),
    regions: regions.map((region, index) => ({
      ...region,
      share: (index === regions.length - 1 ? 1 : shareUpTo(region.to!)) - (index === 0 ? 0 : shareUpTo(region.from!)),
    })),
  };
}

/**
 * Where along the moderator an effect differs from 0 (Johnson & Neyman 1936; Bauer & Curran 2005, eq. 14): the roots of
 * (main + interaction·w)² = critical²·(v₁₁ + 2w·v₁₃ + w²·v₃₃), solved from the w at which both parts are uncorrelated, where
 * a moderator far from 0 costs no digits.
 */
export function johnsonNeyman(effect: ModeratedEffect): JohnsonNeyman {
  const roots = rootsOf(effect);
  const ends = [null, ...roots, null];
  const regions = ends.slice(1).map((to, index) => {
    const from = ends[index]!;
    return { from, to, ...verdictAt(effect, within(from, to)) };
  });
  return { roots, regions };
}

/** The square in (main + interaction·w)² − critical²·variance, about the w at which the two parts are uncorrelated. */
function rootsOf({ main, interaction, mainVariance, interactionVariance, covariance, critical }: ModeratedEffect) {
  const origin = interactionVariance > 0 ? -covariance / interactionVariance : 0;
  const effect = main + interaction * origin;
  const variance = mainVariance + covariance * origin;
  const square = critical * critical;
  const a = interaction * interaction - square * interactionVariance;
  const b = interaction * effect;
  const c = effect * effect - square * variance;
  if (a === 0) return b === 0 ? [] : [origin - c / (2 * b)];
  const discriminant = square * (interaction * interaction * variance + interactionVariance * c);
  if (!(discriminant > 0)) return [];
  const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(discriminant));
  return [origin + q / a, origin + c / q].sort((first, second) => first - second);
}

function verdictAt(effect: ModeratedEffect, w: number): Pick<ModeratorRegion, "significant" | "sign"> {
  const value = effect.main + effect.interaction * w;
  const variance = effect.mainVariance + w * (2 * effect.covariance + w * effect.interactionVariance);
  const significant = Math.abs(value) > effect.critical * Math.sqrt(variance);
  return { significant, sign: significant ? (value > 0 ? 1 : -1) : null };
}

/** A moderator value inside a stretch. */
function within(from: number | null, to: number | null): number {
  if (from === null) return to === null ? 0 : to - 1 - Math.abs(to);
  return to === null ? from + 1 + Math.abs(from) : (from + to) / 2;
}
