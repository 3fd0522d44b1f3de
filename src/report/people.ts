import type { BaselineRow, CohortDescription } from "../cohort/index.ts";
import { type Block, heading, paragraph, table } from "./document.ts";
import { countText, decimal, percentText } from "./format.ts";
import type { Wording } from "./wording.ts";

/** Who was in it: the flow by arm and wave, and the arms at the start. */
export function peopleSection(description: CohortDescription, wording: Wording): Block[] {
  return [
    heading(2, "Who was in it"),
    ...flowBlocks(description, wording),
    ...baselineBlocks(description.baseline, wording),
  ];
}

function flowBlocks({ flow }: CohortDescription, { suppressBelow }: Wording): Block[] {
  const rows = flow.arms.flatMap((arm) =>
    arm.waves.map((wave) => [
      arm.label,
      wave.name,
      String(arm.total),
      `${countText(wave.observed, suppressBelow)} (${percentText(wave.observed, arm.total)})`,
      wave.missing.map(({ reason, n }) => `${reason} ${countText(n, suppressBelow)}`).join("; ") || "none",
    ]),
  );
  const total = flow.arms.reduce((sum, arm) => sum + arm.total, 0);
  return [
    paragraph(`${total} people are in the cohort: ${flow.arms.map((arm) => `${arm.total} ${arm.label}`).join(", ")}.`),
    table("Flow: people seen at each wave", ["Arm", "Wave", "In the cohort", "Seen", "Not seen, by reason"], rows),
  ];
}

function baselineBlocks(baseline: readonly BaselineRow[], wording: Wording): Block[] {
  if (baseline.length === 0) return [];
  const arms = baseline[0]!.groups.map((group) => group.arm);
  const compared = arms.length === 2;
  const rows = baseline.map((row) => [
    row.level === null ? wording.label(row.variable) : `${wording.label(row.variable)}: ${row.level}`,
    ...row.groups.map((group) => groupText(group, wording.suppressBelow)),
    ...(compared ? [decimal(row.standardizedDifference)] : []),
  ]);
  const large = new Set(
    baseline
      .filter((row) => Math.abs(row.standardizedDifference ?? 0) >= 0.1)
      .map((row) => wording.label(row.variable)),
  );
  return [
    table(
      "At the start: mean (SD) or count (%)",
      ["", ...arms, ...(compared ? ["Standardised difference"] : [])],
      rows,
    ),
    ...(large.size > 0 && compared
      ? [
          paragraph(
            `The arms differ at the start by a tenth of a standard deviation or more in ${[...large].join(", ")}. The adjusted figures below take account of what is listed as a covariate, and of nothing else.`,
          ),
        ]
      : []),
  ];
}

function groupText(group: BaselineRow["groups"][number], below: number): string {
  if (group.mean !== undefined) return `${decimal(group.mean)} (${decimal(group.sd)})`;
  const count = group.count ?? 0;
  const shown = countText(count, below);
  return shown.startsWith("<") ? shown : `${shown} (${percentText(count, group.n)})`;
}
