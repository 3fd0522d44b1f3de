/** The scale on which limits of a survival are symmetric: log(−log S), log S, or S itself. */
export type SurvivalLimits = "log-log" | "log" | "plain";

export const survivalLimitChoices: readonly SurvivalLimits[] = ["log-log", "log", "plain"];

/**
 * Pointwise limits of a survival probability, inside [0, 1]; null once the survival is 0.
 * `z` is the normal quantile of the level. Log-log: Kalbfleisch and Prentice (1980), section 1.3.
 */
export function survivalLimits(
  survival: number,
  error: number | null,
  z: number,
  scale: SurvivalLimits,
): { lower: number | null; upper: number | null } {
  if (error === null || survival <= 0) return { lower: null, upper: null };
  if (survival === 1) return { lower: 1, upper: 1 };
  if (scale === "plain") {
    return { lower: Math.max(0, survival - z * error), upper: Math.min(1, survival + z * error) };
  }
  if (scale === "log") {
    const factor = Math.exp((z * error) / survival);
    return { lower: survival / factor, upper: Math.min(1, survival * factor) };
  }
  const power = Math.exp((z * error) / (survival * -Math.log(survival)));
  return { lower: survival ** power, upper: survival ** (1 / power) };
}

/** The scale of limits of a cumulative incidence F: log(−log(1 − F)), which gives 1 − Kaplan–Meier's where nothing competes, or F itself. */
export type IncidenceLimits = "log-log" | "plain";

export const incidenceLimitChoices: readonly IncidenceLimits[] = ["log-log", "plain"];

/** Pointwise limits of a cumulative incidence. At 0 and at 1 its error is 0 and both limits equal it, as for a survival of 1. */
export function incidenceLimits(
  incidence: number,
  error: number,
  z: number,
  scale: IncidenceLimits,
): { lower: number; upper: number } {
  if (incidence <= 0 || incidence >= 1) return { lower: incidence, upper: incidence };
  if (scale === "plain") {
    return { lower: Math.max(0, incidence - z * error), upper: Math.min(1, incidence + z * error) };
  }
  const logSurvival = Math.log1p(-incidence);
  const power = Math.exp((z * error) / ((1 - incidence) * -logSurvival));
  return { lower: -Math.expm1(logSurvival / power), upper: -Math.expm1(logSurvival * power) };
}
