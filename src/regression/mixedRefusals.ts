import type { MixedObstacle } from "../_models/mixed.ts";
import { KithpathError, type Problem } from "../errors.ts";

const caller = "mixedModel";

/** Errors: "group-needed", "invalid-option". */
export function refuseUnnamed(group: unknown, randomSlope: unknown, correlated: unknown): void {
  if (typeof group !== "string") {
    throw new KithpathError("group-needed", `${caller} needs a group`, {
      expected: "group: the name of the column that says which rows belong together",
      received: String(group),
    });
  }
  if (randomSlope !== undefined && typeof randomSlope !== "string") {
    throw new KithpathError("invalid-option", `${caller}: randomSlope is not a column name`, {
      expected: "the name of a numeric column",
      received: String(randomSlope),
    });
  }
  if (correlated === undefined || (typeof correlated === "boolean" && randomSlope !== undefined)) return;
  throw new KithpathError("invalid-option", `${caller}: correlated is for a random intercept and slope`, {
    expected: "true or false, with a randomSlope",
    received: String(correlated),
    remedy: "Name a randomSlope, or leave correlated out.",
  });
}

/** Error: "invalid-option". */
export function refuseRogerByMaximum(degreesOfFreedom: string, likelihood: string): void {
  if (degreesOfFreedom !== "kenward-roger" || likelihood === "REML") return;
  throw new KithpathError("invalid-option", `${caller}: "kenward-roger" is made for REML`, {
    expected: 'method: "REML", or degreesOfFreedom: "satterthwaite"',
    received: `method: "${likelihood}"`,
  });
}

/** Error: "constant-within-groups". */
export function refuseConstantWithin(outcome: Float64Array, codes: Int32Array, name: string, group: string): void {
  const first = new Map<number, number>();
  for (let row = 0; row < codes.length; row++) {
    const known = first.get(codes[row]!);
    if (known === undefined) first.set(codes[row]!, outcome[row]!);
    else if (known !== outcome[row]!) return;
  }
  if (first.size === codes.length) return;
  throw new KithpathError("constant-within-groups", `${caller}: "${name}" does not vary within any "${group}"`, {
    expected: "an outcome measured anew in each row",
    received: `one value for every "${group}"`,
    where: { column: name },
    remedy: "Keep one row per group and use linearModel.",
  });
}

/** Error: "constant-column" for a slope of one value. */
export function refuseConstantSlope(slope: Float64Array, name: string): void {
  if (slope.some((value) => value !== slope[0])) return;
  throw new KithpathError("constant-column", `${caller}: the random slope "${name}" has one value in every row`, {
    expected: "a column that varies within groups",
    received: String(slope[0]),
    where: { column: name },
  });
}

const obstacles: Readonly<Record<MixedObstacle, (group: string, slope: string) => Omit<Problem, "code">>> = {
  "perfect-fit": () => ({
    message: `${caller}: the model reproduces the outcome exactly`,
    expected: "residuals that vary within groups",
    received: "a residual variance of 0",
    remedy: "Check whether the outcome was computed from the terms, or leave the random slope out.",
  }),
  "too-few-repeats": (group) => ({
    message: `${caller}: too few rows per "${group}" to tell groups and residual apart`,
    expected: "rows left over when every group has its own intercept, or line, and the terms are fitted",
    received: "none",
    remedy: "A random intercept needs groups of two rows or more, a random slope of three; else use linearModel.",
  }),
  "groups-among-terms": (group) => ({
    message: `${caller}: the terms already tell every "${group}" from the others`,
    expected: "terms that leave groups to differ",
    received: "terms from which the random effects can be computed",
    where: { column: group },
    remedy: "Leave the group, or what identifies it, out of the terms.",
  }),
  "slope-constant-within-groups": (group, slope) => ({
    message: `${caller}: the random slope "${slope}" does not vary within any "${group}"`,
    expected: "a column that varies within groups, such as time",
    received: `one value for every "${group}"`,
    where: { column: slope },
    remedy: "Leave the random slope out: its variance cannot be seen.",
  }),
  "not-converged": () => ({
    message: `${caller}: the deviance was not minimised`,
    expected: "steps that become small",
    remedy: "Leave out the random slope, use fewer terms, or look for extreme values.",
  }),
};

export function mixedObstacle(code: MixedObstacle, group: string, slope: string | undefined): KithpathError {
  const { message, ...detail } = obstacles[code](group, slope ?? "");
  return new KithpathError(code, message, detail);
}
