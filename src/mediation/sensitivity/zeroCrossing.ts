import { findRoot } from "../../_numeric/roots.ts";

/** Where a curve over correlations is 0, and the stretch around it on which limits hold 0. */
interface ZeroCrossing {
  /** The correlation nearest to 0 at which the curve is 0; `null` where it is not, in the range looked at. */
  readonly rho: number | null;
  /** The stretch of correlations around it (or around the smallest |curve| / error) on which the limits hold 0; an end beyond the range is `null`. */
  readonly holdsZero: { readonly lower: number | null; readonly upper: number | null } | null;
}

const tolerance = 1e-12;

/** `value` and `clearance` (the distance of 0 from the nearest limit, negative where the limits hold 0) are given on `grid`. */
export function zeroCrossing(
  grid: readonly number[],
  values: readonly number[],
  clearances: readonly number[],
  value: (rho: number) => number,
  clearance: (rho: number) => number,
): ZeroCrossing {
  let rho: number | null = null;
  for (let i = 0; i < grid.length; i++) {
    const found =
      values[i] === 0
        ? grid[i]!
        : i > 0 && values[i - 1]! * values[i]! < 0
          ? findRoot(value, grid[i - 1]!, grid[i]!, { tolerance })
          : null;
    if (found !== null && (rho === null || Math.abs(found) < Math.abs(rho))) rho = found;
  }
  const inside = rho === null ? nearestInside(grid, clearances) : rho;
  return { rho, holdsZero: inside === null ? null : stretch(grid, clearances, clearance, inside) };
}

/** The correlation nearest to 0 on the grid at which the limits hold 0. */
function nearestInside(grid: readonly number[], clearances: readonly number[]): number | null {
  const held = grid.filter((_, i) => clearances[i]! <= 0);
  return held.length === 0 ? null : held.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
}

function stretch(
  grid: readonly number[],
  clearances: readonly number[],
  clearance: (rho: number) => number,
  inside: number,
): { lower: number | null; upper: number | null } {
  const above = grid.findIndex((rho, i) => rho > inside && clearances[i]! > 0);
  const belowFromEnd = grid.toReversed().findIndex((rho, i) => rho < inside && clearances[grid.length - 1 - i]! > 0);
  const below = belowFromEnd < 0 ? -1 : grid.length - 1 - belowFromEnd;
  return {
    lower: below < 0 ? null : findRoot(clearance, grid[below]!, Math.min(inside, grid[below + 1]!), { tolerance }),
    upper: above < 0 ? null : findRoot(clearance, Math.max(inside, grid[above - 1]!), grid[above]!, { tolerance }),
  };
}
