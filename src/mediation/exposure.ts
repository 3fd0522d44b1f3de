import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import { refuseUnknown } from "../options.ts";
import { type CategoryColumn, categoriesOf, columnOf, type Table } from "../table.ts";
import type { ExposureSpec } from "./spec.ts";

/** The exposure in the rows analysed: its design columns and the two places between which effects are contrasts. */
export interface Exposure {
  readonly column: string;
  readonly kind: "binary" | "category" | "number";
  readonly from: string | number;
  readonly to: string | number;
  /** The first column is the one whose coefficient is a path. */
  readonly columns: readonly DesignColumn[];
  readonly fromValues: Float64Array;
  readonly toValues: Float64Array;
}

/** Reads the exposure of a complete table. Errors: "not-two-arms", "unknown-level", "one-arm", "invalid-option". */
export function readExposure(table: Table, spec: ExposureSpec): Exposure {
  if (typeof spec === "string") return twoValued(table, spec);
  refuseUnknown("exposure", spec, ["column", "treated", "reference", "from", "to"]);
  if ("treated" in spec && "reference" in spec) return levels(table, spec.column, spec.reference, spec.treated);
  if (!("from" in spec && "to" in spec)) {
    throw new KithpathError("invalid-option", "the exposure does not say what is contrasted", {
      expected: "{ column, from, to } or { column, treated, reference }",
      received: JSON.stringify(spec),
      where: { path: "exposure" },
    });
  }
  const column = columnOf(table, spec.column);
  if (column.kind === "category") return levels(table, spec.column, spec.from, spec.to);
  return numberContrast(spec.column, column.values, spec.from, spec.to);
}

function twoValued(table: Table, name: string): Exposure {
  const category = categoriesOf(table, name);
  const present = presentCodes(category);
  if (present.length !== 2) {
    throw new KithpathError("not-two-arms", `the exposure "${name}" does not hold two values`, {
      expected: "two different values among the complete rows",
      received: `${present.length}: ${present
        .slice(0, 6)
        .map((code) => category.levels[code])
        .join(", ")}`,
      where: { column: name },
      remedy: `Say what is contrasted: { column: "${name}", from: …, to: … } for a number, { column: "${name}", treated: …, reference: … } for levels.`,
    });
  }
  const column = columnOf(table, name);
  if (column.kind === "category")
    return levels(table, name, category.levels[present[0]!]!, category.levels[present[1]!]!);
  const [from, to] = [Math.min(...minMax(column.values)), Math.max(...minMax(column.values))];
  return {
    column: name,
    kind: "binary",
    from,
    to,
    columns: [{ name, variable: name, values: column.values, reference: null }],
    fromValues: Float64Array.of(from),
    toValues: Float64Array.of(to),
  };
}

function minMax(values: Float64Array): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

function numberContrast(name: string, values: Float64Array, from: unknown, to: unknown): Exposure {
  if (
    typeof from !== "number" ||
    typeof to !== "number" ||
    !Number.isFinite(from) ||
    !Number.isFinite(to) ||
    from === to
  ) {
    throw new KithpathError("invalid-option", `the contrast of "${name}" is not between two numbers`, {
      expected: "two different finite numbers",
      received: `from ${String(from)} to ${String(to)}`,
      where: { column: name, path: "exposure" },
    });
  }
  const [low, high] = minMax(values);
  if (low === high) {
    throw new KithpathError("one-arm", `the exposure "${name}" has one value only among the complete rows`, {
      expected: "at least two different values",
      received: String(low),
      where: { column: name },
    });
  }
  return {
    column: name,
    kind: "number",
    from,
    to,
    columns: [{ name, variable: name, values, reference: null }],
    fromValues: Float64Array.of(from),
    toValues: Float64Array.of(to),
  };
}

function levels(table: Table, name: string, reference: string | number, treated: string | number): Exposure {
  const category = categoriesOf(table, name);
  const present = presentCodes(category);
  const baseline = codeOf(category, reference);
  const exposed = codeOf(category, treated);
  if (baseline === exposed) {
    throw new KithpathError("not-two-arms", "treated and reference are the same value", {
      expected: "two different values",
      received: String(treated),
      where: { column: name },
    });
  }
  for (const code of [baseline, exposed]) {
    if (!present.includes(code)) {
      throw new KithpathError(
        "one-arm",
        `nobody with complete rows has "${name}" equal to "${category.levels[code]}"`,
        {
          expected: "people at both values of the exposure",
          received: present.map((there) => category.levels[there]).join(", "),
          where: { column: name },
          remedy: "Look at the missing values: they remove one arm entirely.",
        },
      );
    }
  }
  const others = present.filter((code) => code !== baseline && code !== exposed);
  const columns = [exposed, ...others].map((code) => ({
    name: `${name}: ${category.levels[code]}`,
    variable: name,
    values: Float64Array.from(category.codes, (found) => (found === code ? 1 : 0)),
    reference: category.levels[baseline]!,
  }));
  const toValues = new Float64Array(columns.length);
  toValues[0] = 1;
  return {
    column: name,
    kind: others.length === 0 ? "binary" : "category",
    from: reference,
    to: treated,
    columns,
    fromValues: new Float64Array(columns.length),
    toValues,
  };
}

function presentCodes(column: CategoryColumn): number[] {
  const found = new Set(column.codes);
  return column.levels.map((_, code) => code).filter((code) => found.has(code));
}

function codeOf(column: CategoryColumn, value: string | number): number {
  const code = column.levels.indexOf(String(value));
  if (code >= 0) return code;
  throw new KithpathError("unknown-level", `column "${column.name}" has no value "${value}"`, {
    expected: `one of ${column.levels.slice(0, 10).join(", ")}`,
    received: String(value),
    where: { column: column.name },
  });
}
