import { KithpathError } from "../errors.ts";
import type { Result } from "../estimate.ts";
import { version } from "../version.ts";

/**
 * A result as JSON text: two-space indentation, keys in the result's order, headed by the schema's name and the library's
 * version.
 * Every number is written so that reading it back gives the same double.
 *
 * Errors: "not-a-number" if a result holds NaN or an infinity, which no result of this library does.
 *
 * @example
 * ```ts
 * import { pairedT, toJson } from "kithpath";
 * const text = toJson(pairedT({ before: [3, 5, 4, 6], after: [5, 6, 7, 9] }));
 * JSON.parse(text).estimate; // 2.25
 * ```
 */
export function toJson(result: Pick<Result, "kind">): string {
  const document = { schema: `kithpath.${result.kind}/1`, kithpathVersion: version, ...result };
  return `${JSON.stringify(document, refuseNonFinite, 2)}\n`;
}

function refuseNonFinite(key: string, value: unknown): unknown {
  if (typeof value === "number" && !Number.isFinite(value)) {
    throw new KithpathError("not-a-number", `the result's "${key}" is not a finite number`, {
      expected: "a finite number or null",
      received: String(value),
      remedy: "This is a fault of the library: please report it with the data that led to it.",
    });
  }
  return value;
}
