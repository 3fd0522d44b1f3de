import { KithpathError } from "../errors.ts";
import type { RawColumns, RawVariable } from "./columns.ts";

/**
 * People of weight 0 tell nothing: exposure, mediators and outcome must differ among the others, and every level of an ordinal
 * variable occur there. Errors: "one-arm", "constant-mediator", "constant-outcome", "one-level-outcome", "unusable-weights".
 */
export function refuseEmptyWeights({ exposure, mediators, outcome, event, weights }: RawColumns): void {
  if (weights === null || weights.every((weight) => weight > 0)) return;
  const rows = [...weights.keys()].filter((row) => weights[row]! > 0);
  const same = (values: Float64Array) => rows.every((row) => values[row] === values[rows[0]!]);
  if (exposure.columns.every(({ values }) => same(values))) {
    throw new KithpathError("one-arm", `everybody with a weight above 0 has the same value of "${exposure.column}"`, {
      expected: "people with weight at both exposures",
      received: "one exposure",
      where: { column: exposure.column },
    });
  }
  for (const mediator of mediators) if (same(mediator.values)) throw constant("constant-mediator", mediator);
  if (event === null && same(outcome.values))
    throw constant(outcome.family === "binomial" ? "one-level-outcome" : "constant-outcome", outcome);
  for (const { name, levels, values } of [...mediators, outcome]) {
    const missing = levels?.find((_, level) => rows.every((row) => values[row] !== level));
    if (missing === undefined) continue;
    throw new KithpathError("unusable-weights", `nobody with a weight above 0 has level "${missing}" of "${name}"`, {
      expected: "people with weight at every level",
      received: "weights of 0 throughout",
      where: { column: name },
      remedy: "Merge the level with its neighbour, or leave these people out.",
    });
  }
}

function constant(code: string, { name, values }: RawVariable): KithpathError {
  return new KithpathError(code, `everybody with a weight above 0 has the same value of "${name}"`, {
    expected: "a column that differs between people with weight",
    received: String(values[0]),
    where: { column: name },
  });
}
