import { bootstrap, pointEstimate } from "../_inference/bootstrap.ts";
import { clusterEstimator } from "../_inference/cluster.ts";
import type { Draws } from "../_inference/draws.ts";
import { monteCarloErrorOfLimit } from "../_inference/intervals.ts";
import { variablesOfTerm } from "../_models/namedDesign.ts";
import { armOrderNotes, readClusters, refuseRepeatedPeople, selectComplete } from "../arm.ts";
import { KithpathError } from "../errors.ts";
import { type Data, type Table, toTable } from "../table.ts";
import { binaryEffects } from "./binaryEffects.ts";
import { binaryEstimator } from "./binaryEstimator.ts";
import { completeControlledAt, readColumns } from "./columns.ts";
import { describeDiagnostics } from "./diagnostics.ts";
import { drawCoefficients } from "./drawCoefficients.ts";
import { effectKeys } from "./effectKeys.ts";
import { effectRows } from "./effectRows.ts";
import { linearEffects } from "./linearEffects.ts";
import { linearEstimator } from "./linearEstimator.ts";
import { methodText } from "./methodText.ts";
import { fitModels } from "./models.ts";
import { mediationNotes } from "./notes.ts";
import { buildProblem } from "./problem.ts";
import type { Mediation } from "./result.ts";
import { type CompleteSpec, completeSpec, type MediateSpec } from "./spec.ts";

/**
 * How much of the effect of an exposure on an outcome ran through one or several mediators.
 *
 * Natural direct and indirect effects by the mediation formula, with linear models for the mediators and a linear, logistic
 * or probit model for the outcome, exposure × mediator interaction included unless refused, standardised over the people
 * analysed. Point estimates are closed forms, or, for a binary outcome, integrals exact to 1e-9; limits come from one
 * bootstrap of people (of whole clusters with `cluster`) through all models at once, or from Monte Carlo draws of the coefficients.
 *
 * `effects` holds, on the outcome's own scale ("difference") or as risk difference, risk ratio and odds ratio: the total effect,
 * the pure natural direct and total natural indirect effect (which add up to it), the total natural direct and pure natural
 * indirect effect (the other way to add up), the controlled direct effect at `controlledAt`, the reference and the
 * mediated interaction, the proportion mediated (`null` where it has no meaning, with `proportionWithheld` saying why), and with
 * several mediators the indirect effect through each and the contrast of every pair. `paths` holds a, b, c, c' (and d, the
 * interaction) with classical tests, or CR2 tests with clusters.
 *
 * Rows with a missing value in any variable are left out and counted in `dropped`.
 *
 * Errors: "unknown-option", "invalid-option", "not-supported" (what is not built yet is refused, never ignored), "no-mediator",
 * "same-variable", "unknown-column", "not-numeric", "no-complete-rows", "not-two-arms", "unknown-level", "one-arm",
 * "constant-mediator", "constant-outcome", "one-level-outcome", "not-binary", "too-few-rows", "collinear", "separation",
 * "one-cluster", "several-rows-per-person", "too-many-failed-draws", "aborted".
 *
 * Sources: Pearl (2001); VanderWeele (2015), chapters 2, 4 and 5; Imai, Keele & Tingley (2010); VanderWeele & Vansteelandt (2014).
 * Checked against R 4.2.2: lm and glm with deterministic g-computation (200 Gauss–Hermite nodes), boot, clubSandwich.
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
  const asked = completeSpec(spec);
  const whole = toTable(data);
  refuseRepeatedPeople("mediate", whole, asked.cluster);
  const { table, dropped } = selectComplete(whole, columnsOf(whole, asked));
  const raw = readColumns(table, asked);
  const clusters = asked.cluster === null ? null : readClusters(table, asked.cluster);
  const controlledAt = completeControlledAt(asked, raw.mediators);
  const { interaction, link, level } = asked;
  const models = fitModels({ raw, interaction, link, clusters, level, controlledAt });

  const problem = buildProblem(raw, interaction, link, controlledAt);
  const keys = effectKeys(asked.mediators, link !== "identity");
  const kernel = link === "identity" ? linearEffects(problem) : binaryEffects(problem);
  const inner = link === "identity" ? linearEstimator(problem, keys, kernel) : binaryEstimator(problem, keys, kernel);
  const estimator = clusters === null ? inner : clusterEstimator(inner, clusters);
  const point = pointEstimate(estimator);
  const parameters = {
    alpha: Float64Array.from(inner.parameters.alpha),
    beta: Float64Array.from(inner.parameters.beta),
    sigma: Float64Array.from(inner.parameters.sigma),
    means: Float64Array.from(inner.parameters.means),
  };
  requireDecomposition(point);

  const pace = {
    draws: asked.draws,
    seed: asked.seed,
    ...(asked.signal === null ? {} : { signal: asked.signal }),
    ...(asked.onProgress === null ? {} : { onProgress: asked.onProgress }),
  };
  const draws =
    asked.method === "bootstrap"
      ? await bootstrap(estimator, pace)
      : await drawCoefficients(problem, parameters, clusters, kernel, estimator.names, pace);

  const held = asked.mediators.length === 1 ? controlledAt[0]! : null;
  const { effects, proportionWithheld } = effectRows(keys, point, draws, estimator, asked, held);
  const diagnostics = describeDiagnostics(asked, raw, models, clusters);
  return {
    kind: "mediation",
    n: table.rows,
    dropped,
    method: methodText(asked, raw, clusters),
    exposure: { column: raw.exposure.column, kind: raw.exposure.kind, from: raw.exposure.from, to: raw.exposure.to },
    mediators: asked.mediators,
    outcome: { column: asked.outcome, family: asked.family, link: asked.link },
    covariates: [...new Set([...asked.mediatorCovariates, ...asked.outcomeCovariates])],
    mediatorCovariates: asked.mediatorCovariates,
    outcomeCovariates: asked.outcomeCovariates,
    interaction,
    cluster: asked.cluster,
    level,
    inference: { method: asked.method, interval: asked.interval },
    controlledAt: Object.fromEntries(asked.mediators.map((name, k) => [name, controlledAt[k]!])),
    effects,
    monteCarloError: limitError(draws, level, asked.interval),
    paths: models.paths,
    models: models.tables,
    diagnostics,
    proportionWithheld,
    notes: [
      ...armOrderNotes(whole, spec.exposure, raw.exposure.to, raw.exposure.from),
      ...mediationNotes(asked, raw, diagnostics, effects, draws),
    ],
    seed: draws.seed,
    draws: { requested: draws.requested, used: draws.used, failed: draws.failed },
  };
}

function columnsOf(table: Table, asked: CompleteSpec): string[] {
  const covariates = [...asked.mediatorCovariates, ...asked.outcomeCovariates];
  return [
    asked.exposureColumn,
    ...asked.mediators,
    asked.outcome,
    ...covariates.flatMap((term) => variablesOfTerm(table, term)),
    ...(asked.cluster === null ? [] : [asked.cluster]),
  ];
}

const decompositionTolerance = 1e-10;

/** The two ways in which direct and indirect effects must add up to the total, whatever the data. */
function requireDecomposition(point: Float64Array): void {
  if (!point.every(Number.isFinite)) {
    throw new KithpathError("collinear", "mediate: the columns of a model are too close to collinear", {
      expected: "columns that each add something",
      remedy: "Leave out a covariate that the others determine.",
    });
  }
  const [total, pureDirect, totalIndirect, totalDirect, pureIndirect] = point as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const size = Math.max(
    1,
    Math.abs(pureDirect),
    Math.abs(totalIndirect),
    Math.abs(totalDirect),
    Math.abs(pureIndirect),
  );
  const gap = Math.max(Math.abs(pureDirect + totalIndirect - total), Math.abs(totalDirect + pureIndirect - total));
  if (gap > decompositionTolerance * size) {
    throw new KithpathError("internal-decomposition", "direct and indirect effect do not add up to the total effect", {
      expected: String(total),
      received: String(pureDirect + totalIndirect),
      remedy: "This is an error in kithpath: please report it.",
    });
  }
}

function limitError(draws: Draws, level: number, interval: CompleteSpec["interval"]): Mediation["monteCarloError"] {
  if (interval === "bca" || interval === "bias-corrected") return null;
  const indirect = 2;
  const tail = (1 - level) / 2;
  const low = monteCarloErrorOfLimit(draws, indirect, tail);
  const high = monteCarloErrorOfLimit(draws, indirect, 1 - tail);
  return interval === "basic" ? { lower: high, upper: low } : { lower: low, upper: high };
}
