import { findRoot } from "../roots.ts";
import type { Tails, Target } from "./tails.ts";

/** Where the wanted tail meets its log probability, the tails being monotone: doubling steps from `start`, then Brent's method. */
export function rootOfTail(target: Target, tails: (u: number) => Tails, start: number, stride: number): number {
  const excess = (u: number): number => {
    const { logLower, logUpper } = tails(u);
    const value = target.lower ? logLower - target.logProbability : target.logProbability - logUpper;
    return Math.max(-1e300, Math.min(1e300, value));
  };
  let near = start;
  let far = start;
  const direction = excess(start) > 0 ? -1 : 1;
  for (let step = stride; excess(far) * direction < 0 && Number.isFinite(far); step *= 2) {
    near = far;
    far += direction * step;
  }
  if (!Number.isFinite(far)) return far;
  return near === far ? near : findRoot(excess, near, far, { tolerance: 1e-300 });
}
