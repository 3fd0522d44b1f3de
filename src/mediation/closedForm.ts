import { mean } from "../_numeric/describe.ts";
import { type Matrix, matrix } from "../_numeric/matrix.ts";
import { refuseRepeatedPeople } from "../arm.ts";
import { type Data, toTable } from "../table.ts";
import { type ClosedFormColumns, readClosedForm } from "./closedFormColumns.ts";
import { contrastsOf } from "./closedFormContrasts.ts";
import { type ClosedFormFit, fitMediator, fitOutcome } from "./closedFormFits.ts";
import type { JointModels } from "./closedFormMeans.ts";
import { closedFormNotes } from "./closedFormNotes.ts";
import type { ClosedFormEffects, ClosedFormRatio } from "./closedFormResult.ts";
import { closedFormRows } from "./closedFormRows.ts";
import {
  type ClosedFormSpec,
  type CompleteClosedForm,
  caller,
  completeClosedForm,
  type OutcomeModelName,
} from "./closedFormSpec.ts";

const ratios: Record<OutcomeModelName, ClosedFormRatio | null> = {
  linear: null,
  logistic: "oddsRatio",
  "log-linear": "riskRatio",
  poisson: "rateRatio",
  "negative-binomial": "rateRatio",
  cox: "hazardRatio",
  weibull: "meanTimeRatio",
  exponential: "meanTimeRatio",
};

/**
 * Estimates natural direct and indirect effects of an exposure through one mediator by the closed formulas of regression-based mediation,
 * for people with given covariate values (`at`), on the scale of the outcome model: differences of means (linear),
 * log odds ratios (logistic), log risk ratios (binomial with link "log": modified Poisson with HC0 standard errors),
 * log rate ratios (Poisson, negative binomial), log hazard ratios (Cox) or log ratios of mean times (Weibull, exponential), each
 * with its exponential. The mediator has a linear or a logistic model. With them come the controlled direct effect at
 * `controlledAt`, the proportion mediated (of the excess ratio where there is a ratio) and the four-way decomposition.
 * Standard errors are by the delta method, the two models taken as independent, with var(σ²) = 2σ⁴/(n − p) of a linear mediator model;
 * tests and limits are normal, those of ratios on the logarithm.
 *
 * Odds and hazard ratios are approximations for an event that is rare (the note "rare-outcome" says when it is not); the others are
 * exact under their models. `mediate` needs no such approximation, standardises over the sample and knows clusters: prefer it, and use this to
 * reproduce or check figures of this widely used method.
 *
 * Errors: "unknown-option", "invalid-option", "not-supported", "same-variable", "unknown-column", "not-numeric",
 * "no-complete-rows", "several-rows-per-person", "not-two-arms", "one-arm", "unknown-level", "constant-mediator", "constant-outcome",
 * "constant-column", "not-binary", "not-counts", "negative-time", "time-not-positive", "event-code", "no-events", "too-few-rows",
 * "collinear", "separation", "no-overdispersion", "no-finite-estimate", "not-converged", "perfect-fit", "out-of-scale", "effect-overflow".
 *
 * Sources: VanderWeele & Vansteelandt (2009, 2010); Valeri & VanderWeele (2013, 2015); VanderWeele (2011) for times,
 * (2014) for the decomposition. Checked against R 4.2.2, regmedint 1.0.1.
 *
 * @example
 * ```ts
 * import { closedFormEffects } from "kithpath";
 * const result = closedFormEffects(
 *   {
 *     mentored: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1],
 *     connection: [3, 5, 4, 6, 2, 4, 6, 8, 7, 5, 9, 7],
 *     wellbeing: [50, 56, 51, 60, 49, 55, 61, 70, 63, 58, 71, 66],
 *   },
 *   { exposure: "mentored", mediator: "connection", outcome: "wellbeing", exposureMediatorInteraction: false },
 * );
 * result.effects.find((row) => row.effect === "totalNaturalIndirect")?.estimate; // a × b, in points of wellbeing
 * ```
 */
export function closedFormEffects(data: Data, spec: ClosedFormSpec): ClosedFormEffects {
  const asked = completeClosedForm(spec);
  const whole = toTable(data);
  refuseRepeatedPeople(caller, whole, undefined);
  const columns = readClosedForm(whole, asked);
  const mediatorFit = fitMediator(columns, asked);
  const outcomeFit = fitOutcome(columns, asked);
  const ratio = ratios[asked.outcomeModel];
  const held = asked.controlledAt ?? mean(columns.mediator.values);
  const models = jointModels(mediatorFit, outcomeFit, columns, asked);
  const { exposure } = columns;
  const contrasts = contrastsOf(models, exposure.fromValues, exposure.toValues, held);
  const rows = closedFormRows(contrasts, {
    covariance: jointCovariance(mediatorFit, outcomeFit),
    level: asked.level,
    ratio,
    held,
    guarded: asked.proportions === "guarded",
  });
  return {
    kind: "closed-form-effects",
    n: columns.rows,
    dropped: columns.dropped,
    notes: closedFormNotes(whole, asked, columns, outcomeFit, held),
    method: methodText(asked),
    exposure: { column: exposure.column, kind: exposure.kind, from: exposure.from, to: exposure.to },
    mediator: { column: asked.mediator, family: asked.mediatorFamily },
    outcome: { column: asked.outcome, event: asked.event?.column ?? null, model: asked.outcomeModel },
    covariates: asked.covariates,
    interaction: asked.interaction,
    level: asked.level,
    at: columns.at,
    controlledAt: held,
    ratio,
    approximation: asked.outcomeModel === "logistic" || asked.outcomeModel === "cox" ? "rare-outcome" : "none",
    effects: rows.effects,
    fourWay: rows.fourWay,
    models: [mediatorFit.table, outcomeFit.table],
    proportionWithheld: rows.proportionWithheld,
  };
}

function jointModels(
  mediator: ClosedFormFit,
  outcome: ClosedFormFit,
  { exposure, atValues }: ClosedFormColumns,
  { mediatorFamily, outcomeModel, interaction }: CompleteClosedForm,
): JointModels {
  const outcomeFrom = mediator.coefficients.length;
  const exposureFrom = outcomeFrom + (outcomeModel === "cox" ? 0 : 1);
  const mediatorPlace = exposureFrom + exposure.columns.length;
  const variance = outcomeFrom + outcome.coefficients.length;
  return {
    parameters: Float64Array.from([...mediator.coefficients, ...outcome.coefficients, mediator.residualVariance]),
    mediatorFamily,
    scale: outcomeModel === "linear" ? "identity" : "log",
    mediatorRow: (values) => Float64Array.from([1, ...values, ...atValues]),
    exposureFrom,
    mediator: mediatorPlace,
    interactionFrom: interaction ? mediatorPlace + 1 : null,
    variance,
  };
}

/** The two models' coefficients and the residual variance of a linear mediator model, independent of each other. */
function jointCovariance(mediator: ClosedFormFit, outcome: ClosedFormFit): Matrix {
  const first = mediator.coefficients.length;
  const size = first + outcome.coefficients.length + 1;
  const joint = matrix(size, size);
  for (const [from, { rows, data }] of [
    [0, mediator.covariance],
    [first, outcome.covariance],
  ] as const) {
    for (let j = 0; j < rows; j++) {
      for (let i = 0; i < rows; i++) joint.data[(from + j) * size + from + i] = data[j * rows + i]!;
    }
  }
  joint.data[size * size - 1] = (2 * mediator.residualVariance ** 2) / mediator.dfResidual;
  return joint;
}

const outcomeWords: Record<OutcomeModelName, string> = {
  linear: "a linear model",
  logistic: "a logistic model (odds ratios, rare-outcome approximation)",
  "log-linear": "a modified Poisson model (risk ratios, HC0 standard errors)",
  poisson: "a Poisson model (rate ratios)",
  "negative-binomial": "a negative binomial model (rate ratios, θ taken as known)",
  cox: "a Cox model (hazard ratios, rare-outcome approximation)",
  weibull: "a Weibull accelerated failure time model (ratios of mean times)",
  exponential: "an exponential accelerated failure time model (ratios of mean times)",
};

function methodText(spec: CompleteClosedForm): string {
  const mediator = spec.mediatorFamily === "gaussian" ? "linear" : "logistic";
  const where = spec.covariates.length === 0 ? "" : " for people with the covariate values told";
  return `Natural direct and indirect effects by regression-based closed forms (Valeri & VanderWeele 2013)${where}, from a ${mediator} model for the mediator and ${outcomeWords[spec.outcomeModel]} for the outcome ${spec.interaction ? "with" : "without"} exposure × mediator interaction; delta-method standard errors and normal limits.`;
}
