import type { Placed, Planned, PlanRequest } from "./effectPlan.ts";
import { pairs } from "./pairs.ts";

/**
 * How the indirect effect differs between every two values of the moderator; where all models are linear and one arrow of a way
 * is moderated, its slope in the moderator (the index of moderated mediation, Hayes 2015), for a way among several in place of the
 * differences. An effect that the moderator cannot change has neither.
 */
export function planModeration(
  { measures, given, moderatedArrows }: PlanRequest,
  placed: readonly Placed[],
  planned: Planned[],
): void {
  if (given.length < 2) return;
  measures.forEach((_, q) => {
    const at = (view: number) => placed[(view + 1) * measures.length + q]!;
    const most = moderatedArrows === null ? null : Math.max(...moderatedArrows);
    planDifferences(given, planned, (view) => at(view).sums.totalIndirect, most, true);
    at(0).specific.forEach((_place, j) => {
      planDifferences(given, planned, (view) => at(view).specific[j]!, moderatedArrows?.[j] ?? null, false);
    });
  });
}

/** `arrows`: how many of the effect's arrows are moderated, `null` where this tells nothing of its shape. */
function planDifferences(
  given: PlanRequest["given"],
  planned: Planned[],
  placeAt: (view: number) => number,
  arrows: number | null,
  everyPair: boolean,
): void {
  if (arrows === 0) return;
  const of = (view: number) => planned[placeAt(view)]!;
  const [low, high] = [given[0]!, given.at(-1)!];
  const straight = arrows === 1 && typeof low === "number" && typeof high === "number" && low !== high;
  if (everyPair || !straight)
    for (const [earlier, later] of pairs(given.length)) {
      const [from, to] = [of(earlier), of(later)];
      planned.push({
        key: { ...from.key, effect: "moderation", given: `${given[later]} − ${given[earlier]}` },
        value: (m) => to.value(m) - from.value(m),
      });
    }
  if (!straight) return;
  const [from, to] = [of(0), of(given.length - 1)];
  planned.push({
    key: { ...from.key, effect: "index", given: null },
    value: (m) => (to.value(m) - from.value(m)) / (high - low),
  });
}
