import type { Direction } from "../estimate.ts";
import type { ParseOptions } from "./cohort.ts";

export type StudyDesign = "two-arm-randomised" | "two-arm-observational" | "single-arm";

/** Which column says who was mentored, and which two of its values are compared. */
export interface StudyArm {
  readonly column: string;
  readonly treated: string | number;
  readonly reference: string | number;
  /** What to call the arms in a report. */
  readonly label?: { readonly treated: string; readonly reference: string };
}

/** An occasion on which people were seen. */
export interface Wave {
  readonly name: string;
  /** Months since the start. */
  readonly month: number;
  readonly variables: readonly string[];
  /** A column that says why somebody was not seen. */
  readonly status?: string;
}

/** A before/after question. */
export interface StudyComparison {
  /** What to call the outcome. */
  readonly outcome: string;
  readonly before: string;
  readonly after: string;
  readonly better: Direction;
  readonly covariates?: readonly string[];
  readonly minimalImportantChange?: number;
}

/** A column of 0 and 1, or a column in which one value is the event and another may be the competing event. */
export type StudyEvent =
  | string
  | { readonly column: string; readonly event: string | number; readonly competing?: string | number };

/** A relapse question. */
export interface StudyRelapse {
  readonly time: string;
  readonly event: StudyEvent;
  readonly competing?: { readonly column: string; readonly value: string | number };
  readonly horizon: number;
  readonly unit: "days";
  readonly covariates?: readonly string[];
}

export type StudyExposure =
  | string
  | { readonly column: string; readonly treated: string | number; readonly reference: string | number }
  | { readonly column: string; readonly from: string | number; readonly to: string | number };

/** A question of how much of an effect ran through the mediators. */
export interface StudyMediation {
  readonly label?: string;
  readonly exposure: StudyExposure;
  readonly mediators: readonly string[];
  readonly outcome: string | { readonly column: string; readonly family: "gaussian" | "binomial" };
  readonly better?: Direction;
  /** Confounders. Left out: those of the study that are not themselves part of the question. */
  readonly covariates?: readonly string[];
  readonly structure?: "parallel";
  /** Whether the outcome model holds exposure × mediator. Default true. */
  readonly interaction?: boolean;
}

/** The file of the cohort and how to read it; `file` is relative to the definition. */
export interface StudyData extends Omit<ParseOptions, "id"> {
  readonly file: string;
}

/** What an evaluation asks, and of whom. Made by `defineStudy`. */
export interface Study {
  readonly title: string;
  readonly design: StudyDesign;
  readonly data?: StudyData;
  /** The column that names a person. */
  readonly id: string;
  readonly arm?: StudyArm;
  readonly cluster?: string;
  /** Baseline columns that describe the arms, and for which comparisons are adjusted. */
  readonly covariates: readonly string[];
  readonly waves?: readonly Wave[];
  readonly compare: readonly StudyComparison[];
  readonly relapse?: StudyRelapse;
  readonly mediation: readonly StudyMediation[];
  readonly labels?: Readonly<Record<string, string>>;
  readonly inference: { readonly level: number; readonly draws: number; readonly seed: number };
}

/** The column of an exposure, an outcome or an event. */
export function columnIn(named: string | { readonly column: string }): string {
  return typeof named === "string" ? named : named.column;
}

/**
 * The covariates of a mediation question: its own, or those of the study that are not the exposure, a mediator or the
 * outcome where it names none.
 *
 * @example
 * ```ts
 * import { mediationCovariates } from "kithpath";
 * const question = { exposure: "mentored", mediators: ["connection_6"], outcome: "wellbeing_12" };
 * mediationCovariates({ covariates: ["age", "connection_6"] }, question); // ["age"]
 * ```
 */
export function mediationCovariates(
  study: Pick<Study, "covariates">,
  { exposure, mediators, outcome, covariates }: StudyMediation,
): readonly string[] {
  const own = [columnIn(exposure), ...mediators, columnIn(outcome)];
  return covariates ?? study.covariates.filter((name) => !own.includes(name));
}
