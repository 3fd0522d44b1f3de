import { type Matrix, matrix } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import type { Moderator, ModeratorValue } from "./moderators.ts";

/** Where the parts of a moderated effect stand among the coefficients. */
export interface SlopeLayout {
  readonly size: number;
  /** One per column of the focal predictor: one for a number, one per indicator of a category. */
  readonly focal: readonly DesignColumn[];
  readonly focalPlaces: readonly number[];
  /** Per moderator: the products focal × moderator, the focal column running slowest. */
  readonly products: readonly (readonly number[])[];
  /** The products of all three, the focal column running slowest, then the first moderator. */
  readonly triple: readonly number[] | null;
}

/** The terms of the model: focal predictor, moderators, covariates, then the products. */
export function slopeTerms(
  focal: string,
  moderators: readonly string[],
  covariates: readonly string[],
  threeWay: boolean,
): string[] {
  const products = moderators.map((moderator) => `${focal}:${moderator}`);
  const triple = threeWay ? [moderators.join(":"), [focal, ...moderators].join(":")] : [];
  return [focal, ...moderators, ...covariates, ...products, ...triple];
}

export function slopeLayout(
  columns: readonly DesignColumn[],
  focal: string,
  moderators: readonly string[],
  threeWay: boolean,
): SlopeLayout {
  const placesOf = (variable: string) =>
    columns.flatMap((column, place) => (column.variable === variable ? [place] : []));
  const focalPlaces = placesOf(focal);
  return {
    size: columns.length,
    focal: focalPlaces.map((place) => columns[place]!),
    focalPlaces,
    products: moderators.map((moderator) => placesOf(`${focal}:${moderator}`)),
    triple: threeWay ? placesOf([focal, ...moderators].join(":")) : null,
  };
}

/** The effect of focal column `f` where the moderators hold `values`, as a sum of coefficients. */
export function effectAt(layout: SlopeLayout, f: number, values: readonly (readonly number[])[]): Float64Array {
  const sum = new Float64Array(layout.size);
  sum[layout.focalPlaces[f]!] = 1;
  values.forEach((columns, m) => {
    addProduct(sum, layout.products[m]!, f, columns);
  });
  if (layout.triple !== null) addProduct(sum, layout.triple, f, outer(values[0]!, values[1]!));
  return sum;
}

/** How much the effect of focal column `f` rises per unit of column `j` of moderator `m`, the other moderator held at `other`. */
export function interactionAt(
  layout: SlopeLayout,
  f: number,
  m: number,
  j: number,
  width: number,
  other: readonly number[] | null,
): Float64Array {
  const sum = new Float64Array(layout.size);
  const unit = Array.from({ length: width }, (_, k) => (k === j ? 1 : 0));
  addProduct(sum, layout.products[m]!, f, unit);
  if (layout.triple !== null && other !== null) {
    addProduct(sum, layout.triple, f, m === 0 ? outer(unit, other) : outer(other, unit));
  }
  return sum;
}

function addProduct(sum: Float64Array, places: readonly number[], f: number, values: readonly number[]): void {
  values.forEach((value, k) => {
    sum[places[f * values.length + k]!]! += value;
  });
}

function outer(first: readonly number[], second: readonly number[]): number[] {
  return first.flatMap((a) => second.map((b) => a * b));
}

/** Sums of coefficients as the rows of a matrix. */
export function asRows(sums: readonly Float64Array[]): Matrix {
  const rows = matrix(sums.length, sums[0]!.length);
  sums.forEach((sum, i) => {
    sum.forEach((value, k) => {
      rows.data[k * sums.length + i] = value;
    });
  });
  return rows;
}

/** Every combination of the moderators' values, the last moderator running fastest. */
export function combinationsOf(moderators: readonly Moderator[]): (readonly ModeratorValue[])[] {
  return moderators.reduce<(readonly ModeratorValue[])[]>(
    (before, moderator) => before.flatMap((row) => moderator.values.map((value) => [...row, value])),
    [[]],
  );
}
