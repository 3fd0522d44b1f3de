import { type DesignColumn, designColumns } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { categoriesOf, columnOf, numbersOf, type Table } from "../table.ts";
import { distinct } from "./columnValues.ts";
import { readEvents } from "./eventCodes.ts";
import { type Exposure, readExposure } from "./exposure.ts";
import { type RawModerator, readModerator } from "./moderator.ts";
import { invalid } from "./refusals.ts";
import type { CompleteSpec, CompleteVariable, OutcomeFamily } from "./specTypes.ts";

/** A column that is modelled: of an ordinal one the places of its levels. */
export interface RawVariable extends DesignColumn {
  readonly family: OutcomeFamily;
  readonly link: CompleteVariable["link"];
  /** The levels of an ordinal variable, lowest first. */
  readonly levels: readonly string[] | null;
}

/** The columns of an analysis, as they stand in the data. */
export interface RawColumns {
  readonly exposure: Exposure;
  readonly mediatorCovariates: readonly DesignColumn[];
  readonly outcomeCovariates: readonly DesignColumn[];
  readonly mediators: readonly RawVariable[];
  /** Of a time-to-event outcome the times. */
  readonly outcome: RawVariable;
  /** 1 the event, 2 the competing one, 0 censored; `null` unless the outcome is a time to an event. */
  readonly event: Float64Array | null;
  readonly moderator: RawModerator | null;
  /** Mean 1 over those above 0; `null` where everybody counts once. */
  readonly weights: Float64Array | null;
  /** Covariate columns set to a value for everybody, by name. */
  readonly population: ReadonlyMap<string, number>;
}

/**
 * The columns of the analysis from its complete rows. Errors: "not-numeric", "constant-mediator", "one-level-outcome", "not-binary",
 * "not-counts", "constant-outcome", "order-needed", "event-code", "negative-time", "unusable-weights", "unknown-level", and those of the exposure.
 */
export function readColumns(table: Table, spec: CompleteSpec): RawColumns {
  const exposure = readExposure(table, spec.exposure);
  const mediators = spec.mediatorModels.map((model) => {
    const column = readVariable(table, model);
    if (distinct(column.values, 1)) {
      throw new KithpathError("constant-mediator", `the mediator "${model.column}" is the same for everybody`, {
        expected: "a mediator that differs between people",
        received: String(column.levels?.[column.values[0]!] ?? column.values[0]),
        where: { column: model.column },
      });
    }
    return column;
  });
  const outcome = spec.survival === null ? readOutcome(table, spec.outcomeModel) : readTimes(table, spec.outcomeModel);
  const terms = (names: readonly string[]) => names.flatMap((name) => designColumns(table, name));
  const mediatorCovariates = terms(spec.mediatorCovariates);
  const outcomeCovariates = terms(spec.outcomeCovariates);
  const weights = spec.weights === null ? null : readWeights(table, spec.weights);
  return {
    exposure,
    mediators,
    outcome,
    mediatorCovariates,
    outcomeCovariates,
    event: spec.survival === null ? null : readEvents(table, spec.survival),
    moderator: spec.moderator === null ? null : readModerator(table, spec.moderator, weights),
    weights,
    population: readPopulation(spec.population, [...mediatorCovariates, ...outcomeCovariates]),
  };
}

function readVariable(table: Table, { column: name, family, link, levels }: CompleteVariable): RawVariable {
  if (family === "ordinal") return { ...ordinalColumn(table, name, levels), family, link };
  const column = { name, variable: name, values: numbersOf(table, name), reference: null, family, link, levels: null };
  if (family === "binomial") refuseNotBinary(column);
  if (family === "poisson" || family === "negative-binomial") refuseNotCounts(column);
  return column;
}

function readOutcome(table: Table, model: CompleteVariable): RawVariable {
  const column = readVariable(table, model);
  if (distinct(column.values, 1))
    throw sameOutcome(model.family === "binomial" ? "one-level-outcome" : "constant-outcome", column);
  return column;
}

function readTimes(table: Table, { column: name, family, link }: CompleteVariable): RawVariable {
  const values = numbersOf(table, name);
  const odd = values.find((value) => !(value >= 0) || !Number.isFinite(value));
  if (odd !== undefined) {
    throw new KithpathError("negative-time", `"${name}" holds a value that is no time of follow-up`, {
      expected: "times from the start of follow-up, 0 or more",
      received: String(odd),
      where: { column: name },
    });
  }
  return { name, variable: name, values, reference: null, family, link, levels: null };
}

function readWeights(table: Table, name: string): Float64Array {
  const values = numbersOf(table, name);
  let total = 0;
  for (const [row, value] of values.entries()) {
    if (!(value >= 0) || !Number.isFinite(value)) {
      throw new KithpathError("unusable-weights", `"${name}" holds a value that is no weight`, {
        expected: "0 or more",
        received: String(value),
        where: { column: name, row: row + 1 },
      });
    }
    total += value;
  }
  const counted = values.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
  if (total > 0) return values.map((value) => (value / total) * counted);
  throw new KithpathError("unusable-weights", `every weight in "${name}" is 0`, {
    expected: "people with a weight above 0",
    received: "0 throughout",
    where: { column: name },
  });
}

function readPopulation(
  asked: CompleteSpec["population"],
  covariates: readonly DesignColumn[],
): ReadonlyMap<string, number> {
  const set = new Map<string, number>();
  for (const [variable, value] of Object.entries(asked)) {
    const columns = covariates.filter((column) => column.variable === variable);
    const category = columns[0]?.reference != null;
    if (!category && (typeof value !== "number" || !Number.isFinite(value)))
      throw invalid("population", `a number for "${variable}"`, value);
    const levels = [columns[0]?.reference, ...columns.map(({ name }) => name.slice(variable.length + 2))];
    if (category && !levels.includes(String(value)))
      throw invalid("population", `for "${variable}" one of ${levels.join(", ")}`, value);
    for (const column of columns)
      set.set(column.name, category ? (column.name === `${variable}: ${value}` ? 1 : 0) : Number(value));
  }
  return set;
}

function ordinalColumn(table: Table, name: string, asked: readonly string[] | null) {
  const column = categoriesOf(table, name);
  if (asked === null && columnOf(table, name).kind === "category") {
    throw new KithpathError("order-needed", `the order of the levels of "${name}" is not known`, {
      expected: "levels: the levels, lowest first",
      received: `text: ${column.levels.slice(0, 8).join(", ")}`,
      where: { column: name },
    });
  }
  const texts = Array.from(column.codes, (code) => column.levels[code]!);
  const order = asked ?? column.levels;
  const levels = order.filter((level) => texts.includes(level));
  const stray = texts.find((text) => !order.includes(text));
  if (stray !== undefined) {
    throw new KithpathError("unknown-level", `a level of "${name}" is not among those named`, {
      expected: order.join(", "),
      received: stray,
      where: { column: name },
    });
  }
  const values = Float64Array.from(texts, (text) => levels.indexOf(text));
  return { name, variable: name, values, reference: null, levels };
}

function refuseNotBinary(column: DesignColumn): void {
  const odd = column.values.find((value) => value !== 0 && value !== 1);
  if (odd !== undefined) {
    throw new KithpathError("not-binary", `"${column.name}" is not coded 0 and 1`, {
      expected: "0 or 1 in every row",
      received: String(odd),
      where: { column: column.name },
      remedy: "Recode the column, or leave the family gaussian.",
    });
  }
}

function refuseNotCounts(column: DesignColumn): void {
  const odd = column.values.find((value) => !(value >= 0) || !Number.isInteger(value));
  if (odd !== undefined) {
    throw new KithpathError("not-counts", `"${column.name}" holds a value that is not a count`, {
      expected: "0, 1, 2, … in every row",
      received: String(odd),
      where: { column: column.name },
    });
  }
}

function sameOutcome(code: string, outcome: DesignColumn): KithpathError {
  return new KithpathError(code, `the outcome "${outcome.name}" is the same for everybody`, {
    expected: "an outcome that differs between people",
    received: String(outcome.values[0]),
    where: { column: outcome.name },
  });
}
