import type { Evaluation, TippingPoint } from "../evaluate.ts";
import type { Mediation, Sensitivity } from "../mediation/index.ts";
import { type Block, heading, list } from "./document.ts";
import { decimal, percentText } from "./format.ts";
import { noteItems, type Wording } from "./wording.ts";

/** What would change the conclusion. */
export function cautionsSection(evaluation: Evaluation, wording: Wording): Block[] {
  const items = [
    ...evaluation.tippingPoints.map((point) => tippingText(point, wording)),
    ...evaluation.mediations.flatMap((mediation, index) =>
      sensitivityText(mediation, evaluation.sensitivities[index] ?? null, wording),
    ),
    ...(wording.randomised
      ? []
      : evaluation.study.arm === undefined
        ? ["There is no comparison group: what changed may have changed without the programme too."]
        : [
            "Nobody was assigned to the arms at random. A difference that was there before, and is not among the covariates, would be counted as an effect.",
          ]),
    ...unassigned(evaluation).map(
      (exposure) =>
        `${wording.label(exposure)} was not assigned at random${wording.randomised ? ", even though the arms were" : ""}: what is said of its effect rests on the covariates listed.`,
    ),
    ...(evaluation.mediations.length === 0
      ? []
      : [
          "The part carried by connection rests on an assumption that no data can check: that nothing unmeasured drives both connection and the outcome. Random assignment to the programme does not remove it.",
          "If connection was measured with error, the part carried by it is understated and the other part overstated.",
        ]),
    ...noteItems(evaluation.notes),
  ];
  return [heading(2, "What would change the conclusion"), ...list(items)];
}

/** Exposures of mediation questions that are not the arm. */
function unassigned({ study, mediations }: Evaluation): string[] {
  const exposures = mediations.map(({ exposure }) => exposure.column).filter((column) => column !== study.arm?.column);
  return [...new Set(exposures)];
}

function sensitivityText(mediation: Mediation, sensitivity: Sensitivity | null, wording: Wording): string[] {
  if (sensitivity === null) return [];
  const [through, outcome] = [wording.label(sensitivity.mediator), wording.label(mediation.outcome.column)];
  return [
    `The part of the difference in ${outcome} carried by ${through} would be nothing if an unmeasured cause of both left their errors correlated by ${decimal(sensitivity.rhoAtZero)}: it would have to explain ${percentText(sensitivity.rSquaredAtZero, 1)} of what is left unexplained in each.`,
  ];
}

function tippingText(point: TippingPoint, wording: Wording): string {
  const label = wording.label(point.after);
  if (point.shift === null)
    return `Everyone in the group ${wording.treated} was seen for ${label}: missing values cannot change that difference.`;
  return `${label}: ${point.treatedUnseen} of ${point.treatedTotal} in the group ${wording.treated} (${percentText(point.treatedUnseen, point.treatedTotal)}) are not in the comparison. The adjusted difference would vanish if their scores lay ${decimal(Math.abs(point.shift), 1)} points ${point.shift > 0 ? "below" : "above"} those of similar people who were seen.`;
}
