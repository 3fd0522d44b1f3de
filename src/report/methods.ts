import type { Evaluation } from "../evaluate.ts";
import { type Block, heading, list, paragraph } from "./document.ts";
import { levelText } from "./format.ts";

/** How it was done: one sentence per analysis, the sources, the software and the seed. */
export function methodsSection(evaluation: Evaluation): Block[] {
  const { study, software, seed } = evaluation;
  const sentences = [
    ...evaluation.comparisons.map((comparison) => comparison.method),
    ...(evaluation.relapse === null ? [] : [evaluation.relapse.method]),
    ...evaluation.mediations.map((mediation) => mediation.method),
  ];
  return [
    heading(2, "Methods"),
    ...list([...new Set(sentences)]),
    paragraph(
      `Intervals are at the ${levelText(study.inference.level)} level. Rows with a missing value in any variable of an analysis are left out of that analysis and counted above. Differences are after \u2212 before, and treated \u2212 reference.`,
    ),
    paragraph(
      `Computed with ${software.name} ${software.version}; seed ${seed}, ${study.inference.draws} draws asked for.`,
    ),
  ];
}
