import { type JointSignificance, jointSignificance } from "../_inference/jointSignificance.ts";
import { type ProductOfNormals, productInterval } from "../_inference/productOfNormals.ts";
import { testedEstimate } from "../_models/coefficientTable.ts";
import type { Interval, Note, Resampled, TestedEstimate } from "../estimate.ts";
import { completeChoice, completeInteger, completeLevel, refuseUnknown } from "../options.ts";
import {
  drawProducts,
  errorOfLimits,
  exactInference,
  inferenceOfDraws,
  normalInference,
  type SummaryInference,
  type SummaryMethod,
} from "./summaryMethods.ts";
import { completeProduct, positiveOrAbsent } from "./summaryPaths.ts";

export interface IndirectSummary {
  /** Exposure → mediator, and its standard error. */
  readonly a: number;
  readonly seA: number;
  /** Mediator → outcome given the exposure, and its standard error. */
  readonly b: number;
  readonly seB: number;
  /** Of the errors of a and b; at most one of the two. Default 0: separate linear regressions of one sample. */
  readonly covariance?: number;
  readonly correlation?: number;
  /** Residual degrees of freedom of the two regressions: the paths are then tested by t instead of the normal. */
  readonly dfA?: number;
  readonly dfB?: number;
  /** Confidence level. Default 0.95. */
  readonly level?: number;
  /**
   * "product-distribution" (default): quantiles of the exact distribution of the product. "delta": Sobel's first-order
   * standard error; "second-order": Aroian's; "unbiased": Goodman's; each with normal limits. "monte-carlo": percentiles
   * of drawn products.
   */
  readonly method?: SummaryMethod;
  /** Of the Monte Carlo method. Default 100 000 draws, seed 1. */
  readonly draws?: number;
  readonly seed?: number;
}

export interface IndirectFromSummary extends SummaryInference {
  readonly kind: "indirect-from-summary";
  /** a·b. */
  readonly estimate: number;
  readonly inference: { readonly method: SummaryMethod };
  readonly paths: { readonly a: TestedEstimate; readonly b: TestedEstimate };
  readonly correlation: number;
  /** Both paths tested one by one; its p is the larger of theirs. */
  readonly jointSignificance: JointSignificance;
  /** With "monte-carlo": seed, draws, and how much the limits would move with another seed. */
  readonly resampled:
    | (Resampled & { readonly errorOfLimits: { readonly lower: number; readonly upper: number } })
    | null;
  readonly level: number;
  readonly notes: readonly Note[];
  readonly method: string;
}

const known = ["a", "seA", "b", "seB", "covariance", "correlation", "dfA", "dfB", "level", "method", "draws", "seed"];
const methods = ["product-distribution", "delta", "second-order", "unbiased", "monte-carlo"] as const;
const inWords: Record<SummaryMethod, string> = {
  "product-distribution": "limits from the exact distribution of the product of two normal estimates",
  delta: "Sobel's first-order standard error and normal limits",
  "second-order": "Aroian's second-order standard error and normal limits",
  unbiased: "Goodman's unbiased standard error and normal limits",
  "monte-carlo": "percentiles of products drawn from the normal distributions of the paths",
};

/**
 * The indirect effect a·b and its limits from published paths and their standard errors, when the data are not at hand.
 *
 * a and seA are in units of the mediator per unit of exposure, b and seB in units of the outcome per unit of the
 * mediator; the effect is in units of the outcome per unit of exposure. Both paths must be on linear scales (differences in
 * means): with a logit outcome a·b is a log odds ratio that is not collapsible. The p-value of "product-distribution" and
 * "monte-carlo" inverts their interval, and is never 0; `statistic` is null there. Everything is computed at once: no promise.
 *
 * Errors: "unknown-option", "invalid-option" (a number that is none, a standard error that is not positive, a correlation
 * beyond 1, covariance and correlation both given).
 *
 * Sources: Sobel (1982); Aroian (1947); Goodman (1960); Craig (1936) and MacKinnon, Fritz, Williams & Lockwood (2007) for the
 * product; MacKinnon, Lockwood & Williams (2004) for Monte Carlo; MacKinnon et al. (2002) for joint significance.
 * Checked against R 4.2.2 (Sobel, Aroian, Goodman to 8 digits; numerical integration to 6) and mpmath (12 digits).
 *
 * @example
 * ```ts
 * import { indirectFromSummary } from "kithpath";
 * // mentoring → connection 0.39 (SE 0.13), connection → wellbeing 0.26 (SE 0.11)
 * const published = indirectFromSummary({ a: 0.39, seA: 0.13, b: 0.26, seB: 0.11 });
 * published.estimate; // 0.1014
 * published.interval; // 0.0113 to 0.2295
 * published.jointSignificance.pValue; // the weaker path's p
 * ```
 */
export function indirectFromSummary(summary: IndirectSummary): IndirectFromSummary {
  refuseUnknown("indirectFromSummary", summary, known);
  const level = completeLevel("indirectFromSummary", summary.level);
  const method = completeChoice("indirectFromSummary", "method", summary.method, methods, "product-distribution");
  const product = completeProduct(summary);
  const seed = completeInteger("indirectFromSummary", "seed", summary.seed, 0, Number.MAX_SAFE_INTEGER, 1);
  const count = completeInteger("indirectFromSummary", "draws", summary.draws, 2, 10_000_000, 100_000);
  const draws = method === "monte-carlo" ? drawProducts(product, count, seed) : null;
  const inference =
    draws !== null
      ? inferenceOfDraws(draws, level)
      : method === "product-distribution" || method === "monte-carlo"
        ? exactInference(product, level)
        : normalInference(product, method, level);
  const paths = {
    a: testedEstimate(product.a, product.seA, positiveOrAbsent("dfA", summary.dfA), level),
    b: testedEstimate(product.b, product.seB, positiveOrAbsent("dfB", summary.dfB), level),
  };
  const joint = jointSignificance(paths.a.pValue, paths.b.pValue);
  return {
    kind: "indirect-from-summary",
    estimate: product.a * product.b,
    ...inference,
    inference: { method },
    paths,
    correlation: product.correlation,
    jointSignificance: joint,
    resampled:
      draws === null
        ? null
        : {
            seed,
            draws: { requested: count, used: draws.used, failed: draws.failed },
            errorOfLimits: errorOfLimits(draws, level),
          },
    level,
    notes: notesOf(product, method, inference, joint, level),
    method: `Indirect effect from two published paths, ${inWords[method]}`,
  };
}

function notesOf(
  product: ProductOfNormals,
  method: SummaryMethod,
  inference: SummaryInference,
  joint: JointSignificance,
  level: number,
): Note[] {
  const notes: Note[] = [];
  if (inference.interval === null) {
    notes.push({
      code: "negative-variance",
      text: "Goodman's unbiased variance is not positive here: it has no standard error and no limits. Use the distribution of the product.",
    });
    return notes;
  }
  const excluded = excludesZero(inference.interval);
  if (method !== "product-distribution" && excluded !== excludesZero(productInterval(product, level))) {
    notes.push({
      code: "exact-limits-differ",
      text: `These limits ${excluded ? "exclude" : "include"} 0 and those of the exact distribution of the product do not agree: the product of two estimates is not normal.`,
    });
  }
  if (excluded !== joint.pValue < 1 - level) {
    notes.push({
      code: "joint-significance-differs",
      text: `The limits ${excluded ? "exclude" : "include"} 0 while the test of both paths one by one says otherwise (p = ${joint.pValue.toPrecision(3)}): the evidence is on the border.`,
    });
  }
  return notes;
}

function excludesZero({ lower, upper }: Interval): boolean {
  return lower! > 0 || upper! < 0;
}
