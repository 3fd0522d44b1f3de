import type { CohortDescription } from "../cohort/index.ts";
import type { CompareChange } from "../compare/index.ts";
import type { Evaluation } from "../evaluate.ts";
import type { FollowRelapse } from "../followup/index.ts";
import type { Mediation } from "../mediation/index.ts";
import { askedSection } from "./asked.ts";
import { cautionsSection } from "./cautions.ts";
import { changeSection } from "./change.ts";
import { type Block, heading, list } from "./document.ts";
import { mechanismSection } from "./mechanism.ts";
import { methodsSection } from "./methods.ts";
import { peopleSection } from "./people.ts";
import { relapseSection } from "./relapse.ts";
import { noteItems, type Wording } from "./wording.ts";

/** What the report can tell: a whole evaluation, or the answer to one question. */
export type Reportable = Evaluation | CohortDescription | CompareChange | FollowRelapse | Mediation;

export interface ReportOptions {
  /** Labels for columns, by column name; those of the study come first. Default: the column names. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Counts of people from 1 to this number − 1 are shown as "< n" in the flow and the baseline table. Default 5; 0 shows all. */
  readonly suppressBelow?: number;
}

export function titleOf(result: Reportable): string {
  return result.kind === "evaluation" ? result.study.title : result.kind.replace(/-/g, " ");
}

export function blocksOf(result: Reportable, options: Required<ReportOptions>): Block[] {
  switch (result.kind) {
    case "evaluation":
      return evaluationBlocks(result, evaluationWording(result, options));
    case "cohort-description":
      return peopleSection(result, bareWording(options));
    case "compare-change":
      return changeSection(result, armWording(result.arm, options));
    case "follow-relapse":
      return relapseSection(result, armWording(result.arm, options));
    case "mediation":
      return mechanismSection(result, bareWording(options));
  }
}

function evaluationBlocks(evaluation: Evaluation, wording: Wording): Block[] {
  const { description, comparisons, relapse, mediations } = evaluation;
  return [
    heading(1, evaluation.study.title),
    ...askedSection(evaluation, wording),
    ...peopleSection(description, wording),
    ...list(noteItems(description.notes)),
    ...(comparisons.length === 0 ? [] : [heading(2, "What changed")]),
    ...comparisons.flatMap((comparison) => changeSection(comparison, wording)),
    ...(relapse === null ? [] : relapseSection(relapse, wording)),
    ...(mediations.length === 0 ? [] : [heading(2, "How much of it ran through connection")]),
    ...mediations.flatMap((mediation) => mechanismSection(mediation, wording)),
    ...cautionsSection(evaluation, wording),
    ...methodsSection(evaluation),
  ];
}

function evaluationWording({ study }: Evaluation, { labels, suppressBelow }: Required<ReportOptions>): Wording {
  return {
    label: (column) => study.labels?.[column] ?? labels[column] ?? column,
    treated: study.arm?.label?.treated ?? `${study.arm?.column} = ${study.arm?.treated}`,
    reference: study.arm?.label?.reference ?? `${study.arm?.column} = ${study.arm?.reference}`,
    randomised: study.design === "two-arm-randomised",
    suppressBelow,
  };
}

function armWording(
  arm: { readonly column: string; readonly treated: string; readonly reference: string } | null,
  options: Required<ReportOptions>,
): Wording {
  const bare = bareWording(options);
  return arm === null
    ? bare
    : {
        ...bare,
        treated: `${bare.label(arm.column)} = ${arm.treated}`,
        reference: `${bare.label(arm.column)} = ${arm.reference}`,
      };
}

function bareWording({ labels, suppressBelow }: Required<ReportOptions>): Wording {
  return {
    label: (column) => labels[column] ?? column,
    treated: "treated",
    reference: "reference",
    randomised: null,
    suppressBelow,
  };
}
