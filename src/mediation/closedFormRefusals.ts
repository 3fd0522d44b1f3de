import { KithpathError } from "../errors.ts";
import { caller } from "./closedFormSpec.ts";

function listed(columns: readonly number[], names: readonly string[]): string {
  return columns.map((column) => `"${names[column]}"`).join(", ");
}

export function separated(response: string, columns: readonly number[], names: readonly string[]): KithpathError {
  return new KithpathError("separation", `${caller}: the model of "${response}" predicts some rows perfectly`, {
    expected: "outcomes that overlap between the values of the terms",
    received: `no finite estimate for ${listed(columns, names)}`,
    where: { column: names[columns.at(-1)!]! },
    remedy: "Use fewer covariates, or join categories in which everybody, or nobody, has the outcome.",
  });
}

export function noFiniteEstimate(
  response: string,
  columns: readonly number[],
  names: readonly string[],
): KithpathError {
  return new KithpathError("no-finite-estimate", `${caller}: the likelihood of "${response}" rises without end`, {
    expected: "events at every value of a term",
    received: `no finite estimate for ${listed(columns, names)}`,
    where: { column: names[columns[0]!]! },
    remedy: "Use fewer covariates, or join levels of which one has no event.",
  });
}

export function noOverdispersion(response: string): KithpathError {
  return new KithpathError("no-overdispersion", `${caller}: "${response}" varies no more than a Poisson model allows`, {
    expected: "counts with a variance above their mean, given the terms",
    received: "no finite θ",
    remedy: 'Use family "poisson".',
  });
}

export function notConverged(response: string, iterations: number): KithpathError {
  return new KithpathError("not-converged", `${caller}: the model of "${response}" did not reach its maximum`, {
    expected: "steps that shrink to nothing",
    received: `${iterations} iterations`,
    remedy: "Look for extreme values among the terms, or use fewer terms.",
  });
}

export function overflowing(effect: string): KithpathError {
  return new KithpathError("effect-overflow", `${caller}: the ratio of the ${effect} is too large for a number`, {
    expected: "ratios that a number can hold",
    received: "an infinite one",
    remedy: "Look at the contrast of the exposure, at `at` and `controlledAt`: they lie far from the data.",
  });
}
