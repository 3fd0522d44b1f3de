import { normalQuantileUpper } from "../_numeric/distributions/index.ts";
import { findRoot } from "../_numeric/roots.ts";
import type { Analysis } from "./analysis.ts";
import { parametersOf } from "./approximate.ts";
import { type EffectKey, planEffects } from "./effectPlan.ts";
import type { Found } from "./moderation.ts";
import { moderatorView } from "./system/build.ts";
import { deltaErrors } from "./system/delta.ts";
import { SystemEstimator } from "./system/systemEstimator.ts";

/** Steps of the search: linear models need one person only, the others a mean over all people at each step. */
const steps = { linear: 200, other: 20 };
const precision = { linear: 1e-11, other: 1e-6 };

/** Where the delta limits of the indirect effects leave 0 out, searched between two values of the moderator. */
export function indirectRegions(analysis: Analysis, low: number, high: number) {
  const { asked } = analysis;
  if (asked.survival?.model === "cox" || !(asked.moderator?.regions ?? isLinear(analysis))) return [];
  const along = effectsAlong(analysis);
  if (along.wanted.length === 0) return [];
  const critical = normalQuantileUpper((1 - asked.level) / 2);
  const kind = along.linear ? "linear" : "other";
  const width = high - low;
  const grid = Array.from({ length: steps[kind] + 1 }, (_, step) => low + (width * step) / steps[kind]);
  const there = grid.map(along.at);
  return along.wanted.map((k) => {
    const excess = ({ estimates, errors }: EffectsThere) => Math.abs(estimates[k]!) - critical * errors[k]!;
    const roots: number[] = [];
    for (let step = 1; step < grid.length; step++) {
      if (excess(there[step - 1]!) > 0 === excess(there[step]!) > 0) continue;
      const value = findRoot((w) => excess(along.at(w)), grid[step - 1]!, grid[step]!, {
        tolerance: precision[kind] * width,
      });
      roots.push(value);
    }
    const ends = [low, ...roots, high];
    const regions = ends.slice(1).map((to, index) => {
      const from = ends[index]!;
      const inside = grid.findIndex((value) => value > from && value < to);
      const middle = inside >= 0 ? there[inside]! : along.at((from + to) / 2);
      const significant = excess(middle) > 0;
      const sign: 1 | -1 | null = significant ? (middle.estimates[k]! > 0 ? 1 : -1) : null;
      return { from, to, significant, sign };
    });
    const { effect, scale, mediator, path, horizon, threshold } = along.keys[k]!;
    const found: Found = { critical, roots, regions };
    return { effect, scale, mediator, path, horizon, threshold, found };
  });
}

/** Searching other models takes a mean over all people at every step, and is done when asked for. */
function isLinear({ raw }: Analysis): boolean {
  return [raw.outcome, ...raw.mediators].every(({ family }) => family === "gaussian");
}

interface EffectsThere {
  readonly estimates: Float64Array;
  readonly errors: Float64Array;
}

/** All effects and their delta errors with the moderator at one value for everybody. */
function effectsAlong(analysis: Analysis) {
  const { asked, raw } = analysis;
  const { law, system, weights, active } = parametersOf(analysis);
  const plan = planEffects({
    asked,
    measures: system.outcome.measures,
    ordered: asked.structure !== "parallel",
    paths: system.paths,
    given: [],
    moderatedArrows: null,
  });
  const linear = system.moderatedArrows !== null;
  // In linear models the indirect effect at one value of the moderator is the same for everybody, whatever the errors.
  const people = linear ? 1 : active.length;
  const width = plan.keys.length;
  const known = new Map<number, EffectsThere>();
  const at = (value: number): EffectsThere => {
    const before = known.get(value);
    if (before !== undefined) return before;
    const view = moderatorView(system.layout, raw, Float64Array.of(value));
    const estimator = new SystemEstimator({ ...system, views: [view], given: [] }, plan, raw.weights);
    const estimates = new Float64Array(width);
    law.place(law.mean);
    estimator.standardise(weights, active, people, !linear, estimates);
    const errors = deltaErrors(law, width, (parameters, into) => {
      law.place(parameters);
      estimator.standardise(weights, active, people, false, into);
    });
    const there = { estimates, errors };
    known.set(value, there);
    return there;
  };
  const wanted = plan.keys.flatMap((key, k) => (isMoved(key, asked, system) ? [k] : []));
  return { at, linear, wanted, keys: plan.keys };
}

/** Whether it is an indirect effect that the moderator can change; along paths where there are any. */
function isMoved(
  { effect, scale, mediator, path }: EffectKey,
  { mediators }: Analysis["asked"],
  { moderatedArrows, paths }: ReturnType<Analysis["system"]>["system"],
): boolean {
  if (scale.endsWith("Ratio")) return false;
  if (effect === "totalNaturalIndirect") return moderatedArrows === null || moderatedArrows.some((count) => count > 0);
  if (effect !== "indirect" || (path === null && paths.length > 0)) return false;
  if (moderatedArrows === null) return true;
  const place =
    path === null
      ? mediators.indexOf(mediator!)
      : paths.findIndex(
          (along) => along.length === path.length - 2 && along.every((k, step) => mediators[k] === path[step + 1]),
        );
  return moderatedArrows[place]! > 0;
}
