export type EffectName =
  | "total"
  | "pureNaturalDirect"
  | "totalNaturalIndirect"
  | "totalNaturalDirect"
  | "pureNaturalIndirect"
  | "controlledDirect"
  | "referenceInteraction"
  | "mediatedInteraction"
  | "proportionMediated"
  | "indirect"
  | "contrast";

export type EffectScale = "difference" | "riskDifference" | "riskRatio" | "oddsRatio" | "proportion";

/** What one place of an estimator's output is. */
export interface EffectKey {
  readonly effect: EffectName;
  readonly scale: EffectScale;
  /** The mediator of a specific indirect effect; the two of a contrast as "first − second". */
  readonly mediator: string | null;
}

const natural: readonly EffectName[] = [
  "total",
  "pureNaturalDirect",
  "totalNaturalIndirect",
  "totalNaturalDirect",
  "pureNaturalIndirect",
  "controlledDirect",
];

/** The places of the output, in order: on the difference scale first, then, for a binary outcome, the two ratio scales. */
export function effectKeys(mediators: readonly string[], binary: boolean): EffectKey[] {
  const difference: EffectScale = binary ? "riskDifference" : "difference";
  const keys: EffectKey[] = [...natural, "referenceInteraction" as const, "mediatedInteraction" as const].map(
    (effect) => ({
      effect,
      scale: difference,
      mediator: null,
    }),
  );
  keys.push({ effect: "proportionMediated", scale: "proportion", mediator: null });
  if (mediators.length > 1) {
    for (const mediator of mediators) keys.push({ effect: "indirect", scale: difference, mediator });
    for (const [first, second] of pairs(mediators.length)) {
      keys.push({ effect: "contrast", scale: difference, mediator: `${mediators[first]} − ${mediators[second]}` });
    }
  }
  if (binary) {
    for (const scale of ["riskRatio", "oddsRatio"] as const)
      for (const effect of natural) keys.push({ effect, scale, mediator: null });
  }
  return keys;
}

/** Every pair of 0 … count − 1, the smaller first. */
export function pairs(count: number): [number, number][] {
  const found: [number, number][] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) found.push([i, j]);
  return found;
}

export function keyName(key: EffectKey): string {
  return [key.effect, key.mediator, key.scale].filter((part) => part !== null).join(" ");
}

/**
 * Writes the effects on the difference scale from six means and the specific indirect effects, in the order of `effectKeys`;
 * returns the next free place.
 */
export function writeDifferences(
  total: number,
  pureDirect: number,
  totalIndirect: number,
  totalDirect: number,
  pureIndirect: number,
  controlled: number,
  specific: Float64Array,
  out: Float64Array,
): number {
  out[0] = total;
  out[1] = pureDirect;
  out[2] = totalIndirect;
  out[3] = totalDirect;
  out[4] = pureIndirect;
  out[5] = controlled;
  out[6] = pureDirect - controlled;
  out[7] = totalIndirect - pureIndirect;
  // A total of exactly 0 has no proportion; its row is withheld, and the draw stays usable for the other effects.
  out[8] = total === 0 ? 0 : totalIndirect / total;
  let place = 9;
  const count = specific.length;
  if (count > 1) {
    for (let k = 0; k < count; k++) out[place++] = specific[k]!;
    for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) out[place++] = specific[i]! - specific[j]!;
  }
  return place;
}
