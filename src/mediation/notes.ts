import { type Draws, resampleNote } from "../_inference/draws.ts";
import { stoppingNote } from "../_inference/stopping.ts";
import type { Note } from "../estimate.ts";
import type { RawColumns } from "./columns.ts";
import { dataNotes } from "./dataNotes.ts";

import type { EffectRow, MediationDiagnostics } from "./result.ts";
import type { CompleteSpec } from "./specTypes.ts";

const fewClusters = 30;

/** Everything worth knowing about this analysis beside its numbers. */
export function mediationNotes(
  spec: CompleteSpec,
  raw: RawColumns,
  diagnostics: MediationDiagnostics,
  effects: readonly EffectRow[],
  draws: Draws | null,
): Note[] {
  const notes: Note[] = [];
  const add = (code: string, text: string) => notes.push({ code, text });
  const names = spec.mediators.map((name) => `"${name}"`).join(", ");
  add(
    "assumption-no-unmeasured-confounding",
    `Direct and indirect effects are causal only if, given the covariates, nothing unmeasured drives exposure and outcome, exposure and mediator, or mediator (${names}) and outcome, and if no cause of both mediator and outcome is itself changed by the exposure. Randomising the exposure does not ensure this for mediator and outcome.`,
  );
  if (spec.mediators.length > 1 && spec.structure === "parallel")
    add(
      "assumption-parallel-mediators",
      "The joint indirect effect needs no order among the mediators; the effect through each alone supposes that none of them causes another.",
    );
  if (spec.mediators.length > 1 && spec.structure !== "parallel")
    add(
      "assumption-ordered-mediators",
      "The effect through each mediator is what runs through it and not through those before it; the parts add up to the joint indirect effect if the mediators come in this order and no unmeasured cause drives two of them.",
    );
  if (spec.mediators.length > 1 && spec.structure === "parallel" && spec.family !== "gaussian")
    add(
      "specific-not-additive",
      "The effect through one mediator is the part of the effect that would be lost if this mediator alone stayed as without the exposure; with a model that is not linear these parts do not add up to the joint indirect effect.",
    );
  const p = diagnostics.interactionTest?.pValue;
  const test = p === undefined ? "it could not be tested with these data" : `test of it: p = ${p.toPrecision(2)}`;
  if (!spec.interaction)
    add("interaction-omitted", `The outcome model leaves out exposure × mediator by request (${test}).`);
  else if (p !== undefined && p < 0.05)
    add(
      "interaction-present",
      `The mediator's slope differs with the exposure (${test}): the indirect effect depends on the exposure at which it is told, so the total and the pure natural indirect effect differ, and a single product of paths would not describe it.`,
    );
  if (spec.controlledAt === null)
    add("controlled-at-mean", "The controlled direct effect holds each mediator at its mean in the rows analysed.");
  const difference = (name: EffectRow["effect"]) =>
    effects.find((row) => row.effect === name && (row.scale === "difference" || row.scale === "riskDifference"))
      ?.estimate ?? 0;
  if (difference("pureNaturalDirect") * difference("totalNaturalIndirect") < 0)
    add(
      "inconsistent-mediation",
      "The estimated direct and indirect effect have opposite signs: they offset each other, and a proportion mediated would have no meaning.",
    );
  const clusters = diagnostics.clusters;
  if (clusters !== null && clusters.count < fewClusters)
    add(
      "few-clusters",
      `There are ${clusters.count} clusters in "${spec.cluster}": with fewer than ${fewClusters}, limits from resampled clusters tend to be too narrow.`,
    );
  notes.push(...dataNotes(spec, raw, diagnostics));
  if (spec.method === "bootstrap" && spec.interval === "bias-corrected")
    add(
      "bias-corrected",
      "Bias-corrected limits tend to be too narrow in small samples; percentile limits are the default.",
    );
  if (draws !== null && spec.draws < 1000)
    add("few-draws", `${spec.draws} draws leave the limits uncertain; use 5000 or more to report them.`);
  if (draws === null) return notes;
  const unstable = stoppingNote(draws);
  if (unstable !== null) notes.push(unstable);
  const failed = resampleNote(draws);
  if (failed !== null) notes.push(failed);
  return notes;
}
