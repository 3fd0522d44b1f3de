import { KithpathError } from "../../errors.ts";
import type { Note, Result } from "../../estimate.ts";
import { refuseUnknown } from "../../options.ts";
import type { Mediation } from "../result.ts";

export interface SensitivityOptions {
  /** Error correlations strictly between −1 and 1. Default −0.9, −0.8, …, 0.9. */
  readonly rho?: readonly number[];
}

export interface SensitivityPoint {
  readonly rho: number;
  readonly indirect: number;
  readonly direct: number;
}

export interface Sensitivity extends Result {
  readonly kind: "sensitivity";
  readonly mediator: string;
  readonly points: readonly SensitivityPoint[];
  /** The error correlation at which the indirect effect would be 0. */
  readonly rhoAtZero: number;
  /** Its square: the share of both errors that an unmeasured common cause would have to explain. */
  readonly rSquaredAtZero: number;
  /** The same as a share of the total variances. */
  readonly totalRSquaredAtZero: number;
}

/**
 * How the indirect effect would change if an unmeasured cause of both mediator and outcome left their errors correlated by
 * ρ: indirect(ρ) = a·(σ_Y/σ_M)·(r − ρ√((1 − r²)/(1 − ρ²))), r, σ_M and σ_Y being the residual correlation and deviations given
 * exposure and covariates (Imai, Keele & Yamamoto 2010, theorem 4). For one mediator and a continuous outcome, in the model
 * without exposure × mediator interaction; limits, interaction and probit models: `sensitivityToErrorCorrelation`. Checked against R (closed form and mediation::medsens).
 *
 * Errors: "not-supported" (several mediators, a binary outcome, different covariates for mediator and outcome), "invalid-option", "unknown-option".
 *
 * @example
 * ```ts
 * import { mediate, sensitivity } from "kithpath";
 * const people = Array.from({ length: 60 }, (_, i) => {
 *   const mentored = i % 2;
 *   const connection = 40 + 5 * mentored + ((i * 7) % 11);
 *   return { mentored, connection, wellbeing: 20 + 0.4 * connection + mentored + ((i * 5) % 7) };
 * });
 * const result = await mediate(people, {
 *   exposure: "mentored",
 *   mediators: ["connection"],
 *   outcome: "wellbeing",
 *   inference: { draws: 200 },
 * });
 * sensitivity(result).rhoAtZero; // the error correlation that would explain the indirect effect away
 * ```
 */
export function sensitivity(mediation: Mediation, options: SensitivityOptions = {}): Sensitivity {
  refuseUnknown("sensitivity", options, ["rho"]);
  const errors = mediation.diagnostics.errorCorrelation;
  const a = mediation.paths.find((row) => row.path === "a");
  const c = mediation.paths.find((row) => row.path === "c");
  const same = mediation.mediatorCovariates.join("\n") === mediation.outcomeCovariates.join("\n");
  if (errors === null || a === undefined || c === undefined || !same) {
    throw new KithpathError(
      "not-supported",
      "sensitivity has a closed form here only for one mediator and a linear outcome",
      {
        expected: "a mediation with one mediator, a gaussian outcome and the same covariates in both models",
        received: `${mediation.mediators.length} mediators, a ${mediation.outcome.family} outcome, ${same ? "the same" : "different"} covariates`,
        remedy:
          "sensitivityToErrorCorrelation takes the data and probit models too; unmeasuredConfounder takes every mediation.",
      },
    );
  }
  const step = errors.contrast;
  const rhos = options.rho ?? Array.from({ length: 19 }, (_, i) => (i - 9) / 10);
  const r = errors.correlation;
  const points = rhos.map((rho) => {
    if (!(rho > -1 && rho < 1)) {
      throw new KithpathError("invalid-option", "sensitivity: rho holds a value that is not a correlation", {
        expected: "numbers strictly between -1 and 1",
        received: String(rho),
        where: { path: "rho" },
      });
    }
    const slope =
      (errors.outcomeDeviation / errors.mediatorDeviation) * (r - rho * Math.sqrt((1 - r * r) / (1 - rho * rho)));
    const indirect = a.estimate * step * slope;
    return { rho, indirect, direct: c.estimate * step - indirect };
  });
  const notes: Note[] = mediation.interaction
    ? [
        {
          code: "sensitivity-without-interaction",
          text: "The curve belongs to the model without exposure × mediator interaction, in which it has a closed form.",
        },
      ]
    : [];
  return {
    kind: "sensitivity",
    n: mediation.n,
    dropped: mediation.dropped,
    notes,
    method:
      "Sensitivity of the indirect effect to correlated errors of mediator and outcome (Imai, Keele & Yamamoto 2010).",
    mediator: mediation.mediators[0]!,
    points,
    rhoAtZero: r,
    rSquaredAtZero: r * r,
    totalRSquaredAtZero: r * r * (1 - errors.mediatorRSquared) * (1 - errors.outcomeRSquared),
  };
}
