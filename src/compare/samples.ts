import { KithpathError } from "../errors.ts";
import type { DroppedReason, Ledger } from "../estimate.ts";
import { refuseUnknown } from "../options.ts";

/** One number per person; `null`, `undefined` and NaN are missing. */
export type Values = ArrayLike<number | null | undefined>;

export interface Pairs {
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly dropped: Ledger;
}

/**
 * The complete pairs of `before` and `after`, matched by place.
 * Errors: "not-numeric", "infinite-value", "length-mismatch", "too-few-rows" below two pairs.
 */
export function completePairs(caller: string, given: { readonly before: Values; readonly after: Values }): Pairs {
  refuseUnknown(caller, given, ["before", "after"]);
  const first = numbers(caller, "before", given.before);
  const second = numbers(caller, "after", given.after);
  if (first.length !== second.length) {
    throw new KithpathError("length-mismatch", `${caller}: before and after have different lengths`, {
      expected: `${first.length} values after, one per value before`,
      received: String(second.length),
      remedy: "Give both one value per person in the same order, null where it is missing.",
    });
  }
  const rows = [...first.keys()].filter((row) => !Number.isNaN(first[row]!) && !Number.isNaN(second[row]!));
  const missingBefore = first.filter(Number.isNaN).length;
  const reasons = [
    missing("before", missingBefore),
    missing("after", first.length - rows.length - missingBefore),
  ].flat();
  refuseFewerThanTwo(caller, "complete pairs", rows.length);
  return {
    before: Float64Array.from(rows, (row) => first[row]!),
    after: Float64Array.from(rows, (row) => second[row]!),
    dropped: { rowsIn: first.length, rowsUsed: rows.length, reasons },
  };
}

interface TwoSamples {
  readonly treated: Float64Array;
  readonly reference: Float64Array;
  readonly dropped: Ledger;
}

/** The values present in two groups. Errors: "not-numeric", "infinite-value", "too-few-rows" below two in a group. */
export function completeSamples(
  caller: string,
  given: { readonly treated: Values; readonly reference: Values },
): TwoSamples {
  refuseUnknown(caller, given, ["treated", "reference"]);
  const [treated, reference] = (["treated", "reference"] as const).map((name) => {
    const all = numbers(caller, name, given[name]);
    const present = all.filter((value) => !Number.isNaN(value));
    refuseFewerThanTwo(caller, `values in ${name}`, present.length);
    return { present, missing: all.length - present.length, rows: all.length };
  }) as [Sample, Sample];
  return {
    treated: treated.present,
    reference: reference.present,
    dropped: {
      rowsIn: treated.rows + reference.rows,
      rowsUsed: treated.present.length + reference.present.length,
      reasons: [missing("treated", treated.missing), missing("reference", reference.missing)].flat(),
    },
  };
}

interface Sample {
  readonly present: Float64Array;
  readonly missing: number;
  readonly rows: number;
}

function missing(variable: string, rows: number): DroppedReason[] {
  return rows === 0 ? [] : [{ reason: "missing", variable, rows }];
}

function numbers(caller: string, name: string, values: Values): Float64Array {
  if (typeof values !== "object" || values === null || typeof values.length !== "number") {
    throw new KithpathError("not-numeric", `${caller}: ${name} is not an array of numbers`, {
      expected: "an array of numbers, null where missing",
      received: values === null ? "null" : typeof values,
    });
  }
  return Float64Array.from({ length: values.length }, (_, row) => {
    const value: unknown = values[row];
    if (value === null || value === undefined) return Number.NaN;
    if (typeof value === "number" && (Number.isFinite(value) || Number.isNaN(value))) return value;
    const infinite = typeof value === "number";
    throw new KithpathError(
      infinite ? "infinite-value" : "not-numeric",
      `${caller}: ${name} holds ${infinite ? "an infinite value" : "something that is not a number"}`,
      { expected: "a finite number, or null where it is missing", received: String(value), where: { row: row + 1 } },
    );
  });
}

function refuseFewerThanTwo(caller: string, what: string, count: number): void {
  if (count >= 2) return;
  throw new KithpathError("too-few-rows", `${caller}: too few ${what}`, {
    expected: "at least 2",
    received: String(count),
    remedy: "Look at the missing values.",
  });
}
