import { bootstrap, pointEstimate } from "../../_inference/bootstrap.ts";
import { clusterEstimator } from "../../_inference/cluster.ts";
import { resampleNote } from "../../_inference/draws.ts";
import { fitLinear } from "../../_models/linear.ts";
import { variance } from "../../_numeric/describe.ts";
import { fromColumns } from "../../_numeric/matrix.ts";
import { KithpathError } from "../../errors.ts";
import type { Note, Resampled, Result } from "../../estimate.ts";
import { given, refuseUnknown } from "../../options.ts";
import type { Data } from "../../table.ts";
import { type Analysis, analyse } from "../analysis.ts";
import { certaintyOfDraws, effectRows } from "../effectRows.ts";
import { buildProblem } from "../problem.ts";
import type { EffectRow } from "../result.ts";
import type { MediateSpec } from "../spec.ts";
import { errorsInVariablesEstimator } from "./errorsInVariables.ts";

export interface MeasurementErrorOptions {
  /** Share of a mediator's variance, among the people analysed, that is not measurement error: above 0, at most 1. One for all, or by name. */
  readonly reliability: number | Readonly<Record<string, number>>;
}

export interface MeasurementError extends Result, Resampled {
  readonly kind: "measurement-error";
  readonly mediators: readonly {
    readonly column: string;
    readonly reliability: number;
    /** Of what exposure, covariates and the other mediators leave unexplained of it, the share that is not error. */
    readonly partialReliability: number;
  }[];
  readonly outcome: string;
  readonly interaction: boolean;
  readonly level: number;
  /** With the error taken off. */
  readonly corrected: readonly EffectRow[];
  /** As `mediate` has them, from the same draws. */
  readonly observed: readonly EffectRow[];
}

/**
 * Mediation effects with the error of the mediators' measurement taken off, their reliabilities being given. Error weakens the
 * path from mediator to outcome, and so leaves too little in the indirect effect and too much in the direct one.
 *
 * For linear models of parallel mediators and outcome, with or without exposure × mediator interaction (the correction is exact
 * for both). The error is taken as classical: independent of everything, of the same variance for everybody, and of the errors
 * of other mediators. The reliability is that of the scores among the people analysed and is taken as known. Limits are from
 * a bootstrap of people, or of clusters, that repeats the correction in every draw.
 *
 * Errors: those of `mediate`; "not-supported" (other models, a moderator, weights, a serial structure, other inference than the
 * bootstrap), "invalid-option", "reliability-too-low" (less reliability than what exposure and covariates predict of the mediator).
 *
 * Sources: Fuller (1987), section 2.2; Carroll, Ruppert, Stefanski & Crainiceanu (2006), chapter 5; VanderWeele, Valeri & Ogburn (2012). Checked
 * against the same moments in R and a simulated cohort whose true effect is known.
 *
 * @example
 * ```ts
 * import { measurementError } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const result = await measurementError(
 *   people,
 *   { exposure: "mentored", mediators: ["connection"], outcome: "wellbeing", inference: { draws: 200 } },
 *   { reliability: 0.9 },
 * );
 * result.corrected.find((row) => row.effect === "totalNaturalIndirect")?.estimate; // larger than the observed one
 * ```
 */
export async function measurementError(
  data: Data,
  spec: MediateSpec,
  options: MeasurementErrorOptions,
): Promise<MeasurementError> {
  refuseUnknown("measurementError", options, ["reliability"]);
  const analysis = analyse(data, spec);
  refuseOthers(analysis);
  const { asked, raw, plan, clusters, controlledAt } = analysis;
  const reliability = completeReliability(options.reliability, asked.mediators);
  const partial = partialReliabilities(analysis, reliability);
  const problem = buildProblem(raw, asked.interaction, controlledAt);
  const inner = errorsInVariablesEstimator(problem, plan, reliability);
  const estimator = clusters === null ? inner : clusterEstimator(inner, clusters);
  const pace = {
    draws: asked.draws,
    seed: asked.seed,
    weighting: asked.method === "bayesian-bootstrap" ? ("dirichlet" as const) : ("multinomial" as const),
    ...given({ signal: asked.signal ?? undefined, onProgress: asked.onProgress ?? undefined }),
  };
  const held = asked.mediators.length === 1 ? controlledAt[0]! : null;
  const rows = async (of: typeof estimator) => {
    const point = pointEstimate(of);
    if (!point.every(Number.isFinite))
      throw tooLow("the corrected cross-product of the columns is not positive definite");
    const draws = await bootstrap(of, pace);
    return { draws, ...effectRows(plan, point, certaintyOfDraws(plan, point, draws, of, asked), asked, held) };
  };
  const corrected = await rows(estimator);
  const observed = await rows(analysis.estimator);
  const failed = resampleNote(corrected.draws);
  return {
    kind: "measurement-error",
    n: analysis.rows,
    dropped: analysis.dropped,
    notes: [...reliabilityNotes(), ...(failed === null ? [] : [failed])],
    method: `Errors-in-variables correction of the outcome's model for the given reliability of the mediator${asked.mediators.length > 1 ? "s" : ""} (Fuller 1987), limits by the bootstrap.`,
    mediators: asked.mediators.map((column, k) => ({
      column,
      reliability: reliability[k]!,
      partialReliability: partial[k]!,
    })),
    outcome: asked.outcome,
    interaction: asked.interaction,
    level: asked.level,
    corrected: corrected.effects,
    observed: observed.effects,
    seed: asked.seed,
    draws: { requested: corrected.draws.requested, used: corrected.draws.used, failed: corrected.draws.failed },
  };
}

function refuseOthers({ asked, raw }: Analysis): void {
  const notLinear = [...raw.mediators, raw.outcome].find(({ family }) => family !== "gaussian");
  const other =
    notLinear !== undefined
      ? `a ${notLinear.family} model of "${notLinear.name}"`
      : asked.structure !== "parallel"
        ? `a ${asked.structure} structure`
        : asked.moderator !== null
          ? "a moderator"
          : asked.weights !== null
            ? "weights"
            : raw.population.size > 0
              ? "a population other than the sample"
              : asked.method === "monte-carlo" || asked.method === "delta"
                ? `inference method "${asked.method}"`
                : null;
  if (other === null) return;
  throw new KithpathError("not-supported", `measurementError does not have ${other}`, {
    expected: "linear models of parallel mediators and outcome, with bootstrap limits",
    received: other,
    remedy: "Leave the setting out; unmeasuredConfounder takes every kind of model.",
  });
}

function completeReliability(
  asked: MeasurementErrorOptions["reliability"],
  mediators: readonly string[],
): Float64Array {
  const named = typeof asked === "number" ? Object.fromEntries(mediators.map((name) => [name, asked])) : asked;
  if (typeof named !== "object" || named === null) throw invalid("a number, or { mediator: number }", asked);
  for (const name of Object.keys(named))
    if (!mediators.includes(name)) throw invalid(`names among ${mediators.join(", ")}`, name);
  return Float64Array.from(mediators, (name) => {
    const value = named[name];
    if (typeof value !== "number" || !(value > 0 && value <= 1))
      throw invalid(`for "${name}" a number above 0, at most 1`, value);
    return value;
  });
}

/** λ' = (λ − R²)/(1 − R²), R² being that of the mediator on all other columns. Error: "reliability-too-low". */
function partialReliabilities({ raw, rows }: Analysis, reliability: Float64Array): number[] {
  return raw.mediators.map((mediator, k) => {
    const others = [
      ...raw.exposure.columns,
      ...raw.outcomeCovariates,
      ...raw.mediators.filter((one) => one !== mediator),
    ];
    const ones = new Float64Array(rows).fill(1);
    const fit = fitLinear(fromColumns([ones, ...others.map(({ values }) => values)]), mediator.values);
    const left = fit.residualSumOfSquares / ((rows - 1) * variance(mediator.values));
    const partial = (reliability[k]! - (1 - left)) / left;
    if (partial > 0) return partial;
    throw tooLow(`${Math.round(100 * (1 - left))} % of "${mediator.name}" is predicted by the other columns`);
  });
}

function tooLow(received: string): KithpathError {
  return new KithpathError(
    "reliability-too-low",
    "the reliability leaves nothing of the mediator but what others predict",
    {
      expected: "a reliability above the share of the mediator that exposure, covariates and other mediators predict",
      received,
      remedy: "Use the reliability of the scores among these people, not of another population.",
    },
  );
}

function reliabilityNotes(): Note[] {
  return [
    {
      code: "reliability-taken-as-known",
      text: "The limits take the reliability as known; repeat the analysis with its own limits to see how much depends on it.",
    },
  ];
}

function invalid(expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", "measurementError: reliability cannot be read", {
    expected,
    received: typeof received === "object" ? JSON.stringify(received) : String(received),
    where: { path: "reliability" },
  });
}
