import type { Evaluation } from "../evaluate.ts";
import { type Block, heading, list, paragraph } from "./document.ts";
import type { Wording } from "./wording.ts";

const designs: Record<Evaluation["study"]["design"], string> = {
  "two-arm-randomised": "Two arms, assigned at random.",
  "two-arm-observational":
    "Two arms, not assigned at random: differences between them may be older than the programme.",
  "single-arm": "One group, no comparison: what is seen here is change, not effect.",
};

const columnIn = (named: string | { readonly column: string }) => (typeof named === "string" ? named : named.column);

/** What was asked: the design and the questions, in the order of the study. */
export function askedSection({ study, refusals }: Evaluation, { label }: Wording): Block[] {
  const questions = [
    ...study.compare.map(({ before, after }) => `What changed from ${label(before)} to ${label(after)}?`),
    ...(study.relapse === undefined ? [] : [`Who relapsed within ${study.relapse.horizon} days, and when?`]),
    ...study.mediation.map(
      ({ exposure, mediators, outcome }) =>
        `How much of the effect of ${label(columnIn(exposure))} on ${label(columnIn(outcome))} ran through ${mediators.map(label).join(" and ")}?`,
    ),
  ];
  return [
    heading(2, "What was asked"),
    paragraph(designs[study.design]),
    ...list(questions),
    ...refusals.map(({ question, message }) => paragraph(`Not answered — ${question}: ${message}`)),
  ];
}
