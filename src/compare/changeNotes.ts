import type { Note } from "../estimate.ts";
import type { GroupChange } from "./groupChange.ts";

const smallGroup = 10;

/** From this standardized difference before on, arms are called different (Austin 2009). */
const baselineImbalance = 0.1;

/** What a reader of a before-and-after comparison has to know. */
export function changeNotes(o: {
  readonly groups: readonly GroupChange[];
  /** (Mean before, treated − reference) / pooled SD before; `null` for a single group. */
  readonly baselineDifference: number | null;
  readonly cluster: string | undefined;
}): Note[] {
  const notes: Note[] = [];
  if (o.groups.length === 1) {
    notes.push({
      code: "regression-to-the-mean",
      text: "There is no comparison group: the change includes natural recovery and regression to the mean, and is not an effect of the programme.",
    });
  }
  if (o.baselineDifference !== null && Math.abs(o.baselineDifference) > baselineImbalance) {
    notes.push({
      code: "baseline-difference",
      text: "The arms differed before by more than 0.1 standard deviations: the adjusted difference and the difference of the changes then answer different questions, and people who start lower tend to gain more.",
    });
  }
  if (o.groups.some(({ n }) => n < smallGroup)) {
    notes.push({
      code: "small-sample",
      text: "A group holds fewer than 10 people: the limits rest on the scores being roughly normal.",
    });
  }
  if (o.cluster !== undefined) {
    notes.push({
      code: "standardized-without-limits",
      text: `The standardized changes have no limits: the usual ones suppose that people of one "${o.cluster}" are independent.`,
    });
  }
  return notes;
}
