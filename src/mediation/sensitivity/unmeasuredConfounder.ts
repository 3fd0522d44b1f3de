import { KithpathError } from "../../errors.ts";
import type { Interval, Note, Result } from "../../estimate.ts";
import { refuseUnknown } from "../../options.ts";
import type { EffectRow, Mediation } from "../result.ts";
import {
  arithmeticOf,
  biasDirection,
  biasToNull,
  type ConfounderPrevalence,
  corrected,
  directBias,
  outcomeEffectFor,
  type ScaleArithmetic,
} from "./confounderBias.ts";

type EffectScale = EffectRow["scale"];

export interface UnmeasuredConfounderOptions {
  /** Which of the mediation's scales. Default: the first among its effects, the difference or risk difference. */
  readonly scale?: EffectScale;
  /**
   * Effect of U on the outcome given exposure, mediator and covariates, on that scale: a difference (0 is none) in the
   * outcome's units, or a ratio (1 is none). Several make a grid.
   */
  readonly outcomeEffect?: number | readonly number[];
  /** How common U is among exposed and unexposed people with the same mediator and covariates. Needed for ratios. */
  readonly prevalence?: ConfounderPrevalence | readonly ConfounderPrevalence[];
  /** On difference scales in place of `prevalence`: exposed − unexposed. */
  readonly prevalenceDifference?: number | readonly number[];
}

/** Which effect: `at`, `given`, `horizon` and `threshold` as in the rows of the mediation. */
type EffectPlace = Pick<EffectRow, "effect" | "at" | "given" | "horizon" | "threshold">;

export interface CorrectedEffect extends EffectPlace {
  readonly estimate: number;
  readonly standardError: number | null;
  readonly interval: Interval | null;
}

export interface ConfounderPoint {
  readonly outcomeEffect: number;
  readonly prevalenceDifference: number;
  /** `null` where only the difference was given. */
  readonly prevalence: ConfounderPrevalence | null;
  /** What U adds to the direct effects (or multiplies them by, on a ratio scale); the indirect effects get the opposite. */
  readonly bias: number;
  readonly effects: readonly CorrectedEffect[];
}

export interface ConfounderTipping extends EffectPlace {
  /** The bias of the direct effects at which this effect would be none. */
  readonly bias: number;
  /** The bias that takes the limit next to none there; the value of no bias where the limits hold it already. */
  readonly biasForLimit: number | null;
  /** The effect of U on the outcome that each asked prevalence would need; `null` where none is strong enough. */
  readonly atPrevalence: readonly {
    readonly prevalenceDifference: number;
    readonly outcomeEffect: number | null;
    readonly outcomeEffectForLimit: number | null;
  }[];
}

export interface UnmeasuredConfounder extends Result {
  readonly kind: "unmeasured-confounder";
  readonly scale: EffectScale;
  readonly points: readonly ConfounderPoint[];
  readonly tipping: readonly ConfounderTipping[];
}

/**
 * Direct and indirect effects corrected for an unmeasured cause U of mediator and outcome of a given strength, and the strength
 * that would leave nothing of them; for every kind of mediator and outcome, on the scale of the estimates.
 *
 * U is taken as present or absent, with the same effect γ on the outcome whatever the exposure, mediator and covariates, and more
 * common among the exposed by δ at each value of the mediator. On a difference scale the direct effects then hold γδ too much and
 * the indirect ones as much too little; on a ratio scale the factor is (1 + (γ − 1)p₁)/(1 + (γ − 1)p₀). The total effect stays. Limits
 * move with the estimates. On odds and hazard ratios it holds for a rare outcome.
 *
 * Errors: "unknown-option", "invalid-option", "scale-not-present", "prevalence-needed".
 *
 * Source: VanderWeele (2010), Bias formulas for sensitivity analysis for direct and indirect effects; VanderWeele (2015), chapter 3.
 * Checked against a cohort in R in which U is known, effects computed with and without it.
 *
 * @example
 * ```ts
 * import { mediate, unmeasuredConfounder } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const mediation = await mediate(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 *   inference: { draws: 200 },
 * });
 * const strong = unmeasuredConfounder(mediation, { outcomeEffect: 3, prevalenceDifference: [-0.4, -0.2, 0.2, 0.4] });
 * strong.points[0]?.bias; // -1.2 points of wellbeing in the direct effect
 * strong.tipping; // the bias at which each effect is none
 * ```
 */
export function unmeasuredConfounder(
  mediation: Mediation,
  options: UnmeasuredConfounderOptions = {},
): UnmeasuredConfounder {
  refuseUnknown("unmeasuredConfounder", options, ["scale", "outcomeEffect", "prevalence", "prevalenceDifference"]);
  const { scale, arithmetic } = completeScale(mediation, options.scale);
  const outcomeEffects = listOf(options.outcomeEffect).map((value) => readOutcomeEffect(value, arithmetic));
  const strengths = readPrevalences(options, arithmetic);
  const rows = mediation.effects.filter(
    (row) =>
      row.scale === scale && row.mediator === null && row.estimate !== null && biasDirection(row.effect) !== null,
  );
  return {
    kind: "unmeasured-confounder",
    n: mediation.n,
    dropped: mediation.dropped,
    notes: confounderNotes(mediation, scale),
    method: "Bias formulas for an unmeasured cause of mediator and outcome (VanderWeele 2010).",
    scale,
    points: outcomeEffects.flatMap((outcomeEffect) =>
      strengths.map(({ prevalence, told }): ConfounderPoint => {
        const bias = directBias(arithmetic, outcomeEffect, prevalence);
        return {
          outcomeEffect,
          prevalenceDifference: prevalence.exposed - prevalence.unexposed,
          prevalence: told ? prevalence : null,
          bias,
          effects: rows.map((row) => correctedRow(row, arithmetic, bias)),
        };
      }),
    ),
    tipping: rows.filter((row) => row.effect !== "total").map((row) => tippingRow(row, arithmetic, strengths)),
  };
}

function placeOf({ effect, at, given, horizon, threshold }: EffectRow): EffectPlace {
  return { effect, at, given, horizon, threshold };
}

function correctedRow(row: EffectRow, arithmetic: ScaleArithmetic, bias: number): CorrectedEffect {
  const direction = biasDirection(row.effect)!;
  const move = (value: number) => corrected(arithmetic, value, direction, bias);
  const { interval } = row;
  return {
    ...placeOf(row),
    estimate: move(row.estimate!),
    standardError:
      row.standardError === null || arithmetic !== "ratio" ? row.standardError : row.standardError * bias ** -direction,
    interval:
      interval === null
        ? null
        : {
            ...interval,
            lower: interval.lower === null ? null : move(interval.lower),
            upper: interval.upper === null ? null : move(interval.upper),
          },
  };
}

function tippingRow(row: EffectRow, arithmetic: ScaleArithmetic, strengths: readonly Strength[]): ConfounderTipping {
  const direction = biasDirection(row.effect)!;
  const none = arithmetic === "ratio" ? 1 : 0;
  const near = row.interval === null ? null : row.estimate! >= none ? row.interval.lower : row.interval.upper;
  const holds = near !== null && (row.estimate! >= none ? near <= none : near >= none);
  const bias = biasToNull(arithmetic, row.estimate!, direction);
  const biasForLimit = near === null ? null : holds ? none : biasToNull(arithmetic, near, direction);
  return {
    ...placeOf(row),
    bias,
    biasForLimit,
    atPrevalence: strengths.map(({ prevalence }) => ({
      prevalenceDifference: prevalence.exposed - prevalence.unexposed,
      outcomeEffect: outcomeEffectFor(arithmetic, bias, prevalence),
      outcomeEffectForLimit: biasForLimit === null ? null : outcomeEffectFor(arithmetic, biasForLimit, prevalence),
    })),
  };
}

interface Strength {
  readonly prevalence: ConfounderPrevalence;
  /** Whether both prevalences were given, not only their difference. */
  readonly told: boolean;
}

function readPrevalences(options: UnmeasuredConfounderOptions, arithmetic: ScaleArithmetic): Strength[] {
  const { prevalence, prevalenceDifference } = options;
  if (prevalence !== undefined && prevalenceDifference !== undefined)
    throw invalid("prevalenceDifference", "either prevalence or prevalenceDifference", "both");
  if (prevalenceDifference !== undefined && arithmetic !== "difference") {
    throw new KithpathError("prevalence-needed", "unmeasuredConfounder: a ratio needs both prevalences", {
      expected: "prevalence: { exposed, unexposed }",
      received: "their difference",
      where: { path: "prevalenceDifference" },
    });
  }
  const pairs = listOf(prevalence).map((pair, index): Strength => {
    const { exposed, unexposed } = (pair ?? {}) as ConfounderPrevalence;
    if (![exposed, unexposed].every((p) => typeof p === "number" && p >= 0 && p <= 1))
      throw invalid(`prevalence[${index}]`, "{ exposed, unexposed }, both from 0 to 1", JSON.stringify(pair));
    return { prevalence: { exposed, unexposed }, told: true };
  });
  const differences = listOf(prevalenceDifference).map((difference): Strength => {
    if (!(typeof difference === "number" && Math.abs(difference) <= 1))
      throw invalid("prevalenceDifference", "numbers from -1 to 1", difference);
    return { prevalence: { exposed: difference, unexposed: 0 }, told: false };
  });
  return [...pairs, ...differences];
}

function readOutcomeEffect(value: unknown, arithmetic: ScaleArithmetic): number {
  const ratio = arithmetic !== "difference";
  if (typeof value === "number" && Number.isFinite(value) && (!ratio || value > 0)) return value;
  throw invalid("outcomeEffect", ratio ? "ratios above 0" : "finite numbers in units of the outcome", value);
}

function listOf<T>(given: T | readonly T[] | undefined): readonly T[] {
  return given === undefined ? [] : Array.isArray(given) ? (given as readonly T[]) : [given as T];
}

function completeScale(
  mediation: Mediation,
  asked: EffectScale | undefined,
): { scale: EffectScale; arithmetic: ScaleArithmetic } {
  const present = [...new Set(mediation.effects.map((row) => row.scale))].filter(
    (scale) => arithmeticOf(scale) !== null,
  );
  const scale = asked ?? present[0];
  const arithmetic = scale === undefined || !present.includes(scale) ? null : arithmeticOf(scale);
  if (scale !== undefined && arithmetic !== null) return { scale, arithmetic };
  throw new KithpathError("scale-not-present", "unmeasuredConfounder: the mediation has no effects on that scale", {
    expected: `one of ${present.join(", ")}`,
    received: String(asked),
    where: { path: "scale" },
  });
}

function confounderNotes(mediation: Mediation, scale: string): Note[] {
  const notes: Note[] = [];
  if (scale === "oddsRatio" || scale === "hazardRatio")
    notes.push({
      code: "rare-outcome",
      text: `On this scale the correction holds for an outcome that few people have; otherwise use ${scale === "oddsRatio" ? "the risk ratio" : "risks at a given time"}.`,
    });
  if (mediation.mediators.length > 1)
    notes.push({
      code: "mediators-jointly",
      text: "The indirect effect is that through all mediators together, and U a cause of any of them.",
    });
  return notes;
}

function invalid(path: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `unmeasuredConfounder: ${path} cannot be read`, {
    expected,
    received: String(received),
    where: { path },
  });
}
