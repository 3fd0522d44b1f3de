import type { Parameters, Problem } from "./problem.ts";
import type { Regimes } from "./system/regimes.ts";

/**
 * Closed forms for linear models of parallel mediators (VanderWeele 2015, section 2.2; VanderWeele & Vansteelandt 2014): with
 * m̄(s) the mean mediators at exposure s, E[Y(t, M(s))] = c′t + (b + dt)m̄(s) + what does not depend on t and s. The two
 * controlled means come last.
 */
export function linearMeans(problem: Problem, regimes: Regimes): (parameters: Parameters, out: Float64Array) => void {
  const { exposures: e, mediators: k, mediatorSize: q, firstMediator, interaction, controlledAt } = problem;
  const at = [problem.from, problem.to] as const;
  const means = new Float64Array(2 * k);
  const slopes = new Float64Array(2 * k);
  const direct = new Float64Array(2);

  return ({ alpha, beta, means: covariates }, out) => {
    for (let u = 0; u < 2; u++) {
      let sum = 0;
      for (let j = 0; j < e; j++) sum += beta[1 + j]! * at[u]![j]!;
      direct[u] = sum;
      for (let m = 0; m < k; m++) {
        let mean = alpha[m * q]!;
        for (let j = 0; j < e; j++) mean += alpha[m * q + 1 + j]! * at[u]![j]!;
        for (let j = 1 + e; j < q; j++) mean += alpha[m * q + j]! * covariates[j]!;
        means[2 * m + u] = mean;
        let slope = beta[firstMediator + m]!;
        if (interaction) for (let j = 0; j < e; j++) slope += beta[firstMediator + k + m * e + j]! * at[u]![j]!;
        slopes[2 * m + u] = slope;
      }
    }
    for (let r = 0; r < regimes.all.length; r++) {
      const { outcome, mediators } = regimes.all[r]!;
      let sum = direct[outcome]!;
      for (let m = 0; m < k; m++) sum += slopes[2 * m + outcome]! * means[2 * m + mediators[m]!]!;
      out[r] = sum;
    }
    for (let u = 0; u < 2; u++) {
      let sum = direct[u]!;
      for (let m = 0; m < k; m++) sum += slopes[2 * m + u]! * controlledAt[m]!;
      out[regimes.all.length + u] = sum;
    }
  };
}
