import { KithpathError } from "../../errors.ts";

/** Measures of association that have an E-value. A standardised difference is a difference of means over the outcome's standard deviation. */
export type AssociationMeasure = "riskRatio" | "rateRatio" | "oddsRatio" | "hazardRatio" | "standardizedDifference";

export const associationMeasures: readonly AssociationMeasure[] = [
  "riskRatio",
  "rateRatio",
  "oddsRatio",
  "hazardRatio",
  "standardizedDifference",
];

/** Log risk ratio per standard deviation of a continuous outcome: the constant of VanderWeele & Ding (2017), after Chinn (2000). */
const logRatioPerDeviation = 0.91;

/**
 * The risk ratio that stands for an association (VanderWeele & Ding 2017, table 2): ratios as they are where the outcome is
 * rare; √OR for a common outcome; (1 − 0.5^√HR)/(1 − 0.5^√(1/HR)) for the hazard of a common event; exp(0.91·d).
 */
export function toRiskRatio(measure: AssociationMeasure, value: number, rareOutcome: boolean): number {
  if (measure === "standardizedDifference") return Math.exp(logRatioPerDeviation * value);
  if (measure === "oddsRatio" && !rareOutcome) return Math.sqrt(value);
  if (measure === "hazardRatio" && !rareOutcome) return hazardToRisk(value);
  return value;
}

/** 1 − 0.5^x by expm1, so that hazard ratios near 0 and ∞ keep their digits. */
function hazardToRisk(ratio: number): number {
  const halved = (x: number) => -Math.expm1(-Math.LN2 * x);
  return halved(Math.sqrt(ratio)) / halved(Math.sqrt(1 / ratio));
}

/**
 * The E-value of a risk ratio against a null risk ratio: r + √(r(r − 1)), r being their ratio or its inverse, whichever is at
 * least 1 (VanderWeele & Ding 2017).
 */
export function eValueOfRatio(ratio: number, nullRatio: number): number {
  const r = ratio >= nullRatio ? ratio / nullRatio : nullRatio / ratio;
  return r + Math.sqrt(r) * Math.sqrt(r - 1);
}

/** The E-value of the limit next to the null; 1 where the limits hold the null, `null` where that limit is missing. */
export function eValueOfLimits(
  ratio: number,
  lower: number | null,
  upper: number | null,
  nullRatio: number,
): number | null {
  const near = ratio >= nullRatio ? lower : upper;
  if (near === null) return null;
  const crossed = ratio >= nullRatio ? near <= nullRatio : near >= nullRatio;
  return crossed ? 1 : eValueOfRatio(near, nullRatio);
}

export function refuseOutside(caller: string, path: string, value: unknown, ratio: boolean): number {
  if (typeof value === "number" && Number.isFinite(value) && (!ratio || value > 0)) return value;
  throw new KithpathError("invalid-option", `${caller}: ${path} is not a possible value`, {
    expected: ratio ? "a finite number above 0" : "a finite number",
    received: String(value),
    where: { path },
  });
}
