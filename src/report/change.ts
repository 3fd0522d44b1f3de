import type { CompareChange } from "../compare/index.ts";
import type { TestedEstimate } from "../estimate.ts";
import { type Block, heading, headline, list, paragraph, table } from "./document.ts";
import { containsZero, decimal, intervalText, intervalWords, levelText, pText } from "./format.ts";
import { ledgerSentence } from "./ledger.ts";
import { directionWords, noteItems, type Wording } from "./wording.ts";

/** What changed: one before-and-after comparison. */
export function changeSection(comparison: CompareChange, wording: Wording): Block[] {
  return [
    heading(3, `${wording.label(comparison.after)}, compared with ${wording.label(comparison.before)}`),
    headline(headlineText(comparison, wording)),
    paragraph(ledgerSentence(comparison.dropped, wording)),
    groupTable(comparison, wording),
    ...contrastBlocks(comparison),
    ...list(noteItems(comparison.notes)),
  ];
}

function headlineText(comparison: CompareChange, wording: Wording): string {
  const label = wording.label(comparison.after);
  const { adjusted } = comparison;
  if (adjusted === null) {
    const change = comparison.groups[0]!.change;
    return `On average ${label} was ${decimal(Math.abs(change.estimate), 1)} points ${directionWords(change.estimate, comparison.better)} than before (${intervalWords(change.interval, 1)}). This is a change, not an effect: there is no comparison group, so it includes natural recovery and regression to the mean.`;
  }
  const told = `People in the group ${wording.treated} scored about ${decimal(Math.abs(adjusted.estimate), 1)} points ${directionWords(adjusted.estimate, comparison.better)} on ${label} than similar people in the group ${wording.reference} (${intervalWords(adjusted.interval, 1)}).`;
  return containsZero(adjusted.interval)
    ? `${told} The data are compatible with no difference, and with any in that range.`
    : told;
}

function groupTable(comparison: CompareChange, wording: Wording): Block {
  const name = (arm: string | null) =>
    arm === null ? "Everyone" : arm === comparison.arm?.treated ? wording.treated : wording.reference;
  return table(
    "Before and after, mean (SD)",
    ["", "n", "Before", "After", `Change [${levelText(comparison.level)} CI]`, "d_z", "d_av"],
    comparison.groups.map((group) => [
      name(group.arm),
      String(group.n),
      `${decimal(group.before.mean)} (${decimal(group.before.sd)})`,
      `${decimal(group.after.mean)} (${decimal(group.after.sd)})`,
      `${decimal(group.change.estimate)} ${intervalText(group.change.interval)}`,
      decimal(group.standardizedChange.dz.estimate),
      decimal(group.standardizedChange.dav.estimate),
    ]),
  );
}

function contrastBlocks(comparison: CompareChange): Block[] {
  const rows: [string, TestedEstimate | null][] = [
    ["Adjusted for the value before and the covariates (ANCOVA)", comparison.adjusted],
    ["Difference in change scores (sensitivity)", comparison.changeScore],
    ["Difference after, unadjusted (sensitivity)", comparison.unadjustedAfter],
  ];
  const shown = rows.filter((row): row is [string, TestedEstimate] => row[1] !== null);
  if (shown.length === 0) return [];
  const standardized = comparison.standardizedAdjusted;
  return [
    table(
      "Difference between the arms, treated − reference".replace("−", "\u2212"),
      ["", "Difference", `${levelText(comparison.level)} CI`, "p"],
      shown.map(([name, row]) => [name, decimal(row.estimate), intervalText(row.interval), pText(row.pValue)]),
    ),
    ...(standardized === null
      ? []
      : [
          paragraph(
            `In standard deviations of the scores before, the adjusted difference is ${decimal(standardized.estimate)} ${intervalText(standardized.interval)}.`,
          ),
        ]),
  ];
}
