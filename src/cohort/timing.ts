import { columnIn, type Study, type StudyMediation } from "./study.ts";

/** Months at which the variables of a mediation question were measured; `null` where no wave lists them. */
export interface MediationTiming {
  readonly exposure: number | null;
  readonly mediators: readonly (number | null)[];
  readonly outcome: number | null;
}

/** The month of the wave that lists `column`; `null` when none does. The arm is assigned at the first wave. */
export function monthOf(study: Study, column: string): number | null {
  const waves = study.waves ?? [];
  const listed = waves.find((wave) => wave.variables.includes(column));
  if (listed !== undefined) return listed.month;
  return column === study.arm?.column && waves.length > 0 ? Math.min(...waves.map((wave) => wave.month)) : null;
}

/**
 * When the exposure, the mediators and the outcome of a mediation question were measured, in months, from the waves of
 * the study. An arm that no wave lists counts as assigned at the first wave; any other unlisted column is `null`.
 *
 * @example
 * ```ts
 * import { defineStudy, timingOf } from "kithpath";
 * const study = defineStudy({
 *   title: "Kith", design: "two-arm-randomised", id: "id",
 *   arm: { column: "mentored", treated: 1, reference: 0 },
 *   waves: [
 *     { name: "start", month: 0, variables: ["wellbeing_0"] },
 *     { name: "half a year", month: 6, variables: ["connection_6"] },
 *     { name: "a year", month: 12, variables: ["wellbeing_12"] },
 *   ],
 *   mediation: [{ exposure: "mentored", mediators: ["connection_6"], outcome: "wellbeing_12" }],
 * });
 * timingOf(study, study.mediation[0]); // { exposure: 0, mediators: [6], outcome: 12 }
 * ```
 */
export function timingOf(study: Study, mediation: StudyMediation): MediationTiming {
  return {
    exposure: monthOf(study, columnIn(mediation.exposure)),
    mediators: mediation.mediators.map((mediator) => monthOf(study, mediator)),
    outcome: monthOf(study, columnIn(mediation.outcome)),
  };
}
