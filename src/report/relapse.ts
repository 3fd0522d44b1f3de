import type { FollowRelapse } from "../followup/index.ts";
import { type Block, heading, headline, list, paragraph, table } from "./document.ts";
import { containsZero, decimal, intervalText, intervalWords, levelText, pText } from "./format.ts";
import { ledgerSentence } from "./ledger.ts";
import { noteItems, type Wording } from "./wording.ts";

/** Who relapsed, and when. */
export function relapseSection(relapse: FollowRelapse, wording: Wording): Block[] {
  return [
    heading(2, "Who relapsed, and when"),
    headline(headlineText(relapse, wording)),
    paragraph(ledgerSentence(relapse.dropped, wording)),
    ...(wording.randomised === false
      ? [
          paragraph(
            "The arms are compared as they are. Nobody was assigned at random, and what the arms differed in at the start is not taken into account here.",
          ),
        ]
      : []),
    groupTable(relapse, wording),
    contrastTable(relapse),
    ...list(noteItems(relapse.notes)),
  ];
}

function headlineText(relapse: FollowRelapse, wording: Wording): string {
  const of = (arm: string) => relapse.groups.find((group) => group.arm === arm)!;
  const treated = of(relapse.arm.treated);
  const reference = of(relapse.arm.reference);
  const per100 = (risk: number) => decimal(100 * risk, 0);
  const difference = relapse.riskDifference;
  const days = relapse.restrictedMeanDifference;
  const sentences = [
    `Of every 100 people, ${per100(treated.risk.estimate)} relapsed within ${relapse.horizon} days in the group ${wording.treated} and ${per100(reference.risk.estimate)} in the group ${wording.reference}: ${decimal(Math.abs(100 * difference.estimate), 1)} ${difference.estimate <= 0 ? "fewer" : "more"} per 100 (difference ${decimal(100 * difference.estimate, 1)}, ${intervalWords(difference.interval, 1, 100)}).`,
    `On average that is ${decimal(Math.abs(days.estimate), 0)} ${days.estimate >= 0 ? "more" : "fewer"} days without relapse (${intervalWords(days.interval, 0)}).`,
    ...(containsZero(difference.interval) ? ["The data are compatible with no difference in the risk."] : []),
  ];
  return sentences.join(" ");
}

function groupTable(relapse: FollowRelapse, wording: Wording): Block {
  const competing = relapse.competing !== null;
  return table(
    competing
      ? `Relapse by day ${relapse.horizon}; death is a competing event, and the net risk is what would be seen if nobody died`
      : `Relapse by day ${relapse.horizon}`,
    [
      "",
      "n",
      "Relapses",
      ...(competing ? ["Deaths first"] : []),
      "Risk",
      ...(competing ? ["Net risk"] : []),
      "Median days",
      "Mean days free",
    ],
    relapse.groups.map((group) => [
      group.arm === relapse.arm.treated ? wording.treated : wording.reference,
      String(group.n),
      String(group.events),
      ...(competing ? [String(group.competingEvents)] : []),
      `${decimal(100 * group.risk.estimate, 1)}% ${intervalText(group.risk.interval, 1, 100)}`,
      ...(competing ? [`${decimal(100 * group.netRisk.estimate, 1)}%`] : []),
      group.medianTime === null ? "not reached" : decimal(group.medianTime, 0),
      `${decimal(group.restrictedMean.estimate, 1)} ${intervalText(group.restrictedMean.interval, 1)}`,
    ]),
  );
}

function contrastTable(relapse: FollowRelapse): Block {
  const { riskDifference, riskRatio, restrictedMeanDifference, logRank } = relapse;
  return table(
    "Difference between the arms, treated \u2212 reference",
    ["", "Estimate", `${levelText(relapse.level)} CI`, "p"],
    [
      [
        "Risk difference, per 100",
        decimal(100 * riskDifference.estimate, 1),
        intervalText(riskDifference.interval, 1, 100),
        pText(riskDifference.pValue),
      ],
      ...(riskRatio === null
        ? []
        : [["Risk ratio", decimal(riskRatio.estimate), intervalText(riskRatio.interval), "—"]]),
      [
        "Days without relapse",
        decimal(restrictedMeanDifference.estimate, 1),
        intervalText(restrictedMeanDifference.interval, 1),
        pText(restrictedMeanDifference.pValue),
      ],
      ...(logRank === null
        ? []
        : [
            [
              `Test over all follow-up (${logRank.method})`,
              `χ² = ${decimal(logRank.statistic)}`,
              "—",
              pText(logRank.pValue),
            ],
          ]),
    ],
  );
}
