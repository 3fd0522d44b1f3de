import type { Matrix } from "../../_numeric/matrix.ts";
import { KithpathError } from "../../errors.ts";
import type { RawColumns } from "../columns.ts";
import { hasCompeting } from "../eventCodes.ts";
import type { CompleteSpec } from "../specTypes.ts";
import { competingOutcome } from "./competing.ts";
import { coxEquation } from "./coxEquation.ts";
import type { Equation } from "./equation.ts";
import { equationOf, weibullEquation } from "./equations.ts";
import { type Measure, type OutcomeNode, singleOutcome } from "./nodes.ts";
import type { Predictor } from "./predictor.ts";
import {
  expitResponse,
  exponentialMean,
  identityMean,
  probitMean,
  type Response,
  type SmoothedMean,
  tabulatedMean,
} from "./smoothedMean.ts";
import { stepRestrictedMean, stepRisk, weibullRestrictedMean, weibullRisk } from "./survivalMeans.ts";
import type { Term } from "./terms.ts";

const plain = { scale: 1, horizon: null, threshold: null };
export const probability: Measure = { ...plain, kind: "probability", ratios: true };

/** The outcome's equation and the means it leads to. `scale` is that of a continuous outcome. */
export function outcomeOf(
  asked: CompleteSpec,
  raw: RawColumns,
  design: Matrix,
  terms: number,
  response: Float64Array,
  scale: number,
  predictorOf: (terms?: readonly Term[]) => Predictor,
): OutcomeNode {
  if (asked.survival !== null) return survivalOutcome(asked.survival, raw, design, terms, predictorOf);
  const equation = equationOf(raw.outcome, design, response);
  const predictor = predictorOf();
  const one = (measure: Measure, mean: SmoothedMean) => singleOutcome(equation, predictor, [{ measure, mean }]);
  switch (raw.outcome.family) {
    case "gaussian":
      return one({ ...plain, kind: "mean", scale, ratios: false }, identityMean);
    case "poisson":
    case "negative-binomial":
      return { ...one({ ...plain, kind: "rate", ratios: true }, exponentialMean), exponential: true };
    case "ordinal":
      return ordinalOutcome(raw, equation, predictor, terms);
    default:
      if (raw.outcome.link === "log") return { ...one(probability, exponentialMean), exponential: true };
      return one(probability, raw.outcome.link === "probit" ? probitMean : tabulatedMean(expitResponse));
  }
}

/** The probability of each level or a higher one: P(Y ≥ level k) = expit(η − θₖ). */
function ordinalOutcome(raw: RawColumns, equation: Equation, predictor: Predictor, terms: number): OutcomeNode {
  const { levels } = raw.outcome;
  const smoothed = tabulatedMean(expitResponse);
  const parts = levels!.slice(1).map((threshold, k) => ({
    measure: { ...probability, threshold },
    mean: {
      refresh: () => smoothed.refresh(),
      at: (eta: number, s: number) => smoothed.at(eta - equation.parameters[terms + k]!, s),
    },
  }));
  return singleOutcome(equation, predictor, parts);
}

function survivalOutcome(
  survival: NonNullable<CompleteSpec["survival"]>,
  raw: RawColumns,
  design: Matrix,
  terms: number,
  predictorOf: (terms?: readonly Term[]) => Predictor,
): OutcomeNode {
  const time = raw.outcome.values;
  const event = raw.event!;
  if (survival.model === "cox") refuseUnfollowed(survival.at, time, raw.outcome.name);
  if (hasCompeting(survival)) return competingOutcome(survival, time, event, design, predictorOf);
  const measures = survival.at.flatMap((horizon): Measure[] => [
    { ...probability, horizon },
    { ...plain, kind: "time", horizon, ratios: false },
  ]);
  const withMeasures = (responses: readonly Response[], turned: (mean: SmoothedMean) => SmoothedMean) =>
    measures.map((measure, q) => ({ measure, mean: turned(tabulatedMean(responses[q]!)) }));
  if (survival.model === "cox") {
    const cox = coxEquation(design, time, event, survival.ties);
    const responses = survival.at.flatMap((day) => [stepRisk(cox.steps, day), stepRestrictedMean(cox.steps, day)]);
    const parts = withMeasures(responses, (mean) => mean);
    return singleOutcome(cox.equation, predictorOf(), parts, (weights) => {
      cox.refresh(weights);
      for (const response of responses) response.prepare();
      return true;
    });
  }
  const equation = weibullEquation(design, time, event, survival.model === "weibull");
  const scaleOf = () => (survival.model === "weibull" ? Math.exp(equation.parameters[terms]!) : 1);
  const responses = survival.at.flatMap((day) => [weibullRisk(day), weibullRestrictedMean(day)]);
  let scale = 1;
  const parts = withMeasures(responses, (mean) => ({
    refresh: () => mean.refresh(),
    at: (eta, s) => mean.at(-eta / scale, s / scale),
  }));
  return singleOutcome(equation, predictorOf(), parts, () => {
    scale = scaleOf();
    for (const response of responses) response.prepare(scale);
    return scale > 1e-6 && scale < 1e6;
  });
}

/** A baseline hazard without a form says nothing about what comes after the last follow-up. Error: "horizon-beyond-followup". */
function refuseUnfollowed(days: readonly number[], time: Float64Array, name: string): void {
  const last = time.reduce((latest, value) => Math.max(latest, value), 0);
  const beyond = days.find((day) => day > last);
  if (beyond === undefined) return;
  throw new KithpathError("horizon-beyond-followup", "mediate: nobody was followed to the horizon", {
    expected: `times of at most ${last} in outcome.at`,
    received: String(beyond),
    where: { column: name, path: "outcome.at" },
    remedy: "What happens after the last follow-up is not in the data: choose an earlier time, or a Weibull model.",
  });
}
