import { testedEstimate } from "../_models/coefficientTable.ts";
import {
  type CoefficientUncertainty,
  combinationFreedom,
  kenwardRogerTest,
  satterthwaiteTest,
  waldF,
} from "../_models/repeatedInference.ts";
import { pValueOfF } from "../_numeric/distributions/index.ts";
import { innerProduct, quadraticForm } from "../_numeric/matrix.ts";
import type { DesignColumn } from "../design.ts";
import { KithpathError } from "../errors.ts";
import type { TestedEstimate } from "../estimate.ts";

export type RepeatedFreedom = "satterthwaite" | "kenward-roger" | "residual";

/** All coefficients of one term against 0. */
export interface RepeatedTermTest {
  readonly term: string;
  /** F; `null`, with `df2` and `pValue`, where Kenward and Roger's has no approximation. */
  readonly statistic: number | null;
  /** The number of its coefficients. */
  readonly df1: number;
  readonly df2: number | null;
  readonly pValue: number | null;
}

/** A sum of coefficients, each times its weight, against 0. */
export interface RepeatedContrast extends TestedEstimate {
  readonly contrast: string;
  readonly weights: Readonly<Record<string, number>>;
}

export type ContrastWeights = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A fitted model as its tests see it. */
interface Tested {
  readonly columns: readonly DesignColumn[];
  readonly coefficients: Float64Array;
  readonly uncertainty: CoefficientUncertainty;
  readonly freedom: RepeatedFreedom;
  /** Rows less coefficients. */
  readonly residualFreedom: number;
}

export function coefficientFreedoms(tested: Tested): Float64Array {
  return tested.coefficients.map((_, k) => {
    const weights = new Float64Array(tested.coefficients.length);
    weights[k] = 1;
    return freedomAlong(tested, weights);
  });
}

function freedomAlong({ freedom, residualFreedom, uncertainty }: Tested, weights: Float64Array): number {
  return freedom === "residual" ? residualFreedom : combinationFreedom(uncertainty, weights);
}

/** One test per term, in their order. */
export function repeatedTermTests(tested: Tested): RepeatedTermTest[] {
  const places = new Map<string, number[]>();
  tested.columns.forEach(({ variable }, k) => {
    if (k > 0) places.set(variable, [...(places.get(variable) ?? []), k]);
  });
  return [...places].map(([term, own]) => {
    const test = jointTest(tested, own);
    const df1 = own.length;
    if (test === null) return { term, statistic: null, df1, df2: null, pValue: null };
    const { statistic, freedom } = test;
    const pValue = pValueOfF(statistic, df1, freedom);
    return { term, statistic, df1, df2: freedom, pValue };
  });
}

function jointTest(
  { freedom, uncertainty, coefficients, residualFreedom }: Tested,
  places: readonly number[],
): { statistic: number; freedom: number } | null {
  if (freedom === "satterthwaite") return satterthwaiteTest(uncertainty, coefficients, places);
  if (freedom === "kenward-roger") return kenwardRogerTest(uncertainty, coefficients, places);
  const statistic = waldF(uncertainty.covariance, coefficients, places);
  return statistic === null ? null : { statistic, freedom: residualFreedom };
}

/** Errors: "invalid-option", "unknown-coefficient". */
export function repeatedContrasts(
  caller: string,
  tested: Tested,
  asked: ContrastWeights,
  level: number,
): RepeatedContrast[] {
  const names = tested.columns.map(({ name }) => name);
  return Object.entries(asked).map(([contrast, given]) => {
    const weights = new Float64Array(names.length);
    for (const [name, weight] of Object.entries(given ?? {})) {
      const place = names.indexOf(name);
      if (place < 0) {
        throw new KithpathError("unknown-coefficient", `${caller}: the contrast "${contrast}" names no coefficient`, {
          expected: `names among ${names.map((known) => `"${known}"`).join(", ")}`,
          received: `"${name}"`,
        });
      }
      weights[place] = weight;
    }
    if (!weights.every(Number.isFinite) || weights.every((weight) => weight === 0)) {
      throw new KithpathError("invalid-option", `${caller}: the contrast "${contrast}" has no usable weights`, {
        expected: "a number for each coefficient that it takes, not all 0",
        received: JSON.stringify(given) ?? "nothing",
      });
    }
    const estimate = innerProduct(weights, 0, tested.coefficients, 0, weights.length);
    const standardError = Math.sqrt(quadraticForm(tested.uncertainty.covariance, weights));
    const df = freedomAlong(tested, weights);
    return { contrast, weights: { ...given }, ...testedEstimate(estimate, standardError, df, level) };
  });
}

/** Kenward and Roger's correction is for REML and covariances that are sums of parameters. Error: "invalid-option". */
export function refuseRoger(caller: string, freedom: RepeatedFreedom, restricted: boolean, linear: boolean): void {
  if (freedom !== "kenward-roger" || (restricted && linear)) return;
  throw new KithpathError("invalid-option", `${caller}: "kenward-roger" does not go with the other choices`, {
    expected: 'method "REML" and correlation "unstructured" or "compound-symmetry"',
    received: restricted ? "another correlation" : 'method "ML"',
    remedy: 'Use degreesOfFreedom "satterthwaite".',
  });
}
