import type { MixedFit } from "../_models/mixed.ts";
import { satterthwaiteInference } from "../_models/mixedFreedom.ts";
import { type MixedInference, normalInference } from "../_models/mixedInference.ts";
import { kenwardRogerInference } from "../_models/mixedRoger.ts";
import { chiSquareUpper, fUpper } from "../_numeric/distributions/index.ts";
import type { DesignColumn } from "../design.ts";

export type DegreesOfFreedom = "satterthwaite" | "kenward-roger" | "normal";

/** All coefficients of one term against 0. */
export interface TermTest {
  readonly term: string;
  /** F; `null`, with `pValue`, where it has no approximation. */
  readonly statistic: number | null;
  /** The number of its coefficients. */
  readonly df1: number;
  /** `null` where the variances are taken as known: the statistic times `df1` is then chi-square. */
  readonly df2: number | null;
  readonly pValue: number | null;
}

/** The tests asked for, and those used: by the normal distribution where the degrees of freedom are not defined. */
export function chooseInference(
  fit: MixedFit,
  asked: DegreesOfFreedom,
): { inference: MixedInference; used: DegreesOfFreedom } {
  const inference =
    asked === "satterthwaite"
      ? satterthwaiteInference(fit.parts)
      : asked === "kenward-roger"
        ? kenwardRogerInference(fit.parts, fit.shape)
        : null;
  return inference === null ? { inference: normalInference(fit.parts), used: "normal" } : { inference, used: asked };
}

/** One test per term, in their order; columns come with the intercept first. */
export function termTests(columns: readonly DesignColumn[], inference: MixedInference): TermTest[] {
  const places = new Map<string, number[]>();
  columns.forEach(({ variable }, k) => {
    if (k > 0) places.set(variable, [...(places.get(variable) ?? []), k]);
  });
  return [...places].map(([term, own]) => {
    const df1 = own.length;
    const test = inference.jointTest(own);
    if (test === null) return { term, statistic: null, df1, df2: null, pValue: null };
    const { statistic, freedom } = test;
    const tail = freedom === null ? chiSquareUpper(statistic * df1, df1) : fUpper(statistic, df1, freedom);
    return { term, statistic, df1, df2: freedom, pValue: Math.max(Number.MIN_VALUE, tail) };
  });
}
