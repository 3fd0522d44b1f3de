import type { Note } from "../estimate.ts";
import type { RawColumns } from "./columns.ts";
import { distinct } from "./columnValues.ts";
import type { MediationDiagnostics } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";

const clearlyUneven = 0.01;

/** What the columns analysed make worth knowing. */
export function dataNotes(spec: CompleteSpec, raw: RawColumns, diagnostics: MediationDiagnostics): Note[] {
  const notes: Note[] = [];
  const add = (code: string, text: string) => notes.push({ code, text });
  if (raw.exposure.kind === "category")
    add(
      "other-levels-kept",
      "People at other levels of the exposure inform the models and belong to the population averaged over.",
    );
  for (const mediator of raw.mediators)
    if (mediator.family === "gaussian" && distinct(mediator.values, 2))
      add(
        "two-valued-mediator",
        `"${mediator.name}" holds two values only and is modelled as a number by least squares.`,
      );
  if (spec.family === "gaussian" && distinct(raw.outcome.values, 2))
    add(
      "two-valued-outcome",
      `"${raw.outcome.name}" holds two values only and is modelled as a number by least squares.`,
    );
  if (raw.exposure.kind === "number") {
    const { values } = raw.exposure.columns[0]!;
    const beyond = [raw.exposure.fromValues[0]!, raw.exposure.toValues[0]!].filter(
      (place) => values.every((value) => value < place) || values.every((value) => value > place),
    );
    if (beyond.length > 0)
      add(
        "contrast-outside-data",
        `Nobody has "${raw.exposure.column}" as far out as ${beyond.join(" and ")}: the effects there rest on the models alone.`,
      );
  }
  if (raw.moderator?.kind === "number") {
    const { values } = raw.moderator.columns[0]!;
    const beyond = raw.moderator.at
      .map(({ columns }) => columns[0]!)
      .filter((place) => values.every((value) => value < place) || values.every((value) => value > place));
    if (beyond.length > 0)
      add(
        "moderator-outside-data",
        `Nobody has "${raw.moderator.column}" as far out as ${beyond.map((place) => Number(place.toPrecision(4))).join(" and ")}: the effects there rest on the models alone.`,
      );
  }
  if (spec.survival?.competingModel === "baseline")
    add(
      "competing-baseline",
      "The competing event has one hazard for everybody: what exposure and mediators do to it is left out of the effects.",
    );
  overlapNotes(raw, diagnostics, add);
  const uneven = diagnostics.heteroskedasticity.filter(({ pValue }) => pValue < clearlyUneven);
  if (uneven.length > 0 && spec.cluster === null && spec.covariance === "model" && spec.method !== "bootstrap")
    add(
      "uneven-errors",
      `The errors of the model of ${uneven.map(({ response }) => `"${response}"`).join(" and ")} spread unevenly (Breusch–Pagan p = ${Math.min(...uneven.map(({ pValue }) => pValue)).toPrecision(2)}): limits from the models' own covariance may be off; the bootstrap or covariance "robust" do not suppose even errors.`,
    );
  return notes;
}

function overlapNotes(
  raw: RawColumns,
  { overlap }: MediationDiagnostics,
  add: (code: string, text: string) => void,
): void {
  if (overlap === null) return;
  const { exposure, mediators } = overlap;
  if (exposure?.separated)
    add(
      "no-overlap",
      `The covariates tell the values of "${raw.exposure.column}" apart without error: nobody of one arm is like anybody of the other, and the comparison rests on the models alone.`,
    );
  else if (exposure !== null && exposure.extreme > 0)
    add(
      "weak-overlap",
      `${exposure.extreme} people were, by their covariates, almost sure (above 95 %) of one value of "${raw.exposure.column}": for them the comparison rests on the models.`,
    );
  for (const { mediator, beyond } of mediators)
    if (beyond > raw.outcome.values.length / 10)
      add(
        "mediator-out-of-range",
        `${beyond} people have a "${mediator}" beyond every value in the other arm: direct and indirect effects there rest on the outcome model alone.`,
      );
}
