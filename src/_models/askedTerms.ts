import { KithpathError } from "../errors.ts";

/** Checks that the outcome is a name and the terms are names without it. Errors: "invalid-option", "outcome-among-terms". */
export function askedTerms(caller: string, terms: readonly string[], outcome: string): readonly string[] {
  if (typeof outcome !== "string") {
    throw new KithpathError("invalid-option", `${caller}: outcome is not a column name`, {
      expected: "the name of a column",
      received: String(outcome),
    });
  }
  refuseNoList(caller, terms);
  if (terms.some((term: string) => term.split(":").some((part: string) => part.trim() === outcome))) {
    throw new KithpathError("outcome-among-terms", `${caller}: "${outcome}" is both outcome and term`, {
      expected: "terms other than the outcome",
      where: { column: outcome },
    });
  }
  return [...terms];
}

/** Error: "invalid-option". */
export function refuseNoList(caller: string, terms: readonly string[]): void {
  if (Array.isArray(terms) && terms.every((term) => typeof term === "string")) return;
  throw new KithpathError("invalid-option", `${caller}: terms is not a list of column names`, {
    expected: 'an array such as ["mentored", "age"]',
    received: String(terms),
  });
}
