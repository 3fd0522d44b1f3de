import { normalQuantileUpper } from "../../_numeric/distributions/index.ts";
import { KithpathError } from "../../errors.ts";
import type { Estimate, Result } from "../../estimate.ts";
import { completeChoice, refuseUnknown } from "../../options.ts";
import type { Data } from "../../table.ts";
import type { MediateSpec } from "../spec.ts";
import { binaryMediator } from "./binaryMediator.ts";
import { continuousMediator, type DeviationsCount } from "./continuousMediator.ts";
import { deltaStandardErrors, numericGradients } from "./influence.ts";
import type { ErrorCorrelationKernel } from "./jointAnalysis.ts";
import { type ReadJoint, readJoint } from "./readJoint.ts";
import { zeroCrossing } from "./zeroCrossing.ts";

export interface ErrorCorrelationOptions {
  /** Error correlations strictly between −1 and 1. Default −0.9, −0.8, …, 0.9. */
  readonly rho?: readonly number[];
  /**
   * How the residual deviations of linear models count in the limits: "estimated" (default) like every other parameter;
   * "seemingly-unrelated" as known numbers (divisor n − 1), as in Imai, Keele & Yamamoto (2010), too narrow away from ρ = 0.
   */
  readonly deviations?: DeviationsCount;
}

const effectNames = [
  "total",
  "pureNaturalDirect",
  "totalNaturalIndirect",
  "totalNaturalDirect",
  "pureNaturalIndirect",
] as const;

type CorrelatedEffect = (typeof effectNames)[number];

export interface ErrorCorrelationPoint {
  readonly rho: number;
  /** ρ²: the share of what is left unexplained of mediator and of outcome that a common cause explains, if equal in both. */
  readonly residualRSquared: number;
  /** The product of these shares as shares of the whole variances: ρ²(1 − R²_M)(1 − R²_Y). */
  readonly totalRSquared: number;
  readonly effects: Readonly<Record<CorrelatedEffect, Estimate>>;
}

export interface ErrorCorrelationZero {
  readonly effect: Exclude<CorrelatedEffect, "total">;
  /** The error correlation (nearest to 0) at which the effect would be 0; `null` where there is none in the range looked at. */
  readonly rho: number | null;
  readonly residualRSquared: number | null;
  readonly totalRSquared: number | null;
  /** The correlations around it at which the limits hold 0; an end that is not reached is `null`. `null` where the limits never hold 0. */
  readonly holdsZero: { readonly lower: number | null; readonly upper: number | null } | null;
}

export interface ErrorCorrelationSensitivity extends Result {
  readonly kind: "error-correlation-sensitivity";
  readonly mediator: string;
  readonly outcome: string;
  readonly scale: "difference" | "riskDifference";
  readonly level: number;
  readonly points: readonly ErrorCorrelationPoint[];
  readonly zero: readonly ErrorCorrelationZero[];
  /** Shares of the variances (of the latent variables of probit models) explained without correlated errors. */
  readonly mediatorRSquared: number;
  readonly outcomeRSquared: number;
  /** Zeros are looked for between −range and range. */
  readonly range: number;
}

/** Nearer to ±1 a probit outcome given a binary mediator is all but certain, and its coefficients run away. */
const rangeOf = (pair: ReadJoint["pair"]) => (pair === "probit-probit" ? 0.9 : 0.98);

/**
 * Natural direct and indirect effects if an unmeasured cause of mediator and outcome left their errors correlated by ρ, with
 * limits, the ρ at which each effect is 0, the stretch of ρ on which its limits hold 0, and R² forms. The models are refitted at each ρ.
 *
 * For one mediator, linear or probit, and one outcome, linear or probit (of probit models it is the latent errors that are
 * correlated), with or without exposure × mediator interaction, with `cluster` (limits then from the cluster sandwich). At ρ = 0
 * the effects are those of `mediate`. Effects of a probit outcome are risk differences averaged over the sample. Limits are normal, by the
 * delta method; for a binary mediator from the sandwich of the stacked models.
 *
 * Other pairs of models have no error whose correlation could be set: they are refused with "not-supported", and
 * `unmeasuredConfounder` answers for them.
 *
 * Errors: those of `mediate`; "not-supported"; "invalid-option"; "no-convergence".
 *
 * Sources: Imai, Keele & Yamamoto (2010), theorems 4 and 5; Imai, Keele & Tingley (2010), appendix; Heckman (1979). Checked against
 * mediation::medsens (linear models, with interaction too), a closed form in R for the probit outcome (where medsens is wrong), and
 * numerical maximisation and quadrature in R and simulated data of known ρ for the pairs with a probit model.
 *
 * @example
 * ```ts
 * import { sensitivityToErrorCorrelation } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const curve = sensitivityToErrorCorrelation(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 * });
 * curve.points[9]?.effects.totalNaturalIndirect; // at ρ = 0
 * curve.zero.find((row) => row.effect === "totalNaturalIndirect")?.holdsZero; // how little correlation would leave it unclear
 * ```
 */
export function sensitivityToErrorCorrelation(
  data: Data,
  spec: MediateSpec,
  options: ErrorCorrelationOptions = {},
): ErrorCorrelationSensitivity {
  refuseUnknown("sensitivityToErrorCorrelation", options, ["rho", "deviations"]);
  const read = readJoint(data, spec);
  const { joint, pair, level } = read;
  const range = rangeOf(pair);
  const rhos = completeRhos(options.rho, range);
  const kernel = kernelOf(read, options.deviations);
  const quantile = normalQuantileUpper((1 - level) / 2);
  const at = remembered((rho) => {
    const { parameters, covariance } = kernel.at(rho);
    const estimates = kernel.effects(parameters, rho);
    const gradients =
      kernel.gradients?.(parameters, rho) ??
      numericGradients((theta) => kernel.effects(theta, rho), parameters, covariance);
    const errors = deltaStandardErrors(gradients, covariance);
    return { estimates, errors };
  });
  const rSquared = (rho: number) => ({
    residualRSquared: rho * rho,
    totalRSquared: rho * rho * (1 - kernel.mediatorRSquared) * (1 - kernel.outcomeRSquared),
  });
  const estimate = (value: number, standardError: number): Estimate => ({
    estimate: value,
    standardError,
    interval: {
      level,
      lower: value - quantile * standardError,
      upper: value + quantile * standardError,
      method: "normal",
    },
  });
  return {
    kind: "error-correlation-sensitivity",
    n: joint.rows,
    dropped: read.dropped,
    notes: [],
    method: methodOf(read),
    mediator: joint.mediatorName,
    outcome: joint.outcomeName,
    scale: pair.endsWith("probit") ? "riskDifference" : "difference",
    level,
    points: rhos.map((rho) => {
      const { estimates, errors } = at(rho);
      const effects = Object.fromEntries(effectNames.map((name, k) => [name, estimate(estimates[k]!, errors[k]!)]));
      return { rho, ...rSquared(rho), effects: effects as ErrorCorrelationPoint["effects"] };
    }),
    zero: zerosOf(kernel, at, searchGrid(range), quantile, rSquared),
    mediatorRSquared: kernel.mediatorRSquared,
    outcomeRSquared: kernel.outcomeRSquared,
    range,
  };
}

type Found = { readonly estimates: Float64Array; readonly errors: Float64Array };

function zerosOf(
  kernel: ErrorCorrelationKernel,
  at: (rho: number) => Found,
  grid: readonly number[],
  quantile: number,
  rSquared: (rho: number) => { residualRSquared: number; totalRSquared: number },
): ErrorCorrelationZero[] {
  const found = grid.map(at);
  return effectNames.slice(1).map((effect, index): ErrorCorrelationZero => {
    const k = index + 1;
    const clearance = ({ estimates, errors }: Found) => Math.abs(estimates[k]!) - quantile * errors[k]!;
    const { rho, holdsZero } = zeroCrossing(
      grid,
      found.map(({ estimates }) => estimates[k]!),
      found.map(clearance),
      (r) => kernel.effects(kernel.at(r).parameters, r)[k]!,
      (r) => clearance(at(r)),
    );
    const shares = rho === null ? { residualRSquared: null, totalRSquared: null } : rSquared(rho);
    return { effect: effect as ErrorCorrelationZero["effect"], rho, ...shares, holdsZero };
  });
}

/** Finer where the curves are steep, and sparing where each correlation needs a fit of its own. */
function searchGrid(range: number): number[] {
  if (range <= 0.9) return Array.from({ length: 19 }, (_, i) => (i - 9) / 10);
  return [-range, ...Array.from({ length: 39 }, (_, i) => (i - 19) / 20), range];
}

function kernelOf({ joint, pair }: ReadJoint, asked: DeviationsCount | undefined): ErrorCorrelationKernel {
  const deviations = completeChoice(
    "sensitivityToErrorCorrelation",
    "deviations",
    asked,
    ["estimated", "seemingly-unrelated"],
    "estimated",
  );
  if (deviations === "seemingly-unrelated" && (pair !== "linear-linear" || joint.clusters !== null)) {
    throw new KithpathError(
      "not-supported",
      "sensitivityToErrorCorrelation: these limits are for independent linear models",
      {
        expected: 'deviations: "estimated"',
        received: '"seemingly-unrelated"',
        where: { path: "deviations" },
      },
    );
  }
  if (pair === "linear-linear") return continuousMediator(joint, "identity", deviations);
  if (pair === "linear-probit") return continuousMediator(joint, "probit", deviations);
  return binaryMediator(joint, pair === "probit-linear" ? "identity" : "probit");
}

function completeRhos(asked: readonly number[] | undefined, range: number): readonly number[] {
  if (asked === undefined) return Array.from({ length: 19 }, (_, i) => (i - 9) / 10);
  const odd = Array.isArray(asked) ? asked.find((rho) => !(rho >= -range && rho <= range)) : "no array";
  if (odd === undefined) return asked;
  throw new KithpathError("invalid-option", "sensitivityToErrorCorrelation: rho holds a value that cannot be used", {
    expected: `an array of correlations from ${-range} to ${range}`,
    received: String(odd),
    where: { path: "rho" },
  });
}

function remembered<T>(f: (rho: number) => T): (rho: number) => T {
  const known = new Map<number, T>();
  return (rho) => {
    const before = known.get(rho);
    if (before !== undefined) return before;
    const value = f(rho);
    known.set(rho, value);
    return value;
  };
}

function methodOf({ pair, joint }: ReadJoint): string {
  const [mediator, outcome] = pair.split("-");
  const clustered = joint.clusters === null ? "" : ", standard errors clustered";
  return `Sensitivity to correlated errors of a ${mediator} mediator model and a ${outcome} outcome model (Imai, Keele & Yamamoto 2010; Imai, Keele & Tingley 2010), limits by the delta method${clustered}.`;
}
