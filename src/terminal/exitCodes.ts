/** What the command's exit status says. */
export const exitCodes = {
  done: 0,
  /** The data or the study definition have problems. */
  badInput: 1,
  /** The command line itself is off. */
  usage: 2,
  /** The data are sound, and the question cannot be answered from them. */
  notEstimable: 3,
  /** A fault of the program. */
  internal: 70,
} as const;

const notEstimable = new Set([
  "collinear",
  "constant-mediator",
  "constant-outcome",
  "horizon-beyond-followup",
  "no-complete-rows",
  "no-variation",
  "not-converged",
  "nothing-estimable",
  "one-arm",
  "one-level-outcome",
  "separation",
  "too-few-rows",
  "too-many-failed-draws",
]);

export function exitCodeOf(code: string): number {
  if (code === "usage") return exitCodes.usage;
  return notEstimable.has(code) ? exitCodes.notEstimable : exitCodes.badInput;
}
