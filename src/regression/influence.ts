import { influenceOf } from "../_models/influence.ts";
import type { Note, Result } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import type { Data } from "../table.ts";
import { fitNamed } from "./fitNamed.ts";

export interface InfluenceSpec {
  /** A numeric column. */
  readonly outcome: string;
  /** As in `linearModel`. */
  readonly terms: readonly string[];
  /** A column of precision weights ≥ 0. */
  readonly weights?: string;
}

/** One row of the data; `null` where the model fits the row by itself, so that it cannot be left out. */
export interface RowInfluence {
  /** The row's place in the data, from 1. */
  readonly row: number;
  readonly leverage: number;
  readonly standardizedResidual: number | null;
  /** Residual over its standard deviation, from the fit without the row. */
  readonly studentizedResidual: number | null;
  readonly cooksDistance: number | null;
  /** Change of the row's own fitted value when the row is left out, in its standard errors. */
  readonly dffits: number | null;
  /** Change of each coefficient when the row is left out, in its standard errors; in the order of `coefficients`. */
  readonly dfbetas: readonly (number | null)[];
}

export interface InfluenceResult extends Result {
  readonly kind: "influence";
  readonly outcome: string;
  readonly coefficients: readonly string[];
  /** In the order of the data. */
  readonly rows: readonly RowInfluence[];
}

/**
 * How much each person bears on a linear model: leverage, residuals, Cook's distance, dffits and dfbetas, from one fit.
 *
 * Errors: those of `linearModel` about data and terms; "unknown-option".
 *
 * Source: Belsley, Kuh & Welsch (1980), chapter 2; Cook (1977). Checked against R 4.2.2 `hatvalues`, `rstandard`, `rstudent`,
 * `cooks.distance`, and against refits without each person.
 *
 * @example
 * ```ts
 * import { influence } from "kithpath";
 * const people = { wellbeing: [41, 44, 50, 52, 47, 85], mentored: [0, 0, 0, 1, 1, 1] };
 * const { rows } = influence(people, { outcome: "wellbeing", terms: ["mentored"] });
 * rows.filter(({ cooksDistance }) => (cooksDistance ?? 0) > 0.5).map(({ row }) => row); // who to look at again
 * ```
 */
export function influence(data: Data, spec: InfluenceSpec): InfluenceResult {
  refuseUnknown("influence", spec, ["outcome", "terms", "weights"]);
  const { selection, named, fit, weights } = fitNamed("influence", data, spec);
  const { names, design } = named;
  const found = influenceOf(fit, design, weights);
  const told = (value: number) => (Number.isNaN(value) ? null : value);
  const rows = Array.from(selection.rows, (row, i) => ({
    row: row + 1,
    leverage: fit.leverage[i]!,
    standardizedResidual: told(found.standardized[i]!),
    studentizedResidual: told(found.studentized[i]!),
    cooksDistance: told(found.cooksDistance[i]!),
    dffits: told(found.dffits[i]!),
    dfbetas: names.map((_, k) => told(found.dfbetas[i * names.length + k]!)),
  }));
  return {
    kind: "influence",
    n: rows.length,
    dropped: selection.dropped,
    notes: influenceNotes(rows),
    method: "Deletion diagnostics of least squares in closed form",
    outcome: spec.outcome,
    coefficients: names,
    rows,
  };
}

function influenceNotes(rows: readonly RowInfluence[]): Note[] {
  const alone = rows.filter(({ cooksDistance }) => cooksDistance === null).map(({ row }) => row);
  if (alone.length === 0) return [];
  const listed = alone.slice(0, 10).join(", ");
  return [
    {
      code: "fitted-exactly",
      text: `The model fits ${alone.length} row(s) exactly by themselves (row ${listed}): they cannot be left out, and their diagnostics do not exist.`,
    },
  ];
}
