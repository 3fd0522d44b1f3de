import { trapezoidReach, trapezoidStep } from "./smoothedMean.ts";
import type { System } from "./system.ts";

/**
 * Step and reach of the nodes of normal mediators that are summed by nodes: fine enough for anybody's steepest way from an error to
 * the predictor of anything after it, and as far out as an exponential outcome moves the mass of the integrand.
 */
export function nodeGrid(
  { mediators, outcome, byNodes, views, rows }: System,
  errorRoot: Float64Array,
): { step: number; reach: number } {
  let steepest = 0;
  mediators.forEach((node, k) => {
    if (!byNodes[k]) return;
    const deviation = errorRoot[k * mediators.length + k]!;
    for (const predictor of [...mediators.map((later) => later.predictor), ...outcome.predictors]) {
      const place = predictor.features.indexOf(node.firstFeature);
      if (place < 0) continue;
      const same = predictor.sameSlopes;
      for (const view of same ? views.slice(0, 1) : views)
        for (let row = 0; row < (same ? 1 : rows); row++)
          for (let u = 0; u < 2; u++)
            steepest = Math.max(steepest, Math.abs(predictor.slope(u, place, view, row)) * deviation);
    }
  });
  const step = steepest === 0 ? 0.5 : Math.max(0.02, Math.min(0.5, trapezoidStep(1.4 / steepest)));
  return { step, reach: trapezoidReach + (outcome.exponential === true ? Math.min(steepest, 30) : 0) };
}
