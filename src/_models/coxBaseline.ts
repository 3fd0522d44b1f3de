import type { CoxFit } from "./cox.ts";
import type { HazardSteps } from "./coxResiduals.ts";

interface BaselineStep {
  readonly stratum: number;
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
  /** Cumulative hazard with every covariate at its (weighted) mean. */
  readonly atMeans: number;
  /** Cumulative hazard with every covariate at 0; not finite where 0 lies too far from the data. */
  readonly atZero: number;
}

/**
 * The baseline cumulative hazard of every stratum in rising time (Breslow 1974; with Efron's denominators for his ties), `steps` being
 * `hazardSteps(history, relative, ties)`. Each time adds w̄ Σ 1/S₀ over its denominators, w̄ the mean case weight of its events and S₀ the
 * weighted sum of relative hazards, so that weights of 2 count rows twice. Differences of `atZero` between times are the increments of
 * the hazard with every covariate, in units of the data, at exactly 0.
 */
export function coxBaseline({ history, relative, coefficients }: CoxFit, steps: HazardSteps): BaselineStep[] {
  const { groups, centre } = history;
  let fromZero = 0;
  coefficients.forEach((value, j) => {
    fromZero += value * centre[j]!;
  });
  const result: BaselineStep[] = [];
  for (let end = groups.length; end > 0; ) {
    const stratum = groups[end - 1]!.stratum;
    let cumulative = 0;
    for (; end > 0 && groups[end - 1]!.stratum === stratum; end--) {
      const g = end - 1;
      cumulative += steps.hazard[g]!;
      result.push({
        stratum,
        time: groups[g]!.time,
        atRisk: groups[g]!.atRisk,
        events: groups[g]!.deaths,
        atMeans: cumulative * Math.exp(-relative.shift[stratum]!),
        atZero: cumulative * Math.exp(-relative.shift[stratum]! - fromZero),
      });
    }
  }
  return result;
}
