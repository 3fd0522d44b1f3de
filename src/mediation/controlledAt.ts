import { sum, weightedMean } from "../_numeric/describe.ts";
import type { RawVariable } from "./columns.ts";
import { meanOf } from "./columnValues.ts";
import { invalid } from "./refusals.ts";
import type { CompleteSpec } from "./specTypes.ts";

/** The mediator values of the controlled direct effect: those asked for, else the weighted means (the middle level). Error: "invalid-option". */
export function completeControlledAt(
  spec: CompleteSpec,
  mediators: readonly RawVariable[],
  weights: Float64Array | null,
): Float64Array {
  const asked = spec.controlledAt;
  if (asked === null) return Float64Array.from(mediators, (mediator) => usualLevel(mediator, weights));
  if (typeof asked === "number") {
    if (mediators.length !== 1)
      throw invalid("controlledAt", "a value for every mediator, { name: value, … }, with several mediators", asked);
    if (!Number.isFinite(asked)) throw invalid("controlledAt", "a finite number", asked);
    return Float64Array.of(asLevel(mediators[0]!, asked));
  }
  for (const name of Object.keys(asked)) {
    if (!spec.mediators.includes(name)) throw invalid("controlledAt", `names among ${spec.mediators.join(", ")}`, name);
  }
  return Float64Array.from(mediators, (mediator) => {
    const value = asked[mediator.name];
    if (typeof value !== "number" || !Number.isFinite(value))
      throw invalid("controlledAt", `a finite number for "${mediator.name}"`, value);
    return asLevel(mediator, value);
  });
}

function usualLevel({ family, values }: RawVariable, weights: Float64Array | null): number {
  if (family !== "ordinal") return weights === null ? meanOf(values) : weightedMean(values, weights);
  const order = Array.from(values, (_, row) => row).sort((a, b) => values[a]! - values[b]!);
  const half = (weights === null ? values.length : sum(weights)) / 2;
  let below = 0;
  for (const row of order) {
    below += weights?.[row] ?? 1;
    if (below > half * (1 + 1e-12)) return values[row]!;
  }
  return values[order.at(-1)!]!;
}

/** The place of an ordinal mediator's level; other values as they are, where the mediator can have them or their mean. */
function asLevel({ levels, name, family }: RawVariable, value: number): number {
  if (family === "binomial" && (value < 0 || value > 1))
    throw invalid("controlledAt", `0 or 1 (or a share between them) for "${name}"`, value);
  if ((family === "poisson" || family === "negative-binomial") && value < 0)
    throw invalid("controlledAt", `0 or more for the count "${name}"`, value);
  if (levels === null) return value;
  const place = levels.indexOf(String(value));
  if (place < 0) throw invalid("controlledAt", `a level of "${name}": ${levels.join(", ")}`, value);
  return place;
}
