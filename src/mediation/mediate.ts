import { bootstrap, pointEstimate } from "../_inference/bootstrap.ts";
import type { Draws } from "../_inference/draws.ts";
import { monteCarloErrorOfLimit } from "../_inference/intervals.ts";
import { armOrderNotes } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import type { Data } from "../table.ts";
import { type Analysis, analyse } from "./analysis.ts";
import { deltaOf, drawParameters } from "./approximate.ts";
import { describeDiagnostics } from "./diagnostics.ts";
import type { EffectPlan } from "./effectPlan.ts";
import { type Certainty, certaintyOfDraws, certaintyOfErrors, effectRows } from "./effectRows.ts";
import { methodText } from "./methodText.ts";
import { moderationOf } from "./moderation.ts";
import { mediationNotes } from "./notes.ts";
import { productRows } from "./products.ts";
import type { Mediation } from "./result.ts";
import type { CompleteSpec, MediateSpec } from "./specTypes.ts";

/**
 * How much of the effect of an exposure on an outcome ran through one or several mediators.
 *
 * Natural direct and indirect effects by the mediation formula, standardised over the people analysed (or over `population`), from a
 * model for each mediator (linear, logistic, probit, Poisson, negative binomial, proportional odds) and one for the outcome (the same,
 * log-binomial, or for a time to an event Cox, Weibull, exponential, with a competing event cause-specific Cox; the time must start
 * to run after the mediator was measured). Exposure × mediator
 * is in the outcome's model unless refused. Point estimates are exact: closed forms, sums over discrete mediators, or integrals
 * over normal ones with an error below 1e-8; no draws are in them. `inference` says how limits are made: one bootstrap of people (of whole
 * clusters with `cluster`) through all models at once, a Bayesian bootstrap, Monte Carlo draws of the coefficients, or the delta method.
 *
 * `effects` holds the total effect, the pure natural direct and total natural indirect effect (which add up to it), the total natural
 * direct and pure natural indirect effect (the other way to add up), the controlled direct effect at `controlledAt`, the reference
 * and the mediated interaction (with the controlled direct and the pure indirect effect the four-way decomposition), and the proportions
 * mediated and eliminated (`null` where they have no meaning, with `proportionWithheld` saying why). Scales: "difference" of means or mean
 * counts; "riskDifference", "riskRatio", "oddsRatio"; "rateRatio"; for a time to an event the risk by each day of `at` and
 * "restrictedMeanDifference" in the time's unit; for an ordinal outcome the probability of each level or a higher one.
 *
 * With several mediators `indirect` rows tell the part through each and `contrast` rows their differences; in a serial model the
 * part through a mediator leaves out what came through those before it, and linear ones have a row for every path. With a `moderator`
 * the effects are also told at each of its values (`given`), with differences of the indirect effect ("moderation") and, where it is a straight
 * line in the moderator, its slope ("index"); `moderation` tells where along a numeric moderator paths and indirect effects differ from 0.
 * `paths` holds the models' coefficients under their classical names, with model-based tests, or cluster-robust ones with `cluster`
 * (CR2 for linear models, otherwise CR1).
 *
 * Rows with a missing value in any variable are left out and counted in `dropped`.
 *
 * Errors: "unknown-option", "invalid-option", "not-supported" (a setting that is not on offer is refused, never ignored), "no-mediator",
 * "same-variable", "unknown-column", "not-numeric", "no-complete-rows", "not-two-arms", "unknown-level", "one-arm", "constant-mediator",
 * "constant-outcome", "one-level-outcome", "constant-column", "not-binary", "not-counts", "order-needed", "event-code", "no-events", "negative-time",
 * "log-of-zero", "too-few-events", "unusable-weights", "too-few-rows", "collinear", "separation", "no-overdispersion", "not-converged",
 * "one-cluster", "arm-in-one-cluster", "extreme-values", "infinite-mean", "wide-counts", "horizon-beyond-followup", "several-rows-per-person", "too-many-failed-draws", "aborted".
 *
 * Sources: Pearl (2001); VanderWeele (2015), chapters 2, 4, 5 and 14; Imai, Keele & Tingley (2010); VanderWeele & Vansteelandt (2014);
 * Preacher, Rucker & Hayes (2007); VanderWeele (2011) for times to events.
 * Checked against R 4.2.2: lm, glm, coxph and survreg with deterministic g-computation (200 Gauss–Hermite nodes) and its delta-method
 * errors, boot, clubSandwich.
 *
 * @example
 * ```ts
 * import { mediate } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const result = await mediate(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 *   inference: { draws: 500, seed: 1 },
 * });
 * const indirect = result.effects.find((row) => row.effect === "totalNaturalIndirect");
 * indirect?.estimate; // points of wellbeing carried by connection
 * indirect?.interval; // { level: 0.95, lower, upper, method: "percentile bootstrap" }
 * ```
 */
export async function mediate(data: Data, spec: MediateSpec): Promise<Mediation> {
  const analysis = analyse(data, spec);
  const { asked, raw, clusters, controlledAt, models, plan, estimator } = analysis;
  const point = pointEstimate(estimator);
  requireDecomposition(plan, point);
  const { certainty, draws } = await infer(analysis, point);
  const held = asked.mediators.length === 1 ? controlledAt[0]! : null;
  const { effects, proportionWithheld } = effectRows(plan, point, certainty, asked, held);
  const diagnostics = describeDiagnostics(asked, raw, models, clusters);
  return {
    kind: "mediation",
    n: analysis.rows,
    dropped: analysis.dropped,
    method: methodText(asked, raw, clusters, draws?.requested ?? 0),
    exposure: { column: raw.exposure.column, kind: raw.exposure.kind, from: raw.exposure.from, to: raw.exposure.to },
    mediators: asked.mediators,
    mediatorModels: asked.mediatorModels.map(({ column, family, link }) => ({ column, family, link })),
    structure: asked.structure,
    outcome: { column: asked.outcome, family: asked.family, link: asked.link, survival: asked.survival },
    covariates: [...new Set([...asked.mediatorCovariates, ...asked.outcomeCovariates])],
    mediatorCovariates: asked.mediatorCovariates,
    outcomeCovariates: asked.outcomeCovariates,
    interaction: asked.interaction,
    moderator:
      raw.moderator === null ? null : { column: raw.moderator.column, at: raw.moderator.at.map(({ value }) => value) },
    population: asked.population,
    cluster: asked.cluster,
    weights: asked.weights,
    level: asked.level,
    inference: { method: asked.method, interval: asked.interval },
    controlledAt: Object.fromEntries(asked.mediators.map((name, k) => [name, controlledAt[k]!])),
    effects,
    monteCarloError: draws === null ? null : limitError(plan, draws, asked),
    paths: models.paths,
    products: productRows(asked, raw, models.paths),
    models: models.tables,
    diagnostics,
    moderation: moderationOf(analysis),
    proportionWithheld,
    notes: [
      ...armOrderNotes(analysis.whole, spec.exposure, raw.exposure.to, raw.exposure.from),
      ...mediationNotes(asked, raw, diagnostics, effects, draws),
    ],
    seed: asked.seed,
    draws:
      draws === null
        ? { requested: 0, used: 0, failed: 0 }
        : { requested: draws.requested, used: draws.used, failed: draws.failed },
  };
}

/** Standard errors and limits by the method asked for; no draws with the delta method. */
async function infer(analysis: Analysis, point: Float64Array): Promise<{ certainty: Certainty; draws: Draws | null }> {
  const { asked, plan, estimator } = analysis;
  if (asked.method === "delta")
    return { certainty: certaintyOfErrors(plan, point, deltaOf(analysis), asked.level), draws: null };
  const pace = {
    draws: asked.draws,
    seed: asked.seed,
    ...(asked.signal === null ? {} : { signal: asked.signal }),
    ...(asked.onProgress === null ? {} : { onProgress: asked.onProgress }),
    ...(asked.until === null ? {} : { until: stoppingRule(plan, asked, asked.until) }),
  };
  const draws =
    asked.method === "monte-carlo"
      ? await drawParameters(analysis, pace)
      : await bootstrap(estimator, {
          ...pace,
          weighting: asked.method === "bootstrap" ? "multinomial" : "dirichlet",
        });
  return { certainty: certaintyOfDraws(plan, point, draws, estimator, asked), draws };
}

/** Draws until the limits of every total, direct and indirect effect of the whole sample hold still. */
function stoppingRule(plan: EffectPlan, { level }: CompleteSpec, until: NonNullable<CompleteSpec["until"]>) {
  const { total, pureDirect, totalIndirect } = plan.decompositions[0]!;
  return { of: [total, pureDirect, totalIndirect], level, tolerance: until.tolerance, most: until.most };
}

const decompositionTolerance = 1e-10;

/** The two ways in which direct and indirect effects must add up to the total, whatever the data. */
function requireDecomposition(plan: EffectPlan, point: Float64Array): void {
  if (!point.every(Number.isFinite)) {
    throw new KithpathError("collinear", "mediate: the columns of a model are too close to collinear", {
      expected: "columns that each add something",
      remedy: "Leave out a covariate that the others determine.",
    });
  }
  for (const places of plan.decompositions) {
    const total = point[places.total]!;
    const pureDirect = point[places.pureDirect]!;
    const totalIndirect = point[places.totalIndirect]!;
    const totalDirect = point[places.totalDirect]!;
    const pureIndirect = point[places.pureIndirect]!;
    const parts = [pureDirect, totalIndirect, totalDirect, pureIndirect].map(Math.abs);
    const size = Math.max(1, ...parts);
    const gap = Math.max(Math.abs(pureDirect + totalIndirect - total), Math.abs(totalDirect + pureIndirect - total));
    if (gap <= decompositionTolerance * size) continue;
    throw new KithpathError("internal-decomposition", "direct and indirect effect do not add up to the total effect", {
      expected: String(total),
      received: String(pureDirect + totalIndirect),
      remedy: "This is an error in kithpath: please report it.",
    });
  }
}

function limitError(plan: EffectPlan, draws: Draws, { level, interval }: CompleteSpec): Mediation["monteCarloError"] {
  if (interval === "bca" || interval === "bias-corrected") return null;
  const indirect = plan.decompositions[0]!.totalIndirect;
  const tail = (1 - level) / 2;
  const low = monteCarloErrorOfLimit(draws, indirect, tail);
  const high = monteCarloErrorOfLimit(draws, indirect, 1 - tail);
  return interval === "basic" ? { lower: high, upper: low } : { lower: low, upper: high };
}
