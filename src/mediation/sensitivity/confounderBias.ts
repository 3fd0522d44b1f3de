/** How effects on a scale are combined: by adding, by multiplying, or by adding logarithms of ratios. */
export type ScaleArithmetic = "difference" | "ratio" | "logRatio";

export function arithmeticOf(scale: string): ScaleArithmetic | null {
  if (scale === "proportion" || scale === "restrictedMeanProportion") return null;
  if (/^log[A-Z]/.test(scale)) return "logRatio";
  return scale.endsWith("Ratio") ? "ratio" : "difference";
}

/** P(U = 1) among the exposed and the unexposed with the same mediator and covariates. */
export interface ConfounderPrevalence {
  readonly exposed: number;
  readonly unexposed: number;
}

/**
 * What U adds to the direct effect (VanderWeele 2010, results 1 and 2): γδ on a difference scale; on a ratio scale the factor
 * (1 + (γ − 1)p₁)/(1 + (γ − 1)p₀). The indirect effect is off by as much the other way, U having no part in the total effect.
 */
export function directBias(
  arithmetic: ScaleArithmetic,
  outcomeEffect: number,
  { exposed, unexposed }: ConfounderPrevalence,
) {
  if (arithmetic === "difference") return outcomeEffect * (exposed - unexposed);
  const factor = (1 + (outcomeEffect - 1) * exposed) / (1 + (outcomeEffect - 1) * unexposed);
  return arithmetic === "ratio" ? factor : Math.log(factor);
}

/** The effect of U on the outcome that makes this bias at these prevalences; `null` where no effect can. */
export function outcomeEffectFor(
  arithmetic: ScaleArithmetic,
  bias: number,
  { exposed, unexposed }: ConfounderPrevalence,
): number | null {
  if (arithmetic === "difference")
    return exposed === unexposed ? (bias === 0 ? 0 : null) : bias / (exposed - unexposed);
  const factor = arithmetic === "ratio" ? bias : Math.exp(bias);
  if (factor === 1) return 1;
  const effect = 1 + (factor - 1) / (exposed - factor * unexposed);
  return Number.isFinite(effect) && effect > 0 ? effect : null;
}

/** Which way an effect moves with the bias of the direct effect; the total effect does not. */
export function biasDirection(effect: string): -1 | 0 | 1 | null {
  if (effect === "total") return 0;
  if (effect === "pureNaturalDirect" || effect === "totalNaturalDirect" || effect === "controlledDirect") return 1;
  return effect === "totalNaturalIndirect" || effect === "pureNaturalIndirect" ? -1 : null;
}

/** A value with the bias taken out. */
export function corrected(arithmetic: ScaleArithmetic, value: number, direction: number, bias: number): number {
  return arithmetic === "ratio" ? value * bias ** -direction : value - direction * bias;
}

/** The bias of the direct effect that takes a value to no effect. */
export function biasToNull(arithmetic: ScaleArithmetic, value: number, direction: number): number {
  return arithmetic === "ratio" ? value ** direction : direction * value;
}
