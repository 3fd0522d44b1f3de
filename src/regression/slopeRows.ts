import { coefficientTable } from "../_models/coefficientTable.ts";
import type { LinearContrasts } from "../_models/contrasts.ts";
import type { TestedEstimate } from "../estimate.ts";
import type { Moderator, ModeratorValue } from "./moderators.ts";
import { combinationsOf, effectAt, interactionAt, type SlopeLayout } from "./slopeLayout.ts";
import { type SlopeRegions, slopeRegions } from "./slopeRegions.ts";

/** The effect of the focal predictor where the moderators hold given values. */
export interface SimpleSlope extends TestedEstimate {
  /** The column of the focal predictor: its name, or `name: level`. */
  readonly focal: string;
  /** The level that an indicator of the focal predictor is compared with. */
  readonly reference: string | null;
  /** The moderators' values, by name. */
  readonly at: Readonly<Record<string, number | string>>;
}

/** How much the effect rises with the first moderator, where the second holds a given value. */
export interface ConditionalInteraction extends SimpleSlope {
  /** The column of the first moderator: its name, or `name: level`. */
  readonly moderator: string;
}

/** What tells effects from a fit: the layout of its coefficients and the law of their sums. */
interface SlopeSource {
  readonly layout: SlopeLayout;
  readonly moderators: readonly Moderator[];
  readonly contrasts: (sums: readonly Float64Array[]) => LinearContrasts;
  readonly changingFreedom: boolean;
  readonly level: number;
}

export function conditionalEffects(source: SlopeSource): SimpleSlope[] {
  const { layout, moderators } = source;
  const rows = layout.focal.flatMap((_, f) => combinationsOf(moderators).map((values) => ({ f, values })));
  const sums = rows.map(({ f, values }) =>
    effectAt(
      layout,
      f,
      values.map(({ columns }) => columns),
    ),
  );
  return tested(source, sums).map((row, i) => {
    const { f, values } = rows[i]!;
    return { ...focalOf(layout, f), at: atOf(moderators, values), ...row };
  });
}

/** With three-way products: the two-way interaction at every value of the second moderator. */
export function conditionalInteractions(source: SlopeSource): ConditionalInteraction[] {
  const { layout, moderators } = source;
  if (layout.triple === null) return [];
  const [first, second] = [moderators[0]!, moderators[1]!];
  const rows = layout.focal.flatMap((_, f) =>
    first.columnNames.flatMap((moderator, j) => second.values.map((value) => ({ f, j, moderator, value }))),
  );
  const sums = rows.map(({ f, j, value }) => interactionAt(layout, f, 0, j, first.columnNames.length, value.columns));
  return tested(source, sums).map((row, i) => {
    const { f, moderator, value } = rows[i]!;
    return { ...focalOf(layout, f), moderator, at: { [second.name]: value.value }, ...row };
  });
}

/** Johnson–Neyman regions along every numeric moderator, at every value of the other one. */
export function regionsAlong(source: SlopeSource): SlopeRegions[] {
  const { layout, moderators, contrasts, changingFreedom, level } = source;
  return layout.focal.flatMap((column, f) =>
    moderators.flatMap((moderator, m) => {
      if (moderator.kind !== "number") return [];
      const other = moderators[1 - m] ?? null;
      const others: readonly (ModeratorValue | null)[] = other === null ? [null] : other.values;
      return others.map((held) => {
        const valuesAt = (value: number) => (m === 0 ? [[value], ...columnsOf(held)] : [...columnsOf(held), [value]]);
        const parts = contrasts([
          effectAt(layout, f, valuesAt(0)),
          interactionAt(layout, f, m, 0, 1, held?.columns ?? null),
        ]);
        const at = (values: readonly number[]) =>
          contrasts(values.map((value) => effectAt(layout, f, valuesAt(value))));
        return {
          focal: column.name,
          moderator: moderator.name,
          given: held === null ? null : { [other!.name]: held.value },
          ...slopeRegions({ at, parts, changingFreedom }, moderator.observed!, level),
        };
      });
    }),
  );
}

const columnsOf = (held: ModeratorValue | null) => (held === null ? [] : [held.columns]);

function focalOf({ focal }: SlopeLayout, f: number): { focal: string; reference: string | null } {
  return { focal: focal[f]!.name, reference: focal[f]!.reference };
}

function atOf(moderators: readonly Moderator[], values: readonly ModeratorValue[]): Record<string, number | string> {
  return Object.fromEntries(moderators.map(({ name }, m) => [name, values[m]!.value]));
}

function tested({ contrasts, level }: SlopeSource, sums: readonly Float64Array[]): TestedEstimate[] {
  const { estimates, covariance, df } = contrasts(sums);
  const columns = sums.map((_, i) => ({
    name: `effect ${i + 1}`,
    variable: "",
    reference: null,
    values: new Float64Array(0),
  }));
  return coefficientTable(columns, estimates, covariance, df, level).map(
    ({ estimate, standardError, interval, statistic, df: freedom, pValue }) => ({
      estimate,
      standardError,
      interval,
      statistic,
      df: freedom,
      pValue,
    }),
  );
}
