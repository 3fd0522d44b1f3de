import type { ProductOfNormals } from "../_inference/productOfNormals.ts";
import { KithpathError } from "../errors.ts";

/** Two paths as they are published. */
interface PublishedPaths {
  readonly a: number;
  readonly seA: number;
  readonly b: number;
  readonly seB: number;
  readonly covariance?: number;
  readonly correlation?: number;
}

/** The paths, checked, with the correlation of their errors. */
export function completeProduct(summary: PublishedPaths): ProductOfNormals {
  const { a, seA, b, seB, covariance, correlation } = summary;
  for (const name of ["a", "b"] as const) {
    if (!Number.isFinite(summary[name])) throw invalid(name, "a finite number", summary[name]);
  }
  for (const name of ["seA", "seB"] as const) {
    if (!(Number.isFinite(summary[name]) && summary[name] > 0)) throw invalid(name, "a number above 0", summary[name]);
  }
  if (covariance !== undefined && correlation !== undefined) {
    throw invalid("covariance", "either the covariance or the correlation of a and b", "both");
  }
  if (correlation !== undefined && !(Math.abs(correlation) <= 1)) {
    throw invalid("correlation", "a number from −1 to 1", correlation);
  }
  const together = correlation ?? (covariance ?? 0) / seA / seB;
  if (!(Math.abs(together) <= 1 + 1e-12)) {
    throw invalid("covariance", `a number from ${-seA * seB} to ${seA * seB} (seA × seB)`, covariance);
  }
  return { a, seA, b, seB, correlation: Math.max(-1, Math.min(1, together)) };
}

export function positiveOrAbsent(name: "dfA" | "dfB", df: number | undefined): number | null {
  if (df === undefined) return null;
  if (Number.isFinite(df) && df > 0) return df;
  throw invalid(name, "degrees of freedom above 0", df);
}

function invalid(name: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `indirectFromSummary: ${name} cannot be used`, {
    expected,
    received: String(received),
    where: { path: name },
  });
}
