import type { Direction, Note } from "../estimate.ts";

/** How the report speaks of this study: labels for columns, names for arms, and the smallest count it shows. */
export interface Wording {
  readonly label: (column: string) => string;
  readonly treated: string;
  readonly reference: string;
  /** `null` where the report tells a single result and does not know the design. */
  readonly randomised: boolean | null;
  readonly suppressBelow: number;
}

/** "higher (better)": the direction of a difference on a scale that has a good side. */
export function directionWords(difference: number, better: Direction | undefined): string {
  const side = difference >= 0 ? "higher" : "lower";
  if (better === undefined || difference === 0) return side;
  return `${side} (${side === better ? "better" : "worse"})`;
}

export function noteItems(notes: readonly Note[]): string[] {
  return notes.map((note) => note.text);
}
