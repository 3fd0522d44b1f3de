import {
  amongPeople,
  type JohnsonNeyman,
  johnsonNeyman,
  type ModeratorRegion,
  type ObservedRoot,
} from "../_models/johnsonNeyman.ts";
import { normalQuantileUpper, tQuantileUpper } from "../_numeric/distributions/index.ts";
import type { Analysis } from "./analysis.ts";
import type { FittedModel } from "./coefficientTables.ts";
import type { EffectKey } from "./effectPlan.ts";
import { indirectRegions } from "./moderatedIndirect.ts";
import type { PathRow } from "./result.ts";
import { featureName } from "./system/layout.ts";
import type { Term } from "./system/terms.ts";

/** Where along a numeric moderator something differs from 0. */
export interface ModeratorRegions {
  /** What |estimate / standard error| is held against. */
  readonly critical: number;
  readonly roots: readonly ObservedRoot[];
  /** From left to right, with the share of people in each. */
  readonly regions: readonly (ModeratorRegion & { readonly share: number })[];
}

/** One moderated path, by its coefficients: the whole line of the moderator. */
export interface ModeratedPathRegions extends ModeratorRegions, Pick<PathRow, "mediator" | "from" | "to"> {
  readonly path: "a" | "m" | "b" | "c'";
}

/** A moderated indirect effect, by its delta limits: from the smallest to the largest observed value. */
export interface ModeratedIndirectRegions
  extends ModeratorRegions,
    Pick<EffectKey, "effect" | "scale" | "mediator" | "path" | "horizon" | "threshold"> {}

/** Johnson–Neyman regions of a mediation analysis. */
export interface Moderation {
  readonly column: string;
  /** The observed values. */
  readonly lowest: number;
  readonly highest: number;
  readonly paths: readonly ModeratedPathRegions[];
  /** Empty with a Cox model, which has no delta limits, and with models that are not linear unless `regions` is true. */
  readonly indirect: readonly ModeratedIndirectRegions[];
}

/** `null` without a numeric moderator. */
export function moderationOf(analysis: Analysis): Moderation | null {
  const { raw, asked } = analysis;
  if (raw.moderator?.kind !== "number" || asked.moderator?.regions === false) return null;
  const sorted = Float64Array.from(raw.moderator.columns[0]!.values).sort();
  return {
    column: raw.moderator.column,
    lowest: sorted[0]!,
    highest: sorted.at(-1)!,
    paths: pathRegions(analysis).map(({ found, ...path }) => ({
      ...path,
      critical: found.critical,
      ...amongPeople(found, sorted),
    })),
    indirect: indirectRegions(analysis, sorted[0]!, sorted.at(-1)!).map(({ found, ...effect }) => ({
      ...effect,
      critical: found.critical,
      ...amongPeople(found, sorted),
    })),
  };
}

/** Regions and what a statistic was held against. */
export interface Found extends JohnsonNeyman {
  readonly critical: number;
}

/** With degrees of freedom that differ between the two coefficients (CR2) the fewer of them. */
function pathRegions({ raw, models, asked }: Analysis) {
  const { layout, mediators, told } = models;
  const regionsOf = (model: FittedModel, path: (term: Term) => ModeratedPathRegions["path"]) =>
    model.terms.flatMap((product, j) => {
      const isProduct = product.feature >= 0 || product.exposure === 0;
      if (!isProduct || layout.base[product.base]!.name !== raw.moderator!.columns[0]!.name) return [];
      const main = model.terms.findIndex(
        ({ base, exposure, feature }) => base === 0 && exposure === product.exposure && feature === product.feature,
      );
      const feature = layout.features[product.feature];
      const at = (row: number, column: number) => model.covariance.data[column * model.covariance.rows + row]!;
      const tail = (1 - asked.level) / 2;
      const critical =
        model.df === null ? normalQuantileUpper(tail) : tQuantileUpper(tail, Math.min(model.df[main]!, model.df[j]!));
      const found = johnsonNeyman({
        main: model.coefficients[main]!,
        interaction: model.coefficients[j]!,
        mainVariance: at(main, main),
        interactionVariance: at(j, j),
        covariance: at(main, j),
        critical,
      });
      const response = model.table.response;
      return [
        {
          path: path(product),
          mediator: model === told ? (feature === undefined ? null : raw.mediators[feature.mediator]!.name) : response,
          from: feature === undefined ? raw.exposure.columns[0]!.name : featureName(raw, feature),
          to: response,
          found: { ...found, critical },
        },
      ];
    });
  return [
    ...mediators.flatMap((model) => regionsOf(model, ({ feature }) => (feature < 0 ? "a" : "m"))),
    ...regionsOf(told, ({ feature }) => (feature < 0 ? "c'" : "b")),
  ];
}
