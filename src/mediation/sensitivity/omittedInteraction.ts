import { bootstrap, pointEstimate } from "../../_inference/bootstrap.ts";
import { resampleNote, standardErrorOfDraws } from "../../_inference/draws.ts";
import type { Estimator } from "../../_inference/estimator.ts";
import { percentileInterval } from "../../_inference/intervals.ts";
import { KithpathError } from "../../errors.ts";
import type { Estimate, Resampled, Result } from "../../estimate.ts";
import { given } from "../../options.ts";
import type { Data } from "../../table.ts";
import { analyse } from "../analysis.ts";
import { type EffectKey, isProportion, keyName } from "../effectPlan.ts";
import { isRatio } from "../effectRows.ts";
import type { InteractionTest } from "../result.ts";
import type { MediateSpec } from "../spec.ts";

export interface OmittedInteractionRow extends EffectKey {
  readonly withInteraction: Estimate;
  readonly withoutInteraction: Estimate;
  /** With less without; on ratio scales with divided by without. */
  readonly change: Estimate;
}

export interface OmittedInteraction extends Result, Resampled {
  readonly kind: "omitted-interaction";
  /** Exposure × mediator, all mediators at once; `null` where it cannot be tested. */
  readonly interactionTest: InteractionTest | null;
  readonly level: number;
  readonly effects: readonly OmittedInteractionRow[];
}

/**
 * What leaving the exposure × mediator interaction out of the outcome's model does to the effects: every effect with and without it,
 * and the change, all from the same draws, so that the limits of the change are its own.
 *
 * For every kind of mediator and outcome. Percentile limits from a bootstrap of people, or clusters (Bayesian if `inference` says so);
 * the value of `exposureMediatorInteraction` has no part. Proportions are not told.
 *
 * Errors: those of `mediate`; "not-supported" (Monte Carlo or delta limits, other intervals than percentile).
 *
 * Source: VanderWeele (2015), section 2.4. Checked against `mediate` with and without, and g-computation in R.
 *
 * @example
 * ```ts
 * import { omittedInteraction } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   const wellbeing = 20 + (0.3 + 0.2 * mentored) * connection + mentored + ((i * 5) % 7);
 *   return { mentored, connection, wellbeing };
 * });
 * const compared = await omittedInteraction(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 *   inference: { draws: 200 },
 * });
 * compared.effects.find((row) => row.effect === "totalNaturalIndirect")?.change; // what the interaction adds
 * ```
 */
export async function omittedInteraction(data: Data, spec: MediateSpec): Promise<OmittedInteraction> {
  const full = analyse(data, { ...spec, exposureMediatorInteraction: true });
  const plain = analyse(data, { ...spec, exposureMediatorInteraction: false });
  const { asked, plan } = full;
  refuseOtherLimits(asked.method, asked.interval);
  const places = new Map(plain.plan.keys.map((key, k) => [keyName(key), k]));
  const pairs = plan.keys.flatMap((key, k) => {
    const other = places.get(keyName(key));
    const moves = key.effect !== "referenceInteraction" && key.effect !== "mediatedInteraction";
    return other === undefined || isProportion(key) || !moves ? [] : [{ key, k, other }];
  });
  const estimator = sideBySide(full.estimator, plain.estimator, pairs);
  const point = pointEstimate(estimator);
  if (!point.every(Number.isFinite)) {
    throw new KithpathError("collinear", "omittedInteraction: the columns of a model are too close to collinear", {
      expected: "columns that each add something",
      remedy: "Leave out a covariate that the others determine.",
    });
  }
  const draws = await bootstrap(estimator, {
    draws: asked.draws,
    seed: asked.seed,
    weighting: asked.method === "bayesian-bootstrap" ? "dirichlet" : "multinomial",
    ...given({ signal: asked.signal ?? undefined, onProgress: asked.onProgress ?? undefined }),
  });
  const estimate = (place: number): Estimate => ({
    estimate: point[place]!,
    standardError: standardErrorOfDraws(draws, place),
    interval: percentileInterval(draws, place, asked.level),
  });
  const failed = resampleNote(draws);
  return {
    kind: "omitted-interaction",
    n: full.rows,
    dropped: full.dropped,
    notes: failed === null ? [] : [failed],
    method: "Mediation effects with and without exposure × mediator interaction, from the same bootstrap draws.",
    interactionTest: full.models.interactionTest,
    level: asked.level,
    effects: pairs.map(({ key }, j) => ({
      ...key,
      withInteraction: estimate(3 * j),
      withoutInteraction: estimate(3 * j + 1),
      change: estimate(3 * j + 2),
    })),
    seed: asked.seed,
    draws: { requested: draws.requested, used: draws.used, failed: draws.failed },
  };
}

function sideBySide(
  full: Estimator,
  plain: Estimator,
  pairs: readonly { readonly key: EffectKey; readonly k: number; readonly other: number }[],
): Estimator {
  const first = new Float64Array(full.names.length);
  const second = new Float64Array(plain.names.length);
  return {
    names: pairs.flatMap(({ key }) => ["with", "without", "change"].map((part) => `${keyName(key)} ${part}`)),
    units: full.units,
    estimate(weights, out) {
      full.estimate(weights, first);
      plain.estimate(weights, second);
      for (let j = 0; j < pairs.length; j++) {
        const { key, k, other } = pairs[j]!;
        const [a, b] = [first[k]!, second[other]!];
        out[3 * j] = a;
        out[3 * j + 1] = b;
        out[3 * j + 2] = isRatio(key) ? a / b : a - b;
      }
    },
  };
}

function refuseOtherLimits(method: string, interval: string): void {
  if ((method === "bootstrap" || method === "bayesian-bootstrap") && interval === "percentile") return;
  throw new KithpathError("not-supported", "omittedInteraction has percentile limits from bootstrap draws only", {
    expected: 'inference: { method: "bootstrap", interval: "percentile" }',
    received: `${method}, ${interval}`,
    where: { path: "inference" },
    remedy: "Leave method and interval out.",
  });
}
