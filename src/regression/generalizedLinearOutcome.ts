import { KithpathError } from "../errors.ts";
import type { ModelFamily } from "./generalizedLinearChoices.ts";
import { refuseConstantOutcome } from "./outcomeScale.ts";

const caller = "generalizedLinearModel";

/** Refuses outcomes that the family cannot have. Errors: "not-binary", "not-counts", "constant-outcome". */
export function refuseOutcome(outcome: Float64Array, name: string, family: ModelFamily, hasOffset: boolean): void {
  if (family === "binomial") refuseWhere(outcome, name, (y) => y !== 0 && y !== 1, notBinary);
  if (family === "quasi-poisson") refuseWhere(outcome, name, (y) => y < 0, notPositive);
  if (family === "poisson" || family === "negative-binomial") {
    refuseWhere(outcome, name, (y) => y < 0 || !Number.isInteger(y), notCounts);
  }
  if (hasOffset && family !== "binomial" && outcome[0] !== 0) return;
  refuseConstantOutcome(caller, outcome, name);
}

interface Refusal {
  readonly code: string;
  readonly what: string;
  readonly expected: string;
  readonly remedy: string;
}

const notBinary: Refusal = {
  code: "not-binary",
  what: "is not coded 0 and 1",
  expected: "0 and 1",
  remedy: "Recode the outcome: 1 for people with the event, 0 for the others.",
};
const notCounts: Refusal = {
  code: "not-counts",
  what: "does not hold counts",
  expected: "whole numbers of 0 or more",
  remedy: 'Use family "quasi-poisson" for amounts that are no counts, or give the log follow-up time as offset.',
};
const notPositive: Refusal = {
  code: "not-counts",
  what: "holds negative values",
  expected: "numbers of 0 or more",
  remedy: 'Use family "gaussian".',
};

function refuseWhere(outcome: Float64Array, name: string, wrong: (value: number) => boolean, refusal: Refusal): void {
  const found = outcome.find(wrong);
  if (found === undefined) return;
  throw new KithpathError(refusal.code, `${caller}: the outcome "${name}" ${refusal.what}`, {
    expected: refusal.expected,
    received: String(found),
    where: { column: name },
    remedy: refusal.remedy,
  });
}
