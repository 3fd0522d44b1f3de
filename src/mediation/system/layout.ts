import type { DesignColumn } from "../../design.ts";
import type { RawColumns, RawVariable } from "../columns.ts";
import { invalid } from "../refusals.ts";
import type { CompleteSpec, ModeratedPath } from "../specTypes.ts";
import type { SystemColumns, Term } from "./terms.ts";

/** How one column was moved: values are (raw − centre) / scale. */
export interface Place {
  readonly centre: number;
  readonly scale: number;
}

/** A feature of a mediator: its value, or for an ordinal one whether it is at a level. */
export interface Feature {
  readonly mediator: number;
  /** `null` for the value itself. */
  readonly level: number | null;
}

/** Columns of the analysis, and for every model its terms. */
export interface Layout {
  readonly columns: SystemColumns;
  readonly base: readonly (DesignColumn & Place)[];
  readonly exposure: readonly Place[];
  readonly features: readonly (Feature & Place)[];
  readonly mediatorTerms: readonly (readonly Term[])[];
  readonly outcomeTerms: readonly Term[];
}

/** With `moved` in centred and scaled columns, in which cross-products are well conditioned; otherwise as the data are. */
export function layOut(asked: CompleteSpec, raw: RawColumns, moved: boolean): Layout {
  const rows = raw.outcome.values.length;
  const place = (values: Float64Array): Place => (moved ? placeOf(values) : { centre: 0, scale: 1 });
  const named = new Map<string, DesignColumn>();
  const { moderator } = raw;
  for (const column of [...raw.mediatorCovariates, ...raw.outcomeCovariates, ...(moderator?.columns ?? [])])
    if (!named.has(column.name)) named.set(column.name, column);
  const base = [
    {
      name: "(Intercept)",
      variable: "(Intercept)",
      values: new Float64Array(rows).fill(1),
      reference: null,
      centre: 0,
      scale: 1,
    },
    ...[...named.values()].map((column) => ({ ...column, ...place(column.values) })),
  ];
  const exposure = raw.exposure.columns.map((column) => place(column.values));
  const features = raw.mediators.flatMap((column, mediator) => featuresOf(column, mediator, place));
  const columns: SystemColumns = {
    rows,
    base: base.map(relocated),
    exposure: raw.exposure.columns.map((column, e) => relocated({ ...column, ...exposure[e]! })),
    features: features.map((feature) => {
      const { values } = raw.mediators[feature.mediator]!;
      return feature.level === null
        ? relocated({ values, ...feature })
        : values.map((value) => (value === feature.level ? 1 : 0));
    }),
  };
  const write = termWriter(asked, raw, base, features);
  return {
    columns,
    base,
    exposure,
    features,
    mediatorTerms: raw.mediators.map((mediator, k) =>
      write(mediator, raw.mediatorCovariates, asked.parents[k]!, false),
    ),
    outcomeTerms: write(
      raw.outcome,
      raw.outcomeCovariates,
      raw.mediators.map((_, k) => k),
      asked.interaction,
    ),
  };
}

function featuresOf(
  column: RawVariable,
  mediator: number,
  place: (values: Float64Array) => Place,
): (Feature & Place)[] {
  if (column.levels === null) return [{ mediator, level: null, ...place(column.values) }];
  return column.levels.slice(1).map((_, level) => ({ mediator, level: level + 1, centre: 0, scale: 1 }));
}

/** The name of a mediator's feature in a model. */
export function featureName(raw: RawColumns, feature: Feature): string {
  const { name, levels } = raw.mediators[feature.mediator]!;
  return feature.level === null ? name : `${name}: ${levels![feature.level]}`;
}

function termWriter(asked: CompleteSpec, raw: RawColumns, base: readonly DesignColumn[], features: readonly Feature[]) {
  const moderates = moderatedPaths(asked);
  const baseOf = (name: string) => base.findIndex((column) => column.name === name);
  const moderatorBases = (raw.moderator?.columns ?? []).map(({ name }) => baseOf(name));
  return (
    response: RawVariable,
    covariates: readonly DesignColumn[],
    parents: readonly number[],
    interaction: boolean,
  ): Term[] => {
    const terms: Term[] = [];
    const add = (baseIndex: number, exposureIndex: number, featureIndex: number) => {
      const parts = [
        ...(exposureIndex < 0 ? [] : [raw.exposure.columns[exposureIndex]!.name]),
        ...(featureIndex < 0 ? [] : [featureName(raw, features[featureIndex]!)]),
        ...(baseIndex === 0 && (exposureIndex >= 0 || featureIndex >= 0) ? [] : [base[baseIndex]!.name]),
      ];
      const variables = [
        ...(exposureIndex < 0 ? [] : [raw.exposure.column]),
        ...(featureIndex < 0 ? [] : [raw.mediators[features[featureIndex]!.mediator]!.name]),
        ...(baseIndex === 0 ? [] : [base[baseIndex]!.variable]),
      ];
      terms.push({
        name: parts.join(" × "),
        variable: variables.join(":"),
        base: baseIndex,
        exposure: exposureIndex,
        feature: featureIndex,
      });
    };
    const exposures = raw.exposure.columns.map((_, e) => e);
    const own = features.flatMap((feature, f) => (parents.includes(feature.mediator) ? [f] : []));
    const exposureModerated = moderates("exposure", response.name);
    const movedFeatures = own.filter((f) => moderates(raw.mediators[features[f]!.mediator]!.name, response.name));
    const moderated = exposureModerated || movedFeatures.length > 0;
    const hasConstant = response.family !== "ordinal" && !(asked.survival?.model === "cox" && raw.outcome === response);
    if (hasConstant) add(0, -1, -1);
    for (const e of exposures) add(0, e, -1);
    for (const f of own) add(0, -1, f);
    if (interaction) for (const f of own) for (const e of exposures) add(0, e, f);
    const covariateBases = covariates.map(({ name }) => baseOf(name));
    for (const b of covariateBases) add(b, -1, -1);
    if (moderated) for (const b of moderatorBases) if (!covariateBases.includes(b)) add(b, -1, -1);
    if (exposureModerated) for (const e of exposures) for (const b of moderatorBases) add(b, e, -1);
    for (const f of movedFeatures) for (const b of moderatorBases) add(b, -1, f);
    return terms;
  };
}

/** Whether the moderator changes the arrow from `from` ("exposure" for the exposure) to `to`. Error: "invalid-option". */
function moderatedPaths(asked: CompleteSpec): (from: string, to: string) => boolean {
  const { moderator, mediators, outcome, exposureColumn, parents } = asked;
  if (moderator === null) return () => false;
  const found = new Set<string>();
  const add = (from: string, to: string) => found.add(JSON.stringify([from, to]));
  const arrows: Record<Extract<ModeratedPath, string>, [string, string][]> = {
    "exposure-mediator": mediators.map((to) => ["exposure", to]),
    "mediator-mediator": mediators.flatMap((to, k) => parents[k]!.map((p): [string, string] => [mediators[p]!, to])),
    "mediator-outcome": mediators.map((from) => [from, outcome]),
    "exposure-outcome": [["exposure", outcome]],
  };
  const every = Object.values(arrows)
    .flat()
    .map((arrow) => JSON.stringify(arrow));
  for (const path of moderator.on) {
    if (typeof path === "string") {
      if (arrows[path].length === 0) throw invalid("moderator.on", "arrows of this model", path);
      for (const [from, to] of arrows[path]) add(from, to);
      continue;
    }
    const from = path.from === exposureColumn ? "exposure" : path.from;
    if (!every.includes(JSON.stringify([from, path.to]))) throw invalid("moderator.on", "an arrow of this model", path);
    add(from, path.to);
  }
  return (from, to) => found.has(JSON.stringify([from, to]));
}

function relocated({ values, centre, scale }: { readonly values: Float64Array } & Place): Float64Array {
  return centre === 0 && scale === 1 ? values : values.map((value) => (value - centre) / scale);
}

/** Mean and root mean square about it, by steps that cannot overflow. */
export function placeOf(values: Float64Array): Place {
  const n = values.length;
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  const unit = largest === 0 ? 1 : largest;
  let total = 0;
  for (const value of values) total += value / unit;
  const middle = total / n;
  let squares = 0;
  for (const value of values) squares += (value / unit - middle) ** 2;
  const spread = Math.sqrt(squares / n);
  return { centre: middle * unit, scale: spread > 0 ? spread * unit : unit };
}
