import { planModeration } from "./moderationPlan.ts";
import { pairs } from "./pairs.ts";
import type { CompleteSpec } from "./specTypes.ts";
import type { Measure } from "./system/nodes.ts";
import { regimesOf } from "./system/regimes.ts";

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
  | "proportionEliminated"
  | "indirect"
  | "contrast"
  | "index"
  | "moderation";

export type EffectScale =
  | "difference"
  | "riskDifference"
  | "restrictedMeanDifference"
  | "riskRatio"
  | "oddsRatio"
  | "rateRatio"
  | "proportion"
  | "restrictedMeanProportion";

/** What one estimate of an analysis is. */
export interface EffectKey {
  readonly effect: EffectName;
  readonly scale: EffectScale;
  /** The mediator of a specific indirect effect; the two of a contrast as "first − second". */
  readonly mediator: string | null;
  /** The columns along one path of a serial model. */
  readonly path: readonly string[] | null;
  /** The moderator's value for which the effect is told; two as "second − first". */
  readonly given: number | string | null;
  readonly horizon: number | null;
  readonly threshold: string | number | null;
}

/** An estimate as a function of the means of all views. */
export interface Planned {
  readonly key: EffectKey;
  readonly value: (means: Float64Array) => number;
}

/** Places of the effects that must add up, on a difference scale. */
export interface Decomposition {
  readonly total: number;
  readonly pureDirect: number;
  readonly totalIndirect: number;
  readonly totalDirect: number;
  readonly pureIndirect: number;
}

/** Every effect of an analysis as a function of its means. */
export interface EffectPlan {
  readonly keys: readonly EffectKey[];
  /** The first is that of the whole sample and the first measure. */
  readonly decompositions: readonly Decomposition[];
  write(means: Float64Array, out: Float64Array): void;
}

export interface PlanRequest {
  readonly asked: CompleteSpec;
  readonly measures: readonly Measure[];
  /** Whether mediators stand in an order, as in a serial model. */
  readonly ordered: boolean;
  /** Paths of a linear serial system, as places of mediators. */
  readonly paths: readonly (readonly number[])[];
  /** Values of a moderator, one view of the means after the other. */
  readonly given: readonly (number | string)[];
  /** How many arrows of each way from exposure to outcome the moderator changes; `null` unless all models are linear. */
  readonly moderatedArrows: readonly number[] | null;
}

/** Where the effects of one measure stand for one value of the moderator. */
export interface Placed {
  readonly sums: Decomposition;
  /** Effects along paths of a linear serial system, else through single mediators. */
  readonly specific: readonly number[];
}

const natural = [
  "total",
  "pureNaturalDirect",
  "totalNaturalIndirect",
  "totalNaturalDirect",
  "pureNaturalIndirect",
  "controlledDirect",
] as const;

export function planEffects(request: PlanRequest): EffectPlan {
  const { measures, given } = request;
  const planned: Planned[] = [];
  const placed: Placed[] = [];
  for (let view = 0; view <= given.length; view++)
    measures.forEach((_, q) => {
      placed.push(planMeasure(request, view, q, planned));
    });
  planModeration(request, placed, planned);
  return {
    keys: planned.map(({ key }) => key),
    decompositions: placed.map(({ sums }) => sums),
    write(means, out) {
      for (let k = 0; k < planned.length; k++) out[k] = planned[k]!.value(means);
    },
  };
}

/** The effects on one measure for one view; returns where those stand that must add up. */
function planMeasure(request: PlanRequest, view: number, q: number, planned: Planned[]): Placed {
  const { asked, measures, ordered, paths, given } = request;
  const regimes = regimesOf(asked.mediators.length, ordered);
  const measure = measures[q]!;
  const width = (regimes.all.length + 2) * measures.length + paths.length;
  const place = (regime: number) => view * width + regime * measures.length + q;
  const difference = differenceScale(measure);
  const proportion = measure.kind === "time" ? "restrictedMeanProportion" : "proportion";
  const label = {
    given: view === 0 ? null : given[view - 1]!,
    horizon: measure.horizon,
    threshold: measure.threshold,
    path: null,
    mediator: null,
  };
  const add = (key: Partial<EffectKey> & Pick<EffectKey, "effect" | "scale">, value: Planned["value"]) =>
    planned.push({ key: { ...label, ...key }, value }) - 1;
  const { y00, y10, y01, y11, through } = regimes;
  const controlled = [regimes.all.length, regimes.all.length + 1] as const;
  const pairsOf: Record<(typeof natural)[number], readonly [number, number]> = {
    total: [y11, y00],
    pureNaturalDirect: [y10, y00],
    totalNaturalIndirect: [y11, y10],
    totalNaturalDirect: [y11, y01],
    pureNaturalIndirect: [y01, y00],
    controlledDirect: [controlled[1], controlled[0]],
  };
  const { scale } = measure;
  const minus = (m: Float64Array, [after, before]: readonly [number, number]) =>
    scale * (m[place(after)]! - m[place(before)]!);
  const at: Record<string, number> = {};
  for (const effect of natural) at[effect] = add({ effect, scale: difference }, (m) => minus(m, pairsOf[effect]));
  add(
    { effect: "referenceInteraction", scale: difference },
    (m) => minus(m, pairsOf.pureNaturalDirect) - minus(m, pairsOf.controlledDirect),
  );
  add(
    { effect: "mediatedInteraction", scale: difference },
    (m) => minus(m, pairsOf.totalNaturalIndirect) - minus(m, pairsOf.pureNaturalIndirect),
  );
  // A total of exactly 0 has no proportions; their rows are withheld, and the draw stays usable for the other effects.
  const share = (part: (m: Float64Array) => number) => (m: Float64Array) => {
    const total = minus(m, pairsOf.total);
    return total === 0 ? 0 : part(m) / total;
  };
  add(
    { effect: "proportionMediated", scale: proportion },
    share((m) => minus(m, pairsOf.totalNaturalIndirect)),
  );
  add(
    { effect: "proportionEliminated", scale: proportion },
    share((m) => minus(m, pairsOf.total) - minus(m, pairsOf.controlledDirect)),
  );
  const single = through.map((pair, k) =>
    add({ effect: "indirect", scale: difference, mediator: asked.mediators[k]! }, (m) => minus(m, pair)),
  );
  for (const [first, second] of pairs(through.length)) {
    const mediator = `${asked.mediators[first]} − ${asked.mediators[second]}`;
    add(
      { effect: "contrast", scale: difference, mediator },
      (m) => minus(m, through[first]!) - minus(m, through[second]!),
    );
  }
  const alongPaths = paths.map((path, j) => {
    const from = view * width + (regimes.all.length + 2) * measures.length + j;
    return add({ effect: "indirect", scale: difference, path: columnsAlong(path, asked) }, (m) => scale * m[from]!);
  });
  if (view === 0)
    for (const [first, second] of pairs(paths.length)) {
      const names = [first, second].map((j) => columnsAlong(paths[j]!, asked).join(" → "));
      const [one, other] = [planned[alongPaths[first]!]!.value, planned[alongPaths[second]!]!.value];
      add({ effect: "contrast", scale: difference, mediator: names.join(" − ") }, (m) => one(m) - other(m));
    }
  if (measure.ratios)
    for (const ratio of measure.kind === "rate" ? (["rateRatio"] as const) : (["riskRatio", "oddsRatio"] as const))
      for (const effect of natural) {
        const [after, before] = pairsOf[effect];
        add({ effect, scale: ratio }, (m) =>
          ratio === "oddsRatio"
            ? odds(m[place(after)]!) / odds(m[place(before)]!)
            : m[place(after)]! / m[place(before)]!,
        );
      }
  return {
    sums: {
      total: at.total!,
      pureDirect: at.pureNaturalDirect!,
      totalIndirect: at.totalNaturalIndirect!,
      totalDirect: at.totalNaturalDirect!,
      pureIndirect: at.pureNaturalIndirect!,
    },
    specific: paths.length > 0 ? alongPaths : single,
  };
}

function columnsAlong(path: readonly number[], asked: CompleteSpec): string[] {
  return [asked.exposureColumn, ...path.map((k) => asked.mediators[k]!), asked.outcome];
}

export function isProportion({ scale }: Pick<EffectKey, "scale">): boolean {
  return scale === "proportion" || scale === "restrictedMeanProportion";
}

function differenceScale(measure: Measure): EffectScale {
  if (measure.kind === "probability") return "riskDifference";
  return measure.kind === "time" ? "restrictedMeanDifference" : "difference";
}

export function keyName(key: EffectKey): string {
  return [key.effect, key.mediator, key.path?.join(" → "), key.scale, key.given, key.horizon, key.threshold]
    .filter((part) => part !== null && part !== undefined)
    .join(" ");
}

function odds(p: number): number {
  return p / (1 - p);
}
