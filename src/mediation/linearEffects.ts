import { writeDifferences } from "./effectKeys.ts";
import type { Parameters, Problem } from "./problem.ts";

/** Turns coefficients into effects; `weights` are the people over whom effects are standardised. */
export interface EffectsKernel {
  write(parameters: Parameters, weights: Float64Array, active: Int32Array, count: number, out: Float64Array): void;
}

/**
 * Closed forms for a linear outcome (VanderWeele 2015, section 2.2; several mediators: VanderWeele & Vansteelandt 2014).
 * With t₀, t₁ the contrasted exposures, m̄(t) the mean mediators at exposure t, a the mediators' slopes, b, d, c′ the outcome's:
 * PNDE = (c′ + d m̄(t₀))Δt, TNDE = (c′ + d m̄(t₁))Δt, TNIE = Σ aΔt (b + d t₁), PNIE = Σ aΔt (b + d t₀).
 */
export function linearEffects(problem: Problem): EffectsKernel {
  const { exposures: e, mediators: k, mediatorSize: q, firstMediator, from, to, controlledAt } = problem;
  const meanFrom = new Float64Array(k);
  const meanTo = new Float64Array(k);
  const specific = new Float64Array(k);

  const meanMediators = ({ alpha, means }: Parameters, at: Float64Array, into: Float64Array) => {
    for (let m = 0; m < k; m++) {
      let sum = alpha[m * q]!;
      for (let j = 0; j < e; j++) sum += alpha[m * q + 1 + j]! * at[j]!;
      for (let j = 1 + e; j < q; j++) sum += alpha[m * q + j]! * means[j]!;
      into[m] = sum;
    }
  };
  const slope = (beta: Float64Array, m: number, at: Float64Array) => {
    let sum = beta[firstMediator + m]!;
    if (problem.interaction) for (let j = 0; j < e; j++) sum += beta[firstMediator + k + m * e + j]! * at[j]!;
    return sum;
  };
  const direct = (beta: Float64Array, mediators: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < e; j++) {
      let coefficient = beta[1 + j]!;
      if (problem.interaction)
        for (let m = 0; m < k; m++) coefficient += beta[firstMediator + k + m * e + j]! * mediators[m]!;
      sum += coefficient * (to[j]! - from[j]!);
    }
    return sum;
  };
  const outcomeAt = (beta: Float64Array, at: Float64Array, mediators: Float64Array) => {
    let sum = 0;
    for (let j = 0; j < e; j++) sum += beta[1 + j]! * at[j]!;
    for (let m = 0; m < k; m++) sum += slope(beta, m, at) * mediators[m]!;
    return sum;
  };

  return {
    write(parameters, _weights, _active, _count, out) {
      const { beta } = parameters;
      meanMediators(parameters, from, meanFrom);
      meanMediators(parameters, to, meanTo);
      const scale = problem.outcomeScale;
      let totalIndirect = 0;
      let pureIndirect = 0;
      for (let m = 0; m < k; m++) {
        const moved = meanTo[m]! - meanFrom[m]!;
        specific[m] = scale * moved * slope(beta, m, to);
        totalIndirect += specific[m]!;
        pureIndirect += scale * moved * slope(beta, m, from);
      }
      const total = scale * (outcomeAt(beta, to, meanTo) - outcomeAt(beta, from, meanFrom));
      writeDifferences(
        total,
        scale * direct(beta, meanFrom),
        totalIndirect,
        scale * direct(beta, meanTo),
        pureIndirect,
        scale * direct(beta, controlledAt),
        specific,
        out,
      );
    },
  };
}
