import { sphericityOf } from "../_models/sphericity.ts";
import { analyseContrasts, cellContrasts, sumCoded } from "../_models/withinPeople.ts";
import { sum } from "../_numeric/describe.ts";
import { pValueOfF } from "../_numeric/distributions/index.ts";
import { type Matrix, traceOf } from "../_numeric/matrix.ts";
import type { Note, Result } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";
import { type Data, toTable } from "../table.ts";
import { type AnovaCell, cellsOf } from "./anovaCells.ts";
import { askedFactors, perfectFit, refuseUnusable } from "./anovaRefusals.ts";
import { type Factor, type PersonCells, readPersonCells } from "./personCells.ts";
import { refuseRepeated } from "./roles.ts";

export interface RepeatedAnovaSpec {
  /** A numeric column, one row per person and cell of the factors within people. */
  readonly outcome: string;
  /** The column that says whose row it is. */
  readonly person: string;
  /** Factors that change within a person, such as the wave. At least one. */
  readonly within: readonly string[];
  /** Factors in which people differ, such as the arm. Default none. */
  readonly between?: readonly string[];
}

/** An F test with both degrees of freedom multiplied by ε. */
export interface CorrectedTest {
  /** As estimated: Huynh and Feldt's may exceed 1, and then counts as 1. */
  readonly epsilon: number;
  readonly df1: number;
  readonly df2: number;
  readonly pValue: number;
}

export interface AnovaEffect {
  /** The factors joined, such as "mentored × month". */
  readonly effect: string;
  readonly factors: readonly string[];
  readonly sumOfSquares: number;
  readonly errorSumOfSquares: number;
  readonly df1: number;
  readonly df2: number;
  /** F. */
  readonly statistic: number;
  /** Right under sphericity. */
  readonly pValue: number;
  readonly partialEtaSquared: number;
  /** Olejnik and Algina's, all factors being taken as set by design. */
  readonly generalizedEtaSquared: number;
  /** For effects of three or more cells within people. */
  readonly sphericity: {
    readonly mauchly: { readonly statistic: number; readonly pValue: number } | null;
    readonly greenhouseGeisser: CorrectedTest;
    readonly huynhFeldt: CorrectedTest | null;
  } | null;
}

export interface RepeatedAnova extends Result {
  readonly kind: "repeated-anova";
  /** People seen in every cell. */
  readonly n: number;
  readonly outcome: string;
  readonly person: string;
  readonly within: readonly Factor[];
  readonly between: readonly Factor[];
  /** Effects between people, then those within, by the factors within. */
  readonly effects: readonly AnovaEffect[];
  /** The test that the unweighted mean of all cells is 0. */
  readonly intercept: AnovaEffect;
  readonly cells: readonly AnovaCell[];
}

const caller = "repeatedAnova";
const options = ["outcome", "person", "within", "between"] as const;

/**
 * Repeated-measures analysis of variance: tests whether means differ between the cells of factors within people (waves) and
 * between people (arms), and whether they differ differently. People who lack a cell are left out and counted: with gaps,
 * `repeatedMeasures` uses everyone. Effects of more than two cells within people come with Mauchly's test, and
 * with Greenhouse–Geisser and Huynh–Feldt degrees of freedom; read the Greenhouse–Geisser test unless sphericity is sure.
 * With unequal groups effects are those of unweighted means (type III).
 *
 * Errors: "unknown-option", "invalid-option", "unknown-column", "repeated-variable", "not-numeric", "no-complete-rows",
 * "constant-column", "varies-within-person", "repeated-wave", "empty-cell", "too-few-people", "constant-outcome", "perfect-fit".
 *
 * Sources: Greenhouse & Geisser (1959); Huynh & Feldt (1976) with Lecoutre (1991); Mauchly (1940); Olejnik & Algina (2003).
 * Checked against afex 1.2-1 and car 3.1-1 in R 4.2.2, and base R.
 *
 * @example
 * ```ts
 * import { repeatedAnova } from "kithpath";
 * const result = repeatedAnova(
 *   {
 *     person: [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6],
 *     month: [0, 6, 12, 0, 6, 12, 0, 6, 12, 0, 6, 12, 0, 6, 12, 0, 6, 12],
 *     mentored: [1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0],
 *     wellbeing: [41, 47, 50, 39, 40, 38, 50, 52, 57, 42, 41, 45, 47, 55, 53, 45, 46, 44],
 *   },
 *   { outcome: "wellbeing", person: "person", within: ["month"], between: ["mentored"] },
 * );
 * result.effects.at(-1)?.sphericity?.greenhouseGeisser.pValue; // do the arms change differently?
 * ```
 */
export function repeatedAnova(data: Data, spec: RepeatedAnovaSpec): RepeatedAnova {
  refuseUnknown(caller, spec, options);
  const { outcome, person, within, between } = askedFactors(spec);
  refuseRepeated(caller, { outcome: [outcome], person: [person], within, between });
  const read = readPersonCells(caller, toTable(data), { outcome, person, within, between });
  refuseUnusable(read, outcome);
  const { outcomes } = read;
  const outer = subsets(read.between.length);
  const { design, groups } = sumCoded(
    read.between.map(({ codes }) => codes),
    read.between.map(({ levels }) => levels.length),
    outer,
    outcomes.rows,
  );
  const counts = read.within.map(({ levels }) => levels.length);
  const found = subsets(read.within.length).map((inner) => {
    const contrasts = cellContrasts(
      counts,
      counts.map((_, factor) => inner.includes(factor)),
    );
    return { inner, size: contrasts.columns, ...analyseContrasts(outcomes, contrasts, design, groups) };
  });
  const errors = found.map(({ error }) => traceOf(error));
  const squares = innerSquares(outcomes);
  const allErrors = sum(errors);
  const effects = found.flatMap(({ inner, size, explained, error, dfError }, at) => {
    if (!(errors[at]! > 1e-24 * squares)) throw perfectFit(inner.map((factor) => within[factor]!));
    const departure = size > 1 ? sphericityOf(error, dfError) : null;
    return outer.map((factors, group): AnovaEffect => {
      const names = [...factors.map((factor) => between[factor]!), ...inner.map((factor) => within[factor]!)];
      const df1 = groups[group]!.length * size;
      const df2 = dfError * size;
      const statistic = explained[group]! / df1 / (errors[at]! / df2);
      const corrected = (epsilon: number): CorrectedTest => {
        const share = Math.min(1, epsilon);
        return { epsilon, df1: share * df1, df2: share * df2, pValue: pValueOfF(statistic, share * df1, share * df2) };
      };
      return {
        effect: names.join(" × ") || "(Intercept)",
        factors: names,
        sumOfSquares: explained[group]!,
        errorSumOfSquares: errors[at]!,
        df1,
        df2,
        statistic,
        pValue: pValueOfF(statistic, df1, df2),
        partialEtaSquared: explained[group]! / (explained[group]! + errors[at]!),
        generalizedEtaSquared: explained[group]! / (explained[group]! + allErrors),
        sphericity:
          departure === null
            ? null
            : {
                mauchly: departure.mauchly,
                greenhouseGeisser: corrected(departure.greenhouseGeisser),
                huynhFeldt: departure.huynhFeldt === null ? null : corrected(departure.huynhFeldt),
              },
      };
    });
  });
  return {
    kind: "repeated-anova",
    n: outcomes.rows,
    dropped: read.dropped,
    notes: anovaNotes(read),
    method: "Repeated-measures analysis of variance (type III) with Greenhouse–Geisser and Huynh–Feldt corrections",
    outcome,
    person,
    within: read.within,
    between: read.between.map(({ name, levels }) => ({ name, levels })),
    effects: effects.slice(1),
    intercept: effects[0]!,
    cells: cellsOf(read),
  };
}

/** Subsets of 0, 1, … in order of their size: the empty one first. */
function subsets(count: number): number[][] {
  const all = Array.from({ length: 2 ** count }, (_, bits) =>
    Array.from({ length: count }, (_, factor) => factor).filter((factor) => (bits >> factor) & 1),
  );
  const place = (subset: number[]) => subset.reduce((total, factor) => total * (count + 1) + factor + 1, 0);
  return all.sort((a, b) => a.length - b.length || place(a) - place(b));
}

function innerSquares(a: Matrix): number {
  return a.data.reduce((total, value) => total + value * value, 0);
}

function anovaNotes({ incomplete, outcomes }: PersonCells): Note[] {
  if (incomplete === 0) return [];
  return [
    {
      code: "incomplete-people",
      text: `${incomplete} of ${incomplete + outcomes.rows} people lack a cell and are left out, which is right only if that happened completely at random; repeatedMeasures uses everyone.`,
    },
  ];
}
