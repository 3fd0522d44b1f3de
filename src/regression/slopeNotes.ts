import type { Note } from "../estimate.ts";
import type { Moderator } from "./moderators.ts";
import type { SimpleSlope } from "./slopeRows.ts";

/** What is worth knowing about effects told at chosen values. */
export function slopeNotes(moderators: readonly Moderator[], slopes: readonly SimpleSlope[]): Note[] {
  const notes: Note[] = [];
  for (const { name, observed, values } of moderators) {
    if (observed === null) continue;
    const low = observed.reduce((least, x) => Math.min(least, x));
    const high = observed.reduce((most, x) => Math.max(most, x));
    const beyond = values.map(({ value }) => Number(value)).filter((value) => value < low || value > high);
    if (beyond.length > 0) {
      notes.push({
        code: "beyond-data",
        text: `Nobody's "${name}" reaches ${beyond.map((value) => value.toPrecision(4)).join(" and ")} (observed: ${low} to ${high}): the effect there is extrapolated.`,
      });
    }
  }
  const weak = slopes.filter(({ df }) => df !== null && df < 4).length;
  if (weak > 0) {
    notes.push({
      code: "few-degrees-of-freedom-of-slopes",
      text: `${weak} of ${slopes.length} effects have fewer than 4 degrees of freedom: their p values are not reliable (Tipton 2015).`,
    });
  }
  return notes;
}
