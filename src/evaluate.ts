import type { ArmSpec } from "./arm.ts";
import {
  assertStudyFits,
  type Cohort,
  type CohortDescription,
  describeCohort,
  mediationCovariates,
  type Study,
  timingOf,
} from "./cohort/index.ts";
import { type CompareChange, compareChange } from "./compare/index.ts";
import { KithpathError } from "./errors.ts";
import type { Note, ResamplingOptions } from "./estimate.ts";
import { type FollowRelapse, followRelapse } from "./followup/index.ts";
import { type Mediation, mediate, type Sensitivity, sensitivity } from "./mediation/index.ts";
import { completeInteger, given, refuseUnknown } from "./options.ts";
import { categoriesOf } from "./table.ts";
import { version } from "./version.ts";

/** A question of the study that the data could not answer, and why. */
export interface Refusal {
  readonly question: string;
  readonly code: string;
  readonly message: string;
}

/**
 * How much worse the treated people who were not seen would have to have done, than those like them who were, for the
 * adjusted difference to vanish: estimate / share not seen. `shift` is `null` when everyone was seen.
 */
export interface TippingPoint {
  readonly after: string;
  readonly treatedTotal: number;
  readonly treatedUnseen: number;
  readonly shift: number | null;
}

/** Every question of a study, answered in its order. */
export interface Evaluation {
  readonly kind: "evaluation";
  readonly study: Study;
  readonly n: number;
  readonly description: CohortDescription;
  readonly comparisons: readonly CompareChange[];
  readonly tippingPoints: readonly TippingPoint[];
  readonly relapse: FollowRelapse | null;
  readonly mediations: readonly Mediation[];
  /** One per mediation; `null` where it has no closed form (several mediators, a binary outcome). */
  readonly sensitivities: readonly (Sensitivity | null)[];
  readonly refusals: readonly Refusal[];
  readonly notes: readonly Note[];
  readonly software: { readonly name: "kithpath"; readonly version: string };
  readonly seed: number;
}

export interface EvaluateOptions extends Omit<ResamplingOptions, "onProgress"> {
  /** Called as the work proceeds: the question at hand, and the draws done and asked for in it (0 of 0 as it begins). */
  readonly onProgress?: (question: string, done: number, total: number) => void;
}

/**
 * Answers every question of a study: describes the cohort, compares before with after, follows relapse, and asks how
 * much of the effect ran through connection. A question that the data cannot answer is listed in `refusals` with its
 * code; the others are answered all the same. Draws and seed come from the study unless given here.
 *
 * Errors: whatever `assertStudyFits` finds wrong between study and cohort, all at once; "nothing-estimable" when no
 * question could be answered; "aborted"; "unknown-option", "invalid-option".
 *
 * @example
 * ```ts
 * import { defineStudy, evaluate, parseCohort } from "kithpath";
 * const rows = Array.from({ length: 40 }, (_, i) => [i, i % 2, 40 + (i % 7), 43 + (i % 7) + 2 * (i % 2) + (i % 3)].join(","));
 * const cohort = parseCohort(["id,mentored,wellbeing_0,wellbeing_12", ...rows].join("\n"), { id: "id" });
 * const study = defineStudy({
 *   title: "A small trial",
 *   design: "two-arm-randomised",
 *   id: "id",
 *   arm: { column: "mentored", treated: 1, reference: 0 },
 *   compare: [{ outcome: "Wellbeing", before: "wellbeing_0", after: "wellbeing_12", better: "higher" }],
 * });
 * const evaluation = await evaluate(cohort, study);
 * evaluation.comparisons[0].adjusted?.estimate;
 * ```
 */
export async function evaluate(cohort: Cohort, study: Study, options: EvaluateOptions = {}): Promise<Evaluation> {
  refuseUnknown("evaluate", options, ["draws", "seed", "signal", "onProgress"]);
  const draws = completeInteger("evaluate", "draws", options.draws, 100, 1_000_000, study.inference.draws);
  const seed = completeInteger("evaluate", "seed", options.seed, 0, Number.MAX_SAFE_INTEGER, study.inference.seed);
  assertStudyFits(study, cohort);
  const questions = new Questions(options);
  const resampling = { draws, seed, ...given({ signal: options.signal }) };

  const description = describeCohort(cohort, study);
  const comparisons = await compareAll(cohort, study, questions);
  const relapse = await relapseOf(cohort, study, questions, resampling);
  const mediations = await mediateAll(cohort, study, questions, resampling);
  if (comparisons.length === 0 && relapse === null && mediations.length === 0 && questions.refusals.length > 0) {
    throw new KithpathError("nothing-estimable", "no question of the study can be answered from these data", {
      problems: questions.refusals.map(({ code, message, question }) => ({ code, message: `${question}: ${message}` })),
    });
  }
  return {
    kind: "evaluation",
    study: { ...study, inference: { ...study.inference, draws, seed } },
    n: cohort.rows,
    description,
    comparisons,
    tippingPoints: tippingPoints(cohort, study, comparisons),
    relapse,
    mediations,
    sensitivities: mediations.map((mediation) =>
      mediation.diagnostics.errorCorrelation === null ? null : sensitivity(mediation),
    ),
    refusals: questions.refusals,
    notes: timingNotes(study),
    software: { name: "kithpath", version },
    seed,
  };
}

type Progress = (done: number, total: number) => void;

/** Asks one question after another; a refusal of one leaves the others standing. */
class Questions {
  readonly refusals: Refusal[] = [];
  readonly #options: EvaluateOptions;

  constructor(options: EvaluateOptions) {
    this.#options = options;
  }

  async ask<T>(question: string, answer: (onProgress: Progress) => T | Promise<T>): Promise<T | null> {
    const onProgress = (done: number, total: number) => this.#options.onProgress?.(question, done, total);
    onProgress(0, 0);
    try {
      return await answer(onProgress);
    } catch (error) {
      if (!(error instanceof KithpathError) || error.code === "aborted") throw error;
      this.refusals.push({ question, code: error.code, message: error.message });
      return null;
    }
  }
}

async function compareAll(cohort: Cohort, study: Study, questions: Questions): Promise<CompareChange[]> {
  const answers: CompareChange[] = [];
  for (const { before, after, better, covariates = study.covariates, minimalImportantChange } of study.compare) {
    const answer = await questions.ask(`change from ${before} to ${after}`, () =>
      compareChange(cohort, {
        before,
        after,
        better,
        level: study.inference.level,
        ...given({ arm: armOf(study), cluster: study.cluster, minimalImportantChange }),
        ...(study.arm === undefined ? {} : { covariates: covariates.filter((name) => name !== before) }),
      }),
    );
    if (answer !== null) answers.push(answer);
  }
  return answers;
}

function armOf({ arm }: Study): ArmSpec | undefined {
  return arm === undefined ? undefined : { column: arm.column, treated: arm.treated, reference: arm.reference };
}

interface Resampling {
  readonly draws: number;
  readonly seed: number;
  readonly signal?: AbortSignal;
}

async function relapseOf(
  cohort: Cohort,
  study: Study,
  questions: Questions,
  resampling: Resampling,
): Promise<FollowRelapse | null> {
  const { relapse, cluster } = study;
  const arm = armOf(study);
  if (relapse === undefined || arm === undefined) return null;
  return questions.ask(`relapse within ${relapse.horizon} days`, (onProgress) =>
    followRelapse(cohort, {
      time: relapse.time,
      event: relapse.event,
      arm,
      horizon: relapse.horizon,
      level: study.inference.level,
      ...given({ competing: relapse.competing, cluster }),
      ...resampling,
      onProgress,
    }),
  );
}

async function mediateAll(
  cohort: Cohort,
  study: Study,
  questions: Questions,
  resampling: Resampling,
): Promise<Mediation[]> {
  const answers: Mediation[] = [];
  for (const question of study.mediation) {
    const { exposure, mediators, outcome, interaction } = question;
    const [exposureName, outcomeName] = [exposure, outcome].map((named) =>
      typeof named === "string" ? named : named.column,
    );
    const answer = await questions.ask(
      `what carries the effect of ${exposureName} on ${outcomeName}: ${mediators.join(", ")}`,
      (onProgress) =>
        mediate(cohort, {
          exposure,
          mediators,
          outcome,
          covariates: mediationCovariates(study, question),
          ...given({ cluster: study.cluster, exposureMediatorInteraction: interaction }),
          inference: {
            method: "bootstrap",
            interval: "percentile",
            level: study.inference.level,
            ...resampling,
            onProgress,
          },
        }),
    );
    if (answer !== null) answers.push(answer);
  }
  return answers;
}

function tippingPoints(cohort: Cohort, study: Study, comparisons: readonly CompareChange[]): TippingPoint[] {
  const { arm } = study;
  if (arm === undefined) return [];
  const column = categoriesOf(cohort, arm.column);
  const treatedCode = column.levels.indexOf(String(arm.treated));
  const treatedTotal = column.codes.filter((code) => code === treatedCode).length;
  return comparisons.flatMap(({ after, adjusted, groups }) => {
    if (adjusted === null) return [];
    const seen = groups.find((group) => group.arm === String(arm.treated))?.n ?? 0;
    const treatedUnseen = treatedTotal - seen;
    const shift = treatedUnseen === 0 ? null : (adjusted.estimate * treatedTotal) / treatedUnseen;
    return [{ after, treatedTotal, treatedUnseen, shift }];
  });
}

function timingNotes(study: Study): Note[] {
  return study.mediation.flatMap((mediation) => {
    const { exposure, mediators, outcome } = timingOf(study, mediation);
    const names = mediation.mediators.join(" and ");
    if (outcome === null || mediators.some((month) => month === null)) {
      return [
        {
          code: "timing-unknown",
          text: `The waves of ${names} or of the outcome are not stated: that the mediator came before the outcome is taken on trust.`,
        },
      ];
    }
    if (exposure !== null && mediators.some((month) => month! <= exposure)) {
      return [
        {
          code: "cross-sectional",
          text: `The exposure and ${names} were measured at the same wave: which of them came first is taken on trust.`,
        },
      ];
    }
    return [];
  });
}
