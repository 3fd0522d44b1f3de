import type { LinearContrasts } from "../_models/contrasts.ts";
import { amongPeople, johnsonNeyman, type ModeratorRegion, type ObservedRoot } from "../_models/johnsonNeyman.ts";
import { tQuantileUpper } from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";

/** Where along a numeric moderator an effect differs from 0. */
export interface SlopeRegions {
  /** The column of the focal predictor: its name, or `name: level`. */
  readonly focal: string;
  readonly moderator: string;
  /** The value of the other moderator, by name; `null` with one moderator. */
  readonly given: Readonly<Record<string, number | string>> | null;
  /** What |t| is held against; `null` where it changes along the moderator (CR2). */
  readonly critical: number | null;
  readonly roots: readonly SlopeRoot[];
  /** From left to right; shares are those of the people analysed. With CR2 from the smallest to the largest observed value. */
  readonly regions: readonly (ModeratorRegion & { readonly share: number })[];
}

export type SlopeRoot = ObservedRoot;

/** Effects and slopes told as sums of coefficients, by contrasts of the same fit. */
interface MovingEffect {
  /** The contrasts for the effect at each of these values. */
  readonly at: (values: readonly number[]) => LinearContrasts;
  /** The contrasts for the effect at 0 and for its rise per unit. */
  readonly parts: LinearContrasts;
  /** Whether the degrees of freedom change along the moderator. */
  readonly changingFreedom: boolean;
}

const STEPS = 200;

export function slopeRegions(
  effect: MovingEffect,
  observed: Float64Array,
  level: number,
): Pick<SlopeRegions, "critical" | "roots" | "regions"> {
  const sorted = Float64Array.from(observed).sort();
  const tail = (1 - level) / 2;
  const { critical, roots, regions } = effect.changingFreedom
    ? searched(effect, sorted, tail)
    : solved(effect.parts, tail);
  return { critical, ...amongPeople({ roots, regions }, sorted) };
}

function solved({ estimates, covariance, df }: LinearContrasts, tail: number) {
  const critical = tQuantileUpper(tail, df[0]!);
  const { roots, regions } = johnsonNeyman({
    main: estimates[0]!,
    interaction: estimates[1]!,
    mainVariance: covariance.data[0]!,
    interactionVariance: covariance.data[3]!,
    covariance: covariance.data[1]!,
    critical,
  });
  return { critical, roots, regions };
}

/** With degrees of freedom of their own at every value there is no quadratic: sign changes are looked for where people are. */
function searched(effect: MovingEffect, sorted: Float64Array, tail: number) {
  const low = sorted[0]!;
  const high = sorted.at(-1)!;
  const grid = Array.from({ length: STEPS + 1 }, (_, step) => low + ((high - low) * step) / STEPS);
  const excessOf = ({ estimates, covariance, df }: LinearContrasts) =>
    estimates.map(
      (estimate, i) =>
        Math.abs(estimate) / Math.sqrt(covariance.data[i * covariance.rows + i]!) - tQuantileUpper(tail, df[i]!),
    );
  const excesses = excessOf(effect.at(grid));
  const roots: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    if (excesses[step]! > 0 === excesses[step + 1]! > 0) continue;
    const excess = (value: number) => excessOf(effect.at([value]))[0]!;
    roots.push(findRoot(excess, grid[step]!, grid[step + 1]!, { tolerance: 1e-12 * (high - low) }));
  }
  const ends = [low, ...roots, high];
  const middles = ends.slice(1).map((to, index) => (ends[index]! + to) / 2);
  const there = effect.at(middles);
  const verdicts = excessOf(there);
  const regions = middles.map((_, index): ModeratorRegion => {
    const significant = verdicts[index]! > 0;
    const sign = significant ? (there.estimates[index]! > 0 ? 1 : -1) : null;
    return { from: ends[index]!, to: ends[index + 1]!, significant, sign };
  });
  return { critical: null, roots, regions };
}
