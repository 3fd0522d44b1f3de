import { betaTailsAtLogOdds } from "./incompleteBeta.ts";
import { normalQuantile } from "./normal.ts";
import { logBeta, logBetaTerm } from "./saddlePoint.ts";
import { solveLogTail, type Target } from "./tails.ts";

function lowerPoint(logProbability: number, a: number, b: number): number {
  // I_x(a, b) ≤ e^(au)/(a B(a, b)) at log odds u bounds the root from the left
  const bound = (logProbability + Math.log(a) + logBeta(a, b)) / a;
  let guess = bound;
  if (a > 0.75 && b > 0.75) {
    const z = normalQuantile(logProbability, true);
    guess = Math.log((a - 0.5) / (b - 0.5)) + z * Math.sqrt(1 / (a - 0.5) + 1 / (b - 0.5));
  }
  return solveLogTail(
    (u) => {
      const { logLower } = betaTailsAtLogOdds(a, b, u);
      if (u < -650) return [logLower - logProbability, a];
      const term = logBetaTerm(a, b, 1 / (1 + Math.exp(-u)), 1 / (1 + Math.exp(u)));
      return [logLower - logProbability, Math.exp(term - logLower)];
    },
    Math.max(guess, bound),
    bound,
  );
}

/** The log odds log(x/(1 − x)) of the point where the wanted tail of the beta distribution has its probability. */
export function betaLogOdds(target: Pick<Target, "logProbability" | "lower">, a: number, b: number): number {
  return target.lower ? lowerPoint(target.logProbability, a, b) : -lowerPoint(target.logProbability, b, a);
}
