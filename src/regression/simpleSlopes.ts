import { linearContrasts } from "../_models/contrasts.ts";
import type { CovarianceType } from "../_models/covariance.ts";
import { fromColumns } from "../_numeric/matrix.ts";
import { readClusters, refuseRepeatedPeople } from "../arm.ts";
import type { Result } from "../estimate.ts";
import { given, refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { fitNamed } from "./fitNamed.ts";
import { type AddedInteraction, interactionTest } from "./interactionTests.ts";
import { type LinearModel, linearModel } from "./linearModel.ts";
import { readModerator } from "./moderators.ts";
import { asRows, slopeLayout, slopeTerms } from "./slopeLayout.ts";
import { slopeNotes } from "./slopeNotes.ts";
import { askedModerators } from "./slopeRefusals.ts";
import type { SlopeRegions } from "./slopeRegions.ts";
import {
  type ConditionalInteraction,
  conditionalEffects,
  conditionalInteractions,
  regionsAlong,
  type SimpleSlope,
} from "./slopeRows.ts";

export type { AddedInteraction } from "./interactionTests.ts";
export type { SlopeRegions, SlopeRoot } from "./slopeRegions.ts";
export type { ConditionalInteraction, SimpleSlope } from "./slopeRows.ts";

export interface SimpleSlopesSpec {
  /** A numeric column. */
  readonly outcome: string;
  /** The predictor whose effect depends on the moderators: a number, or a category (each level against the first). */
  readonly focal: string;
  /** One moderator, or two. */
  readonly moderators: string | readonly [string] | readonly [string, string];
  /** With two moderators: also their product and the product of all three. Default false. */
  readonly threeWay?: boolean;
  readonly covariates?: readonly string[];
  /**
   * Moderator values by name. Default: mean and mean ± 1 SD (n − 1) of a number, both values of a number that has two, every
   * level of a category.
   */
  readonly at?: Readonly<Record<string, readonly (number | string)[]>>;
  /** Default "classical", or "CR2" where `cluster` is given. */
  readonly covariance?: CovarianceType;
  /** A column that says which rows belong together. */
  readonly cluster?: string;
  /** Confidence level, also of the Johnson–Neyman regions. Default 0.95. */
  readonly level?: number;
}

/** A moderator and the values at which effects are told. */
export interface ModeratorSummary {
  readonly moderator: string;
  /** "binary": a number with two values. */
  readonly kind: "number" | "binary" | "category";
  /** Of a number in the rows analysed. */
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly values: readonly (number | string)[];
}

export interface SimpleSlopes extends Result {
  readonly kind: "simple-slopes";
  readonly outcome: string;
  readonly focal: string;
  readonly threeWay: boolean;
  readonly moderators: readonly ModeratorSummary[];
  /** The effect of the focal predictor at every combination of the moderators' values. */
  readonly slopes: readonly SimpleSlope[];
  /** One moderator: its product. Two: each product, and both together; with `threeWay` the product of all three. */
  readonly interactions: readonly AddedInteraction[];
  /** With `threeWay`: the interaction with the first moderator at the values of the second. */
  readonly conditionalInteractions: readonly ConditionalInteraction[];
  /** Johnson–Neyman regions along numeric moderators. */
  readonly regions: readonly SlopeRegions[];
  /** The linear model that all of it is read from. */
  readonly model: LinearModel;
  readonly level: number;
}

const options = [
  "outcome",
  "focal",
  "moderators",
  "threeWay",
  "covariates",
  "at",
  "covariance",
  "cluster",
  "level",
] as const;

/**
 * How the effect of one predictor on a numeric outcome depends on one or two moderators: its effect at chosen moderator values
 * (simple slopes), the test of the interaction with the change in R², and the regions of a numeric moderator in which the
 * effect differs from 0 (Johnson–Neyman). The models of PROCESS 1 (one moderator), 2 (two) and 3 (two with `threeWay`).
 *
 * Effects are in units of the outcome per unit of the focal predictor. Nothing is centred: effects at given moderator values do
 * not depend on it. With `covariance` or `cluster` every standard error, test and region is robust.
 *
 * Errors: "unknown-option", "invalid-option", "unknown-level", "constant-column", "several-rows-per-person", and those of `linearModel`.
 *
 * Sources: Aiken & West (1991); Johnson & Neyman (1936); Bauer & Curran (2005); Hayes (2022), models 1 to 3. Checked against R
 * 4.2.2 `lm` refitted with the moderators moved to each value, sandwich 3.0.2 and clubSandwich 0.5.8, to 9 digits.
 *
 * @example
 * ```ts
 * import { simpleSlopes } from "kithpath";
 * const people = {
 *   wellbeing: [41, 44, 50, 47, 52, 55, 49, 61, 46, 58],
 *   mentored: [0, 1, 0, 1, 0, 1, 0, 1, 0, 1],
 *   connection: [20, 22, 31, 35, 44, 41, 52, 57, 60, 66],
 * };
 * const moderated = simpleSlopes(people, { outcome: "wellbeing", focal: "mentored", moderators: "connection" });
 * moderated.slopes[0]; // the effect of mentoring at a connection one SD below the mean
 * moderated.interactions[0]?.test?.pValue; // does it depend on connection?
 * moderated.regions[0]?.roots; // where it starts or ceases to differ from 0
 * ```
 */
export function simpleSlopes(data: Data, spec: SimpleSlopesSpec): SimpleSlopes {
  refuseUnknown("simpleSlopes", spec, options);
  const { moderators: names, threeWay, covariates } = askedModerators(spec);
  const { outcome, focal, cluster, covariance, level } = spec;
  const table = toTable(data);
  refuseRepeatedPeople("simpleSlopes", table, cluster);
  const terms = slopeTerms(focal, names, covariates, threeWay);
  const model = linearModel(table, { outcome, terms, ...given({ cluster, covariance, level }) });
  const { selection, named, fit } = fitNamed("simpleSlopes", table, { outcome, terms, ...given({ cluster }) });
  const rows = selection.table;
  const moderators = names.map((name) => readModerator("simpleSlopes", rows, name, spec.at?.[name]));
  const layout = slopeLayout(named.columns, focal, names, threeWay);
  const clusters = cluster === undefined ? {} : { clusters: readClusters(rows, cluster) };
  const source = {
    layout,
    moderators,
    contrasts: (sums: readonly Float64Array[]) =>
      linearContrasts(fit, named.design, model.covarianceType, asRows(sums), clusters),
    changingFreedom: model.covarianceType === "CR2",
    level: model.level,
  };
  const tested = {
    fit,
    design: named.design,
    totalSumOfSquares: fit.residualSumOfSquares / (1 - model.rSquared),
    type: model.covarianceType,
    covariance: fromColumns(model.covariance),
    df: Float64Array.from(model.coefficients, ({ df }) => df!),
    clusters: model.clusters,
  };
  const products = names.map((name) => `${focal}:${name}`);
  const blocks: [string[], readonly number[]][] =
    layout.triple !== null
      ? [[[[focal, ...names].join(":")], layout.triple]]
      : products.map((term, m) => [[term], layout.products[m]!]);
  if (blocks.length > 1) blocks.push([products, layout.products.flat()]);
  const slopes = conditionalEffects(source);
  return {
    kind: "simple-slopes",
    n: model.n,
    dropped: model.dropped,
    notes: [...model.notes, ...slopeNotes(moderators, slopes)],
    method: `Simple slopes and Johnson–Neyman regions from one linear model with ${threeWay ? "three-way products" : "products"}. ${model.method}`,
    outcome,
    focal,
    threeWay,
    moderators: moderators.map(({ name, kind, mean, standardDeviation, values }) => ({
      moderator: name,
      kind,
      mean,
      standardDeviation,
      values: values.map(({ value }) => value),
    })),
    slopes,
    interactions: blocks.map(([term, places]) => interactionTest(term, places, tested)),
    conditionalInteractions: conditionalInteractions(source),
    regions: regionsAlong(source),
    model,
    level: model.level,
  };
}
