import { KithpathError } from "../../errors.ts";
import { completeChoice, refuseUnknown } from "../../options.ts";
import {
  type AssociationMeasure,
  associationMeasures,
  eValueOfLimits,
  eValueOfRatio,
  refuseOutside,
  toRiskRatio,
} from "./riskRatioScale.ts";

export interface EValueOptions {
  readonly measure: AssociationMeasure;
  readonly estimate: number;
  /** Confidence limits on the scale of the measure; a missing limit is `null`. */
  readonly interval?: { readonly lower: number | null; readonly upper: number | null };
  /** For a standardised difference in place of limits: its standard error, for limits at 95 %. */
  readonly standardError?: number;
  /** For odds and hazard ratios: whether fewer than about 15 % have the outcome by the end of follow-up. Must be said. */
  readonly rareOutcome?: boolean;
  /** The value to be explained away, on the scale of the measure. Default: no association. */
  readonly nullValue?: number;
}

export interface EValue {
  readonly kind: "e-value";
  readonly measure: AssociationMeasure;
  /** The association as a risk ratio. */
  readonly riskRatio: number;
  readonly riskRatioInterval: { readonly lower: number | null; readonly upper: number | null } | null;
  /** Smallest risk ratio that U must have both with the exposure and with the outcome to move the estimate to the null. */
  readonly estimate: number;
  /** The same for the limit next to the null; 1 where the limits hold the null. `null` without limits. */
  readonly limit: number | null;
}

/** 0.91 × 1.96, rounded as VanderWeele & Ding (2017) print it. */
const logRatioPerStandardError = 1.78;

/**
 * How strongly an unmeasured cause U would have to be associated, on the risk ratio scale, with both exposure and outcome to
 * explain an association away, above and beyond the covariates already adjusted for. 1 is no strength at all.
 *
 * Ratios are taken as they are for a rare outcome; for a common one (more than about 15 %) an odds ratio is replaced by its
 * square root and a hazard ratio by (1 − 0.5^√HR)/(1 − 0.5^√(1/HR)); a standardised difference d by exp(0.91 d), with limits
 * exp(0.91 d ± 1.78 SE) if a standard error is given.
 *
 * Errors: "unknown-option", "invalid-option" (an estimate that is not a ratio, limits that do not hold the estimate),
 * "rarity-needed" (an odds or hazard ratio without `rareOutcome`).
 *
 * Source: VanderWeele & Ding (2017), Sensitivity analysis in observational research: introducing the E-value, table 2.
 * Checked against the same formulas in R and the paper's examples, to 1e-12.
 *
 * @example
 * ```ts
 * import { eValue } from "kithpath";
 * const maternal = eValue({ measure: "riskRatio", estimate: 3.9, interval: { lower: 1.8, upper: 8.7 } });
 * maternal.estimate; // 7.26
 * maternal.limit; // 3.00
 * ```
 */
export function eValue(options: EValueOptions): EValue {
  refuseUnknown("eValue", options, ["measure", "estimate", "interval", "standardError", "rareOutcome", "nullValue"]);
  if (options.measure === undefined) throw invalid("measure", associationMeasures.join(", "), options.measure);
  const measure = completeChoice("eValue", "measure", options.measure, associationMeasures, "riskRatio");
  const ratio = measure !== "standardizedDifference";
  const rare = completeRarity(measure, options.rareOutcome);
  const estimate = refuseOutside("eValue", "estimate", options.estimate, ratio);
  const nullValue = refuseOutside("eValue", "nullValue", options.nullValue ?? (ratio ? 1 : 0), ratio);
  const convert = (value: number) => toRiskRatio(measure, value, rare);
  const riskRatio = convert(estimate);
  const nullRatio = convert(nullValue);
  const limits = readLimits(options, measure, estimate, convert);
  return {
    kind: "e-value",
    measure,
    riskRatio,
    riskRatioInterval: limits,
    estimate: eValueOfRatio(riskRatio, nullRatio),
    limit: limits === null ? null : eValueOfLimits(riskRatio, limits.lower, limits.upper, nullRatio),
  };
}

function completeRarity(measure: AssociationMeasure, rare: boolean | undefined): boolean {
  if (rare !== undefined && typeof rare !== "boolean") throw invalid("rareOutcome", "true or false", rare);
  if (rare !== undefined || (measure !== "oddsRatio" && measure !== "hazardRatio")) return rare ?? true;
  throw new KithpathError("rarity-needed", `eValue: the E-value of this measure depends on how common the outcome is`, {
    expected: "rareOutcome: true or false",
    received: "nothing",
    where: { path: "rareOutcome" },
    remedy: "Say true if fewer than about 15 in 100 have the outcome by the end of follow-up, otherwise false.",
  });
}

function readLimits(
  options: EValueOptions,
  measure: AssociationMeasure,
  estimate: number,
  convert: (value: number) => number,
): { lower: number | null; upper: number | null } | null {
  const { interval, standardError } = options;
  const ratio = measure !== "standardizedDifference";
  if (interval !== undefined && standardError !== undefined)
    throw invalid("standardError", "either interval or standardError", "both");
  if (standardError !== undefined) {
    if (ratio) throw invalid("standardError", "interval: a ratio has no symmetric limits", standardError);
    if (!(standardError >= 0 && Number.isFinite(standardError)))
      throw invalid("standardError", "a finite number, 0 or more", standardError);
    const half = logRatioPerStandardError * standardError;
    const middle = Math.log(convert(estimate));
    return { lower: Math.exp(middle - half), upper: Math.exp(middle + half) };
  }
  if (interval === undefined) return null;
  if (typeof interval !== "object" || interval === null) throw invalid("interval", "{ lower, upper }", interval);
  const { lower, upper } = interval;
  if (lower != null) refuseOutside("eValue", "interval.lower", lower, ratio && lower !== 0);
  if (upper != null) refuseOutside("eValue", "interval.upper", upper, ratio);
  if ((lower != null && lower > estimate) || (upper != null && upper < estimate))
    throw invalid("interval", "limits on either side of the estimate", `${lower} to ${upper} around ${estimate}`);
  return { lower: lower == null ? null : convert(lower), upper: upper == null ? null : convert(upper) };
}

function invalid(path: string, expected: string, received: unknown): KithpathError {
  return new KithpathError("invalid-option", `eValue: ${path} cannot be read`, {
    expected,
    received: String(received),
    where: { path },
  });
}
