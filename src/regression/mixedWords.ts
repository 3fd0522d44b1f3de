import type { Note } from "../estimate.ts";
import type { DegreesOfFreedom } from "./mixedTests.ts";

const testsInWords: Readonly<Record<DegreesOfFreedom, string>> = {
  satterthwaite: "t tests with Satterthwaite degrees of freedom",
  "kenward-roger": "t tests with Kenward–Roger standard errors and degrees of freedom",
  normal: "normal tests",
};

/** The method of a mixed model in words. */
export function methodInWords(
  hasSlope: boolean,
  correlated: boolean,
  likelihood: string,
  freedom: DegreesOfFreedom,
): string {
  const effects = hasSlope
    ? `random intercepts and slopes, ${correlated ? "correlated" : "uncorrelated"}`
    : "random intercepts";
  return `Linear mixed model with ${effects}, by ${likelihood}; ${testsInWords[freedom]}`;
}

/** What is valid but worth knowing about a mixed model. `slopeAlone`: a random slope whose average the terms do not have. */
export function mixedNotes(singular: boolean, undefinedFreedom: boolean, slopeAlone: string | null): Note[] {
  const notes: Note[] = [];
  if (singular) {
    notes.push({
      code: "singular-fit",
      text: "A variance of the random effects is estimated as 0, or their correlation as 1 or −1: a simpler model fits as well.",
    });
  }
  if (undefinedFreedom) {
    notes.push({
      code: "freedom-undefined",
      text: "The likelihood is too flat for degrees of freedom; tests and limits are by the normal distribution and too narrow for few groups.",
    });
  }
  if (slopeAlone !== null) {
    notes.push({
      code: "slope-without-term",
      text: `The slopes of "${slopeAlone}" are taken to be 0 on average, since it is not among the terms.`,
    });
  }
  return notes;
}
